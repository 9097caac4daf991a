package android.app;

import android.content.ContextWrapper;
import android.content.Intent;
import android.os.IBinder;

public abstract class Service extends ContextWrapper {
    public static final int START_NOT_STICKY = 2;
    public static final int STOP_FOREGROUND_REMOVE = 1;
    public abstract IBinder onBind(Intent intent);
    public native void onCreate();
    public native int onStartCommand(Intent intent, int flags, int startId);
    public native void onTaskRemoved(Intent rootIntent);
    public native void onDestroy();
    public final native void startForeground(int id, Notification notification);
    public final native void startForeground(int id, Notification notification, int foregroundServiceType);
    public final native void stopForeground(int notificationBehavior);
    public final native void stopSelf();
}

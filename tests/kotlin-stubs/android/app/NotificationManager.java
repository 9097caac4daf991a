package android.app;

public class NotificationManager {
    public static final int IMPORTANCE_NONE = 0;
    public static final int IMPORTANCE_LOW = 2;
    public static final int IMPORTANCE_DEFAULT = 3;
    public native void createNotificationChannel(NotificationChannel channel);
    public native NotificationChannel getNotificationChannel(String channelId);
    public native boolean areNotificationsEnabled();
    public native void notify(int id, Notification notification);
    public native void cancel(int id);
}

package android.app;

import android.content.Context;
import android.content.Intent;

public final class PendingIntent {
    public static final int FLAG_UPDATE_CURRENT = 134217728;
    public static final int FLAG_NO_CREATE = 536870912;
    public static final int FLAG_IMMUTABLE = 67108864;
    private PendingIntent() { }
    public static native PendingIntent getActivity(Context context, int requestCode, Intent intent, int flags);
    public static native PendingIntent getBroadcast(Context context, int requestCode, Intent intent, int flags);
    public static native PendingIntent getService(Context context, int requestCode, Intent intent, int flags);
    public native void cancel();
}

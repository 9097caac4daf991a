package android.app;

public class AlarmManager {
    public static final int RTC_WAKEUP = 0;
    public native void setAndAllowWhileIdle(int type, long triggerAtMillis, PendingIntent operation);
    public native void cancel(PendingIntent operation);
}

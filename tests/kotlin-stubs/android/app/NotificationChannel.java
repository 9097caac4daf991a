package android.app;

public final class NotificationChannel {
    public NotificationChannel(String id, CharSequence name, int importance) { }
    public native void setDescription(String description);
    public native String getDescription();
    public native void setShowBadge(boolean showBadge);
    public native int getImportance();
}

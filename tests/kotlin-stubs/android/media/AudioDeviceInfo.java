package android.media;

public final class AudioDeviceInfo {
    private AudioDeviceInfo() { }
    public native int getId();
    public native int getType();
    public native CharSequence getProductName();
}

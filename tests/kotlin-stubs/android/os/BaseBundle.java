package android.os;

public class BaseBundle {
    public native boolean containsKey(String key);
    public native int getInt(String key);
    public native String getString(String key);
    public native void putInt(String key, int value);
    public native void putString(String key, String value);
}

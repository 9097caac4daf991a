package android.content;

import android.net.Uri;
import android.os.Bundle;

public class Intent {
    public static final int FLAG_ACTIVITY_LAUNCHED_FROM_HISTORY = 1048576;
    public Intent(String action) { }
    public Intent(String action, Uri uri) { }
    public Intent(Context packageContext, Class<?> cls) { }
    public native String getAction();
    public native Intent setAction(String action);
    public native int getFlags();
    public native Bundle getExtras();
    public native Intent putExtra(String name, String value);
    public native Intent putExtra(String name, int value);
    public native Intent putExtra(String name, long value);
    public native Intent putExtra(String name, boolean value);
    public native String getStringExtra(String name);
    public native int getIntExtra(String name, int defaultValue);
    public native long getLongExtra(String name, long defaultValue);
    public native boolean getBooleanExtra(String name, boolean defaultValue);
    public native void removeExtra(String name);
}

package android.app;

public class AppOpsManager {
    public static final int MODE_IGNORED = 1;
    public static final String OPSTR_RECORD_AUDIO = "android:record_audio";
    public interface OnOpChangedListener {
        void onOpChanged(String op, String packageName);
    }
    public native void startWatchingMode(String op, String packageName, OnOpChangedListener callback);
    public native int unsafeCheckOpNoThrow(String op, int uid, String packageName);
}

package android.content.pm;

import android.content.Intent;

public abstract class PackageManager {
    public static final int PERMISSION_GRANTED = 0;
    public static final int GET_PERMISSIONS = 4096;
    public static final String FEATURE_MICROPHONE = "android.hardware.microphone";
    public static final class PackageInfoFlags {
        private PackageInfoFlags() { }
        public static native PackageInfoFlags of(long value);
    }
    public native PackageInfo getPackageInfo(String packageName, PackageInfoFlags flags);
    public abstract PackageInfo getPackageInfo(String packageName, int flags);
    public abstract boolean hasSystemFeature(String featureName);
    public abstract Intent getLaunchIntentForPackage(String packageName);
}

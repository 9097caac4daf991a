package android.content;

import android.content.pm.PackageManager;
import android.content.res.AssetManager;
import android.content.res.Resources;
import java.io.File;

public class ContextWrapper extends Context {
    public native Context getApplicationContext();
    public native PackageManager getPackageManager();
    public native String getPackageName();
    public native SharedPreferences getSharedPreferences(String name, int mode);
    public native Resources getResources();
    public native AssetManager getAssets();
    public native File getNoBackupFilesDir();
    public native boolean deleteDatabase(String name);
    public native int checkSelfPermission(String permission);
    public native void startActivity(Intent intent);
    public native ComponentName startForegroundService(Intent service);
    public native Intent registerReceiver(BroadcastReceiver receiver, IntentFilter filter);
    public native Intent registerReceiver(BroadcastReceiver receiver, IntentFilter filter, int flags);
    public native void unregisterReceiver(BroadcastReceiver receiver);
}

package android.content;

import android.content.pm.PackageManager;
import android.content.res.AssetManager;
import android.content.res.Resources;
import java.io.File;

public abstract class Context {
    public static final int MODE_PRIVATE = 0;
    public abstract Context getApplicationContext();
    public abstract PackageManager getPackageManager();
    public abstract String getPackageName();
    public abstract SharedPreferences getSharedPreferences(String name, int mode);
    public abstract Resources getResources();
    public abstract AssetManager getAssets();
    public abstract File getNoBackupFilesDir();
    public abstract boolean deleteDatabase(String name);
    public abstract int checkSelfPermission(String permission);
    public abstract void startActivity(Intent intent);
    public abstract ComponentName startForegroundService(Intent service);
    public abstract Intent registerReceiver(BroadcastReceiver receiver, IntentFilter filter);
    public abstract Intent registerReceiver(BroadcastReceiver receiver, IntentFilter filter, int flags);
    public abstract void unregisterReceiver(BroadcastReceiver receiver);
    public final native <T> T getSystemService(Class<T> serviceClass);
    public final native int getColor(int id);
    public final native String getString(int resId);
}

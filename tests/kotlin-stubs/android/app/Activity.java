package android.app;

import android.content.Intent;
import android.content.res.Configuration;
import android.os.Bundle;
import android.view.ContextThemeWrapper;
import android.view.Window;

public class Activity extends ContextThemeWrapper {
    public native Window getWindow();
    public native Intent getIntent();
    public native void startActivityForResult(Intent intent, int requestCode);
    public native boolean shouldShowRequestPermissionRationale(String permission);
    public native void onBackPressed();
    public native void finish();
    public native void finishAffinity();
    public native boolean isFinishing();
    public native boolean isDestroyed();
    public native void runOnUiThread(Runnable action);
    public native void onWindowFocusChanged(boolean hasFocus);
    public native void onConfigurationChanged(Configuration newConfig);
    public native void onLowMemory();
    protected native void onCreate(Bundle savedInstanceState);
    protected native void onStart();
    protected native void onRestart();
    protected native void onResume();
    protected native void onPause();
    protected native void onStop();
    protected native void onDestroy();
    protected native void onNewIntent(Intent intent);
    protected native void onSaveInstanceState(Bundle outState);
}

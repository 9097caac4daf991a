package androidx.core.app;

import android.app.Activity;
import android.content.Context;

public class ActivityCompat {
    public static native int checkSelfPermission(Context context, String permission);
    public static native boolean shouldShowRequestPermissionRationale(Activity activity, String permission);
}

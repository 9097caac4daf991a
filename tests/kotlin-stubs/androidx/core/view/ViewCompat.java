package androidx.core.view;

import android.view.View;

public class ViewCompat {
    public static native void setOnApplyWindowInsetsListener(View view, OnApplyWindowInsetsListener listener);
    public static native WindowInsetsCompat onApplyWindowInsets(View view, WindowInsetsCompat insets);
    public static native void requestApplyInsets(View view);
}

package android.view;

import android.content.Context;
import android.content.res.Resources;

public class View {
    public View(Context context) { }
    public interface OnLayoutChangeListener {
        void onLayoutChange(View v, int left, int top, int right, int bottom, int oldLeft, int oldTop, int oldRight, int oldBottom);
    }
    public native Context getContext();
    public native Resources getResources();
    public native int getId();
    public final native int getWidth();
    public final native int getHeight();
    public native boolean post(Runnable action);
    public native void invalidate();
    public native void setBackgroundColor(int color);
    public native void requestApplyInsets();
    public native void addOnLayoutChangeListener(OnLayoutChangeListener listener);
}

package android.graphics.drawable;

import android.content.Context;

public final class Icon {
    private Icon() { }
    public static native Icon createWithResource(Context context, int resId);
}

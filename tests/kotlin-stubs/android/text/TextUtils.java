package android.text;

public class TextUtils {
    public static native String join(CharSequence delimiter, Object[] tokens);
}

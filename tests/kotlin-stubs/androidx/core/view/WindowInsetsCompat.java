package androidx.core.view;

public class WindowInsetsCompat {
    public native androidx.core.graphics.Insets getInsets(int typeMask);
    public static final class Type {
        private Type() { }
        public static native int systemBars();
        public static native int displayCutout();
        public static native int ime();
    }
}

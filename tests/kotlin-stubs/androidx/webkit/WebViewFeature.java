package androidx.webkit;

public class WebViewFeature {
    public static final String DOCUMENT_START_SCRIPT = "DOCUMENT_START_SCRIPT";
    public static native boolean isFeatureSupported(String feature);
}

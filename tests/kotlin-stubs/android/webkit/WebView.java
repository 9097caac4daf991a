package android.webkit;

import android.content.Context;
import android.content.pm.PackageInfo;
import android.view.View;
import java.util.Map;

public class WebView extends View {
    public WebView(Context context) {
        super(context);
    }
    public native WebSettings getSettings();
    public native void loadUrl(String url);
    public native void loadUrl(String url, Map<String, String> additionalHttpHeaders);
    public native void loadDataWithBaseURL(String baseUrl, String data, String mimeType, String encoding, String historyUrl);
    public native void evaluateJavascript(String script, ValueCallback<String> resultCallback);
    public native boolean canGoBack();
    public native void goBack();
    public native void onPause();
    public native void onResume();
    public native void clearCache(boolean includeDiskFiles);
    public native void clearHistory();
    public native void clearFormData();
    public static native PackageInfo getCurrentWebViewPackage();
}

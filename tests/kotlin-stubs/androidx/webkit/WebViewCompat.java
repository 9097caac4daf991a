package androidx.webkit;

import android.webkit.WebView;
import java.util.Set;

public class WebViewCompat {
    public static native ScriptHandler addDocumentStartJavaScript(WebView webview, String script, Set<String> allowedOriginRules);
}

package app.undersong

import android.content.res.Configuration
import android.os.Bundle
import android.webkit.WebView
import androidx.activity.enableEdgeToEdge
import kotlin.math.roundToInt

/** The one window: the web view from edge to edge, on our paper. */
class MainActivity : TauriActivity() {
  private var webView: WebView? = null

  override fun onCreate(savedInstanceState: Bundle?) {
    enableEdgeToEdge()
    super.onCreate(savedInstanceState)
  }

  /** Comes before the page is asked for, so the page never runs without its edges. */
  override fun onWebViewCreate(webView: WebView) {
    super.onWebViewCreate(webView)
    this.webView = webView
    WindowEdges(webView).tellThePage()
    // Posted, because the colour of the configuration is set right after this; it knows no night.
    webView.post { webView.setBackgroundColor(getColor(R.color.paper)) }
  }

  /** The window lives through these changes; what Android would have set anew is set here. */
  override fun onConfigurationChanged(newConfig: Configuration) {
    super.onConfigurationChanged(newConfig)
    // Dark icons in the bars by day and light ones by night; it looks at the night only when called.
    enableEdgeToEdge()
    // A web view reads the person's text size once, when it is made. In per cent.
    webView?.settings?.textZoom = (newConfig.fontScale * 100).roundToInt()
    webView?.setBackgroundColor(getColor(R.color.paper))
  }

  override fun onDestroy() {
    webView = null
    super.onDestroy()
  }
}

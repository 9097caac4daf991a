package app.undersong

import android.webkit.WebView
import androidx.core.view.ViewCompat
import androidx.core.view.WindowInsetsCompat
import androidx.webkit.ScriptHandler
import androidx.webkit.WebViewCompat
import androidx.webkit.WebViewFeature
import java.util.Locale

/**
 * What lies over the window, told to the page as CSS variables.
 *
 * `--inset-top`, `--inset-right`, `--inset-bottom` and `--inset-left` are the system's bars and the
 * camera's cut-out; `--inset-keyboard` is the keyboard, from the lower edge. Lengths in CSS px, 0
 * where nothing lies over. `env(safe-area-inset-*)` would say the first four, but several versions
 * of the system's web view always say 0 (tauri-apps/tauri#11475, #14142).
 *
 * Some versions make the page lower when the keyboard comes and some do not. The page itself
 * measures how much it lost, and only the rest is left in `--inset-keyboard` and `--inset-bottom`.
 *
 * Main thread only.
 */
class WindowEdges(private val webView: WebView) {
  /** What the next page will start with; replaced at every change. */
  private var atTheStart: ScriptHandler? = null

  fun tellThePage() {
    ViewCompat.setOnApplyWindowInsetsListener(webView) { view, insets ->
      tell(insets)
      // The web view goes on doing with them what it always does.
      ViewCompat.onApplyWindowInsets(view, insets)
    }
    webView.addOnLayoutChangeListener { _, _, top, _, bottom, _, oldTop, _, oldBottom ->
      if (bottom - top != oldBottom - oldTop) ViewCompat.requestApplyInsets(webView)
    }
  }

  private fun tell(insets: WindowInsetsCompat) {
    val bars = insets.getInsets(
      WindowInsetsCompat.Type.systemBars() or WindowInsetsCompat.Type.displayCutout()
    )
    val keyboard = insets.getInsets(WindowInsetsCompat.Type.ime())
    val script = "$SHOW({top:${px(bars.top)},right:${px(bars.right)},bottom:${px(bars.bottom)}," +
      "left:${px(bars.left)},keyboard:${px(keyboard.bottom)},height:${px(webView.height)}})"
    if (WebViewFeature.isFeatureSupported(WebViewFeature.DOCUMENT_START_SCRIPT)) {
      atTheStart?.remove()
      atTheStart = WebViewCompat.addDocumentStartJavaScript(webView, script, setOf("*"))
    }
    webView.evaluateJavascript(script, null)
  }

  /** Physical pixels in CSS px, written as JavaScript reads it in every language of the phone. */
  private fun px(physical: Int): String =
    String.format(Locale.ROOT, "%.2f", physical / webView.resources.displayMetrics.density)

  private companion object {
    /**
     * A JavaScript function of the lengths above. It may run before the page has an element, and
     * again whenever they change; it listens for the page's own height once.
     */
    const val SHOW = """((now) => {
      const key = Symbol.for('undersong.edges');
      const first = !window[key];
      window[key] = now;
      const show = () => {
        const edges = window[key];
        const seen = visualViewport.height * visualViewport.scale;
        const lost = edges.height > 0 ? Math.max(0, edges.height - seen) : 0;
        const set = (name, length) =>
          document.documentElement.style.setProperty('--inset-' + name, length + 'px');
        set('top', edges.top);
        set('right', edges.right);
        set('left', edges.left);
        set('bottom', Math.max(0, edges.bottom - lost));
        set('keyboard', Math.max(0, edges.keyboard - lost));
      };
      if (first) visualViewport.addEventListener('resize', show);
      if (document.documentElement) return show();
      new MutationObserver((_, observer) => {
        if (!document.documentElement) return;
        observer.disconnect();
        show();
      }).observe(document, { childList: true });
    })"""
  }
}

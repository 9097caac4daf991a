package app.tauri

import android.content.Context
import android.content.res.AssetManager
import android.net.Uri

/** Of Tauri's own only what its plugin manager calls. */
class FsUtils {
  companion object {
    fun readAsset(assetManager: AssetManager, fileName: String): String = fileName

    fun getFileUrlForUri(context: Context, uri: Uri): String? = null
  }
}

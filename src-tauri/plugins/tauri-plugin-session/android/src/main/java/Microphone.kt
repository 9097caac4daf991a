// The facts about the microphone, as far as Android tells them.
//
// Android never says that it will not ask again. It can be found out from the last refusal, so that
// one is kept: how long the question was up, and whether an explanation was due before.

package app.undersong.session

import android.Manifest
import android.app.Activity
import android.app.AppOpsManager
import android.content.Context
import android.content.pm.PackageManager
import android.hardware.SensorPrivacyManager
import android.os.Build
import android.os.Handler
import android.os.Looper
import android.os.Process
import android.os.SystemClock
import app.tauri.plugin.JSObject

private const val AFTER = "refused-after-ms"
private const val RATIONALE = "refused-with-rationale"

internal class Microphone(private val context: Context) {
    private val kept = context.getSharedPreferences("session.microphone", Context.MODE_PRIVATE)
    private val operations = context.getSystemService(AppOpsManager::class.java)

    /** The question that is up: since when, in ms since the phone started. */
    private var askedAt: Long? = null
    private var rationaleBefore = false

    val isGranted: Boolean
        get() = context.checkSelfPermission(Manifest.permission.RECORD_AUDIO) ==
            PackageManager.PERMISSION_GRANTED

    /** Calls `changed` whenever Android gives or mutes us the microphone by itself. */
    fun watch(changed: () -> Unit) {
        val main = Handler(Looper.getMainLooper())
        operations.startWatchingMode(AppOpsManager.OPSTR_RECORD_AUDIO, context.packageName) { _, _ ->
            main.post(changed)
        }
    }

    fun asking(activity: Activity) {
        askedAt = SystemClock.elapsedRealtime()
        rationaleBefore = rationale(activity)
    }

    fun answered(activity: Activity) {
        val since = askedAt
        askedAt = null
        if (!isGranted && since != null) {
            kept.edit()
                .putLong(AFTER, SystemClock.elapsedRealtime() - since)
                .putBoolean(RATIONALE, rationaleBefore)
                .apply()
        }
        report("answer", activity)
    }

    /** `cause` is `check`, `resume` or `answer`. */
    fun report(cause: String, activity: Activity) {
        val granted = isGranted
        if (granted && kept.contains(AFTER)) {
            kept.edit().clear().apply()
        }
        val facts = JSObject()
        facts.put("system", "android")
        facts.put("device", context.packageManager.hasSystemFeature(PackageManager.FEATURE_MICROPHONE))
        facts.put("granted", granted)
        facts.put("rationale", rationale(activity))
        facts.put("switch", hasSwitch())
        facts.put("muted", granted && isMuted())
        if (kept.contains(AFTER)) {
            val refusal = JSObject()
            refusal.put("afterMs", kept.getLong(AFTER, 0))
            refusal.put("rationale", kept.getBoolean(RATIONALE, false))
            facts.put("refusal", refusal)
        }
        Outbox.tell("microphone") {
            put("cause", cause)
            put("facts", facts)
        }
    }

    private fun rationale(activity: Activity) =
        activity.shouldShowRequestPermissionRationale(Manifest.permission.RECORD_AUDIO)

    private fun hasSwitch(): Boolean {
        if (Build.VERSION.SDK_INT < Build.VERSION_CODES.S) return false
        return context.getSystemService(SensorPrivacyManager::class.java)
            ?.supportsSensorToggle(SensorPrivacyManager.Sensors.MICROPHONE) == true
    }

    /** The switch itself is hidden from apps; what it does to our own access is not. */
    private fun isMuted(): Boolean {
        if (Build.VERSION.SDK_INT < Build.VERSION_CODES.S) return false
        val mode = operations.unsafeCheckOpNoThrow(
            AppOpsManager.OPSTR_RECORD_AUDIO,
            Process.myUid(),
            context.packageName
        )
        return hasSwitch() && mode == AppOpsManager.MODE_IGNORED
    }
}

// The system around a practice session, reported to Rust and obeyed for it. Nothing is concluded
// here: what facts mean, and what follows, is decided in the crate this folder belongs to.
//
// Commands and everything they reach run on the main thread. Each answers at once.

package app.undersong.session

import android.Manifest
import android.app.Activity
import android.content.ActivityNotFoundException
import android.content.Intent
import android.net.Uri
import android.provider.Settings
import android.view.WindowManager
import androidx.appcompat.app.AppCompatActivity
import app.tauri.annotation.Command
import app.tauri.annotation.InvokeArg
import app.tauri.annotation.Permission
import app.tauri.annotation.PermissionCallback
import app.tauri.annotation.TauriPlugin
import app.tauri.plugin.Channel
import app.tauri.plugin.Invoke
import app.tauri.plugin.Plugin

@InvokeArg
internal class AttachArgs {
    lateinit var channel: Channel
}

@InvokeArg
internal class HoldArgs {
    /** The screen stays on. */
    var awake: Boolean = false

    /** Sound goes on with the screen off, under this name. */
    var playing: String? = null
    var paused: Boolean = false

    /** The number under which the loudspeaker is ours; 0: let go. */
    var focus: Long = 0
}

@InvokeArg
internal class SettingsArgs {
    lateinit var page: String
}

@TauriPlugin(
    permissions = [Permission(strings = [Manifest.permission.RECORD_AUDIO], alias = "microphone")]
)
class SessionPlugin(activity: Activity) : Plugin(activity) {
    /** The one in front: Android may make another while the process lives. */
    private var front: Activity = activity
    private val context = activity.applicationContext
    private val microphone = Microphone(context)
    private val routes = Routes(context)
    private val focus = Focus(context)
    private val vibration = Vibration(context)
    private var awake = false
    private var isAttached = false

    @Command
    fun attach(invoke: Invoke) {
        Outbox.open(invoke.parseArgs(AttachArgs::class.java).channel)
        if (!isAttached) {
            isAttached = true
            microphone.watch { microphone.report("check", front) }
            routes.watch()
        }
        microphone.report("check", front)
        routes.report()
        invoke.resolve()
    }

    @Command
    fun ask(invoke: Invoke) {
        // Rust does not wait for a person; the answer goes the way of everything that happens.
        invoke.resolve()
        // Asked for what it has given, Android 13 need not answer.
        if (microphone.isGranted) {
            microphone.report("answer", front)
            return
        }
        microphone.asking(front)
        try {
            requestPermissionForAlias("microphone", invoke, "answered")
        } catch (why: IllegalStateException) {
            Outbox.failed("asking for the microphone", why)
            microphone.report("answer", front)
        }
    }

    @PermissionCallback
    fun answered(@Suppress("UNUSED_PARAMETER") invoke: Invoke) {
        microphone.answered(front)
    }

    @Command
    fun hold(invoke: Invoke) {
        val held = invoke.parseArgs(HoldArgs::class.java)
        awake = held.awake
        keepScreenOn()
        // The service first: from behind, only who has one is given the loudspeaker (Android 15).
        PracticeService.hold(context, held.playing?.let { Sound(it, held.paused) })
        focus.hold(held.focus)
        routes.report()
        invoke.resolve()
    }

    @Command
    fun beat(invoke: Invoke) {
        vibration.tick()
        invoke.resolve()
    }

    @Command
    fun settings(invoke: Invoke) {
        val page = when (invoke.parseArgs(SettingsArgs::class.java).page) {
            "notifications" ->
                Intent(Settings.ACTION_APP_NOTIFICATION_SETTINGS)
                    .putExtra(Settings.EXTRA_APP_PACKAGE, context.packageName)
            // Only asked for where there is that switch: Android 12 and newer.
            "microphone" -> Intent(Settings.ACTION_PRIVACY_SETTINGS)
            else ->
                Intent(
                    Settings.ACTION_APPLICATION_DETAILS_SETTINGS,
                    Uri.fromParts("package", context.packageName, null)
                )
        }
        try {
            front.startActivity(page)
        } catch (why: ActivityNotFoundException) {
            Outbox.failed("opening the settings", why)
        }
        invoke.resolve()
    }

    override fun onResume(activity: AppCompatActivity) {
        front = activity
        keepScreenOn()
        Outbox.tell("resumed")
        microphone.report("resume", activity)
        routes.report()
    }

    /** Not `onPause`: the question for the microphone pauses us too, and we stay in sight. */
    override fun onStop(activity: AppCompatActivity) {
        if (activity === front) {
            Outbox.tell("suspended")
        }
    }

    private fun keepScreenOn() {
        val flag = WindowManager.LayoutParams.FLAG_KEEP_SCREEN_ON
        if (awake) front.window.addFlags(flag) else front.window.clearFlags(flag)
    }
}

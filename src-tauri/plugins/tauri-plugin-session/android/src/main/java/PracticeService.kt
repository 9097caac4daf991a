// Keeps the process alive while sound goes on with the screen off, and shows what plays, with its
// buttons, in the notification and on the lock screen. The sound itself is Rust's.
//
// Begun only while the app is in sight; Rust sees to that. Swiped away, it ends, so that the
// process can: a process that outlives its window opens as a blank page (tauri-apps/tauri#15671).

package app.undersong.session

import android.app.Notification
import android.app.NotificationChannel
import android.app.NotificationManager
import android.app.PendingIntent
import android.app.Service
import android.content.Context
import android.content.Intent
import android.content.pm.ServiceInfo
import android.graphics.drawable.Icon
import android.os.Build
import android.os.IBinder

/** What plays, and whether it stands still. */
internal data class Sound(val name: String, val paused: Boolean)

private const val CHANNEL = "practice"
/** Reminders are numbered by their day, and the one that is only tried is 1. */
private const val NUMBER = 2

class PracticeService : Service() {
    private var controls: Controls? = null
    private var isShown = false

    override fun onBind(intent: Intent?): IBinder? = null

    override fun onStartCommand(intent: Intent?, flags: Int, startId: Int): Int {
        running = this
        intent?.action?.let { press(it) }
        show()
        return START_NOT_STICKY
    }

    override fun onTaskRemoved(rootIntent: Intent?) {
        Outbox.tell("removed")
        wanted = null
        end()
    }

    override fun onDestroy() {
        if (running === this) running = null
        controls?.release()
        controls = null
    }

    /** As it is wanted now; not wanted at all, it ends. */
    private fun show() {
        val sound = wanted
        if (sound == null && isShown) {
            end()
            return
        }
        val controls = this.controls ?: Controls(this) { press(it) }
        this.controls = controls
        // Who was begun as a foreground service has to show itself, if only to end.
        val shown = sound ?: Sound("", true)
        controls.show(shown)
        try {
            foreground(notification(shown, controls))
            isShown = true
        } catch (why: IllegalStateException) {
            notKept(why)
        } catch (why: SecurityException) {
            notKept(why)
        }
        if (wanted == null) end()
    }

    private fun end() {
        if (running === this) running = null
        stopForeground(STOP_FOREGROUND_REMOVE)
        stopSelf()
    }

    private fun foreground(notification: Notification) {
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.Q) {
            startForeground(
                NUMBER,
                notification,
                ServiceInfo.FOREGROUND_SERVICE_TYPE_MEDIA_PLAYBACK
            )
        } else {
            startForeground(NUMBER, notification)
        }
    }

    private fun notification(sound: Sound, controls: Controls): Notification {
        getSystemService(NotificationManager::class.java).createNotificationChannel(
            NotificationChannel(
                CHANNEL,
                getString(R.string.session_channel),
                NotificationManager.IMPORTANCE_LOW
            )
        )
        val pauseOrResume = if (sound.paused) {
            action(RESUME, R.string.session_resume, android.R.drawable.ic_media_play)
        } else {
            action(PAUSE, R.string.session_pause, android.R.drawable.ic_media_pause)
        }
        val stop = action(STOP, R.string.session_stop, android.R.drawable.ic_menu_close_clear_cancel)
        val made = Notification.Builder(this, CHANNEL)
            .setSmallIcon(R.drawable.session_ring)
            .setContentTitle(sound.name)
            .setContentIntent(opensTheApp())
            .setShowWhen(false)
            .setVisibility(Notification.VISIBILITY_PUBLIC)
            .addAction(pauseOrResume)
            .addAction(stop)
            .setStyle(
                Notification.MediaStyle()
                    .setMediaSession(controls.token)
                    .setShowActionsInCompactView(0, 1)
            )
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.S) {
            made.setForegroundServiceBehavior(Notification.FOREGROUND_SERVICE_IMMEDIATE)
        }
        return made.build()
    }

    private fun action(button: String, words: Int, icon: Int): Notification.Action {
        val pressed = PendingIntent.getService(
            this,
            0,
            Intent(this, PracticeService::class.java).setAction(button),
            PendingIntent.FLAG_IMMUTABLE
        )
        val drawn = Icon.createWithResource(this, icon)
        return Notification.Action.Builder(drawn, getString(words), pressed).build()
    }

    private fun opensTheApp(): PendingIntent? =
        packageManager.getLaunchIntentForPackage(packageName)?.let {
            PendingIntent.getActivity(this, 0, it, PendingIntent.FLAG_IMMUTABLE)
        }

    internal companion object {
        const val PAUSE = "pause"
        const val RESUME = "resume"
        const val STOP = "stop"

        /** What Rust wants; `null`: no service. Main thread only, like everything here. */
        private var wanted: Sound? = null
        private var running: PracticeService? = null

        fun hold(context: Context, sound: Sound?) {
            if (sound == wanted) return
            wanted = sound
            val service = running
            if (service != null) {
                service.show()
            } else if (sound != null) {
                try {
                    context.startForegroundService(Intent(context, PracticeService::class.java))
                } catch (why: IllegalStateException) {
                    // Since Rust saw us in front, the person has gone elsewhere.
                    notKept(why)
                }
            }
        }

        /** Rust tries again the next time we are in sight. */
        private fun notKept(why: Exception) {
            wanted = null
            Outbox.failed("playing with the screen off", why)
            Outbox.tell("notKept")
        }

        private fun press(button: String) {
            Outbox.tell("button") { put("button", button) }
        }
    }
}

// The buttons that work with the screen off: lock screen, headphones, a watch, a car.

package app.undersong.session

import android.content.Context
import android.media.MediaMetadata
import android.media.session.MediaSession
import android.media.session.PlaybackState
import android.os.Bundle

/** `press` is called on the main thread, with the button's name. */
internal class Controls(private val context: Context, private val press: (String) -> Unit) {
    private val session = MediaSession(context, "practice")

    val token: MediaSession.Token
        get() = session.sessionToken

    init {
        session.setCallback(object : MediaSession.Callback() {
            override fun onPlay() = press(PracticeService.RESUME)

            override fun onPause() = press(PracticeService.PAUSE)

            override fun onStop() = press(PracticeService.STOP)

            override fun onCustomAction(action: String, extras: Bundle?) = press(action)
        })
        session.isActive = true
    }

    fun show(sound: Sound) {
        val state = if (sound.paused) PlaybackState.STATE_PAUSED else PlaybackState.STATE_PLAYING
        // Android 13 and newer draw their buttons from here, and have none for ACTION_STOP.
        val stop = PlaybackState.CustomAction.Builder(
            PracticeService.STOP,
            context.getString(R.string.session_stop),
            android.R.drawable.ic_menu_close_clear_cancel
        ).build()
        session.setPlaybackState(
            PlaybackState.Builder()
                .setActions(
                    PlaybackState.ACTION_PLAY or PlaybackState.ACTION_PAUSE or
                        PlaybackState.ACTION_PLAY_PAUSE or PlaybackState.ACTION_STOP
                )
                .addCustomAction(stop)
                .setState(state, PlaybackState.PLAYBACK_POSITION_UNKNOWN, 1f)
                .build()
        )
        session.setMetadata(
            MediaMetadata.Builder().putString(MediaMetadata.METADATA_KEY_TITLE, sound.name).build()
        )
    }

    fun release() {
        session.isActive = false
        session.release()
    }
}

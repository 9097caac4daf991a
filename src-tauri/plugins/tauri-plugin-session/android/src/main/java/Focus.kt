// Asks for the loudspeaker, and says what others do with it. Headphones that are pulled out are
// heard of for as long as it is ours.

package app.undersong.session

import android.content.BroadcastReceiver
import android.content.Context
import android.content.Intent
import android.content.IntentFilter
import android.media.AudioAttributes
import android.media.AudioFocusRequest
import android.media.AudioManager
import android.os.Handler
import android.os.Looper

/** What our sound is, to Android. */
internal val MUSIC: AudioAttributes = AudioAttributes.Builder()
    .setUsage(AudioAttributes.USAGE_MEDIA)
    .setContentType(AudioAttributes.CONTENT_TYPE_MUSIC)
    .build()

internal class Focus(private val context: Context) {
    private val audio = context.getSystemService(AudioManager::class.java)
    private var held: AudioFocusRequest? = null
    private var turn = 0L

    private val unplugged = object : BroadcastReceiver() {
        override fun onReceive(context: Context, intent: Intent) {
            Outbox.tell("noisy")
        }
    }

    /** Under the number `turn` from now on; 0 lets go. */
    fun hold(turn: Long) {
        if (turn == this.turn) return
        letGo()
        this.turn = turn
        if (turn == 0L) return
        val request = AudioFocusRequest.Builder(AudioManager.AUDIOFOCUS_GAIN)
            .setAudioAttributes(MUSIC)
            .setAcceptsDelayedFocusGain(true)
            .setOnAudioFocusChangeListener({ said(turn, it) }, Handler(Looper.getMainLooper()))
            .build()
        held = request
        context.registerReceiver(unplugged, IntentFilter(AudioManager.ACTION_AUDIO_BECOMING_NOISY))
        val answer = when (audio.requestAudioFocus(request)) {
            AudioManager.AUDIOFOCUS_REQUEST_GRANTED -> "gain"
            AudioManager.AUDIOFOCUS_REQUEST_DELAYED -> "delayed"
            else -> "refused"
        }
        tell(turn, answer)
    }

    private fun letGo() {
        val request = held ?: return
        held = null
        audio.abandonAudioFocusRequest(request)
        context.unregisterReceiver(unplugged)
    }

    private fun said(turn: Long, change: Int) {
        when (change) {
            AudioManager.AUDIOFOCUS_GAIN -> tell(turn, "gain")
            AudioManager.AUDIOFOCUS_LOSS_TRANSIENT -> tell(turn, "transient")
            AudioManager.AUDIOFOCUS_LOSS_TRANSIENT_CAN_DUCK -> tell(turn, "duck")
            AudioManager.AUDIOFOCUS_LOSS -> tell(turn, "loss")
        }
    }

    private fun tell(turn: Long, change: String) {
        Outbox.tell("focus") {
            put("turn", turn)
            put("change", change)
        }
    }
}

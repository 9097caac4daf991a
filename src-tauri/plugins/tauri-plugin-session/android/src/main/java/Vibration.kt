// One light tap.

package app.undersong.session

import android.content.Context
import android.os.Build
import android.os.VibrationEffect
import android.os.Vibrator
import android.os.VibratorManager

/** Where the phone has no tap of its own, in ms. */
private const val TAP_MS = 12L

internal class Vibration(context: Context) {
    private val vibrator: Vibrator? = if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.S) {
        context.getSystemService(VibratorManager::class.java)?.defaultVibrator
    } else {
        context.getSystemService(Vibrator::class.java)
    }

    private val tap: VibrationEffect = if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.Q) {
        VibrationEffect.createPredefined(VibrationEffect.EFFECT_TICK)
    } else {
        VibrationEffect.createOneShot(TAP_MS, VibrationEffect.DEFAULT_AMPLITUDE)
    }

    fun tick() {
        vibrator?.vibrate(tap)
    }
}

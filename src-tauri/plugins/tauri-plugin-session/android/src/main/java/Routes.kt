// What sound can leave through, and from Android 13 on, what ours does leave through.

package app.undersong.session

import android.content.Context
import android.media.AudioDeviceCallback
import android.media.AudioDeviceInfo
import android.media.AudioManager
import android.os.Build
import android.os.Handler
import android.os.Looper
import app.tauri.plugin.JSObject
import org.json.JSONArray

internal class Routes(context: Context) {
    private val audio = context.getSystemService(AudioManager::class.java)

    fun watch() {
        val plugged = object : AudioDeviceCallback() {
            override fun onAudioDevicesAdded(added: Array<out AudioDeviceInfo>) = report()

            override fun onAudioDevicesRemoved(removed: Array<out AudioDeviceInfo>) = report()
        }
        audio.registerAudioDeviceCallback(plugged, Handler(Looper.getMainLooper()))
    }

    fun report() {
        val outputs = JSONArray()
        for (device in devices()) {
            val output = JSObject()
            output.put("type", device.type)
            output.put("name", device.productName?.toString())
            outputs.put(output)
        }
        Outbox.tell("routes") { put("outputs", outputs) }
    }

    private fun devices(): List<AudioDeviceInfo> {
        val ours = if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.TIRAMISU) {
            audio.getAudioDevicesForAttributes(MUSIC)
        } else {
            emptyList()
        }
        return ours.ifEmpty { audio.getDevices(AudioManager.GET_DEVICES_OUTPUTS).toList() }
    }
}

// What is said to Rust: small JSON objects, through one channel, in their order.

package app.undersong.session

import app.tauri.plugin.Channel
import app.tauri.plugin.JSObject

internal object Outbox {
    private var channel: Channel? = null

    fun open(channel: Channel) {
        this.channel = channel
    }

    /** Before Rust listens there is nothing to tell: it asks for the state of things first. */
    fun tell(event: String, fill: JSObject.() -> Unit = {}) {
        val message = JSObject()
        message.put("event", event)
        message.fill()
        channel?.send(message)
    }

    /** For Rust's log. */
    fun failed(what: String, why: Exception) {
        tell("failed") { put("what", "$what: $why") }
    }
}

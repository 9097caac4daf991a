package app.undersong.reminders

import android.content.BroadcastReceiver
import android.content.Context
import android.content.Intent

/**
 * An alarm went off; or the phone was started, taken to another zone, its clock set, the app updated,
 * after which Android has forgotten its alarms or they mean another moment. One answer to all:
 * [Keeper.look]. Tauri's plugin forgets them at a restart (tauri-apps/plugins-workspace#3550).
 */
class LookReceiver : BroadcastReceiver() {
  override fun onReceive(context: Context, intent: Intent) {
    Keeper(AndroidPhone(context)).look()
    RemindersPlugin.tell()
  }
}

/** "In an hour" and "Not today": kept, and told to the app when it next runs. */
class AnswerReceiver : BroadcastReceiver() {
  override fun onReceive(context: Context, intent: Intent) {
    val id = intent.getIntExtra(AndroidPhone.ID, 0)
    val reply = intent.getStringExtra(AndroidPhone.REPLY)
    if (reply == Happened.LATER || reply == Happened.NOT_TODAY) {
      Keeper(AndroidPhone(context)).answer(id, reply)
      RemindersPlugin.tell()
    }
  }
}

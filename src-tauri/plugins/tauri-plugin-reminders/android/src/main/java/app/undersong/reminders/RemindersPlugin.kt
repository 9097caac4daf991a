package app.undersong.reminders

import android.Manifest
import android.app.Activity
import android.content.Intent
import android.os.Build
import androidx.appcompat.app.AppCompatActivity
import app.tauri.PermissionState
import app.tauri.annotation.Command
import app.tauri.annotation.InvokeArg
import app.tauri.annotation.Permission
import app.tauri.annotation.PermissionCallback
import app.tauri.annotation.TauriPlugin
import app.tauri.plugin.Channel
import app.tauri.plugin.Invoke
import app.tauri.plugin.JSArray
import app.tauri.plugin.JSObject
import app.tauri.plugin.Plugin
import java.time.Duration
import java.time.LocalDate
import java.time.LocalDateTime
import java.time.LocalTime

@InvokeArg
internal class ListenArgs {
  lateinit var words: WordsArg
  lateinit var ear: Channel
}

@InvokeArg
internal class WordsArg {
  var name = ""
  var channel = ""
  var about = ""
  var twoMinutes = ""
  var later = ""
  var notToday = ""
}

@InvokeArg
internal class KeepArgs {
  var reminders: List<EntryArg> = emptyList()
  var quiet: HoursArg? = null
}

@InvokeArg
internal class HoursArg {
  var from = ""
  var until = ""
}

@InvokeArg
internal class ShowArgs {
  lateinit var reminder: EntryArg
}

@InvokeArg
internal class RehearseArgs {
  lateinit var reminder: EntryArg
  var afterMs = 0L
}

@InvokeArg
internal class WithdrawArgs {
  var id = 0
}

@InvokeArg
internal class EntryArg {
  var id = 0
  var day: String? = null
  var local: String? = null
  var title = ""
  var body = ""
  var text = ""
  var canWait = false

  fun reminder() =
    Reminder(
      id,
      day?.let(LocalDate::parse),
      local?.let(LocalDateTime::parse),
      title,
      body,
      text,
      canWait,
    )
}

/** What Rust says to the phone; see `src/messages.rs`. Called on the main thread. */
@TauriPlugin(
  permissions = [Permission(strings = [Manifest.permission.POST_NOTIFICATIONS], alias = SHOW)]
)
class RemindersPlugin(activity: Activity) : Plugin(activity) {
  private val phone = AndroidPhone(activity)
  private val keeper = Keeper(phone)

  init {
    // A cold start. Rust is not there yet, so the answer is kept like any other, until it asks.
    take(activity.intent)
  }

  override fun onNewIntent(intent: Intent) {
    take(intent)
    tell()
  }

  /** Somebody comes back: perhaps from the settings, perhaps to an activity made anew. */
  override fun onResume(activity: AppCompatActivity) {
    take(activity.intent)
    tell()
  }

  @Command
  fun listen(invoke: Invoke) {
    val args = invoke.parseArgs(ListenArgs::class.java)
    val said = args.words
    val words =
      Words(said.name, said.channel, said.about, said.twoMinutes, said.later, said.notToday)
    keeper.use(words)
    phone.makeChannel(words)
    ear = args.ear
    invoke.resolve()
  }

  @Command
  fun keep(invoke: Invoke) {
    val args = invoke.parseArgs(KeepArgs::class.java)
    val quiet = args.quiet?.let { Quiet(LocalTime.parse(it.from), LocalTime.parse(it.until)) }
    keeper.keep(args.reminders.map(EntryArg::reminder), quiet)
    invoke.resolve()
  }

  @Command
  fun show(invoke: Invoke) {
    keeper.show(invoke.parseArgs(ShowArgs::class.java).reminder.reminder())
    invoke.resolve()
  }

  @Command
  fun rehearse(invoke: Invoke) {
    val args = invoke.parseArgs(RehearseArgs::class.java)
    keeper.rehearse(args.reminder.reminder(), Duration.ofMillis(args.afterMs))
    invoke.resolve()
  }

  @Command
  fun withdraw(invoke: Invoke) {
    keeper.withdraw(invoke.parseArgs(WithdrawArgs::class.java).id)
    invoke.resolve()
  }

  @Command
  fun ask(invoke: Invoke) {
    // Only where there is a question to ask: for what is granted already, Android calls nobody back.
    if (allowed() == PROMPT) {
      requestPermissionForAlias(SHOW, invoke, "asked")
    } else {
      invoke.resolve()
    }
  }

  @PermissionCallback
  private fun asked(invoke: Invoke) {
    invoke.resolve()
    tell()
  }

  @Command
  fun news(invoke: Invoke) {
    val happened = JSArray()
    for (one in keeper.news()) {
      val told = JSObject()
      told.put("id", one.id)
      told.put("at", one.at)
      told.put("what", one.what)
      told.put("text", one.text)
      happened.put(told)
    }
    val news = JSObject()
    news.put("permission", allowed())
    news.put("happened", happened)
    invoke.resolve(news)
  }

  private fun allowed(): String =
    when {
      phone.isAllowed() -> "granted"
      Build.VERSION.SDK_INT < Build.VERSION_CODES.TIRAMISU -> "denied"
      else ->
        when (getPermissionState(SHOW)) {
          PermissionState.PROMPT,
          PermissionState.PROMPT_WITH_RATIONALE -> PROMPT
          // Granted, and switched off in the settings; or refused for good.
          else -> "denied"
        }
    }

  /**
   * A notification was touched, and kept until Rust asks: Tauri's plugin loses the touch that starts
   * the app (tauri-apps/plugins-workspace#3534). The app's front door is open to every other app, so a made-up answer
   * can at the most be one that opens, to a reminder that is on the screen; and an app that is brought
   * back from the list of recent ones is handed its old intent, which is no answer.
   */
  private fun take(intent: Intent?) {
    val reply = intent?.getStringExtra(AndroidPhone.REPLY) ?: return
    val isOld = intent.flags and Intent.FLAG_ACTIVITY_LAUNCHED_FROM_HISTORY != 0
    if (!isOld && (reply == Happened.OPEN || reply == Happened.TWO_MINUTES)) {
      keeper.answer(intent.getIntExtra(AndroidPhone.ID, 0), reply)
    }
    intent.removeExtra(AndroidPhone.REPLY)
  }

  companion object {
    private const val PROMPT = "prompt"

    @Volatile private var ear: Channel? = null

    /** Rust may want to ask for news. Nobody is there when only a receiver runs. */
    internal fun tell() {
      ear?.send(JSObject())
    }
  }
}

private const val SHOW = "show"

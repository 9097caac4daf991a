package app.undersong.reminders

import android.app.AlarmManager
import android.app.Notification
import android.app.NotificationChannel
import android.app.NotificationManager
import android.app.PendingIntent
import android.content.Context
import android.content.Intent
import android.util.AtomicFile
import java.io.File
import java.io.IOException
import java.time.Duration
import java.time.Instant
import java.time.ZoneId
import java.util.TimeZone

/**
 * Android, as [Keeper] reaches it. Nothing is decided in here.
 *
 * The file lies where backups do not reach and where nothing is read before the phone was unlocked
 * once: that somebody makes music at seven is nobody else's business, and before then nobody could
 * answer anyway.
 */
internal class AndroidPhone(context: Context) : Phone {
  private val context: Context = context.applicationContext
  private val alarms = context.getSystemService(AlarmManager::class.java)
  private val notifications = context.getSystemService(NotificationManager::class.java)
  private val file = AtomicFile(File(context.noBackupFilesDir, "reminders"))

  override fun now(): Instant = Instant.now()

  // Not `ZoneId.systemDefault()`: where a phone's zone has a name Java does not know, that throws.
  override fun zone(): ZoneId = TimeZone.getDefault().toZoneId()

  /**
   * Inexact: within a minute on a phone in the hand, and up to an hour later on one that nothing else
   * wakes. Android sets that limit from version 12 on; before, a reminder set a day ahead may be later
   * still. "After dinner" asks for no more, and exact alarms are a permission made for clocks and
   * calendars.
   */
  override fun wakeAt(id: Int, at: Instant) {
    val wake = alarm(id, PendingIntent.FLAG_UPDATE_CURRENT) ?: return
    alarms.setAndAllowWhileIdle(AlarmManager.RTC_WAKEUP, at.toEpochMilli(), wake)
  }

  override fun forget(id: Int) {
    val wake = alarm(id, PendingIntent.FLAG_NO_CREATE) ?: return
    alarms.cancel(wake)
    wake.cancel()
  }

  override fun show(reminder: Reminder, words: Words, until: Instant) {
    makeChannel(words)
    val builder = Notification.Builder(context, CHANNEL)
      .setSmallIcon(R.drawable.ic_reminder)
      .setContentTitle(reminder.title)
      .setContentText(reminder.body)
      .setStyle(Notification.BigTextStyle().bigText(reminder.body))
      .setCategory(Notification.CATEGORY_REMINDER)
      .setContentIntent(opening(reminder.id, Happened.OPEN))
      .setAutoCancel(true)
      .setOnlyAlertOnce(true)
      .setTimeoutAfter(maxOf(Duration.between(now(), until).toMillis(), 1))
      // What others may read over a shoulder: that this app is there.
      .setVisibility(Notification.VISIBILITY_PRIVATE)
      .setPublicVersion(
        Notification.Builder(context, CHANNEL)
          .setSmallIcon(R.drawable.ic_reminder)
          .setContentTitle(words.name)
          .build()
      )
    // One that is only tried has no day to begin, to put off or to leave.
    if (reminder.day != null) {
      builder.addAction(button(words.twoMinutes, opening(reminder.id, Happened.TWO_MINUTES)))
      if (reminder.canWait) {
        builder.addAction(button(words.later, answering(reminder.id, Happened.LATER)))
      }
      builder.addAction(button(words.notToday, answering(reminder.id, Happened.NOT_TODAY)))
    }
    notifications.notify(reminder.id, builder.build())
  }

  override fun withdraw(id: Int) = notifications.cancel(id)

  override fun read(): String =
    try {
      String(file.readFully(), Charsets.UTF_8)
    } catch (_: IOException) {
      ""
    }

  override fun write(text: String) {
    try {
      val out = file.startWrite()
      try {
        out.write(text.toByteArray(Charsets.UTF_8))
        file.finishWrite(out)
      } catch (_: IOException) {
        file.failWrite(out)
      }
    } catch (_: IOException) {
      // No room on the phone: what was there before stays, and the app arms again when it starts.
    }
  }

  /** Made before the first one, so that the person finds it in the settings. */
  fun makeChannel(words: Words) {
    val channel =
      NotificationChannel(CHANNEL, words.channel, NotificationManager.IMPORTANCE_DEFAULT)
    channel.description = words.about
    channel.setShowBadge(false)
    notifications.createNotificationChannel(channel)
  }

  override fun isAllowed(): Boolean {
    val channel = notifications.getNotificationChannel(CHANNEL)
    val isMuted = channel != null && channel.importance == NotificationManager.IMPORTANCE_NONE
    return notifications.areNotificationsEnabled() && !isMuted
  }

  private fun button(words: String, intent: PendingIntent): Notification.Action =
    Notification.Action.Builder(null, words, intent).build()

  private fun alarm(id: Int, flag: Int): PendingIntent? {
    val intent = Intent(context, LookReceiver::class.java)
    return PendingIntent.getBroadcast(context, id, intent, flag or PendingIntent.FLAG_IMMUTABLE)
  }

  /** Straight to the activity: Android starts none from a receiver that a notification woke. */
  private fun opening(id: Int, reply: String): PendingIntent {
    val front = context.packageManager.getLaunchIntentForPackage(context.packageName)
    val intent = checkNotNull(front).putExtra(ID, id).putExtra(REPLY, reply)
    return PendingIntent.getActivity(context, code(id, reply), intent, FLAGS)
  }

  private fun answering(id: Int, reply: String): PendingIntent {
    val intent =
      Intent(context, AnswerReceiver::class.java).putExtra(ID, id).putExtra(REPLY, reply)
    return PendingIntent.getBroadcast(context, code(id, reply), intent, FLAGS)
  }

  /**
   * To Android two intents are the same unless something but their extras differs, and the newer
   * would change the older. Ids end at 999 912 311, so twice that still fits.
   */
  private fun code(id: Int, reply: String): Int =
    id * 2 + if (reply == Happened.TWO_MINUTES || reply == Happened.NOT_TODAY) 1 else 0

  companion object {
    const val CHANNEL = "reminders"
    const val ID = "app.undersong.reminders.ID"
    const val REPLY = "app.undersong.reminders.REPLY"
    private const val FLAGS = PendingIntent.FLAG_UPDATE_CURRENT or PendingIntent.FLAG_IMMUTABLE
  }
}

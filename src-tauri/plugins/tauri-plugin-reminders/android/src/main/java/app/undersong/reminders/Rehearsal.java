package app.undersong.reminders;

import java.time.Instant;

/** One that is only tried: at a moment, wherever the phone is and whatever its clock is set to. */
final class Rehearsal {
    final Reminder reminder;
    final Instant at;

    Rehearsal(Reminder reminder, Instant at) {
        this.reminder = reminder;
        this.at = at;
    }
}

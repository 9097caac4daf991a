package app.undersong.reminders;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Objects;

/**
 * One reminder, to be shown once. Everything in it may stand on a lock screen; how anybody is, or
 * what they wrote, is not.
 */
public final class Reminder {
    /** Its day as a number, and a last digit: 0, or 1 for once more the same day. */
    public final int id;
    /** The practice day it belongs to, 04:00 to 04:00; null for one that is only tried. */
    public final LocalDate day;
    /** When, by the wall clock of wherever the phone is; null for one that is shown at once or tried. */
    public final LocalDateTime local;
    public final String title;
    public final String body;
    /** The app's name for the body, handed back with the news that it was shown. */
    public final String text;
    /** Whether "in an hour" is offered. */
    public final boolean canWait;

    public Reminder(
            int id,
            LocalDate day,
            LocalDateTime local,
            String title,
            String body,
            String text,
            boolean canWait) {
        this.id = id;
        this.day = day;
        this.local = local;
        this.title = title;
        this.body = body;
        this.text = text;
        this.canWait = canWait;
    }

    /** Once more the same day, because the person asked for it. */
    public boolean isAgain() {
        return id % 10 == 1;
    }

    /** The same words once more, at `local`. There is no third time. */
    public Reminder again(LocalDateTime local) {
        return new Reminder(id - id % 10 + 1, day, local, title, body, text, false);
    }

    @Override
    public boolean equals(Object other) {
        if (!(other instanceof Reminder)) {
            return false;
        }
        Reminder that = (Reminder) other;
        return id == that.id
                && canWait == that.canWait
                && Objects.equals(day, that.day)
                && Objects.equals(local, that.local)
                && title.equals(that.title)
                && body.equals(that.body)
                && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return id;
    }
}

package app.undersong.reminders;

import java.time.Instant;
import java.time.ZoneId;

/** The phone, as {@link Keeper} reaches it: a clock, alarms, a screen, and one file. */
public interface Phone {
    Instant now();

    /** Where the phone is. */
    ZoneId zone();

    /** Wakes {@link Keeper#look} about then, also asleep; the same id again replaces. */
    void wakeAt(int id, Instant at);

    void forget(int id);

    /** Whether the person lets anything be shown. */
    boolean isAllowed();

    /** Shows it; the same id again replaces. By itself it is gone from the screen at `until`. */
    void show(Reminder reminder, Words words, Instant until);

    void withdraw(int id);

    /** What was written last; "" if nothing, or nothing that can be read. */
    String read();

    /** There whole, or not at all. */
    void write(String text);
}

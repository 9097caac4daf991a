package app.undersong.reminders;

import java.time.LocalTime;
import java.time.ZonedDateTime;

/** Hours in which nothing is shown; over midnight if `until` is the earlier one. */
public final class Quiet {
    public final LocalTime from;
    public final LocalTime until;

    public Quiet(LocalTime from, LocalTime until) {
        this.from = from;
        this.until = until;
    }

    /** Whether it is quiet at `time`. Equal ends are no hours at all. */
    public boolean covers(LocalTime time) {
        boolean hasBegun = !time.isBefore(from);
        boolean isBeforeEnd = time.isBefore(until);
        return from.isAfter(until) ? hasBegun || isBeforeEnd : hasBegun && isBeforeEnd;
    }

    /** When the hours that cover `at` are over. */
    public ZonedDateTime overAfter(ZonedDateTime at) {
        ZonedDateTime sameDate = at.toLocalDate().atTime(until).atZone(at.getZone());
        return sameDate.isAfter(at)
                ? sameDate
                : at.toLocalDate().plusDays(1).atTime(until).atZone(at.getZone());
    }
}

package app.undersong.reminders;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;

/**
 * What a phone does about reminders, also when the app is not running.
 *
 * <p>The app plans; this only keeps to the plan. There is one rule, {@link #look}: whatever woke us
 * (an alarm, a start of the phone, another zone, a clock that was set, an update of the app), show
 * what is due, once a practice day, and set an alarm for everything that is still to come. Times are
 * the wall clock's, turned into moments at each look; so "19:00" is 19:00 wherever the phone is.
 *
 * <p>Written down before it is shown. Nothing of Android in here; it is run on an ordinary Java
 * machine by this crate's tests. Any thread, one at a time.
 */
public final class Keeper {
    /** A practice day begins at this hour of the wall clock. */
    private static final int DAY_STARTS_AT = 4;
    /** What is tried and comes later than this, or should have, is waited for by nobody any more. */
    private static final Duration LATEST = Duration.ofMinutes(10);
    /** Receivers and the app share one file. */
    private static final Object ONE_AT_A_TIME = new Object();

    private final Phone phone;

    public Keeper(Phone phone) {
        this.phone = phone;
    }

    /** The words from now on. */
    public void use(Words words) {
        synchronized (ONE_AT_A_TIME) {
            Notebook book = open();
            book.words = words;
            close(book);
        }
    }

    /** From now on exactly these are armed, and nothing is shown in these hours; null for none. */
    public void keep(List<Reminder> wanted, Quiet quiet) {
        synchronized (ONE_AT_A_TIME) {
            Notebook book = open();
            List<Reminder> before = new ArrayList<>(book.armed.values());
            book.quiet = quiet;
            book.armed.clear();
            for (Reminder one : wanted) {
                book.armed.put(one.id, one);
            }
            for (Reminder one : before) {
                // The app has not heard yet that a person asked for this one.
                if (one.isAgain() && isNews(book, one.id - 1, Happened.LATER)) {
                    book.armed.putIfAbsent(one.id, one);
                }
            }
            close(book);
            for (Reminder one : before) {
                if (!book.armed.containsKey(one.id)) {
                    phone.forget(one.id);
                }
            }
            for (Reminder one : book.armed.values()) {
                if (!before.contains(one)) {
                    phone.wakeAt(one.id, moment(one));
                }
            }
        }
    }

    /**
     * Tries this one, `after` from now and also in quiet hours: the person is waiting for it. By the
     * same alarm, receiver and rule as those that are armed, and apart from them: no plan counts it
     * or takes it away, and it is no day's.
     */
    public void rehearse(Reminder one, Duration after) {
        synchronized (ONE_AT_A_TIME) {
            Notebook book = open();
            Instant at = phone.now().plus(after);
            book.rehearsal = new Rehearsal(one, at);
            book.onScreen.remove(one.id);
            close(book);
            // One that takes another's place on the screen would make no sound.
            phone.withdraw(one.id);
            phone.wakeAt(one.id, at);
        }
    }

    /** Looks at the clock: the one rule. */
    public void look() {
        synchronized (ONE_AT_A_TIME) {
            Notebook book = open();
            ZonedDateTime now = now();
            Reminder tried = tried(book, now.toInstant());
            LocalDate today = practiceDay(now);
            boolean isQuiet = book.quiet != null && book.quiet.covers(now.toLocalTime());
            Reminder due = null;
            for (Reminder one : new ArrayList<>(book.armed.values())) {
                if (moment(one).isAfter(now.toInstant())) {
                    phone.wakeAt(one.id, moment(one));
                } else if (!isWanted(book, one, today)) {
                    // Its day has passed, or has had its one.
                    book.armed.remove(one.id);
                } else if (isQuiet) {
                    phone.wakeAt(one.id, book.quiet.overAfter(now).toInstant());
                } else {
                    book.armed.remove(one.id);
                    due = one;
                }
            }
            if (tried == null && due == null || !phone.isAllowed()) {
                // What nobody could see was not ignored.
                close(book);
                return;
            }
            if (tried != null) {
                tellAndPut(book, tried);
            }
            if (due != null) {
                tellAndPut(book, due);
            }
        }
    }

    /** The one that is tried, if it has come; if not, an alarm is set for it again. */
    private Reminder tried(Notebook book, Instant now) {
        Rehearsal rehearsal = book.rehearsal;
        if (rehearsal == null) {
            return null;
        }
        Duration late = Duration.between(rehearsal.at, now);
        if (late.abs().compareTo(LATEST) > 0) {
            // The phone was off, or somebody set its clock.
            book.rehearsal = null;
            return null;
        }
        if (late.isNegative()) {
            phone.wakeAt(rehearsal.reminder.id, rehearsal.at);
            return null;
        }
        book.rehearsal = null;
        return rehearsal.reminder;
    }

    private void tellAndPut(Notebook book, Reminder one) {
        book.tell(happened(one.id, Happened.SHOWN, one.text));
        put(book, one);
    }

    /** Shows it now, unless its day has had its one. The app knows, and is not told. */
    public void show(Reminder one) {
        synchronized (ONE_AT_A_TIME) {
            Notebook book = open();
            book.armed.remove(one.id);
            phone.forget(one.id);
            if (book.seen.contains(one.id)) {
                close(book);
            } else {
                put(book, one);
            }
        }
    }

    /** Takes it off the screen, if it is still there. */
    public void withdraw(int id) {
        synchronized (ONE_AT_A_TIME) {
            Notebook book = open();
            book.onScreen.remove(id);
            close(book);
            phone.withdraw(id);
        }
    }

    /**
     * A person answered. `false` if there is nothing of that name to answer: it was answered before,
     * or somebody else made this up.
     */
    public boolean answer(int id, String reply) {
        synchronized (ONE_AT_A_TIME) {
            Notebook book = open();
            Reminder one = book.onScreen.remove(id);
            if (one == null) {
                return false;
            }
            book.tell(happened(id, reply, ""));
            Reminder again = reply.equals(Happened.LATER) ? inAnHour(book, one) : null;
            if (again != null) {
                book.armed.put(again.id, again);
            }
            close(book);
            phone.withdraw(id);
            if (again != null) {
                phone.wakeAt(again.id, moment(again));
            }
            return true;
        }
    }

    /** Everything that happened since the last call. It is told once, even if nobody listened. */
    public List<Happened> news() {
        synchronized (ONE_AT_A_TIME) {
            Notebook book = open();
            List<Happened> news = new ArrayList<>(book.news);
            if (!news.isEmpty()) {
                book.news.clear();
                close(book);
            }
            return news;
        }
    }

    /** Once more in an hour, after quiet hours; null if the day is over by then. */
    private Reminder inAnHour(Notebook book, Reminder one) {
        if (one.day == null || !one.canWait) {
            return null;
        }
        ZonedDateTime at = now().plusHours(1);
        if (book.quiet != null && book.quiet.covers(at.toLocalTime())) {
            at = book.quiet.overAfter(at);
        }
        return practiceDay(at).equals(one.day) ? one.again(at.toLocalDateTime()) : null;
    }

    private boolean isWanted(Notebook book, Reminder one, LocalDate today) {
        boolean hasHadIt = one.isAgain() ? book.seen.contains(one.id) : book.hasSeen(one.day);
        return one.day.equals(today) && !hasHadIt;
    }

    private void put(Notebook book, Reminder one) {
        if (one.day != null) {
            book.seen.add(one.id);
        }
        book.onScreen.put(one.id, one);
        close(book);
        ZonedDateTime now = now();
        phone.show(one, book.words, dayAfter(practiceDay(now), now));
    }

    private Instant dayAfter(LocalDate day, ZonedDateTime now) {
        return day.plusDays(1).atTime(DAY_STARTS_AT, 0).atZone(now.getZone()).toInstant();
    }

    private boolean isNews(Notebook book, int id, String what) {
        for (Happened one : book.news) {
            if (one.id == id && one.what.equals(what)) {
                return true;
            }
        }
        return false;
    }

    private Happened happened(int id, String what, String text) {
        return new Happened(id, phone.now().toEpochMilli(), what, text);
    }

    /** Where clocks go forward over it, it comes that much later; where they go back, the first. */
    private Instant moment(Reminder one) {
        return one.local.atZone(phone.zone()).toInstant();
    }

    private ZonedDateTime now() {
        return phone.now().atZone(phone.zone());
    }

    static LocalDate practiceDay(ZonedDateTime at) {
        LocalDate date = at.toLocalDate();
        return at.getHour() < DAY_STARTS_AT ? date.minusDays(1) : date;
    }

    private Notebook open() {
        return Notebook.read(phone.read());
    }

    private void close(Notebook book) {
        book.forgetBefore(practiceDay(now()));
        phone.write(book.write());
    }
}

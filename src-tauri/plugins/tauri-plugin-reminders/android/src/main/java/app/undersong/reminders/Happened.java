package app.undersong.reminders;

/** Something the app was not there to see; handed to it once. */
public final class Happened {
    public static final String SHOWN = "shown";
    /** Touched the reminder itself. */
    public static final String OPEN = "open";
    public static final String TWO_MINUTES = "two-minutes";
    public static final String LATER = "later";
    public static final String NOT_TODAY = "not-today";

    public final int id;
    /** Milliseconds since 1970. */
    public final long at;
    /** One of the above. */
    public final String what;
    /** {@link Reminder#text} of what was shown. */
    public final String text;

    public Happened(int id, long at, String what, String text) {
        this.id = id;
        this.at = at;
        this.what = what;
        this.text = text;
    }
}

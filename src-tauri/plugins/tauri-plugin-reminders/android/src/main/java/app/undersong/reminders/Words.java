package app.undersong.reminders;

/** What a person reads around a reminder, as the app words it. */
public final class Words {
    /** The app's name: all that a locked screen shows where the person wants it so. */
    public final String name;
    /** What the phone's settings call these notifications, and the line below. */
    public final String channel;
    public final String about;
    public final String twoMinutes;
    public final String later;
    public final String notToday;

    public Words(
            String name,
            String channel,
            String about,
            String twoMinutes,
            String later,
            String notToday) {
        this.name = name;
        this.channel = channel;
        this.about = about;
        this.twoMinutes = twoMinutes;
        this.later = later;
        this.notToday = notToday;
    }
}

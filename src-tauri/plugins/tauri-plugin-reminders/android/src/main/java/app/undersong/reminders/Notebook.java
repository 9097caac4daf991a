package app.undersong.reminders;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What is remembered while the app is closed, and its one form on the disk: a line for each thing,
 * its parts between tabs. A line nobody understands is left out, so that one that broke, or that a
 * newer version wrote, takes no other with it.
 */
final class Notebook {
    /** More than the app could leave unread: a reminder and its answer for two months of days. */
    private static final int MOST_NEWS = 120;

    Words words = new Words("", "", "", "", "", "");
    Quiet quiet;
    /** To come, by their id: so by their day. */
    final TreeMap<Integer, Reminder> armed = new TreeMap<>();
    /** Waits to be tried, apart from the plan; null for none. */
    Rehearsal rehearsal;
    /** Shown and not answered. */
    final TreeMap<Integer, Reminder> onScreen = new TreeMap<>();
    /** Shown, whatever came of it; so that none comes twice. */
    final TreeSet<Integer> seen = new TreeSet<>();
    final List<Happened> news = new ArrayList<>();

    /** Whether this day has had its one. */
    boolean hasSeen(LocalDate day) {
        return seen.contains(idOf(day));
    }

    void tell(Happened one) {
        news.add(one);
        if (news.size() > MOST_NEWS) {
            news.remove(0);
        }
    }

    /** Lets go of what is older than the day before `today`. */
    void forgetBefore(LocalDate today) {
        int oldest = idOf(today.minusDays(1));
        seen.headSet(oldest).clear();
        onScreen.values().removeIf(one -> one.day != null && one.id < oldest);
    }

    static int idOf(LocalDate day) {
        return ((day.getYear() * 100 + day.getMonthValue()) * 100 + day.getDayOfMonth()) * 10;
    }

    String write() {
        StringBuilder text = new StringBuilder();
        line(text, "words", words.name, words.channel, words.about,
                words.twoMinutes, words.later, words.notToday);
        if (quiet != null) {
            line(text, "quiet", quiet.from.toString(), quiet.until.toString());
        }
        for (Reminder one : armed.values()) {
            reminder(text, "armed", one);
        }
        if (rehearsal != null) {
            String at = Long.toString(rehearsal.at.toEpochMilli());
            reminder(text, "rehearsal", rehearsal.reminder, at);
        }
        for (Reminder one : onScreen.values()) {
            reminder(text, "screen", one);
        }
        for (int id : seen) {
            line(text, "seen", Integer.toString(id));
        }
        for (Happened one : news) {
            line(text, "news", Integer.toString(one.id), Long.toString(one.at), one.what, one.text);
        }
        return text.toString();
    }

    static Notebook read(String text) {
        Notebook book = new Notebook();
        for (String line : text.split("\n")) {
            try {
                book.take(line.split("\t", -1));
            } catch (RuntimeException broken) {
                // One line less. The app arms everything again at its next start.
            }
        }
        return book;
    }

    private void take(String[] marked) {
        String[] part = new String[marked.length];
        for (int n = 0; n < part.length; n++) {
            part[n] = unmarked(marked[n]);
        }
        switch (part[0]) {
            case "words":
                words = new Words(part[1], part[2], part[3], part[4], part[5], part[6]);
                break;
            case "quiet":
                quiet = new Quiet(LocalTime.parse(part[1]), LocalTime.parse(part[2]));
                break;
            case "armed":
                Reminder coming = reminder(part);
                if (coming.day != null && coming.local != null) {
                    armed.put(coming.id, coming);
                }
                break;
            case "rehearsal":
                Instant at = Instant.ofEpochMilli(Long.parseLong(part[8]));
                rehearsal = new Rehearsal(reminder(part), at);
                break;
            case "screen":
                Reminder there = reminder(part);
                onScreen.put(there.id, there);
                break;
            case "seen":
                seen.add(Integer.parseInt(part[1]));
                break;
            case "news":
                news.add(new Happened(
                        Integer.parseInt(part[1]), Long.parseLong(part[2]), part[3], part[4]));
                break;
            default:
        }
    }

    private static Reminder reminder(String[] part) {
        return new Reminder(
                Integer.parseInt(part[1]),
                part[2].isEmpty() ? null : LocalDate.parse(part[2]),
                part[3].isEmpty() ? null : LocalDateTime.parse(part[3]),
                part[4],
                part[5],
                part[6],
                part[7].equals("wait"));
    }

    private static void reminder(
            StringBuilder text, String tag, Reminder one, String... more) {
        List<String> parts = new ArrayList<>(Arrays.asList(
                tag,
                Integer.toString(one.id),
                one.day == null ? "" : one.day.toString(),
                one.local == null ? "" : one.local.toString(),
                one.title, one.body, one.text, one.canWait ? "wait" : ""));
        parts.addAll(Arrays.asList(more));
        line(text, parts.toArray(new String[0]));
    }

    private static void line(StringBuilder text, String... parts) {
        for (int n = 0; n < parts.length; n++) {
            text.append(n == 0 ? "" : "\t").append(marked(parts[n]));
        }
        text.append('\n');
    }

    private static String marked(String part) {
        return part.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n");
    }

    private static String unmarked(String part) {
        StringBuilder text = new StringBuilder();
        for (int n = 0; n < part.length(); n++) {
            char letter = part.charAt(n);
            if (letter == '\\' && n + 1 < part.length()) {
                letter = part.charAt(++n);
                letter = letter == 't' ? '\t' : letter == 'n' ? '\n' : letter;
            }
            text.append(letter);
        }
        return text.toString();
    }
}

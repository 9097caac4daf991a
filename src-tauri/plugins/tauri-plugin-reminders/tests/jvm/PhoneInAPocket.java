package app.undersong.reminders;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A phone without Android: alarms that are lost when it is switched off, a screen that is empty
 * afterwards, one file that stays, and nothing of {@link Keeper} that lives longer than one call.
 *
 * <p>One command a line on standard input, its parts between tabs; what came of it, a line each, and
 * a "." at the end.
 */
public final class PhoneInAPocket implements Phone {
    private Instant now = Instant.EPOCH;
    private ZoneId zone = ZoneId.of("UTC");
    private String file = "";
    private boolean isAllowed = true;
    private TreeMap<Integer, Instant> alarms = new TreeMap<>();
    private TreeMap<Integer, String> screen = new TreeMap<>();
    private final List<Reminder> list = new ArrayList<>();
    private final PrintStream out;

    private PhoneInAPocket(PrintStream out) {
        this.out = out;
    }

    public static void main(String[] args) throws Exception {
        PrintStream out = new PrintStream(System.out, false, "UTF-8");
        PhoneInAPocket phone = new PhoneInAPocket(out);
        BufferedReader in =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            phone.obey(line.split("\t", -1));
            out.println(".");
            out.flush();
        }
    }

    private void obey(String[] said) {
        switch (said[0]) {
            case "zone":
                zone = ZoneId.of(said[1]);
                break;
            case "clock":
                now = instant(said[1]);
                break;
            case "until":
                sleepUntil(instant(said[1]));
                break;
            case "off":
                alarms.clear();
                screen.clear();
                break;
            case "allow":
                isAllowed = said[1].equals("true");
                break;
            case "look":
                keeper().look();
                break;
            case "words":
                keeper().use(new Words(said[1], said[2], said[3], said[4], said[5], said[6]));
                break;
            case "add":
                list.add(reminder(said));
                break;
            case "keep":
                keeper().keep(new ArrayList<>(list), said[1].isEmpty()
                        ? null
                        : new Quiet(LocalTime.parse(said[1]), LocalTime.parse(said[2])));
                list.clear();
                break;
            case "show":
                keeper().show(reminder(said));
                break;
            case "rehearse":
                keeper().rehearse(reminder(said), Duration.ofMillis(Long.parseLong(said[8])));
                break;
            case "withdraw":
                keeper().withdraw(Integer.parseInt(said[1]));
                break;
            case "answer":
                out.println(keeper().answer(Integer.parseInt(said[1]), said[2]));
                break;
            case "news":
                for (Happened one : keeper().news()) {
                    out.println(one.id + "\t" + one.at + "\t" + one.what + "\t" + one.text);
                }
                break;
            case "screen":
                for (Map.Entry<Integer, String> one : screen.entrySet()) {
                    out.println(one.getKey() + "\t" + one.getValue());
                }
                break;
            case "alarms":
                for (Map.Entry<Integer, Instant> one : alarms.entrySet()) {
                    out.println(one.getKey() + "\t" + one.getValue().toEpochMilli());
                }
                break;
            case "spoil":
                byte[] bytes = file.getBytes(StandardCharsets.ISO_8859_1);
                bytes[Integer.parseInt(said[1]) % bytes.length] = (byte) Integer.parseInt(said[2]);
                file = new String(bytes, StandardCharsets.ISO_8859_1);
                break;
            case "tear":
                file = file.substring(0, Integer.parseInt(said[1]) % (file.length() + 1));
                break;
            case "day":
                out.println(Keeper.practiceDay(now.atZone(zone)));
                break;
            default:
                throw new IllegalArgumentException(said[0]);
        }
    }

    /** Every alarm in its order, each as late as Android pleases: here, not at all. */
    private void sleepUntil(Instant end) {
        while (true) {
            Map.Entry<Integer, Instant> next = null;
            for (Map.Entry<Integer, Instant> alarm : alarms.entrySet()) {
                if (next == null || alarm.getValue().isBefore(next.getValue())) {
                    next = alarm;
                }
            }
            if (next == null || next.getValue().isAfter(end)) {
                break;
            }
            if (next.getValue().isAfter(now)) {
                now = next.getValue();
            }
            alarms.remove(next.getKey());
            keeper().look();
        }
        now = end;
    }

    private Keeper keeper() {
        return new Keeper(this);
    }

    private static Reminder reminder(String[] said) {
        return new Reminder(
                Integer.parseInt(said[1]),
                said[2].isEmpty() ? null : LocalDate.parse(said[2]),
                said[3].isEmpty() ? null : LocalDateTime.parse(said[3]),
                said[4].replace("<tab>", "\t").replace("<line>", "\n"),
                said[5].replace("<tab>", "\t").replace("<line>", "\n"),
                said[6],
                said[7].equals("true"));
    }

    private static Instant instant(String millis) {
        return Instant.ofEpochMilli(Long.parseLong(millis));
    }

    @Override
    public Instant now() {
        return now;
    }

    @Override
    public ZoneId zone() {
        return zone;
    }

    @Override
    public void wakeAt(int id, Instant at) {
        alarms.put(id, at);
    }

    @Override
    public void forget(int id) {
        alarms.remove(id);
    }

    @Override
    public boolean isAllowed() {
        return isAllowed;
    }

    @Override
    public void show(Reminder one, Words words, Instant until) {
        screen.put(one.id, one.title + " | " + one.body + " | " + words.later);
        out.println("shown\t" + one.id + "\t" + now.toEpochMilli() + "\t" + until.toEpochMilli());
    }

    @Override
    public void withdraw(int id) {
        screen.remove(id);
    }

    @Override
    public String read() {
        return file;
    }

    @Override
    public void write(String text) {
        file = text;
    }
}

//! A phone in a pocket: `Keeper.java` as the phone has it, on an ordinary Java machine, with a clock
//! that a test sets. See `tests/jvm/PhoneInAPocket.java`.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::OnceLock;

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{ToSpan, Zoned};
use tauri_plugin_reminders::{Entry, Hours};

/// 24 November 2026 is a Tuesday.
pub const TUESDAY: &str = "2026-11-24";

/// The one that is only tried.
pub const TRIAL: i32 = 1;

pub struct Pocket {
    child: Child,
    said: ChildStdin,
    answers: BufReader<ChildStdout>,
    now: Zoned,
}

impl Pocket {
    /// A phone in Berlin on Tuesday at noon, with nothing armed.
    pub fn in_berlin() -> Pocket {
        let mut child = Command::new("java")
            .args(["-Xshare:auto", "-XX:TieredStopAtLevel=1", "-cp"])
            .arg(classes())
            .arg("app.undersong.reminders.PhoneInAPocket")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a Java machine; `cargo xtask test` installs one");
        let said = child.stdin.take().expect("it is piped");
        let answers = BufReader::new(child.stdout.take().expect("it is piped"));
        let now = format!("{TUESDAY}T12:00:00[Europe/Berlin]")
            .parse()
            .expect("a moment");
        let mut pocket = Pocket {
            child,
            said,
            answers,
            now,
        };
        pocket.travels("Europe/Berlin");
        pocket.clock_is_set(pocket.now.clone());
        pocket.say(
            "words\tUndersong\tReminders\tOne a day.\tStart two minutes\tIn an hour\tNot today",
        );
        pocket
    }

    /// One command, as it stands; what came of it.
    pub fn say(&mut self, line: &str) -> Vec<String> {
        writeln!(self.said, "{line}").expect("the phone is on");
        self.said.flush().expect("the phone is on");
        let mut answer = vec![];
        loop {
            let mut line = String::new();
            let read = self.answers.read_line(&mut line).expect("the phone is on");
            assert!(read > 0, "the phone crashed over this; see its words above");
            if line == ".\n" {
                return answer;
            }
            answer.push(line.trim_end_matches('\n').to_owned());
        }
    }

    pub fn now(&self) -> &Zoned {
        &self.now
    }

    /// To another zone, at the same moment. The system tells.
    pub fn travels(&mut self, zone: &str) {
        let there = TimeZone::get(zone).expect("a zone");
        self.now = self.now.with_time_zone(there);
        self.say(&format!("zone\t{zone}"));
        self.say("look");
    }

    /// Somebody sets the clock, or the phone was off until then; nobody is told.
    pub fn clock_is_set(&mut self, now: Zoned) {
        self.say(&format!("clock\t{}", now.timestamp().as_millisecond()));
        self.now = now;
    }

    /// Off until `time`, by the wall clock here: alarms and screen are lost. Then on.
    pub fn is_off_until(&mut self, time: &str) -> Vec<String> {
        self.say("off");
        let on = self.here(time);
        self.clock_is_set(on);
        let shown = self.say("look");
        self.read(&shown)
    }

    /// In the pocket until `time`: which came when, by the wall clock here ("Tue 19:00").
    pub fn until(&mut self, time: &str) -> Vec<String> {
        let end = self.here(time);
        let shown = self.say(&format!("until\t{}", end.timestamp().as_millisecond()));
        self.now = end;
        self.read(&shown)
    }

    fn here(&self, time: &str) -> Zoned {
        let time: DateTime = time.parse().expect("a time");
        time.to_zoned(self.now.time_zone().clone())
            .expect("a moment")
    }

    pub fn read(&self, shown: &[String]) -> Vec<String> {
        let one = |line: &String| {
            let part: Vec<&str> = line.split('\t').collect();
            assert_eq!(part[0], "shown", "{line}");
            self.wall_clock(part[2])
        };
        shown.iter().map(one).collect()
    }

    fn wall_clock(&self, millis: &str) -> String {
        let at = jiff::Timestamp::from_millisecond(millis.parse().expect("milliseconds"));
        let at = at.expect("a moment").to_zoned(self.now.time_zone().clone());
        at.strftime("%a %H:%M").to_string()
    }

    pub fn keep(&mut self, entries: &[Entry], quiet: Option<&Hours>) {
        for entry in entries {
            self.say(&line("add", entry));
        }
        let quiet = quiet.map_or("\t".into(), |hours| {
            format!("{}\t{}", hours.from, hours.until)
        });
        self.say(&format!("keep\t{quiet}"));
    }

    pub fn show(&mut self, entry: &Entry) -> Vec<String> {
        let shown = self.say(&line("show", entry));
        self.read(&shown)
    }

    /// "Send one in ten seconds."
    pub fn rehearse(&mut self) {
        let trial = Entry {
            id: TRIAL,
            day: None,
            local: None,
            title: "Undersong".into(),
            body: "This is how a reminder comes.".into(),
            text: String::new(),
            can_wait: false,
        };
        self.say(&format!("{}\t10000", line("rehearse", &trial)));
    }

    /// Whether there was something of that name to answer.
    pub fn press(&mut self, id: i32, reply: &str) -> bool {
        self.say(&format!("answer\t{id}\t{reply}")) == ["true"]
    }

    /// What the app is told: id, when, what.
    pub fn news(&mut self) -> Vec<(i32, String, String)> {
        let news = self.say("news");
        let one = |line: &String| {
            let part: Vec<&str> = line.split('\t').collect();
            let id = part[0].parse().expect("a number");
            (id, self.wall_clock(part[1]), part[2].to_owned())
        };
        news.iter().map(one).collect()
    }

    pub fn armed(&mut self) -> Vec<i32> {
        let alarms = self.say("alarms");
        let id = |line: &String| line.split('\t').next().and_then(|id| id.parse().ok());
        alarms.iter().filter_map(id).collect()
    }
}

impl Drop for Pocket {
    fn drop(&mut self) {
        // It ends by itself when nobody speaks to it any more; this is sooner.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn line(command: &str, entry: &Entry) -> String {
    [
        command,
        &entry.id.to_string(),
        entry.day.as_deref().unwrap_or_default(),
        entry.local.as_deref().unwrap_or_default(),
        &entry.title,
        &entry.body,
        &entry.text,
        if entry.can_wait { "true" } else { "false" },
    ]
    .join("\t")
}

pub fn id(day: Date) -> i32 {
    let (year, month) = (i32::from(day.year()), i32::from(day.month()));
    ((year * 100 + month) * 100 + i32::from(day.day())) * 10
}

/// A reminder of `day` at this time of its wall clock.
pub fn at(local: &str) -> Entry {
    let local: DateTime = local.parse().expect("a time");
    let is_night = local.hour() < 4;
    let day = if is_night {
        local.date() - 1.day()
    } else {
        local.date()
    };
    Entry {
        id: id(day),
        day: Some(day.to_string()),
        local: Some(local.to_string()),
        title: "Undersong, after dinner".into(),
        body: "One small beat today?".into(),
        text: "oneSmallBeat".into(),
        can_wait: true,
    }
}

/// Seven in the evening, from Tuesday on.
pub fn evenings(days: i32) -> Vec<Entry> {
    let first: Date = TUESDAY.parse().expect("a day");
    (0..days)
        .map(|n| at(&format!("{}T19:00:00", first + n.days())))
        .collect()
}

/// The classes, compiled once a test run with the language level that Android is given.
fn classes() -> &'static Path {
    static CLASSES: OnceLock<PathBuf> = OnceLock::new();
    CLASSES.get_or_init(|| {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let classes =
            Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("classes-{}", std::process::id()));
        let java = |folder: &Path| -> Vec<PathBuf> {
            let files = std::fs::read_dir(folder).expect("the plugin's own folder");
            let paths = files.flatten().map(|file| file.path());
            paths
                .filter(|path| path.extension().is_some_and(|end| end == "java"))
                .collect()
        };
        let compiled = Command::new("javac")
            .args(["--release", "8", "-Xlint:all,-options", "-Werror", "-d"])
            .arg(&classes)
            .args(java(
                &here.join("android/src/main/java/app/undersong/reminders"),
            ))
            .args(java(&here.join("tests/jvm")))
            .status()
            .expect("a Java compiler; `cargo xtask test` installs one");
        assert!(compiled.success(), "the phone's rule does not compile");
        classes
    })
}

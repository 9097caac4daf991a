//! A disk that fails on demand: system calls of a child process, stopped or answered by `strace`.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on fails"
)]

use std::collections::BTreeMap;
use std::fmt;
use std::fs::{self, OpenOptions};
use std::io::{IoSlice, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::people::said::Said;
use crate::people::{RATE, evening as an_evening, hum, hum_header};
use serde_json::json;
use store::{EndReason, NewPiece, Store};

pub const STORE: &str = "UNDERSONG_STORE_OF_THE_DISTURBED";
/// Where the child says what is safe.
const WORDS: &str = "UNDERSONG_WORDS_OF_THE_DISTURBED";
const SECONDS: &str = "UNDERSONG_SECONDS_OF_THE_DISTURBED";

/// Calls by which something on the disk changes.
const CHANGING: &str = "openat,write,pwrite64,fsync,fdatasync,ftruncate,fallocate,rename,renameat,\
renameat2,link,linkat,unlink,unlinkat,mkdir,mkdirat";

/// What the child does. Errors are met as the app meets them: stop singing, keep what is there.
pub fn evening(dir: &Path) {
    let words = std::env::var(WORDS).unwrap();
    let mut words = OpenOptions::new().append(true).open(words).unwrap();
    // Not by `write`: that is what fails here.
    let mut say = |line: &str| {
        let line = format!("@{line}\n");
        let said = words.write_vectored(&[IoSlice::new(line.as_bytes())]);
        assert_eq!(said.unwrap(), line.len());
    };
    let seconds: f64 = std::env::var(SECONDS).unwrap().parse().unwrap();
    // Reads the time zones: a file that is not ours to lose.
    let tonight = an_evening("vs02");
    let Ok((mut store, _)) = Store::open(dir, now()) else {
        return;
    };
    let Ok(session) = store.insert_session(&tonight) else {
        return;
    };
    say(&format!("session {session}"));
    let header = hum_header(session);
    if let Ok(mut writer) = store.begin_take(&header) {
        for (nth, breath) in hum(seconds).chunks(BREATH).enumerate() {
            say(&format!(
                "sung {} {}",
                header.take,
                nth * BREATH + breath.len()
            ));
            if writer.append(breath).is_err() {
                break;
            }
            say(&format!("safe {} {}", header.take, writer.on_disk()));
            if nth % 5 == 2 && writer.mark(&format!("breath {nth}")).is_ok() {
                say(&format!("mark {} breath {nth}", header.take));
            }
        }
        if let Ok(sealed) = writer.seal() {
            say(&format!("sealed {} {}", header.take, sealed.frames));
            // Without its row it is adopted at the next start.
            let _ = store.adopt_take(&sealed);
        }
    }
    let piece = NewPiece {
        session: Some(session),
        exercise: "vs02".into(),
        name: String::new(),
        named: false,
        seconds,
        recovered: false,
        made: now(),
        manifest: json!({ "take": header.take }),
        cover: json!(null),
    };
    if let Ok(piece) = store.save_piece(&piece) {
        say(&format!("piece {piece}"));
    }
    if store
        .end_session(session, EndReason::Stopped, 1, 10_000)
        .is_ok()
    {
        say(&format!("ended {session}"));
    }
    if store.close().is_ok() {
        say("closed");
    }
}

/// Frames appended at a time: never a whole number of slots.
const BREATH: usize = RATE as usize / 7;

fn now() -> jiff::Timestamp {
    "2026-11-23T18:30:00Z".parse().unwrap()
}

/// A call that changes the store, as the `nth` of its name.
#[derive(Debug, Clone)]
pub struct Place {
    call: String,
    nth: usize,
    /// As `strace` wrote it.
    line: String,
}

/// What happens to a call.
#[derive(Debug)]
pub struct Fault {
    inject: String,
    at: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}", self.inject, self.at)
    }
}

impl Fault {
    fn new(place: &Place, what: &str, when: &str) -> Fault {
        Fault {
            inject: format!("inject={}:{what}:when={}{when}", place.call, place.nth),
            at: place.line.clone(),
        }
    }

    /// The process ends as it makes this call.
    pub fn kill(place: &Place) -> Fault {
        Fault::new(place, "signal=KILL", "")
    }

    /// No room, for this one or from here on.
    pub fn full(place: &Place, from_here_on: bool) -> Fault {
        let when = if from_here_on { "+" } else { "" };
        Fault::new(place, "error=ENOSPC", when)
    }

    pub fn failing(place: &Place) -> Fault {
        Fault::new(place, "error=EIO", "")
    }

    pub fn one_in_a_hundred(call: &str, first: usize) -> Fault {
        Fault {
            inject: format!("inject={call}:error=EIO:when={first}+100"),
            at: "one in a hundred".into(),
        }
    }

    fn kills(&self) -> bool {
        self.inject.contains("KILL")
    }
}

/// A store as it is before the evening.
pub struct Studio {
    before: tempfile::TempDir,
    seconds: f64,
    /// What was promised by whoever left it like this.
    promised: Said,
}

impl Studio {
    pub fn new_device() -> Studio {
        Studio {
            before: folder(),
            seconds: 3.2,
            promised: Said::default(),
        }
    }

    pub fn with_a_history() -> Studio {
        Studio::new_device().followed_by(None)
    }

    /// Somebody was singing when the process died.
    pub fn after_a_crash() -> Studio {
        let usual = Studio::with_a_history();
        let mut places = usual.places();
        places.retain(|place| place.call == "write");
        let place = places.pop().unwrap();
        usual.after(&Fault::kill(&place))
    }

    /// As it is after one more evening, with this fault in it.
    pub fn after(&self, fault: &Fault) -> Studio {
        self.followed_by(Some(fault))
    }

    fn followed_by(&self, fault: Option<&Fault>) -> Studio {
        let (after, words) = self.run(fault);
        let mut promised = self.promised.clone();
        promised.hear(&words);
        Studio {
            before: after,
            seconds: self.seconds,
            promised,
        }
    }

    pub fn singing(&self, seconds: f64) -> Studio {
        let before = folder();
        copy(self.before.path(), before.path());
        Studio {
            before,
            seconds,
            promised: self.promised.clone(),
        }
    }

    /// Every call of an undisturbed evening that changes something in the store.
    pub fn places(&self) -> Vec<Place> {
        let dir = self.copied();
        let log = dir.path().join("calls");
        let trace = ["-y", "-s", "16", "-e", CHANGING];
        let status = self.child(dir.path(), &trace).status().unwrap();
        assert!(status.success(), "an evening without faults: {status}");
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        let mut places = Vec::new();
        let inside = format!("{}/", dir.path().join("store").display());
        for line in fs::read_to_string(log).unwrap().lines() {
            // `1234  pwrite64(5</dev/shm/x/store/app.db-wal>, "…"…, 4096, 0) = 4096`
            let Some((_, rest)) = line.split_once(' ') else {
                continue;
            };
            let Some((call, arguments)) = rest.trim_start().split_once('(') else {
                continue;
            };
            let nth = seen.entry(call.to_owned()).or_default();
            *nth += 1;
            let reads = call == "openat" && !arguments.contains("O_CREAT");
            let ours = arguments.contains(&inside);
            if ours && !reads {
                places.push(Place {
                    call: call.to_owned(),
                    nth: *nth,
                    line: rest.trim_start().replace(&inside, ""),
                });
            }
        }
        places
    }

    /// One evening with this fault, and the opening after it.
    pub fn disturb(&self, fault: &Fault) {
        let (dir, words) = self.run(Some(fault));
        let mut said = self.promised.clone();
        said.hear(&words);
        let store = dir.path().join("store");
        let opened = Store::open(&store, now());
        let (store, opening) = match opened {
            Ok(opened) => opened,
            Err(e) => panic!("after {fault}: it does not open: {e}"),
        };
        assert!(
            opening.damaged.is_empty(),
            "after {fault}: {:?}",
            opening.damaged
        );
        if let Err(lost) = said.check(&store) {
            panic!("after {fault}: {lost}\n{words}");
        }
        assert!(store.check().unwrap().is_sound(), "after {fault}");
        store.close().unwrap();
    }

    /// Runs the child on a copy; the copy, and what was said.
    fn run(&self, fault: Option<&Fault>) -> (tempfile::TempDir, String) {
        let dir = self.copied();
        let mut command = match fault {
            Some(fault) => self.child(dir.path(), &["-e", &fault.inject]),
            None => self.child(dir.path(), &["-e", "trace=none"]),
        };
        let output = command.output().unwrap();
        let killed = output.status.code().is_none_or(|code| code > 128);
        let may_die = fault.is_some_and(Fault::kills);
        assert!(
            output.status.success() || may_die && killed,
            "{}: {output:?}",
            fault.map_or_else(String::new, Fault::to_string)
        );
        let words = fs::read_to_string(dir.path().join("words")).unwrap();
        (dir, words)
    }

    fn copied(&self) -> tempfile::TempDir {
        let dir = folder();
        copy(self.before.path(), dir.path());
        fs::write(dir.path().join("words"), "").unwrap();
        dir
    }

    fn child(&self, dir: &Path, options: &[&str]) -> Command {
        let mut strace = Command::new("strace");
        strace.args(["-f", "-o"]).arg(dir.join("calls"));
        strace.args(options).arg("--");
        strace.arg(std::env::current_exe().unwrap());
        strace.env(STORE, dir.join("store"));
        strace.env(WORDS, dir.join("words"));
        strace.env(SECONDS, self.seconds.to_string());
        strace
    }
}

fn folder() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() {
        tempfile::tempdir_in(memory).unwrap()
    } else {
        tempfile::tempdir().unwrap()
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target: PathBuf = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Whether processes can be traced here.
pub fn can_trace() -> bool {
    let tried = Command::new("strace")
        .args(["-f", "-o", "/dev/null", "true"])
        .output();
    tried.is_ok_and(|output| output.status.success())
}

//! The app is killed, at any instant, again and again. Whatever it had said was safe, is.
//!
//! The recorder runs in a process of its own (this very test binary, started again) and says what
//! is durable as it goes. Killed with SIGKILL at a random moment, sometimes while it salvages what
//! the last one left. `UNDERSONG_KILLS=1000` for the long form.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod people;

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use people::{Home, RATE, evening, hum, hum_header};
use serde_json::json;
use store::{NewPiece, PieceId, SessionId, Store, TakeId, TakeState};

const STORE: &str = "UNDERSONG_STORE_OF_THE_CHILD";
/// What is hummed into each take, in seconds.
const PHRASE: f64 = 8.0;

/// Not a test of its own: what the killed process does.
#[test]
fn the_recorder_that_is_killed() {
    let Ok(dir) = std::env::var(STORE) else {
        return;
    };
    let now = "2026-11-23T18:30:00Z".parse().unwrap();
    let (mut store, _) = Store::open(Path::new(&dir), now).unwrap();
    loop {
        let session = store.insert_session(&evening("vs02")).unwrap();
        println!("@session {session}");
        let header = hum_header(session);
        let mut writer = store.begin_take(&header).unwrap();
        let phrase = hum(PHRASE);
        for (nth, breath) in phrase.chunks(130).enumerate() {
            println!("@sung {} {}", header.take, (nth * 130 + breath.len()));
            writer.append(breath).unwrap();
            println!("@safe {} {}", header.take, writer.on_disk());
        }
        let sealed = writer.seal().unwrap();
        println!("@sealed {} {}", header.take, sealed.frames);
        store.adopt_take(&sealed).unwrap();
        let piece = NewPiece {
            session: Some(session),
            exercise: "vs02".into(),
            name: String::new(),
            named: false,
            seconds: PHRASE,
            recovered: false,
            made: now,
            manifest: json!({ "take": header.take }),
            cover: json!(null),
        };
        println!("@piece {}", store.save_piece(&piece).unwrap());
    }
}

/// What the killed processes said, all of them together.
#[derive(Default)]
struct Said {
    sessions: Vec<SessionId>,
    pieces: Vec<PieceId>,
    sung: BTreeMap<TakeId, u64>,
    safe: BTreeMap<TakeId, u64>,
    sealed: BTreeMap<TakeId, u64>,
}

impl Said {
    fn hear(&mut self, output: &str) {
        // The last line may be torn; what was not said whole, was not said.
        let whole = output.rsplit_once('\n').map_or("", |(whole, _)| whole);
        for line in whole
            .lines()
            .filter_map(|line| line.split_once('@').map(|(_, said)| said))
        {
            let words: Vec<&str> = line.split(' ').collect();
            match words[..] {
                ["session", id] => self.sessions.push(id.parse().unwrap()),
                ["piece", id] => self.pieces.push(id.parse().unwrap()),
                [what, take, frames] => {
                    let said = match what {
                        "sung" => &mut self.sung,
                        "safe" => &mut self.safe,
                        _ => &mut self.sealed,
                    };
                    said.insert(take.parse().unwrap(), frames.parse().unwrap());
                }
                _ => {}
            }
        }
    }

    fn check(&self, store: &Store) {
        for session in &self.sessions {
            store.session(*session).unwrap();
        }
        for piece in &self.pieces {
            store.piece(*piece).unwrap();
        }
        let phrase = hum(PHRASE);
        for (take, sung) in &self.sung {
            let safe = self.safe.get(take).copied().unwrap_or(0);
            let Ok(row) = store.take(*take) else {
                assert_eq!(safe, 0, "{take} was safe, and has no row");
                continue;
            };
            assert!(matches!(row.state, TakeState::Ok | TakeState::Recovered));
            assert!(
                row.frames >= safe,
                "{take}: {} of {safe} frames",
                row.frames
            );
            // What was being appended when it died was not yet said to be sung.
            assert!(
                row.frames + u64::from(RATE) >= *sung,
                "more than a second is gone"
            );
            if let Some(frames) = self.sealed.get(take) {
                assert_eq!(row.frames, *frames);
            }
            let read = store.read_take(*take).unwrap();
            assert!(read.damaged.is_empty() && read.gaps.is_empty());
            let same = read
                .samples
                .iter()
                .zip(&phrase)
                .all(|(a, b)| (a - b).abs() < 2e-7);
            assert!(
                same && read.samples.len() <= phrase.len(),
                "{take} is not what was sung"
            );
        }
    }
}

#[test]
fn killed_at_any_instant_it_loses_less_than_a_second_of_the_running_take_and_nothing_else() {
    let kills = std::env::var("UNDERSONG_KILLS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(48);
    let home = Home::new();
    let mut said = Said::default();
    let mut salvaged = 0;
    for nth in 0..kills {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "the_recorder_that_is_killed", "--nocapture"])
            .env(STORE, home.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // Different every time, and the same in every run: a multiple of an irrational number.
        let part = (f64::from(nth) * 0.618_033_988_75).fract();
        std::thread::sleep(Duration::from_secs_f64(0.004 + 0.12 * part * part));
        child.kill().unwrap();
        let mut output = String::new();
        child
            .stdout
            .take()
            .unwrap()
            .read_to_string(&mut output)
            .unwrap();
        let status = child.wait().unwrap();
        assert!(status.code().is_none(), "it stopped by itself: {status}");
        said.hear(&output);
        // Now and then the next process is to find what two deaths have left.
        if nth % 3 != 1 {
            let (store, opening) = home.open();
            assert!(opening.damaged.is_empty(), "{:?}", opening.damaged);
            salvaged += opening.salvaged.len();
            if nth % 8 == 0 || nth + 1 == kills {
                said.check(&store);
                assert!(store.check().unwrap().is_sound());
            }
        }
    }
    let (store, _) = home.open();
    said.check(&store);
    println!(
        "{kills} kills: {} takes, {} sealed, {salvaged} found by us after a kill, {} pieces",
        said.sung.len(),
        said.sealed.len(),
        said.pieces.len(),
    );
    assert!(
        !said.sung.is_empty(),
        "it was never alive long enough to sing"
    );
}

//! The app is killed, at any instant, again and again. Whatever it had said was safe, is.
//!
//! The recorder runs in a process of its own (this very test binary, started again) and says what
//! is durable as it goes. Killed with SIGKILL at a random moment, sometimes while it salvages what
//! the last one left. `UNDERSONG_KILLS=1000` for the long form.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod people;

use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use people::said::Said;
use people::{Home, evening, figure, hum, hum_header};
use serde_json::json;
use store::{NewPiece, Store};

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
            if nth % 7 == 3 {
                writer.mark(&format!("breath {nth}")).unwrap();
                println!("@mark {} breath {nth}", header.take);
            }
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

#[test]
fn killed_at_any_instant_it_loses_less_than_a_second_of_the_running_take_and_nothing_else() {
    let kills = std::env::var("UNDERSONG_KILLS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(100);
    let home = Home::new();
    let mut said = Said::default();
    let (mut salvaged, mut gone) = (0, 0.0f64);
    // How long it may live at most, in seconds.
    let mut life = 0.12;
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
        std::thread::sleep(Duration::from_secs_f64(0.004 + life * part * part));
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
        // On a machine that is too slow or too busy for it to begin to sing, longer.
        if said.takes.is_empty() && nth % 10 == 9 {
            life = f64::min(life * 2.0, 4.0);
        }
        // Now and then the next process is to find what two deaths have left.
        if nth % 3 != 1 {
            let (store, opening) = home.open();
            assert!(opening.damaged.is_empty(), "{:?}", opening.damaged);
            salvaged += opening.salvaged.len();
            if nth % 8 == 0 || nth + 1 == kills {
                gone = gone.max(said.check(&store).unwrap());
                assert!(store.check().unwrap().is_sound());
            }
        }
    }
    let (store, _) = home.open();
    gone = gone.max(said.check(&store).unwrap());
    assert!(
        !said.takes.is_empty(),
        "it was never alive long enough to sing"
    );
    let sealed = said.takes.values().filter(|take| take.sealed.is_some());
    figure(
        "kill at random",
        gone,
        &format!(
            "{kills} kills: {} takes, {} of them sealed, {salvaged} found after a kill; {} rows, {} \
             markers, all there; 0 integrity failures",
            said.takes.len(),
            sealed.count(),
            said.sessions.len() + said.pieces.len(),
            said.takes
                .values()
                .map(|take| take.marks.len())
                .sum::<usize>(),
        ),
    );
}

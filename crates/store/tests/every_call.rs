//! The storage fails at every single call. Whatever it had said was safe, is.
//!
//! An evening (open, record, stop, save, close) runs once under `strace`, which lists each system
//! call that changes the store. Then it runs again for every call on that list: the process is
//! killed as it makes the call, or the call answers that the disk is full, from then on or just
//! once, or that the disk failed. Afterwards the store is opened and compared with what was said.
//! The third evening begins where another was killed, so that the salvage is disturbed as well;
//! `UNDERSONG_FAULTS=all` does that for every place where it can be killed.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod faults;
mod people;

use std::path::Path;
use std::process::ExitCode;
use std::sync::Mutex;

use faults::{Fault, Place, Studio};
use people::figure;

/// Its own `main`, because it is its own child: the usual test runner would run the evening on a
/// second thread, and the calls of two threads are counted apart.
fn main() -> ExitCode {
    if let Some(dir) = std::env::var_os(faults::STORE) {
        faults::evening(Path::new(&dir));
        return ExitCode::SUCCESS;
    }
    let wanted = std::env::args().skip(1).find(|word| !word.starts_with('-'));
    let (mut passed, mut failed) = (0, 0);
    for (name, test) in TESTS {
        if wanted.as_ref().is_some_and(|part| !name.contains(part)) {
            continue;
        }
        let went_well = std::panic::catch_unwind(test).is_ok();
        println!(
            "test {name} ... {}",
            if went_well { "ok" } else { "FAILED" }
        );
        if went_well { passed += 1 } else { failed += 1 }
    }
    let word = if failed == 0 { "ok" } else { "FAILED" };
    println!("\ntest result: {word}. {passed} passed; {failed} failed");
    ExitCode::from(u8::from(failed > 0))
}

/// Each by the sentence it holds.
const TESTS: [(&str, fn()); 4] = [
    (
        "killed_at_any_storage_call_it_loses_nothing_it_had_said_was_safe",
        killed_at_any_call,
    ),
    (
        "a_disk_that_is_full_from_any_call_on_keeps_what_it_had_taken",
        full_from_any_call_on,
    ),
    (
        "a_disk_that_fails_at_any_call_is_not_believed_again_and_loses_nothing",
        failing_at_any_call,
    ),
    (
        "one_write_in_a_hundred_failing_loses_nothing_it_had_said_was_safe",
        one_write_in_a_hundred_failing,
    ),
];

/// Every place in an evening once, with a fault made for it; the number of places.
fn try_all(studio: &Studio, fault: impl Fn(&Place) -> Fault + Sync) -> usize {
    let places: Vec<Place> = studio.places();
    let next = Mutex::new(places.iter());
    let hands = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..hands {
            scope.spawn(|| {
                loop {
                    let Some(place) = next.lock().unwrap().next() else {
                        return;
                    };
                    studio.disturb(&fault(place));
                }
            });
        }
    });
    places.len()
}

/// The three evenings: on a new device, on one with a history, after a crash.
fn evenings() -> Option<[(&'static str, Studio); 3]> {
    if !faults::can_trace() {
        println!("skipped: strace is not here, or may not trace");
        return None;
    }
    Some([
        ("on a new device", Studio::new_device()),
        ("as usual", Studio::with_a_history()),
        ("after a crash", Studio::after_a_crash()),
    ])
}

fn killed_at_any_call() {
    let Some(evenings) = evenings() else { return };
    let mut tried = 0;
    for (what, studio) in &evenings {
        let places = try_all(studio, Fault::kill);
        println!("{what}: killed at each of {places} calls");
        assert!(places > 20, "an evening writes more than {places} times");
        tried += places;
    }
    if std::env::var("UNDERSONG_FAULTS").is_ok_and(|how| how == "all") {
        tried += killed_while_it_salvages(&evenings[1].1);
    }
    figure("kill at every storage call", 0.0, &format!("{tried} calls"));
}

/// Killed at each call of an evening, and then again at each call of the opening after it.
fn killed_while_it_salvages(usual: &Studio) -> usize {
    let mut tried = 0;
    for place in usual.places() {
        let morning = usual.after(&Fault::kill(&place));
        tried += try_all(&morning, Fault::kill);
    }
    println!("killed twice: {tried} times");
    tried
}

fn full_from_any_call_on() {
    let Some(evenings) = evenings() else { return };
    let mut tried = 0;
    for (what, studio) in &evenings {
        let places = try_all(studio, |place| Fault::full(place, true));
        println!("{what}: full from each of {places} calls on");
        tried += places;
    }
    for (what, studio) in &evenings {
        let places = try_all(studio, |place| Fault::full(place, false));
        println!("{what}: full for one call, at each of {places}");
        tried += places;
    }
    figure("disk full at every write", 0.0, &format!("{tried} runs"));
}

fn failing_at_any_call() {
    let Some(evenings) = evenings() else { return };
    let mut tried = 0;
    for (what, studio) in &evenings {
        let places = try_all(studio, Fault::failing);
        println!("{what}: failed at each of {places} calls");
        tried += places;
    }
    figure("disk failing at every call", 0.0, &format!("{tried} runs"));
}

fn one_write_in_a_hundred_failing() {
    let Some([_, (_, studio), _]) = evenings() else {
        return;
    };
    let long = studio.singing(30.0);
    let mut tried = 0;
    for call in ["write", "pwrite64"] {
        for first in 1..=100 {
            long.disturb(&Fault::one_in_a_hundred(call, first));
            tried += 1;
        }
    }
    figure(
        "one write in a hundred failing",
        0.0,
        &format!("{tried} runs"),
    );
}

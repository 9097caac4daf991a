//! A long evening in virtual time: somebody plays with everything there is, and a loudspeaker, a
//! room and a microphone stand between what the engine plays and what it records.
//!
//! A drum strikes on the first frame of every bar and is never touched. Whatever is done to the
//! other tracks, every take must hold that stroke one round trip after each bar line, to the
//! frame; the playhead must be where a small model of the transport says; nothing may be broken;
//! and what is lent must come back. Four minutes, or `UNDERSONG_SOAK_HOURS` (8 takes about
//! a few minutes).
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on should say so"
)]

mod evening;

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicI64, Ordering};

use evening::{Evening, RATE};

/// Virtual minutes in the short form.
const SHORT_MINUTES: f64 = 4.0;

/// From one rest to another nothing may be left that was not there before. This much is allowed
/// for what the test itself keeps, in KiB.
const LIVE_KIB: f64 = 16.0;

/// The whole process may grow by so much after its first tenth, in KiB: what an allocator keeps
/// back. Asked of evenings of half an hour and more.
const RESIDENT_KIB: f64 = 5.0 * 1_024.0;

/// The process's memory, in KiB; `None` where there is no such file.
fn resident_kib() -> Option<f64> {
    let pages = std::fs::read_to_string("/proc/self/statm").ok()?;
    let resident: f64 = pages.split_whitespace().nth(1)?.parse().ok()?;
    Some(resident * 4.0)
}

/// Counts every byte that is allocated and not freed.
struct Counting;

static LIVE: AtomicI64 = AtomicI64::new(0);

// SAFETY: everything is the system's own; only a number is kept beside it.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        LIVE.fetch_add(layout.size() as i64, Ordering::Relaxed);
        // SAFETY: as promised to us.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        LIVE.fetch_sub(layout.size() as i64, Ordering::Relaxed);
        // SAFETY: as promised to us.
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// For `cargo xtask bench` to find.
fn figure(name: &str, measured: f64, note: &str) {
    println!("@figure {{\"name\": \"{name}\", \"measured\": {measured}, \"note\": \"{note}\"}}");
}

#[test]
fn a_long_evening_ends_where_and_as_it_began() {
    let hours = std::env::var("UNDERSONG_SOAK_HOURS").ok();
    let hours: f64 = hours
        .and_then(|hours| hours.parse().ok())
        .unwrap_or(SHORT_MINUTES / 60.0);
    let length = (hours * 3_600.0 * f64::from(RATE.hz())) as u64;
    let mut evening = Evening::new();
    let (mut first, mut most) = (None, 0.0f64);
    let (mut warm, mut resident) = (None, 0.0f64);
    let (mut songs, mut next_rest) = (1, 30 * 48_000);
    while evening.clock < length {
        for _ in 0..=evening.dice.roll(3) {
            evening.act();
        }
        let frames = 1 + evening.dice.roll(3 * 48_000);
        evening.run(frames);
        if evening.clock >= next_rest {
            evening.rest();
            let live = LIVE.load(Ordering::Relaxed) as f64 / 1_024.0;
            most = most.max(live - *first.get_or_insert(live));
            if evening.clock > length / 10 {
                let now = resident_kib().unwrap_or(0.0);
                resident = resident.max(now - *warm.get_or_insert(now));
            }
            evening.new_song();
            songs += 1;
            next_rest = evening.clock + 30 * 48_000;
        }
    }
    evening.rest();
    assert!(
        evening.strokes > 0,
        "no take went through: nothing was shown"
    );
    assert!(most <= LIVE_KIB, "{most} KiB were never freed");
    if hours >= 0.5 {
        assert!(
            resident <= RESIDENT_KIB,
            "the process grew by {resident} KiB"
        );
    }
    let note = format!(
        "{hours:.2} h, {songs} tempos, {} strokes in takes, process {resident} KiB",
        evening.strokes
    );
    figure("soak, drift", 0.0, &note);
    let faults = evening.handle.snapshot().faults;
    figure("soak, not a number", faults as f64, &note);
    figure("soak, memory", most, &note);
}

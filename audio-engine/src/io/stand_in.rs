//! The device that stands in while there is none: real time, no sound.
//!
//! Guidance, takes and the playhead go on through it; see [`Seat`]. Ends with its value.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::player::Seat;

/// Blocks of 10 ms: nobody hears them.
const BLOCKS_PER_SECOND: u32 = 100;

pub(super) struct StandIn {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl StandIn {
    /// Whoever sits in `seat` is played from now on. `None` if the system gives us no thread.
    pub(super) fn start(seat: Seat, rate: u32, epoch: Instant) -> Option<StandIn> {
        let stop = Arc::new(AtomicBool::new(false));
        let asked = Arc::clone(&stop);
        let thread = thread::Builder::new()
            .name("no-sound".into())
            .spawn(move || run(&seat, rate, epoch, &asked))
            .ok()?;
        Some(StandIn {
            stop,
            thread: Some(thread),
        })
    }
}

impl Drop for StandIn {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Release);
        if let Some(thread) = self.thread.take() {
            // A panic there has been reported by its own thread; here there is nothing to add.
            let _ = thread.join();
        }
    }
}

fn run(seat: &Seat, rate: u32, epoch: Instant, stop: &AtomicBool) {
    let frames = (rate / BLOCKS_PER_SECOND).max(1);
    let block = Duration::from_secs_f64(f64::from(frames) / f64::from(rate.max(1)));
    let mut due = Instant::now();
    while !stop.load(Ordering::Acquire) {
        seat.play(frames as usize, epoch.elapsed().as_secs_f64(), |_, _, _| {});
        due += block;
        let now = Instant::now();
        // After a machine has slept, time goes on from now; it does not catch up.
        if now > due + Duration::from_secs(1) {
            due = now;
        }
        thread::sleep(due.saturating_duration_since(now));
    }
}

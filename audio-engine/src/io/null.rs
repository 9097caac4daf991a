//! A device without sound: time passes at its usual speed, and what is played is thrown away.
//!
//! The engine runs on it when there is no sound card, so that guidance and recording go on.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::rt::Engine;

/// Blocks of 10 ms: no ear waits for them.
const BLOCKS_PER_SECOND: u32 = 100;

/// A thread that runs an engine in real time.
pub struct NullDevice {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Engine>,
}

impl NullDevice {
    /// The engine's time begins to pass.
    pub fn start(engine: Engine) -> NullDevice {
        let stop = Arc::new(AtomicBool::new(false));
        let asked = Arc::clone(&stop);
        let thread = thread::spawn(move || run(engine, &asked));
        NullDevice { stop, thread }
    }

    /// Ends within a block, and gives the engine back.
    pub fn stop(self) -> Engine {
        self.stop.store(true, Ordering::Release);
        match self.thread.join() {
            Ok(engine) => engine,
            Err(panic) => std::panic::resume_unwind(panic),
        }
    }
}

fn run(mut engine: Engine, stop: &AtomicBool) -> Engine {
    let frames = (engine.rate().hz() / BLOCKS_PER_SECOND) as usize;
    let (mut left, mut right) = (vec![0.0; frames], vec![0.0; frames]);
    let block = Duration::from_secs(1) / BLOCKS_PER_SECOND;
    let mut due = Instant::now();
    while !stop.load(Ordering::Acquire) {
        engine.process(&[], &mut [&mut left, &mut right]);
        due += block;
        // After a machine has slept, time goes on from now; it does not catch up.
        let now = Instant::now();
        if now > due + Duration::from_secs(1) {
            due = now;
        }
        thread::sleep(due.saturating_duration_since(now));
    }
    engine
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::{EngineConfig, engine};

    /// However busy the machine is: the test waits for the clock, not for the wall.
    #[test]
    fn time_passes_without_a_sound_card_and_no_faster_than_on_the_wall() {
        let (mut handle, engine) = engine(EngineConfig::default());
        handle.batch(|batch| batch.play()).unwrap();
        let rate = engine.rate();
        let began = Instant::now();
        let device = NullDevice::start(engine);
        let passed = || handle.snapshot().clock.seconds(rate);
        while passed() < 0.05 && began.elapsed() < Duration::from_secs(60) {
            thread::sleep(Duration::from_millis(1));
        }
        drop(device.stop());
        let (passed, on_the_wall) = (passed(), began.elapsed().as_secs_f64());
        assert!(passed >= 0.05, "{passed} s passed");
        // The block that is being played is ahead of the wall.
        let block = 1.0 / f64::from(BLOCKS_PER_SECOND);
        assert!(
            passed <= on_the_wall + block,
            "{passed} s in {on_the_wall} s"
        );
    }
}

//! What every kind of device gives the supervisor: open streams, and news of them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
#[cfg(feature = "streams")]
use std::{
    thread,
    time::{Duration, Instant},
};

use rtrb::{Consumer, Producer, RingBuffer};

use super::player::Seat;
use super::source::Source;

/// Frames in a callback that we ask for: 5.3 ms at 48 kHz. Smaller is not steadier for anyone, and
/// what a take needs is a latency that is known, not one that is small.
pub(super) const BLOCK: u32 = 256;
/// News that may wait to be read.
const NEWS: usize = 64;

/// What an error callback may say. It runs on any thread, the audio thread too: it only pushes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum News {
    /// The stream is dead, or will be.
    Lost,
    /// The device starved once.
    Xrun,
    /// The system moved us to another device; the stream goes on. Android loses it instead.
    Rerouted,
}

/// What a system says of all our sound at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(not(any(test, target_os = "ios")), expect(dead_code))]
pub(super) enum Upheaval {
    /// The streams go on, but on another way than they were opened for.
    Moved,
    /// They are dead, or must be.
    Lost,
}

pub(super) fn news() -> (Producer<News>, Consumer<News>) {
    RingBuffer::new(NEWS)
}

/// An output that calls its seat's player.
pub(super) struct Output {
    /// Dropping it ends the callbacks.
    pub(super) stream: Box<dyn Send>,
    pub(super) seat: Seat,
    pub(super) news: Consumer<News>,
    pub(super) backend: &'static str,
    pub(super) id: String,
    pub(super) name: String,
    /// Frames per second, as granted.
    pub(super) rate: u32,
}

/// An input, and the source that plays it into the engine.
pub(super) struct Input {
    /// Dropping it ends the callbacks.
    pub(super) stream: Box<dyn Send>,
    pub(super) source: Option<Box<dyn Source>>,
    pub(super) news: Consumer<News>,
    /// Callbacks so far; shared with the input's callback.
    pub(super) callbacks: Arc<AtomicU64>,
    pub(super) id: String,
    pub(super) name: String,
}

impl Input {
    pub(super) fn callbacks(&self) -> u64 {
        self.callbacks.load(Ordering::Relaxed)
    }
}

/// Waits until `count` has reached `enough`, or until `patience` is over; returns what was reached.
#[cfg(feature = "streams")]
pub(super) fn wait_for(count: impl Fn() -> u64, enough: u64, patience: Duration) -> u64 {
    let began = Instant::now();
    while count() < enough && began.elapsed() < patience {
        thread::sleep(Duration::from_millis(5));
    }
    count()
}

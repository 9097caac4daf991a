//! How a device has called: how often, for how many frames, and what it lost on the way.
//!
//! Counted in the audio callback with plain atomics, read by whoever wants to know whether a device
//! is steady. An xrun is only a number of times; this also says how many frames, and whose.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

/// What was counted since it was last taken.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Callbacks of the device.
    pub callbacks: u64,
    /// Frames in the shortest of them; 0 without any.
    pub shortest: u32,
    /// Frames in the longest of them.
    pub longest: u32,
    /// Times the output skipped or repeated frames, by our own count against the clock.
    pub skips: u64,
    /// How many frames those were.
    pub skipped: u64,
    /// Times the input lost frames.
    pub losses: u64,
    /// How many frames those were.
    pub unheard: u64,
}

#[derive(Default)]
pub(super) struct Count {
    callbacks: AtomicU64,
    /// As `u32::MAX - frames`, so that 0 means none and the shortest is the largest.
    shortest: AtomicU32,
    longest: AtomicU32,
    skips: AtomicU64,
    skipped: AtomicU64,
    losses: AtomicU64,
    unheard: AtomicU64,
}

impl Count {
    pub(super) fn called(&self, frames: usize) {
        let frames = u32::try_from(frames).unwrap_or(u32::MAX);
        self.callbacks.fetch_add(1, Ordering::Relaxed);
        raise(&self.shortest, u32::MAX - frames);
        raise(&self.longest, frames);
    }

    pub(super) fn skipped(&self, frames: u64) {
        self.skips.fetch_add(1, Ordering::Relaxed);
        self.skipped.fetch_add(frames, Ordering::Relaxed);
    }

    pub(super) fn unheard(&self, frames: u64) {
        self.losses.fetch_add(1, Ordering::Relaxed);
        self.unheard.fetch_add(frames, Ordering::Relaxed);
    }

    pub(super) fn take(&self) -> Tally {
        let take = |count: &AtomicU64| count.swap(0, Ordering::Relaxed);
        Tally {
            callbacks: take(&self.callbacks),
            shortest: match self.shortest.swap(0, Ordering::Relaxed) {
                0 => 0,
                below => u32::MAX - below,
            },
            longest: self.longest.swap(0, Ordering::Relaxed),
            skips: take(&self.skips),
            skipped: take(&self.skipped),
            losses: take(&self.losses),
            unheard: take(&self.unheard),
        }
    }
}

/// A plain load first: most callbacks are as long as the one before, and need no locked bus.
fn raise(most: &AtomicU32, to: u32) {
    if to > most.load(Ordering::Relaxed) {
        most.fetch_max(to, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn callbacks_are_told_by_their_shortest_and_longest_once() {
        let count = Count::default();
        assert_eq!(count.take(), Tally::default(), "nobody has called");
        for frames in [256, 97, 441] {
            count.called(frames);
        }
        let told = count.take();
        assert_eq!((told.callbacks, told.shortest, told.longest), (3, 97, 441));
        assert_eq!(count.take(), Tally::default());
    }

    #[test]
    fn what_the_loudspeaker_skipped_and_what_the_microphone_lost_stay_apart() {
        let count = Count::default();
        count.skipped(480);
        count.unheard(100);
        count.unheard(28);
        let told = count.take();
        assert_eq!((told.skips, told.skipped), (1, 480));
        assert_eq!((told.losses, told.unheard), (2, 128));
    }
}

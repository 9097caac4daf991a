//! How many frames a device's callbacks are for: part of the route, as the delay depends on it.
//!
//! A server may change its block while it plays: another route from then on. A machine that was
//! busy is called back once for twice as many frames: the same route as before. So the size that
//! nearly all callbacks have counts, and only where there is none, as with servers that call back
//! for what happens to be there, the longest so far.

use std::sync::atomic::{AtomicU32, Ordering};

/// Votes that make a size the usual one; a change of block is known after as many callbacks more.
const SURE: u32 = 32;
/// The most that are counted, so that a new block is not outvoted by a long evening.
const MOST: u32 = 2 * SURE;

/// Written by one callback at a time, read by anybody.
#[derive(Debug, Default)]
pub(super) struct BlockSize {
    /// The size that leads, and its votes: one more for each callback that has it, one less for
    /// each that has not.
    leads: AtomicU32,
    votes: AtomicU32,
    longest: AtomicU32,
}

impl BlockSize {
    /// A callback for `frames`. In the audio callback: no wait, no allocation.
    pub(super) fn see(&self, frames: usize) {
        let frames = u32::try_from(frames).unwrap_or(u32::MAX);
        self.longest.fetch_max(frames, Ordering::Relaxed);
        let votes = self.votes.load(Ordering::Relaxed);
        let votes = if frames == self.leads.load(Ordering::Relaxed) {
            (votes + 1).min(MOST)
        } else if votes > 0 {
            votes - 1
        } else {
            self.leads.store(frames, Ordering::Relaxed);
            1
        };
        self.votes.store(votes, Ordering::Relaxed);
    }

    /// In frames; 0 before the first callback.
    pub(super) fn frames(&self) -> u32 {
        if self.votes.load(Ordering::Relaxed) >= SURE {
            self.leads.load(Ordering::Relaxed)
        } else {
            self.longest.load(Ordering::Relaxed)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(sizes: impl IntoIterator<Item = usize>) -> u32 {
        let block = BlockSize::default();
        sizes.into_iter().for_each(|frames| block.see(frames));
        block.frames()
    }

    #[test]
    fn the_first_callbacks_tell_it() {
        assert_eq!(after([]), 0);
        assert_eq!(after([256; 3]), 256);
    }

    #[test]
    fn a_callback_that_came_late_for_two_does_not_change_it() {
        let evening = (0..10_000).map(|n| if n % 50 == 40 { 960 } else { 480 });
        assert_eq!(after(evening), 480);
    }

    #[test]
    fn a_server_that_changes_its_block_has_changed_it_in_either_direction() {
        for (one, other) in [(256, 1_024), (1_024, 256)] {
            let evening = [vec![one; 10_000], vec![other; 100]].concat();
            assert_eq!(after(evening), other as u32);
        }
    }

    #[test]
    fn of_callbacks_of_all_sizes_it_is_the_longest() {
        assert_eq!(after((0..10_000).map(|n| n * 7 % 1_020 + 1)), 1_020);
    }
}

//! The open ear: all input, with where the playhead was, into a ring. Nothing is decided here;
//! whether it was worth keeping is found out later, off the audio thread.
//!
//! Audio thread only: no allocation, lock, I/O, log or panic.

use super::recorder::Heard;
use crate::control::history::{HistoryFeed, Stamp};

/// Owned by the engine while somebody listens.
pub(crate) struct Ear {
    feed: HistoryFeed,
    /// Where the playhead will be at the next frame, if nothing jumps and nothing is lost.
    expected: Option<Stamp>,
}

impl Ear {
    pub(crate) fn new(feed: HistoryFeed) -> Ear {
        Ear {
            feed,
            expected: None,
        }
    }

    pub(crate) fn is_stereo(&self) -> bool {
        self.feed.channels.count() == 2
    }

    /// Takes in a sub-block that began at playhead `at`, if that moves.
    pub(crate) fn hear(&mut self, at: Option<i64>, heard: &Heard<'_>) {
        let stamp = Stamp::of(at);
        if self.expected != Some(stamp) && !self.feed.stamp(stamp) {
            // What cannot be told where it belongs is not kept.
            self.expected = None;
            return;
        }
        let frames = heard.mono.len();
        let sent = self.feed.push(heard.of(self.feed.channels));
        self.expected = (sent == frames as u64).then(|| stamp.after(frames));
    }

    /// Nothing arrived.
    pub(crate) fn miss(&mut self) {
        self.expected = None;
    }
}

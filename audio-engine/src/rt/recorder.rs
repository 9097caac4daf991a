//! Recording: raw input into a ring, and, if asked, into a loop where it was heard.

use crate::control::RecordSpec;
use crate::control::take::TakeFeed;
use crate::units::SampleRate;

/// A promised recording, with all the memory it needs.
pub(crate) struct Recording {
    spec: RecordSpec,
    feed: TakeFeed,
    looped: Option<Box<[f32]>>,
}

impl Recording {
    /// Off the audio thread: allocates.
    pub(crate) fn new(spec: RecordSpec, rate: SampleRate, feed: TakeFeed) -> Recording {
        let _ = rate;
        let looped =
            spec.loop_into.map(|_| vec![0.0; spec.length.0 as usize].into_boxed_slice());
        Recording { spec, feed, looped }
    }

    pub(crate) fn makes_a_loop(&self) -> bool {
        self.spec.loop_into.is_some()
    }
}

//! How much of its buffer an output fills: as little as it can play from.
//!
//! Oboe's `LatencyTuner`: begin with two bursts, look away for eight callbacks (the first ones of a
//! stream starve without meaning it), then one burst more each time the device has starved, up to
//! all there is. Runs in the audio callback.

/// Bursts to begin with: one plays while the other is filled.
const BURSTS: i32 = 2;
/// Callbacks before it listens.
const IDLE: u32 = 8;

/// The stream as it is now, in frames.
#[derive(Debug, Clone, Copy)]
pub(in crate::io) struct Buffer {
    pub(in crate::io) size: i32,
    pub(in crate::io) burst: i32,
    pub(in crate::io) capacity: i32,
}

#[derive(Debug, Clone, Copy, Default)]
pub(in crate::io) struct Tuner {
    callbacks: u32,
    xruns: i32,
}

impl Tuner {
    /// The size to begin with.
    pub(in crate::io) fn first(burst: i32) -> i32 {
        BURSTS * burst
    }

    /// After a callback; `xruns` counts since the stream began. The size to set, if another.
    pub(in crate::io) fn tune(&mut self, xruns: i32, buffer: Buffer) -> Option<i32> {
        self.callbacks = self.callbacks.saturating_add(1);
        let starved = self.has_starved(xruns);
        self.xruns = xruns.max(self.xruns);
        let more = (buffer.size + buffer.burst).min(buffer.capacity);
        (starved && self.callbacks > IDLE && more > buffer.size).then_some(more)
    }

    /// Whether `xruns` is more than it has been told.
    pub(in crate::io) fn has_starved(&self, xruns: i32) -> bool {
        xruns > self.xruns
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sizes after callbacks with these counts of xruns; bursts of 96, 480 in all.
    fn sizes(xruns: &[i32]) -> Vec<i32> {
        let mut tuner = Tuner::default();
        let mut size = Tuner::first(96);
        let mut tuned = |xruns: &i32| {
            let buffer = Buffer {
                size,
                burst: 96,
                capacity: 480,
            };
            size = tuner.tune(*xruns, buffer).unwrap_or(size);
            size
        };
        xruns.iter().map(&mut tuned).collect()
    }

    #[test]
    fn the_first_starvations_of_a_stream_are_its_own_affair() {
        assert_eq!(sizes(&[1, 2, 3, 4, 5, 6, 7, 8]), [192; 8]);
    }

    #[test]
    fn each_starvation_gives_a_burst_until_there_are_no_more() {
        let quiet = [0; 8];
        let xruns: Vec<i32> = quiet.into_iter().chain([1, 1, 2, 5, 6, 7]).collect();
        assert_eq!(sizes(&xruns)[8..], [288, 288, 384, 480, 480, 480]);
    }
}

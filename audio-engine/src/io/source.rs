//! A microphone, as the output's callback sees it.

/// Frames of one kind, in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Run {
    /// So many frames were written.
    Heard(usize),
    /// So many frames were lost, or have not begun to come. Nothing was written for them.
    Missing(usize),
}

impl Run {
    pub(super) fn of(heard: bool, frames: usize) -> Run {
        if heard {
            Run::Heard(frames)
        } else {
            Run::Missing(frames)
        }
    }
}

/// Gives an output callback the input frames that belong to it. In the audio callback: no
/// allocation, lock, syscall or panic.
pub(super) trait Source: Send {
    /// Channels that carry sound: 1 or 2.
    fn channels(&self) -> usize;
    /// An output callback of `frames` begins, called at `at` (monotonic, seconds).
    fn begin(&mut self, frames: usize, at: f64);
    /// The next frames of this callback: at least one, at most as many as `left` and `right` hold.
    /// Asked again until the callback has all of them. With one channel, both are the same.
    fn pull(&mut self, left: &mut [f32], right: &mut [f32]) -> Run;
    /// Frames lost or invented so far.
    fn lost(&self) -> u64;
}

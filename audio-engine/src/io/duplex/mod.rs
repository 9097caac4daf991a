//! One clock for two callbacks: the microphone's frames, lined up with the speaker's.
//!
//! Outside Android the input and the output arrive in two callbacks that know nothing of each
//! other. The input side pushes what it hears into a ring; the output side takes from it exactly
//! as many frames as it plays. What must never change while a stream runs is *which* input frame
//! meets *which* output frame: that is the round trip, and takes are placed by it.
//!
//! `pairing` is the state machine that does it, `phase` where a side stands against the clock,
//! `slip` what makes one clock of two crystals. Both halves run in audio callbacks: no allocation,
//! lock, syscall or panic.

mod pairing;
mod phase;
mod slip;
#[cfg(test)]
mod tests;

use rtrb::{Producer, RingBuffer};

pub(super) use pairing::OutputSide;
use phase::Mark;

/// The ring holds this many blocks, and never less than three seconds: before the microphone is
/// steady, a window of callbacks waits in it, however long they are.
const RING_BLOCKS: usize = 64;
const RING_SECONDS: usize = 3;

/// Left and right; a mono microphone's sample stands in both.
pub(super) type Frame = [f32; 2];

/// Whether both directions count on the same crystal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Clocks {
    /// One device, or one sound server that makes one clock of many: frames are passed on
    /// untouched.
    Shared,
    /// A microphone with a plug of its own. Its frames are resampled, by some millionths, as they
    /// come in: otherwise ten minutes of looping at 100 ppm would end 60 ms beside the beat.
    Apart,
}

/// What the two callbacks have in common.
#[derive(Debug, Clone, Copy)]
pub(super) struct DuplexSpec {
    /// Frames per second, granted.
    pub(super) rate: u32,
    /// The callback size asked for, in frames; any size may come.
    pub(super) block: u32,
    /// Input channels that reach the engine: 1 or 2.
    pub(super) channels: usize,
    pub(super) clocks: Clocks,
}

/// Makes the two ends. Off the audio thread: allocates.
pub(super) fn duplex(spec: DuplexSpec) -> (InputSide, OutputSide) {
    let block = spec.block.max(1);
    let room = (spec.rate as usize * RING_SECONDS).max(block as usize * RING_BLOCKS);
    let (frames_in, frames_out) = RingBuffer::new(room);
    let (marks_in, marks_out) = RingBuffer::new(1_024);
    let input = InputSide {
        ring: frames_in,
        marks: marks_in,
        frames: 0,
    };
    (input, OutputSide::new(spec, frames_out, marks_out))
}

/// Owned by the input callback.
pub(super) struct InputSide {
    ring: Producer<Frame>,
    marks: Producer<Mark>,
    frames: u64,
}

impl InputSide {
    /// Takes one callback's frames, heard up to the time `at` (monotonic, seconds).
    /// If nobody is reading and the ring is full, the rest is lost; the other side notices.
    pub(super) fn push(&mut self, frames: impl Iterator<Item = Frame>, at: f64) {
        frames.for_each(|frame| self.write(frame));
        // A full ring of marks loses one observation, no more.
        let _ = self.marks.push(Mark {
            frames: self.frames,
            at,
        });
    }

    fn write(&mut self, frame: Frame) {
        // A full ring drops the frame without counting it here: not counted as handled, it shows
        // as a fall of this side's phase, as any other lost frame does.
        if self.ring.push(frame).is_ok() {
            self.frames += 1;
        }
    }
}

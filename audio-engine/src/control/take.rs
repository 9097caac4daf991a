//! The reading end of a recording: raw input, in order, with its losses counted.
//!
//! Belongs to one thread off the audio callback. Two rings lead here: the samples, and *marks*
//! that say after how many samples something was lost, or that there will be no more.

use rtrb::{Consumer, Producer, RingBuffer};

use crate::units::{Frames, SampleRate};

/// Seconds of input the ring holds while nobody reads.
const RING_SECONDS: usize = 6;

/// Losses that can wait to be told.
const MARKS: usize = 256;

/// A note between two samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mark {
    /// So many frames did not fit, or never came from the device.
    Lost(u64),
    /// Nothing comes after this.
    End,
}

/// What the audio thread writes into.
pub(crate) struct TakeFeed {
    pub(crate) samples: Producer<f32>,
    /// Each with the count of samples that go before it.
    pub(crate) marks: Producer<(u64, Mark)>,
}

/// A recording on its way out of the engine: one channel, at the engine's rate.
pub struct TakeStream {
    samples: Consumer<f32>,
    marks: Consumer<(u64, Mark)>,
    read: u64,
}

/// What [`TakeStream::read`] found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TakeRead {
    /// Nothing yet; ask again later.
    Nothing,
    /// So many samples were added to `out`.
    Frames(u64),
    /// So many frames were lost here; they are not in `out`.
    Gap(u64),
    /// The take is complete.
    Finished,
}

/// Both ends of a take.
pub(crate) fn take_ring(rate: SampleRate) -> (TakeFeed, TakeStream) {
    take_ring_of(rate.hz() as usize * RING_SECONDS)
}

pub(crate) fn take_ring_of(frames: usize) -> (TakeFeed, TakeStream) {
    let (samples_in, samples) = RingBuffer::new(frames);
    let (marks_in, marks) = RingBuffer::new(MARKS);
    let feed = TakeFeed {
        samples: samples_in,
        marks: marks_in,
    };
    (
        feed,
        TakeStream {
            samples,
            marks,
            read: 0,
        },
    )
}

impl TakeStream {
    /// Adds what has arrived to `out`, up to the next gap. Never blocks.
    pub fn read(&mut self, out: &mut Vec<f32>) -> TakeRead {
        // Samples first, marks second: a mark is written before the samples that follow it, so
        // whoever sees those samples also sees the mark.
        let arrived = self.samples.slots();
        let mark = self.marks.peek().ok().copied();
        let ready = match mark {
            Some((at, _)) => arrived.min((at - self.read) as usize),
            None => arrived,
        };
        if ready == 0 {
            return match mark {
                Some((at, mark)) if at == self.read => self.pass(mark),
                _ => TakeRead::Nothing,
            };
        }
        let Ok(chunk) = self.samples.read_chunk(ready) else {
            return TakeRead::Nothing;
        };
        let (first, second) = chunk.as_slices();
        out.extend_from_slice(first);
        out.extend_from_slice(second);
        chunk.commit_all();
        self.read += ready as u64;
        TakeRead::Frames(ready as u64)
    }

    /// `End` stays where it is, so that asking again gives the same answer.
    fn pass(&mut self, mark: Mark) -> TakeRead {
        match mark {
            Mark::End => TakeRead::Finished,
            Mark::Lost(frames) => {
                let _ = self.marks.pop();
                TakeRead::Gap(frames)
            }
        }
    }

    /// How many frames have been read so far, gaps not counted.
    pub fn frames_read(&self) -> Frames {
        Frames(self.read)
    }
}

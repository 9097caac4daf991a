//! The reading end of a recording: raw input, in order, with its losses counted.
//!
//! Belongs to one thread off the audio callback. Two rings lead here: the samples, and *marks*
//! that say after how many frames something was lost, a word was left, or that there will be no
//! more.

use rtrb::chunks::ChunkError;
use rtrb::{Consumer, Producer, RingBuffer};

use super::words::Channels;
use crate::units::{Frames, SampleRate};

/// Seconds of input the ring holds while nobody reads.
const RING_SECONDS: usize = 6;

/// Losses and words that can wait to be told.
const MARKS: usize = 256;

/// Of those, room kept for losses and the end.
const MARKS_FOR_LOSSES: usize = 64;

/// A note between two frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mark {
    /// So many frames did not fit, or never came from the device.
    Lost(u64),
    /// Somebody wished to remember this moment.
    Word(u32),
    /// Nothing comes after this.
    End,
}

/// What the audio thread writes into.
pub(crate) struct TakeFeed {
    channels: Channels,
    /// Interleaved.
    samples: Producer<f32>,
    /// Each with the count of frames that go before it.
    marks: Producer<(u64, Mark)>,
    /// Frames put into the ring.
    sent: u64,
}

impl TakeFeed {
    /// Frames that fit.
    pub(crate) fn room(&self) -> usize {
        self.samples.slots() / self.channels.count()
    }

    /// Puts in what fits, whole frames, and answers how many those were.
    pub(crate) fn push(&mut self, input: [&[f32]; 2]) -> u64 {
        let fit = self.room().min(input[0].len());
        let sent = match self.channels {
            Channels::Mono => {
                let (sent, _) = self.samples.push_partial_slice(&input[0][..fit]);
                sent.len()
            }
            Channels::Stereo => match self.samples.write_chunk_uninit(fit * 2) {
                Ok(chunk) => {
                    let frames = input[0].iter().zip(input[1]);
                    chunk.fill_from_iter(frames.flat_map(|(left, right)| [*left, *right])) / 2
                }
                Err(ChunkError::TooFewSlots(_)) => 0,
            },
        } as u64;
        self.sent += sent;
        sent
    }

    /// Leaves a mark after the frames so far; false if there is no room for it.
    pub(crate) fn mark(&mut self, mark: Mark) -> bool {
        self.marks.push((self.sent, mark)).is_ok()
    }

    pub(crate) fn has_room_for_words(&self) -> bool {
        self.marks.slots() > MARKS_FOR_LOSSES
    }

    pub(crate) fn is_abandoned(&self) -> bool {
        self.samples.is_abandoned()
    }
}

/// A recording on its way out of the engine: one or two channels, at the engine's rate.
pub struct TakeStream {
    channels: Channels,
    samples: Consumer<f32>,
    marks: Consumer<(u64, Mark)>,
    read: u64,
}

/// What [`TakeStream::read`] found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TakeRead {
    /// Nothing yet; ask again later.
    Nothing,
    /// So many frames were added to `out`.
    Frames(u64),
    /// So many frames were lost here; they are not in `out`.
    Gap(u64),
    /// The next frame arrived when [`Batch::mark`](super::Batch::mark) left this word.
    Mark(u32),
    /// The take is complete.
    Finished,
}

/// Both ends of a take.
pub(crate) fn take_ring(rate: SampleRate, channels: Channels) -> (TakeFeed, TakeStream) {
    let samples = rate.hz() as usize * RING_SECONDS * channels.count();
    let (samples_in, samples) = RingBuffer::new(samples);
    let (marks_in, marks) = RingBuffer::new(MARKS);
    let feed = TakeFeed {
        channels,
        samples: samples_in,
        marks: marks_in,
        sent: 0,
    };
    let stream = TakeStream {
        channels,
        samples,
        marks,
        read: 0,
    };
    (feed, stream)
}

impl TakeStream {
    /// Adds what has arrived to `out`, up to the next gap or word. Two channels are interleaved.
    /// Never blocks.
    pub fn read(&mut self, out: &mut Vec<f32>) -> TakeRead {
        // Samples first, marks second: a mark is written before the samples that follow it, so
        // whoever sees those samples also sees the mark.
        let channels = self.channels.count();
        let arrived = self.samples.slots() / channels;
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
        let Ok(chunk) = self.samples.read_chunk(ready * channels) else {
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
        let read = match mark {
            Mark::End => return TakeRead::Finished,
            Mark::Lost(frames) => TakeRead::Gap(frames),
            Mark::Word(word) => TakeRead::Mark(word),
        };
        let _ = self.marks.pop();
        read
    }

    /// How many channels a frame has.
    pub fn channels(&self) -> Channels {
        self.channels
    }

    /// How many frames have been read so far, gaps not counted.
    pub fn frames_read(&self) -> Frames {
        Frames(self.read)
    }
}

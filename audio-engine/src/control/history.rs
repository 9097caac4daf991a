//! What was heard lately: so that "keep the last eight bars" needs no foresight.
//!
//! The audio thread streams all input into a ring, and a stamp wherever the playhead jumped or
//! frames were lost; everything else happens here, on whichever thread holds the [`History`].
//! Positions are where the playhead was when a frame *arrived*, below zero in a count-in.

use std::collections::VecDeque;
use std::ops::Range;

use rtrb::chunks::ChunkError;
use rtrb::{Consumer, Producer, RingBuffer};

use super::words::Channels;
use crate::audio::Audio;
use crate::units::{Frames, SampleRate};

/// Seconds of input the ring holds while nobody drains it.
const RING_SECONDS: usize = 6;
/// Jumps and losses in that time.
const STAMPS: usize = 256;

/// Where the frames after it belong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stamp {
    /// The playhead stood still.
    Nowhere,
    /// The next frame arrived at this playhead, the others follow.
    At(i64),
}

impl Stamp {
    pub(crate) fn of(at: Option<i64>) -> Stamp {
        at.map_or(Stamp::Nowhere, Stamp::At)
    }

    pub(crate) fn after(self, frames: usize) -> Stamp {
        match self {
            Stamp::Nowhere => Stamp::Nowhere,
            Stamp::At(at) => Stamp::At(at + frames as i64),
        }
    }
}

/// What the audio thread writes into.
pub(crate) struct HistoryFeed {
    pub(crate) channels: Channels,
    samples: Producer<f32>,
    /// Each with the count of frames that go before it.
    stamps: Producer<(u64, Stamp)>,
    sent: u64,
}

impl HistoryFeed {
    pub(crate) fn stamp(&mut self, stamp: Stamp) -> bool {
        self.stamps.push((self.sent, stamp)).is_ok()
    }

    /// Puts in what fits, whole frames, and answers how many those were.
    pub(crate) fn push(&mut self, input: [&[f32]; 2]) -> u64 {
        let channels = self.channels.count();
        let fit = (self.samples.slots() / channels).min(input[0].len());
        let frames = (0..fit).flat_map(|i| input.into_iter().take(channels).map(move |c| (c, i)));
        let sent = match self.samples.write_chunk_uninit(fit * channels) {
            Ok(chunk) => {
                chunk.fill_from_iter(frames.map(|(c, i)| c.get(i).copied().unwrap_or(0.0)))
                    / channels
            }
            Err(ChunkError::TooFewSlots(_)) => 0,
        } as u64;
        self.sent += sent;
        sent
    }
}

/// Frames that followed each other without a break.
struct Stretch {
    begins: Stamp,
    /// Interleaved.
    samples: VecDeque<f32>,
}

/// The last so many seconds of input. Call [`History::drain`] every tick, and keep one.
pub struct History {
    rate: SampleRate,
    channels: Channels,
    samples: Consumer<f32>,
    stamps: Consumer<(u64, Stamp)>,
    read: u64,
    /// How many frames are remembered, and at most.
    held: usize,
    most: usize,
    /// Oldest first.
    stretches: VecDeque<Stretch>,
}

/// Both ends.
pub(crate) fn history_ring(
    rate: SampleRate,
    channels: Channels,
    length: Frames,
) -> (HistoryFeed, History) {
    let ring = rate.hz() as usize * RING_SECONDS * channels.count();
    let (samples_in, samples) = RingBuffer::new(ring);
    let (stamps_in, stamps) = RingBuffer::new(STAMPS);
    let feed = HistoryFeed {
        channels,
        samples: samples_in,
        stamps: stamps_in,
        sent: 0,
    };
    let history = History {
        rate,
        channels,
        samples,
        stamps,
        read: 0,
        held: 0,
        most: length.0 as usize,
        stretches: VecDeque::new(),
    };
    (feed, history)
}

/// A part of what was heard, taken out of a [`History`].
#[derive(Debug, Clone, PartialEq)]
pub struct Remembered {
    /// What was not heard is silent.
    pub audio: Audio,
    /// Frames of it that were not heard, or are forgotten.
    pub gaps: Vec<Range<u64>>,
}

impl History {
    /// Takes in what has arrived, and forgets what is too old. Never blocks.
    pub fn drain(&mut self) {
        loop {
            let channels = self.channels.count();
            // Samples first, stamps second: whoever sees a frame also sees what was said of it.
            let arrived = self.samples.slots() / channels;
            let stamp = self.stamps.peek().ok().copied();
            let ready = match stamp {
                Some((at, _)) => arrived.min((at - self.read) as usize),
                None => arrived,
            };
            match stamp {
                Some((at, begins)) if at == self.read => {
                    let _ = self.stamps.pop();
                    let samples = VecDeque::new();
                    self.stretches.push_back(Stretch { begins, samples });
                }
                _ if ready == 0 => break,
                _ => {
                    let Ok(chunk) = self.samples.read_chunk(ready * channels) else {
                        break;
                    };
                    if let Some(stretch) = self.stretches.back_mut() {
                        let (first, second) = chunk.as_slices();
                        stretch.samples.extend(first);
                        stretch.samples.extend(second);
                        self.held += ready;
                    }
                    chunk.commit_all();
                    self.read += ready as u64;
                }
            }
        }
        self.forget();
    }

    fn forget(&mut self) {
        let channels = self.channels.count();
        while self.held > self.most {
            let Some(oldest) = self.stretches.front_mut() else {
                return;
            };
            let frames = oldest.samples.len() / channels;
            let old = frames.min(self.held - self.most);
            oldest.samples.drain(..old * channels);
            oldest.begins = oldest.begins.after(old);
            self.held -= old;
            if old == frames {
                self.stretches.pop_front();
            }
        }
    }

    /// Where the next frame to arrive belongs, if the playhead moves; as of the last drain.
    pub fn arrived(&self) -> Option<i64> {
        let last = self.stretches.back()?;
        let frames = last.samples.len() / self.channels.count();
        match last.begins.after(frames) {
            Stamp::At(at) => Some(at),
            Stamp::Nowhere => None,
        }
    }

    /// What arrived from playhead `from` until before `until`: the last time it passed there.
    #[must_use]
    pub fn between(&self, from: i64, until: i64) -> Remembered {
        let channels = self.channels.count();
        let length = usize::try_from(until - from).unwrap_or(0);
        let mut sides = vec![vec![0.0; length]; channels];
        let mut heard: Vec<Range<u64>> = Vec::new();
        // Backwards through one pass: what lies after a jump back is of another time.
        let mut earliest = i64::MAX;
        for stretch in self.stretches.iter().rev() {
            let Stamp::At(begins) = stretch.begins else {
                continue;
            };
            let frames = (stretch.samples.len() / channels) as i64;
            if begins + frames > earliest {
                break;
            }
            earliest = begins;
            let part = begins.max(from)..(begins + frames).min(until);
            if part.is_empty() {
                continue;
            }
            let skipped = (part.start - begins) as usize * channels;
            let samples = stretch.samples.iter().skip(skipped);
            let place = (part.start - from) as usize;
            let count = (part.end - part.start) as usize;
            for (i, sample) in samples.take(count * channels).enumerate() {
                if let Some(out) = sides[i % channels].get_mut(place + i / channels) {
                    *out = *sample;
                }
            }
            heard.push(place as u64..(place + count) as u64);
        }
        let mut gaps = Vec::new();
        let mut known = 0;
        for part in heard.iter().rev() {
            if part.start > known {
                gaps.push(known..part.start);
            }
            known = part.end;
        }
        if known < length as u64 {
            gaps.push(known..length as u64);
        }
        let mut sides = sides.into_iter();
        let left = sides.next().unwrap_or_default();
        let audio = match sides.next() {
            None => Audio::mono(self.rate, left),
            Some(right) => Audio::stereo(self.rate, left, right),
        };
        Remembered { audio, gaps }
    }
}

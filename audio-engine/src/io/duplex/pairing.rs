//! Which input frame meets which output frame.
//!
//! |          | nothing heard yet | heard something        | settled              | frames lost |
//! |----------|-------------------|------------------------|----------------------|-------------|
//! | Waiting  | ·                 | → Draining             |                      |             |
//! | Draining | ·                 | throw away, → Cushion  |                      |             |
//! | Cushion  | ·                 | keep, watch the clocks | trim to it, → Steady |             |
//! | Steady   | a gap, an xrun    | deliver                |                      | re-anchor   |
//!
//! `·` and everything before Steady is a gap: those frames were not heard. The first callbacks of a
//! stream come in bursts (hundreds of milliseconds on some devices), so they are thrown away; then
//! both callbacks are watched for [`WINDOW`](super::phase::WINDOW) rounds to see how they lie in
//! time; then the ring is trimmed so that a constant cushion is left, whichever of the two is
//! called first.
//!
//! Lost frames are found by the clock, not by the ring, nor by what the host says. When the two
//! sides' distance has changed by half a block or more and stays so, frames were lost or played
//! twice: a gap goes in or frames come out until the distance is what it was, and all of them are
//! counted. Nothing is ever smeared over a loss. What a busy machine has made of the distance when
//! the stream started is put right as soon as callbacks come on time; no sound moves for that.

use rtrb::Consumer;

use super::phase::{Mark, Phase};
use super::slip::{AHEAD, Between, Slip};
use super::{Clocks, DuplexSpec, Frame};
use crate::io::source::{Run, Source};

/// Callbacks with sound that are thrown away when the input starts.
const DRAINED: u32 = 12;
/// Rounds for which a distance changed by whole blocks must hold. When both sides stall
/// together, one window forgets the time before a callback or two ahead of the other.
const PATIENCE: u32 = 8;
/// Rounds for which any other change must hold: on most devices it is a busy machine, and passes.
const LONG_PATIENCE: u32 = 96;
/// Callbacks that differ by less than this part of a block are on time.
const ON_TIME: f64 = 0.05;
/// The distance was taken of callbacks that may all have been late. It is put right when they are
/// not any more, by less than this part of a block: nobody loses so little.
const TAKEN_WRONG: f64 = 0.125;
/// Blocks left in the ring after a callback has taken its own when both sides are on time. One,
/// because either side may be called first; one more for a callback that is late. Where callbacks
/// are later than that as a rule, as many more as it takes.
const CUSHION_BLOCKS: f64 = 2.0;
/// The latest of many callbacks is later than the latest of a window.
const LATER_STILL: f64 = 1.25;

/// Owned by the output callback.
pub(in crate::io) struct OutputSide {
    ring: Consumer<Frame>,
    marks: Consumer<Mark>,
    rate: f64,
    channels: usize,
    /// The larger of the block asked for and the blocks seen.
    block: f64,
    /// Frames taken out of the ring, delivered or not.
    taken: u64,
    played_frames: u64,
    heard: Phase,
    played: Phase,
    /// Above zero: so many frames of the ring must be thrown away before the next is delivered.
    /// Below: so many frames of gap go in first.
    debt: i64,
    state: Pairing,
    /// By so many frames the distance was put right; `None` before callbacks came on time.
    put_right: Option<f64>,
    /// `None` while both sides share a clock.
    slip: Option<(Slip, Between)>,
    /// Frames of the ring to read for each frame played.
    step: f64,
    /// Whether this callback is given what was heard.
    delivers: bool,
    /// The frame that ended a run: the first of the next.
    waiting: Option<Option<Frame>>,
    lost: u64,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Pairing {
    Waiting,
    Draining {
        callbacks_left: u32,
    },
    Cushion,
    /// The distance of the two phases that must hold, in frames, and for how many rounds it has not.
    Steady {
        distance: f64,
        astray: u32,
    },
}

impl OutputSide {
    pub(super) fn new(
        spec: DuplexSpec,
        ring: Consumer<Frame>,
        marks: Consumer<Mark>,
    ) -> OutputSide {
        let rate = f64::from(spec.rate);
        OutputSide {
            ring,
            marks,
            rate,
            channels: spec.channels.clamp(1, 2),
            block: f64::from(spec.block.max(1)),
            taken: 0,
            played_frames: 0,
            heard: Phase::new(spec.block),
            played: Phase::new(spec.block),
            debt: 0,
            state: Pairing::Waiting,
            put_right: None,
            slip: match spec.clocks {
                Clocks::Shared => None,
                Clocks::Apart => Some((Slip::new(rate), Between::new())),
            },
            step: 1.0,
            delivers: false,
            waiting: None,
            lost: 0,
        }
    }

    /// True once input frames are being delivered.
    #[cfg(test)]
    pub(super) fn is_steady(&self) -> bool {
        matches!(self.state, Pairing::Steady { .. })
    }

    fn read_marks(&mut self) -> bool {
        let mut any = false;
        while let Ok(mark) = self.marks.pop() {
            self.block = self.block.max(self.heard.see(mark, self.rate));
            any = true;
        }
        any
    }

    fn drain(&mut self, heard_something: bool, callbacks_left: u32) {
        // Whole callbacks only: a piece of the one being written now would shift the round trip by
        // as much as is missing, another piece at each start.
        let whole = self.heard.frames.saturating_sub(self.taken);
        self.discard(usize::try_from(whole).unwrap_or(0));
        if heard_something {
            self.state = match callbacks_left {
                0 => self.begin_cushion(),
                left => Pairing::Draining {
                    callbacks_left: left - 1,
                },
            };
        }
    }

    fn begin_cushion(&mut self) -> Pairing {
        self.heard.forget();
        self.played.forget();
        Pairing::Cushion
    }

    /// Throws away what is more than the cushion.
    fn trim_to_cushion(&mut self) {
        let distance = self.heard.highest() - self.played.highest();
        // Frames in the ring if both sides were exactly on time. Rounded to blocks, so that a few
        // microseconds of lateness do not shift the round trip from one start to the next.
        let on_time = distance + (self.played_frames as f64 - self.taken as f64);
        let whole = (on_time / self.block).round() * self.block;
        let late = (self.heard.lateness() + self.played.lateness()) * LATER_STILL;
        // Half a block may have been rounded away above.
        let cushion = (1.5 + late / self.block).ceil().max(CUSHION_BLOCKS);
        self.debt = (whole - cushion * self.block).round() as i64;
        if self.slip.is_some() {
            // The frame read next is so far behind the last one taken from the ring.
            self.debt += AHEAD as i64;
        }
        self.put_right = None;
        self.state = Pairing::Steady {
            distance,
            astray: 0,
        };
    }

    /// Corrects the debt if one side has lost or repeated frames; follows two clocks that drift.
    fn re_anchor(&mut self, distance: f64, astray: u32, frames: usize) {
        let slipped = self.slip.as_ref().map_or(0.0, |(slip, _)| slip.slipped);
        let moved = self.heard.highest() - self.played.highest() - distance - slipped;
        if moved.abs() < 0.5 * self.block {
            let wrong_by = match &mut self.slip {
                Some((slip, _)) => {
                    self.step = slip.steer(moved, frames);
                    0.0
                }
                None => self.put_right(moved),
            };
            self.state = Pairing::Steady {
                distance: distance + wrong_by,
                astray: 0,
            };
            return;
        }
        // Devices lose whole blocks; a measured 250 of 256 frames is a block and some jitter. Where
        // callbacks come on time, and did before, the clock is better than that guess.
        let on_time = self.is_on_time();
        let knows = self.put_right.is_some() || self.slip.is_some();
        let near = if on_time && knows { ON_TIME } else { 0.25 };
        let blocks = (moved / self.block).round();
        let near_blocks = (moved - blocks * self.block).abs() < near * self.block;
        let patience = if near_blocks || on_time {
            PATIENCE
        } else {
            LONG_PATIENCE
        };
        if astray <= patience {
            self.state = Pairing::Steady { distance, astray };
            return;
        }
        let frames = if near_blocks {
            blocks * self.block
        } else {
            moved.round()
        };
        self.debt += frames as i64;
        self.lost += frames.abs() as u64;
        self.state = Pairing::Steady {
            distance: distance + frames,
            astray: 0,
        };
    }

    fn is_on_time(&self) -> bool {
        let last = PATIENCE as usize;
        self.heard.spread(last) + self.played.spread(last) < ON_TIME * self.block
    }

    /// By how much the distance was taken wrong, in frames, now that this shows. In all no more than
    /// [`TAKEN_WRONG`] of a block: two clocks that drift apart are not followed.
    fn put_right(&mut self, moved: f64) -> f64 {
        let most = TAKEN_WRONG * self.block;
        if moved.abs() >= most || !self.is_on_time() {
            return 0.0;
        }
        let before = self.put_right.unwrap_or(0.0);
        let after = (before + moved).clamp(-most, most);
        self.put_right = Some(after);
        after - before
    }

    fn pay_debt(&mut self) {
        if self.debt > 0 {
            let owed = usize::try_from(self.debt).unwrap_or(usize::MAX);
            self.debt -= self.discard(owed.min(self.ring.slots())) as i64;
        }
    }

    /// The next frame to be delivered; `None` if it was not heard.
    fn next(&mut self) -> Option<Frame> {
        if let Some(frame) = self.waiting.take() {
            return frame;
        }
        let Some((slip, mut between)) = self.slip.take() else {
            return self.take();
        };
        let mut whole = true;
        for _ in 0..between.advance(self.step) {
            let frame = self.take();
            whole &= frame.is_some();
            between.push(frame.unwrap_or_default());
        }
        let read = between.read();
        self.slip = Some((slip, between));
        read.filter(|_| whole)
    }

    fn take(&mut self) -> Option<Frame> {
        if self.debt < 0 {
            self.debt += 1;
            return None;
        }
        if self.debt == 0
            && let Ok(frame) = self.ring.pop()
        {
            self.taken += 1;
            return Some(frame);
        }
        // Not here yet. A gap now, and one frame to throw away when it comes too late.
        self.debt += 1;
        self.lost += 1;
        None
    }

    fn discard(&mut self, frames: usize) -> usize {
        if let Ok(chunk) = self.ring.read_chunk(frames) {
            chunk.commit_all();
            self.taken += frames as u64;
            return frames;
        }
        0
    }
}

impl Source for OutputSide {
    fn channels(&self) -> usize {
        self.channels
    }

    fn begin(&mut self, frames: usize, at: f64) {
        let heard_something = self.read_marks();
        self.played_frames += frames as u64;
        let rounds = self.played.rounds;
        self.played.see(
            Mark {
                frames: self.played_frames,
                at,
            },
            self.rate,
        );
        self.block = self.block.max(frames as f64);
        self.delivers = matches!(self.state, Pairing::Steady { .. });
        match self.state {
            Pairing::Waiting if heard_something => {
                self.state = Pairing::Draining {
                    callbacks_left: DRAINED,
                };
            }
            Pairing::Waiting => {}
            Pairing::Draining { callbacks_left } => self.drain(heard_something, callbacks_left),
            Pairing::Cushion => {
                if self.heard.is_known() && self.played.is_known() {
                    // What is heard from the next callback on.
                    self.trim_to_cushion();
                }
            }
            Pairing::Steady { distance, astray } => {
                let round = u32::from(self.played.rounds != rounds);
                self.re_anchor(distance, astray + round, frames);
                self.pay_debt();
            }
        }
    }

    fn pull(&mut self, left: &mut [f32], right: &mut [f32]) -> Run {
        let wanted = left.len().min(right.len());
        if !self.delivers {
            return Run::Missing(wanted);
        }
        let first = self.next();
        let mut frames = 0;
        let mut frame = first;
        while frame.is_some() == first.is_some() {
            let [l, r] = frame.unwrap_or_default();
            (left[frames], right[frames]) = (l, r);
            frames += 1;
            if frames == wanted {
                return Run::of(first.is_some(), frames);
            }
            frame = self.next();
        }
        // It belongs to the next run.
        self.waiting = Some(frame);
        Run::of(first.is_some(), frames)
    }

    /// Frames lost, invented or thrown away since the input became steady. Each is an xrun's work.
    fn lost(&self) -> u64 {
        self.lost
    }
}

//! Recording: raw input into a ring, and, if asked, into a loop where it was heard.
//!
//! | state   | input window opens | punch-out reached      | window closes | read to its end |
//! |---------|--------------------|------------------------|---------------|-----------------|
//! | Armed   | → Running          |                        |               |                 |
//! | Running |                    | the loop starts to sound | → Closing   |                 |
//! | Closing |                    |                        |               | gone            |
//!
//! Positions are on the playhead, and run on below zero into the count-in. Once the window is
//! open they follow the clock: a transport that stops only brings the punch-out forward.
//! Runs in the audio callback: no allocation, lock, I/O, log or panic.

use super::limits::declick;
use super::track::Track;
use super::voice::{Source, Voice};
use crate::control::take::{Mark, TakeFeed};
use crate::control::{Play, RecordSpec, TakeId};
use crate::dsp::edge::{fade_in, fade_out};
use crate::units::{Frames, SampleRate};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Armed,
    /// The next input frame arrives at playhead `at`.
    Running {
        at: i64,
    },
    /// All input is in; the reader still has to be told.
    Closing,
}

/// A promised recording, with all the memory it needs.
pub(crate) struct Recording {
    spec: RecordSpec,
    edge: i64,
    stage: Stage,
    /// Where the part to keep ends; moved forward by an early punch-out.
    punch_out: i64,
    feed: TakeFeed,
    /// Frames put into the ring.
    sent: u64,
    /// Frames that did not fit, and of which the reader does not know yet.
    lost: u64,
    looped: Option<Looped>,
}

/// The loop being made.
struct Looped {
    track: usize,
    /// Here until the punch-out, from then on with the track.
    samples: Option<Box<[f32]>>,
    /// What arrives between the punch-out and the end of the window.
    late: Box<[f32]>,
}

/// What the engine has to do about a recording after a block.
pub(crate) enum Due {
    Nothing,
    /// The loop starts to sound on this track.
    Sounds {
        track: usize,
        voice: Voice,
    },
}

impl Recording {
    /// Off the audio thread: allocates.
    pub(crate) fn new(spec: RecordSpec, rate: SampleRate, feed: TakeFeed) -> Recording {
        let edge = declick(rate);
        let silence = |length: Frames| vec![0.0; length.0 as usize].into_boxed_slice();
        let looped = spec.loop_into.map(|track| Looped {
            track: usize::from(track.0),
            samples: Some(silence(spec.length)),
            late: silence(spec.round_trip + edge),
        });
        let punch_out = (spec.punch_in + spec.length).0 as i64;
        let edge = edge.0 as i64;
        Recording {
            spec,
            edge,
            stage: Stage::Armed,
            punch_out,
            feed,
            sent: 0,
            lost: 0,
            looped,
        }
    }

    pub(crate) fn take(&self) -> TakeId {
        self.spec.take
    }

    pub(crate) fn makes_a_loop(&self) -> bool {
        self.looped.is_some()
    }

    fn punch_in(&self) -> i64 {
        self.spec.punch_in.0 as i64
    }

    fn opens(&self) -> i64 {
        self.punch_in() - self.spec.pre_roll.0 as i64
    }

    fn closes(&self) -> i64 {
        let kept = self.punch_out > self.punch_in();
        let after = self.spec.round_trip.0 as i64 + self.edge;
        // Nothing was kept: there is no tail to wait for.
        if kept {
            self.punch_out + after
        } else {
            self.punch_out
        }
    }

    /// Frames until something happens, seen from playhead `approach` if it moves.
    pub(crate) fn until_change(&self, approach: Option<i64>) -> Option<Frames> {
        let (at, turns) = match (self.stage, approach) {
            (Stage::Armed, Some(at)) => (at, [self.opens(), i64::MAX]),
            (Stage::Running { at }, _) => (at, [self.punch_out, self.closes()]),
            (Stage::Armed, None) | (Stage::Closing, _) => return None,
        };
        let next = turns.into_iter().filter(|turn| *turn > at).min()?;
        Some(Frames(next.abs_diff(at)))
    }

    /// Ends the part to keep where the input is now, or where it would have begun.
    pub(crate) fn punch_out_now(&mut self) {
        match self.stage {
            Stage::Armed => {
                self.punch_out = self.punch_in();
                self.stage = Stage::Closing;
            }
            Stage::Running { at } => {
                self.punch_out = self.punch_out.min(at.max(self.punch_in()));
                // Nobody played before the punch-in; there is no tail to wait for.
                if self.punch_out == self.punch_in() {
                    self.stage = Stage::Closing;
                }
            }
            Stage::Closing => {}
        }
    }

    /// The transport stopped or jumped. An armed recording waits for it to come back.
    pub(crate) fn interrupt(&mut self) {
        if let Stage::Running { .. } = self.stage {
            self.punch_out_now();
        }
    }

    /// Before a block that begins at playhead `approach`, if it moves: opens the window, and lets
    /// the loop sound. The engine has split its blocks so that this is never late.
    pub(crate) fn begin_block(&mut self, approach: Option<i64>) -> Due {
        if let (Stage::Armed, Some(at)) = (self.stage, approach)
            && at >= self.opens()
        {
            // Input from before we were asked is lost; saying so keeps the rest in its place.
            let end = self.closes().max(self.opens());
            self.lost = at.min(end).abs_diff(self.opens());
            self.stage = if at < end {
                Stage::Running { at }
            } else {
                Stage::Closing
            };
        }
        match self.stage {
            Stage::Running { at } if at >= self.punch_out => self.hand_over(),
            Stage::Armed | Stage::Running { .. } | Stage::Closing => Due::Nothing,
        }
    }

    fn hand_over(&mut self) -> Due {
        let origin = self.spec.punch_in;
        let take = self.spec.take;
        let Some(looped) = &mut self.looped else {
            return Due::Nothing;
        };
        let Some(samples) = looped.samples.take() else {
            return Due::Nothing;
        };
        let voice = Voice::new(
            Source::Recorded { take, samples },
            Play::Loop { origin },
            Frames::ZERO,
        );
        Due::Sounds {
            track: looped.track,
            voice,
        }
    }

    /// Takes in one block of input: mono, as long as the engine's sub-block.
    pub(crate) fn hear(&mut self, input: &[f32]) {
        let Stage::Running { at } = self.stage else {
            return;
        };
        self.send(input);
        self.write_loop(at, input);
        self.stage = Stage::Running {
            at: at + input.len() as i64,
        };
    }

    /// No input arrived for so many frames: a gap in the take, silence in the loop. Told with the
    /// next input or the end, so that any split of the frames gives the same gap.
    pub(crate) fn miss(&mut self, frames: usize) {
        if let Stage::Running { at } = self.stage {
            self.lost += frames as u64;
            self.stage = Stage::Running {
                at: at + frames as i64,
            };
        }
    }

    /// After a block has been played: closes the window, if this was its end. Not before, because
    /// the loop's beginning, under which its end fades, may have sounded in this very block.
    pub(crate) fn end_block(&mut self, tracks: &mut [Track]) {
        if let Stage::Running { at } = self.stage
            && at >= self.closes()
        {
            self.lay_in_the_end(tracks);
            self.stage = Stage::Closing;
        }
    }

    fn send(&mut self, input: &[f32]) {
        if self.lost > 0 && (self.feed.samples.slots() == 0 || !self.tell_lost()) {
            self.lost += input.len() as u64;
            return;
        }
        let (sent, rest) = self.feed.samples.push_partial_slice(input);
        self.sent += sent.len() as u64;
        self.lost += rest.len() as u64;
    }

    fn tell_lost(&mut self) -> bool {
        let told = self
            .feed
            .marks
            .push((self.sent, Mark::Lost(self.lost)))
            .is_ok();
        if told {
            self.lost = 0;
        }
        told
    }

    /// The player answers a beat that left the loudspeaker one round trip ago. Written there, not
    /// at the playhead, or each layer would land later than the one below it.
    ///
    /// What arrives after the punch-out is put aside: the loop sounds by now, and must not change
    /// under the ear at a moment that depends on the size of a block.
    fn write_loop(&mut self, at: i64, input: &[f32]) {
        let heard_at = at - self.spec.round_trip.0 as i64 - self.punch_in();
        let edge = self.edge as u64;
        let late_by = at - self.punch_out;
        let Some(looped) = &mut self.looped else {
            return;
        };
        match &mut looped.samples {
            Some(samples) => {
                for (frame, sample) in (heard_at..).zip(input).filter(|(frame, _)| *frame >= 0) {
                    if let Some(out) = samples.get_mut(frame as usize) {
                        *out = fade_in(frame as u64, edge) * sample;
                    }
                }
            }
            None => {
                let late = looped
                    .late
                    .get_mut(late_by.max(0) as usize..)
                    .unwrap_or_default();
                late.iter_mut()
                    .zip(input)
                    .for_each(|(out, sample)| *out = *sample);
            }
        }
    }

    /// Lays in what came after the punch-out: the last round trip of what was played, and the few
    /// ms that fade out under the beginning.
    fn lay_in_the_end(&mut self, tracks: &mut [Track]) {
        let kept = self.punch_out - self.punch_in();
        let edge = self.edge as u64;
        let Some(looped) = &mut self.looped else {
            return;
        };
        let track = tracks.get_mut(looped.track);
        // Its track may have been given something else meanwhile.
        let Some(samples) = track.and_then(|track| track.recorded(self.spec.take)) else {
            return;
        };
        let length = samples.len().max(1);
        let first = kept - self.spec.round_trip.0 as i64;
        for (frame, sample) in (first..).zip(&looped.late).filter(|(frame, _)| *frame >= 0) {
            let Some(out) = samples.get_mut(frame as usize % length) else {
                return;
            };
            if frame < kept {
                *out = fade_in(frame as u64, edge) * sample;
            } else {
                *out += fade_out((frame - kept) as u64, edge) * sample;
            }
        }
    }

    /// Tells the reader that this was all, if it is. True once it knows.
    pub(crate) fn is_told(&mut self) -> bool {
        match self.stage {
            Stage::Armed | Stage::Running { .. } => false,
            // Nobody is left to be told.
            Stage::Closing if self.feed.samples.is_abandoned() => true,
            Stage::Closing => {
                (self.lost == 0 || self.tell_lost())
                    && self.feed.marks.push((self.sent, Mark::End)).is_ok()
            }
        }
    }

    /// The loop that never came to sound.
    pub(crate) fn unused_loop(&mut self) -> Option<Box<[f32]>> {
        self.looped
            .as_mut()
            .and_then(|looped| looped.samples.take())
    }
}

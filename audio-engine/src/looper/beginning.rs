//! How long a recording may be, when it begins, and what the playhead does for that.

use super::Looper;
use super::tempo::{FREE_UNIT, Metre};
use super::words::{Begin, LoopTempo, Refusal, What};
use crate::control::{Batch, Length, Snapshot, Start};
use crate::units::Frames;

/// How much of what came before the sample that was loud enough belongs to the loop, in seconds.
const LEAD: f64 = 0.010;

/// What the playhead and the metronome have to do for a beginning.
#[derive(Debug, Clone, Copy)]
pub(super) enum Approach {
    /// It rolls already, or waits for a sound.
    AsItIs,
    /// It stops at the start, and waits for a sound.
    WaitAtStart,
    /// It sets out from here.
    RollFrom(Frames),
    /// It counts in, and sets out from here.
    CountInto(Frames, u32),
    /// The metronome clicks there.
    Click(Frames, Frames),
}

impl Looper {
    /// How long the part to keep may be.
    pub(super) fn length_of(&self, what: What) -> Result<Length, Refusal> {
        let open = |unit: Frames, late: Frames| {
            let most = unit * (self.config.most.0 / unit.0.max(1));
            let length = Length::Open { most, unit, late };
            let fits = most > Frames::ZERO;
            fits.then_some(length).ok_or(Refusal::TooLong)
        };
        match (what, self.metre()) {
            (What::First { .. }, Some(_)) => Err(Refusal::LoopThere),
            (What::Overdub | What::Multiply | What::Replace, None) => Err(Refusal::NoLoop),
            (What::First { bars }, None) => match (self.config.tempo, bars) {
                (LoopTempo::Free { .. }, None) => open(FREE_UNIT, self.to_the_ear()),
                (LoopTempo::Free { .. }, Some(_)) => Err(Refusal::NoTempo),
                (LoopTempo::Locked(grid), None) => open(grid.bar(), self.late(grid.bar())),
                (LoopTempo::Locked(grid), Some(bars)) => {
                    let length = grid.bars(u64::from(bars));
                    let fits = length <= self.config.most && bars > 0;
                    fits.then_some(Length::Fixed(length))
                        .ok_or(Refusal::TooLong)
                }
            },
            (What::Overdub, Some(metre)) => Ok(Length::Fixed(metre.length)),
            (What::Multiply | What::Replace, Some(metre)) => {
                open(metre.length, self.late(self.bar().unwrap_or(metre.length)))
            }
        }
    }

    /// When it begins, and what has to be done for that.
    pub(super) fn start_of(
        &self,
        what: What,
        begin: Begin,
        snapshot: Snapshot,
    ) -> Result<(Start, Approach), Refusal> {
        let at = snapshot.playhead;
        // A first loop that says what a bar is begins bar 0.
        let is_new_time = matches!(
            (what, self.config.tempo),
            (What::First { .. }, LoopTempo::Free { .. })
        );
        let is_still = !snapshot.rolling;
        Ok(match begin {
            Begin::Now if is_new_time => (
                Start::AtFrame(Frames::ZERO),
                Approach::RollFrom(self.to_the_ear()),
            ),
            Begin::Now if is_still => (
                Start::AtFrame(at),
                Approach::RollFrom(at + self.to_the_ear()),
            ),
            // They play to what they hear, and that left us before.
            Begin::Now => (Start::AtFrame(at - self.to_the_ear()), Approach::AsItIs),
            Begin::OnSound { threshold } => {
                let lead = Frames::from_seconds(LEAD, self.rate);
                let approach = if is_new_time {
                    Approach::WaitAtStart
                } else {
                    Approach::AsItIs
                };
                (Start::OnSound { threshold, lead }, approach)
            }
            Begin::BarLine | Begin::CountIn(_) => {
                let bar = self.bar().ok_or(Refusal::NoTempo)?;
                let bars = match begin {
                    Begin::CountIn(bars) => bars,
                    Begin::Now | Begin::BarLine | Begin::OnSound { .. } => 0,
                };
                if is_still {
                    let line = bar * at.0.div_ceil(bar.0.max(1));
                    (Start::AtFrame(line), Approach::CountInto(line, bars))
                } else {
                    let first = self.next_bar_line(at, bar);
                    let line = first + bar * u64::from(bars);
                    (Start::AtFrame(line), Approach::Click(first, line))
                }
            }
        })
    }

    /// The bars of a first loop.
    pub(super) fn found_metre(&mut self, length: Frames) -> Option<usize> {
        let metre = match self.config.tempo {
            LoopTempo::Locked(grid) => Metre {
                length,
                bars: u32::try_from(length.0 / grid.bar().0).unwrap_or(1),
                beats_per_bar: grid.beats_per_bar,
            },
            LoopTempo::Free { beats_per_bar } => Metre::guess(length, beats_per_bar, self.rate)
                // Too short to have a tempo: the loop is its own bar, and nobody clicks to it.
                .unwrap_or(Metre {
                    length,
                    bars: 1,
                    beats_per_bar,
                }),
        };
        self.metres.push(metre);
        Some(self.metres.len() - 1)
    }
}

impl Approach {
    pub(super) fn put(self, batch: &mut Batch) {
        match self {
            Approach::AsItIs => {}
            Approach::WaitAtStart => {
                batch.stop();
                batch.locate(Frames::ZERO);
            }
            Approach::RollFrom(from) => {
                batch.locate(from);
                batch.play();
            }
            Approach::CountInto(from, bars) => {
                batch.locate(from);
                batch.play_after_count_in(bars);
            }
            Approach::Click(from, until) if from < until => batch.metronome(from, until),
            Approach::Click(..) => {}
        }
    }
}

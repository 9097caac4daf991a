//! The promise of a recording: all the memory it will need is made before its first frame comes,
//! so what nobody can mean is refused before it is.
//!
//! A recording streams what comes in, and may last as long as anybody plays. Held in memory are
//! only what comes before the punch-in and after the punch-out, and the loop it becomes.

use super::batch::{Batch, FARTHEST};
use super::take::{TakeStream, take_ring};
use super::words::{BatchError, Length, RecordSpec, Start};
use crate::rt::command::Action;
use crate::rt::recorder::Recording;
use crate::units::Frames;

/// As far as a recording reaches back before its punch-in, and on after its punch-out, in seconds.
const LONGEST_REACH_SECONDS: f64 = 600.0;

/// The longest loop that is made of a recording, in seconds: 230 MB of two channels at 48 kHz.
const LONGEST_LOOP_SECONDS: f64 = 600.0;

/// What makes no loop is never longer, so that no position meets the end of numbers.
const LONGEST: Frames = Frames(1 << 61);

impl Batch {
    /// Promises a recording; read it from the stream. All memory it needs is made here.
    ///
    /// Refused if pre-roll, round trip and lead together are longer than ten minutes, or the loop
    /// to be made is. A recording that makes no loop may be of any length.
    ///
    /// The stream carries the input from `punch_in - pre_roll` until `round_trip + 5 ms` after
    /// the punch-out, raw: placing it is [`place`](super::place())'s work.
    pub fn record(&mut self, spec: RecordSpec) -> TakeStream {
        let start = match spec.start {
            Start::AtFrame(at) => Start::AtFrame(at.min(FARTHEST)),
            Start::OnSound { .. } => spec.start,
        };
        if let Length::Open { most, unit, .. } = spec.length
            && (unit == Frames::ZERO || most == Frames::ZERO || most % unit != Frames::ZERO)
        {
            self.refuse(BatchError::NotWholeUnits { most, unit });
        }
        let spec = RecordSpec { start, ..spec };
        let spec = self.check_reach(spec);
        let spec = self.check_length(spec);
        // The player answers what leaves the loudspeaker, not what enters the limiter.
        let spec = RecordSpec {
            round_trip: spec.round_trip + self.latency,
            ..spec
        };
        if let Some(track) = spec.loop_into {
            let length = spec.length.most();
            self.check_track(track);
            self.check_bars(length);
            if let Length::Open { unit, .. } = spec.length {
                self.check_bars(unit);
            }
            // The end of the loop is laid in one round trip after it, and must by then not have
            // come round again.
            if (spec.round_trip + super::place::edge(self.rate)) * 2 > length {
                self.refuse(BatchError::LoopTooShort(length));
            }
        }
        let (feed, stream) = take_ring(self.rate, spec.channels);
        self.now(Action::Record(Box::new(Recording::new(
            spec, self.rate, feed,
        ))));
        stream
    }

    /// Refuses a pre-roll, a round trip or a lead nobody can mean. Memory is made for what is left
    /// of them even so: the stream of a refused recording is one like any other.
    fn check_reach(&mut self, spec: RecordSpec) -> RecordSpec {
        let lead = match spec.start {
            Start::AtFrame(_) => Frames::ZERO,
            Start::OnSound { lead, .. } => lead,
        };
        let reach = spec.pre_roll + spec.round_trip + lead;
        if reach <= Frames::from_seconds(LONGEST_REACH_SECONDS, self.rate) {
            return spec;
        }
        self.refuse(BatchError::ReachesTooFarBack(reach));
        RecordSpec {
            start: Start::AtFrame(Frames::ZERO),
            pre_roll: Frames::ZERO,
            round_trip: Frames::ZERO,
            ..spec
        }
    }

    /// Refuses a loop there would be no memory for, and leaves one there is. What makes none is
    /// shortened to what can be counted, and nobody will know.
    fn check_length(&mut self, spec: RecordSpec) -> RecordSpec {
        let length = spec.length.most();
        let longest = Frames::from_seconds(LONGEST_LOOP_SECONDS, self.rate);
        let most = match spec.loop_into {
            Some(_) if length > longest => {
                self.refuse(BatchError::LoopTooLong {
                    length,
                    most: longest,
                });
                longest
            }
            Some(_) => longest,
            None => LONGEST,
        };
        let length = match spec.length {
            Length::Fixed(length) => Length::Fixed(length.min(most)),
            Length::Open {
                most: wanted,
                unit,
                late,
            } => Length::Open {
                most: wanted.min(most),
                unit: unit.min(most),
                late: late.min(most),
            },
        };
        RecordSpec { length, ..spec }
    }
}

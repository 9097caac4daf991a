//! The transport: whether the playhead moves, and where it is.
//!
//! |            | play      | count in       | stop             | locate(to)                | sound(in)          | time over |
//! |------------|-----------|----------------|------------------|---------------------------|--------------------|-----------|
//! | `Stopped`  | → Rolling | → `CountIn`    | ·                | at `to`                   | → Rolling, on `in` |           |
//! | `CountIn`  | ·         | ·              | → Stopped        | at `to`                   | ·                  | → Rolling |
//! | `Rolling`  | ·         | ·              | → Stopping, Stay | → Stopping, at `to`, Roll | ·                  |           |
//! | `Stopping` | then Roll | then `CountIn` | then Stay        | at `to`                   | ·                  | → `then`  |
//!
//! `·` changes nothing. Runs in the audio callback: no allocation, lock, I/O, log or panic.

use crate::units::Frames;

/// Whether the playhead moves, and where it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    /// The playhead waits here.
    Stopped {
        /// Where it will go on.
        at: Frames,
    },
    /// The metronome clicks for `left` more frames; then the playhead starts from `at`.
    CountIn {
        /// Frames still to be counted.
        left: Frames,
        /// Where the playhead waits.
        at: Frames,
    },
    /// The playhead moves.
    Rolling {
        /// The frame to be played next.
        at: Frames,
    },
    /// For `left` more frames what sounds at `sounding` fades away, so that nobody hears a cut.
    Stopping {
        /// Frames still to fade.
        left: Frames,
        /// Where the fading sound is read.
        sounding: Frames,
        /// Where the playhead will be.
        at: Frames,
        /// What comes after.
        then: Then,
    },
}

/// What follows a declick.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// The playhead waits.
    Stay,
    /// The playhead rolls on.
    Roll,
    /// The metronome counts in first, for so many frames.
    CountIn(Frames),
}

impl Transport {
    /// Rolls at once.
    pub(crate) fn play(&mut self) {
        *self = match *self {
            Transport::Stopped { at } => Transport::Rolling { at },
            Transport::Stopping {
                left,
                sounding,
                at,
                then: _,
            } => Transport::Stopping {
                left,
                sounding,
                at,
                then: Then::Roll,
            },
            Transport::CountIn { .. } | Transport::Rolling { .. } => *self,
        };
    }

    /// Rolls with a sound that arrives now and began `after` ago, as if it had rolled since.
    pub(crate) fn sound(&mut self, after: Frames) {
        *self = match *self {
            Transport::Stopped { at } => Transport::Rolling { at: at + after },
            Transport::CountIn { .. } | Transport::Rolling { .. } | Transport::Stopping { .. } => {
                *self
            }
        };
    }

    /// Rolls after `length` of clicks; none at all is [`Transport::play`].
    pub(crate) fn count_in(&mut self, length: Frames) {
        if length == Frames::ZERO {
            return self.play();
        }
        *self = match *self {
            Transport::Stopped { at } => Transport::CountIn { left: length, at },
            Transport::Stopping {
                left,
                sounding,
                at,
                then: _,
            } => Transport::Stopping {
                left,
                sounding,
                at,
                then: Then::CountIn(length),
            },
            Transport::CountIn { .. } | Transport::Rolling { .. } => *self,
        };
    }

    /// Stops after `declick`; the playhead stays where it was when it was asked to.
    pub(crate) fn stop(&mut self, declick: Frames) {
        *self = match *self {
            Transport::Stopped { at } | Transport::CountIn { left: _, at } => {
                Transport::Stopped { at }
            }
            Transport::Rolling { at } => Transport::Stopping {
                left: declick,
                sounding: at,
                at,
                then: Then::Stay,
            },
            Transport::Stopping {
                left,
                sounding,
                at,
                then: _,
            } => Transport::Stopping {
                left,
                sounding,
                at,
                then: Then::Stay,
            },
        };
    }

    /// Goes to `to`, after `declick` if something is sounding.
    pub(crate) fn locate(&mut self, to: Frames, declick: Frames) {
        *self = match *self {
            Transport::Stopped { at: _ } => Transport::Stopped { at: to },
            Transport::CountIn { left, at: _ } => Transport::CountIn { left, at: to },
            Transport::Rolling { at } => Transport::Stopping {
                left: declick,
                sounding: at,
                at: to,
                then: Then::Roll,
            },
            Transport::Stopping {
                left,
                sounding,
                at: _,
                then,
            } => Transport::Stopping {
                left,
                sounding,
                at: to,
                then,
            },
        };
    }

    /// Moves on by `frames`, at most [`Transport::until_change`]: the engine splits its blocks
    /// there, so that nothing downstream sees a state change in the middle of a block.
    pub(crate) fn advance(&mut self, frames: Frames) {
        *self = match *self {
            Transport::Stopped { at } => Transport::Stopped { at },
            Transport::CountIn { left, at } if left <= frames => Transport::Rolling { at },
            Transport::CountIn { left, at } => Transport::CountIn {
                left: left - frames,
                at,
            },
            Transport::Rolling { at } => Transport::Rolling { at: at + frames },
            Transport::Stopping {
                left,
                sounding: _,
                at,
                then,
            } if left <= frames => match then {
                Then::Stay => Transport::Stopped { at },
                Then::Roll => Transport::Rolling { at },
                Then::CountIn(left) => Transport::CountIn { left, at },
            },
            Transport::Stopping {
                left,
                sounding,
                at,
                then,
            } => Transport::Stopping {
                left: left - frames,
                sounding: sounding + frames,
                at,
                then,
            },
        };
    }

    /// Frames until the state changes by itself; `None` if it never does.
    pub(crate) fn until_change(&self) -> Option<Frames> {
        match *self {
            Transport::Stopped { .. } | Transport::Rolling { .. } => None,
            Transport::CountIn { left, .. } | Transport::Stopping { left, .. } => Some(left),
        }
    }

    /// The frame that plays next, or will when the transport rolls again.
    pub fn playhead(&self) -> Frames {
        match *self {
            Transport::Stopped { at }
            | Transport::CountIn { at, .. }
            | Transport::Rolling { at }
            | Transport::Stopping { at, .. } => at,
        }
    }

    /// Does the playhead move?
    pub fn is_rolling(&self) -> bool {
        matches!(self, Transport::Rolling { .. })
    }

    /// Where tracks are read, if they sound at all.
    pub(crate) fn sounding(&self) -> Option<Frames> {
        match *self {
            Transport::Rolling { at } => Some(at),
            Transport::Stopping { sounding, .. } => Some(sounding),
            Transport::Stopped { .. } | Transport::CountIn { .. } => None,
        }
    }

    /// Is it time for something planned at `frame`? While the playhead waits, only what it has
    /// already passed is due: what is planned for this very frame waits until it is played.
    pub(crate) fn is_due(&self, frame: Frames) -> bool {
        match *self {
            Transport::Rolling { at } => frame <= at,
            Transport::Stopped { at }
            | Transport::CountIn { at, .. }
            | Transport::Stopping { at, .. } => frame < at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Frames of fade at a stop.
    const DECLICK: Frames = Frames(2);

    /// Four frames a beat, one bar of two beats. One character per frame: `.` still, `x` click,
    /// `,` counting, `~` fading, a digit for the playhead.
    #[track_caller]
    fn check(script: &str, expect: &str) {
        let mut transport = Transport::Stopped { at: Frames(0) };
        let mut seen = String::new();
        for step in script.split(", ") {
            let (word, number) = step.split_once(' ').unwrap_or((step, ""));
            match (word, number.parse::<u64>()) {
                ("play", _) => transport.play(),
                ("count", _) => transport.count_in(Frames(8)),
                ("stop", _) => transport.stop(DECLICK),
                ("sound", Ok(after)) => transport.sound(Frames(after)),
                ("locate", Ok(to)) => transport.locate(Frames(to), DECLICK),
                ("run", Ok(frames)) => {
                    for _ in 0..frames {
                        seen.push(match transport {
                            Transport::Stopped { .. } => '.',
                            Transport::CountIn { left, .. } if left.0 % 4 == 0 => 'x',
                            Transport::CountIn { .. } => ',',
                            Transport::Rolling { at } => {
                                char::from_digit(at.0 as u32, 10).unwrap_or('?')
                            }
                            Transport::Stopping { .. } => '~',
                        });
                        transport.advance(Frames(1));
                    }
                }
                _ => panic!("no such step: {step}"),
            }
        }
        assert_eq!(seen, expect, "{script}");
    }

    #[test]
    fn the_count_in_holds_the_playhead_for_whole_beats() {
        check("count, run 12", "x,,,x,,,0123");
    }

    #[test]
    fn a_false_start_leaves_the_playhead_where_it_was() {
        check(
            "locate 4, count, run 3, stop, run 2, count, run 10",
            "x,,..x,,,x,,,45",
        );
    }

    #[test]
    fn the_first_sound_sets_a_waiting_playhead_off_and_no_other() {
        check("locate 1, run 2, sound 3, run 3, sound 3, run 2", "..45678");
        check("count, run 3, sound 3, run 7", "x,,,x,,,01");
    }

    #[test]
    fn stopping_fades_and_carries_on_from_where_it_was_asked() {
        check("play, run 3, stop, run 4, play, run 2", "012~~..34");
    }

    #[test]
    fn a_jump_while_playing_fades_before_it_lands() {
        check("play, run 2, locate 7, run 4", "01~~78");
    }

    #[test]
    fn a_jump_while_still_lands_at_once() {
        check("locate 5, play, run 2", "56");
    }

    #[test]
    fn playing_again_while_it_fades_rolls_on_afterwards() {
        check("play, run 2, stop, run 1, play, run 3", "01~~23");
    }

    #[test]
    fn stopping_twice_is_stopping_once() {
        check("play, run 1, stop, run 1, stop, run 3", "0~~..");
    }

    #[test]
    fn playing_while_it_plays_changes_nothing() {
        check("play, run 2, play, count, run 2", "0123");
    }
}

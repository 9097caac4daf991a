//! Automation as the audio thread plays it: knots on the timeline, straight in between.
//!
//! What is heard depends on the playhead alone, so a curve is chased by looking at it: after a
//! jump the next frame has the right value. A hand on a fader takes it off its curve; letting go
//! leads it back within a declick. Audio thread only, but for [`Lane::new`].

use crate::units::Frames;

/// A value the curve passes through: an amplitude, the two of a pan, or a band's dB.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Knot {
    pub(crate) at: u64,
    pub(crate) values: [f32; 2],
}

/// One curve. Has at least one knot; they are in order, no two at one frame.
#[derive(Debug)]
pub(crate) struct Lane {
    knots: Vec<Knot>,
    /// How many knots lay at or before the playhead when it was last looked at.
    passed: usize,
}

/// The straight piece a playhead is on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Piece {
    pub(crate) from: [f32; 2],
    pub(crate) to: [f32; 2],
    /// Frames since it set out, and that it takes; none where the curve stands still.
    pub(crate) passed: u64,
    pub(crate) length: u64,
    /// Frames until the next knot, if there is one.
    pub(crate) until: Option<u64>,
    /// Which piece it is, for whoever keeps what it computed for it.
    pub(crate) index: usize,
}

impl Lane {
    /// Elsewhere: allocates nothing itself, but the knots were.
    pub(crate) fn new(knots: Vec<Knot>) -> Lane {
        Lane { knots, passed: 0 }
    }

    /// Where playhead `at` is on the curve.
    pub(crate) fn piece(&mut self, at: u64) -> Piece {
        let is_here = |passed: usize| {
            let before = passed == 0 || self.knots.get(passed - 1).is_some_and(|k| k.at <= at);
            before && self.knots.get(passed).is_none_or(|next| next.at > at)
        };
        // Nearly always the piece of the last block, or the one after it.
        self.passed = [self.passed, self.passed + 1]
            .into_iter()
            .find(|passed| *passed <= self.knots.len() && is_here(*passed))
            .unwrap_or_else(|| self.knots.partition_point(|knot| knot.at <= at));
        let index = self.passed;
        let before = index.checked_sub(1).and_then(|i| self.knots.get(i));
        match (before, self.knots.get(index)) {
            (Some(from), Some(to)) => Piece {
                from: from.values,
                to: to.values,
                passed: at - from.at,
                length: to.at - from.at,
                until: Some(to.at - at),
                index,
            },
            (Some(last), None) => still(last.values, None, index),
            (None, Some(first)) => still(first.values, Some(first.at - at), index),
            (None, None) => still([0.0; 2], None, index),
        }
    }

    /// The values at playhead `at`.
    pub(crate) fn value(&mut self, at: u64) -> [f32; 2] {
        let piece = self.piece(at);
        if piece.length == 0 {
            return piece.to;
        }
        let turn = piece.passed as f32 * (1.0 / piece.length as f32);
        [0, 1].map(|i| piece.from[i] + (piece.to[i] - piece.from[i]) * turn)
    }
}

fn still(values: [f32; 2], until: Option<u64>, index: usize) -> Piece {
    Piece {
        from: values,
        to: values,
        passed: 0,
        length: 0,
        until,
        index,
    }
}

/// Who moves a fader that has a curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Driver {
    /// The curve.
    Curve,
    /// A hand, until it lets go.
    Hand,
    /// On the way back to the curve.
    Return,
}

/// A curve and who moves the fader; no curve, and it is a hand that does.
pub(crate) struct Follower {
    pub(crate) lane: Option<Box<Lane>>,
    pub(crate) driver: Driver,
}

impl Follower {
    pub(crate) const NONE: Follower = Follower {
        lane: None,
        driver: Driver::Hand,
    };

    /// A hand moves the fader.
    pub(crate) fn touch(&mut self) {
        self.driver = Driver::Hand;
    }

    /// Is led back to its curve, to be there after `declick`; where that is. `None` if there is
    /// no curve, or nothing sounds and it is there at once.
    pub(crate) fn let_go(&mut self, at: Option<Frames>, declick: Frames) -> Option<[f32; 2]> {
        let lane = self.lane.as_mut()?;
        self.driver = if at.is_some() {
            Driver::Return
        } else {
            Driver::Curve
        };
        Some(lane.value((at? + declick).0))
    }

    /// The piece of the curve, if it is the curve that moves the fader. `arrived` says whether
    /// one that was led back is there.
    pub(crate) fn piece(&mut self, at: u64, arrived: bool) -> Option<Piece> {
        let lane = self.lane.as_mut()?;
        match self.driver {
            Driver::Hand => None,
            Driver::Return if !arrived => None,
            Driver::Return | Driver::Curve => {
                self.driver = Driver::Curve;
                Some(lane.piece(at))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_jump_finds_the_same_value_as_playing_there(
            frames in prop::collection::btree_set(0u64..500, 1..20),
            visits in prop::collection::vec(0u64..600, 1..40),
        ) {
            let knots = |frames: &std::collections::BTreeSet<u64>| {
                frames.iter().map(|at| Knot { at: *at, values: [*at as f32; 2] }).collect()
            };
            let mut lane = Lane::new(knots(&frames));
            for at in visits {
                let mut fresh = Lane::new(knots(&frames));
                prop_assert_eq!(lane.piece(at), fresh.piece(at));
                let (first, last) = (frames.first().unwrap(), frames.last().unwrap());
                let there = at.clamp(*first, *last) as f32;
                prop_assert!((lane.value(at)[0] - there).abs() < 0.01);
            }
        }
    }
}

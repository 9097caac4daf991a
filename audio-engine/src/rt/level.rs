//! The faders of a track, and what moves them: a hand, a curve, or a mute at its frame.
//!
//! Everything on its way is computed from whole frames since it set out. Audio thread only.

use super::automation::{Driver, Follower, Lane};
use super::deeds::{Deed, Outcome};
use super::lanes::{Curves, Gains, SENDS};
use crate::dsp::ramp::Ramp;
use crate::units::Frames;

/// Fader, mute, pan and sends, each on its own way.
pub(super) struct Level {
    pub(super) gain: Ramp,
    /// 1, or 0 while muted or while others are heard alone.
    pub(super) open: Ramp,
    pub(super) sides: [Ramp; 2],
    pub(super) sends: [Ramp; SENDS],
    /// The curves of gain, pan and the sends.
    pub(super) followers: [Follower; CURVES],
    /// Is there any curve?
    pub(super) follows: bool,
}

/// What will be of the fader further on in a sub-block, as far as it decides what a track says.
pub(super) struct Ahead {
    gain: Ramp,
    pub(super) open: Ramp,
    is_moved: bool,
    /// How far ahead it is.
    frames: usize,
}

impl Ahead {
    /// At this frame of the sub-block; there is no way back.
    pub(super) fn at(&mut self, frame: usize) -> &Ahead {
        let further = frame.saturating_sub(self.frames);
        self.gain.advance(further);
        self.open.advance(further);
        self.frames += further;
        self
    }

    /// See [`Level::is_shut`].
    pub(super) fn is_shut(&self) -> bool {
        is_shut(&self.gain, &self.open, self.is_moved)
    }

    pub(super) fn obey(&mut self, outcome: Outcome) {
        if let Some((open, over)) = outcome.open {
            self.open.go(open, over);
        }
        if outcome.arrives {
            self.gain.arrive();
            self.open.arrive();
        }
    }
}

pub(super) const CURVES: usize = 2 + SENDS;
pub(super) const GAIN: usize = 0;
pub(super) const PAN: usize = 1;
pub(super) const FIRST_SEND: usize = 2;

impl Level {
    pub(super) fn new() -> Level {
        Level {
            gain: Ramp::at(1.0),
            open: Ramp::at(1.0),
            sides: [Ramp::at(1.0); 2],
            sends: [Ramp::at(0.0); SENDS],
            followers: [Follower::NONE; CURVES],
            follows: false,
        }
    }

    pub(super) fn advance(&mut self, frames: usize) {
        self.all().for_each(|ramp| ramp.advance(frames));
    }

    /// What a curve moves.
    pub(super) fn ramps(&mut self, curve: usize) -> &mut [Ramp] {
        match curve {
            GAIN => std::slice::from_mut(&mut self.gain),
            PAN => &mut self.sides,
            send => {
                let index = (send - FIRST_SEND).min(SENDS - 1);
                std::slice::from_mut(&mut self.sends[index])
            }
        }
    }

    pub(super) fn set(&mut self, curve: usize, values: [f32; 2], over: Frames) {
        for (ramp, value) in self.ramps(curve).iter_mut().zip(values) {
            ramp.go(value, over);
        }
        self.followers[curve].touch();
    }

    /// Puts every fader where its curve has it at playhead `at`. Returns for how many of the
    /// next `frames` that holds.
    pub(super) fn follow(&mut self, at: Frames, frames: usize) -> usize {
        if !self.follows {
            return frames;
        }
        let mut until = frames as u64;
        for curve in 0..CURVES {
            let ramp = self.ramps(curve)[0];
            let (arrived, left) = (ramp.is_settled(), ramp.left().0);
            let follower = &mut self.followers[curve];
            match follower.piece(at.0, arrived) {
                Some(piece) => {
                    until = until.min(piece.until.unwrap_or(u64::MAX));
                    for (i, ramp) in self.ramps(curve).iter_mut().enumerate() {
                        *ramp = Ramp::part(piece.from[i], piece.to[i], piece.length, piece.passed);
                    }
                }
                None if follower.driver == Driver::Return => until = until.min(left),
                None => {}
            }
        }
        until.max(1) as usize
    }

    /// Gives a fader another curve, or none. Returns the one before.
    pub(super) fn give(&mut self, curve: usize, lane: Option<Box<Lane>>) -> Option<Box<Lane>> {
        for ramp in self.ramps(curve) {
            // Without a curve it stays where that has brought it.
            *ramp = Ramp::at(ramp.value());
        }
        let before = std::mem::replace(&mut self.followers[curve].lane, lane);
        self.follows = self.followers.iter().any(|f| f.lane.is_some());
        before
    }

    pub(super) fn let_go(&mut self, curve: usize, at: Option<Frames>, declick: Frames) {
        if let Some(values) = self.followers[curve].let_go(at, declick) {
            for (ramp, value) in self.ramps(curve).iter_mut().zip(values) {
                ramp.go(value, declick);
            }
        }
    }

    pub(super) fn all(&mut self) -> impl Iterator<Item = &mut Ramp> {
        let sides = self.sides.iter_mut().chain(&mut self.sends);
        [&mut self.gain, &mut self.open].into_iter().chain(sides)
    }

    pub(super) fn is_settled(&self) -> bool {
        let sides = self.sides.iter().chain(&self.sends);
        [&self.gain, &self.open]
            .into_iter()
            .chain(sides)
            .all(Ramp::is_settled)
    }

    /// Nothing comes through, and nothing will until somebody moves something.
    pub(super) fn is_shut(&self) -> bool {
        is_shut(&self.gain, &self.open, self.is_moved())
    }

    fn is_moved(&self) -> bool {
        self.followers[GAIN].lane.is_some()
    }

    /// To look further on from here.
    pub(super) fn ahead(&self) -> Ahead {
        Ahead {
            gain: self.gain,
            open: self.open,
            is_moved: self.is_moved(),
            frames: 0,
        }
    }

    /// What everything comes down to while it stands still.
    pub(super) fn steady(&self) -> Gains {
        let fader = self.gain.target() * self.open.target();
        Gains {
            sides: [0, 1].map(|side| fader * self.sides[side].target()),
            sends: [0, 1].map(|send| self.sends[send].target()),
        }
    }

    /// The same for each of the next `frames`, in which nothing arrives. Says which sends are
    /// open in any of them; the curves of the others are left as they were.
    pub(super) fn fill(&self, curves: &mut Curves, frames: usize) -> [bool; SENDS] {
        let [left, right] = curves.sides.each_mut();
        let left = left.get_mut(..frames).unwrap_or_default();
        let right = right.get_mut(..frames).unwrap_or_default();
        self.gain.fill(left);
        self.open.line().scale(left);
        right.copy_from_slice(left);
        for (curve, side) in [left, right].into_iter().zip(&self.sides) {
            side.line().scale(curve);
        }
        let mut is_sent = [false; SENDS];
        for (i, (curve, ramp)) in curves.sends.iter_mut().zip(&self.sends).enumerate() {
            is_sent[i] = !ramp.is_settled() || ramp.target() != 0.0;
            if is_sent[i] {
                ramp.fill(curve.get_mut(..frames).unwrap_or_default());
            }
        }
        is_sent
    }

    /// Obeys the deeds that are due `done` frames into the sub-block, and leaves the others.
    /// Returns for how many of the `frames` that are left nothing more is due.
    pub(super) fn obey(&mut self, deeds: &mut &[Deed], done: usize, frames: usize) -> usize {
        while let Some((deed, others)) = deeds.split_first() {
            match deed.outcome {
                Some(_) if deed.after > done => return (deed.after - done).min(frames),
                Some(Outcome { open, arrives, .. }) => {
                    if let Some((open, over)) = open {
                        self.open.go(open, over);
                    }
                    if arrives {
                        self.all().for_each(Ramp::arrive);
                    }
                }
                None => {}
            }
            *deeds = others;
        }
        frames
    }

    /// For how many of the next `frames` nothing arrives.
    pub(super) fn until_arrival(&self, frames: usize) -> usize {
        if self.is_settled() {
            return frames;
        }
        let ramps = [&self.gain, &self.open].into_iter().chain(&self.sides);
        let arrivals = ramps.chain(&self.sends).filter(|ramp| !ramp.is_settled());
        let until = arrivals.fold(frames as u64, |until, ramp| until.min(ramp.left().0));
        until.max(1) as usize
    }
}

fn is_shut(gain: &Ramp, open: &Ramp, is_moved: bool) -> bool {
    let stays = |ramp: &Ramp| ramp.is_settled() && ramp.target() == 0.0;
    stays(open) || !is_moved && stays(gain)
}

//! A piece taken apart: every part by itself, and what their room answers.
//!
//! Together they are the mix before the master (its limiter, and the loudness of an export), to
//! less than −100 dB: the mixer adds and multiplies, and nothing else, before it comes there. All
//! are equally long and begin together, and each has the piece's fade at its end.

use super::render::{Bounce, What};
use super::{Part, Score};
use crate::control::{BatchError, Parameter};
use crate::units::{Frames, Gain};

/// Which of a score's stems.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StemOf {
    /// Part `index`, without its reverb.
    Part(usize),
    /// The reverb of all parts together.
    Reverb,
}

impl Score {
    /// Its stems, in the order of its parts. No reverb if no part sends anything there.
    pub fn stems(&self) -> Vec<StemOf> {
        let reverb = self.parts.iter().any(Part::sends);
        let parts = (0..self.parts.len()).map(StemOf::Part);
        parts.chain(reverb.then_some(StemOf::Reverb)).collect()
    }

    /// The same piece without its room.
    fn dry(&self) -> Score {
        let mut dry = self.clone();
        for part in &mut dry.parts {
            part.send = Gain::SILENCE;
            part.automation.retain(|(moved, _)| !is_a_send(*moved));
        }
        dry
    }
}

impl Part {
    /// Does any of it go to a room, now or when a curve says so?
    fn sends(&self) -> bool {
        let moved = self.automation.iter().any(|(moved, _)| is_a_send(*moved));
        self.send != Gain::SILENCE || moved
    }
}

fn is_a_send(parameter: Parameter) -> bool {
    match parameter {
        Parameter::Send | Parameter::DelaySend => true,
        Parameter::Gain | Parameter::Pan | Parameter::Eq(_) => false,
    }
}

/// One stem being rendered, like a [`Bounce`].
pub struct StemBounce {
    sound: Bounce,
    /// What has to be taken away: the reverb is what the mix has more than its dry parts.
    less: Option<Bounce>,
    left: Vec<f32>,
    right: Vec<f32>,
}

impl StemBounce {
    /// Gets everything ready. A part that is not there is silent.
    ///
    /// # Errors
    /// As [`Bounce::new`].
    pub fn new(score: &Score, stem: StemOf) -> Result<StemBounce, BatchError> {
        let mut dry = score.dry();
        let (sound, less) = match stem {
            StemOf::Part(index) => {
                let one = dry.parts.drain(..).nth(index);
                dry.parts.extend(one);
                (Bounce::of(&dry, What::BeforeMaster)?, None)
            }
            StemOf::Reverb => (
                Bounce::of(score, What::BeforeMaster)?,
                Some(Bounce::of(&dry, What::BeforeMaster)?),
            ),
        };
        Ok(StemBounce {
            sound,
            less,
            left: vec![],
            right: vec![],
        })
    }

    /// The next stretch, left and right; `None` at the end of the score.
    pub fn stretch(&mut self) -> Option<[&[f32]; 2]> {
        let [left, right] = self.sound.stretch()?;
        let Some(less) = &mut self.less else {
            return Some([left, right]);
        };
        let [dry_left, dry_right] = less.stretch()?;
        let without = |wet: &[f32], dry: &[f32], into: &mut Vec<f32>| {
            into.clear();
            into.extend(wet.iter().zip(dry).map(|(wet, dry)| wet - dry));
        };
        without(left, dry_left, &mut self.left);
        without(right, dry_right, &mut self.right);
        Some([&self.left, &self.right])
    }

    /// How much is done, 0..=1.
    pub fn done(&self) -> f32 {
        self.sound.done()
    }

    /// How long it will be: as long as the piece.
    pub fn length(&self) -> Frames {
        self.sound.length()
    }
}

//! A warm pad: two saws a little apart and a sine beneath, dark, slow to come and slow to go.
//!
//! The saws are built from harmonics, so nothing folds back as hiss. The bed around it breathes
//! the brightness and adds the room.

use std::f64::consts::TAU;

use crate::sound::dice::Dice;
use crate::sound::tone::{Note, Wave, edges, frames};

/// It fades in under whatever else is there.
pub(crate) const ATTACK: f32 = 2.0;
/// And out again.
pub(crate) const RELEASE: f32 = 4.0;
/// How far each saw is from the pitch.
const CENTS: f64 = 6.0;

/// One note, held for its length, then let go over [`RELEASE`].
pub(crate) fn play(note: &Note) -> Vec<f32> {
    let mut dice = Dice::new(note.seed);
    let saw = Wave::new(note.hz, 3600.0, |n| 1.0 / n as f32);
    let turn = f64::from(note.hz) / f64::from(note.rate);
    let detune = 2f64.powf(CENTS / 1200.0);
    let (mut sharp, mut flat, start) = (dice.unit(), dice.unit(), dice.unit());
    let mut out: Vec<f32> = (0..frames(note.seconds + RELEASE, note.rate))
        .map(|i| {
            sharp += turn * detune;
            flat += turn / detune;
            let sub = (TAU * (start + turn * i as f64)).sin() as f32;
            note.velocity * (0.16 * (saw.at(sharp) + saw.at(flat)) + 0.22 * sub)
        })
        .collect();
    edges(&mut out, note.rate, ATTACK, RELEASE);
    out
}

//! A round bass: a sine, a fifth of its octave, and just enough of a twelfth for small speakers to
//! suggest what they cannot play.

use std::f64::consts::TAU;

use crate::sound::tone::{Note, edges, frames, soften};

/// Fingertips.
pub(crate) const ATTACK: f32 = 0.028;
const RELEASE: f32 = 0.14;

/// One note, held for its length.
pub(crate) fn play(note: &Note) -> Vec<f32> {
    let length = frames(note.seconds + RELEASE, note.rate);
    let turn = TAU * f64::from(note.hz) / f64::from(note.rate);
    let fall = (-1.0 / (2.2 * f64::from(note.rate))).exp();
    let pluck = (-1.0 / (0.16 * f64::from(note.rate))).exp();
    let (mut level, mut bright) = (0.6, 1.0);
    let mut out: Vec<f32> = (0..length)
        .map(|i| {
            level *= fall;
            bright *= pluck;
            let phase = turn * i as f64;
            let octave = (0.20 + 0.14 * bright) * (2.0 * phase).sin();
            let twelfth = (0.05 + 0.09 * bright) * (3.0 * phase).sin();
            (level * (phase.sin() + octave + twelfth)) as f32
        })
        .collect();
    soften(&mut out, note.rate, 420.0);
    edges(&mut out, note.rate, ATTACK, RELEASE);
    out.iter_mut().for_each(|sample| *sample *= note.velocity);
    out
}

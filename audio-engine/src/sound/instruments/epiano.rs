//! Soft electric keys: a tine and a tone bar, struck with felt.
//!
//! Frequency modulation 1:1 whose index falls as the note does, and a tine 14 times higher that is
//! gone after 60 ms. The tremolo belongs to the amplifier and is added to the whole part.

use std::f64::consts::TAU;

use crate::sound::tone::{Note, edges, frames, ring};

/// Felt, not leather.
pub(crate) const ATTACK: f32 = 0.022;
const RELEASE: f32 = 0.45;

/// One note, held for its length.
pub(crate) fn play(note: &Note) -> Vec<f32> {
    let length = frames(note.seconds + RELEASE, note.rate);
    let turn = TAU * f64::from(note.hz) / f64::from(note.rate);
    let fall = (-1.0 / (1.9 * f64::from(note.rate))).exp();
    let dull = (-1.0 / (0.55 * f64::from(note.rate))).exp();
    let (mut level, mut index) = (0.55, 1.8 * f64::from(note.velocity));
    let mut out: Vec<f32> = (0..length)
        .map(|i| {
            level *= fall;
            index *= dull;
            let phase = turn * i as f64;
            // A little modulation stays, so that a long chord does not thin out to a sine.
            (level * (phase + (index + 0.25) * phase.sin()).sin()) as f32
        })
        .collect();
    ring(
        &mut out,
        note.rate,
        note.hz * 14.0,
        0.018 * note.velocity,
        0.09,
        0.0,
    );
    edges(&mut out, note.rate, ATTACK, RELEASE);
    out.iter_mut().for_each(|sample| *sample *= note.velocity);
    out
}

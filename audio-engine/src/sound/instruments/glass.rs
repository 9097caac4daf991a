//! Glass: a wet finger on a rim, or (with a shorter breath) a soft mallet on it.
//!
//! Frequency modulation 1:2 and an octave sine. Pads hold it, the arpeggio touches it.

use std::f64::consts::TAU;

use crate::sound::tone::{Note, edges, frames};

/// Of the touched glass; a held one takes a second.
pub(crate) const ATTACK: f32 = 0.045;

/// A touched note that fades over `seconds`.
pub(crate) fn play(note: &Note) -> Vec<f32> {
    sing(note, note.seconds + 0.6, ATTACK, note.seconds * 0.7, 0.26)
}

/// A held note: a second to arrive, as long to leave.
pub(crate) fn hold(note: &Note) -> Vec<f32> {
    sing(note, note.seconds + 1.6, 1.0, 1.6, 30.0)
}

/// `fade` is the time constant of its falling, in seconds, and `length` all of it.
fn sing(note: &Note, length: f32, attack: f32, release: f32, fade: f32) -> Vec<f32> {
    let turn = TAU * f64::from(note.hz) / f64::from(note.rate);
    let fall = (-1.0 / f64::from(fade * note.rate)).exp();
    // A rim wavers: slowly, and by next to nothing.
    let waver = TAU * (0.9 + 0.05 * (note.seed % 8) as f64) / f64::from(note.rate);
    let (mut level, mut wavering) = (0.42, 1.0);
    let mut out: Vec<f32> = (0..frames(length, note.rate))
        .map(|i| {
            level *= fall;
            let phase = turn * i as f64;
            let octave = (2.0 * phase).sin();
            let index = f64::from(note.velocity) * 0.5 * level / 0.42 + 0.12;
            let sound = (phase + index * octave).sin() + 0.16 * octave;
            // The wavering is slow: a new value every 32 frames is smooth enough.
            if i % 32 == 0 {
                wavering = 1.0 + 0.06 * (waver * i as f64).sin();
            }
            (level * wavering * sound) as f32
        })
        .collect();
    edges(&mut out, note.rate, attack, release);
    out.iter_mut().for_each(|sample| *sample *= note.velocity);
    out
}

//! A soft voice on "mm", opening a little towards "oo" and closing again.
//!
//! Harmonics under the formants of closed lips; vibrato that only comes once the note has settled.
//! Several of these, each with its own seed, make the choir.

use std::f64::consts::TAU;

use crate::sound::dice::Dice;
use crate::sound::tone::{Filter, Note, Wave, edges, frames, rise};

/// Breath first, then the note.
pub(crate) const ATTACK: f32 = 0.45;
const RELEASE: f32 = 0.9;

/// A resonance of the mouth: (Hz, width in Hz, strength).
type Formants = [(f32, f32, f32); 3];
const MM: Formants = [
    (250.0, 90.0, 1.0),
    (1050.0, 180.0, 0.06),
    (2250.0, 300.0, 0.02),
];
const OO: Formants = [
    (340.0, 110.0, 1.0),
    (780.0, 140.0, 0.3),
    (2350.0, 300.0, 0.03),
];

/// One breath's note.
pub(crate) fn play(note: &Note) -> Vec<f32> {
    let mut dice = Dice::new(note.seed);
    let (closed, open) = (sung(note.hz, &MM), sung(note.hz, &OO));
    let length = frames(note.seconds + RELEASE, note.rate);
    let (vibrato_hz, depth) = (dice.between(4.5, 5.4), dice.between(6.0, 11.0));
    let (wander_hz, wander) = (dice.between(0.25, 0.6), dice.between(2.0, 5.0));
    let (vibrato_phase, wander_phase) = (dice.unit(), dice.unit());
    let air_g = Filter::bent(900.0, note.rate);
    let mut air = Filter::default();
    let turn = f64::from(note.hz) / f64::from(note.rate);
    let mut phase = dice.unit();
    let mut cents_ratio = 1.0;
    let mut out: Vec<f32> = (0..length)
        .map(|i| {
            let seconds = i as f64 / f64::from(note.rate);
            // Pitch moves slowly: once in 32 frames is finer than any ear.
            if i % 32 == 0 {
                let settled = f64::from(rise((seconds as f32 - 0.9) / 1.2));
                let scoop = -22.0 * (-seconds / 0.12).exp();
                let cents = scoop
                    + settled * depth * (TAU * (vibrato_hz * seconds + vibrato_phase)).sin()
                    + wander * (TAU * (wander_hz * seconds + wander_phase)).sin();
                cents_ratio = 2f64.powf(cents / 1200.0);
            }
            phase += turn * cents_ratio;
            let opening = 0.65
                * rise(i as f32 / length as f32 * 2.0 - 0.1)
                * rise((length - i) as f32 / length as f32 * 2.0 - 0.1);
            let (lips, mouth) = (closed.at(phase), open.at(phase));
            let breath = air.turn(dice.noise(), air_g, 0.8).1 * 0.012;
            note.velocity * (lips + (mouth - lips) * opening + breath)
        })
        .collect();
    edges(&mut out, note.rate, ATTACK, RELEASE);
    out
}

/// The wave of a voice on `hz` through `formants`, of about the same strength on every note.
fn sung(hz: f32, formants: &Formants) -> Wave {
    let strength = |n: u32| {
        let here = hz * n as f32;
        let resonance: f32 = formants
            .iter()
            .map(|(centre, width, gain)| gain / (1.0 + ((here - centre) / width).powi(2)).sqrt())
            .sum();
        resonance / (n as f32).powf(1.1)
    };
    let power: f32 = (1..=20).map(|n| strength(n).powi(2)).sum();
    Wave::new(hz, 3200.0, |n| 0.35 * strength(n) / power.sqrt())
}

//! A small, soft kit: frame drum low and high, soft kick, shaker, wood block.
//!
//! Skins are played with the hand, sticks are wrapped. Nothing is brighter than it needs to be.

use std::f64::consts::TAU;

use crate::sound::dice::Dice;
use crate::sound::tone::{Filter, Note, add, edges, frames, puff, ring, rise, soften};

/// Felt and fingertips: enough to take the edge off, not enough to be late.
pub(crate) const ATTACK: f32 = 0.004;

/// The palm in the middle of the skin: 90 Hz falling to 60.
pub(crate) fn frame_low(note: &Note) -> Vec<f32> {
    let mut out = skin(note, 92.0, 62.0, 0.085, 0.75);
    add(
        &mut out,
        &puff(note, 520.0, 0.8, 0.08),
        0.75 * note.velocity,
    );
    finished(out, note)
}

/// The fingers near the rim: higher, shorter, a little of the rim in it.
pub(crate) fn frame_high(note: &Note) -> Vec<f32> {
    let mut out = skin(note, 205.0, 172.0, 0.03, 0.34);
    ring(&mut out, note.rate, 172.0 * 1.59, 0.16, 0.2, 0.0);
    ring(&mut out, note.rate, 172.0 * 2.14, 0.09, 0.14, 0.0);
    add(
        &mut out,
        &puff(note, 1500.0, 0.7, 0.09),
        0.9 * note.velocity,
    );
    finished(out, note)
}

/// A felt beater on a big, loose head.
pub(crate) fn kick(note: &Note) -> Vec<f32> {
    let mut out = skin(note, 105.0, 52.0, 0.045, 0.42);
    // The beater's felt: without it small speakers would keep the kick to themselves.
    add(&mut out, &puff(note, 600.0, 1.0, 0.05), 0.5 * note.velocity);
    finished(out, note)
}

/// Seeds in a gourd. They arrive, they do not strike: the attack is as long as the fall.
pub(crate) fn shaker(note: &Note) -> Vec<f32> {
    let mut dice = Dice::new(note.seed);
    let (mut centre, mut top) = ([Filter::default(); 2], Filter::default());
    let (g_centre, g_top) = (
        Filter::bent(3300.0, note.rate),
        Filter::bent(5200.0, note.rate),
    );
    // Firm shakes are quicker; soft ones are nearly as loud, but take their time.
    let (arrive, settle) = (0.040 - 0.012 * note.velocity, 0.030);
    let strength = 1.5 * note.velocity.powf(0.4);
    let mut out: Vec<f32> = (0..frames(0.22, note.rate))
        .map(|i| {
            let seconds = i as f32 / note.rate;
            let shape = rise(seconds / arrive) * (-(seconds - arrive).max(0.0) / settle).exp();
            let seeds = centre.iter_mut().fold(dice.noise(), |sound, filter| {
                filter.turn(sound, g_centre, 1.0).1
            });
            strength * shape * top.turn(seeds, g_top, 1.4).0
        })
        .collect();
    edges(&mut out, note.rate, ATTACK, 0.05);
    out
}

/// A wooden block under a wrapped stick.
pub(crate) fn wood(note: &Note) -> Vec<f32> {
    let mut out = vec![0.0; frames(0.25, note.rate)];
    for (hz, amplitude, ring_time) in [
        (620.0, 0.5, 0.13),
        (1010.0, 0.2, 0.08),
        (1730.0, 0.07, 0.05),
    ] {
        ring(&mut out, note.rate, hz, amplitude, ring_time, 0.0);
    }
    finished(out, note)
}

/// A sine that falls from one pitch to another, as a skin does when its tension lets go.
/// `fall` is the time constant of the glide, `ring_time` the seconds to −60 dB.
fn skin(note: &Note, from_hz: f64, to_hz: f64, fall: f64, ring_time: f64) -> Vec<f32> {
    let rate = f64::from(note.rate);
    let glide = (-1.0 / (fall * rate)).exp();
    let shrink = 10f64.powf(-3.0 / (ring_time * rate));
    let (mut bend, mut level, mut phase) = (from_hz - to_hz, 0.75, 0.0);
    (0..frames(ring_time as f32 * 1.3, note.rate))
        .map(|_| {
            phase += TAU * (to_hz + bend) / rate;
            bend *= glide;
            level *= shrink;
            (level * phase.sin()) as f32
        })
        .collect()
}

fn finished(mut out: Vec<f32>, note: &Note) -> Vec<f32> {
    soften(&mut out, note.rate, 3800.0);
    edges(&mut out, note.rate, ATTACK, 0.04);
    out.iter_mut().for_each(|sample| *sample *= note.velocity);
    out
}

//! A thumb piano: a plucked steel tongue on a wooden box.
//!
//! Sine at the pitch, a clamped bar's second mode (5.4 times higher) for the first instants, and
//! the thumb itself. Melodies and ostinatos.

use crate::sound::tone::{Note, add, edges, frames, puff, ring};

/// The thumb rolls off the tongue.
pub(crate) const ATTACK: f32 = 0.008;

/// One plucked note; it rings as long as it likes.
pub(crate) fn play(note: &Note) -> Vec<f32> {
    // Short tongues ring shorter.
    let ring_time = 1.9 * (330.0 / note.hz).powf(0.35);
    let mut out = vec![0.0; frames(ring_time * 1.3, note.rate)];
    ring(&mut out, note.rate, note.hz, 0.62, ring_time, 0.0);
    ring(
        &mut out,
        note.rate,
        note.hz * 2.003,
        0.07,
        ring_time * 0.5,
        0.0,
    );
    ring(
        &mut out,
        note.rate,
        note.hz * 5.4,
        0.10 * note.velocity,
        0.14,
        0.0,
    );
    // The box answers low and short, and on no pitch of its own, or it would be out of tune.
    add(&mut out, &puff(note, 210.0, 1.1, 0.07), 0.09);
    add(
        &mut out,
        &puff(note, 1100.0, 0.8, 0.02),
        0.05 * note.velocity,
    );
    edges(&mut out, note.rate, ATTACK, 0.15);
    out.iter_mut().for_each(|sample| *sample *= note.velocity);
    out
}

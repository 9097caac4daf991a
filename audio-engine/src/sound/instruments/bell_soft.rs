//! A bell heard across a valley: three partials, a slow ring, and no clapper.

use crate::sound::tone::{Note, edges, frames, ring};

/// No strike is heard, only the ringing.
pub(crate) const ATTACK: f32 = 0.030;

/// One note; it rings for four seconds.
pub(crate) fn play(note: &Note) -> Vec<f32> {
    let mut out = vec![0.0; frames(5.0, note.rate)];
    // Each partial is a pair a hair apart: the slow beating of a bell that is not quite round.
    for (ratio, amplitude, ring_time) in [(1.0, 0.36, 4.6), (2.76, 0.10, 2.4), (5.4, 0.018, 1.1)] {
        ring(
            &mut out,
            note.rate,
            note.hz * ratio,
            amplitude,
            ring_time,
            0.0,
        );
        let beside = note.hz * ratio + 0.7;
        ring(
            &mut out,
            note.rate,
            beside,
            0.5 * amplitude,
            ring_time * 0.9,
            0.25,
        );
    }
    // The hum note, an octave under, carries the end.
    ring(&mut out, note.rate, note.hz * 0.5, 0.07, 5.0, 0.0);
    edges(&mut out, note.rate, ATTACK, 0.6);
    out.iter_mut().for_each(|sample| *sample *= note.velocity);
    out
}

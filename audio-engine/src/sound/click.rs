//! The metronome's tick: a wooden block, mono, a tenth of a second.

use super::instruments::kit_soft;
use super::tone::Note;
use crate::audio::Audio;
use crate::units::SampleRate;

/// One tick; the `accent` of a bar's first beat is a little higher and firmer.
pub fn click(rate: SampleRate, accent: bool) -> Audio {
    // Rendered as if time ran slower, a block sounds smaller: a third higher for the accent.
    let (pitch, velocity) = if accent { (1.25, 0.6) } else { (1.0, 0.42) };
    let note = Note {
        rate: rate.hz() as f32 / pitch,
        hz: 0.0,
        seconds: 0.1,
        velocity,
        seed: 1,
    };
    Audio::mono(rate, kit_soft::wood(&note))
}

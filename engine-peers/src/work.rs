//! What everybody plays: stereo loops, each with its own place, through the same chain.

use anyhow::Result;

use crate::stopwatch::Costs;

/// Frames per second.
pub const RATE: u32 = 48_000;

/// Frames in a callback.
pub const BLOCK: usize = 128;

/// Every track's gain, in dB.
pub const GAIN_DB: f32 = -6.0;

/// Every track's send into the reverb, in dB.
pub const SEND_DB: f32 = -12.0;

/// What the limiter holds, in dBFS.
pub const CEILING_DB: f32 = -1.0;

/// One band of the equaliser: Hz, dB, quality.
#[derive(Clone, Copy)]
pub struct Band {
    pub hz: f32,
    pub db: f32,
    pub q: f32,
}

/// A low shelf, a bell, a high shelf.
pub const EQ: [Band; 3] = [
    Band {
        hz: 120.0,
        db: 2.0,
        q: 0.7,
    },
    Band {
        hz: 1_000.0,
        db: -3.0,
        q: 1.0,
    },
    Band {
        hz: 6_000.0,
        db: 1.5,
        q: 0.7,
    },
];

/// How much of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Work {
    pub tracks: u16,
    /// Gain, pan, three bands, a send into a reverb, a limiter. Otherwise gain and pan.
    pub full: bool,
}

/// Something that plays it, and is timed while it does.
pub trait Desk {
    /// Plays so many blocks, and notes what each cost.
    fn turn(&mut self, blocks: usize, costs: &mut Costs) -> Result<()>;
    /// The mean square of what was played last: nobody wins by playing nothing.
    fn power(&self) -> f64;
}

/// Two bars at 120 bpm of a chord and some noise: one seed, one voicing a track.
pub fn loop_of(track: u16) -> [Vec<f32>; 2] {
    let frames = RATE as usize * 4;
    let pitch = 110.0 * (1.0 + f32::from(track % 12) / 12.0);
    let side = |detune: f32| {
        let mut noise = u32::from(track) | 1;
        (0..frames)
            .map(|i| {
                noise = noise.wrapping_mul(747_796_405).wrapping_add(2_891_336_453);
                let hiss = (noise >> 8) as f32 / 8_388_608.0 - 1.0;
                let turn = (i as f32 * pitch * detune / RATE as f32).fract();
                0.02 * (std::f32::consts::TAU * turn).sin() + 0.002 * hiss
            })
            .collect()
    };
    [side(1.0), side(1.003)]
}

/// Spread from left to right.
pub fn place_of(track: u16, tracks: u16) -> f32 {
    f32::from(track) / f32::from(tracks) * 1.6 - 0.8
}

/// Amplitude, 1 at 0 dB.
pub fn amplitude(db: f32) -> f32 {
    10f32.powf(db / 20.0)
}

/// The mean square of both channels.
pub fn power(left: &[f32], right: &[f32]) -> f64 {
    let sum = |side: &[f32]| side.iter().map(|x| f64::from(x * x)).sum::<f64>();
    (sum(left) + sum(right)) / (left.len() + right.len()) as f64
}

//! Performances whose every beginning is known, for the tests.

use crate::audio::Audio;
use crate::sound::dice::Dice;
use crate::units::{Frames, SampleRate};

/// What is played.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// Noise with a rise of 1 ms and a fall of 20.
    Clap,
    /// A finger on a table: a low knock with a click on it.
    Tap,
    /// A voice that swells for `swell` seconds and lasts half a second.
    Hum { hz: f64, swell: f64 },
}

/// `kind` at each of `times` (seconds, the very first sound of each), peaks around −8 dBFS.
pub fn played(kind: Kind, times: &[f64], seconds: f64, rate: SampleRate, seed: u64) -> Audio {
    let hz = f64::from(rate.hz());
    let mut samples = vec![0.0f32; Frames::from_seconds(seconds, rate).0 as usize];
    let mut dice = Dice::new(seed);
    for at in times {
        let first = (at * hz).ceil() as usize;
        for (i, out) in samples.iter_mut().enumerate().skip(first) {
            let t = i as f64 / hz - at;
            let wave = match kind {
                Kind::Clap if t < 0.15 => {
                    (t / 0.001).min(1.0) * (-t / 0.02).exp() * f64::from(dice.noise())
                }
                Kind::Tap if t < 0.2 => {
                    let knock = (std::f64::consts::TAU * 180.0 * t).sin() * (-t / 0.03).exp();
                    let click = f64::from(dice.noise()) * (-t / 0.002).exp();
                    (t / 0.0005).min(1.0) * (0.7 * knock + 0.3 * click)
                }
                Kind::Hum { hz, swell } if t < 0.5 => {
                    let rise = 0.5 - 0.5 * (std::f64::consts::PI * (t / swell).min(1.0)).cos();
                    let fall = ((0.5 - t) / 0.1).min(1.0);
                    let turn = std::f64::consts::TAU * hz * t;
                    let voice: f64 = (1..=6)
                        .map(|n| (turn * f64::from(n)).sin() / f64::from(n * n))
                        .sum();
                    rise * fall * 0.6 * voice
                }
                Kind::Clap | Kind::Tap | Kind::Hum { .. } => break,
            };
            *out += (0.4 * wave) as f32;
        }
    }
    Audio::mono(rate, samples)
}

/// White noise of `level_dbfs` (root mean square) under it.
pub fn with_hiss(audio: &Audio, level_dbfs: f64, seed: u64) -> Audio {
    let amplitude = (3f64.sqrt() * 10f64.powf(level_dbfs / 20.0)) as f32;
    let mut dice = Dice::new(seed);
    let hissing = audio
        .channel(0)
        .iter()
        .map(|s| s + amplitude * dice.noise());
    Audio::mono(audio.rate(), hissing.collect())
}

/// In a room whose reverberation begins 12 ms late and falls by 60 dB in `seconds`, at a third of
/// the sound's own energy: 120 echoes at random.
pub fn reverberant(audio: &Audio, seconds: f64, seed: u64) -> Audio {
    let hz = f64::from(audio.rate().hz());
    let dry = audio.channel(0);
    let mut wet = dry.to_vec();
    let mut dice = Dice::new(seed);
    for _ in 0..120 {
        let late = dice.between(0.012, seconds);
        let gain = 0.05 * 10f64.powf(-3.0 * late / seconds) * dice.between(-1.0, 1.0).signum();
        let late = (late * hz) as usize;
        for (out, sample) in wet.iter_mut().skip(late).zip(dry) {
            *out += gain as f32 * sample;
        }
    }
    Audio::mono(audio.rate(), wet)
}

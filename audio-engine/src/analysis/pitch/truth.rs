//! Voices whose pitch is known, for the tests.

use crate::audio::Audio;
use crate::sound::dice::Dice;
use crate::units::{Frames, SampleRate};

/// A voice-like tone at 0.3: eight falling harmonics, with 10 ms of fade at both ends.
pub fn hum(hz: f64, seconds: f64, rate: SampleRate) -> Audio {
    sung(hz, |_| 0.0, seconds, rate)
}

/// The same, `bend` cents away from `hz` at each second.
pub fn sung(hz: f64, bend: impl Fn(f64) -> f64, seconds: f64, rate: SampleRate) -> Audio {
    let length = Frames::from_seconds(seconds, rate).0;
    let fade = 0.01 * f64::from(rate.hz());
    let mut phase = 0.0;
    let samples = (0..length).map(|i| {
        let t = Frames(i).seconds(rate);
        phase += std::f64::consts::TAU * hz * 2f64.powf(bend(t) / 1200.0) / f64::from(rate.hz());
        let wave: f64 = (1..=8)
            .map(|n| 0.3 / f64::from(n * n) * (phase * f64::from(n)).sin())
            .sum();
        (wave * (i.min(length - i) as f64 / fade).min(1.0)) as f32
    });
    Audio::mono(rate, samples.collect())
}

/// With white noise `snr_db` under it, by power.
pub fn with_noise(audio: &Audio, snr_db: f64, seed: u64) -> Audio {
    let samples = audio.channel(0);
    let power = samples.iter().map(|s| f64::from(s * s)).sum::<f64>() / samples.len() as f64;
    // Even noise of ±a has the power a²/3.
    let amplitude = (3.0 * power / 10f64.powf(snr_db / 10.0)).sqrt() as f32;
    let mut dice = Dice::new(seed);
    let noisy = samples.iter().map(|s| s + amplitude * dice.noise());
    Audio::mono(audio.rate(), noisy.collect())
}

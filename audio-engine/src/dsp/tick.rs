//! The metronome's tick: a small block of wood, struck. Rendered once, when an engine is made.

use std::f64::consts::TAU;

use crate::units::SampleRate;

/// Seconds until it has rung out.
const LENGTH_SECONDS: f64 = 0.06;

/// One tick, mono, peaking near −12 dBFS; the accent is a little higher and louder.
pub fn tick(rate: SampleRate, accent: bool) -> Vec<f32> {
    let hz = f64::from(rate.hz());
    let (pitch, level) = if accent {
        (1_180.0, 0.25)
    } else {
        (880.0, 0.18)
    };
    // Wood rings in a few partials that are no harmonics; the higher, the shorter.
    let partials = [(1.0, 1.0, 0.012), (2.57, 0.45, 0.006), (4.18, 0.2, 0.003)];
    let frames = (LENGTH_SECONDS * hz) as usize;
    (0..frames)
        .map(|frame| {
            let seconds = frame as f64 / hz;
            let strike = (seconds / 0.000_6).min(1.0);
            let release = 1.0 - frame as f64 / frames as f64;
            let ring: f64 = partials
                .iter()
                .map(|(ratio, loud, decay)| {
                    loud * (-seconds / decay).exp() * (TAU * pitch * ratio * seconds).sin()
                })
                .sum();
            (level * strike * release * ring) as f32
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tick_is_heard_and_is_soon_over() {
        for accent in [true, false] {
            let sound = tick(SampleRate::STUDIO, accent);
            let peak = sound.iter().fold(0.0f32, |peak, x| peak.max(x.abs()));
            assert!((0.1..0.4).contains(&peak), "peaks at {peak}");
            assert!(sound.last().is_some_and(|x| x.abs() < 1e-4));
        }
    }
}

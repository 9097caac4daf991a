//! A whole recording at another rate, by windowed sinc. Off the audio thread.

use crate::audio::Audio;
use crate::units::SampleRate;

/// Zero crossings of the sinc on each side: aliases below −80 dB.
const CROSSINGS: f64 = 32.0;

/// `audio`, mono, at the rate `to`.
pub(super) fn resampled(audio: &Audio, to: SampleRate) -> Audio {
    let mono = audio.mixed_to_mono();
    if mono.rate() == to {
        return mono;
    }
    let input = mono.channel(0);
    let step = f64::from(mono.rate().hz()) / f64::from(to.hz());
    // Downwards, the filter must stop at the new rate's half instead of the old one's.
    let stretch = step.max(1.0);
    let reach = CROSSINGS * stretch;
    let length = (input.len() as f64 / step).round() as usize;
    let at = |n: usize| {
        let centre = n as f64 * step;
        let first = (centre - reach).ceil().max(0.0) as usize;
        let last = ((centre + reach).floor() as usize + 1).min(input.len());
        let sum: f64 = (first..last)
            .map(|i| {
                let x = (i as f64 - centre) / stretch;
                f64::from(input[i]) * sinc(x) * window(x / CROSSINGS)
            })
            .sum();
        (sum / stretch) as f32
    };
    Audio::mono(to, (0..length).map(at).collect())
}

fn sinc(x: f64) -> f64 {
    let angle = std::f64::consts::PI * x;
    if angle == 0.0 {
        1.0
    } else {
        angle.sin() / angle
    }
}

/// Blackman's, over −1…1.
fn window(x: f64) -> f64 {
    let angle = std::f64::consts::PI * x;
    0.42 + 0.5 * angle.cos() + 0.08 * (2.0 * angle).cos()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(rate: u32, hz: f64, seconds: f64) -> Audio {
        let samples = (0..(f64::from(rate) * seconds) as u32)
            .map(|n| (f64::from(n) / f64::from(rate) * hz * std::f64::consts::TAU).sin() as f32);
        Audio::mono(SampleRate::new(rate).expect("a rate"), samples.collect())
    }

    #[test]
    fn a_tone_is_the_same_tone_at_another_rate() {
        for (from, to) in [(44_100, 48_000), (48_000, 44_100), (16_000, 48_000)] {
            let wanted = tone(to, 1_000.0, 0.5);
            let heard = resampled(&tone(from, 1_000.0, 0.5), wanted.rate());
            let middle = 2_000..heard.channel(0).len() - 2_000;
            for i in middle {
                let off = (heard.channel(0)[i] - wanted.channel(0)[i]).abs();
                assert!(off < 1e-3, "{from} → {to}: {off} off at {i}");
            }
        }
    }

    #[test]
    fn what_the_lower_rate_cannot_hold_is_silent() {
        let whistle = tone(48_000, 15_000.0, 0.25);
        let heard = resampled(&whistle, SampleRate::new(16_000).expect("a rate"));
        let loudest = heard.channel(0)[500..3_500]
            .iter()
            .fold(0.0_f32, |p, s| p.max(s.abs()));
        assert!(loudest < 1e-3, "an alias at {loudest}");
    }
}

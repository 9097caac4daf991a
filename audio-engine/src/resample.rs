//! A whole recording at another rate. Off the audio thread.
//!
//! A windowed sinc of 32 crossings a side, its phases worked out once: two rates meet in `to / gcd`
//! phases (320 from 22.05 to 48 kHz). Aliases lie below −80 dB, the pass band is flat to 0.9 of the
//! lower rate's half.

use crate::audio::Audio;
use crate::units::SampleRate;

/// Zero crossings of the sinc on each side.
const CROSSINGS: f64 = 32.0;

impl Audio {
    /// The same sound at the rate `to`; a copy if that is its rate already.
    #[must_use]
    pub fn resampled(&self, to: SampleRate) -> Audio {
        if self.rate() == to {
            return self.clone();
        }
        let filter = Filter::new(self.rate().hz(), to.hz());
        match self.channel_count() {
            1 => Audio::mono(to, filter.run(self.channel(0))),
            _ => Audio::stereo(to, filter.run(self.channel(0)), filter.run(self.channel(1))),
        }
    }
}

/// One row of taps for every place an output sample can fall between two input samples.
struct Filter {
    /// `phases` rows of `taps`.
    rows: Vec<f32>,
    taps: usize,
    phases: u64,
    /// Input samples that `phases` output samples span.
    span: u64,
}

impl Filter {
    fn new(from: u32, to: u32) -> Filter {
        let common = u64::from(gcd(from, to));
        let (phases, span) = (u64::from(to) / common, u64::from(from) / common);
        // Downwards, the filter has to stop at the new rate's half instead of the old one's.
        let stretch = (span as f64 / phases as f64).max(1.0);
        let side = (CROSSINGS * stretch).ceil() as usize;
        let taps = 2 * side;
        let mut rows = Vec::with_capacity(phases as usize * taps);
        for phase in 0..phases {
            let between = phase as f64 / phases as f64;
            let tap = |k: usize| {
                let x = (k as f64 - (side - 1) as f64 - between) / stretch;
                sinc(x) * window(x / CROSSINGS) / stretch
            };
            let row: Vec<f64> = (0..taps).map(tap).collect();
            // Each phase passes a steady level unchanged, so that no phase hums.
            let level: f64 = row.iter().sum();
            rows.extend(row.iter().map(|tap| (tap / level) as f32));
        }
        Filter {
            rows,
            taps,
            phases,
            span,
        }
    }

    fn run(&self, input: &[f32]) -> Vec<f32> {
        let side = self.taps / 2;
        // Silence around it, so that the edges need no special case.
        let mut padded = vec![0.0; side - 1];
        padded.extend_from_slice(input);
        padded.resize(padded.len() + self.taps, 0.0);
        let length = (input.len() as u64 * self.phases).div_ceil(self.span);
        let sample = |n: u64| {
            let place = n * self.span;
            let first = (place / self.phases) as usize;
            let row = (place % self.phases) as usize * self.taps;
            let taps = &self.rows[row..row + self.taps];
            let heard = padded[first..first + self.taps].iter().zip(taps);
            heard.map(|(sample, tap)| sample * tap).sum()
        };
        (0..length).map(sample).collect()
    }
}

fn gcd(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { gcd(b, a % b) }
}

fn sinc(x: f64) -> f64 {
    let angle = std::f64::consts::PI * x;
    if angle == 0.0 {
        1.0
    } else {
        angle.sin() / angle
    }
}

/// Blackman's, over −1…1, and nothing outside.
fn window(x: f64) -> f64 {
    if x.abs() >= 1.0 {
        return 0.0;
    }
    let angle = std::f64::consts::PI * x;
    0.42 + 0.5 * angle.cos() + 0.08 * (2.0 * angle).cos()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(rate: u32, hz: f64, seconds: f64) -> Audio {
        let samples = (0..(f64::from(rate) * seconds) as u32)
            .map(|n| (f64::from(n) / f64::from(rate) * hz * std::f64::consts::TAU).sin() as f32);
        Audio::mono(SampleRate::new(rate).unwrap(), samples.collect())
    }

    #[test]
    fn a_tone_is_the_same_tone_at_another_rate() {
        for (from, to) in [
            (44_100, 48_000),
            (48_000, 44_100),
            (16_000, 48_000),
            (22_050, 48_000),
        ] {
            let wanted = tone(to, 1_000.0, 0.5);
            let heard = tone(from, 1_000.0, 0.5).resampled(wanted.rate());
            assert!(
                heard.frames().0.abs_diff(wanted.frames().0) <= 1,
                "{from} → {to}: its length"
            );
            for i in 2_000..wanted.channel(0).len() - 2_000 {
                let off = (heard.channel(0)[i] - wanted.channel(0)[i]).abs();
                assert!(off < 1e-3, "{from} → {to}: {off} off at {i}");
            }
        }
    }

    #[test]
    fn what_the_lower_rate_cannot_hold_is_silent() {
        let heard = tone(48_000, 15_000.0, 0.25).resampled(SampleRate::new(16_000).unwrap());
        let loudest = heard.channel(0)[500..3_500]
            .iter()
            .fold(0.0_f32, |p, s| p.max(s.abs()));
        assert!(loudest < 1e-3, "an alias at {loudest}");
    }

    #[test]
    fn left_stays_left() {
        let rate = SampleRate::new(44_100).unwrap();
        let sides = Audio::stereo(rate, vec![0.5; 4_410], vec![0.0; 4_410]);
        let heard = sides.resampled(SampleRate::STUDIO);
        assert!((heard.channel(0)[2_400] - 0.5).abs() < 1e-4);
        assert_eq!(heard.channel(1)[2_400], 0.0);
    }
}

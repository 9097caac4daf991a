//! When something begins: claps, taps, plucks, hums.
//!
//! Found where the spectrum grows (J. P. Bello et al., "A tutorial on onset detection in music
//! signals", IEEE TSAP 2005; thresholds after S. Böck et al. of 2012), each third of an octave
//! beside its own noise; then placed in the wave itself, where the rise begins. Within 2 ms on
//! claps and taps, 15 ms on hums that swell over 80 ms. Not for the audio thread.

use realfft::RealFftPlanner;

use super::attack::Envelope;
use super::median;
use crate::audio::Audio;
use crate::units::Frames;

/// One window of the spectrum, in seconds, brought to a power of two, and from one to the next.
const WINDOW_SECONDS: f32 = 0.018;
const HOPS_PER_WINDOW: usize = 4;
/// Growth is taken over this many hops: a soft note takes that long to stand out.
const GROWTH_HOPS: usize = 3;
/// How much the mean band must grow beyond what it does nearby, in natural logarithms of power.
const GROWTH: f32 = 0.25;
/// And how much of what the greatest growth of the recording is.
const SHARE: f32 = 0.08;
/// "Nearby", in seconds: before, after.
const NEARBY_SECONDS: [f32; 2] = [0.15, 0.08];
/// Nobody plays two notes closer than this, in seconds: 20 a second.
const CLOSEST_SECONDS: f32 = 0.05;
/// A window this far under the loudest is the room's, not the player's, in dB.
const QUIETER_DB: f32 = 40.0;
/// Quieter than this, in dBFS, nothing begins.
const QUIETEST_DBFS: f32 = -66.0;

/// Where sounds begin, in order. Both channels are mixed. Empty for silence and for what only
/// goes on.
pub fn onsets(audio: &Audio) -> Vec<Frames> {
    let mono = audio.mixed_to_mono();
    let samples = mono.channel(0);
    let rate = audio.rate().hz() as f32;
    let window = ((rate * WINDOW_SECONDS) as usize).next_power_of_two();
    let hop = window / HOPS_PER_WINDOW;
    let spectra = Spectra::of(samples, window, hop);
    let growth = spectra.growth();
    let envelope = Envelope::of(samples, audio.rate());
    let hops = |seconds: f32| (seconds * rate / hop as f32).ceil() as usize;
    let mut found: Vec<Frames> = Vec::new();
    for i in peaks(&growth, hops(CLOSEST_SECONDS), NEARBY_SECONDS.map(hops)) {
        if !spectra.is_heard(i) {
            continue;
        }
        let Some(at) = envelope.rise_near(i * hop) else {
            continue;
        };
        let close = (CLOSEST_SECONDS * rate) as u64;
        if found.last().is_none_or(|last| at.0 >= last.0 + close) {
            found.push(at);
        }
    }
    found
}

/// Where the growth stands out from what is nearby and is the greatest around.
fn peaks(growth: &[f32], closest: usize, nearby: [usize; 2]) -> Vec<usize> {
    let greatest = growth.iter().copied().fold(0.0, f32::max);
    let around = |i: usize, before: usize, after: usize| {
        &growth[i.saturating_sub(before)..(i + after + 1).min(growth.len())]
    };
    (0..growth.len())
        .filter(|&i| {
            let here = growth[i];
            let usual = around(i, nearby[0], nearby[1]);
            let usual = median(usual.iter().map(|g| f64::from(*g)).collect()).unwrap_or(0.0);
            here >= usual as f32 + GROWTH.max(SHARE * greatest)
                && around(i, closest / 2, closest / 2)
                    .iter()
                    .all(|g| *g <= here)
        })
        .collect()
}

/// Power in every third of an octave through time, beside that band's noise. Bands, because a hum
/// is a dozen bins of five hundred, and would be lost in their mean.
struct Spectra {
    /// `ln(1 + power / noise)`, one row a hop.
    rows: Vec<Vec<f32>>,
    /// Mean power of each row.
    powers: Vec<f32>,
}

impl Spectra {
    fn of(samples: &[f32], window: usize, hop: usize) -> Spectra {
        let fft = RealFftPlanner::<f32>::new().plan_fft_forward(window);
        let (mut frame, mut spectrum) = (fft.make_input_vec(), fft.make_output_vec());
        let hann: Vec<f32> = (0..window)
            .map(|i| 0.5 - 0.5 * (std::f32::consts::TAU * i as f32 / window as f32).cos())
            .collect();
        let bands = thirds(window / 2 + 1);
        let mut rows: Vec<Vec<f32>> = Vec::new();
        let mut powers = Vec::new();
        // Row `i` is centred on sample `i · hop`.
        for centre in (0..samples.len()).step_by(hop) {
            for (k, (out, shape)) in frame.iter_mut().zip(&hann).enumerate() {
                let sample = (centre + k).checked_sub(window / 2);
                *out = sample
                    .and_then(|i| samples.get(i))
                    .map_or(0.0, |s| s * shape);
            }
            if fft.process(&mut frame, &mut spectrum).is_err() {
                break;
            }
            // A Hann window lets 3/8 of the power through.
            let scale = 1.0 / (0.375 * (window * window) as f32 / 2.0);
            let bins: Vec<f32> = spectrum.iter().map(|bin| bin.norm_sqr() * scale).collect();
            powers.push(bins.iter().skip(1).sum());
            rows.push(
                bands
                    .iter()
                    .map(|band| bins[band.clone()].iter().sum())
                    .collect(),
            );
        }
        let noise = noise_of(&rows, &bands);
        for row in &mut rows {
            for (power, noise) in row.iter_mut().zip(&noise) {
                *power = (*power / noise).ln_1p();
            }
        }
        Spectra { rows, powers }
    }

    /// How much the mean band grew over the last hops. A band is compared with its loudest
    /// neighbour of then, so that a vibrato, which only moves sideways, is not growth.
    fn growth(&self) -> Vec<f32> {
        // Before the recording there was the room, as loud as ever. The loudest of three bands of
        // noise is 1.8 times their mean, and a third of the time 2.5 times: ln(1 + 2.5).
        let room = vec![1.25; self.rows.first().map_or(0, Vec::len)];
        let before = std::iter::repeat_n(&room, GROWTH_HOPS).chain(&self.rows);
        let grown = |(now, then): (&Vec<f32>, &Vec<f32>)| {
            let band = |(band, now): (usize, &f32)| {
                let near = &then[band.saturating_sub(1)..(band + 2).min(then.len())];
                (now - near.iter().copied().fold(0.0, f32::max)).max(0.0)
            };
            now.iter().enumerate().map(band).sum::<f32>() / now.len() as f32
        };
        self.rows.iter().zip(before).map(grown).collect()
    }

    /// Whether row `i`, or the moment after it, is loud enough to be the player's.
    fn is_heard(&self, i: usize) -> bool {
        let db = |power: f32| 10.0 * power.max(1e-20).log10();
        let loudest = self.powers.iter().copied().fold(0.0, f32::max);
        let soon = &self.powers[i..(i + 2 * HOPS_PER_WINDOW).min(self.powers.len())];
        let here = db(soon.iter().copied().fold(0.0, f32::max));
        here > QUIETEST_DBFS && here > db(loudest) - QUIETER_DB
    }
}

/// Thirds of an octave from the first bin up, each at least a bin wide.
fn thirds(bins: usize) -> Vec<std::ops::Range<usize>> {
    let mut bands = Vec::new();
    let mut from = 1;
    while from < bins {
        let until = ((from as f32 * 1.26).round() as usize)
            .max(from + 1)
            .min(bins);
        bands.push(from..until);
        from = until;
    }
    bands
}

/// The mean noise in each band, from the tenth of the time when it is alone and weakest. At least
/// 60 dB under the loudest band, so that in a file's silence a whisper of −90 dBFS is no event;
/// at most 20 dB under it, so that a hum that goes on through is not taken for noise.
fn noise_of(rows: &[Vec<f32>], bands: &[std::ops::Range<usize>]) -> Vec<f32> {
    let loudest = rows.iter().flatten().copied().fold(0.0, f32::max);
    let least = (loudest * 1e-6).max(1e-12);
    let most = (loudest * 1e-2).max(least);
    let noise = |(index, band): (usize, &std::ops::Range<usize>)| {
        let mut column: Vec<f32> = rows.iter().map(|row| row[index]).collect();
        let tenth = column.len() / 10;
        if column.is_empty() {
            return least;
        }
        let (_, low, _) = column.select_nth_unstable_by(tenth, f32::total_cmp);
        (*low / tenth_of_noise(band.len())).clamp(least, most)
    };
    bands.iter().enumerate().map(noise).collect()
}

/// The tenth percentile of the power of noise in `bins` bins, beside its mean: chi-square with two
/// degrees of freedom a bin, after Wilson and Hilferty, PNAS 1931.
fn tenth_of_noise(bins: usize) -> f32 {
    let spread = 1.0 / (9.0 * bins as f32);
    (1.0 - spread - 1.2816 * spread.sqrt()).powi(3)
}

#[cfg(test)]
mod tests {
    use super::super::truth::{Kind, played, reverberant, with_hiss};
    use super::*;
    use crate::units::SampleRate;

    const RATE: SampleRate = SampleRate::STUDIO;

    /// Uneven but known: no two gaps alike, none under a quarter second.
    fn times(count: usize) -> Vec<f64> {
        (0..count)
            .map(|i| 0.3 + 0.5 * i as f64 + 0.11 * ((i * i * 7 % 13) as f64 / 13.0 - 0.5))
            .collect()
    }

    /// Every onset is found, no other is, and none is further off than `within_ms`.
    #[track_caller]
    fn check(audio: &Audio, truth: &[f64], within_ms: f64) {
        let found: Vec<f64> = onsets(audio)
            .iter()
            .map(|at| at.seconds(audio.rate()))
            .collect();
        assert_eq!(
            found.len(),
            truth.len(),
            "found {found:.3?}, played {truth:.3?}"
        );
        for (found, truth) in found.iter().zip(truth) {
            let off = (found - truth) * 1000.0;
            assert!(off.abs() <= within_ms, "{off:.2} ms off at {truth:.3} s");
        }
    }

    #[test]
    fn claps_and_taps_are_found_within_two_milliseconds() {
        for rate in [44_100, 48_000] {
            let rate = SampleRate::new(rate).unwrap();
            for kind in [Kind::Clap, Kind::Tap] {
                let truth = times(16);
                check(&played(kind, &truth, 9.0, rate, 3), &truth, 2.0);
            }
        }
    }

    #[test]
    fn a_room_with_hiss_does_not_move_them() {
        let truth = times(16);
        for (seed, kind) in [(1, Kind::Clap), (2, Kind::Tap)] {
            let claps = played(kind, &truth, 9.0, RATE, seed);
            check(&with_hiss(&claps, -50.0, seed), &truth, 2.0);
        }
    }

    #[test]
    fn a_church_does_not_multiply_them() {
        let truth = times(16);
        let claps = reverberant(&played(Kind::Clap, &truth, 9.0, RATE, 5), 0.4, 11);
        check(&with_hiss(&claps, -60.0, 4), &truth, 2.0);
    }

    #[test]
    fn soft_hums_are_found_within_fifteen_milliseconds() {
        let truth: Vec<f64> = times(8).iter().map(|t| t * 1.6).collect();
        for swell in [0.02, 0.04, 0.08] {
            for hz in [98.0, 220.0, 440.0] {
                let kind = Kind::Hum { hz, swell };
                let hums = played(kind, &truth, 8.0, RATE, 7);
                check(&with_hiss(&hums, -55.0, 2), &truth, 15.0);
            }
        }
    }

    #[test]
    fn a_vibrato_and_a_hiss_begin_nothing() {
        let kind = Kind::Hum {
            hz: 220.0,
            swell: 0.04,
        };
        let long = super::super::pitch::truth::sung(
            220.0,
            |t| 50.0 * (std::f64::consts::TAU * 5.5 * t).sin(),
            4.0,
            RATE,
        );
        check(&long, &[0.0], 15.0);
        check(
            &with_hiss(&played(kind, &[], 4.0, RATE, 1), -30.0, 1),
            &[],
            0.0,
        );
    }

    #[test]
    fn silence_and_nothing_begin_nothing() {
        for frames in [0, 1, 700, 48_000] {
            assert_eq!(onsets(&Audio::silence(RATE, 2, Frames(frames))), []);
        }
    }

    #[test]
    fn a_soft_tap_among_loud_ones_counts() {
        let truth = times(12);
        let loud = played(Kind::Tap, &truth, 7.0, RATE, 9);
        let mut samples = loud.channel(0).to_vec();
        let (from, until) = (
            (truth[5] * 48e3) as usize - 100,
            (truth[6] * 48e3) as usize - 100,
        );
        samples[from..until].iter_mut().for_each(|s| *s *= 0.15);
        check(
            &with_hiss(&Audio::mono(RATE, samples), -60.0, 6),
            &truth,
            2.0,
        );
    }
}

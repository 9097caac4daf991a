//! Finding the probe in what the microphone heard.
//!
//! Normalised cross-correlation by FFT: at every delay, how much of the recording there is the
//! probe, −1…+1, whatever its loudness. The highest point is the delay; a parabola through it and
//! its neighbours gives the fraction of a frame. A weaker, earlier arrival is the direct sound, and
//! is taken instead. How far the highest stands above every other point is the confidence: a room's
//! echo lowers it a little, music and noise have no one point that stands out.

use super::probe::{keep_band, real_ends};
use crate::audio::Audio;
use crate::units::SampleRate;
use realfft::RealFftPlanner;

/// Five standard deviations of what noise reaches by chance: with 4096 independent values in the
/// probe, one of them is 1/64.
const CHANCE: f64 = 5.0 / 64.0;
/// The direct sound is no more than 12 dB under its strongest echo, or the two devices are not in
/// one room.
const LEAST_DIRECT: f64 = 0.25;
/// The probe must make up at least this much of the sound (amplitude, 0…1) where it is found: so
/// much that a direct sound 12 dB under it would still stand out from chance.
const FAINTEST: f64 = CHANCE / LEAST_DIRECT;
/// How long before its strongest echo the direct sound may be, in seconds: 34 m of way round.
const BEFORE_SECONDS: f64 = 0.1;
/// What is certain of an arrival that is not the strongest one.
const WEAKER_FIRST: f64 = 0.85;
/// Below this the peak is not alone enough to be believed.
const LEAST_CONFIDENCE: f64 = 0.5;
/// Points this near the peak belong to it: the probe's own ripples, not a rival. In seconds.
const PEAK_WIDTH_SECONDS: f64 = 0.003;
/// A recording quieter than this everywhere (mean square, −100 dBFS) is silence.
const SILENCE: f64 = 1e-10;

/// Where the probe was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measured {
    /// Frames from the start of the recording to the start of the probe in it, with the fraction.
    pub delay: f64,
    /// How sure this is, 0.5…1: 0.9 is a quiet room or a cable, 0.6 a reverberant one.
    pub confidence: f32,
    /// How much of what was heard is the probe (amplitude, 0.31…1): 0.7 is a room as loud as it.
    pub likeness: f32,
    /// The sound came back upside down, as some interfaces and speakers do. No harm.
    pub inverted: bool,
}

/// Finds `probe` in `heard`. Both mono (or mixed to it) at one rate.
///
/// `None` if it is not there for certain: silence, noise, music, a recording too short to hold
/// it all, or two rates.
pub fn measure(probe: &Audio, heard: &Audio) -> Option<Measured> {
    if probe.rate() != heard.rate() {
        return None;
    }
    let sought = probe.mixed_to_mono().channel(0).to_vec();
    let mut recording = heard.mixed_to_mono().channel(0).to_vec();
    if sought.is_empty() || recording.len() < sought.len() {
        return None;
    }
    recording
        .iter_mut()
        .filter(|s| !s.is_finite())
        .for_each(|s| *s = 0.0);
    keep_band(&mut recording, heard.rate());
    let likeness = normalised_correlation(&sought, &recording)?;
    find_peak(&likeness, heard.rate())
}

/// For every delay at which the whole of `sought` lies inside `heard`: their likeness, −1…+1.
fn normalised_correlation(sought: &[f32], heard: &[f32]) -> Option<Vec<f64>> {
    let delays = heard.len() - sought.len() + 1;
    let size = (heard.len() + sought.len()).next_power_of_two();
    let mut planner = RealFftPlanner::<f32>::new();
    let forward = planner.plan_fft_forward(size);
    let inverse = planner.plan_fft_inverse(size);
    let spectrum_of = |samples: &[f32]| {
        let mut padded = samples.to_vec();
        padded.resize(size, 0.0);
        let mut spectrum = forward.make_output_vec();
        forward.process(&mut padded, &mut spectrum).ok()?;
        Some(spectrum)
    };
    let mut product = spectrum_of(heard)?;
    for (value, sought) in product.iter_mut().zip(spectrum_of(sought)?) {
        *value *= sought.conj();
    }
    real_ends(&mut product);
    let mut correlation = inverse.make_output_vec();
    inverse.process(&mut product, &mut correlation).ok()?;

    let window = sought.len() as f64;
    let energy = running_energy(heard, sought.len());
    let loudest = energy.iter().fold(0.0_f64, |most, e| most.max(*e));
    if loudest / window < SILENCE {
        return None;
    }
    // Where there is next to nothing, "all of it is the probe" means nothing: 60 dB below the
    // loudest stretch counts as that much.
    let floor = loudest * 1e-6;
    let probe_energy: f64 = sought.iter().map(|s| f64::from(*s) * f64::from(*s)).sum();
    Some(
        (0..delays)
            .map(|d| {
                let norm = (probe_energy * energy[d].max(floor)).sqrt();
                f64::from(correlation[d]) / (size as f64 * norm)
            })
            .collect(),
    )
}

/// The energy of every stretch of `window` samples.
fn running_energy(samples: &[f32], window: usize) -> Vec<f64> {
    let square = |s: f32| f64::from(s) * f64::from(s);
    let mut sum: f64 = samples[..window].iter().map(|s| square(*s)).sum();
    let mut energies = vec![sum];
    for (leaving, entering) in samples.iter().zip(&samples[window..]) {
        sum = (sum - square(*leaving) + square(*entering)).max(0.0);
        energies.push(sum);
    }
    energies
}

/// The first arrival that is certain, and how certain it is.
///
/// The strongest is not always the first: a phone lying on its microphone hears the table before,
/// and less than, the ceiling. What came up to [`BEFORE_SECONDS`] earlier and is neither chance nor
/// the probe's own ripple is the direct sound.
fn find_peak(likeness: &[f64], rate: SampleRate) -> Option<Measured> {
    let highest = |points: &mut dyn Iterator<Item = (usize, f64)>| {
        points.fold((0, 0.0_f64), |best, (i, x)| {
            if x.abs() > best.1 { (i, x.abs()) } else { best }
        })
    };
    let (strongest, peak) = highest(&mut likeness.iter().copied().enumerate());
    if peak < FAINTEST {
        return None;
    }
    let width = (PEAK_WIDTH_SECONDS * f64::from(rate.hz())) as usize;
    let before = (BEFORE_SECONDS * f64::from(rate.hz())) as usize;
    let clear = CHANCE.max(LEAST_DIRECT * peak);
    let earliest = (strongest.saturating_sub(before)..strongest.saturating_sub(width))
        .find(|i| likeness[*i].abs() >= clear)
        // That is its foot; its top is within half a turn of the lowest frequency.
        .map(|foot| {
            let within = foot..(foot + width / 3).min(likeness.len());
            highest(&mut within.map(|i| (i, likeness[i]))).0
        });
    let at = earliest.unwrap_or(strongest);
    let rivals = likeness
        .iter()
        .copied()
        .enumerate()
        .filter(|(i, _)| i.abs_diff(at) > width && i.abs_diff(strongest) > width);
    let (_, rival) = highest(&mut rivals.into_iter());
    // Squared: what counts is how much of the sound's power each explains.
    let alone = 1.0 - (rival / peak).powi(2);
    let confidence = if at == strongest {
        alone
    } else {
        alone * WEAKER_FIRST
    };
    (confidence >= LEAST_CONFIDENCE).then(|| Measured {
        delay: at as f64 + fraction(likeness, at),
        confidence: confidence as f32,
        likeness: peak as f32,
        inverted: likeness[at] < 0.0,
    })
}

/// The top of the parabola through the peak and its two neighbours, −0.5…+0.5 of a frame.
fn fraction(likeness: &[f64], at: usize) -> f64 {
    let (Some(before), Some(after)) = (at.checked_sub(1), likeness.get(at + 1)) else {
        return 0.0;
    };
    let (a, b, c) = (likeness[before].abs(), likeness[at].abs(), after.abs());
    let curve = a - 2.0 * b + c;
    if curve.abs() < f64::EPSILON {
        0.0
    } else {
        (0.5 * (a - c) / curve).clamp(-0.5, 0.5)
    }
}

#[cfg(test)]
mod tests {
    use super::super::probe;
    use super::*;
    use proptest::prelude::*;

    const RATE: SampleRate = SampleRate::STUDIO;

    /// White noise, −1…+1 times `amplitude`, from a seed.
    fn noise(length: usize, amplitude: f32, seed: u64) -> Vec<f32> {
        let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
        (0..length)
            .map(|_| {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                ((state >> 40) as f32 / 8_388_608.0 - 1.0) * amplitude
            })
            .collect()
    }

    /// A room: the probe comes in after `delay` frames at `gain`, over noise.
    fn room(delay: usize, gain: f32, noise_amplitude: f32, seed: u64) -> Vec<f32> {
        let probe = probe(RATE);
        let mut heard = noise(
            delay + probe.channel(0).len() + 20_000,
            noise_amplitude,
            seed,
        );
        for (out, p) in heard[delay..].iter_mut().zip(probe.channel(0)) {
            *out += gain * p;
        }
        heard
    }

    fn measured(heard: Vec<f32>) -> Option<Measured> {
        measure(&probe(RATE), &Audio::mono(RATE, heard))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn any_delay_is_found_to_the_frame(
            delay in 0_usize..40_000, gain in 0.003_f32..3.0, inverted: bool, seed: u64,
        ) {
            let signed = if inverted { -gain } else { gain };
            // The probe's own level is about −24 dBFS: this noise is as loud as the probe.
            let found = measured(room(delay, signed, gain * 0.1, seed)).expect("audible");
            prop_assert_eq!(found.delay.round() as usize, delay);
            prop_assert!((found.delay - delay as f64).abs() < 0.2, "{:?}", found);
            prop_assert!(found.confidence >= 0.9, "{:?}", found);
            prop_assert_eq!(found.inverted, inverted);
        }
    }

    #[test]
    fn a_delay_between_two_frames_is_found_between_them() {
        let at_half = |samples: &[f32]| -> Vec<f32> {
            // A 32-point windowed sinc, half a frame late.
            (0..samples.len() + 32)
                .map(|n| {
                    (0..32)
                        .filter_map(|k| {
                            let x = k as f64 - 15.5;
                            let window = 0.5 + 0.5 * (std::f64::consts::PI * x / 16.0).cos();
                            let tap = (std::f64::consts::PI * x).sin() / (std::f64::consts::PI * x);
                            let i = n.checked_sub(k)?;
                            samples.get(i).map(|s| s * (tap * window) as f32)
                        })
                        .sum()
                })
                .collect()
        };
        let found = measured(at_half(&room(1_000, 1.0, 0.0, 1))).expect("audible");
        assert!((found.delay - 1_015.5).abs() < 0.05, "{found:?}");
    }

    #[test]
    fn a_dull_speaker_and_a_dull_microphone_do_not_move_it() {
        // A 15-point bell, symmetric: little is left above 4 kHz, and all of it 7 frames later.
        let bell = |k: usize| 0.5 - 0.5 * (std::f32::consts::TAU * (k as f32 + 1.0) / 16.0).cos();
        let dull = room(2_400, 0.5, 0.01, 3)
            .windows(15)
            .map(|w| w.iter().enumerate().map(|(k, s)| s * bell(k)).sum())
            .collect();
        let found = measured(dull).expect("audible");
        assert_eq!(found.delay.round(), 2_400.0 - 7.0);
    }

    #[test]
    fn an_echo_lowers_the_confidence_and_not_the_delay() {
        let mut heard = room(2_000, 1.0, 0.0, 4);
        for i in (4_000..heard.len()).rev() {
            heard[i] += 0.5 * heard[i - 1_500];
        }
        let found = measured(heard).expect("audible");
        assert_eq!(found.delay.round(), 2_000.0);
        assert!((0.5..0.9).contains(&found.confidence), "{found:?}");
    }

    #[test]
    fn noise_is_refused() {
        for seed in 1..9 {
            assert_eq!(measured(noise(100_000, 0.5, seed)), None, "seed {seed}");
        }
    }

    #[test]
    fn music_is_refused() {
        let tones = [220.0, 277.2, 329.6, 440.0, 880.0, 1_318.5, 2_637.0];
        let chord = (0..120_000_u32)
            .map(|n| {
                let t = f64::from(n) / f64::from(RATE.hz());
                let beat = (-(t * 2.0).fract() * 4.0).exp();
                let sum: f64 = tones
                    .iter()
                    .map(|f| (t * f * std::f64::consts::TAU).sin())
                    .sum();
                (sum * beat * 0.1) as f32
            })
            .collect();
        assert_eq!(measured(chord), None);
    }

    #[test]
    fn silence_and_a_recording_cut_short_are_refused() {
        assert_eq!(measured(vec![0.0; 100_000]), None);
        assert_eq!(measured(vec![]), None);
        let mut cut = room(5_000, 1.0, 0.0, 5);
        cut.truncate(8_000);
        assert_eq!(measured(cut), None);
    }

    #[test]
    fn a_recording_at_another_rate_is_refused() {
        let other = SampleRate::new(44_100).expect("a rate");
        assert_eq!(
            measure(&probe(RATE), &Audio::mono(other, room(100, 1.0, 0.0, 6))),
            None
        );
    }
}

//! Which note a voice is on, frame by frame: the McLeod pitch method.
//!
//! P. McLeod and G. Wyvill, "A smarter way to find pitch", ICMC 2005: a normalised square
//! difference, computed through the FFT, whose first tall peak is the period. Voices from 60 to
//! 1100 Hz; within 2 cents on clean tones. Not for the audio thread.

use realfft::RealFftPlanner;
use realfft::num_complex::Complex;

use crate::audio::Audio;

const LOWEST_HZ: f32 = 60.0;
const HIGHEST_HZ: f32 = 1100.0;
/// How alike two neighbouring periods must be to count as a note, 0…1. Breath and rustle lie below
/// 0.6, a soft hum above 0.9.
const CLEAR: f32 = 0.85;
/// A frame this far under the loudest one, or under full scale, is not somebody singing.
const QUIETER_DB: f32 = 35.0;
const QUIETEST_DBFS: f32 = -60.0;

/// A stretch of sound that has one pitch.
struct Voiced {
    hz: f32,
    seconds: f64,
}

/// How far the singing is from `target_hz`, in cents, whatever octave it is sung in: the median
/// over everything voiced, 0…600. `None` if less than 0.3 s is voiced.
pub fn pitch_error_cents(audio: &Audio, target_hz: f32) -> Option<f32> {
    let voiced = track(audio);
    let seconds: f64 = voiced.iter().map(|frame| frame.seconds).sum();
    if seconds < 0.3 || target_hz <= 0.0 {
        return None;
    }
    let errors = voiced.iter().map(|frame| {
        let cents = 1200.0 * (frame.hz / target_hz).log2();
        ((cents + 600.0).rem_euclid(1200.0) - 600.0).abs()
    });
    median(errors.collect())
}

/// The pitch in the middle of everything voiced, in Hz. `None` if nothing is.
pub fn median_hz(audio: &Audio) -> Option<f32> {
    median(track(audio).iter().map(|frame| frame.hz).collect())
}

/// For how long there was a note, in seconds.
pub fn voiced_seconds(audio: &Audio) -> f64 {
    track(audio).iter().map(|frame| frame.seconds).sum()
}

fn median(mut values: Vec<f32>) -> Option<f32> {
    values.sort_by(f32::total_cmp);
    values.get(values.len() / 2).copied()
}

/// Everything voiced, in frames of about 20 ms.
fn track(audio: &Audio) -> Vec<Voiced> {
    let mono = audio.mixed_to_mono();
    let samples = mono.channel(0);
    let rate = audio.rate().hz() as f32;
    let window = ((rate * 0.04) as usize).next_power_of_two();
    let hop = window / 2;
    let levels: Vec<f32> = samples.windows(window).step_by(hop).map(level_db).collect();
    let loudest = levels.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let floor = (loudest - QUIETER_DB).max(QUIETEST_DBFS);
    let mut finder = Finder::new(window, rate);
    samples
        .windows(window)
        .step_by(hop)
        .zip(levels)
        .filter(|(_, level)| *level > floor)
        .filter_map(|(frame, _)| finder.hz(frame))
        .map(|hz| Voiced {
            hz,
            seconds: hop as f64 / f64::from(rate),
        })
        .collect()
}

fn level_db(frame: &[f32]) -> f32 {
    let mean = frame.iter().map(|sample| sample * sample).sum::<f32>() / frame.len() as f32;
    10.0 * mean.log10()
}

/// The method itself, with its plans and memory.
struct Finder {
    rate: f32,
    forward: std::sync::Arc<dyn realfft::RealToComplex<f32>>,
    backward: std::sync::Arc<dyn realfft::ComplexToReal<f32>>,
    /// The frame, then as much silence, so that its end does not meet its beginning.
    padded: Vec<f32>,
    spectrum: Vec<Complex<f32>>,
    /// How alike the frame is to itself, a number of samples later: 1 = the same, −1 = upside down.
    alike: Vec<f32>,
}

impl Finder {
    fn new(window: usize, rate: f32) -> Finder {
        let mut planner = RealFftPlanner::new();
        let forward = planner.plan_fft_forward(2 * window);
        let backward = planner.plan_fft_inverse(2 * window);
        let (padded, spectrum) = (forward.make_input_vec(), forward.make_output_vec());
        Finder {
            rate,
            forward,
            backward,
            padded,
            spectrum,
            alike: vec![0.0; window / 2],
        }
    }

    /// The pitch of one window, if it has a clear one.
    fn hz(&mut self, frame: &[f32]) -> Option<f32> {
        self.compare(frame)?;
        let period = self.first_tall_peak()?;
        let hz = self.rate / period;
        (LOWEST_HZ..=HIGHEST_HZ).contains(&hz).then_some(hz)
    }

    fn compare(&mut self, frame: &[f32]) -> Option<()> {
        self.padded.fill(0.0);
        self.padded.get_mut(..frame.len())?.copy_from_slice(frame);
        self.forward
            .process(&mut self.padded, &mut self.spectrum)
            .ok()?;
        for bin in &mut self.spectrum {
            *bin = Complex::new(bin.norm_sqr(), 0.0);
        }
        self.backward
            .process(&mut self.spectrum, &mut self.padded)
            .ok()?;
        let scale = 1.0 / self.padded.len() as f32;
        // The energy the two overlapping parts have together, less a sample from each end a step.
        let mut energy = 2.0 * frame.iter().map(|sample| sample * sample).sum::<f32>();
        for (later, alike) in self.alike.iter_mut().enumerate() {
            *alike = if energy > 1e-9 {
                2.0 * self.padded[later] * scale / energy
            } else {
                0.0
            };
            energy -= frame[later].powi(2) + frame[frame.len() - 1 - later].powi(2);
        }
        Some(())
    }

    /// Samples from one period to the next. The first peak nearly as tall as the tallest is taken:
    /// the tallest itself is often two periods away, an octave too low.
    fn first_tall_peak(&self) -> Option<f32> {
        let falls = self.alike.iter().position(|alike| *alike < 0.0)?;
        let peaks: Vec<usize> = (falls.max(1)..self.alike.len() - 1)
            .filter(|&i| {
                let here = self.alike[i];
                here > 0.0 && here > self.alike[i - 1] && here >= self.alike[i + 1]
            })
            .collect();
        let tallest = peaks.iter().map(|&i| self.alike[i]).fold(0.0, f32::max);
        let peak = *peaks.iter().find(|&&i| self.alike[i] >= 0.93 * tallest)?;
        let (before, here, after) = (self.alike[peak - 1], self.alike[peak], self.alike[peak + 1]);
        // The top of the parabola through three points lies between the samples.
        let bend = before - 2.0 * here + after;
        let shift = if bend < 0.0 {
            0.5 * (before - after) / bend
        } else {
            0.0
        };
        (here >= CLEAR).then_some(peak as f32 + shift)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sound::dice::Dice;
    use crate::units::{Frames, SampleRate};

    /// A voice-like tone: eight falling harmonics.
    fn voice(hz: f64, seconds: f64, rate: u32) -> Audio {
        let rate = SampleRate::new(rate).unwrap();
        let turn = std::f64::consts::TAU * hz / f64::from(rate.hz());
        let sample = |i: u64| -> f64 {
            (1..=8)
                .map(|n| 0.2 / f64::from(n) * (turn * f64::from(n) * i as f64).sin())
                .sum()
        };
        let length = Frames::from_seconds(seconds, rate).0;
        Audio::mono(rate, (0..length).map(|i| sample(i) as f32).collect())
    }

    #[test]
    fn a_note_in_tune_is_in_tune_in_any_octave_and_at_any_rate() {
        for rate in [44_100, 48_000] {
            for hz in [73.42, 146.83, 293.66, 587.33] {
                let off = pitch_error_cents(&voice(hz, 1.0, rate), 146.83).unwrap();
                assert!(off < 3.0, "{hz} Hz at {rate} read {off} cents off");
            }
        }
    }

    #[test]
    fn a_quarter_tone_flat_reads_fifty_cents() {
        let flat = 220.0 * 2f64.powf(-50.0 / 1200.0);
        let off = pitch_error_cents(&voice(flat, 1.0, 48_000), 220.0).unwrap();
        assert!((off - 50.0).abs() < 3.0, "{off}");
    }

    #[test]
    fn only_the_part_with_a_voice_counts() {
        let mut samples = voice(196.0, 1.0, 48_000).channel(0).to_vec();
        samples.resize(48_000 * 3, 0.0);
        let seconds = voiced_seconds(&Audio::mono(SampleRate::STUDIO, samples));
        assert!((seconds - 1.0).abs() < 0.08, "{seconds}");
    }

    #[test]
    fn breath_and_silence_have_no_pitch() {
        let mut dice = Dice::new(3);
        let breath: Vec<f32> = (0..48_000).map(|_| 0.1 * dice.noise()).collect();
        let breath = Audio::mono(SampleRate::STUDIO, breath);
        assert_eq!(pitch_error_cents(&breath, 220.0), None);
        let silence = Audio::silence(SampleRate::STUDIO, 2, Frames(48_000));
        assert_eq!(median_hz(&silence), None);
        assert_eq!(
            voiced_seconds(&Audio::silence(SampleRate::STUDIO, 1, Frames(7))),
            0.0
        );
    }
}

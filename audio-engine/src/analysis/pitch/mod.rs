//! Which note a voice is on: its track, how far from a target, how steady.
//!
//! The McLeod pitch method, frame by frame. Not for the audio thread.

mod mcleod;
mod notes;
mod track;
#[cfg(test)]
pub(super) mod truth;

use super::median;
use crate::audio::Audio;

pub use notes::{breaths_per_minute, pitch_sd_cents};
pub use track::{Pitch, pitch_track, step};

/// How far the singing is from `target_hz`, in cents, whatever octave it is sung in: the median
/// over everything voiced, 0…600. `None` if less than 0.3 s is voiced.
pub fn pitch_error_cents(audio: &Audio, target_hz: f32) -> Option<f32> {
    let voiced = pitch_track(audio);
    if seconds_of(&voiced, audio) < 0.3 || target_hz <= 0.0 {
        return None;
    }
    let errors = voiced.iter().map(|point| {
        let cents = 1200.0 * f64::from(point.hz / target_hz).log2();
        ((cents + 600.0).rem_euclid(1200.0) - 600.0).abs()
    });
    median(errors.collect()).map(|cents| cents as f32)
}

/// The pitch in the middle of everything voiced, in Hz. `None` if nothing is.
pub fn median_hz(audio: &Audio) -> Option<f32> {
    let track = pitch_track(audio);
    median(track.iter().map(|point| f64::from(point.hz)).collect()).map(|hz| hz as f32)
}

/// For how long there was a note, in seconds.
pub fn voiced_seconds(audio: &Audio) -> f64 {
    seconds_of(&pitch_track(audio), audio)
}

fn seconds_of(track: &[Pitch], audio: &Audio) -> f64 {
    (step(audio) * track.len() as u64).seconds(audio.rate())
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

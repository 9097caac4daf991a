//! Levels of a recording: peak, clipping, crest, and how far the voice stands above the room.

use super::pitch::pitch_track;
use crate::audio::Audio;

/// As loud as 16 bits go: a converter that was driven too hard leaves samples here.
pub(super) const FULL_SCALE: f32 = 32_767.0 / 32_768.0;
/// Noise is heard in pieces this long, in seconds: short enough to fall between two words.
const PIECE_SECONDS: f32 = 0.05;
/// This share of the pieces, the quietest, is the room's.
const QUIET_SHARE: f64 = 0.1;

/// How loud a recording is, sample by sample.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Level {
    /// The highest sample, in dBFS; minus infinity for silence.
    pub peak_dbfs: f32,
    /// Root mean square, in dBFS: a full-scale sine is −3.
    pub rms_dbfs: f32,
    /// Samples at full scale, where the top may be cut off, over all channels.
    pub clipped_samples: u64,
    /// Stretches of them: each is one moment that was too loud.
    pub clipped_runs: u64,
}

impl Level {
    /// Peak over root mean square, in dB: 3 for a sine, 12 to 20 for music. 0 for silence.
    pub fn crest_db(&self) -> f32 {
        let crest = self.peak_dbfs - self.rms_dbfs;
        if crest.is_finite() { crest } else { 0.0 }
    }
}

/// Peak, level and clipping over all channels.
pub fn level(audio: &Audio) -> Level {
    let (mut peak, mut power, mut clipped_samples, mut clipped_runs) = (0.0f32, 0.0, 0, 0);
    for index in 0..audio.channel_count() {
        let mut was_clipped = false;
        for sample in audio.channel(index) {
            peak = peak.max(sample.abs());
            power += f64::from(*sample) * f64::from(*sample);
            let is_clipped = sample.abs() >= FULL_SCALE;
            clipped_samples += u64::from(is_clipped);
            clipped_runs += u64::from(is_clipped && !was_clipped);
            was_clipped = is_clipped;
        }
    }
    let samples = audio.frames().0 as f64 * audio.channel_count() as f64;
    Level {
        peak_dbfs: 20.0 * peak.log10(),
        rms_dbfs: (10.0 * (power / samples.max(1.0)).log10()) as f32,
        clipped_samples,
        clipped_runs,
    }
}

/// The level of the room, in dBFS: the tenth percentile of pieces of 50 ms. `None` for less than
/// half a second. Of digital silence, minus infinity.
pub fn noise_floor_dbfs(audio: &Audio) -> Option<f32> {
    let mono = audio.mixed_to_mono();
    let piece = (PIECE_SECONDS * audio.rate().hz() as f32) as usize;
    let mut levels: Vec<f32> = mono
        .channel(0)
        .chunks_exact(piece.max(1))
        .map(power_db)
        .collect();
    if levels.len() < 10 {
        return None;
    }
    levels.sort_by(f32::total_cmp);
    levels
        .get((levels.len() as f64 * QUIET_SHARE) as usize)
        .copied()
}

/// How far a voice stands above its room, in dB: the mean power of what is voiced beside the noise
/// floor. `None` if nothing is voiced, or if it never rests, so that nobody heard the room.
///
/// A floor of digital silence (a gate, a plug-in) counts as −120 dBFS.
pub fn snr_db(audio: &Audio) -> Option<f32> {
    let floor = noise_floor_dbfs(audio)?.max(-120.0);
    let track = pitch_track(audio);
    if track.is_empty() {
        return None;
    }
    let power = |db: f32| 10f64.powf(f64::from(db) / 10.0);
    let mean = track
        .iter()
        .map(|point| power(point.level_dbfs))
        .sum::<f64>()
        / track.len() as f64;
    let voiced = (10.0 * mean.log10()) as f32;
    // The quietest tenth of a hum that never stops is the hum.
    let quietest = track
        .iter()
        .map(|point| point.level_dbfs)
        .fold(f32::INFINITY, f32::min);
    let seconds = audio.frames().seconds(audio.rate());
    let rests = super::voiced_seconds(audio) < seconds * (1.0 - QUIET_SHARE);
    (rests && floor < quietest.max(voiced - 6.0)).then_some(voiced - floor)
}

fn power_db(samples: &[f32]) -> f32 {
    let power = samples.iter().map(|s| s * s).sum::<f32>() / samples.len() as f32;
    10.0 * power.log10()
}

#[cfg(test)]
mod tests {
    use super::super::pitch::truth::hum;
    use super::super::truth::with_hiss;
    use super::*;
    use crate::units::{Frames, SampleRate};

    const RATE: SampleRate = SampleRate::STUDIO;

    fn sine(amplitude: f32, seconds: usize) -> Vec<f32> {
        let turn = std::f64::consts::TAU * 440.0 / 48_000.0;
        (0..48_000 * seconds)
            .map(|i| amplitude * (turn * i as f64).sin() as f32)
            .collect()
    }

    #[test]
    fn a_sine_is_three_db_under_its_peak() {
        for db in [0.0f32, -6.0, -18.0, -60.0] {
            let level = level(&Audio::mono(RATE, sine(10f32.powf(db / 20.0), 1)));
            assert!((level.peak_dbfs - db).abs() < 0.01, "{level:?}");
            assert!((level.crest_db() - 3.01).abs() < 0.02, "{level:?}");
        }
    }

    #[test]
    fn every_moment_that_was_too_loud_is_counted_once() {
        let mut samples = sine(0.5, 1);
        samples[100..140].fill(1.0);
        samples[140..150].fill(-1.0);
        samples[9_000] = 1.0;
        let clipped = level(&Audio::stereo(RATE, samples.clone(), sine(0.5, 1)));
        assert_eq!((clipped.clipped_samples, clipped.clipped_runs), (51, 2));
        let clean = level(&Audio::mono(RATE, sine(0.99, 1)));
        assert_eq!((clean.clipped_samples, clean.clipped_runs), (0, 0));
    }

    #[test]
    fn silence_has_no_level_and_no_crest() {
        let silence = level(&Audio::silence(RATE, 2, Frames(100)));
        assert_eq!(silence.peak_dbfs, f32::NEG_INFINITY);
        assert_eq!(silence.crest_db(), 0.0);
        assert_eq!(level(&Audio::silence(RATE, 1, Frames(0))).crest_db(), 0.0);
    }

    /// Two hums of a second with rests of one around them.
    fn with_rests() -> Audio {
        let mut samples = vec![0.0; 48_000];
        for _ in 0..2 {
            samples.extend_from_slice(hum(220.0, 1.0, RATE).channel(0));
            samples.resize(samples.len() + 48_000, 0.0);
        }
        Audio::mono(RATE, samples)
    }

    #[test]
    fn a_voice_stands_as_far_above_its_room_as_it_was_put() {
        let one = hum(220.0, 1.0, RATE);
        let voice = f64::from(level(&one.slice(Frames(4_800)..Frames(43_200))).rms_dbfs);
        for hiss in [-60.0, -50.0, -40.0] {
            let snr = snr_db(&with_hiss(&with_rests(), hiss, 3)).unwrap();
            assert!((f64::from(snr) - (voice - hiss)).abs() < 1.0, "{snr}");
        }
    }

    #[test]
    fn who_never_rests_has_no_room_to_compare_with() {
        assert_eq!(snr_db(&with_hiss(&hum(220.0, 4.0, RATE), -50.0, 1)), None);
        let room = with_hiss(&Audio::silence(RATE, 1, Frames(96_000)), -50.0, 1);
        assert_eq!(snr_db(&room), None, "and a room without a voice no voice");
        let floor = noise_floor_dbfs(&room).unwrap();
        assert!((floor + 50.0).abs() < 0.5, "{floor}");
        assert_eq!(
            noise_floor_dbfs(&Audio::silence(RATE, 1, Frames(9_600))),
            None
        );
    }
}

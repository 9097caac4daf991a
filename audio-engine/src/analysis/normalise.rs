//! Brings a finished piece to a loudness, and holds its peaks under a ceiling.
//!
//! The limiter looks both ways (everything is in memory): the gain each peak asks for is spread
//! over 5 ms before and after it, so nothing is cut and nothing clicks.

use super::loudness::loudness;
use crate::audio::Audio;

/// Times round the gain → limit → measure loop. Two reach 0.1 LU on music; more only helps noise.
const ROUNDS: usize = 4;
/// The most a peak is ever held back, in dB. Beyond it a limiter is heard as squashing.
const MOST_LIMITING_DB: f64 = 10.0;

/// `audio` at `lufs`, with no true peak above `max_dbtp`. Silence stays silence. What is far too
/// peaky for the loudness asked comes out quieter rather than crushed.
#[must_use]
pub fn normalise(audio: &Audio, lufs: f64, max_dbtp: f64) -> Audio {
    let heard = loudness(audio);
    if !heard.integrated_lufs.is_finite() {
        return audio.clone();
    }
    let most_db = max_dbtp - heard.true_peak_dbtp + MOST_LIMITING_DB;
    let mut gain_db = (lufs - heard.integrated_lufs).min(most_db);
    let mut ceiling_db = max_dbtp;
    let mut result = limited(audio, gain_db, ceiling_db);
    for _ in 0..ROUNDS {
        let now = loudness(&result);
        let (short, over) = (lufs - now.integrated_lufs, now.true_peak_dbtp - max_dbtp);
        if short.abs() < 0.05 && over <= 0.0 {
            break;
        }
        // The limiter sees samples; the wave between them may reach a little higher.
        ceiling_db -= if over > 0.0 { over + 0.02 } else { 0.0 };
        gain_db = (gain_db + short).min(most_db);
        result = limited(audio, gain_db, ceiling_db);
    }
    let over = loudness(&result).true_peak_dbtp - max_dbtp;
    if over > 0.0 {
        times(&result, |_| from_db(-over))
    } else {
        result
    }
}

fn limited(audio: &Audio, gain_db: f64, ceiling_db: f64) -> Audio {
    let (gain, ceiling) = (from_db(gain_db), from_db(ceiling_db));
    let peaks = audio
        .channel(0)
        .iter()
        .zip(audio.channel(1))
        .map(|(l, r)| l.abs().max(r.abs()));
    let wanted: Vec<f32> = peaks
        .map(|peak| {
            if peak * gain > ceiling {
                ceiling / (peak * gain)
            } else {
                1.0
            }
        })
        .collect();
    if wanted.iter().all(|factor| *factor >= 1.0) {
        return times(audio, |_| gain);
    }
    let reach = audio.rate().hz() as usize / 200;
    // A mean over `reach` of the lowest within `reach` is never above what the peak asked for.
    let factors = mean_around(&lowest_around(&wanted, reach), reach);
    times(audio, |frame| gain * factors[frame])
}

/// The lowest value within `reach` to either side.
fn lowest_around(values: &[f32], reach: usize) -> Vec<f32> {
    // Indices of candidates, values rising: the first is always the lowest in the window.
    let mut candidates = std::collections::VecDeque::new();
    let mut lowest = Vec::with_capacity(values.len());
    for entering in 0..values.len() + reach {
        if let Some(value) = values.get(entering) {
            while candidates
                .back()
                .is_some_and(|last: &usize| values[*last] >= *value)
            {
                candidates.pop_back();
            }
            candidates.push_back(entering);
        }
        if entering >= reach {
            let centre = entering - reach;
            while candidates
                .front()
                .is_some_and(|first| *first + reach < centre)
            {
                candidates.pop_front();
            }
            lowest.push(candidates.front().map_or(1.0, |first| values[*first]));
        }
    }
    lowest
}

/// The mean within `reach` to either side; past the ends the end goes on.
fn mean_around(values: &[f32], reach: usize) -> Vec<f32> {
    let last = values.len().saturating_sub(1);
    let at = |index: isize| f64::from(values[index.clamp(0, last as isize) as usize]);
    let reach = reach as isize;
    let width = (2 * reach + 1) as f64;
    let mut sum: f64 = (-reach..=reach).map(at).sum();
    (0..values.len() as isize)
        .map(|centre| {
            let mean = sum / width;
            sum += at(centre + reach + 1) - at(centre - reach);
            mean as f32
        })
        .collect()
}

fn from_db(db: f64) -> f32 {
    10f64.powf(db / 20.0) as f32
}

fn times(audio: &Audio, factor: impl Fn(usize) -> f32) -> Audio {
    let scaled = |index: usize| {
        audio
            .channel(index)
            .iter()
            .enumerate()
            .map(|(i, sample)| sample * factor(i))
            .collect()
    };
    match audio.channel_count() {
        1 => Audio::mono(audio.rate(), scaled(0)),
        _ => Audio::stereo(audio.rate(), scaled(0), scaled(1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{Frames, SampleRate};

    /// Soft chords with a clap on every second.
    fn peaky() -> Audio {
        let samples = (0..48_000 * 6).map(|i| {
            let time = i as f32 / 48_000.0;
            let clap = (-(time % 1.0) * 200.0).exp() * 0.9;
            0.05 * (time * 440.0 * 6.283_185_5).sin() + clap * (time * 3000.0 * 6.283_185_5).sin()
        });
        Audio::mono(SampleRate::STUDIO, samples.collect())
    }

    #[test]
    fn an_export_is_as_loud_as_asked_and_its_peaks_stay_under_the_ceiling() {
        let heard = loudness(&normalise(&peaky(), -20.0, -1.0));
        assert!((heard.integrated_lufs + 20.0).abs() < 0.2, "{heard:?}");
        assert!(heard.true_peak_dbtp <= -1.0, "{heard:?}");
    }

    #[test]
    fn what_would_have_to_be_crushed_stays_quieter_instead() {
        let mut claps = vec![0.0; 48_000 * 4];
        for clap in claps.chunks_mut(24_000) {
            clap[..40].fill(0.5);
        }
        let claps = Audio::mono(SampleRate::STUDIO, claps);
        let heard = loudness(&normalise(&claps, -5.0, -1.0));
        assert!(heard.integrated_lufs < -8.0, "{heard:?}");
        assert!(heard.true_peak_dbtp <= -1.0, "{heard:?}");
    }

    #[test]
    fn with_room_enough_only_the_gain_changes() {
        let quiet = times(&peaky(), |_| 0.1);
        let louder = normalise(&quiet, loudness(&quiet).integrated_lufs + 6.0, -1.0);
        let ratios: Vec<f32> = quiet
            .channel(0)
            .iter()
            .zip(louder.channel(0))
            .filter(|(was, _)| was.abs() > 1e-3)
            .map(|(was, is)| is / was)
            .collect();
        assert!(
            ratios.iter().all(|ratio| (ratio - ratios[0]).abs() < 1e-3),
            "no limiting needed"
        );
    }

    #[test]
    fn silence_stays_silence() {
        let silence = Audio::silence(SampleRate::STUDIO, 2, Frames(48_000));
        assert_eq!(normalise(&silence, -16.0, -1.0), silence);
    }
}

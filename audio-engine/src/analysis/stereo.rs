//! What happens to a mix on one loudspeaker.

use crate::audio::Audio;

/// Heard in pieces this long, in seconds.
const PIECE_SECONDS: f32 = 0.4;
/// A piece this far under the loudest, in dB, is a fade or a rest, and does not count.
const QUIETER_DB: f64 = 40.0;
/// The share of pieces that may be worse than what is told.
const WORST_SHARE: f64 = 0.1;

/// How alike left and right are, −1…+1: the tenth percentile of pieces of 0.4 s. Under 0, parts of
/// the mix go missing on a phone's one loudspeaker; mono is 1. `None` for silence.
pub fn mono_safe(audio: &Audio) -> Option<f32> {
    let piece = ((PIECE_SECONDS * audio.rate().hz() as f32) as usize).max(1);
    let pieces: Vec<(f64, f64)> = audio
        .channel(0)
        .chunks(piece)
        .zip(audio.channel(1).chunks(piece))
        .map(|(left, right)| {
            let sum = |a: &[f32], b: &[f32]| -> f64 {
                a.iter()
                    .zip(b)
                    .map(|(a, b)| f64::from(*a) * f64::from(*b))
                    .sum()
            };
            let (ll, rr) = (sum(left, left), sum(right, right));
            // All on one side: unlike the other, but nothing cancels.
            let both = (ll * rr).sqrt();
            (
                ll + rr,
                if both > 0.0 {
                    sum(left, right) / both
                } else {
                    0.0
                },
            )
        })
        .collect();
    let loudest = pieces.iter().map(|(energy, _)| *energy).fold(0.0, f64::max);
    let least = loudest * 10f64.powf(-QUIETER_DB / 10.0);
    let mut heard: Vec<f64> = pieces
        .into_iter()
        .filter(|(energy, _)| *energy > least)
        .map(|(_, alike)| alike)
        .collect();
    heard.sort_by(f64::total_cmp);
    heard
        .get((heard.len() as f64 * WORST_SHARE) as usize)
        .map(|alike| *alike as f32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sound::dice::Dice;
    use crate::units::{Frames, SampleRate};

    const RATE: SampleRate = SampleRate::STUDIO;

    fn noise(seconds: usize, seed: u64) -> Vec<f32> {
        let mut dice = Dice::new(seed);
        (0..48_000 * seconds).map(|_| 0.2 * dice.noise()).collect()
    }

    /// `c` of the one and √(1−c²) of another: alike by exactly `c` in the long run.
    fn alike(c: f32, seconds: usize) -> Audio {
        let left = noise(seconds, 1);
        let other = noise(seconds, 2);
        let right = left
            .iter()
            .zip(other)
            .map(|(a, b)| c * a + (1.0 - c * c).sqrt() * b);
        Audio::stereo(RATE, left.clone(), right.collect())
    }

    #[test]
    fn likeness_is_read_as_it_was_made() {
        for c in [-0.9, -0.3, 0.0, 0.5, 0.95] {
            let read = mono_safe(&alike(c, 10)).unwrap();
            assert!((read - c).abs() < 0.03, "{read} for {c}");
        }
        let mono = Audio::mono(RATE, noise(2, 3));
        assert!((mono_safe(&mono).unwrap() - 1.0).abs() < 1e-6);
    }

    #[test]
    fn one_bar_in_eight_that_cancels_is_noticed_and_a_fade_is_not() {
        let mut left = noise(16, 4);
        let mut right = left.clone();
        right[96_000..192_000].iter_mut().for_each(|s| *s = -*s);
        let cancels = mono_safe(&Audio::stereo(RATE, left.clone(), right.clone())).unwrap();
        assert!(cancels < -0.99, "{cancels}");
        for samples in [&mut left, &mut right] {
            samples[96_000..192_000].iter_mut().for_each(|s| *s *= 1e-3);
        }
        let faded = mono_safe(&Audio::stereo(RATE, left, right)).unwrap();
        assert!(faded > 0.99, "{faded}");
    }

    #[test]
    fn silence_is_neither_safe_nor_not() {
        assert_eq!(mono_safe(&Audio::silence(RATE, 2, Frames(48_000))), None);
        assert_eq!(mono_safe(&Audio::silence(RATE, 2, Frames(0))), None);
    }
}

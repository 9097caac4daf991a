//! How much a compressor held back.

use crate::audio::Audio;

/// Levels are compared in pieces this long, in seconds: the quickest release worth naming.
const PIECE_SECONDS: f32 = 0.01;
/// What is this far under its loudest says nothing about a compressor, in dB.
const QUIETER_DB: f64 = 40.0;
/// The mean is over this share of all pieces, those held back most.
const TOP_SHARE: f64 = 0.1;

/// How much `after` was held back beside `before`, in dB, 0 or more: the mean of the tenth of the
/// pieces (10 ms) that were held back most. Make-up gain does not count: it is what the pieces
/// held back least were given. Both the same length; `None` for silence.
pub fn gain_reduction_db(before: &Audio, after: &Audio) -> Option<f32> {
    let (before, after) = (powers(before), powers(after));
    let loudest = before.iter().copied().fold(0.0, f64::max);
    let least = loudest * 10f64.powf(-QUIETER_DB / 10.0);
    let mut gains: Vec<f64> = before
        .iter()
        .zip(&after)
        .filter(|(before, after)| **before > least && **after > 0.0)
        .map(|(before, after)| 10.0 * (after / before).log10())
        .collect();
    gains.sort_by(f64::total_cmp);
    // Not the very highest: the edge of a fade may stand out by a piece.
    let make_up = *gains.get((gains.len() as f64 * 0.95) as usize)?;
    let top = ((gains.len() as f64 * TOP_SHARE).ceil() as usize).max(1);
    let mean = gains.iter().take(top).sum::<f64>() / top as f64;
    Some((make_up - mean).max(0.0) as f32)
}

fn powers(audio: &Audio) -> Vec<f64> {
    let piece = ((PIECE_SECONDS * audio.rate().hz() as f32) as usize).max(1);
    let power = |samples: &[f32]| samples.iter().map(|s| f64::from(s * s)).sum::<f64>();
    audio
        .channel(0)
        .chunks(piece)
        .zip(audio.channel(1).chunks(piece))
        .map(|(left, right)| power(left) + power(right))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sound::dice::Dice;
    use crate::units::{Frames, SampleRate};

    /// Twenty words of noise, each louder than the last by 1 dB, from −40 dBFS up.
    fn words() -> Vec<(f32, f32)> {
        let mut dice = Dice::new(4);
        (0..20 * 9_600)
            .map(|i| {
                let db = -40.0 + (i / 9_600) as f32;
                (10f32.powf(db / 20.0) * dice.noise(), db)
            })
            .collect()
    }

    /// Held back by `1 − 1/ratio` of what exceeds −30 dBFS, and made up.
    fn compressed(words: &[(f32, f32)], ratio: f32, make_up: f32) -> Audio {
        let held = |(sample, db): &(f32, f32)| {
            let gain = make_up - (db + 30.0).max(0.0) * (1.0 - 1.0 / ratio);
            sample * 10f32.powf(gain / 20.0)
        };
        Audio::mono(SampleRate::STUDIO, words.iter().map(held).collect())
    }

    #[test]
    fn the_loudest_tenth_says_how_much_was_held_back() {
        let words = words();
        let before = compressed(&words, 1.0, 0.0);
        for make_up in [0.0, 6.0] {
            // The two loudest of twenty words exceed the threshold by 9 and 8 dB.
            for (ratio, truth) in [(1.0, 0.0), (2.0, 4.25), (4.0, 6.375)] {
                let after = compressed(&words, ratio, make_up);
                let read = gain_reduction_db(&before, &after).unwrap();
                assert!((read - truth).abs() < 0.1, "{read} for {ratio}:1");
            }
        }
    }

    #[test]
    fn silence_is_not_held_back() {
        let silence = Audio::silence(SampleRate::STUDIO, 1, Frames(4_800));
        assert_eq!(gain_reduction_db(&silence, &silence), None);
    }
}

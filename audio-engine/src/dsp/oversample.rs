//! The wave between the samples: what a converter will make of them, and how high it rises.
//!
//! Four points per frame, as ITU-R BS.1770-4 Annex 2 measures true peak, and a parabola through
//! the three nearest each crest: with the points alone, a tone near half the sample rate reads up
//! to 0.69 dB low (the Annex's own table), with the parabola less than 0.1 dB. The points come
//! from windowed sincs: halves from 64 frames, quarters from 12 halves, so that all up to 20 kHz
//! at 44.1 kHz is measured; the Annex's example has 12 frames for each point and is 1 dB low
//! there.

use std::f64::consts::PI;

/// Frames on either side that make a point half-way between two.
const HALF_REACH: usize = 32;

/// Points on either side, half a frame apart, that make a point half-way between two.
const QUARTER_REACH: usize = 6;

/// What is found for a frame lies about the frame so much before it.
pub const DELAY: usize = HALF_REACH + 3;

/// Frames before the first one that are needed.
pub const BEFORE: usize = 2 * HALF_REACH + 5;

/// Frames at most for one call of [`Interpolator::peaks`].
pub const CHUNK: usize = 64;

/// Kaiser's window parameter: 60 dB less of what is not the wave.
const SHARPNESS: f64 = 5.65;

/// Frames worked on together.
const LANES: usize = 8;

/// Frames after the last that are read, whatever they hold.
pub const SPARE: usize = 2 * LANES;

/// Room for a chunk and the few frames round it.
const ROOM: usize = CHUNK + SPARE;

/// Finds crests. Remembers nothing.
#[derive(Debug, Clone)]
pub struct Interpolator {
    /// From the nearest pair of frames outwards; the same on both sides.
    half: [f32; HALF_REACH],
    quarter: [f32; QUARTER_REACH],
}

impl Interpolator {
    /// No crest is found higher than the highest sample within reach, times this: at worst the
    /// weights of 64 frames add up to 2.95, and the parabola lays a quarter on top.
    pub const MOST: f32 = 3.8;

    /// Computes the windows.
    pub fn new() -> Interpolator {
        Interpolator {
            half: half_way(SHARPNESS),
            quarter: half_way(SHARPNESS),
        }
    }

    /// For each frame the highest crest near the frame [`DELAY`] before it, either sign; where
    /// `levels` is higher it stays. `sound` begins [`BEFORE`] frames before the first of
    /// `levels`, ends with the last and is followed by [`SPARE`] more, of any content; at most
    /// [`CHUNK`] frames.
    pub fn peaks(&self, sound: &[f32], levels: &mut [f32]) {
        let mut halves = [0.0f32; ROOM];
        let needed = levels.len() + 6;
        for (at, block) in halves.chunks_exact_mut(LANES).enumerate() {
            let at = at * LANES;
            if at >= needed {
                break;
            }
            let mut sum = [0.0f32; LANES];
            for (k, weight) in self.half.iter().enumerate() {
                let left = &sound[at + HALF_REACH - 1 - k..][..LANES];
                let right = &sound[at + HALF_REACH + k..][..LANES];
                for i in 0..LANES {
                    sum[i] += weight * (left[i] + right[i]);
                }
            }
            block.copy_from_slice(&sum);
        }
        let frames = &sound[HALF_REACH - 1..];
        for (at, levels) in levels.chunks_mut(LANES).enumerate() {
            let at = at * LANES;
            // `frame` and `half` 0 belong together: a half follows its frame.
            let frame =
                |i: usize| -> [f32; LANES] { std::array::from_fn(|lane| frames[at + i + lane]) };
            let half =
                |i: usize| -> [f32; LANES] { std::array::from_fn(|lane| halves[at + i + lane]) };
            let x: [[f32; LANES]; 7] = std::array::from_fn(frame);
            let h: [[f32; LANES]; 7] = std::array::from_fn(half);
            let before = self.between([
                (h[2], x[3]),
                (x[2], h[3]),
                (h[1], x[4]),
                (x[1], h[4]),
                (h[0], x[5]),
                (x[0], h[5]),
            ]);
            let first = self.between([
                (x[3], h[3]),
                (h[2], x[4]),
                (x[2], h[4]),
                (h[1], x[5]),
                (x[1], h[5]),
                (h[0], x[6]),
            ]);
            let third = self.between([
                (h[3], x[4]),
                (x[3], h[4]),
                (h[2], x[5]),
                (x[2], h[5]),
                (h[1], x[6]),
                (x[1], h[6]),
            ]);
            for (i, level) in levels.iter_mut().enumerate() {
                let crest = crest(before[i], x[3][i], first[i])
                    .max(crest(x[3][i], first[i], h[3][i]))
                    .max(crest(first[i], h[3][i], third[i]))
                    .max(crest(h[3][i], third[i], x[4][i]));
                *level = level.max(crest);
            }
        }
    }

    /// The point half-way between these pairs of points, the nearest pair first.
    #[inline]
    fn between(&self, pairs: [([f32; LANES], [f32; LANES]); QUARTER_REACH]) -> [f32; LANES] {
        let mut sum = [0.0; LANES];
        for (weight, (left, right)) in self.quarter.iter().zip(pairs) {
            for i in 0..LANES {
                sum[i] += weight * (left[i] + right[i]);
            }
        }
        sum
    }
}

impl Default for Interpolator {
    fn default() -> Interpolator {
        Interpolator::new()
    }
}

/// The weights of `N` points on either side of a point half-way between two: sin(πt)/πt under
/// Kaiser's window, scaled so that a steady level stays what it is.
fn half_way<const N: usize>(sharpness: f64) -> [f32; N] {
    let weights: [f64; N] = std::array::from_fn(|k| {
        let t = k as f64 + 0.5;
        let reach = t / N as f64;
        let window = bessel(sharpness * (1.0 - reach * reach).sqrt());
        window * (PI * t).sin() / (PI * t)
    });
    let sum: f64 = weights.iter().sum();
    weights.map(|weight| (0.5 * weight / sum) as f32)
}

/// How far from 0 the parabola through three neighbours gets near the middle one.
#[inline]
fn crest(before: f32, here: f32, after: f32) -> f32 {
    let slope = after - before;
    let bend = before - 2.0 * here + after;
    // Its top is nearer to the middle one than to the others, and it is a top, not a dip.
    let is_top = slope.abs() <= bend.abs() && bend * here < 0.0;
    let above = slope * slope / (8.0 * bend.abs());
    here.abs() + if is_top { above } else { 0.0 }
}

/// The modified Bessel function of the first kind, order 0, by its series.
fn bessel(x: f64) -> f64 {
    let mut term = 1.0;
    (1..40).fold(1.0, |sum, k| {
        term *= (x / (2.0 * f64::from(k))).powi(2);
        sum + term
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The highest crest of a steady tone, found from its samples.
    fn found(turns_a_frame: f64, phase: f64) -> f64 {
        let sound: Vec<f32> = (0..BEFORE + CHUNK + SPARE)
            .map(|i| (std::f64::consts::TAU * turns_a_frame * i as f64 + phase).sin() as f32)
            .collect();
        let mut levels = [0.0; CHUNK];
        Interpolator::new().peaks(&sound, &mut levels);
        f64::from(levels.iter().copied().fold(0.0, f32::max))
    }

    #[test]
    fn a_tone_s_crest_is_found_whatever_its_pitch_and_phase() {
        // 0.4535 of the rate is 20 kHz at 44.1 kHz.
        for turns in [0.013, 0.11, 0.25, 0.333, 0.41, 0.453_5] {
            for step in 0..16 {
                let db = 20.0 * found(turns, f64::from(step) * 0.39).log10();
                assert!(
                    db.abs() < 0.1,
                    "{turns} of the rate reads {db} dB at phase {step}"
                );
            }
        }
    }

    #[test]
    fn a_click_has_its_crest_half_way_through_what_is_needed() {
        let mut sound = [0.0; BEFORE + CHUNK + SPARE];
        sound[BEFORE + 3] = 1.0;
        let mut levels = [0.0; CHUNK];
        Interpolator::new().peaks(&sound, &mut levels);
        assert_eq!(levels[3 + DELAY], 1.0);
        assert!(levels.iter().all(|level| *level <= 1.0));
    }

    #[test]
    fn no_crest_is_higher_than_is_promised() {
        // The loudest sound for a point half-way has every frame at full scale, with the sign of
        // its weight. A quarter's weights add up to less: 2.39.
        let interpolator = Interpolator::new();
        let mut loudest = [0.0; BEFORE + CHUNK + SPARE];
        for (k, weight) in interpolator.half.iter().enumerate() {
            loudest[BEFORE - k] = weight.signum();
            loudest[BEFORE + 1 + k] = weight.signum();
        }
        let mut levels = [0.0; CHUNK];
        interpolator.peaks(&loudest, &mut levels);
        let most = levels.iter().copied().fold(0.0, f32::max);
        assert!((2.9..3.1).contains(&most), "{most}");
        assert!(most * 1.25 < Interpolator::MOST);
    }
}

//! The wave as it is drawn: the least, the greatest and the mean of every stretch, at several
//! zooms, and growing while a take runs.
//!
//! 256 frames make the finest point; four points make one of the next zoom, up to about a minute
//! a point. A point is written once, so a running take can be drawn without a second look at its
//! samples: appending costs a few operations a frame and no memory but the points.

use std::ops::Range;

/// Frames in a point of the finest zoom.
pub const FINEST: usize = 256;
/// Points of one zoom in a point of the next.
const STEP: usize = 4;
/// Zooms: the coarsest has 256 · 4⁷ frames a point, 87 s at 48 kHz.
const ZOOMS: usize = 8;

/// A stretch of the wave.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// The lowest sample.
    pub min: f32,
    /// The highest sample.
    pub max: f32,
    /// Root mean square.
    pub rms: f32,
}

/// The wave of one channel at every zoom.
#[derive(Debug, Clone, Default)]
pub struct Peaks {
    zooms: [Zoom; ZOOMS],
    frames: u64,
}

#[derive(Debug, Clone, Default)]
struct Zoom {
    whole: Vec<Point>,
    growing: Sum,
}

/// A point that is not whole yet.
#[derive(Debug, Clone, Copy)]
struct Sum {
    min: f32,
    max: f32,
    square: f64,
    frames: usize,
}

impl Default for Sum {
    fn default() -> Sum {
        Sum {
            min: f32::INFINITY,
            max: f32::NEG_INFINITY,
            square: 0.0,
            frames: 0,
        }
    }
}

impl Sum {
    fn add(&mut self, part: Sum) {
        self.min = self.min.min(part.min);
        self.max = self.max.max(part.max);
        self.square += part.square;
        self.frames += part.frames;
    }

    fn point(&self) -> Option<Point> {
        (self.frames > 0).then(|| Point {
            min: self.min,
            max: self.max,
            rms: (self.square / self.frames as f64).sqrt() as f32,
        })
    }
}

impl Peaks {
    /// Nothing yet.
    pub fn new() -> Peaks {
        Peaks::default()
    }

    /// Goes on with `samples`, in pieces of any length: the same points come of it.
    pub fn append(&mut self, mut samples: &[f32]) {
        self.frames += samples.len() as u64;
        while !samples.is_empty() {
            let room = FINEST - self.zooms[0].growing.frames;
            let (now, later) = samples.split_at(room.min(samples.len()));
            samples = later;
            let growing = &mut self.zooms[0].growing;
            for sample in now {
                growing.min = growing.min.min(*sample);
                growing.max = growing.max.max(*sample);
                growing.square += f64::from(*sample) * f64::from(*sample);
            }
            growing.frames += now.len();
            self.hand_up();
        }
    }

    /// Points that are whole become part of the next zoom's.
    fn hand_up(&mut self) {
        let mut size = FINEST;
        for zoom in 0..ZOOMS {
            let sum = self.zooms[zoom].growing;
            if sum.frames < size {
                return;
            }
            self.zooms[zoom].growing = Sum::default();
            self.zooms[zoom].whole.extend(sum.point());
            if let Some(next) = self.zooms.get_mut(zoom + 1) {
                next.growing.add(sum);
            }
            size *= STEP;
        }
    }

    /// How much was appended, in frames.
    pub fn frames(&self) -> u64 {
        self.frames
    }

    /// The finest zoom that has no more than a point for every `frames_per_point`, and how many
    /// frames a point of it has.
    pub fn zoom_for(frames_per_point: usize) -> (usize, usize) {
        (0..ZOOMS)
            .map(|zoom| (zoom, FINEST * STEP.pow(zoom as u32)))
            .take_while(|(zoom, size)| *zoom == 0 || *size <= frames_per_point)
            .last()
            .unwrap_or((0, FINEST))
    }

    /// Points `range` of a zoom, the last one as far as it has come; fewer where there are fewer.
    pub fn points(&self, zoom: usize, range: Range<usize>) -> Vec<Point> {
        let Some(level) = self.zooms.get(zoom) else {
            return Vec::new();
        };
        // What the finer zooms have not handed up yet is part of the last point too.
        let mut growing = level.growing;
        for finer in self.zooms[..zoom].iter().rev() {
            growing.add(finer.growing);
        }
        let count = range.end.saturating_sub(range.start);
        let whole = level.whole.iter().copied();
        whole
            .chain(growing.point())
            .skip(range.start)
            .take(count)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sound::dice::Dice;
    use proptest::prelude::*;

    fn noise(length: usize) -> Vec<f32> {
        let mut dice = Dice::new(2);
        (0..length).map(|_| dice.noise()).collect()
    }

    /// From the samples themselves.
    fn naive(samples: &[f32], size: usize) -> Vec<Point> {
        let of = |piece: &[f32]| Point {
            min: piece.iter().copied().fold(f32::INFINITY, f32::min),
            max: piece.iter().copied().fold(f32::NEG_INFINITY, f32::max),
            rms: (piece.iter().map(|s| f64::from(*s).powi(2)).sum::<f64>() / piece.len() as f64)
                .sqrt() as f32,
        };
        samples.chunks(size).map(of).collect()
    }

    #[track_caller]
    fn same(drawn: &[Point], truth: &[Point]) {
        assert_eq!(drawn.len(), truth.len());
        for (drawn, truth) in drawn.iter().zip(truth) {
            assert_eq!((drawn.min, drawn.max), (truth.min, truth.max));
            assert!((drawn.rms - truth.rms).abs() < 1e-6, "{drawn:?}, {truth:?}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn a_take_draws_the_same_wave_however_its_samples_come(
            length in 0usize..20_000,
            cuts in proptest::collection::vec(1usize..3_000, 1..20),
        ) {
            let samples = noise(length);
            let mut peaks = Peaks::new();
            let mut rest = &samples[..];
            for cut in cuts.iter().cycle() {
                if rest.is_empty() {
                    break;
                }
                let (now, later) = rest.split_at((*cut).min(rest.len()));
                peaks.append(now);
                rest = later;
            }
            prop_assert_eq!(peaks.frames(), length as u64);
            for zoom in 0..4 {
                same(&peaks.points(zoom, 0..1_000), &naive(&samples, FINEST * 4usize.pow(zoom as u32)));
            }
        }
    }

    #[test]
    fn a_running_take_shows_what_has_come_so_far() {
        let mut peaks = Peaks::new();
        peaks.append(&[0.5, -0.25]);
        let shown = peaks.points(3, 0..10);
        assert_eq!((shown.len(), shown[0].min, shown[0].max), (1, -0.25, 0.5));
        assert_eq!(Peaks::new().points(0, 0..10), []);
        assert_eq!(peaks.points(99, 0..10), []);
    }

    #[test]
    fn a_screen_asks_for_no_more_points_than_it_has_pixels() {
        assert_eq!(Peaks::zoom_for(1), (0, 256));
        assert_eq!(Peaks::zoom_for(1_023), (0, 256));
        assert_eq!(Peaks::zoom_for(1_024), (1, 1_024));
        assert_eq!(Peaks::zoom_for(usize::MAX).0, ZOOMS - 1);
        let mut peaks = Peaks::new();
        peaks.append(&noise(48_000));
        assert_eq!(peaks.points(0, 10..20).len(), 10);
        assert_eq!(
            peaks.points(0, 187..500).len(),
            1,
            "48 000 frames are 187 and a half points"
        );
    }
}

//! The compressor: what rises above a threshold rises more slowly, so that a voice stays near.
//!
//! Feed-forward, in dB, with a soft knee and a smooth branching peak detector: figure 7(c) and
//! equations (4), (7), (16) of Giannoulis, Massberg and Reiss, *Digital Dynamic Range Compressor
//! Design*, J. Audio Eng. Soc. 60(6), 2012. The detector smooths the wanted *reduction*, not the
//! level, so attack and release begin at once and sound the same at every threshold. One
//! detector hears both channels, so the picture between the speakers stays where it is.
//!
//! 0 frames of latency. Below the knee, and without make-up, sound passes bit for bit.

use std::ops::RangeInclusive;

use super::decibel::{amplitude_of_db, db_of_amplitude};
use super::ramp::Ramp;
use crate::units::{Frames, Gain, SampleRate};

/// Frames looked at together; only for speed.
const CHUNK: usize = 64;

/// A reduction smaller than this, in dB, has been let go of: a ten-millionth of the amplitude.
const LET_GO_DB: f32 = 1e-6;

/// Seconds in which the make-up gain glides to a new value.
const GLIDE_SECONDS: f64 = 0.01;

/// How much is done to what is how loud. Values outside a range are taken as its nearest end; not
/// a number as the range's beginning.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Compression {
    /// Above this level, in dBFS of the louder channel, the sound is made quieter.
    pub threshold_db: f32,
    /// How many dB in for one dB out, above the threshold. 1 does nothing.
    pub ratio: f32,
    /// How wide the bend round the threshold is, in dB; 0 is a corner.
    pub knee_db: f32,
    /// Until 63 % (1 − 1/e) of a new reduction is reached, in ms.
    pub attack_ms: f32,
    /// Until 63 % of a reduction is let go of, in ms.
    pub release_ms: f32,
    /// Added to everything afterwards, in dB.
    pub makeup_db: f32,
}

impl Compression {
    /// Of [`Compression::threshold_db`].
    pub const THRESHOLD_DB: RangeInclusive<f32> = -60.0..=0.0;
    /// Of [`Compression::ratio`].
    pub const RATIO: RangeInclusive<f32> = 1.0..=100.0;
    /// Of [`Compression::knee_db`].
    pub const KNEE_DB: RangeInclusive<f32> = 0.0..=24.0;
    /// Of [`Compression::attack_ms`].
    pub const ATTACK_MS: RangeInclusive<f32> = 0.1..=200.0;
    /// Of [`Compression::release_ms`].
    pub const RELEASE_MS: RangeInclusive<f32> = 5.0..=5_000.0;
    /// Of [`Compression::makeup_db`].
    pub const MAKEUP_DB: RangeInclusive<f32> = 0.0..=24.0;

    /// Changes nothing.
    pub const NONE: Compression = Compression {
        threshold_db: 0.0,
        ratio: 1.0,
        knee_db: 6.0,
        attack_ms: 10.0,
        release_ms: 120.0,
        makeup_db: 0.0,
    };

    /// By how many dB a steady sound of `level_db` is made quieter, before make-up; ≥ 0.
    pub fn reduction_db(&self, level_db: f32) -> f32 {
        Curve::of(self.within_range()).reduction_db(level_db)
    }

    fn within_range(self) -> Compression {
        let within = |value: f32, range: RangeInclusive<f32>| {
            // `max` first: it prefers a number to what is not one.
            value.max(*range.start()).min(*range.end())
        };
        Compression {
            threshold_db: within(self.threshold_db, Self::THRESHOLD_DB),
            ratio: within(self.ratio, Self::RATIO),
            knee_db: within(self.knee_db, Self::KNEE_DB),
            attack_ms: within(self.attack_ms, Self::ATTACK_MS),
            release_ms: within(self.release_ms, Self::RELEASE_MS),
            makeup_db: within(self.makeup_db, Self::MAKEUP_DB),
        }
    }
}

impl Default for Compression {
    fn default() -> Compression {
        Compression::NONE
    }
}

/// The static curve: equation (4), written as what is taken away.
#[derive(Debug, Clone, Copy)]
struct Curve {
    /// Where the knee begins, in dBFS.
    begins_db: f32,
    knee_db: f32,
    /// 1 − 1/ratio: dB taken away for each dB above.
    slope: f32,
    /// slope / (2 · knee), or 0 for a corner.
    bend: f32,
}

impl Curve {
    fn of(wanted: Compression) -> Curve {
        let slope = 1.0 - 1.0 / wanted.ratio;
        let bend = if wanted.knee_db > 0.0 {
            slope / (2.0 * wanted.knee_db)
        } else {
            0.0
        };
        Curve {
            begins_db: wanted.threshold_db - 0.5 * wanted.knee_db,
            knee_db: wanted.knee_db,
            slope,
            bend,
        }
    }

    #[inline]
    fn reduction_db(&self, level_db: f32) -> f32 {
        let into = level_db - self.begins_db;
        let bent = into.clamp(0.0, self.knee_db);
        // Within the knee a parabola; past it the straight line that leaves it with its slope.
        let straight = self.slope * (into - 0.5 * self.knee_db);
        if into >= self.knee_db {
            straight.max(0.0)
        } else {
            self.bend * bent * bent
        }
    }
}

/// Stereo in place.
#[derive(Debug, Clone)]
pub struct Compressor {
    rate: SampleRate,
    curve: Curve,
    /// The amplitude at which the knee begins: up to here nothing is taken away.
    quiet: f32,
    /// e^(−1/(τ·rate)), equation (7).
    attack: f32,
    release: f32,
    makeup: Ramp,
    /// What is taken away now, in dB.
    reduction_db: f32,
}

impl Compressor {
    /// Changes nothing until it is [`set`](Compressor::set).
    pub fn new(rate: SampleRate) -> Compressor {
        let mut compressor = Compressor {
            rate,
            curve: Curve::of(Compression::NONE),
            quiet: f32::INFINITY,
            attack: 0.0,
            release: 0.0,
            makeup: Ramp::at(1.0),
            reduction_db: 0.0,
        };
        compressor.set(Compression::NONE);
        compressor
    }

    /// From the next frame on. The reduction goes there at the pace of attack and release, the
    /// make-up glides: nothing clicks. No allocation.
    pub fn set(&mut self, wanted: Compression) {
        let wanted = wanted.within_range();
        let hz = f64::from(self.rate.hz());
        let pole = |ms: f32| (-1_000.0 / (f64::from(ms) * hz)).exp() as f32;
        self.curve = Curve::of(wanted);
        self.quiet = if wanted.ratio > 1.0 {
            Gain::from_db(self.curve.begins_db).amplitude()
        } else {
            f32::INFINITY
        };
        self.attack = pole(wanted.attack_ms);
        self.release = pole(wanted.release_ms);
        let makeup = Gain::from_db(wanted.makeup_db).amplitude();
        if makeup != self.makeup.target() {
            let glide = Frames::from_seconds(GLIDE_SECONDS, self.rate);
            self.makeup.go(makeup, glide);
        }
    }

    /// Compresses both channels in place; both are finite and of one length. Returns the smallest
    /// factor used, without make-up: 1 when nothing was taken away.
    pub fn process(&mut self, left: &mut [f32], right: &mut [f32]) -> f32 {
        let mut deepest = 0.0f32;
        for (left, right) in left.chunks_mut(CHUNK).zip(right.chunks_mut(CHUNK)) {
            let mut levels = [0.0f32; CHUNK];
            let mut peak = 0.0f32;
            for ((level, l), r) in levels.iter_mut().zip(&*left).zip(&*right) {
                *level = l.abs().max(r.abs());
                peak = peak.max(*level);
            }
            if self.reduction_db > 0.0 || peak > self.quiet {
                deepest = deepest.max(self.reduce(&mut levels, left, right));
            }
            self.makeup.scale([left, right]);
        }
        amplitude_of_db(-deepest)
    }

    /// How much is being taken away at this instant, in dB; ≥ 0.
    pub fn reduction_db(&self) -> f32 {
        self.reduction_db
    }

    /// Does silence leave it as it is?
    pub fn is_asleep(&self) -> bool {
        self.reduction_db == 0.0 && self.makeup.is_settled()
    }

    /// What comes out was sent in this much earlier.
    pub fn latency(&self) -> Frames {
        Frames::ZERO
    }

    /// One chunk. Returns the deepest reduction in dB.
    fn reduce(&mut self, levels: &mut [f32; CHUNK], left: &mut [f32], right: &mut [f32]) -> f32 {
        let Compressor { curve, quiet, .. } = *self;
        for level in levels.iter_mut() {
            let wanted = curve.reduction_db(db_of_amplitude(*level));
            *level = if *level > quiet { wanted } else { 0.0 };
        }
        let mut now = self.reduction_db;
        let mut deepest = 0.0f32;
        for wanted in levels.iter_mut().take(left.len()) {
            let pole = if *wanted > now {
                self.attack
            } else {
                self.release
            };
            now = *wanted + pole * (now - *wanted);
            if now < LET_GO_DB {
                now = 0.0;
            }
            deepest = deepest.max(now);
            *wanted = now;
        }
        self.reduction_db = now;
        for factor in levels.iter_mut() {
            *factor = amplitude_of_db(-*factor);
        }
        for ((factor, l), r) in levels.iter().zip(left).zip(right) {
            *l *= factor;
            *r *= factor;
        }
        deepest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GENTLE: Compression = Compression {
        threshold_db: -20.0,
        ratio: 4.0,
        knee_db: 10.0,
        attack_ms: 5.0,
        release_ms: 50.0,
        makeup_db: 0.0,
    };

    fn compressor(wanted: Compression) -> Compressor {
        let mut compressor = Compressor::new(SampleRate::STUDIO);
        compressor.set(wanted);
        compressor
    }

    /// Where a steady sound of `level_db` comes to rest, in dBFS.
    fn settled_db(wanted: Compression, level_db: f64) -> f64 {
        let mut compressor = compressor(wanted);
        let mut left = vec![10f64.powf(level_db / 20.0) as f32; 48_000];
        let mut right = left.clone();
        compressor.process(&mut left, &mut right);
        20.0 * f64::from(left[47_999]).log10()
    }

    #[test]
    fn a_steady_sound_comes_to_rest_on_the_curve() {
        for knee in [0.0, 10.0] {
            for tenth_db in -600..=60 {
                let x = f64::from(tenth_db) / 10.0;
                let wanted = Compression {
                    knee_db: knee,
                    ..GENTLE
                };
                let (t, r, w) = (-20.0, 4.0, f64::from(knee));
                let expected = if 2.0 * (x - t) < -w {
                    x
                } else if 2.0 * (x - t) > w {
                    t + (x - t) / r
                } else {
                    x + (1.0 / r - 1.0) * (x - t + w / 2.0).powi(2) / (2.0 * w).max(1e-9)
                };
                let heard = settled_db(wanted, x);
                assert!(
                    (heard - expected).abs() < 0.05,
                    "{x} dB: {heard}, not {expected}"
                );
            }
        }
    }

    #[test]
    fn attack_and_release_take_the_time_they_are_named_after() {
        let mut compressor = compressor(GENTLE);
        let loud = vec![1.0f32; 48_000];
        let attack = 240;
        compressor.process(&mut loud.clone()[..attack], &mut loud.clone()[..attack]);
        let reached = compressor.reduction_db() / GENTLE.reduction_db(0.0);
        let a_time_constant = 1.0 - (-1.0f32).exp();
        assert!(
            (reached - a_time_constant).abs() < 0.002,
            "{reached} after 5 ms"
        );

        compressor.process(&mut loud.clone(), &mut loud.clone());
        let full = compressor.reduction_db();
        assert!((full - 15.0).abs() < 0.01, "3/4 of 20 dB: {full}");
        let release = 2_400;
        compressor.process(&mut vec![0.0; release], &mut vec![0.0; release]);
        let left = compressor.reduction_db() / full;
        assert!(
            (left - (-1.0f32).exp()).abs() < 0.002,
            "{left} left after 50 ms"
        );
    }

    #[test]
    fn a_voice_in_the_middle_stays_in_the_middle() {
        let mut compressor = compressor(GENTLE);
        let sound = |i: usize| (i as f32 * 0.05).sin();
        let mut left: Vec<f32> = (0..9_600).map(sound).collect();
        let mut right: Vec<f32> = left.iter().map(|x| x * 0.5).collect();
        let smallest = compressor.process(&mut left, &mut right);
        assert!(smallest < 0.3);
        for (l, r) in left.iter().zip(&right) {
            assert!((l * 0.5 - r).abs() <= 1e-7, "{l} and {r}");
        }
    }

    #[test]
    fn below_the_knee_sound_passes_bit_for_bit() {
        let mut compressor = compressor(GENTLE);
        let sound: Vec<f32> = (0..4_800).map(|i| 0.056 * (i as f32 * 0.3).sin()).collect();
        let (mut left, mut right) = (sound.clone(), sound.clone());
        assert_eq!(compressor.process(&mut left, &mut right), 1.0);
        assert_eq!((left, right), (sound.clone(), sound));
    }

    #[test]
    fn it_lets_go_completely_and_then_rests() {
        let mut compressor = compressor(GENTLE);
        compressor.process(&mut [1.0; 4_800], &mut [1.0; 4_800]);
        assert!(!compressor.is_asleep());
        compressor.process(&mut vec![0.0; 96_000], &mut vec![0.0; 96_000]);
        assert!(
            compressor.is_asleep(),
            "two seconds after the last loud note"
        );
    }

    #[test]
    fn make_up_glides_to_its_value() {
        let mut compressor = compressor(Compression {
            makeup_db: 6.0,
            ..Compression::NONE
        });
        let (mut left, mut right) = (vec![0.25f32; 960], vec![0.25f32; 960]);
        compressor.process(&mut left, &mut right);
        let step = left.windows(2).map(|w| w[1] - w[0]).fold(0.0, f32::max);
        assert!(step < 0.001, "a step of {step} would click");
        assert!((left[959] / 0.25 - 10f32.powf(0.3)).abs() < 1e-5);
    }

    #[test]
    fn a_setting_nobody_could_mean_is_the_nearest_one_that_is() {
        let mut compressor = compressor(Compression {
            threshold_db: f32::NAN,
            ratio: f32::INFINITY,
            knee_db: -3.0,
            attack_ms: 0.0,
            release_ms: f32::NAN,
            makeup_db: 1e9,
        });
        let (mut left, mut right) = (vec![1.0f32; 480], vec![-1.0f32; 480]);
        compressor.process(&mut left, &mut right);
        assert!(left.iter().chain(&right).all(|x| x.is_finite()));
    }
}

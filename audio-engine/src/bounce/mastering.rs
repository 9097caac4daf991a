//! Brings a finished piece to a loudness, and holds its peaks under a ceiling.
//!
//! The limiter looks both ways (everything is in memory): the gain each peak asks for is spread
//! over 5 ms before and after it, so nothing is cut and nothing clicks. Loudness and true peak are
//! measured by `ebur128` (ITU-R BS.1770-4), before and after.

use std::collections::VecDeque;

use ebur128::Mode;

use crate::analysis::{Loudness, loudness, meter, said};
use crate::audio::Audio;

/// What a finished piece should be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Target {
    /// Integrated loudness, in LUFS.
    pub lufs: f64,
    /// No true peak above this, in dBTP.
    pub max_dbtp: f64,
    /// Nothing is made louder by more than this, in dB: past it, a quiet evening would become a
    /// loud hiss.
    pub most_gain_db: f64,
}

impl Default for Target {
    /// −16 LUFS and −1 dBTP, as phones and streaming expect; at most 24 dB louder.
    fn default() -> Target {
        Target {
            lufs: -16.0,
            max_dbtp: -1.0,
            most_gain_db: 24.0,
        }
    }
}

/// What was done to a piece.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mastered {
    /// As it was mixed.
    pub before: Loudness,
    /// As it is now, measured again.
    pub after: Loudness,
    /// How much louder the whole was made, in dB; less than 0 is softer.
    pub gain_db: f64,
    /// The most a peak was held back, in dB ≥ 0.
    pub held_back_db: f64,
}

/// Times round the gain → limit → measure loop. Two reach 0.1 LU on music; more only helps noise.
const ROUNDS: usize = 4;

/// The most a peak is ever held back, in dB. Beyond it a limiter is heard as squashing.
const MOST_LIMITING_DB: f64 = 10.0;

/// Frames measured in one go.
const STRIDE: usize = 4096;

/// `mix` at the target's loudness and under its ceiling, and what that took.
///
/// What is far too peaky for the loudness asked comes out quieter rather than crushed, what is very
/// quiet no more than [`Target::most_gain_db`] louder. What has no loudness (silence, or less than
/// the 0.4 s it takes to measure one) keeps its level, and only its peaks are held.
#[must_use]
pub fn master(mix: Audio, target: Target) -> (Audio, Mastered) {
    let before = loudness(&mix);
    let peaks = peaks(&mix);
    let (curve, after, lowest) = settle(&mix, &peaks, before, target);
    let done = Mastered {
        before,
        after,
        gain_db: db(curve.gain * curve.trim),
        // Not `-db`: nothing held back is 0 dB, and would be printed as −0.
        held_back_db: 0.0 - db(lowest),
    };
    let mut factors = Factors::new(curve, &peaks, reach(&mix));
    (mix.scaled_by(|| factors.next()), done)
}

/// Finds the curve: gain and ceiling, measured and put right until they fit.
fn settle(mix: &Audio, peaks: &[f32], before: Loudness, target: Target) -> (Curve, Loudness, f32) {
    let Target {
        lufs,
        max_dbtp,
        most_gain_db,
    } = target;
    let has_loudness = before.integrated_lufs.is_finite();
    let most_db = (max_dbtp - before.true_peak_dbtp + MOST_LIMITING_DB).min(most_gain_db);
    let wanted_db = match has_loudness {
        true => (lufs - before.integrated_lufs).min(most_db),
        false => 0.0,
    };
    let (mut gain_db, mut ceiling_db) = (wanted_db, max_dbtp);
    let mut curve = Curve::new(gain_db, ceiling_db);
    let (mut after, mut lowest) = measure(mix, peaks, curve);
    for _ in 0..ROUNDS {
        let short = match has_loudness {
            true => lufs - after.integrated_lufs,
            false => 0.0,
        };
        let over = after.true_peak_dbtp - max_dbtp;
        let next_db = (gain_db + short).min(most_db);
        if (short.abs() < 0.05 || next_db == gain_db) && over <= 0.0 {
            break;
        }
        // The limiter sees samples; the wave between them may reach a little higher.
        ceiling_db -= if over > 0.0 { over + 0.02 } else { 0.0 };
        gain_db = next_db;
        curve = Curve::new(gain_db, ceiling_db);
        (after, lowest) = measure(mix, peaks, curve);
    }
    let over = after.true_peak_dbtp - max_dbtp;
    if over > 0.0 {
        curve.trim = from_db(-over - 0.001);
        (after, lowest) = measure(mix, peaks, curve);
    }
    (curve, after, lowest)
}

/// What the curve makes of the mix, without making it; and its lowest limiting factor.
fn measure(mix: &Audio, peaks: &[f32], curve: Curve) -> (Loudness, f32) {
    let mut meter = meter(mix, Mode::I | Mode::TRUE_PEAK);
    let mut factors = Factors::new(curve, peaks, reach(mix));
    let [mut left, mut right] = [Vec::with_capacity(STRIDE), Vec::with_capacity(STRIDE)];
    let (left_in, right_in) = (mix.channel(0), mix.channel(1));
    for (l, r) in left_in.chunks(STRIDE).zip(right_in.chunks(STRIDE)) {
        left.clear();
        right.clear();
        for (l, r) in l.iter().zip(r) {
            let factor = factors.next();
            left.push(l * factor);
            right.push(r * factor);
        }
        let both = [left.as_slice(), right.as_slice()];
        if let Some(meter) = &mut meter {
            // It can only complain about a number of channels, which is its own.
            let _ = meter.add_frames_planar_f32(&both[..mix.channel_count()]);
        }
    }
    (said(meter.as_ref(), mix.channel_count()), factors.lowest)
}

/// The higher of both channels, frame by frame.
fn peaks(mix: &Audio) -> Vec<f32> {
    let both = mix.channel(0).iter().zip(mix.channel(1));
    both.map(|(l, r)| l.abs().max(r.abs())).collect()
}

/// 5 ms in frames.
fn reach(mix: &Audio) -> usize {
    mix.rate().hz() as usize / 200
}

/// What is to become of every frame.
#[derive(Debug, Clone, Copy)]
struct Curve {
    gain: f32,
    ceiling: f32,
    /// The last thousandths.
    trim: f32,
}

impl Curve {
    fn new(gain_db: f64, ceiling_db: f64) -> Curve {
        Curve {
            gain: from_db(gain_db),
            ceiling: from_db(ceiling_db),
            trim: 1.0,
        }
    }

    /// What the limiter asks for at one frame, 0…1.
    fn asked(self, peak: f32) -> f32 {
        let loud = peak * self.gain;
        if loud > self.ceiling {
            self.ceiling / loud
        } else {
            1.0
        }
    }
}

/// The factor of one frame after the other: a mean over `reach` of the lowest within `reach` is
/// never above what any peak asked for, and has no corners.
struct Factors<'a> {
    curve: Curve,
    peaks: &'a [f32],
    reach: usize,
    /// Frames and what they ask for, rising: the first is always the lowest in the window.
    candidates: VecDeque<(usize, f32)>,
    /// The next frame to come into the window.
    entering: usize,
    /// The lowest around each of the frames around this one.
    around: VecDeque<f32>,
    sum: f64,
    /// The next frame whose surroundings come into `around`.
    centre: usize,
    lowest: f32,
}

impl Factors<'_> {
    fn new(curve: Curve, peaks: &[f32], reach: usize) -> Factors<'_> {
        let mut factors = Factors {
            curve,
            peaks,
            reach,
            candidates: VecDeque::new(),
            entering: 0,
            around: VecDeque::with_capacity(2 * reach + 2),
            sum: 0.0,
            centre: 0,
            lowest: 1.0,
        };
        // Before the first frame it is as around the first.
        let first = factors.lowest_around_next();
        for _ in 0..=reach {
            factors.push(first);
        }
        for _ in 0..reach {
            let next = factors.lowest_around_next();
            factors.push(next);
        }
        factors
    }

    fn next(&mut self) -> f32 {
        let limiting = (self.sum / self.around.len() as f64) as f32;
        self.lowest = self.lowest.min(limiting);
        self.sum -= self.around.pop_front().map_or(0.0, f64::from);
        let next = self.lowest_around_next();
        self.push(next);
        self.curve.gain * limiting * self.curve.trim
    }

    fn push(&mut self, lowest: f32) {
        self.around.push_back(lowest);
        self.sum += f64::from(lowest);
    }

    fn lowest_around_next(&mut self) -> f32 {
        while self.entering <= self.centre + self.reach {
            if let Some(peak) = self.peaks.get(self.entering) {
                let asked = self.curve.asked(*peak);
                while self
                    .candidates
                    .back()
                    .is_some_and(|(_, last)| *last >= asked)
                {
                    self.candidates.pop_back();
                }
                self.candidates.push_back((self.entering, asked));
            }
            self.entering += 1;
        }
        let gone = |(at, _): &(usize, f32)| *at + self.reach < self.centre;
        while self.candidates.len() > 1 && self.candidates.front().is_some_and(gone) {
            self.candidates.pop_front();
        }
        self.centre += 1;
        self.candidates.front().map_or(1.0, |(_, asked)| *asked)
    }
}

fn from_db(db: f64) -> f32 {
    10f64.powf(db / 20.0) as f32
}

fn db(amplitude: f32) -> f64 {
    20.0 * f64::from(amplitude).log10()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{Frames, SampleRate};

    fn at(lufs: f64) -> Target {
        Target {
            lufs,
            most_gain_db: 60.0,
            ..Target::default()
        }
    }

    /// Soft chords with a clap on every second.
    fn peaky() -> Audio {
        let samples = (0..48_000 * 6).map(|i| {
            let time = i as f32 / 48_000.0;
            let clap = (-(time % 1.0) * 200.0).exp() * 0.9;
            0.05 * (time * 440.0 * 6.283_185_5).sin() + clap * (time * 3000.0 * 6.283_185_5).sin()
        });
        Audio::mono(SampleRate::STUDIO, samples.collect())
    }

    fn tone(db: f64, seconds: f64) -> Audio {
        let amplitude = from_db(db);
        let frames = (seconds * 48_000.0) as usize;
        let samples = (0..frames).map(|i| amplitude * (i as f32 * 0.06).sin());
        Audio::mono(SampleRate::STUDIO, samples.collect())
    }

    #[test]
    fn an_export_is_as_loud_as_asked_and_its_peaks_stay_under_the_ceiling() {
        let (export, done) = master(peaky(), at(-20.0));
        let heard = loudness(&export);
        assert!((heard.integrated_lufs + 20.0).abs() < 0.2, "{heard:?}");
        assert!(heard.true_peak_dbtp <= -1.0, "{heard:?}");
        assert!((heard.integrated_lufs - done.after.integrated_lufs).abs() < 0.01);
        assert!((heard.true_peak_dbtp - done.after.true_peak_dbtp).abs() < 0.01);
        assert!(done.held_back_db > 1.0, "the claps: {done:?}");
        assert_eq!(done.before, loudness(&peaky()));
    }

    #[test]
    fn what_would_have_to_be_crushed_stays_quieter_instead() {
        let mut claps = vec![0.0; 48_000 * 4];
        for clap in claps.chunks_mut(24_000) {
            clap[..40].fill(0.5);
        }
        let claps = Audio::mono(SampleRate::STUDIO, claps);
        let (_, done) = master(claps, at(-5.0));
        assert!(done.after.integrated_lufs < -8.0, "{done:?}");
        assert!(done.after.true_peak_dbtp <= -1.0, "{done:?}");
        assert!(done.held_back_db < MOST_LIMITING_DB + 1.0, "{done:?}");
    }

    #[test]
    fn with_room_enough_only_the_gain_changes() {
        let quiet = tone(-40.0, 2.0);
        let wanted = loudness(&quiet).integrated_lufs + 6.0;
        let (louder, done) = master(quiet.clone(), at(wanted));
        assert_eq!(done.held_back_db, 0.0);
        assert!(done.held_back_db.is_sign_positive(), "not −0 dB");
        assert!((done.gain_db - 6.0).abs() < 0.06, "{done:?}");
        let gain = from_db(done.gain_db);
        let both = quiet.channel(0).iter().zip(louder.channel(0));
        assert!(both.clone().all(|(was, is)| (was * gain - is).abs() < 1e-6));
    }

    #[test]
    fn a_whisper_is_not_made_a_hiss() {
        let (_, done) = master(tone(-66.0, 3.0), Target::default());
        assert!((done.gain_db - 24.0).abs() < 1e-3, "{done:?}");
        assert!(done.after.integrated_lufs < -40.0, "{done:?}");
    }

    #[test]
    fn what_has_no_loudness_keeps_its_level() {
        for seconds in [0.0, 1.0] {
            let silence = Audio::silence(SampleRate::STUDIO, 2, Frames((seconds * 48e3) as u64));
            let (kept, done) = master(silence.clone(), Target::default());
            assert_eq!(kept, silence);
            assert_eq!((done.gain_db, done.held_back_db), (0.0, 0.0));
        }
        let blip = tone(-12.0, 0.2);
        let (kept, done) = master(blip.clone(), Target::default());
        assert_eq!(kept, blip, "too short to be measured");
        assert_eq!(done.after.integrated_lufs, f64::NEG_INFINITY);
        let (held, done) = master(tone(6.0, 0.2), Target::default());
        assert!(loudness(&held).true_peak_dbtp <= -1.0, "{done:?}");
    }
}

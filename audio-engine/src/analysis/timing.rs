//! How someone plays in time: spread, lean, drift, and how close to a guide.
//!
//! Spread, not the mean offset, says how steady a hand is: the mean holds what is left of the
//! device's delay, and everyone taps a little early (B. H. Repp, Psychonomic Bulletin & Review 2005).

use super::median;
use crate::units::{Frames, Grid, SampleRate};

/// Fewer taps than this say nothing about spread.
const FEWEST_TAPS: usize = 16;
/// Further than this from its beat, in beats, a tap was meant for none: it is left out.
const LOST: f64 = 1.0 / 3.0;
/// Tempo is judged over this many bars.
const TEMPO_BARS: f64 = 8.0;
/// An onset further than this from the guide's, in seconds, answers another one.
const ANSWERS_SECONDS: f64 = 0.25;
/// Fewer pairs than this say nothing about being together.
const FEWEST_PAIRS: usize = 4;

/// The beats that were played to, seen from the start of a recording.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Beats {
    /// Frames per second of the recording.
    pub rate: SampleRate,
    /// Where beat 0 lies in it, in frames; may lie before its start.
    pub first: f64,
    /// From one beat to the next, in frames.
    pub beat: f64,
    /// Taps that were asked for in a beat: 1 on the beat, 2 for eighths. 0 counts as 1.
    pub taps_per_beat: u8,
    /// Beats in a bar; 0 counts as 1.
    pub per_bar: u8,
}

impl Beats {
    /// The beats of `grid` in a recording that begins at `start` on the timeline.
    pub fn of(grid: Grid, start: Frames) -> Beats {
        let per_bar = grid.beats_per_bar.max(1);
        let bar = grid.bar().0;
        Beats {
            rate: grid.rate,
            first: -((start.0 % bar) as f64),
            beat: bar as f64 / f64::from(per_bar),
            taps_per_beat: 1,
            per_bar,
        }
    }

    /// From `onset` to the nearest tap asked for, in beats: negative is early.
    fn offset(&self, onset: Frames) -> f64 {
        let taps = f64::from(self.taps_per_beat.max(1));
        let at = (onset.0 as f64 - self.first) / self.beat * taps;
        (at - at.round()) / taps
    }

    fn ms(&self, beats: f64) -> f64 {
        beats * self.beat * 1000.0 / f64::from(self.rate.hz())
    }
}

/// How taps lie about their beats.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Timing {
    /// Standard deviation, in ms.
    pub sd_ms: f64,
    /// The median, in ms: negative is early.
    pub bias_ms: f64,
    /// How many taps counted.
    pub taps: usize,
}

/// Spread and lean of `onsets` about `beats`. A tap more than a third of a beat off is left out.
/// `None` if fewer than 16 are left.
pub fn timing(onsets: &[Frames], beats: Beats) -> Option<Timing> {
    let offsets: Vec<f64> = onsets.iter().map(|onset| beats.offset(*onset)).collect();
    // About the median, so that a lean of a quarter beat does not lose the late half of the taps.
    let middle = median(offsets.clone())?;
    let kept: Vec<f64> = offsets
        .into_iter()
        .filter(|off| off.abs() <= LOST && (off - middle).abs() <= LOST)
        .collect();
    if kept.len() < FEWEST_TAPS {
        return None;
    }
    let mean = kept.iter().sum::<f64>() / kept.len() as f64;
    let square: f64 = kept.iter().map(|off| (off - mean).powi(2)).sum();
    Some(Timing {
        sd_ms: beats.ms((square / (kept.len() - 1) as f64).sqrt()),
        bias_ms: beats.ms(median_between(kept.clone())?),
        taps: kept.len(),
    })
}

/// How much faster the last beat of the first eight bars is than the first, in percent: positive
/// hurries, negative drags. Of what was played without a click; the tempo asked for only says how
/// many beats lie between two taps.
///
/// A parabola through the taps by least squares. `None` if fewer than seven bars were played, or
/// fewer than half of their beats.
pub fn tempo_drift_percent(onsets: &[Frames], beats: Beats) -> Option<f64> {
    let first = onsets.first()?.0 as f64;
    let last_beat = TEMPO_BARS * f64::from(beats.per_bar.max(1));
    // Counted on from tap to tap, so that a drift of several beats still counts right.
    let taps = f64::from(beats.taps_per_beat.max(1));
    let (mut beat, mut at, mut length) = (0.0, first, beats.beat);
    let mut points = vec![(0.0, 0.0)];
    for onset in &onsets[1..] {
        let onset = onset.0 as f64;
        let on = ((onset - at) / length * taps).round() / taps;
        if on <= 0.0 {
            continue;
        }
        if beat + on > last_beat {
            break;
        }
        beat += on;
        // Follows the player slowly: a single early tap is no new tempo.
        length += 0.3 * ((onset - at) / on - length);
        at = onset;
        points.push((beat, onset - first));
    }
    let asked = last_beat * taps;
    if beat < last_beat * 7.0 / 8.0 - 1.0 || (points.len() as f64) < asked / 2.0 {
        return None;
    }
    let (slope, bend) = parabola(&points)?;
    let (begins, ends) = (slope, slope + 2.0 * bend * beat);
    (begins > 0.0 && ends > 0.0).then(|| 100.0 * (begins / ends - 1.0))
}

/// The tempo somebody taps in, in quarter notes per minute: sixty over the median of the seconds
/// between two taps. `None` with fewer than eight.
pub fn tapped_bpm(onsets: &[Frames], rate: SampleRate) -> Option<f64> {
    if onsets.len() < 8 {
        return None;
    }
    let between = onsets
        .windows(2)
        .map(|pair| (pair[1] - pair[0]).seconds(rate));
    median(between.collect())
        .filter(|seconds| *seconds > 0.0)
        .map(|seconds| 60.0 / seconds)
}

/// How far apart a double and its guide begin, in ms: the median over the guide's onsets that have
/// an answer within a quarter second, each answer used once. `None` with fewer than four.
pub fn onset_align_ms(double: &[Frames], guide: &[Frames], rate: SampleRate) -> Option<f64> {
    let mut answers = double.iter().peekable();
    let mut apart = Vec::new();
    for (i, asked) in guide.iter().enumerate() {
        let distance = |onset: &Frames| onset.0.abs_diff(asked.0) as f64 / f64::from(rate.hz());
        let mut best: Option<f64> = None;
        while let Some(answer) = answers.peek() {
            let here = distance(answer);
            let next = guide
                .get(i + 1)
                .map_or(u64::MAX, |next| next.0.abs_diff(answer.0));
            if answer.0 > asked.0 && next < answer.0.abs_diff(asked.0) {
                break;
            }
            best = Some(best.map_or(here, |best| best.min(here)));
            answers.next();
        }
        apart.extend(best.filter(|seconds| *seconds <= ANSWERS_SECONDS));
    }
    if apart.len() < FEWEST_PAIRS {
        return None;
    }
    median_between(apart).map(|seconds| seconds * 1000.0)
}

/// The median, between the middle two of an even number.
fn median_between(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let upper = *values.get(values.len() / 2)?;
    let lower = *values.get((values.len() - 1) / 2)?;
    Some(0.5 * (lower + upper))
}

/// Slope at zero and half the bend of `y = c + slope·x + bend·x²`, by least squares.
fn parabola(points: &[(f64, f64)]) -> Option<(f64, f64)> {
    let count = points.len() as f64;
    let mean = |of: &dyn Fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / count;
    // About the middle, where the terms are nearly independent.
    let (centre, height) = (mean(&|p| p.0), mean(&|p| p.1));
    let square = mean(&|p| (p.0 - centre).powi(2));
    let term = |p: &(f64, f64)| (p.0 - centre).powi(2) - square;
    let (xx, xz) = (square, mean(&|p| (p.0 - centre) * term(p)));
    let (zz, xy) = (
        mean(&|p| term(p).powi(2)),
        mean(&|p| (p.0 - centre) * (p.1 - height)),
    );
    let zy = mean(&|p| term(p) * (p.1 - height));
    let determinant = xx * zz - xz * xz;
    if determinant.abs() < f64::EPSILON {
        return None;
    }
    let bend = (xx * zy - xz * xy) / determinant;
    let slope = (zz * xy - xz * zy) / determinant;
    Some((slope - 2.0 * bend * centre, bend))
}

#[cfg(test)]
mod tests {
    use super::super::onsets;
    use super::super::truth::{Kind, played, reverberant, with_hiss};
    use super::*;
    use crate::sound::dice::Dice;
    use crate::units::Tempo;

    const RATE: SampleRate = SampleRate::STUDIO;

    fn beats(bpm: f64) -> Beats {
        let tempo = Tempo::from_bpm(bpm).unwrap();
        let grid = Grid {
            rate: RATE,
            tempo,
            beats_per_bar: 4,
        };
        Beats::of(grid, Frames::ZERO)
    }

    fn frames(seconds: impl IntoIterator<Item = f64>) -> Vec<Frames> {
        seconds
            .into_iter()
            .map(|s| Frames::from_seconds(s, RATE))
            .collect()
    }

    /// Roughly normal: the sum of twelve even throws.
    fn normal(dice: &mut Dice) -> f64 {
        (0..12).map(|_| dice.unit()).sum::<f64>() - 6.0
    }

    /// Taps at 90 bpm that stray by `sd_ms` and lean by `lean_ms`, with their exact spread.
    fn taps(count: usize, sd_ms: f64, lean_ms: f64, seed: u64) -> (Vec<f64>, f64) {
        let mut dice = Dice::new(seed);
        let off: Vec<f64> = (0..count).map(|_| sd_ms * normal(&mut dice)).collect();
        let middle = median_between(off.clone()).unwrap();
        let mean = off.iter().sum::<f64>() / count as f64;
        let square: f64 = off.iter().map(|off| (off - mean).powi(2)).sum();
        let times = off
            .iter()
            .enumerate()
            .map(|(i, off)| (i + 1) as f64 * 60.0 / 90.0 + (off - middle + lean_ms) / 1000.0);
        (times.collect(), (square / (count - 1) as f64).sqrt())
    }

    #[test]
    fn the_spread_of_taps_is_read_whatever_they_lean() {
        for (seed, sd, lean) in [
            (1, 10.0, 0.0),
            (2, 25.0, -40.0),
            (3, 60.0, 90.0),
            (4, 80.0, 0.0),
        ] {
            let (times, truth) = taps(32, sd, lean, seed);
            let read = timing(&frames(times), beats(90.0)).unwrap();
            assert_eq!(read.taps, 32);
            assert!((read.sd_ms - truth).abs() < 0.1, "{read:?}, truth {truth}");
            assert!((read.bias_ms - lean).abs() < 0.1, "{read:?}");
        }
    }

    #[test]
    fn from_sound_in_a_room_the_spread_is_read_within_two_milliseconds() {
        for (seed, kind, sd, lean) in [
            (1, Kind::Clap, 12.0, 15.0),
            (2, Kind::Tap, 30.0, -25.0),
            (3, Kind::Clap, 60.0, 0.0),
        ] {
            let (times, truth) = taps(24, sd, lean, seed);
            let room = reverberant(&played(kind, &times, 17.0, RATE, seed), 0.3, seed);
            let heard = onsets(&with_hiss(&room, -52.0, seed));
            let read = timing(&heard, beats(90.0)).unwrap();
            assert!((read.sd_ms - truth).abs() < 2.0, "{read:?}, truth {truth}");
            assert!((read.bias_ms - lean).abs() < 2.0, "{read:?}, truth {lean}");
        }
    }

    #[test]
    fn a_tap_that_belongs_to_no_beat_is_left_out() {
        let (mut times, truth) = taps(24, 10.0, 0.0, 5);
        times.insert(8, times[7] + 0.3);
        let read = timing(&frames(times), beats(90.0)).unwrap();
        assert_eq!(read.taps, 24);
        assert!((read.sd_ms - truth).abs() < 0.1, "{read:?}");
    }

    #[test]
    fn eighths_are_read_against_eighths() {
        let beats = Beats {
            taps_per_beat: 2,
            ..beats(60.0)
        };
        let late = frames((0..32).map(|i| f64::from(i) * 0.5 + 0.02));
        let read = timing(&late, beats).unwrap();
        assert!(
            (read.bias_ms - 20.0).abs() < 0.1 && read.sd_ms < 0.1,
            "{read:?}"
        );
    }

    #[test]
    fn fifteen_taps_say_nothing() {
        let few = frames((0..15).map(f64::from));
        assert_eq!(timing(&few, beats(60.0)), None);
        assert_eq!(timing(&[], beats(60.0)), None);
        assert!(timing(&frames((0..16).map(f64::from)), beats(60.0)).is_some());
    }

    #[test]
    fn a_recording_that_begins_between_two_beats_is_read_against_the_timeline() {
        let grid = Grid {
            rate: RATE,
            tempo: Tempo::BREATHING,
            beats_per_bar: 4,
        };
        let beats = Beats::of(grid, Frames(7 * 192_000 + 12_000));
        let read = timing(&frames((1..20).map(|i| f64::from(i) - 0.25)), beats).unwrap();
        assert!(read.bias_ms.abs() < 0.1, "{read:?}");
    }

    /// Beats at 80 bpm whose tempo ends `percent` higher after eight bars, evenly.
    fn hurried(percent: f64, sd_ms: f64, seed: u64) -> Vec<Frames> {
        let (begins, ends) = (0.75, 0.75 / (1.0 + percent / 100.0));
        let mut dice = Dice::new(seed);
        let bend = (ends - begins) / 64.0;
        frames((0..=32).map(|i| {
            let beat = f64::from(i);
            1.0 + begins * beat + bend * beat * beat + sd_ms / 1000.0 * normal(&mut dice)
        }))
    }

    #[test]
    fn hurrying_and_dragging_are_read_in_percent() {
        for percent in [-12.0, -5.0, -2.0, 0.0, 3.0, 8.0, 15.0] {
            let read = tempo_drift_percent(&hurried(percent, 0.0, 1), beats(80.0)).unwrap();
            assert!((read - percent).abs() < 0.1, "{read} for {percent}");
            let read = tempo_drift_percent(&hurried(percent, 10.0, 7), beats(80.0)).unwrap();
            assert!(
                (read - percent).abs() < 2.0,
                "{read} for {percent}, by a human hand"
            );
        }
    }

    #[test]
    fn a_missed_beat_is_no_change_of_tempo_and_half_the_bars_are_too_few() {
        let mut taps = hurried(4.0, 0.0, 1);
        taps.remove(20);
        taps.remove(9);
        let read = tempo_drift_percent(&taps, beats(80.0)).unwrap();
        assert!((read - 4.0).abs() < 0.1, "{read}");
        assert_eq!(tempo_drift_percent(&taps[..17], beats(80.0)), None);
        assert_eq!(tempo_drift_percent(&[], beats(80.0)), None);
    }

    #[test]
    fn a_tempo_of_one_s_own_is_the_median_of_the_gaps() {
        let mut taps = frames((0..20).map(|i| f64::from(i) * 60.0 / 104.0));
        taps.remove(7);
        let bpm = tapped_bpm(&taps, RATE).unwrap();
        assert!((bpm - 104.0).abs() < 0.1, "{bpm}");
        assert_eq!(tapped_bpm(&taps[..7], RATE), None);
    }

    #[test]
    fn a_double_is_as_far_from_its_guide_as_it_was_sung() {
        let guide: Vec<f64> = (0..10).map(|i| 0.4 + 0.7 * f64::from(i)).collect();
        let late = |by: f64| frames(guide.iter().map(|t| t + by));
        let asked = frames(guide.clone());
        for by in [-0.06, 0.0, 0.03, 0.12] {
            let read = onset_align_ms(&late(by), &asked, RATE).unwrap();
            assert!((read - by.abs() * 1000.0).abs() < 0.1, "{read}");
        }
        // A word the double left out, and one it added, change nothing.
        let mut double = late(0.03);
        double.remove(4);
        double.push(Frames::from_seconds(9.0, RATE));
        let read = onset_align_ms(&double, &asked, RATE).unwrap();
        assert!((read - 30.0).abs() < 0.1, "{read}");
        assert_eq!(onset_align_ms(&double[..3], &asked, RATE), None);
    }

    #[test]
    fn a_sung_double_is_read_from_its_sound() {
        let guide: Vec<f64> = (0..8).map(|i| 0.4 + 0.8 * f64::from(i)).collect();
        let double: Vec<f64> = guide.iter().map(|t| t + 0.045).collect();
        let sung =
            |times: &[f64], hz| onsets(&played(Kind::Hum { hz, swell: 0.04 }, times, 7.0, RATE, 1));
        let read = onset_align_ms(&sung(&double, 196.0), &sung(&guide, 220.0), RATE).unwrap();
        assert!((read - 45.0).abs() < 5.0, "{read}");
    }
}

//! Held notes: how steady they are, how often a new one begins.

use super::track::{Pitch, pitch_track};
use crate::audio::Audio;
use crate::units::SampleRate;

/// A breath or a consonant is at least this long, in seconds; a shorter hole is the method's.
const HOLE_SECONDS: f64 = 0.1;
/// The pitch before and after a moment is heard over this long, in seconds: one turn of a vibrato.
const AROUND_SECONDS: f64 = 0.2;
/// Two notes are at least this far apart, in cents; a voice that slides slower is one note.
const STEP_CENTS: f64 = 80.0;
/// Only a note this long is held, in seconds.
const HELD_SECONDS: f64 = 1.5;
/// Its middle that counts: the first and last tenth are the way in and out.
const EDGE: f64 = 0.1;
/// Nobody wobbles by more; what does is the method's slip, in cents.
const WOBBLE_CENTS: f64 = 600.0;

/// How far a voice strays within the notes it holds, in cents: the standard deviation in the
/// middle 80 % of each note of 1.5 s or more, over all of them, each against its own mean. A
/// vibrato of ±v cents reads v/√2. `None` if no note was held.
pub fn pitch_sd_cents(audio: &Audio) -> Option<f32> {
    let rate = audio.rate();
    let track = pitch_track(audio);
    let mut sum = 0.0;
    let mut count = 0;
    for note in notes(&track, rate) {
        let (Some(first), Some(last)) = (note.first(), note.last()) else {
            continue;
        };
        if (last.at - first.at).seconds(rate) < HELD_SECONDS {
            continue;
        }
        let edge = (note.len() as f64 * EDGE).round() as usize;
        let middle = median_cents(note);
        let held: Vec<f64> = note[edge..note.len() - edge]
            .iter()
            .map(|point| cents(point) - middle)
            .filter(|off| off.abs() < WOBBLE_CENTS)
            .collect();
        let mean = held.iter().sum::<f64>() / held.len().max(1) as f64;
        sum += held.iter().map(|off| (off - mean).powi(2)).sum::<f64>();
        count += held.len();
    }
    (count > 0).then(|| (sum / count as f64).sqrt() as f32)
}

/// How often somebody draws breath while humming, per minute: sixty over the median of the seconds
/// from one voiced stretch to the next. `None` with fewer than three stretches.
///
/// An estimate: a rest without a breath counts as one. For the moment only, never to be kept.
pub fn breaths_per_minute(audio: &Audio) -> Option<f32> {
    let rate = audio.rate();
    let track = pitch_track(audio);
    let stretches = stretches(&track, rate, 3.0 * HOLE_SECONDS);
    let starts: Vec<f64> = stretches
        .iter()
        .filter_map(|stretch| Some(stretch.first()?.at.seconds(rate)))
        .collect();
    if starts.len() < 3 {
        return None;
    }
    let between = starts.windows(2).map(|pair| pair[1] - pair[0]).collect();
    Some((60.0 / super::super::median(between)?) as f32)
}

/// The notes of a track: what lies between holes and steps.
pub(super) fn notes(track: &[Pitch], rate: SampleRate) -> Vec<&[Pitch]> {
    stretches(track, rate, HOLE_SECONDS)
        .into_iter()
        .flat_map(|stretch| cut_at_steps(stretch, rate))
        .collect()
}

fn stretches(track: &[Pitch], rate: SampleRate, hole: f64) -> Vec<&[Pitch]> {
    track
        .chunk_by(|before, after| (after.at - before.at).seconds(rate) < hole)
        .collect()
}

fn cut_at_steps(stretch: &[Pitch], rate: SampleRate) -> Vec<&[Pitch]> {
    let around = |i: usize| {
        let near = |other: &&Pitch| {
            let apart = stretch[i].at.0.abs_diff(other.at.0);
            apart as f64 / f64::from(rate.hz()) <= AROUND_SECONDS
        };
        let before = stretch[..i].iter().rev().take_while(near).count();
        let after = stretch[i..].iter().take_while(near).count();
        (before.min(after) > 2).then(|| {
            let before = median_cents(&stretch[i - before..i]);
            (median_cents(&stretch[i..i + after]) - before).abs()
        })
    };
    let steps: Vec<f64> = (0..stretch.len())
        .map(|i| around(i).unwrap_or(0.0))
        .collect();
    let mut notes = Vec::new();
    let mut rest = stretch;
    let mut from = 0;
    // Where the step is greatest in each run above the limit, one note ends and another begins.
    for run in runs_above(&steps, STEP_CENTS) {
        let Some(cut) = run.clone().max_by(|a, b| steps[*a].total_cmp(&steps[*b])) else {
            continue;
        };
        let (note, after) = rest.split_at(cut - from);
        notes.push(note);
        (rest, from) = (after, cut);
    }
    notes.push(rest);
    notes
}

fn runs_above(values: &[f64], limit: f64) -> Vec<std::ops::Range<usize>> {
    let mut runs = Vec::new();
    let mut begun = None;
    for (i, value) in values.iter().chain([&0.0]).enumerate() {
        match (begun, *value > limit) {
            (None, true) => begun = Some(i),
            (Some(from), false) => {
                runs.push(from..i);
                begun = None;
            }
            (None, false) | (Some(_), true) => {}
        }
    }
    runs
}

fn cents(point: &Pitch) -> f64 {
    1200.0 * f64::from(point.hz).log2()
}

fn median_cents(points: &[Pitch]) -> f64 {
    super::super::median(points.iter().map(cents).collect()).unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::super::truth::{hum, sung, with_noise};
    use super::*;
    use crate::units::Frames;

    const RATE: SampleRate = SampleRate::STUDIO;

    fn vibrato(cents: f64) -> impl Fn(f64) -> f64 {
        move |t| cents * (std::f64::consts::TAU * 5.0 * t).sin()
    }

    #[test]
    fn a_vibrato_reads_its_own_spread() {
        for wide in [0.0, 20.0, 40.0, 70.0] {
            let sd = pitch_sd_cents(&sung(220.0, vibrato(wide), 3.0, RATE)).unwrap();
            let truth = wide / 2f64.sqrt();
            let off = (f64::from(sd) - truth).abs();
            assert!(off < 1.0 + 0.05 * truth, "±{wide} cents read {sd}");
        }
    }

    #[test]
    fn noise_adds_little_to_the_spread() {
        let noisy = with_noise(&sung(196.0, vibrato(30.0), 3.0, RATE), 20.0, 8);
        let sd = pitch_sd_cents(&noisy).unwrap();
        assert!((sd - 21.2).abs() < 2.5, "{sd}");
    }

    #[test]
    fn a_slow_slide_is_one_note_and_a_step_is_two() {
        // 100 cents down in four seconds: of the middle 80 %, the spread of an even slide.
        let slide = pitch_sd_cents(&sung(220.0, |t| -25.0 * t, 4.0, RATE)).unwrap();
        assert!(
            (f64::from(slide) - 80.0 / 12f64.sqrt()).abs() < 2.0,
            "{slide}"
        );
        let step = |t: f64| if t < 2.0 { 0.0 } else { 200.0 };
        let sd = pitch_sd_cents(&sung(220.0, step, 4.0, RATE)).unwrap();
        assert!(sd < 2.0, "two steady notes are steady: {sd}");
    }

    #[test]
    fn short_notes_are_not_held() {
        assert_eq!(pitch_sd_cents(&hum(220.0, 1.2, RATE)), None);
        let silence = Audio::silence(RATE, 1, Frames(48_000));
        assert_eq!(pitch_sd_cents(&silence), None);
    }

    #[test]
    fn six_hums_a_minute_are_six_breaths() {
        let one = hum(150.0, 7.0, RATE).channel(0).to_vec();
        let mut samples = Vec::new();
        for _ in 0..4 {
            samples.extend_from_slice(&one);
            samples.resize(samples.len().next_multiple_of(480_000), 0.0);
        }
        let breaths = breaths_per_minute(&Audio::mono(RATE, samples)).unwrap();
        assert!((breaths - 6.0).abs() < 0.05, "{breaths}");
        assert_eq!(breaths_per_minute(&hum(150.0, 5.0, RATE)), None);
    }
}

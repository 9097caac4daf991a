//! The pitch of a voice through time: one point about every 10 ms.

use super::mcleod::Finder;
use crate::audio::Audio;
use crate::units::Frames;

/// How alike two neighbouring periods must be to count as a note, 0…1. Breath and rustle lie below
/// 0.6, a soft hum above 0.9.
const CLEAR: f32 = 0.85;
/// A window this far under the loudest one, or under full scale, is not somebody singing.
const QUIETER_DB: f32 = 35.0;
const QUIETEST_DBFS: f32 = -60.0;
/// Long enough for three periods of the lowest voice, in seconds.
const WINDOW_SECONDS: f32 = 0.04;
/// A slip of the method into another octave is shorter than this; a voice that leaps stays there.
const SLIP_SECONDS: f64 = 0.06;

/// One voiced moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pitch {
    /// The middle of the window it was read from.
    pub at: Frames,
    /// 60 to 1100 Hz.
    pub hz: f32,
    /// How alike neighbouring periods are, 0.85…1: the confidence that somebody sings here.
    pub clarity: f32,
    /// The level of the window, in dBFS (root mean square; a full-scale sine is −3).
    pub level_dbfs: f32,
}

/// Everything voiced, in order, [`step`] apart where the voice goes on. Both channels are mixed.
///
/// Every point within 3 cents on clean tones from 80 to 1000 Hz, 20 cents at 20 dB over white noise.
pub fn pitch_track(audio: &Audio) -> Vec<Pitch> {
    let mono = audio.mixed_to_mono();
    let samples = mono.channel(0);
    let (window, hop) = (window(audio), step(audio).0 as usize);
    let levels: Vec<f32> = samples.windows(window).step_by(hop).map(level_db).collect();
    let loudest = levels.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let floor = (loudest - QUIETER_DB).max(QUIETEST_DBFS);
    let mut finder = Finder::new(window, audio.rate().hz() as f32);
    let mut track: Vec<Pitch> = samples
        .windows(window)
        .step_by(hop)
        .zip(levels)
        .enumerate()
        .filter(|(_, (_, level))| *level > floor)
        .filter_map(|(i, (frame, level_dbfs))| {
            let (hz, clarity) = finder.pitch(frame)?;
            (clarity >= CLEAR).then_some(Pitch {
                at: Frames((i * hop + window / 2) as u64),
                hz,
                clarity,
                level_dbfs,
            })
        })
        .collect();
    fold_slips(&mut track, audio);
    track
}

/// From one point of a track to the next.
pub fn step(audio: &Audio) -> Frames {
    Frames((window(audio) / 4) as u64)
}

fn window(audio: &Audio) -> usize {
    ((audio.rate().hz() as f32 * WINDOW_SECONDS) as usize).next_power_of_two()
}

fn level_db(frame: &[f32]) -> f32 {
    let mean = frame.iter().map(|sample| sample * sample).sum::<f32>() / frame.len() as f32;
    10.0 * mean.log10()
}

/// Brings back into its octave what is an octave away from both its neighbours for a moment.
fn fold_slips(track: &mut [Pitch], audio: &Audio) {
    let longest = (SLIP_SECONDS * f64::from(audio.rate().hz())) as u64;
    let mut from = 1;
    while from < track.len() {
        let octaves = octaves_between(track[from - 1].hz, track[from].hz);
        if octaves == 0 {
            from += 1;
            continue;
        }
        let before = track[from - 1].hz;
        let back = track[from..]
            .iter()
            .take_while(|point| point.at.0 - track[from].at.0 <= longest)
            .position(|point| octaves_between(before, point.hz) == 0);
        let until = back.map_or(from, |back| from + back);
        for point in &mut track[from..until] {
            point.hz /= 2f32.powi(octaves_between(before, point.hz));
        }
        from = until.max(from + 1);
    }
}

/// Whole octaves from one to the other, when they are the same note otherwise.
fn octaves_between(from: f32, to: f32) -> i32 {
    let octaves = (to / from).log2();
    let whole = octaves.round();
    if (octaves - whole).abs() < 0.08 {
        whole as i32
    } else {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::super::truth::{hum, with_noise};
    use super::*;
    use crate::units::SampleRate;

    fn cents(hz: f32, truth: f64) -> f64 {
        1200.0 * (f64::from(hz) / truth).log2()
    }

    /// The worst point of the track in cents, after its first and last 100 ms.
    fn worst(audio: &Audio, truth: f64) -> f64 {
        let track = pitch_track(audio);
        let skip = (0.1 * f64::from(audio.rate().hz())) as u64;
        let inner = track
            .iter()
            .filter(|p| p.at.0 > skip && p.at.0 + skip < audio.frames().0);
        let errors: Vec<f64> = inner.map(|p| cents(p.hz, truth).abs()).collect();
        let expected = (audio.frames().0 - 2 * skip) / step(audio).0;
        assert!(
            errors.len() as u64 + 2 >= expected * 95 / 100,
            "{truth} Hz: only {} of {expected} points are voiced",
            errors.len()
        );
        errors.into_iter().fold(0.0, f64::max)
    }

    #[test]
    fn every_semitone_from_80_to_1000_hz_is_in_its_octave() {
        for rate in [44_100, 48_000] {
            let rate = SampleRate::new(rate).unwrap();
            for semitone in 0..44 {
                let hz = 80.0 * 2f64.powf(f64::from(semitone) / 12.0);
                let off = worst(&hum(hz, 0.5, rate), hz);
                assert!(
                    off < 3.0,
                    "{hz:.1} Hz at {} read {off:.1} cents off",
                    rate.hz()
                );
            }
        }
    }

    #[test]
    fn a_hum_in_a_noisy_room_is_in_its_octave() {
        for semitone in 0..44 {
            let hz = 80.0 * 2f64.powf(f64::from(semitone) / 12.0);
            let off = worst(&with_noise(&hum(hz, 0.5, SampleRate::STUDIO), 20.0, 5), hz);
            assert!(off < 20.0, "{hz:.1} Hz read {off:.1} cents off");
        }
    }

    #[test]
    fn a_phone_that_hears_no_fundamental_reads_the_same_note() {
        // A phone's microphone and its filter leave little under 200 Hz: only overtones remain.
        for hz in [82.4, 98.0, 110.0, 130.8, 164.8] {
            let rate = SampleRate::STUDIO;
            let turn = std::f64::consts::TAU * hz / f64::from(rate.hz());
            let samples = (0..24_000).map(|i| {
                let overtone = |n: u32| {
                    let share = (hz * f64::from(n) / 300.0).powi(2).min(1.0);
                    share / f64::from(n) * (turn * f64::from(n * i) + f64::from(n * n)).sin()
                };
                (1..=12).map(overtone).sum::<f64>() as f32 * 0.3
            });
            let off = worst(&Audio::mono(rate, samples.collect()), hz);
            assert!(off < 5.0, "{hz} Hz read {off:.1} cents off");
        }
    }

    #[test]
    fn a_vibrato_is_followed() {
        let rate = SampleRate::STUDIO;
        let bend = |t: f64| 40.0 * (std::f64::consts::TAU * 5.5 * t).sin();
        let mut phase = 0.0;
        let samples = (0..96_000).map(|i| {
            let t = f64::from(i) / 48_000.0;
            phase += std::f64::consts::TAU * 220.0 * 2f64.powf(bend(t) / 1200.0) / 48_000.0;
            (0.3 * phase.sin() + 0.1 * (2.0 * phase).sin()) as f32
        });
        let track = pitch_track(&Audio::mono(rate, samples.collect()));
        assert!(track.len() > 170, "{} points", track.len());
        for point in &track {
            let truth = 220.0 * 2f64.powf(bend(point.at.seconds(rate)) / 1200.0);
            let off = cents(point.hz, truth);
            assert!(off.abs() < 8.0, "{off:.1} cents off at {:?}", point.at);
        }
    }

    #[test]
    fn a_slip_of_an_octave_is_folded_and_a_leap_of_one_is_not() {
        let audio = hum(220.0, 0.1, SampleRate::STUDIO);
        let at = |i: usize, hz| Pitch {
            at: Frames(i as u64 * step(&audio).0),
            hz,
            clarity: 0.9,
            level_dbfs: -20.0,
        };
        let track = |hz: &[f32]| -> Vec<Pitch> {
            hz.iter().enumerate().map(|(i, hz)| at(i, *hz)).collect()
        };
        let folded = |hz: &[f32]| -> Vec<f32> {
            let mut track = track(hz);
            fold_slips(&mut track, &audio);
            track.iter().map(|point| point.hz).collect()
        };
        assert_eq!(
            folded(&[220.0, 220.0, 110.5, 440.0, 220.0]),
            [220.0, 220.0, 221.0, 220.0, 220.0]
        );
        let leap = [[220.0; 5], [440.0; 5]].concat();
        let mut long = leap.clone();
        long.extend([440.0; 10]);
        assert_eq!(folded(&long), long);
    }
}

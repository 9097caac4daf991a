//! Loudness as people hear it: ITU-R BS.1770, through the `ebur128` crate.
//!
//! One-channel sound is measured as it is heard, from both speakers. Checked against the signals
//! of EBU Tech 3341 (loudness, true peak) and Tech 3342 (range) that are plain tones.

use ebur128::{Channel, EbuR128, Mode};

use crate::audio::Audio;

/// How loud a whole piece is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Loudness {
    /// Gated over the whole length, in LUFS; minus infinity for silence.
    pub integrated_lufs: f64,
    /// The highest point the wave reaches between the samples too, in dBTP.
    pub true_peak_dbtp: f64,
}

/// Below this nothing sounds, in LUFS: the absolute gate of BS.1770.
const GATE_LUFS: f64 = -70.0;

/// Integrated loudness and true peak.
pub fn loudness(audio: &Audio) -> Loudness {
    let meter = measured(audio, Mode::I | Mode::TRUE_PEAK);
    said(meter.as_ref(), audio.channel_count())
}

/// What a meter of `channels` channels says of all it has heard.
pub(crate) fn said(meter: Option<&EbuR128>, channels: usize) -> Loudness {
    let peak = (0..channels as u32)
        .filter_map(|index| meter?.true_peak(index).ok())
        .fold(0.0, f64::max);
    Loudness {
        integrated_lufs: integrated(meter),
        true_peak_dbtp: 20.0 * peak.log10(),
    }
}

/// Integrated loudness alone, in LUFS, which takes a fifth of the time.
pub fn integrated_lufs(audio: &Audio) -> f64 {
    integrated(measured(audio, Mode::I).as_ref())
}

/// How much louder `lead` is than `rest` where `lead` sounds, in LU: the median over windows of
/// three seconds. `None` if the two never sound together.
pub fn balance_lu(lead: &Audio, rest: &Audio) -> Option<f32> {
    let (lead, rest) = (short_term(lead), short_term(rest));
    let loudest = lead.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut differences: Vec<f64> = lead
        .iter()
        .zip(&rest)
        // A lead 20 LU under its own best is resting, not playing softly.
        .filter(|(lead, rest)| **lead > GATE_LUFS && **rest > GATE_LUFS && **lead > loudest - 20.0)
        .map(|(lead, rest)| lead - rest)
        .collect();
    differences.sort_by(f64::total_cmp);
    differences
        .get(differences.len() / 2)
        .map(|median| *median as f32)
}

/// How loudness moves through a piece.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dynamics {
    /// The loudest 0.4 s, in LUFS.
    pub momentary_max_lufs: f64,
    /// The loudest three seconds, in LUFS.
    pub short_term_max_lufs: f64,
    /// Loudness range (LRA), in LU: from the quiet to the loud parts, without the extremes.
    pub range_lu: f64,
    /// True peak over the loudest three seconds, in dB: under 8 a mix sounds squashed.
    pub peak_to_short_term_db: f64,
}

/// How loudness moves through a piece. `None` for silence, and for less than three seconds.
pub fn dynamics(audio: &Audio) -> Option<Dynamics> {
    let highest = |series: Vec<f64>| series.into_iter().fold(f64::NEG_INFINITY, f64::max);
    // A series begins where its window is full: before that, silence would count.
    let short_term_max_lufs = highest(short_term(audio).into_iter().skip(29).collect());
    if !short_term_max_lufs.is_finite() {
        return None;
    }
    Some(Dynamics {
        momentary_max_lufs: highest(momentary(audio).into_iter().skip(3).collect()),
        short_term_max_lufs,
        range_lu: measured(audio, Mode::LRA)?.loudness_range().ok()?,
        peak_to_short_term_db: loudness(audio).true_peak_dbtp - short_term_max_lufs,
    })
}

/// Loudness of the last 0.4 s, in LUFS, ten times a second; the first at 0.1 s.
pub fn momentary(audio: &Audio) -> Vec<f64> {
    series(audio, Mode::M, EbuR128::loudness_momentary)
}

/// Loudness of the last three seconds, in LUFS, ten times a second; the first at 0.1 s.
pub fn short_term(audio: &Audio) -> Vec<f64> {
    series(audio, Mode::S, EbuR128::loudness_shortterm)
}

fn series(
    audio: &Audio,
    mode: Mode,
    read: impl Fn(&EbuR128) -> Result<f64, ebur128::Error>,
) -> Vec<f64> {
    let Some(mut meter) = meter(audio, mode) else {
        return Vec::new();
    };
    let step = (audio.rate().hz() as usize / 10).max(1);
    let (left, right) = (audio.channel(0), audio.channel(1));
    let mut heard = Vec::new();
    for (left, right) in left.chunks(step).zip(right.chunks(step)) {
        let both = [left, right];
        if meter
            .add_frames_planar_f32(&both[..audio.channel_count()])
            .is_ok()
        {
            heard.extend(read(&meter));
        }
    }
    heard
}

fn integrated(meter: Option<&EbuR128>) -> f64 {
    meter
        .and_then(|meter| meter.loudness_global().ok())
        .unwrap_or(f64::NEG_INFINITY)
}

fn measured(audio: &Audio, mode: Mode) -> Option<EbuR128> {
    let mut meter = meter(audio, mode)?;
    let both = [audio.channel(0), audio.channel(1)];
    meter
        .add_frames_planar_f32(&both[..audio.channel_count()])
        .ok()?;
    Some(meter)
}

/// A meter for sound like this; `None` for rates nobody records at.
pub(crate) fn meter(audio: &Audio, mode: Mode) -> Option<EbuR128> {
    let mut meter = EbuR128::new(audio.channel_count() as u32, audio.rate().hz(), mode).ok()?;
    if audio.channel_count() == 1 {
        meter.set_channel(0, Channel::DualMono).ok()?;
    }
    Some(meter)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{Frames, SampleRate};

    fn sine(hz: f64, db: f64, seconds: usize) -> Vec<f32> {
        let amplitude = 10f64.powf(db / 20.0);
        let turn = std::f64::consts::TAU * hz / 48_000.0;
        (0..48_000 * seconds)
            .map(|i| (amplitude * (turn * i as f64).sin()) as f32)
            .collect()
    }

    #[test]
    fn the_standard_s_test_tone_reads_what_the_standard_says() {
        let tone = sine(997.0, -23.0, 20);
        let stereo = Audio::stereo(SampleRate::STUDIO, tone.clone(), tone.clone());
        let heard = loudness(&stereo);
        assert!((heard.integrated_lufs + 23.0).abs() < 0.1, "{heard:?}");
        assert!((heard.true_peak_dbtp + 23.0).abs() < 0.2, "{heard:?}");
        let mono = Audio::mono(SampleRate::STUDIO, tone);
        assert!((integrated_lufs(&mono) - heard.integrated_lufs).abs() < 1e-6);
    }

    /// Tones of 1 kHz on both sides, each at its dBFS for its seconds: EBU's test signals.
    fn tones(parts: &[(f64, f64)]) -> Audio {
        let turn = std::f64::consts::TAU * 1_000.0 / 48_000.0;
        let levels = parts.iter().flat_map(|(db, seconds)| {
            let frames = (seconds * 48_000.0).round() as usize;
            std::iter::repeat_n(10f64.powf(db / 20.0), frames)
        });
        let samples: Vec<f32> = levels
            .enumerate()
            .map(|(i, amplitude)| (amplitude * (turn * i as f64).sin()) as f32)
            .collect();
        Audio::stereo(SampleRate::STUDIO, samples.clone(), samples)
    }

    #[test]
    fn integrated_loudness_is_what_tech_3341_says() {
        for (case, parts, lufs) in [
            (1, &[(-23.0, 20.0)][..], -23.0),
            (2, &[(-33.0, 20.0)], -33.0),
            (3, &[(-36.0, 10.0), (-23.0, 60.0), (-36.0, 10.0)], -23.0),
            (
                4,
                &[
                    (-72.0, 10.0),
                    (-36.0, 10.0),
                    (-23.0, 60.0),
                    (-36.0, 10.0),
                    (-72.0, 10.0),
                ],
                -23.0,
            ),
            (5, &[(-26.0, 20.0), (-20.0, 20.1), (-26.0, 20.0)], -23.0),
        ] {
            let read = integrated_lufs(&tones(parts));
            assert!((read - lufs).abs() <= 0.1, "case {case} reads {read}");
        }
    }

    #[test]
    fn short_term_and_momentary_loudness_are_what_tech_3341_says() {
        // Cases 9 and 12: at every moment after the first window, −23.
        let nine = tones(&[[(-20.0, 1.34), (-30.0, 1.66)]; 5].concat());
        for read in &short_term(&nine)[30..] {
            assert!((read + 23.0).abs() <= 0.1, "{read}");
        }
        let twelve = tones(&[[(-20.0, 0.18), (-30.0, 0.22)]; 25].concat());
        for read in &momentary(&twelve)[10..] {
            assert!((read + 23.0).abs() <= 0.1, "{read}");
        }
        let dynamics = dynamics(&nine).unwrap();
        assert!(
            (dynamics.short_term_max_lufs + 23.0).abs() <= 0.1,
            "{dynamics:?}"
        );
        assert!(
            (dynamics.momentary_max_lufs + 20.0).abs() <= 0.1,
            "{dynamics:?}"
        );
        // The peak of the louder tone, −20, beside −23.
        assert!(
            (dynamics.peak_to_short_term_db - 3.0).abs() <= 0.3,
            "{dynamics:?}"
        );
    }

    #[test]
    fn true_peak_lies_between_the_samples_as_tech_3341_says() {
        // Cases 15 and 16: a quarter of the rate, half scale; at 45° no sample reaches the top.
        for degrees in [0.0f64, 45.0] {
            let samples = (0..48_000).map(|i| {
                let phase = std::f64::consts::FRAC_PI_2 * f64::from(i) + degrees.to_radians();
                (0.5 * phase.sin()) as f32
            });
            let tone = Audio::mono(SampleRate::STUDIO, samples.collect());
            let read = loudness(&tone).true_peak_dbtp;
            assert!((-6.4..=-5.8).contains(&read), "{read} at {degrees}°");
        }
    }

    #[test]
    fn loudness_range_is_what_tech_3342_says() {
        for (case, levels, lu) in [
            (1, &[-20.0, -30.0][..], 10.0),
            (2, &[-20.0, -15.0], 5.0),
            (3, &[-40.0, -20.0], 20.0),
            (4, &[-50.0, -35.0, -20.0, -35.0, -50.0], 15.0),
        ] {
            let parts: Vec<(f64, f64)> = levels.iter().map(|db| (*db, 20.0)).collect();
            let read = dynamics(&tones(&parts)).unwrap().range_lu;
            assert!((read - lu).abs() <= 1.0, "case {case} reads {read}");
        }
    }

    #[test]
    fn what_is_too_short_or_silent_has_no_dynamics() {
        assert_eq!(dynamics(&tones(&[(-20.0, 2.9)])), None);
        assert_eq!(
            dynamics(&Audio::silence(SampleRate::STUDIO, 1, Frames(480_000))),
            None
        );
    }

    #[test]
    fn silence_and_nothing_at_all_are_infinitely_quiet() {
        for frames in [0, 48_000] {
            let silence = Audio::silence(SampleRate::STUDIO, 1, Frames(frames));
            assert_eq!(loudness(&silence).integrated_lufs, f64::NEG_INFINITY);
            assert_eq!(loudness(&silence).true_peak_dbtp, f64::NEG_INFINITY);
        }
    }

    #[test]
    fn a_tune_six_db_over_its_band_leads_by_six() {
        let band = Audio::mono(SampleRate::STUDIO, sine(500.0, -30.0, 12));
        // Six seconds of tune, then six of rest: the rest does not count against it.
        let mut tune = sine(500.0, -24.0, 6);
        tune.resize(48_000 * 12, 0.0);
        let tune = Audio::mono(SampleRate::STUDIO, tune);
        let lead = balance_lu(&tune, &band).unwrap();
        assert!((lead - 6.0).abs() < 1.0, "{lead}");
    }

    #[test]
    fn there_is_no_balance_with_silence() {
        let band = Audio::mono(SampleRate::STUDIO, sine(500.0, -30.0, 4));
        let silence = Audio::silence(SampleRate::STUDIO, 1, Frames(4 * 48_000));
        assert_eq!(balance_lu(&silence, &band), None);
        assert_eq!(balance_lu(&band, &silence), None);
    }
}

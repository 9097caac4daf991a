//! Loudness as people hear it: ITU-R BS.1770, through the `ebur128` crate.
//!
//! One-channel sound is measured as it is heard, from both speakers.

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

/// Loudness of the last three seconds, ten times a second.
fn short_term(audio: &Audio) -> Vec<f64> {
    let Some(mut meter) = meter(audio, Mode::S) else {
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
            heard.extend(meter.loudness_shortterm());
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

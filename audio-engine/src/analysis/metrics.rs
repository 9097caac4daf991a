//! Figures about a take or a mix, by the names exercises use.
//!
//! An exercise asks for `timing_sd_ms`; the app gives what it has (the take, its beats, the note
//! that was asked for, the mix around it), and [`Metric::of`] says what it comes to, or that it
//! cannot be said. Nothing is guessed: too few taps, no rest to hear the room in, no guide, and
//! the answer is `None`.

use super::{
    Beats, balance_lu, breaths_per_minute, dynamics, gain_reduction_db, level, loudness, mono_safe,
    onset_align_ms, onsets, pitch_error_cents, pitch_sd_cents, snr_db, tapped_bpm,
    tempo_drift_percent, timing, voiced_seconds,
};
use crate::audio::Audio;

/// What a figure is worked out from. What is not known stays `None`.
#[derive(Debug, Clone, Copy)]
pub struct Material<'a> {
    /// The take as it was placed, the mix, or the lead of a mix.
    pub sound: &'a Audio,
    /// The beats it was played to.
    pub beats: Option<Beats>,
    /// The note that was asked for, in Hz; any octave of it is right.
    pub target_hz: Option<f32>,
    /// Everything but the lead.
    pub rest: Option<&'a Audio>,
    /// What a double was sung to.
    pub guide: Option<&'a Audio>,
    /// The same sound before compression.
    pub before: Option<&'a Audio>,
}

impl<'a> Material<'a> {
    /// Only the sound.
    pub fn of(sound: &'a Audio) -> Material<'a> {
        Material {
            sound,
            beats: None,
            target_hz: None,
            rest: None,
            guide: None,
            before: None,
        }
    }
}

/// A figure that can be worked out from sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Metric {
    /// Spread of taps about their beats, in ms.
    TimingSd,
    /// How late taps lie, in ms; negative is early.
    TimingBias,
    /// How far the tempo strays over eight bars without a click, in percent, 0 or more.
    TempoHold,
    /// The tempo somebody taps in, in bpm.
    TempoPreferred,
    /// How far held notes stray about themselves, in cents.
    PitchSd,
    /// How far the singing is from its note, in cents, 0…600.
    PitchError,
    /// For how long somebody hummed, in seconds.
    HumSeconds,
    /// The highest sample, in dBFS.
    Peak,
    /// Samples at full scale; none is right.
    Clipping,
    /// The voice above its room, in dB.
    Snr,
    /// Between a double's beginnings and its guide's, in ms, 0 or more.
    OnsetAlign,
    /// The lead over the rest, in LU.
    Balance,
    /// What a compressor held back at most, in dB, 0 or more.
    GainReduction,
    /// Peak over root mean square, in dB.
    Crest,
    /// Loudness range, in LU.
    LoudnessRange,
    /// Likeness of left and right, −1…+1.
    MonoSafe,
    /// Integrated loudness, in LUFS.
    TrackLoudness,
    /// The highest point of the wave, in dBTP.
    TruePeak,
    /// Breaths a minute, guessed from the hums. To be shown at once and never kept.
    BreathRate,
}

impl Metric {
    /// Every figure there is, with its name.
    pub const ALL: [(Metric, &'static str); 19] = [
        (Metric::TimingSd, "timing_sd_ms"),
        (Metric::TimingBias, "timing_bias_ms"),
        (Metric::TempoHold, "tempo_hold"),
        (Metric::TempoPreferred, "tempo_pref_bpm"),
        (Metric::PitchSd, "pitch_sd_cents"),
        (Metric::PitchError, "pitch_err_cents"),
        (Metric::HumSeconds, "hum_secs"),
        (Metric::Peak, "peak_dbfs"),
        (Metric::Clipping, "clipping"),
        (Metric::Snr, "snr_db"),
        (Metric::OnsetAlign, "onset_align_ms"),
        (Metric::Balance, "balance_lu"),
        (Metric::GainReduction, "gain_reduction_db"),
        (Metric::Crest, "crest"),
        (Metric::LoudnessRange, "LRA"),
        (Metric::MonoSafe, "mono_safe"),
        (Metric::TrackLoudness, "track_lufs"),
        (Metric::TruePeak, "true_peak"),
        (Metric::BreathRate, "breath_rate_est"),
    ];

    /// The figure of that name.
    pub fn named(name: &str) -> Option<Metric> {
        let found = Self::ALL.iter().find(|(_, known)| *known == name);
        found.map(|(metric, _)| *metric)
    }

    /// The name exercises know it by.
    pub fn name(self) -> &'static str {
        let found = Self::ALL.iter().find(|(metric, _)| *metric == self);
        found.map_or("", |(_, name)| name)
    }

    /// Works it out. `None` if the material does not say: something is missing, too short, silent,
    /// or there was too little of it. Always a finite number.
    pub fn of(self, material: &Material) -> Option<f64> {
        let sound = material.sound;
        let heard = || onsets(sound);
        let value = match self {
            Metric::TimingSd => timing(&heard(), material.beats?)?.sd_ms,
            Metric::TimingBias => timing(&heard(), material.beats?)?.bias_ms,
            Metric::TempoHold => tempo_drift_percent(&heard(), material.beats?)?.abs(),
            Metric::TempoPreferred => tapped_bpm(&heard(), sound.rate())?,
            Metric::PitchSd => f64::from(pitch_sd_cents(sound)?),
            Metric::PitchError => f64::from(pitch_error_cents(sound, material.target_hz?)?),
            Metric::HumSeconds => voiced_seconds(sound),
            Metric::Peak => f64::from(level(sound).peak_dbfs),
            Metric::Clipping => level(sound).clipped_samples as f64,
            Metric::Snr => f64::from(snr_db(sound)?),
            Metric::OnsetAlign => onset_align_ms(&heard(), &onsets(material.guide?), sound.rate())?,
            Metric::Balance => f64::from(balance_lu(sound, material.rest?)?),
            Metric::GainReduction => f64::from(gain_reduction_db(material.before?, sound)?),
            Metric::Crest => f64::from(level(sound).crest_db()),
            Metric::LoudnessRange => dynamics(sound)?.range_lu,
            Metric::MonoSafe => f64::from(mono_safe(sound)?),
            Metric::TrackLoudness => loudness(sound).integrated_lufs,
            Metric::TruePeak => loudness(sound).true_peak_dbtp,
            Metric::BreathRate => f64::from(breaths_per_minute(sound)?),
        };
        value.is_finite().then_some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::super::truth::{Kind, played, with_hiss};
    use super::*;
    use crate::units::{Frames, Grid, SampleRate, Tempo};

    const RATE: SampleRate = SampleRate::STUDIO;

    /// Outcomes that are counted by the app or told by the person, not heard.
    const NOT_SOUND: [&str; 26] = [
        "finish",
        "comp_1",
        "tension_delta",
        "felt_expressed",
        "valence_delta",
        "flow_1",
        "edits_n",
        "choice",
        "takes_n",
        "words_n",
        "arousal_delta",
        "layers_n",
        "notes_n",
        "cue_used",
        "arrange_sections",
        "kind_rating",
        "pacer_secs",
        "breath_period_s",
        "ease",
        "tempo_choice_bpm",
        "hits_n",
        "pan_hits",
        "eq_hits",
        "comp_hits",
        "map_a",
        "map_b",
    ];

    #[test]
    fn every_outcome_an_exercise_names_is_known_or_is_not_sound() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../content/exercises");
        let mut outcomes = 0;
        for file in std::fs::read_dir(folder).unwrap() {
            let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
            let (_, list) = text.split_once("\"outcomes\": [").unwrap();
            let (list, _) = list.split_once(']').unwrap();
            for name in list.split(',').map(|name| name.trim().trim_matches('"')) {
                outcomes += 1;
                assert!(
                    Metric::named(name).is_some() != NOT_SOUND.contains(&name),
                    "nobody knows `{name}`"
                );
            }
        }
        assert!(outcomes >= 7, "only {outcomes} outcomes were found");
    }

    #[test]
    fn every_figure_has_a_name_of_its_own() {
        for (metric, name) in Metric::ALL {
            assert_eq!(Metric::named(name), Some(metric));
            assert_eq!(metric.name(), name);
        }
        assert_eq!(Metric::named("pan_hits"), None);
    }

    #[test]
    fn a_take_of_taps_gives_the_figures_its_exercise_asks_for() {
        let grid = Grid {
            rate: RATE,
            tempo: Tempo::BREATHING,
            beats_per_bar: 4,
        };
        // A tap a beat for eight bars, one in two 20 ms late.
        let times: Vec<f64> = (1..=33)
            .map(|i| f64::from(i) + 0.02 * f64::from(i % 2))
            .collect();
        let take = with_hiss(&played(Kind::Tap, &times, 35.0, RATE, 3), -60.0, 3);
        let material = Material {
            beats: Some(Beats::of(grid, Frames::ZERO)),
            ..Material::of(&take)
        };
        let figure = |name| Metric::named(name).unwrap().of(&material).unwrap();
        assert!(
            (figure("timing_sd_ms") - 10.0).abs() < 2.0,
            "{}",
            figure("timing_sd_ms")
        );
        assert!((0.0..=21.0).contains(&figure("timing_bias_ms")));
        assert!(figure("tempo_hold") < 1.5, "{}", figure("tempo_hold"));
        assert!((figure("tempo_pref_bpm") - 60.0).abs() < 1.5);
        assert!((-12.0..-5.0).contains(&figure("peak_dbfs")));
        assert_eq!(figure("clipping"), 0.0);
        for needs_more in [
            "pitch_err_cents",
            "balance_lu",
            "onset_align_ms",
            "gain_reduction_db",
        ] {
            assert_eq!(Metric::named(needs_more).unwrap().of(&material), None);
        }
    }

    #[test]
    fn nothing_is_said_about_silence_or_nothing() {
        for frames in [0, 1, 96_000] {
            let silence = Audio::silence(RATE, 2, Frames(frames));
            let grid = Grid {
                rate: RATE,
                tempo: Tempo::BREATHING,
                beats_per_bar: 4,
            };
            let material = Material {
                beats: Some(Beats::of(grid, Frames::ZERO)),
                target_hz: Some(220.0),
                rest: Some(&silence),
                guide: Some(&silence),
                before: Some(&silence),
                ..Material::of(&silence)
            };
            for (metric, name) in Metric::ALL {
                let said = metric.of(&material);
                let harmless = matches!(
                    metric,
                    Metric::HumSeconds | Metric::Clipping | Metric::Crest
                );
                assert_eq!(said, harmless.then_some(0.0), "{name} of {frames} frames");
            }
        }
    }
}

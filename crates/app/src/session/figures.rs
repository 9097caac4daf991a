//! Figures for the person alone: worked out on a thread, kept when they are there, never shown
//! unasked.

use std::sync::Arc;

use audio_engine::analysis::{self, Beats};
use audio_engine::audio::Audio;
use practice::exercise::Metric;
use store::{SessionId, Store};

use crate::job::{Job, Progress};

/// Never kept: how somebody breathes is looked at in the moment or not at all.
const NOT_KEPT: &str = "breath_rate_est";

/// What a figure is worked out from.
#[derive(Debug, Clone)]
pub struct Material {
    /// The take, as it was placed.
    pub sound: Arc<Audio>,
    /// The beats it was played to.
    pub beats: Option<Beats>,
    /// The note that was asked for, in Hz.
    pub target_hz: Option<f32>,
    /// The take it was sung to.
    pub guide: Option<Arc<Audio>>,
}

/// Name and value.
type Figure = (&'static str, f64);

/// The figures that are being worked out.
#[derive(Debug, Default)]
pub struct Figures {
    working: Vec<Job<Vec<Figure>>>,
}

impl Figures {
    /// Begins to work out `metrics`; `at_once` has them before it returns, for virtual time.
    pub fn ask(&mut self, metrics: Vec<Metric>, material: Material, at_once: bool) {
        let job = Job::start("figures", move || work_out(&metrics, &material));
        let job = match at_once {
            true => Job::done(job.wait().unwrap_or_default()),
            false => job,
        };
        self.working.push(job);
    }

    /// Keeps what is there by now.
    pub fn collect(&mut self, session: SessionId, store: &mut Store) {
        self.working.retain_mut(|job| match job.poll() {
            Progress::Working => true,
            Progress::Lost => false,
            Progress::Done(figures) => {
                for (name, value) in figures {
                    keep(session, name, value, store);
                }
                false
            }
        });
    }
}

/// Writes a figure down. A session does not end because a figure could not be written.
pub fn keep(session: SessionId, name: &str, value: f64, store: &mut Store) {
    if let Err(error) = store.save_metric(session, name, value) {
        log::warn!("a figure was not written: {error}");
    }
}

fn work_out(metrics: &[Metric], material: &Material) -> Vec<Figure> {
    let given = analysis::Material {
        beats: material.beats,
        target_hz: material.target_hz,
        guide: material.guide.as_deref(),
        ..analysis::Material::of(&material.sound)
    };
    metrics
        .iter()
        .map(|metric| metric.id())
        .filter(|name| *name != NOT_KEPT)
        .filter_map(|name| Some((name, analysis::Metric::named(name)?.of(&given)?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use audio_engine::units::{Frames, SampleRate};

    #[test]
    fn the_engine_can_work_out_every_figure_an_exercise_may_ask_for() {
        for metric in Metric::ALL {
            let name = metric.id();
            assert!(
                analysis::Metric::named(name).is_some(),
                "nobody measures `{name}`"
            );
        }
        assert_eq!(Metric::ALL.len(), analysis::Metric::ALL.len());
    }

    #[test]
    fn how_somebody_breathes_is_not_written_down() {
        let hums = (0..96_000 * 4).map(|i| {
            let is_sung = i % 96_000 < 72_000;
            if is_sung {
                0.3 * (i as f32 * 0.0288).sin()
            } else {
                0.0
            }
        });
        let material = Material {
            sound: Arc::new(Audio::mono(SampleRate::STUDIO, hums.collect())),
            beats: None,
            target_hz: Some(220.0),
            guide: None,
        };
        let given = analysis::Material::of(&material.sound);
        assert!(
            analysis::Metric::BreathRate.of(&given).is_some(),
            "it can be heard"
        );
        let names: Vec<&str> = work_out(&Metric::ALL, &material)
            .into_iter()
            .map(|(name, _)| name)
            .collect();
        assert!(names.contains(&"pitch_err_cents") && names.contains(&"hum_secs"));
        assert!(!names.contains(&NOT_KEPT));
    }

    #[test]
    fn silence_gives_no_figure_that_has_to_be_guessed() {
        let material = Material {
            sound: Arc::new(Audio::silence(SampleRate::STUDIO, 1, Frames(48_000))),
            beats: None,
            target_hz: None,
            guide: None,
        };
        let asked = ["pitch_err_cents", "timing_sd_ms"].map(|name| Metric::named(name).unwrap());
        assert_eq!(work_out(&asked, &material), []);
    }
}

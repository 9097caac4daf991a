//! A session on bars: which steps, at which tempo, in which key, and every sound they will need.

use std::collections::HashMap;
use std::sync::Arc;

use audio_engine::audio::Audio;
use audio_engine::sound;
use audio_engine::units::{Grid, SampleRate, Tempo};
use practice::exercise::{Action, Change, Exercise, KeyChoice, Step};

use crate::content;
use crate::ipc::Length;
use crate::piece::{Shelf, Source};

/// Where a person hums comfortably, until that is known.
const HOME_KEY: &str = "D";

/// The chosen version of an exercise, on its bars.
#[derive(Debug, Clone)]
pub struct Plan {
    pub grid: Grid,
    /// The name of the key, as in the exercise.
    pub key: String,
    pub steps: Vec<Step>,
}

impl Plan {
    /// At the engine's rate.
    #[must_use]
    pub fn of(exercise: &Exercise, length: Length, rate: SampleRate) -> Plan {
        let steps = match length {
            Length::Full => exercise.steps.clone(),
            Length::TwoMinutes => exercise.two_minutes.clone(),
        };
        let actions = || steps.iter().flat_map(|step| &step.actions);
        let tempo = actions().find_map(|action| match action {
            Action::Bed { tempo, .. } | Action::Grid { tempo, .. } => *tempo,
            Action::Stems { song, .. } => sound::song(song, rate).map(|song| song.grid.tempo),
            _ => None,
        });
        let key = actions().find_map(|action| match action {
            Action::Bed { key, .. } | Action::Grid { key: Some(key), .. } => Some(key.clone()),
            _ => None,
        });
        let grid = Grid {
            rate,
            tempo: tempo.unwrap_or(Tempo::BREATHING),
            beats_per_bar: 4,
        };
        Plan {
            grid,
            key: key_name(key),
            steps,
        }
    }

    /// How many bars a step takes: its seconds, to the nearest bar, and at least one.
    #[must_use]
    pub fn bars(&self, step: usize) -> u64 {
        let seconds = self
            .steps
            .get(step)
            .map_or(0.0, |step| f64::from(step.seconds));
        (seconds / self.grid.bar().seconds(self.grid.rate))
            .round()
            .max(1.0) as u64
    }

    /// Every action of every version.
    pub fn actions(&self) -> impl Iterator<Item = &Action> {
        self.steps.iter().flat_map(|step| {
            let versions = [&step.easier, &step.without_microphone]
                .into_iter()
                .flatten();
            let changed = versions.flat_map(|change| match change {
                Change::Instead { actions, .. } => actions.as_slice(),
                Change::Leave => &[],
            });
            step.actions.iter().chain(changed)
        })
    }

    /// Every prompt of every version.
    fn prompts(&self) -> impl Iterator<Item = &str> {
        self.steps.iter().flat_map(|step| {
            let versions = [&step.easier, &step.without_microphone]
                .into_iter()
                .flatten();
            let changed = versions.filter_map(|change| match change {
                Change::Instead { prompt, .. } => Some(prompt.as_str()),
                Change::Leave => None,
            });
            std::iter::once(step.prompt.as_str()).chain(changed)
        })
    }

    /// Renders and decodes everything this session can need. Slow; done on a job's thread while
    /// the person checks in.
    #[must_use]
    pub fn prepare(&self) -> Prepared {
        let mut shelf = Shelf::default();
        for source in self.actions().flat_map(|action| self.sources(action)) {
            shelf.get(&source, self.grid);
        }
        let spoken =
            |prompt: &str| Some((prompt.to_owned(), content::spoken(prompt, self.grid.rate)?));
        Prepared {
            shelf,
            cues: self.prompts().filter_map(spoken).collect(),
        }
    }

    /// The recipes an action plays from.
    #[must_use]
    pub fn sources(&self, action: &Action) -> Vec<Source> {
        let key = || self.key.clone();
        match action {
            Action::Bed { preset, .. } => {
                vec![Source::Bed {
                    preset: preset.clone(),
                    key: key(),
                    bars: BED_BARS,
                }]
            }
            Action::Grid {
                loops: Some(count), ..
            } => sound::grid_loops()
                .iter()
                .take(usize::from(*count))
                .map(|one| Source::Loop {
                    id: one.id.into(),
                    key: key(),
                })
                .collect(),
            Action::Stems { song, count } => sound::song(song, self.grid.rate)
                .map(|song| song.stems)
                .unwrap_or_default()
                .into_iter()
                .take(usize::from(*count))
                .map(|stem| Source::Stem {
                    song: song.clone(),
                    stem: stem.id.into(),
                })
                .collect(),
            Action::Note { bars, .. } => (0..sound::hum_notes().len())
                .map(|note| Source::Hum {
                    key: key(),
                    note,
                    bars: u64::from(*bars),
                })
                .collect(),
            _ => vec![],
        }
    }
}

/// How long a bed is before it comes round.
pub const BED_BARS: u64 = 8;

/// What a session plays from.
#[derive(Debug, Default)]
pub struct Prepared {
    pub shelf: Shelf,
    /// Spoken cues by their words.
    pub cues: HashMap<String, Arc<Audio>>,
}

fn key_name(choice: Option<KeyChoice>) -> String {
    match choice {
        Some(KeyChoice::Named(name)) => name,
        Some(KeyChoice::Auto) | None => HOME_KEY.into(),
    }
}

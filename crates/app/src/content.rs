//! The content that comes with the app: exercises, spoken cues, help lines.

use std::sync::Arc;

use audio_engine::audio::Audio;
use audio_engine::units::SampleRate;
use audio_engine::{files, sound};
use practice::exercise::{self, Exercise, ExerciseError, Vocabulary};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::ipc::{HelpCountry, HelpLine, HelpView, Ring};

mod embedded {
    include!(concat!(env!("OUT_DIR"), "/embedded.rs"));
}

const CATALOGUE: &str = include_str!("../../../content/catalogue.json");
const CRISIS_LINES: &str = include_str!("../../../content/crisis_lines.json");
const MOTIFS: &str = include_str!("../../../content/motifs.json");

/// A help number older than this says so.
const FRESH_DAYS: i32 = 180;

/// Everything that is read once when the app opens.
#[derive(Debug)]
pub struct Content {
    pub exercises: Vec<Exercise>,
    ids: Vec<String>,
    help: CrisisLines,
    motifs: serde_json::Map<String, serde_json::Value>,
}

/// Why the content that came with the app cannot be used; only a broken build has this.
#[derive(Debug, thiserror::Error)]
pub enum ContentError {
    #[error(transparent)]
    Exercise(#[from] ExerciseError),
    #[error("{file} cannot be read")]
    File {
        file: &'static str,
        source: serde_json::Error,
    },
}

#[derive(Deserialize)]
struct Catalogue {
    exercises: Vec<CatalogueEntry>,
}

#[derive(Deserialize)]
struct CatalogueEntry {
    id: String,
}

#[derive(Debug, Deserialize)]
struct CrisisLines {
    fallback_directory: String,
    lines: Vec<CrisisLine>,
}

#[derive(Debug, Deserialize)]
struct CrisisLine {
    cc: String,
    country: String,
    emergency: String,
    name: String,
    call: String,
    text: String,
    hours: String,
    cost: String,
    enabled: bool,
    /// The day a person last checked the number at the operator's own page.
    checked_on: Option<jiff::civil::Date>,
}

impl Content {
    /// Reads what was built in.
    ///
    /// # Errors
    /// A file that does not hold what it says; caught by a test before anyone is given a build.
    pub fn embedded() -> Result<Content, ContentError> {
        let read = |file, text| {
            move |source| {
                let _: &str = text;
                ContentError::File { file, source }
            }
        };
        let catalogue: Catalogue =
            serde_json::from_str(CATALOGUE).map_err(read("catalogue.json", CATALOGUE))?;
        let ids: Vec<String> = catalogue
            .exercises
            .into_iter()
            .map(|entry| entry.id)
            .collect();
        let mut content = Content {
            exercises: vec![],
            ids,
            help: serde_json::from_str(CRISIS_LINES)
                .map_err(read("crisis_lines.json", CRISIS_LINES))?,
            motifs: serde_json::from_str(MOTIFS).map_err(read("motifs.json", MOTIFS))?,
        };
        for (file, bytes) in embedded::EXERCISES {
            let exercise = content.read_exercise(file, &String::from_utf8_lossy(bytes))?;
            content.exercises.push(exercise);
        }
        Ok(content)
    }

    /// Reads an exercise file against everything this build knows.
    ///
    /// # Errors
    /// File, line and reason.
    pub fn read_exercise(&self, file: &str, text: &str) -> Result<Exercise, ExerciseError> {
        let ids: Vec<&str> = self.ids.iter().map(String::as_str).collect();
        exercise::read(
            file,
            text,
            &Vocabulary {
                sounds: sound::names(),
                exercises: &ids,
            },
        )
    }

    /// The exercise with this id.
    #[must_use]
    pub fn exercise(&self, id: &str) -> Option<&Exercise> {
        self.exercises.iter().find(|exercise| exercise.id == id)
    }

    /// The figure on an exercise's card: the bands of what it sounds like.
    #[must_use]
    pub fn motif(&self, exercise: &str) -> Ring {
        let motif = self.motifs.get(exercise).cloned();
        motif
            .and_then(|value| serde_json::from_value(value).ok())
            .unwrap_or_default()
    }

    /// The help card. A number that nobody has checked is not shown: the card then says "your
    /// local emergency number" and names the directory.
    #[must_use]
    pub fn help(&self, chosen: Option<String>, today: jiff::civil::Date) -> HelpView {
        let countries = self.help.lines.iter().map(|line| {
            let checked = line.checked_on.filter(|_| line.enabled);
            HelpCountry {
                code: line.cc.clone(),
                name: line.country.clone(),
                emergency: checked.map(|_| line.emergency.clone()),
                line: checked.map(|day| HelpLine {
                    name: line.name.clone(),
                    call: line.call.clone(),
                    text: Some(line.text.clone()).filter(|text| !text.is_empty()),
                    hours: line.hours.clone(),
                    cost: line.cost.clone(),
                    stale: (today - day).get_days() > FRESH_DAYS,
                }),
            }
        });
        HelpView {
            countries: countries.collect(),
            chosen,
            directory: self.help.fallback_directory.clone(),
        }
    }
}

/// The spoken form of a prompt, at `rate`; `None` if there is none, and the text has to do.
#[must_use]
pub fn spoken(prompt: &str, rate: SampleRate) -> Option<Arc<Audio>> {
    let name = cue_name(prompt);
    let (_, bytes) = embedded::VOICE
        .iter()
        .find(|(file, _)| file.strip_suffix(".ogg") == Some(&name))?;
    match files::decode_ogg(bytes) {
        Ok(cue) => Some(Arc::new(cue.resampled(rate))),
        Err(error) => {
            log::warn!("the spoken cue {name} cannot be read: {error}");
            None
        }
    }
}

/// A cue's file name: the first 16 hex digits of the SHA-256 of its words.
#[must_use]
pub fn cue_name(prompt: &str) -> String {
    let digest = Sha256::digest(prompt.as_bytes());
    digest
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use practice::exercise::{Change, Step};

    #[test]
    fn every_exercise_that_comes_with_the_app_can_be_played() {
        let content = Content::embedded().expect("the content is sound");
        let ids: Vec<&str> = content.exercises.iter().map(|e| e.id.as_str()).collect();
        assert_eq!(ids, ["lp01", "mx01", "vs02"]);
    }

    #[test]
    fn every_prompt_of_every_version_is_spoken() {
        let content = Content::embedded().expect("the content is sound");
        let prompts = |step: &Step| {
            let changed = [&step.easier, &step.without_microphone]
                .into_iter()
                .flatten();
            let changed = changed.filter_map(|change| match change {
                Change::Leave => None,
                Change::Instead { prompt, .. } => Some(prompt.clone()),
            });
            std::iter::once(step.prompt.clone())
                .chain(changed)
                .collect::<Vec<_>>()
        };
        for exercise in &content.exercises {
            for prompt in exercise
                .steps
                .iter()
                .chain(&exercise.two_minutes)
                .flat_map(prompts)
            {
                let cue = spoken(&prompt, SampleRate::STUDIO);
                let cue = cue.unwrap_or_else(|| {
                    panic!(
                        "{}: no cue says {prompt:?}; `cargo xtask voice` makes it",
                        exercise.id
                    )
                });
                let seconds = cue.frames().seconds(cue.rate());
                assert!(
                    (0.5..15.0).contains(&seconds),
                    "{prompt:?} takes {seconds} s to say"
                );
            }
        }
    }

    #[test]
    fn a_number_nobody_checked_is_not_shown() {
        let content = Content::embedded().expect("the content is sound");
        let help = content.help(None, jiff::civil::date(2026, 11, 23));
        assert!(!help.countries.is_empty());
        assert!(
            help.countries.iter().all(|country| country.line.is_none()),
            "none is checked yet"
        );
        assert!(help.directory.starts_with("https://"));
    }
}

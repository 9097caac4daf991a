//! An exercise: data, read once, checked whole.
//!
//! The file's schema is `exercise/2`. Each step has its words, its seconds and its actions, and may
//! say what becomes of it in the easier version or without a microphone; `two_minutes` is a list of
//! steps of its own.

mod action;
mod file;

pub use action::{Action, KeyChoice, Metric};
pub use file::{AVOIDED_WORDS, ExerciseError, read};

use crate::checkin::Quadrant;

/// What the rest of the app can do, for checking a file against.
#[derive(Debug, Clone, Copy)]
pub struct Vocabulary<'a> {
    /// Every sound, loop, kit and song there is.
    pub sounds: &'a [&'a str],
    /// Every exercise there is or will be, for prerequisites.
    pub exercises: &'a [&'a str],
}

/// One thing to practise.
#[derive(Debug, Clone, PartialEq)]
pub struct Exercise {
    pub id: String,
    pub title: String,
    /// One of the eight families, by id.
    pub family: String,
    /// 1 … 5.
    pub level: u8,
    /// Without the check-ins. A suggestion: nobody is told off for stopping early.
    pub minutes: u32,
    /// What it is for, in one sentence.
    pub goal: String,
    /// What it can be chosen for; the first is its main one.
    pub intents: Vec<Intent>,
    pub fit: Fit,
    /// 0 neutral, 1 touches feelings, 2 goes into them.
    pub depth: u8,
    /// Soft: the app brings material of its own where a person has none yet.
    pub prerequisites: Vec<String>,
    pub steps: Vec<Step>,
    /// The two-minute version.
    pub two_minutes: Vec<Step>,
    /// What *Easier* does, in words.
    pub easier: String,
    pub caution: String,
    pub flags: Vec<Flag>,
}

impl Exercise {
    /// Whether some step keeps the microphone.
    #[must_use]
    pub fn records(&self) -> bool {
        let mut actions = self.steps.iter().flat_map(|step| &step.actions);
        actions.any(|action| matches!(action, Action::Record { .. }))
    }
}

/// Why someone might do it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Intent {
    Calm,
    Lift,
    Express,
    Focus,
    Confidence,
}

/// How well it fits each quarter of the mood field, −1 … 2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fit {
    #[serde(rename = "TA")]
    pub tense: i8,
    #[serde(rename = "LT")]
    pub low: i8,
    #[serde(rename = "CC")]
    pub calm: i8,
    #[serde(rename = "EX")]
    pub lively: i8,
}

impl Fit {
    /// For a mood; in the middle of the field, the mean of all four.
    #[must_use]
    pub fn of(self, quadrant: Quadrant) -> f32 {
        match quadrant {
            Quadrant::Tense => f32::from(self.tense),
            Quadrant::Low => f32::from(self.low),
            Quadrant::Calm => f32::from(self.calm),
            Quadrant::Lively => f32::from(self.lively),
            Quadrant::Middle => f32::from(self.tense + self.low + self.calm + self.lively) / 4.0,
        }
    }
}

/// What to look out for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flag {
    Breath,
    VoiceStrain,
    Headphones,
    Loud,
    /// Needs the round trip measured.
    Latency,
    /// Records a microphone.
    Privacy,
    Movement,
    Activating,
    Rumination,
    Trauma,
    SelfCritic,
}

/// One step: its words, how long, and what happens.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    pub seconds: u32,
    /// At most 150 characters; spoken one bar ahead, written, and drawn.
    pub prompt: String,
    pub actions: Vec<Action>,
    /// What becomes of the step in the easier version; `None`, it stays.
    pub easier: Option<Change>,
    /// What becomes of it without a microphone.
    pub without_microphone: Option<Change>,
}

/// How a version changes a step.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// The step is not there.
    Leave,
    /// Other words, other actions.
    Instead {
        prompt: String,
        actions: Vec<Action>,
    },
}

/// Which version is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Version {
    pub easier: bool,
    pub without_microphone: bool,
}

impl Step {
    /// The step as it is in `version`; `None` where that version leaves it out. Easier goes first:
    /// it may take the microphone away by itself.
    #[must_use]
    pub fn in_version(&self, version: Version) -> Option<(&str, &[Action])> {
        let changes = [
            self.easier.as_ref().filter(|_| version.easier),
            self.without_microphone
                .as_ref()
                .filter(|_| version.without_microphone),
        ];
        match changes.into_iter().flatten().next() {
            None => Some((&self.prompt, &self.actions)),
            Some(Change::Leave) => None,
            Some(Change::Instead { prompt, actions }) => Some((prompt, actions)),
        }
    }
}

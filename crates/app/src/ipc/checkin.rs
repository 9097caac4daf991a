//! How a person says how they are, and what the app says back.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Before or after making music.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum CheckInPhase {
    Before,
    After,
}

/// A point on the mood field and a tension, or skipped.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct CheckInAnswers {
    /// Rough −4 … +4 good.
    pub valence: f32,
    /// Low energy −4 … +4 high energy.
    pub arousal: f32,
    /// 0 not at all … 10 as much as can be imagined.
    pub tension: f32,
    /// After some exercises one more item is asked; 0 … 10.
    pub extra: Option<f32>,
}

/// The one further item asked after a session, by what the exercise is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ExtraItem {
    /// The item's id in the store, e.g. `comp_1`.
    pub id: String,
    pub text: String,
}

/// What the check-in screen shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct CheckInView {
    pub phase: CheckInPhase,
    /// The point given before, drawn as a ghost afterwards.
    pub before: Option<CheckInAnswers>,
    pub extra: Option<ExtraItem>,
}

/// What comes back: a kind line, and rarely a card that goes first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct CheckInReply {
    /// One gentle line; empty when there is nothing to say.
    pub line: Option<String>,
    pub card: Option<SafetyCard>,
}

/// Shown before anything else, with "I need help now" beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct SafetyCard {
    pub text: String,
}

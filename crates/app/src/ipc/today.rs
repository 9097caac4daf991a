//! Today: one card, two smaller doors.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Ring;

/// The two minutes, or all of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum Length {
    #[default]
    Full,
    TwoMinutes,
}

/// What the Today screen shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct TodayView {
    /// "Thursday evening".
    pub day: String,
    /// "Good evening."
    pub greeting: String,
    /// Monday to Sunday.
    pub week: Vec<DayDot>,
    /// "Two days with music this week." Never counts what was missed.
    pub week_line: String,
    pub card: ExerciseCard,
    pub different: Option<ExerciseCard>,
    pub tiny: Option<ExerciseCard>,
    /// A session of today that was cut off.
    pub unfinished: Option<UnfinishedView>,
    /// Nothing was ever made here: the first run says one more sentence.
    pub first_run: bool,
}

/// A session that can be carried on with, or kept as it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct UnfinishedView {
    /// The exercise's.
    pub title: String,
    /// The step it was in, counted from 0.
    pub step: u32,
    pub steps: u32,
    /// What was sounding, by name.
    pub layers: Vec<String>,
    /// Recordings that are kept, whole or not.
    pub takes: u32,
    pub motif: Ring,
}

/// One day of this week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct DayDot {
    pub music: bool,
    pub today: bool,
}

/// An exercise offered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ExerciseCard {
    pub id: String,
    pub title: String,
    pub minutes: u32,
    pub length: Length,
    /// One sentence.
    pub why: String,
    /// Needs a microphone unless played on the pads.
    pub microphone: bool,
    pub headphones: bool,
    pub motif: Ring,
}

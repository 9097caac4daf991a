//! Checking this device: how far it is, and what was found.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What the screen *Check this device* shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct DeviceCheckView {
    pub stage: CheckStage,
    /// 0…1 of the measuring. The question at its end takes as long as a person likes.
    pub done: f32,
    /// What is known so far, in the report's order.
    pub lines: Vec<CheckLine>,
    /// All of it as text, to be copied or saved; `None` until it is over.
    pub report: Option<String>,
}

/// Where the check is. The table is in `device_check`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum CheckStage {
    Untried,
    /// A short sound is played and listened for, five times.
    Timing,
    /// The room is listened to, then a quiet note sounds and is recorded; nothing of it is kept.
    Steadiness,
    /// A reminder comes in ten seconds.
    Reminder,
    /// Did it come? `reminder_arrived` answers.
    Question,
    Over,
    /// The person thought better of it; what was found until then is there.
    CalledOff,
}

/// One thing that was looked at, in plain words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct CheckLine {
    /// "Timing".
    pub title: String,
    pub verdict: CheckVerdict,
    /// One sentence or two.
    pub text: String,
    /// What can be done about it, if something can.
    pub next: Option<String>,
}

/// How it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum CheckVerdict {
    Fine,
    /// It works, and not as well as it can.
    Off,
    /// It did not come, or does not work.
    Missing,
    /// It was not tried, or could not be counted.
    Unknown,
}

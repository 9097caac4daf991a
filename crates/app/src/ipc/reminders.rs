//! Reminders: what a person wishes, what comes next, and the card that stands in for one.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Everything about reminders, for Settings, After and Today.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RemindersView {
    /// What was decided; `None` before anybody was asked.
    pub wish: Option<ReminderWish>,
    /// To be asked on After: once, after the first finished piece, and never before.
    pub offer: Option<ReminderWish>,
    /// "Thu 19:00", "Sun 3 Jan 19:00" when that is a week ahead or more; `None` when none is planned.
    pub next: Option<String>,
    /// Known beforehand, in order; none that are over.
    pub days_off: Vec<DaysOff>,
    pub permission: ReminderPermission,
    /// Only this program can show them, so it has to be open.
    pub while_open: bool,
    /// Nobody answered for a long time, so nothing more will come.
    pub silent: bool,
    pub trial: ReminderTrial,
    /// The one that came today, to be answered in the app itself.
    pub card: Option<ReminderCard>,
}

/// Days off in a row, from the first to the last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct DaysOff {
    /// "2026-12-24".
    pub from: String,
    pub until: String,
    /// Today is one of them.
    pub now: bool,
}

/// When, and after what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct ReminderWish {
    /// Seven, Monday first; `null` is a day without.
    pub week: Vec<Option<ReminderTime>>,
    pub cue: Option<ReminderCue>,
    /// Hours in which nothing comes.
    pub quiet: Option<ReminderTime>,
}

/// "19:00", or from one time to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct ReminderTime {
    pub from: String,
    /// Some time in between; for quiet hours, their end.
    pub until: Option<String>,
}

/// The habit it follows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
#[ts(export)]
pub enum ReminderCue {
    Coffee,
    Lunch,
    Work,
    Dinner,
    Bed,
    /// The person's own; never shown outside the app.
    Own {
        words: String,
    },
}

/// Whether anything may be shown outside the app.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum ReminderPermission {
    Unavailable,
    Prompt,
    Granted,
    Denied,
}

/// "Send one in ten seconds."
///
/// | | `try` | shown | touched | nothing came | answer |
/// |---|---|---|---|---|---|
/// | Untried, `Arrived`, Missed | → Waiting | → Sent | → `Arrived` | · | · |
/// | Waiting | · | → Sent | → `Arrived` | → Missed | · |
/// | Sent | → Waiting | · | → `Arrived` | · | → `Arrived`, or Missed |
///
/// Shown or touched in any state: a phone does both by itself, and tells when the app is next open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum ReminderTrial {
    #[default]
    Untried,
    Waiting,
    /// "Got it?"
    Sent,
    Arrived,
    /// Offer the calendar file instead.
    Missed,
}

/// A reminder inside the app.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ReminderCard {
    pub text: String,
    /// The exercise it is for; `None` if this version has none by that name.
    pub title: Option<String>,
    /// "after coffee", in the person's own words, too.
    pub cue: Option<String>,
    /// "In an hour" is still offered.
    pub can_wait: bool,
}

/// What a person did with today's reminder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum ReminderAnswer {
    /// Two minutes of the exercise it was for.
    StartTwoMinutes,
    /// All of it.
    Start,
    Later,
    NotToday,
}

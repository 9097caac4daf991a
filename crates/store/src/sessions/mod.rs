//! Sessions: one sitting each, and the steps it went through.

use jiff::{Timestamp, Zoned, civil::Date};
use rusqlite::{Row, named_params};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::error::{Result, StoreError};
use crate::ids::SessionId;
use crate::seal::Sealer;
use crate::store::Store;
use practice::day::practice_day;

/// What is known when a person presses Start.
#[derive(Debug, Clone, PartialEq)]
pub struct NewSession {
    /// The exercise's id, e.g. `lp01`.
    pub exercise: String,
    /// All of it, or the two minutes.
    pub length: SessionLength,
    /// Begun in the easier version.
    pub easier: bool,
    /// Begun on the pads instead of the microphone.
    pub without_microphone: bool,
    /// Who chose it.
    pub picked_by: PickedBy,
    /// When, by the clock on the wall.
    pub started: Zoned,
}

/// How much of an exercise was meant to be played.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum SessionLength {
    /// All of it.
    Full,
    /// Its two-minute version.
    TwoMinutes,
}

/// Who chose the exercise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PickedBy {
    /// Today's card.
    Suggested,
    /// The person, instead of today's card.
    Other,
    /// The person asked for something tiny.
    Tiny,
}

/// Why a session ended. None of them is a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum EndReason {
    /// The last step was over.
    Finished,
    /// The person pressed Stop.
    Stopped,
    /// The app went away.
    Left,
}

/// Whether a session still runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionState {
    /// Not ended yet; after a start, left behind by a crash.
    Running,
    /// Over.
    Ended(EndReason),
}

/// How a step went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepEnd {
    /// Played, however long.
    Done,
    /// Passed over.
    Skipped,
}

/// A step a session has reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StepRow {
    /// Counted from 0.
    pub index: u32,
    /// `None` while it plays.
    pub end: Option<StepEnd>,
}

/// A session as it was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// Its name.
    pub id: SessionId,
    /// The exercise's id.
    pub exercise: String,
    /// What was meant to be played.
    pub length: SessionLength,
    /// Begun in the easier version.
    pub easier: bool,
    /// Begun on the pads.
    pub without_microphone: bool,
    /// Who chose it.
    pub picked_by: PickedBy,
    /// The instant it started.
    pub started: Timestamp,
    /// The zone it started in, e.g. `Europe/Berlin`.
    pub zone: String,
    /// What that zone's clocks were ahead of UTC, in seconds.
    pub utc_offset_s: i32,
    /// The day it counts for, as it was when it started.
    pub practice_day: Date,
    /// Whether it still runs.
    pub state: SessionState,
    /// Steps played to their end.
    pub completed_steps: u32,
    /// Time in which something happened, by a clock nobody can set.
    pub active_ms: u64,
}

/// The sealed part.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Words {
    exercise: String,
    length: SessionLength,
    easier: bool,
    without_microphone: bool,
    picked_by: PickedBy,
    /// What a later version may have written.
    #[serde(flatten)]
    other: Map<String, Value>,
}

impl Store {
    /// Writes down that a session has started, and for which day it counts.
    pub fn insert_session(&mut self, new: &NewSession) -> Result<SessionId> {
        let id = SessionId::new();
        let words = Words {
            exercise: new.exercise.clone(),
            length: new.length,
            easier: new.easier,
            without_microphone: new.without_microphone,
            picked_by: new.picked_by,
            other: Map::new(),
        };
        self.write(|tx, sealer| {
            tx.execute(
                include_str!("insert.sql"),
                named_params! {
                    ":id": id.bytes(),
                    ":started_ms": new.started.timestamp().as_millisecond(),
                    ":zone": new.started.time_zone().iana_name().unwrap_or(""),
                    ":utc_offset_s": new.started.offset().seconds(),
                    ":practice_day": practice_day(&new.started).to_string(),
                    ":sealed": sealer.seal_row("session", id.bytes(), &words)?,
                },
            )?;
            Ok(id)
        })
    }

    /// A step begins. Beginning it again (after Again or Undo) is fine.
    pub fn step_started(&mut self, session: SessionId, index: u32) -> Result<()> {
        self.set_step(session, index, "playing")
    }

    /// A step is over.
    pub fn step_ended(&mut self, session: SessionId, index: u32, end: StepEnd) -> Result<()> {
        let state = match end {
            StepEnd::Done => "done",
            StepEnd::Skipped => "skipped",
        };
        self.set_step(session, index, state)
    }

    fn set_step(&mut self, session: SessionId, index: u32, state: &str) -> Result<()> {
        self.session(session)?;
        self.write(|tx, _| {
            tx.execute(
                include_str!("set_step.sql"),
                named_params! { ":session_id": session.bytes(), ":position": index, ":state": state },
            )?;
            Ok(())
        })
    }

    /// The steps a session has reached, in order.
    pub fn steps(&self, session: SessionId) -> Result<Vec<StepRow>> {
        self.read_all(include_str!("steps.sql"), [session.bytes()], |row, _| {
            let end = match row.get::<_, String>("state")?.as_str() {
                "done" => Some(StepEnd::Done),
                "skipped" => Some(StepEnd::Skipped),
                _ => None,
            };
            Ok(StepRow {
                index: row.get("position")?,
                end,
            })
        })
    }

    /// The session is over. Its draft is not needed any more and goes with it.
    pub fn end_session(
        &mut self,
        session: SessionId,
        reason: EndReason,
        completed_steps: u32,
        active_ms: u64,
    ) -> Result<()> {
        self.write(|tx, _| {
            let ended = tx.execute(
                include_str!("end.sql"),
                named_params! {
                    ":id": session.bytes(),
                    ":state": word(SessionState::Ended(reason)),
                    ":completed_steps": completed_steps,
                    ":active_ms": i64::try_from(active_ms).unwrap_or(i64::MAX),
                },
            )?;
            tx.execute(include_str!("../drafts/delete.sql"), [session.bytes()])?;
            if ended == 0 {
                Err(StoreError::NotFound { what: "session" })
            } else {
                Ok(())
            }
        })
    }

    /// One session.
    pub fn session(&self, session: SessionId) -> Result<SessionRow> {
        self.read_one(
            "session",
            include_str!("by_id.sql"),
            [session.bytes()],
            from_row,
        )
    }

    /// Sessions, newest first.
    pub fn sessions(&self, limit: u32) -> Result<Vec<SessionRow>> {
        self.read_list(include_str!("newest.sql"), [limit], from_row)
    }

    /// Sessions that have not ended, oldest first: after a start, those a crash left behind.
    pub fn unfinished_sessions(&self) -> Result<Vec<SessionRow>> {
        self.read_list(include_str!("unfinished.sql"), [], from_row)
    }
}

fn word(state: SessionState) -> &'static str {
    match state {
        SessionState::Running => "running",
        SessionState::Ended(EndReason::Finished) => "finished",
        SessionState::Ended(EndReason::Stopped) => "stopped",
        SessionState::Ended(EndReason::Left) => "left",
    }
}

fn from_row(row: &Row, sealer: &Sealer) -> Result<SessionRow> {
    let damaged = || StoreError::Unreadable { what: "session" };
    let id: [u8; 16] = row.get("id")?;
    let words: Words = sealer.open_row("session", &id, &row.get::<_, Vec<u8>>("sealed")?)?;
    let state = match row.get::<_, String>("state")?.as_str() {
        "finished" => SessionState::Ended(EndReason::Finished),
        "stopped" => SessionState::Ended(EndReason::Stopped),
        "left" => SessionState::Ended(EndReason::Left),
        _ => SessionState::Running,
    };
    Ok(SessionRow {
        id: SessionId::from_bytes(id),
        exercise: words.exercise,
        length: words.length,
        easier: words.easier,
        without_microphone: words.without_microphone,
        picked_by: words.picked_by,
        started: Timestamp::from_millisecond(row.get("started_ms")?).map_err(|_| damaged())?,
        zone: row.get("zone")?,
        utc_offset_s: row.get("utc_offset_s")?,
        practice_day: row
            .get::<_, String>("practice_day")?
            .parse()
            .map_err(|_| damaged())?,
        state,
        completed_steps: row.get("completed_steps")?,
        active_ms: row.get::<_, i64>("active_ms")?.unsigned_abs(),
    })
}

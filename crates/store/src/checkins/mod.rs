//! Check-ins: how a person said they were, before and after.

use rusqlite::{Row, named_params};
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::ids::SessionId;
use crate::seal::Sealer;
use crate::store::Store;

/// Before or after making music.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// Before the first sound.
    Before,
    /// After the last.
    After,
}

/// A point on the mood field, and a tension.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CheckIn {
    /// Rough −4 … +4 good.
    pub valence: f32,
    /// Low energy −4 … +4 high energy.
    pub arousal: f32,
    /// 0 … 10.
    pub tension: f32,
    /// After some exercises one more item is asked: its id, and the answer.
    pub extra: Option<(String, f32)>,
}

/// A check-in as it was kept.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckInRow {
    /// The sitting it belongs to.
    pub session: SessionId,
    /// Before or after.
    pub phase: Phase,
    /// `None` when it was skipped.
    pub answers: Option<CheckIn>,
}

impl Store {
    /// Keeps a check-in; `None` says that it was skipped. Answering again replaces the answer.
    pub fn save_checkin(
        &mut self,
        session: SessionId,
        phase: Phase,
        answers: Option<&CheckIn>,
    ) -> Result<()> {
        self.session(session)?;
        self.write(|tx, sealer| {
            tx.execute(
                include_str!("save.sql"),
                named_params! {
                    ":session_id": session.bytes(),
                    ":phase": phase.word(),
                    ":sealed": sealer.seal_row("checkin", &place(session, phase), &answers)?,
                },
            )?;
            Ok(())
        })
    }

    /// The check-ins of one session: before, then after.
    pub fn checkins(&self, session: SessionId) -> Result<Vec<CheckInRow>> {
        self.read_list(include_str!("of_session.sql"), [session.bytes()], from_row)
    }

    /// The last check-in of the newest session in which one was answered.
    pub fn latest_checkin(&self) -> Result<Option<CheckInRow>> {
        // Whether it was skipped is sealed, so the newest are opened until one was not.
        let newest = self.read_list(include_str!("newest.sql"), [], from_row)?;
        Ok(newest.into_iter().find(|row| row.answers.is_some()))
    }
}

impl Phase {
    fn word(self) -> &'static str {
        match self {
            Phase::Before => "before",
            Phase::After => "after",
        }
    }
}

fn place(session: SessionId, phase: Phase) -> Vec<u8> {
    [&session.bytes()[..], phase.word().as_bytes()].concat()
}

fn from_row(row: &Row, sealer: &Sealer) -> Result<CheckInRow> {
    let session = SessionId::from_bytes(row.get("session_id")?);
    let phase = match row.get::<_, String>("phase")?.as_str() {
        "before" => Phase::Before,
        _ => Phase::After,
    };
    let sealed: Vec<u8> = row.get("sealed")?;
    let answers = sealer.open_row("checkin", &place(session, phase), &sealed)?;
    Ok(CheckInRow {
        session,
        phase,
        answers,
    })
}

//! What the database knows about takes. The file always comes first, its row second.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use rusqlite::{Row, Transaction, named_params};

use super::format::TakeHeader;
use super::reader::{self, TakeRead};
use super::writer::{SealedTake, TakeWriter};
use crate::error::{Result, StoreError};
use crate::ids::{SessionId, TakeId};
use crate::room;
use crate::seal::Sealer;
use crate::store::Store;

/// Less than this is not worth starting for: a person would be cut off in the first phrase.
const LEAST_MINUTES: f64 = 0.5;

/// How a take stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TakeState {
    /// Sealed in order.
    Ok,
    /// Found at a start, its end put there by us.
    Recovered,
    /// Its file is gone.
    Missing,
    /// In the trash, with the piece it belonged to.
    Trashed,
    /// Nothing in it can be read; set aside for good.
    Quarantined,
}

/// A take, without its sound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakeRow {
    /// Its name.
    pub take: TakeId,
    /// The sitting it belongs to.
    pub session: SessionId,
    /// How it stands.
    pub state: TakeState,
    /// Its length at [`TakeHeader::rate`].
    pub frames: u64,
    /// What it is.
    pub header: TakeHeader,
}

impl TakeState {
    const ALL: [(TakeState, &str); 5] = [
        (TakeState::Ok, "ok"),
        (TakeState::Recovered, "recovered"),
        (TakeState::Missing, "missing"),
        (TakeState::Trashed, "trashed"),
        (TakeState::Quarantined, "quarantined"),
    ];

    pub(super) fn word(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(state, _)| *state == self)
            .map_or("ok", |(_, word)| word)
    }
}

impl Store {
    /// Begins a recording. The file is on disk, and found again whatever happens, when this returns.
    pub fn begin_take(&mut self, header: &TakeHeader) -> Result<TakeWriter> {
        self.writable()?;
        if self.room()? < LEAST_MINUTES {
            return Err(StoreError::StorageFull { kept: 0 });
        }
        TakeWriter::begin(header, &self.folder, &self.keys, self.lock.clone())
    }

    /// Gives a sealed take its row. Doing it twice does nothing the second time.
    pub fn adopt_take(&mut self, take: &SealedTake) -> Result<TakeRow> {
        self.write(|tx, sealer| insert(tx, sealer, take, TakeState::Ok))?;
        self.take(take.header.take)
    }

    /// One take, without its sound.
    pub fn take(&self, take: TakeId) -> Result<TakeRow> {
        self.read_one("take", include_str!("by_id.sql"), [take.bytes()], from_row)
    }

    /// The takes of one sitting, in the order they were begun.
    pub fn takes_of(&self, session: SessionId) -> Result<Vec<TakeRow>> {
        self.read_list(include_str!("of_session.sql"), [session.bytes()], from_row)
    }

    /// Every take there is, in the order they were begun.
    pub fn takes(&self) -> Result<Vec<TakeRow>> {
        self.read_list(include_str!("all.sql"), [], from_row)
    }

    /// How every take stands, without opening anything.
    pub(super) fn take_states(&self) -> Result<BTreeMap<TakeId, TakeState>> {
        let states = self.read_all(include_str!("states.sql"), [], |row, _| {
            Ok((TakeId::from_bytes(row.get("id")?), state_of(row)?))
        })?;
        Ok(states.into_iter().collect())
    }

    /// The sound of a take. Damage costs a quarter of a second here and there, never the rest;
    /// the answer says where.
    pub fn read_take(&self, take: TakeId) -> Result<TakeRead> {
        let row = self.take(take)?;
        match row.state {
            TakeState::Missing => Err(StoreError::TakeMissing),
            TakeState::Quarantined => Err(StoreError::TakeUnreadable),
            TakeState::Trashed => {
                let path = self.trashed(take)?.ok_or(StoreError::TakeMissing)?;
                reader::read(&path, &self.keys, &row)
            }
            TakeState::Ok | TakeState::Recovered => {
                reader::read(&self.folder.take(take), &self.keys, &row)
            }
        }
    }

    /// Minutes of recording left on this disk.
    pub fn room(&self) -> Result<f64> {
        Ok(room::minutes_left(&self.folder)?)
    }

    /// Where in the trash a take lies, if it is there.
    pub(crate) fn trashed(&self, take: TakeId) -> Result<Option<PathBuf>> {
        let name = format!("-{take}.take");
        for entry in fs::read_dir(self.folder.trash())? {
            let path = entry?.path();
            if path.to_string_lossy().ends_with(&name) {
                return Ok(Some(path));
            }
        }
        Ok(None)
    }
}

pub(super) fn insert(
    tx: &Transaction,
    sealer: &Sealer,
    take: &SealedTake,
    state: TakeState,
) -> Result<()> {
    let id = take.header.take.bytes();
    tx.execute(
        include_str!("insert.sql"),
        named_params! {
            ":id": id,
            ":session_id": take.header.session.bytes(),
            ":state": state.word(),
            ":rate": take.header.rate,
            ":frames": i64::try_from(take.frames).unwrap_or(i64::MAX),
            ":bytes": i64::try_from(take.bytes).unwrap_or(i64::MAX),
            ":last_tag": take.last_tag,
            ":sealed": sealer.seal_row("take", id, &take.header)?,
        },
    )?;
    Ok(())
}

pub(crate) fn set_state(tx: &Transaction, take: TakeId, state: TakeState) -> Result<()> {
    tx.execute(
        include_str!("set_state.sql"),
        named_params! { ":id": take.bytes(), ":state": state.word() },
    )?;
    Ok(())
}

pub(super) fn from_row(row: &Row, sealer: &Sealer) -> Result<TakeRow> {
    let id: [u8; 16] = row.get("id")?;
    Ok(TakeRow {
        take: TakeId::from_bytes(id),
        session: SessionId::from_bytes(row.get("session_id")?),
        state: state_of(row)?,
        frames: row.get::<_, i64>("frames")?.unsigned_abs(),
        header: sealer.open_row("take", &id, &row.get::<_, Vec<u8>>("sealed")?)?,
    })
}

fn state_of(row: &Row) -> Result<TakeState> {
    let word: String = row.get("state")?;
    let state = TakeState::ALL.iter().find(|(_, known)| *known == word);
    state
        .map(|(state, _)| *state)
        .ok_or(StoreError::Unreadable { what: "take" })
}

//! Pieces: what a person made and kept, and the bin they can take it back from.
//!
//! |           | `delete_piece` | `restore_piece` | `sweep_bin`, 30 days later |
//! |-----------|----------------|-----------------|----------------------------|
//! | in album  | → in bin       | ·               | ·                          |
//! | in bin    | ·              | → in album      | → trash                    |

mod bin;

use jiff::Timestamp;
use rusqlite::{Row, named_params};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::error::{Result, StoreError};
use crate::ids::{PieceId, SessionId};
use crate::seal::Sealer;
use crate::store::Store;

pub use bin::{BIN_DAYS, SweptBin};

/// A piece to keep.
#[derive(Debug, Clone, PartialEq)]
pub struct NewPiece {
    /// The sitting it was made in, if any.
    pub session: Option<SessionId>,
    /// The exercise's id.
    pub exercise: String,
    /// What it is called.
    pub name: String,
    /// Whether a person named it, or we did.
    pub named: bool,
    /// Its length.
    pub seconds: f64,
    /// Made of a take that was running when the app went away.
    pub recovered: bool,
    /// When it was made.
    pub made: Timestamp,
    /// How to play it again: the app's own words, sealed.
    pub manifest: Value,
    /// Its cover, sealed.
    pub cover: Value,
}

/// A kept piece.
#[derive(Debug, Clone, PartialEq)]
pub struct PieceRow {
    /// Its name in the store.
    pub id: PieceId,
    /// As in [`NewPiece`].
    pub session: Option<SessionId>,
    /// As in [`NewPiece`].
    pub exercise: String,
    /// As in [`NewPiece`].
    pub name: String,
    /// As in [`NewPiece`].
    pub named: bool,
    /// As in [`NewPiece`].
    pub seconds: f64,
    /// As in [`NewPiece`].
    pub recovered: bool,
    /// When it was made.
    pub made: Timestamp,
    /// When it was put into the bin; `None` in the album.
    pub binned: Option<Timestamp>,
    /// As in [`NewPiece`].
    pub manifest: Value,
    /// As in [`NewPiece`].
    pub cover: Value,
}

/// The sealed part.
#[derive(Clone, Serialize, Deserialize)]
struct Words {
    exercise: String,
    name: String,
    named: bool,
    seconds: f64,
    recovered: bool,
    manifest: Value,
    cover: Value,
    /// What a later version may have written; kept when the piece is renamed.
    #[serde(flatten)]
    other: Map<String, Value>,
}

impl Store {
    /// Keeps a piece.
    pub fn save_piece(&mut self, new: &NewPiece) -> Result<PieceId> {
        let id = PieceId::new();
        let words = Words {
            exercise: new.exercise.clone(),
            name: new.name.clone(),
            named: new.named,
            seconds: new.seconds,
            recovered: new.recovered,
            manifest: new.manifest.clone(),
            cover: new.cover.clone(),
            other: Map::new(),
        };
        self.write(|tx, sealer| {
            tx.execute(
                include_str!("insert.sql"),
                named_params! {
                    ":id": id.bytes(),
                    ":session_id": new.session.as_ref().map(SessionId::bytes),
                    ":made_ms": new.made.as_millisecond(),
                    ":sealed": sealer.seal_row("piece", id.bytes(), &words)?,
                },
            )?;
            Ok(id)
        })
    }

    /// The album, newest first.
    pub fn pieces(&self) -> Result<Vec<PieceRow>> {
        self.read_list(include_str!("album.sql"), [], from_row)
    }

    /// One piece, in the album or in the bin.
    pub fn piece(&self, id: PieceId) -> Result<PieceRow> {
        self.read_one("piece", include_str!("by_id.sql"), [id.bytes()], from_row)
    }

    /// Gives a piece a name of the person's own.
    pub fn rename_piece(&mut self, id: PieceId, name: &str) -> Result<()> {
        let mut words = self.words(id)?;
        name.clone_into(&mut words.name);
        words.named = true;
        self.rewrite(id, &words)
    }

    /// Changes how a piece is played and what it looks like, e.g. after it was mixed again.
    pub fn remix_piece(&mut self, id: PieceId, manifest: &Value, cover: &Value) -> Result<()> {
        let mut words = self.words(id)?;
        words.manifest = manifest.clone();
        words.cover = cover.clone();
        self.rewrite(id, &words)
    }

    fn words(&self, id: PieceId) -> Result<Words> {
        self.read_one(
            "piece",
            include_str!("by_id.sql"),
            [id.bytes()],
            |row, sealer| sealer.open_row("piece", id.bytes(), &row.get::<_, Vec<u8>>("sealed")?),
        )
    }

    fn rewrite(&mut self, id: PieceId, words: &Words) -> Result<()> {
        self.write(|tx, sealer| {
            let sealed = sealer.seal_row("piece", id.bytes(), words)?;
            let params = named_params! { ":id": id.bytes(), ":sealed": sealed };
            match tx.execute(include_str!("rewrite.sql"), params)? {
                0 => Err(StoreError::NotFound { what: "piece" }),
                _ => Ok(()),
            }
        })
    }
}

fn from_row(row: &Row, sealer: &Sealer) -> Result<PieceRow> {
    let damaged = |_| StoreError::Unreadable { what: "piece" };
    let id: [u8; 16] = row.get("id")?;
    let words: Words = sealer.open_row("piece", &id, &row.get::<_, Vec<u8>>("sealed")?)?;
    Ok(PieceRow {
        id: PieceId::from_bytes(id),
        session: row
            .get::<_, Option<[u8; 16]>>("session_id")?
            .map(SessionId::from_bytes),
        exercise: words.exercise,
        name: words.name,
        named: words.named,
        seconds: words.seconds,
        recovered: words.recovered,
        made: Timestamp::from_millisecond(row.get("made_ms")?).map_err(damaged)?,
        binned: row
            .get::<_, Option<i64>>("binned_ms")?
            .map(Timestamp::from_millisecond)
            .transpose()
            .map_err(damaged)?,
        manifest: words.manifest,
        cover: words.cover,
    })
}

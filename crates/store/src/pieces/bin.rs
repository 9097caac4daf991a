//! The bin: thirty days in which a person can change their mind, and thirty more in the trash,
//! for a mistake of ours.

use std::fs;
use std::io;

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use rusqlite::{OptionalExtension, named_params};

use super::{PieceRow, from_row};
use crate::error::{Result, StoreError};
use crate::folder::{remove, write_whole};
use crate::ids::{PieceId, TakeId};
use crate::store::Store;
use crate::takes::TakeState;
use crate::takes::rows::set_state;

/// Days a deleted piece waits in the bin, and again in the trash.
pub const BIN_DAYS: u32 = 30;

/// What a sweep of the bin did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SweptBin {
    /// Pieces that went from the bin into the trash.
    pub trashed: u32,
    /// Files in the trash whose time was over.
    pub erased: u32,
}

impl Store {
    /// Puts a piece into the bin. One that is there already stays as long as it would have.
    pub fn delete_piece(&mut self, id: PieceId, now: Timestamp) -> Result<()> {
        self.set_binned(id, include_str!("delete.sql"), Some(now))
    }

    /// Takes a piece out of the bin.
    pub fn restore_piece(&mut self, id: PieceId) -> Result<()> {
        self.set_binned(id, include_str!("restore.sql"), None)
    }

    fn set_binned(&mut self, id: PieceId, sql: &str, at: Option<Timestamp>) -> Result<()> {
        self.write(|tx, _| {
            let at_ms = at.map(Timestamp::as_millisecond);
            match tx.execute(sql, named_params! { ":id": id.bytes(), ":at_ms": at_ms })? {
                0 => Err(StoreError::NotFound { what: "piece" }),
                _ => Ok(()),
            }
        })
    }

    /// The bin, latest first, with the days each piece has left.
    pub fn bin(&self, now: Timestamp) -> Result<Vec<(PieceRow, u32)>> {
        let pieces = self.read_list(include_str!("bin.sql"), [], from_row)?;
        Ok(pieces
            .into_iter()
            .map(|piece| {
                let days = piece.binned.map_or(0, |at| days_left(at, now));
                (piece, days)
            })
            .collect())
    }

    /// Moves what has been in the bin for 30 days into the trash, and erases what has been in the
    /// trash for as long. Cut short, it goes on the next time.
    pub fn sweep_bin(&mut self, now: Timestamp) -> Result<SweptBin> {
        self.writable()?;
        let mut swept = SweptBin::default();
        for (piece, _) in self.bin(now)? {
            if piece.binned.is_some_and(|at| is_over(at, now)) {
                self.trash_piece(&piece, now)?;
                swept.trashed += 1;
            }
        }
        swept.erased = self.empty_trash(now)?;
        Ok(swept)
    }

    /// Files first, then the row: cut short in between, the piece is still in the bin.
    fn trash_piece(&mut self, piece: &PieceRow, now: Timestamp) -> Result<()> {
        let sealed: Option<Vec<u8>> = self
            .connection
            .query_row(include_str!("sealed.sql"), [piece.id.bytes()], |row| {
                row.get("sealed")
            })
            .optional()?;
        // The words go as they are, sealed.
        let words = self.folder.root().join(format!("{}.piece", piece.id));
        write_whole(&words, &sealed.unwrap_or_default())?;
        self.folder.discard(&words, now)?;

        let mut takes = Vec::new();
        for take in self.takes_only_of(piece)? {
            match self.folder.discard(&self.folder.take(take), now) {
                Ok(_) => takes.push(take),
                Err(e) if e.kind() == io::ErrorKind::NotFound => {}
                Err(e) => return Err(e.into()),
            }
        }
        self.write(|tx, _| {
            for take in &takes {
                set_state(tx, *take, TakeState::Trashed)?;
            }
            tx.execute(include_str!("forget.sql"), [piece.id.bytes()])?;
            Ok(())
        })
    }

    /// The takes of this piece's sitting that no other piece needs: neither one of the same
    /// sitting, nor one whose manifest speaks of the take.
    fn takes_only_of(&self, piece: &PieceRow) -> Result<Vec<TakeId>> {
        let Some(session) = piece.session else {
            return Ok(Vec::new());
        };
        let mut others = match self.read_all(include_str!("all.sql"), [], from_row) {
            // Nobody knows what that one needs, so everything stays.
            Err(StoreError::Unreadable { .. }) => return Ok(Vec::new()),
            others => others?,
        };
        others.retain(|other| other.id != piece.id);
        if others.iter().any(|other| other.session == Some(session)) {
            return Ok(Vec::new());
        }
        let manifests: Vec<String> = others.iter().map(|o| o.manifest.to_string()).collect();
        let mut takes: Vec<TakeId> = self.takes_of(session)?.iter().map(|row| row.take).collect();
        takes.retain(|take| {
            let name = take.to_string();
            !manifests.iter().any(|manifest| manifest.contains(&name))
        });
        Ok(takes)
    }

    fn empty_trash(&self, now: Timestamp) -> Result<u32> {
        let mut erased = 0;
        for entry in fs::read_dir(self.folder.trash())? {
            let entry = entry?;
            // The day it was moved there is the beginning of its name; without one it stays.
            let name = entry.file_name();
            let day = name.to_str().and_then(|name| name.split_once('-'));
            let since = day.and_then(|(day, _)| Date::strptime("%Y%m%d", day).ok());
            let since = since.and_then(|day| day.to_zoned(TimeZone::UTC).ok());
            if since.is_some_and(|since| is_over(since.timestamp(), now)) {
                remove(&entry.path())?;
                erased += 1;
            }
        }
        Ok(erased)
    }
}

fn is_over(since: Timestamp, now: Timestamp) -> bool {
    days_left(since, now) == 0
}

/// Rounded up: a piece deleted a minute ago has 30 days left. 0 only when its time is over.
fn days_left(since: Timestamp, now: Timestamp) -> u32 {
    const DAY_S: u64 = 24 * 60 * 60;
    // A clock set back since then makes it no older than new.
    let passed = u64::try_from(now.duration_since(since).as_secs()).unwrap_or(0);
    u64::from(BIN_DAYS)
        .saturating_mul(DAY_S)
        .saturating_sub(passed)
        .div_ceil(DAY_S) as u32
}

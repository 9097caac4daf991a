//! The store itself: one connection, one owner, one way to write.

use std::sync::Arc;
use std::time::Instant;

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, Params, Row, Transaction, TransactionBehavior};
use tempfile::TempDir;

use crate::error::{Result, StoreError};
use crate::folder::Folder;
use crate::keys::Keys;
use crate::lock::StoreLock;
use crate::opening::NewerVersion;
use crate::room::Reserve;
use crate::seal::Sealer;

/// Everything a person keeps. [`Send`], not `Sync`: one thread owns it.
///
/// Every write is one transaction, durable when the call returns; an error leaves everything as
/// it was. Dropping a store without [`Store::close`] loses nothing either; the next start only
/// looks a little closer.
pub struct Store {
    // Dropped in this order: the connection before the lock that guards it.
    pub(crate) connection: Connection,
    pub(crate) folder: Folder,
    pub(crate) keys: Keys,
    pub(crate) sealer: Sealer,
    pub(crate) reserve: Reserve,
    pub(crate) read_only: Option<NewerVersion>,
    /// What the caller's clock said at the opening, and how long ago that was.
    pub(crate) opened: (Timestamp, Instant),
    /// Whether anything was committed since.
    pub(crate) changed: bool,
    /// Where a newer store is read from, if it was not closed in order.
    pub(crate) _copy: Option<TempDir>,
    pub(crate) lock: Arc<StoreLock>,
}

impl Store {
    /// Runs `change` in one IMMEDIATE transaction. When the disk is full, gives up the reserve and
    /// runs it once more.
    pub(crate) fn write<T>(
        &mut self,
        mut change: impl FnMut(&Transaction, &Sealer) -> Result<T>,
    ) -> Result<T> {
        self.writable()?;
        match self.write_once(&mut change) {
            Err(StoreError::StorageFull { .. }) if self.reserve.free() => {
                self.write_once(&mut change)
            }
            other => other,
        }
    }

    fn write_once<T>(
        &mut self,
        change: &mut impl FnMut(&Transaction, &Sealer) -> Result<T>,
    ) -> Result<T> {
        let behaviour = TransactionBehavior::Immediate;
        let tx = self.connection.transaction_with_behavior(behaviour)?;
        let answer = change(&tx, &self.sealer)?;
        tx.commit()?;
        self.changed = true;
        Ok(answer)
    }

    pub(crate) fn read_all<T>(
        &self,
        sql: &str,
        params: impl Params,
        from_row: impl Fn(&Row, &Sealer) -> Result<T>,
    ) -> Result<Vec<T>> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_and_then(params, |row| from_row(row, &self.sealer))?;
        rows.collect()
    }

    /// As [`Store::read_all`], without the rows that do not open: one damaged piece must not hide
    /// the album. [`Store::check`] counts them.
    pub(crate) fn read_list<T>(
        &self,
        sql: &str,
        params: impl Params,
        from_row: impl Fn(&Row, &Sealer) -> Result<T>,
    ) -> Result<Vec<T>> {
        let rows = self.read_all(sql, params, |row, sealer| match from_row(row, sealer) {
            Err(StoreError::Unreadable { what }) => {
                log::warn!("a {what} cannot be opened and is left out of a list");
                Ok(None)
            }
            other => other.map(Some),
        })?;
        Ok(rows.into_iter().flatten().collect())
    }

    /// The one row; [`StoreError::NotFound`] with `what` if there is none.
    pub(crate) fn read_one<T>(
        &self,
        what: &'static str,
        sql: &str,
        params: impl Params,
        from_row: impl Fn(&Row, &Sealer) -> Result<T>,
    ) -> Result<T> {
        self.read_all(sql, params, from_row)?
            .pop()
            .ok_or(StoreError::NotFound { what })
    }

    pub(crate) fn writable(&self) -> Result<()> {
        if self.read_only.is_some() {
            Err(StoreError::ReadOnly)
        } else {
            Ok(())
        }
    }

    /// The caller's clock, carried on by ours: a clock that is set back in between cannot hurt.
    pub(crate) fn now(&self) -> Timestamp {
        let (at, since) = self.opened;
        SignedDuration::try_from(since.elapsed())
            .ok()
            .and_then(|passed| at.checked_add(passed).ok())
            .unwrap_or(at)
    }
}

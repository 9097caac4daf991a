//! Why the store could not do what was asked: one variant for each thing someone can do about it.

use std::io;

use crate::database::Snapshot;

/// What went wrong. Whatever the variant, what was durable before the call still is.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another Undersong has this store open. Go to that window, or close it.
    #[error("the store is already open elsewhere")]
    AlreadyOpen,
    /// A newer Undersong wrote this store; nothing may be changed until the app is updated.
    #[error("the store was written by a newer version and is open for reading only")]
    ReadOnly,
    /// No room on the disk. For a take, everything up to `kept` frames is safe: seal it.
    /// Otherwise nothing was changed. Make room, then try again.
    #[error("the disk is full ({kept} frames of the take are safe)")]
    StorageFull {
        /// Frames of the running take that are on disk; 0 outside a take.
        kept: u64,
    },
    /// The key that opens this store is not on this device. Nothing was touched; bring it back.
    #[error("the key of this store is missing")]
    KeyMissing,
    /// There is a key, but it belongs to another store. Nothing was touched.
    #[error("the key does not fit this store")]
    KeyDoesNotFit,
    /// Neither copy of the key slots can be read. Nothing was touched.
    #[error("the key slots of this store are damaged")]
    KeysDamaged,
    /// The database does not pass its checks. Nothing was touched; see
    /// [`Store::start_again`](crate::Store::start_again).
    #[error("the database is damaged")]
    DatabaseDamaged {
        /// The newest snapshot that does pass them.
        newest: Option<Snapshot>,
    },
    /// One sealed record does not open: it is damaged, or was moved there. The others are fine.
    #[error("a sealed {what} cannot be opened")]
    Unreadable {
        /// A word for the record, e.g. `session`.
        what: &'static str,
    },
    /// There is no such record (any more).
    #[error("there is no such {what}")]
    NotFound {
        /// A word for the record, e.g. `piece`.
        what: &'static str,
    },
    /// The store knows this take, but its file is gone.
    #[error("the file of this take is missing")]
    TakeMissing,
    /// The take's file is there, but nothing in it can be opened. It is never deleted.
    #[error("nothing in this take can be read")]
    TakeUnreadable,
    /// The SQLite in this program is older than the one whose durability we rely on.
    #[error("SQLite {found} is too old for safe keeping")]
    SqliteTooOld {
        /// Its version, e.g. `3.40.1`.
        found: String,
    },
    /// The disk failed or refused. The cause is for the log.
    #[error("the disk failed")]
    Disk(#[source] io::Error),
    /// The database refused. The cause is for the log.
    #[error("the database failed")]
    Database(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// The store's usual answer.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;

/// Whether `error` means that the disk (or this person's share of it) is full.
pub(crate) fn is_full(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge
    )
}

impl From<io::Error> for StoreError {
    fn from(error: io::Error) -> Self {
        if is_full(&error) {
            StoreError::StorageFull { kept: 0 }
        } else {
            StoreError::Disk(error)
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => StoreError::StorageFull { kept: 0 },
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::AlreadyOpen,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                StoreError::DatabaseDamaged { newest: None }
            }
            _ => StoreError::Database(Box::new(error)),
        }
    }
}

impl From<rusqlite_migration::Error> for StoreError {
    fn from(error: rusqlite_migration::Error) -> Self {
        match error {
            rusqlite_migration::Error::RusqliteError { err, .. } => err.into(),
            other => StoreError::Database(Box::new(other)),
        }
    }
}

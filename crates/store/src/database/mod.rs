//! The one connection: how it is opened, checked, and brought up to date.

mod peek;
mod snapshot;

use std::path::Path;

use jiff::Timestamp;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use rusqlite_migration::{M, Migrations};

use crate::error::{Result, StoreError};
use crate::folder::{Folder, create_new, remove};

pub(crate) use peek::{OnDisk, on_disk};
pub use snapshot::{Occasion, Snapshot};
pub(crate) use snapshot::{keep_newest, newest_verified, snapshots, take_snapshot};

/// "USNG": marks a database as ours, for `file(1)` and for ourselves.
pub(crate) const APPLICATION_ID: u32 = 0x5553_4E47;
/// The first SQLite without the bug that could lose a committed page when the log was reset.
const OLDEST_SQLITE: i32 = 3_051_003;

/// Every step from an empty database to today's, in order. Never edited once released.
const MIGRATIONS: [&str; 2] = [
    include_str!("migrations/0001_first.sql"),
    include_str!("migrations/0002_reminders.sql"),
];

/// The `user_version` this program writes.
pub(crate) const NEWEST: u32 = MIGRATIONS.len() as u32;

const PRAGMAS: &str = include_str!("open.sql");

/// Opens the database for reading and writing, checks it if the last owner left in a hurry, and
/// brings it up to date. A snapshot is taken before an existing one is changed.
pub(crate) fn open(folder: &Folder, unclean: bool, now: Timestamp) -> Result<Connection> {
    open_with(folder, unclean, now, &MIGRATIONS)
}

fn open_with(
    folder: &Folder,
    unclean: bool,
    now: Timestamp,
    migrations: &[&'static str],
) -> Result<Connection> {
    assert_sqlite()?;
    let file = folder.database();
    if !file.exists() {
        // SQLite would make it readable by others; the log and the snapshots take after it.
        create_new(&file)?.sync_all()?;
    }
    let log = folder.write_ahead_log().exists();
    if unclean && !log {
        // Looked at without writing: opening it below would leave an empty log beside it.
        require_sound(&open_unchanging(&file)?)?;
    }
    let mut connection = connect(&file)?;
    if unclean && log {
        require_sound(&connection)?;
    }
    // From here on it is a sound database: its log may be folded in when it closes.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;

    let version = user_version(&connection)?;
    if version > 0 && (version as usize) < migrations.len() {
        take_snapshot(&connection, folder, Occasion::BeforeUpgrade, now)?;
    }
    steps(migrations).to_latest(&mut connection)?;
    Ok(connection)
}

pub(crate) fn connect(file: &Path) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(file, flags)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    connection.execute_batch(PRAGMAS)?;
    if user_version(&connection)? == 0 {
        connection.pragma_update(None, "application_id", APPLICATION_ID)?;
    }
    Ok(connection)
}

/// An empty database of ours under `file`, replacing what is there: only for a draft.
pub(crate) fn make_empty(file: &Path) -> Result<()> {
    remove(file)?;
    create_new(file)?.sync_all()?;
    let mut connection = connect(file)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
    steps(&MIGRATIONS).to_latest(&mut connection)?;
    connection.close().map_err(|(_, e)| e.into())
}

fn steps<'sql>(migrations: &[&'sql str]) -> Migrations<'sql> {
    Migrations::new(
        migrations
            .iter()
            .map(|sql| M::up(sql).foreign_key_check())
            .collect(),
    )
}

/// Opens a database that must not change by a single byte.
pub(crate) fn open_unchanging(file: &Path) -> Result<Connection> {
    assert_sqlite()?;
    let path = percent_encoded(file);
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_URI
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Ok(Connection::open_with_flags(
        format!("file:{path}?mode=ro&immutable=1"),
        flags,
    )?)
}

/// SQLite reads `?`, `#` and `%` in such an address as signs of its own.
fn percent_encoded(file: &Path) -> String {
    let mut path = String::new();
    for letter in file.to_string_lossy().chars() {
        match letter {
            '%' => path.push_str("%25"),
            '?' => path.push_str("%3f"),
            '#' => path.push_str("%23"),
            other => path.push(other),
        }
    }
    path
}

/// Runs SQLite's own `check` (`quick_check` or `integrity_check`).
pub(crate) fn passes(connection: &Connection, check: &str) -> bool {
    connection
        .query_row(&format!("PRAGMA {check}(1)"), [], |row| {
            row.get::<_, String>(0)
        })
        .is_ok_and(|verdict| verdict == "ok")
}

fn require_sound(connection: &Connection) -> Result<()> {
    let sound = passes(connection, "quick_check");
    if sound {
        Ok(())
    } else {
        Err(StoreError::DatabaseDamaged { newest: None })
    }
}

pub(crate) fn user_version(connection: &Connection) -> Result<u32> {
    Ok(connection.query_row("PRAGMA user_version", [], |row| row.get(0))?)
}

fn assert_sqlite() -> Result<()> {
    if rusqlite::version_number() < OLDEST_SQLITE {
        return Err(StoreError::SqliteTooOld {
            found: rusqlite::version().to_owned(),
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests;

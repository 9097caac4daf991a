//! Verified copies of the database: one a day when something changed, one before every upgrade.
//!
//! Made by SQLite itself (`VACUUM INTO`), never by copying a live file, and only given their name
//! after they were opened again and passed an integrity check.

use std::fs;
use std::path::{Path, PathBuf};

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use rusqlite::Connection;

use super::{open_unchanging, passes, user_version};
use crate::error::{Result, StoreError};
use crate::folder::{Folder, create_new, remove, rename};

/// Why a snapshot was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Occasion {
    /// The first orderly close of a day on which something changed. Seven are kept.
    Daily,
    /// The last moment of an older schema. Three are kept.
    BeforeUpgrade,
}

/// A copy of the database that passed its checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// When it was taken.
    pub taken: Timestamp,
    /// Why.
    pub occasion: Occasion,
    pub(crate) path: PathBuf,
}

const STAMP: &str = "%Y%m%dT%H%M%S";

impl Occasion {
    fn word(self) -> &'static str {
        match self {
            Occasion::Daily => "daily",
            Occasion::BeforeUpgrade => "upgrade",
        }
    }

    fn kept(self) -> usize {
        match self {
            Occasion::Daily => 7,
            Occasion::BeforeUpgrade => 3,
        }
    }
}

impl Snapshot {
    /// `app-20261123T190000-v1-daily.db`; anything else is not one of ours.
    fn from_path(path: PathBuf) -> Option<Snapshot> {
        let name = path
            .file_name()?
            .to_str()?
            .strip_prefix("app-")?
            .strip_suffix(".db")?;
        let (stamp, rest) = name.split_once("-v")?;
        let (_version, word) = rest.split_once('-')?;
        let occasion = [Occasion::Daily, Occasion::BeforeUpgrade]
            .into_iter()
            .find(|occasion| word.starts_with(occasion.word()))?;
        let taken = DateTime::strptime(STAMP, stamp)
            .ok()?
            .to_zoned(TimeZone::UTC)
            .ok()?;
        Some(Snapshot {
            taken: taken.timestamp(),
            occasion,
            path,
        })
    }

    /// Whether the copy can still be relied on.
    pub(crate) fn verifies(&self) -> bool {
        open_unchanging(&self.path).is_ok_and(|copy| passes(&copy, "integrity_check"))
    }
}

/// All snapshots, newest first, not verified again.
pub(crate) fn snapshots(folder: &Folder) -> Result<Vec<Snapshot>> {
    let mut found: Vec<Snapshot> = match fs::read_dir(folder.snapshots()) {
        Ok(entries) => entries
            .filter_map(|entry| Snapshot::from_path(entry.ok()?.path()))
            .collect(),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Vec::new(),
        Err(e) => return Err(e.into()),
    };
    found.sort_by(|a, b| (b.taken, &b.path).cmp(&(a.taken, &a.path)));
    Ok(found)
}

/// The newest snapshot that passes its checks today.
pub(crate) fn newest_verified(folder: &Folder) -> Option<Snapshot> {
    snapshots(folder).ok()?.into_iter().find(Snapshot::verifies)
}

/// Takes one and verifies it. Fails without leaving anything behind under a snapshot's name.
pub(crate) fn take_snapshot(
    connection: &Connection,
    folder: &Folder,
    occasion: Occasion,
    now: Timestamp,
) -> Result<Snapshot> {
    let version = user_version(connection)?;
    let stamp = now.to_zoned(TimeZone::UTC).strftime(STAMP).to_string();
    let path = folder
        .snapshots()
        .join(format!("app-{stamp}-v{version}-{}.db", occasion.word()));
    let draft = path.with_extension("new");
    let made = copy_and_verify(connection, &draft, version).and_then(|()| {
        rename(&draft, &path)?;
        Ok(Snapshot {
            taken: now,
            occasion,
            path,
        })
    });
    if made.is_err() {
        remove(&draft)?;
    }
    made
}

fn copy_and_verify(connection: &Connection, draft: &Path, version: u32) -> Result<()> {
    remove(draft)?;
    // SQLite takes an empty file, and keeps its mode.
    drop(create_new(draft)?);
    connection.execute("VACUUM INTO ?1", [draft.to_string_lossy()])?;
    fs::File::open(draft)?.sync_all()?;
    let copy = open_unchanging(draft)?;
    if user_version(&copy)? == version && passes(&copy, "integrity_check") {
        Ok(())
    } else {
        Err(StoreError::Unreadable { what: "snapshot" })
    }
}

/// Lets the oldest go. Called only after a newer one was verified.
pub(crate) fn keep_newest(folder: &Folder, occasion: Occasion) -> Result<()> {
    let of_kind = snapshots(folder)?
        .into_iter()
        .filter(|s| s.occasion == occasion);
    for old in of_kind.skip(occasion.kept()) {
        remove(&old.path)?;
    }
    Ok(())
}

//! Opening and closing: lock → what is there → keys → database → salvage → reserve. Each step may
//! refuse; a refusal has changed nothing.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use jiff::Timestamp;

use crate::database::{
    self, NEWEST, Occasion, OnDisk, Snapshot, keep_newest, newest_verified, on_disk, take_snapshot,
};
use crate::error::{Result, StoreError};
use crate::folder::{Folder, private, remove, rename, write_whole};
use crate::keys::Keys;
use crate::lock::StoreLock;
use crate::room::Reserve;
use crate::store::Store;
use crate::takes::salvage::{Swept, sweep};
use crate::takes::{Damaged, Salvaged};

/// What was found at the opening.
#[derive(Debug, Default)]
pub struct Opening {
    /// Set when a newer Undersong wrote this store: it can be read, and nothing is written.
    pub read_only: Option<NewerVersion>,
    /// Takes that were running when the app went away, kept up to their last quarter second.
    pub salvaged: Vec<Salvaged>,
    /// Takes that are not as they were left.
    pub damaged: Vec<Damaged>,
    /// The last owner did not close; everything was checked.
    pub unclean: bool,
}

/// The store speaks a later language than we do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewerVersion {
    /// The version it has.
    pub found: u32,
    /// The newest we can write.
    pub ours: u32,
}

/// How to go on with a store whose database is damaged. The damaged one is always set aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StartAgain {
    /// From a copy that passed its checks.
    From(Snapshot),
    /// With an empty database: every take on the disk gets a row again, the words are gone.
    WithTakesOnly,
}

impl Store {
    /// Opens the store in `dir`, or makes one. `now` is the caller's clock.
    ///
    /// Answers at once with [`StoreError::AlreadyOpen`] if another process is in there. On
    /// `KeyMissing`, `KeyDoesNotFit`, `KeysDamaged` and `DatabaseDamaged` not a byte was changed.
    pub fn open(dir: &Path, now: Timestamp) -> Result<(Store, Opening)> {
        let folder = Folder::new(dir);
        folder.make_root()?;
        let lock = StoreLock::take(&folder)?;
        let disk = on_disk(&folder)?;
        match disk {
            OnDisk::Ours { version, log } if version > NEWEST => {
                let newer = NewerVersion {
                    found: version,
                    ours: NEWEST,
                };
                Self::open_newer(folder, lock, newer, log, now)
            }
            OnDisk::Nothing | OnDisk::Ours { .. } | OnDisk::Foreign => {
                Self::open_ours(folder.clone(), lock, disk, now).map_err(|e| match e {
                    StoreError::DatabaseDamaged { .. } => StoreError::DatabaseDamaged {
                        newest: newest_verified(&folder),
                    },
                    other => other,
                })
            }
        }
    }

    fn open_ours(
        folder: Folder,
        lock: Arc<StoreLock>,
        disk: OnDisk,
        now: Timestamp,
    ) -> Result<(Store, Opening)> {
        let keys = match disk {
            OnDisk::Nothing if is_untouched(&folder) => Keys::create(&folder)?,
            OnDisk::Nothing | OnDisk::Ours { .. } | OnDisk::Foreign => Keys::unlock(&folder)?,
        };
        if disk == OnDisk::Foreign || (disk == OnDisk::Nothing && has_history(&folder)) {
            // There was a database here once. Making an empty one would hide that.
            return Err(StoreError::DatabaseDamaged { newest: None });
        }
        folder.make()?;
        let unclean = disk != OnDisk::Nothing && !folder.clean_marker().exists();
        let connection = database::open(&folder, unclean, now)?;
        remove(&folder.clean_marker())?;
        if folder.trial().exists() {
            remove(&folder.trial())?;
        }
        keys.keep_a_copy(&folder)?;

        let mut store = Store {
            connection,
            sealer: keys.rows(),
            keys,
            reserve: Reserve::of(&folder),
            read_only: None,
            opened: (now, Instant::now()),
            changed: false,
            _copy: None,
            lock,
            folder,
        };
        let Swept { salvaged, damaged } = sweep(&mut store, now)?;
        store.reserve.keep();
        Ok((
            store,
            Opening {
                read_only: None,
                salvaged,
                damaged,
                unclean,
            },
        ))
    }

    /// Reads without writing: no salvage, no marker, not a byte changed.
    fn open_newer(
        folder: Folder,
        lock: Arc<StoreLock>,
        newer: NewerVersion,
        log: bool,
        now: Timestamp,
    ) -> Result<(Store, Opening)> {
        let keys = Keys::unlock(&folder)?;
        let (connection, copy) = if log {
            // The newest rows are still in the log, and folding it in would change the files. So
            // it is folded into a copy, which goes when the store is closed.
            let copy = tempfile::Builder::new().prefix("undersong-").tempdir()?;
            let copied = Folder::new(copy.path());
            for (from, to) in [
                (folder.database(), copied.database()),
                (folder.write_ahead_log(), copied.write_ahead_log()),
            ] {
                let mut out = private().write(true).create_new(true).open(&to)?;
                std::io::copy(&mut fs::File::open(&from)?, &mut out)?;
            }
            let connection = database::connect(&copied.database())?;
            connection.pragma_update(None, "query_only", true)?;
            (connection, Some(copy))
        } else {
            (database::open_unchanging(&folder.database())?, None)
        };
        let store = Store {
            connection,
            sealer: keys.rows(),
            keys,
            reserve: Reserve::of(&folder),
            read_only: Some(newer),
            opened: (now, Instant::now()),
            changed: false,
            _copy: copy,
            lock,
            folder,
        };
        Ok((
            store,
            Opening {
                read_only: Some(newer),
                ..Opening::default()
            },
        ))
    }

    /// Goes on after [`StoreError::DatabaseDamaged`], in the way the person chose. The damaged
    /// database is moved to quarantine, where nothing ever deletes it.
    pub fn start_again(dir: &Path, how: &StartAgain, now: Timestamp) -> Result<(Store, Opening)> {
        let folder = Folder::new(dir);
        folder.make_root()?;
        let lock = StoreLock::take(&folder)?;
        Keys::unlock(&folder)?;
        folder.make()?;
        let draft = folder.database().with_extension("restored");
        match how {
            StartAgain::From(snapshot) => {
                if !snapshot.verifies() {
                    return Err(StoreError::DatabaseDamaged {
                        newest: newest_verified(&folder),
                    });
                }
                write_whole(&draft, &fs::read(&snapshot.path)?)?;
            }
            StartAgain::WithTakesOnly => database::make_empty(&draft)?,
        }
        // The log belongs to the damaged database; beside another it would be poison.
        for old in [folder.write_ahead_log(), folder.database()] {
            if old.exists() {
                folder.set_aside(&old)?;
            }
        }
        remove(&folder.clean_marker())?;
        rename(&draft, &folder.database())?;
        drop(lock);
        Store::open(dir, now)
    }

    /// Closes in order: takes the day's snapshot if something changed, folds the log in, and
    /// leaves the mark that says so.
    pub fn close(self) -> Result<()> {
        if self.read_only.is_some() {
            return Ok(());
        }
        let now = self.now();
        let copied = if self.changed {
            self.snapshot_of_the_day(now)
        } else {
            Ok(())
        };
        let sound = match copied {
            Ok(()) => true,
            // Copying reads every page. What it stumbled over, the next start looks into.
            Err(StoreError::DatabaseDamaged { .. } | StoreError::Unreadable { .. }) => false,
            Err(e) => {
                // The copy is a kindness; without room for it everything is still safe.
                log::warn!("no snapshot was taken today: {e}");
                true
            }
        };
        let Store {
            connection,
            folder,
            lock,
            ..
        } = self;
        connection.close().map_err(|(_, e)| e)?;
        if sound {
            write_whole(&folder.clean_marker(), b"")?;
        }
        drop(lock);
        Ok(())
    }

    fn snapshot_of_the_day(&self, now: Timestamp) -> Result<()> {
        let day = |at: Timestamp| at.to_zoned(jiff::tz::TimeZone::UTC).date();
        let taken = database::snapshots(&self.folder)?
            .iter()
            .any(|s| s.occasion == Occasion::Daily && day(s.taken) == day(now));
        if !taken {
            take_snapshot(&self.connection, &self.folder, Occasion::Daily, now)?;
            keep_newest(&self.folder, Occasion::Daily)?;
        }
        Ok(())
    }
}

/// Whether this is a folder nothing was ever kept in.
fn is_untouched(folder: &Folder) -> bool {
    let keys = folder.keys().exists() || folder.keys_copy().exists();
    !keys && !folder.database().exists() && !has_history(folder)
}

/// Whether takes or snapshots say that there was a database.
fn has_history(folder: &Folder) -> bool {
    [folder.takes(), folder.snapshots(), folder.trash()]
        .iter()
        .any(|place| {
            // A folder that is not there has nothing in it.
            fs::read_dir(place).is_ok_and(|mut entries| entries.next().is_some())
        })
}

//! Where everything lies, and how files are put there so that they stay.
//!
//! ```text
//! <store>/            0700, every file in it 0600
//!   lock              held while a store or one of its takes is open
//!   keys.v1 (+ .bak)  the data key, wrapped; key.file unwraps it
//!   app.db (+ -wal)   SQLite
//!   rec/<id>.part     a take while it is recorded;  <id>.take once it is sealed
//!   snap/             verified copies of app.db
//!   trash/<day>-…     for 30 days       quarantine/…  for good
//!   reserve.bin       room kept for the moment the disk is full
//!   trial.part        how fast the disk is, while somebody wants to know; never a recording
//!   clean             there only while nobody has the store open, and it was closed in order
//! ```

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use jiff::{Timestamp, tz::TimeZone};

use crate::ids::TakeId;

/// The paths of one store.
#[derive(Debug, Clone)]
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub fn new(root: &Path) -> Folder {
        Folder(root.to_owned())
    }
    pub fn root(&self) -> &Path {
        &self.0
    }
    pub fn lock(&self) -> PathBuf {
        self.0.join("lock")
    }
    pub fn keys(&self) -> PathBuf {
        self.0.join("keys.v1")
    }
    pub fn keys_copy(&self) -> PathBuf {
        self.0.join("keys.v1.bak")
    }
    pub fn key_file(&self) -> PathBuf {
        self.0.join("key.file")
    }
    pub fn database(&self) -> PathBuf {
        self.0.join("app.db")
    }
    pub fn write_ahead_log(&self) -> PathBuf {
        self.0.join("app.db-wal")
    }
    pub fn takes(&self) -> PathBuf {
        self.0.join("rec")
    }
    pub fn part(&self, take: TakeId) -> PathBuf {
        self.takes().join(format!("{take}.part"))
    }
    pub fn take(&self, take: TakeId) -> PathBuf {
        self.takes().join(format!("{take}.take"))
    }
    pub fn snapshots(&self) -> PathBuf {
        self.0.join("snap")
    }
    pub fn trash(&self) -> PathBuf {
        self.0.join("trash")
    }
    pub fn quarantine(&self) -> PathBuf {
        self.0.join("quarantine")
    }
    pub fn reserve(&self) -> PathBuf {
        self.0.join("reserve.bin")
    }
    pub fn trial(&self) -> PathBuf {
        self.0.join("trial.part")
    }
    pub fn clean_marker(&self) -> PathBuf {
        self.0.join("clean")
    }

    /// Makes the store's own folder, if it is not there yet.
    pub fn make_root(&self) -> io::Result<()> {
        make_private_folder(&self.0)
    }

    /// Makes the folders inside it.
    pub fn make(&self) -> io::Result<()> {
        for folder in [
            self.takes(),
            self.snapshots(),
            self.trash(),
            self.quarantine(),
        ] {
            make_private_folder(&folder)?;
        }
        sync_folder(&self.0)
    }

    /// Moves `file` out of the way, into the trash: gone after 30 days.
    pub fn discard(&self, file: &Path, now: Timestamp) -> io::Result<PathBuf> {
        let day = now.to_zoned(TimeZone::UTC).date().strftime("%Y%m%d");
        move_into(file, &self.trash(), &format!("{day}-"))
    }

    /// Moves `file` out of the way for good: nothing here ever deletes it.
    pub fn set_aside(&self, file: &Path) -> io::Result<PathBuf> {
        move_into(file, &self.quarantine(), "")
    }
}

/// Moves `file` into `folder` under a free name that begins with `prefix`.
fn move_into(file: &Path, folder: &Path, prefix: &str) -> io::Result<PathBuf> {
    make_private_folder(folder)?;
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let mut to = folder.join(format!("{prefix}{name}"));
    let mut copy = 1;
    while to.exists() {
        copy += 1;
        to = folder.join(format!("{prefix}{copy}-{name}"));
    }
    fs::rename(file, &to)?;
    sync_folder(folder)?;
    if let Some(from) = file.parent() {
        sync_folder(from)?;
    }
    Ok(to)
}

/// Opens `file` for writing; fails if it is already there.
pub(crate) fn create_new(file: &Path) -> io::Result<File> {
    private().write(true).create_new(true).open(file)
}

/// Options for a file only this person may read.
pub(crate) fn private() -> OpenOptions {
    #[allow(unused_mut, reason = "only Unix has modes")]
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

fn make_private_folder(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Puts `bytes` into `file` so that, whatever happens, either the old or the new content is there.
pub(crate) fn write_whole(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let draft = file.with_added_extension("new");
    let mut out = private()
        .write(true)
        .create(true)
        .truncate(true)
        .open(&draft)?;
    out.write_all(bytes)?;
    out.sync_all()?;
    drop(out);
    rename(&draft, file)
}

/// Gives `from` the name `to`, durably.
pub(crate) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)?;
    sync_parent(to)
}

/// Removes `file` if it is there, durably.
pub(crate) fn remove(file: &Path) -> io::Result<()> {
    match fs::remove_file(file) {
        Ok(()) => sync_parent(file),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(e) => Err(e),
    }
}

/// Makes the name of `file` as durable as its content.
pub(crate) fn sync_parent(file: &Path) -> io::Result<()> {
    file.parent().map_or(Ok(()), sync_folder)
}

/// A new name in a folder survives a power cut only after the folder itself is on disk.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    // Windows has no such call: there the file system journals names by itself.
    if cfg!(windows) {
        Ok(())
    } else {
        File::open(folder)?.sync_all()
    }
}

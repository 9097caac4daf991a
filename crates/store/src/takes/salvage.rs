//! After a crash: every recording found without an end gets one, every file without a row gets a
//! row. Runs at each start before anyone sees a window; doing it twice changes nothing, being
//! killed in the middle does no harm, and nothing is deleted.
//!
//! | found                          | becomes                                                   |
//! |--------------------------------|-----------------------------------------------------------|
//! | `.part` with sound             | `.take`, ended after its last slot that opens; when bytes |
//! |                                | were cut, the original goes to the trash                  |
//! | `.part` without any            | trash                                                     |
//! | `.part` beside its `.take`     | trash: a start was cut short between the two              |
//! | `.take` without a row          | a row, `recovered`                                        |
//! | a row without its file         | `missing`, and back again if the file turns up            |
//! | nothing opens                  | quarantine                                                |
//! | three starts died or failed on | quarantine                                                |

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::format::{Kind, SlotHeader, TakeHeader};
use super::reader::{NoTake, Scan, scan};
use super::rows::{TakeState, insert, set_state};
use super::writer::{SealedTake, seal_slot};
use crate::error::{Result, StoreError, is_full};
use crate::folder::{create_new, private, remove, rename};
use crate::ids::{SessionId, TakeId};
use crate::store::Store;

/// A file this many starts did not get past is set aside.
const ATTEMPTS: u8 = 3;

/// A take that was found and kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Salvaged {
    /// Its name; it has a row now.
    pub take: TakeId,
    /// The sitting it belongs to.
    pub session: SessionId,
    /// What it is. Without words if those were damaged.
    pub header: TakeHeader,
    /// What was kept, at [`TakeHeader::rate`].
    pub frames: u64,
}

/// Something that is not as it was left. Whatever it is, its bytes are still there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damaged {
    /// The take it is about.
    pub take: TakeId,
    /// What was found.
    pub what: Damage,
}

/// What can be wrong with a take at a start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Damage {
    /// Nothing in it can be read; it is in quarantine.
    Unreadable,
    /// There is a row, and no file.
    Missing,
    /// It can be salvaged once there is room on the disk.
    NoRoom,
    /// The disk failed while reading it. It is tried again at the next two starts.
    DiskFailed,
}

/// What a sweep has found.
#[derive(Debug, Default)]
pub(crate) struct Swept {
    pub salvaged: Vec<Salvaged>,
    pub damaged: Vec<Damaged>,
}

/// One way a file can turn out.
enum Outcome {
    Kept(Box<Scan>),
    Nothing,
    Bad(Damage),
}

pub(crate) fn sweep(store: &mut Store, now: Timestamp) -> Result<Swept> {
    let mut swept = Swept::default();
    for draft in files(&store.folder.takes(), "salvage")?.into_values() {
        // Our own copy, from a start that was cut short; its original is still there.
        remove(&draft)?;
    }
    for (take, part) in files(&store.folder.takes(), "part")? {
        if let Outcome::Bad(what) = counted(store, take, &part, |s| finish(s, take, &part, now))? {
            swept.damaged.push(Damaged { take, what });
        }
    }

    let known = store.take_states()?;
    let takes = files(&store.folder.takes(), "take")?;
    for (&take, path) in &takes {
        match known.get(&take) {
            Some(TakeState::Ok | TakeState::Recovered) => {}
            Some(_) => store.write(|tx, _| set_state(tx, take, TakeState::Recovered))?,
            None => match counted(store, take, path, |s| look_at(s, take, path))? {
                Outcome::Kept(scan) => swept.salvaged.push(adopt(store, &scan)?),
                Outcome::Nothing => {}
                Outcome::Bad(what) => swept.damaged.push(Damaged { take, what }),
            },
        }
    }

    let there: BTreeSet<TakeId> = takes.into_keys().collect();
    for (&take, &state) in &known {
        if matches!(state, TakeState::Ok | TakeState::Recovered) && !there.contains(&take) {
            let state = match store.trashed(take)? {
                Some(_) => TakeState::Trashed,
                None => TakeState::Missing,
            };
            store.write(|tx, _| set_state(tx, take, state))?;
            if state == TakeState::Missing {
                swept.damaged.push(Damaged {
                    take,
                    what: Damage::Missing,
                });
            }
        }
    }
    Ok(swept)
}

/// The files of `folder` that are named `<take>.<ending>`, oldest first.
fn files(folder: &Path, ending: &str) -> Result<BTreeMap<TakeId, PathBuf>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let take = path
            .file_stem()
            .and_then(|stem| stem.to_str()?.parse().ok());
        if let (Some(take), true) = (take, path.extension().is_some_and(|e| e == ending)) {
            found.insert(take, path);
        }
    }
    Ok(found)
}

/// Does `work` on one file, counting on disk how often it was begun and not ended.
fn counted(
    store: &mut Store,
    take: TakeId,
    path: &Path,
    work: impl FnOnce(&mut Store) -> Result<Outcome, NoTake>,
) -> Result<Outcome> {
    let counter = store.folder.takes().join(format!("{take}.attempts"));
    let before = fs::read(&counter)
        .ok()
        .and_then(|bytes| bytes.first().copied())
        .unwrap_or(0);
    let outcome = if before >= ATTEMPTS {
        Err(NoTake::Unreadable)
    } else {
        count(&counter, before + 1);
        work(store)
    };
    let outcome = match outcome {
        Ok(outcome) => outcome,
        Err(NoTake::Disk(e)) if is_full(&e) => Outcome::Bad(Damage::NoRoom),
        Err(NoTake::Disk(e)) if before + 1 < ATTEMPTS => {
            log::warn!("take {take} could not be read: {e}");
            return Ok(Outcome::Bad(Damage::DiskFailed));
        }
        Err(NoTake::Empty) => {
            store.folder.discard(path, store.now())?;
            Outcome::Nothing
        }
        Err(NoTake::Unreadable | NoTake::Disk(_)) => {
            let to = store.folder.set_aside(path)?;
            log::warn!(
                "take {take} cannot be read and was set aside as {}",
                to.display()
            );
            Outcome::Bad(Damage::Unreadable)
        }
    };
    remove(&counter)?;
    Ok(outcome)
}

/// Without room for the counter the work is done uncounted.
fn count(counter: &Path, attempt: u8) {
    let written = private()
        .write(true)
        .create(true)
        .truncate(true)
        .open(counter)
        .and_then(|mut file| {
            file.write_all(&[attempt])?;
            file.sync_all()
        });
    if let Err(e) = written {
        log::warn!("an attempt to read a take is not counted: {e}");
    }
}

fn look_at(store: &Store, take: TakeId, path: &Path) -> Result<Outcome, NoTake> {
    let scan = scan(path, &store.keys, |_, _, _| {})?;
    // Under another take's name it would hide that one.
    if scan.header.take == take {
        Ok(Outcome::Kept(Box::new(scan)))
    } else {
        Err(NoTake::Unreadable)
    }
}

/// Gives a `.part` its end and its name.
fn finish(store: &Store, take: TakeId, part: &Path, now: Timestamp) -> Result<Outcome, NoTake> {
    let whole = store.folder.take(take);
    if whole.exists() {
        store.folder.discard(part, now)?;
        return Ok(Outcome::Nothing);
    }
    let Outcome::Kept(scan) = look_at(store, take, part)? else {
        return Ok(Outcome::Nothing);
    };
    let end = scan.header.slots_begin() + u64::from(scan.slots) * scan.header.stride() as u64;
    let to_cut = scan.bytes > end;
    if to_cut {
        let draft = part.with_extension("salvage");
        with_reserve(store, || {
            remove(&draft)?;
            let mut copy = create_new(&draft)?;
            io::copy(&mut File::open(part)?.take(end), &mut copy)?;
            close(store, &scan, &mut copy)
        })
        .inspect_err(|_| drop(remove(&draft)))?;
        rename(&draft, &whole)?;
        store.folder.discard(part, now)?;
    } else {
        if scan.end.is_none() {
            with_reserve(store, || {
                let mut file = OpenOptions::new().append(true).open(part)?;
                close(store, &scan, &mut file).inspect_err(|_| drop(file.set_len(end)))
            })?;
        }
        rename(part, &whole)?;
    }
    Ok(Outcome::Nothing)
}

/// Writes FINAL, unless the log has one already.
fn close(store: &Store, scan: &Scan, file: &mut File) -> io::Result<()> {
    if scan.end.is_none() {
        let header = SlotHeader {
            kind: Kind::FinalRecovered,
            frames: 0,
            first: scan.frames,
        };
        let sealer = store.keys.take(scan.header.take, &scan.header.salt);
        let (bytes, _) = seal_slot(
            &scan.header,
            &sealer,
            scan.slots,
            header,
            &[],
            &scan.last_tag,
        )
        .map_err(io::Error::other)?;
        file.write_all(&bytes)?;
    }
    file.sync_all()
}

/// Does `work`; if the disk is full and there is a reserve, once more without it.
fn with_reserve(store: &Store, mut work: impl FnMut() -> io::Result<()>) -> io::Result<()> {
    match work() {
        Err(e) if is_full(&e) && store.reserve.free() => work(),
        other => other,
    }
}

fn adopt(store: &mut Store, scan: &Scan) -> Result<Salvaged> {
    let header = scan
        .words
        .clone()
        .unwrap_or_else(|| scan.header.without_words(scan.frames));
    let take = SealedTake {
        frames: scan.frames,
        gaps: scan.gaps.clone(),
        bytes: scan.bytes,
        last_tag: scan.last_tag,
        header,
    };
    store.write(|tx, sealer| insert(tx, sealer, &take, TakeState::Recovered))?;
    let SealedTake { header, frames, .. } = take;
    Ok(Salvaged {
        take: header.take,
        session: header.session,
        frames,
        header,
    })
}

impl From<StoreError> for NoTake {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Disk(e) => NoTake::Disk(e),
            StoreError::StorageFull { .. } => NoTake::Disk(io::ErrorKind::StorageFull.into()),
            other => NoTake::Disk(io::Error::other(other)),
        }
    }
}

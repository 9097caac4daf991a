//! What lies on the disk, found out by reading alone. Opening a database with SQLite may already
//! change it (it folds the log in), so this looks at the bytes instead.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use super::APPLICATION_ID;
use crate::folder::Folder;

/// What there is under the database's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OnDisk {
    /// No file, or one nothing was ever committed to.
    Nothing,
    /// A database of ours.
    Ours { version: u32, log: bool },
    /// Something else under that name.
    Foreign,
}

/// A database's first page begins with this; the version stands at byte 60, the owner at byte 68.
const FIRST_PAGE: &[u8; 16] = b"SQLite format 3\0";
const HEADER: usize = 100;
const LOG_HEADER: usize = 32;
const FRAME_HEADER: usize = 24;

pub(crate) fn on_disk(folder: &Folder) -> io::Result<OnDisk> {
    let Some(page) = beginning_of::<HEADER>(File::open(folder.database()))? else {
        return Ok(OnDisk::Nothing);
    };
    if !page.starts_with(FIRST_PAGE) {
        return Ok(OnDisk::Foreign);
    }
    // Until the log is folded in, the newest first page is in there.
    let logged = match File::open(folder.write_ahead_log()) {
        Ok(log) => version_in_log(log)?,
        Err(e) if e.kind() == io::ErrorKind::NotFound => Logged::default(),
        Err(e) => return Err(e),
    };
    let version = number(&page, 60).max(logged.version);
    let owner = number(&page, 68);
    Ok(match owner {
        _ if version == 0 => OnDisk::Nothing,
        APPLICATION_ID => OnDisk::Ours {
            version,
            log: logged.frames,
        },
        0 if logged.version > 0 => OnDisk::Ours {
            version,
            log: logged.frames,
        },
        _ => OnDisk::Foreign,
    })
}

#[derive(Debug, Default)]
struct Logged {
    version: u32,
    frames: bool,
}

/// The highest version any first page in the log speaks of. Frames of an earlier use of the log
/// carry other salts and do not count.
fn version_in_log(mut log: File) -> io::Result<Logged> {
    let mut found = Logged::default();
    let Some(header) = beginning_of::<LOG_HEADER>(log.try_clone())? else {
        return Ok(found);
    };
    let page_size = u64::from(number(&header, 8));
    if !(512..=65_536).contains(&page_size) {
        return Ok(found);
    }
    let mut at = LOG_HEADER as u64;
    loop {
        log.seek(SeekFrom::Start(at))?;
        let Some(frame) = next::<{ FRAME_HEADER + HEADER }>(&mut log)? else {
            return Ok(found);
        };
        if frame[8..16] != header[16..24] {
            return Ok(found);
        }
        found.frames = true;
        let page = &frame[FRAME_HEADER..];
        if number(&frame, 0) == 1
            && page.starts_with(FIRST_PAGE)
            && number(page, 68) == APPLICATION_ID
        {
            found.version = found.version.max(number(page, 60));
        }
        at += FRAME_HEADER as u64 + page_size;
    }
}

/// The first `N` bytes; `None` if there are fewer, or no file.
fn beginning_of<const N: usize>(file: io::Result<File>) -> io::Result<Option<[u8; N]>> {
    match file {
        Ok(mut file) => next(&mut file),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(e),
    }
}

fn next<const N: usize>(file: &mut File) -> io::Result<Option<[u8; N]>> {
    let mut bytes = [0; N];
    match file.read_exact(&mut bytes) {
        Ok(()) => Ok(Some(bytes)),
        Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
        Err(e) => Err(e),
    }
}

/// SQLite writes its numbers with the highest byte first.
fn number(bytes: &[u8], at: usize) -> u32 {
    bytes[at..at + 4]
        .iter()
        .fold(0, |sum, byte| sum << 8 | u32::from(*byte))
}

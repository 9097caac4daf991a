//! How much room there is, and the eight megabytes we keep for the moment there is none.

use std::fs::File;
use std::io::{self, Write};
use std::path::PathBuf;

use fs4::FileExt;

use crate::folder::{Folder, create_new, remove, sync_parent};
use crate::takes::format::bytes_per_second;

/// Enough for 55 s of sealed sound, or for every row of a long session.
const RESERVE_BYTES: u64 = 8 << 20;
/// The reserve is only put back when the disk has this much more than it.
const RESERVE_WHEN_FREE: u64 = 8 * RESERVE_BYTES;
/// The rate takes are counted at when a person asks how long they may record.
const STUDIO_HZ: u32 = 48_000;

/// Minutes of recording that fit on the disk under `folder`.
pub(crate) fn minutes_left(folder: &Folder) -> io::Result<f64> {
    let free = fs4::available_space(folder.root())?;
    Ok(free as f64 / bytes_per_second(STUDIO_HZ) / 60.0)
}

/// `reserve.bin`: deleted first when the disk is full, so that the end of a take and its row still
/// fit; made again at a later start.
#[derive(Debug, Clone)]
pub(crate) struct Reserve(PathBuf);

impl Reserve {
    pub fn of(folder: &Folder) -> Reserve {
        Reserve(folder.reserve())
    }

    /// Gives the room back. `false` if there was nothing left to give.
    pub fn free(&self) -> bool {
        let there = self.0.exists();
        if there {
            log::warn!("the disk is full; the reserve is used");
        }
        there && remove(&self.0).is_ok()
    }

    /// Makes the reserve if it is missing and the disk has plenty. Failing is no fault: there is
    /// then simply no reserve.
    pub fn keep(&self) {
        let plenty = |folder: &std::path::Path| {
            fs4::available_space(folder).is_ok_and(|free| free > RESERVE_WHEN_FREE)
        };
        if self.0.exists() || !self.0.parent().is_some_and(plenty) {
            return;
        }
        if let Err(e) = create_new(&self.0)
            .and_then(fill)
            .and_then(|()| sync_parent(&self.0))
        {
            log::warn!("no reserve could be made: {e}");
            let _ = remove(&self.0);
        }
    }
}

/// Really taken, not a hole: a sparse file keeps nothing free.
fn fill(mut file: File) -> io::Result<()> {
    if FileExt::allocate(&file, RESERVE_BYTES).is_err() {
        // Not every file system can allocate; every one can write.
        let block = vec![0x5A; 1 << 20];
        for _ in 0..RESERVE_BYTES / block.len() as u64 {
            file.write_all(&block)?;
        }
    }
    file.sync_all()
}

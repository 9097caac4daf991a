//! How fast this disk takes a recording in: a take that nobody sang, written as any take is, timed,
//! and gone afterwards.
//!
//! It lies beside the takes, not among them, so nothing ever makes a piece of it; one that a crash
//! left behind is removed at the next opening. It may wait for the disk: run it on a thread of its
//! own.

use std::time::{Duration, Instant};

use super::format::TakeHeader;
use super::writer::TakeWriter;
use crate::error::{Result, StoreError};
use crate::folder::{Folder, remove};
use crate::ids::{SessionId, TakeId};
use crate::store::Store;

/// Less room than this, in minutes of recording, is left alone.
const LEAST_MINUTES: f64 = 5.0;

/// A trial that is about to run. [`Send`], and independent of the store's connection.
pub struct WriteTrial {
    writer: Option<TakeWriter>,
    folder: Folder,
    rate: u32,
}

/// How it went.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WriteSpeed {
    /// Seconds of sound that were written and synced.
    pub seconds: f64,
    /// How long all of it took.
    pub took: Duration,
    /// How often half a second of sound was put on the disk.
    pub syncs: u32,
    /// How long that took as a rule, and at the worst: sealing, writing and syncing.
    pub median: Duration,
    pub slowest: Duration,
}

impl Store {
    /// Begins a trial of mono sound at `rate` frames per second.
    ///
    /// # Errors
    /// The store is open for reading only, the disk is nearly full or it refuses.
    pub fn try_writing(&self, rate: u32) -> Result<WriteTrial> {
        self.writable()?;
        if self.room()? < LEAST_MINUTES {
            return Err(StoreError::StorageFull { kept: 0 });
        }
        remove(&self.folder.trial())?;
        let words = TakeHeader {
            take: TakeId::new(),
            session: SessionId::new(),
            exercise: String::new(),
            name: String::new(),
            rate,
            pre_roll: 0,
            round_trip: 0,
            length: 0,
            punch_in: 0,
            channels: 1,
        };
        let (at, lock) = (self.folder.trial(), self.lock.clone());
        let writer = TakeWriter::begin_at(at, &words, &self.folder, &self.keys, lock)?;
        Ok(WriteTrial {
            writer: Some(writer),
            folder: self.folder.clone(),
            rate,
        })
    }
}

impl WriteTrial {
    /// Writes `seconds` of sound in halves, as fast as the disk takes them, and stops early when
    /// `patience` is over. Nothing is left of it.
    ///
    /// # Errors
    /// The disk refused, or filled up.
    pub fn run(mut self, seconds: u32, patience: Duration) -> Result<WriteSpeed> {
        let half = noise(self.rate as usize / 2);
        let began = Instant::now();
        let mut times = Vec::new();
        while times.len() < 2 * seconds as usize && began.elapsed() < patience {
            let Some(writer) = &mut self.writer else {
                break;
            };
            let asked = Instant::now();
            writer.append(&half)?;
            writer.sync()?;
            times.push(asked.elapsed());
        }
        let took = began.elapsed();
        times.sort_unstable();
        Ok(WriteSpeed {
            seconds: times.len() as f64 / 2.0,
            took,
            syncs: times.len() as u32,
            median: times.get(times.len() / 2).copied().unwrap_or_default(),
            slowest: times.last().copied().unwrap_or_default(),
        })
    }
}

impl Drop for WriteTrial {
    fn drop(&mut self) {
        // The file is closed first: some systems do not remove an open one.
        self.writer = None;
        if let Err(error) = remove(&self.folder.trial()) {
            log::warn!("the trial file stays until the next start: {error}");
        }
    }
}

/// Something no file system can make smaller than a voice.
fn noise(frames: usize) -> Vec<f32> {
    let mut seed = 1_u32;
    let sample = |_| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f32::from((seed >> 16) as u16) / 65_536.0 - 0.5
    };
    (0..frames).map(sample).collect()
}

//! Recording: samples into a growing `.part` file, on disk every half second.
//!
//! |           | `append`              | disk full         | disk failed | `seal`            |
//! |-----------|-----------------------|-------------------|-------------|-------------------|
//! | Recording | written               | → Full            | → Broken    | `.take`           |
//! | Full      | refused, says so      | ·                 | → Broken    | `.take`           |
//! | Broken    | refused, says so      | ·                 | ·           | left for salvage  |
//!
//! Runs on a thread that may wait (never the audio thread). Dropping a writer leaves the `.part`
//! file as it is; the next start salvages it.

use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use super::codec;
use super::format::{Header, Kind, SAMPLE, SlotHeader, TakeHeader, about_metadata, about_slot};
use crate::error::{Result, StoreError, is_full};
use crate::folder::{Folder, create_new, remove, rename, sync_parent};
use crate::keys::Keys;
use crate::lock::StoreLock;
use crate::room::Reserve;
use crate::seal::{NONCE, Sealer, TAG, fill_random};

/// Metadata is padded to a multiple of this, so that its length says little.
const METADATA_STEP: usize = 256;

/// A take that is being recorded. [`Send`], and independent of the store's connection.
pub struct TakeWriter {
    file: File,
    part: PathBuf,
    sealed: PathBuf,
    words: TakeHeader,
    header: Header,
    sealer: Sealer,
    reserve: Reserve,
    state: State,
    /// Slots written, and the tag of the last.
    slots: u32,
    last_tag: [u8; TAG],
    /// Frames in the slots written; the first of them that are also synced.
    position: u64,
    on_disk: u64,
    /// Less than a slot of sound, interleaved.
    pending: Vec<f32>,
    gaps: Vec<Range<u64>>,
    _lock: Arc<StoreLock>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Recording,
    Full,
    Broken,
}

/// A finished take, durable under its name; [`Store::adopt_take`](crate::Store::adopt_take) gives
/// it its row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedTake {
    /// What it is.
    pub header: TakeHeader,
    /// Its length, gaps included.
    pub frames: u64,
    /// Frames that never arrived.
    pub gaps: Vec<Range<u64>>,
    pub(super) bytes: u64,
    pub(super) last_tag: [u8; TAG],
}

impl TakeWriter {
    pub(crate) fn begin(
        words: &TakeHeader,
        folder: &Folder,
        keys: &Keys,
        lock: Arc<StoreLock>,
    ) -> Result<TakeWriter> {
        Self::begin_at(folder.part(words.take), words, folder, keys, lock)
    }

    pub(super) fn begin_at(
        part: PathBuf,
        words: &TakeHeader,
        folder: &Folder,
        keys: &Keys,
        lock: Arc<StoreLock>,
    ) -> Result<TakeWriter> {
        let mut salt = [0; 32];
        fill_random(&mut salt)?;
        let mut plain = serde_json::to_vec(words).map_err(|e| StoreError::Disk(e.into()))?;
        plain.resize(plain.len().next_multiple_of(METADATA_STEP), b' ');
        let sealer = keys.take(words.take, &salt);
        let (nonce, text) = sealer.seal(&about_metadata(words.take), &plain)?;
        let metadata = [&nonce[..], &text].concat();
        let header = Header {
            take: words.take,
            session: words.session,
            rate: words.rate,
            channels: words.channels,
            metadata: u32::try_from(metadata.len()).unwrap_or(u32::MAX),
            salt,
        };
        if Header::from_bytes(&header.to_bytes()).is_none() {
            let why = "a take needs a rate, one or two channels and a name of reasonable size";
            return Err(StoreError::Disk(io::Error::new(
                io::ErrorKind::InvalidInput,
                why,
            )));
        }

        let file = create_new(&part)?;
        let mut writer = TakeWriter {
            file,
            part,
            sealed: folder.take(words.take),
            words: words.clone(),
            sealer,
            reserve: Reserve::of(folder),
            state: State::Recording,
            slots: 0,
            last_tag: header.first_tag(),
            position: 0,
            on_disk: 0,
            pending: Vec::with_capacity(header.slot_content() / SAMPLE),
            gaps: Vec::new(),
            header,
            _lock: lock,
        };
        let preamble = writer.header.to_bytes();
        let preamble = [&preamble[..], &preamble, &metadata, &metadata].concat();
        if let Err(e) = writer.begin_file(&preamble) {
            // Nothing was recorded yet; an empty file would only puzzle the next start.
            remove(&writer.part)?;
            return Err(e.into());
        }
        Ok(writer)
    }

    fn begin_file(&mut self, preamble: &[u8]) -> io::Result<()> {
        self.file.write_all(preamble)?;
        self.file.sync_all()?;
        sync_parent(&self.part)
    }

    /// Takes `samples` in, two channels interleaved. On disk at the latest half a second of sound later.
    ///
    /// [`StoreError::StorageFull`] says how much is safe; nothing more is taken then, and the take
    /// wants to be sealed. After any other error the file is left for salvage at the next start.
    pub fn append(&mut self, samples: &[f32]) -> Result<()> {
        self.still_recording()?;
        let per_slot = self.header.slot_content() / SAMPLE;
        let mut rest = samples;
        while !rest.is_empty() {
            let room = per_slot - self.pending.len();
            let (now, later) = rest.split_at(room.min(rest.len()));
            self.pending.extend_from_slice(now);
            rest = later;
            if self.pending.len() == per_slot {
                self.write_pending()?;
            }
        }
        if self.state == State::Full {
            // The reserve has taken this one in. It is all there is.
            self.sync()?;
            return Err(StoreError::StorageFull { kept: self.on_disk });
        }
        // Half a second: what a person can lose to a power cut.
        if self.position - self.on_disk >= u64::from(self.header.rate / 2) {
            self.sync()?;
        }
        Ok(())
    }

    /// Notes that `frames` frames were lost on their way here. They will be silent.
    pub fn gap(&mut self, frames: u64) -> Result<()> {
        self.still_recording()?;
        self.write_pending()?;
        let mut left = frames;
        while left > 0 {
            let now = u32::try_from(left).unwrap_or(u32::MAX);
            let first = self.position;
            self.write_slot(Kind::Gap, now, &[])?;
            self.gaps.push(first..self.position);
            left -= u64::from(now);
        }
        Ok(())
    }

    /// Notes a word about this moment. At most a slot long; what is beyond is left out.
    pub fn mark(&mut self, word: &str) -> Result<()> {
        self.still_recording()?;
        self.write_pending()?;
        let room = self.header.slot_content();
        let end = word.floor_char_boundary(room);
        self.write_slot(Kind::Mark, 0, &word.as_bytes()[..end])
    }

    /// Puts all whole slots on the disk. Returns the frames that are safe now.
    pub fn sync(&mut self) -> Result<u64> {
        if self.state == State::Broken {
            return Err(self.broken());
        }
        if self.on_disk < self.position {
            if let Err(e) = self.file.sync_data() {
                // What the system threw away after a failed sync, it will not report again.
                self.state = State::Broken;
                return Err(StoreError::Disk(e));
            }
            self.on_disk = self.position;
        }
        Ok(self.on_disk)
    }

    /// Frames that are safe, as of the last sync.
    pub fn on_disk(&self) -> u64 {
        self.on_disk
    }

    /// Ends the take and gives the file its name. Durable when this returns.
    pub fn seal(mut self) -> Result<SealedTake> {
        if self.state == State::Broken {
            return Err(self.broken());
        }
        match self.write_pending() {
            // Not even a part of a slot fits: what is on disk is the take.
            Ok(()) | Err(StoreError::StorageFull { .. }) => self.pending.clear(),
            Err(other) => return Err(other),
        }
        self.write_slot(Kind::Final, 0, &[])?;
        self.file.sync_all()?;
        rename(&self.part, &self.sealed)?;
        Ok(SealedTake {
            frames: self.position,
            bytes: self.slot_offset(),
            last_tag: self.last_tag,
            gaps: self.gaps,
            header: self.words,
        })
    }

    fn still_recording(&self) -> Result<()> {
        match self.state {
            State::Recording => Ok(()),
            State::Full => Err(StoreError::StorageFull { kept: self.on_disk }),
            State::Broken => Err(self.broken()),
        }
    }

    fn broken(&self) -> StoreError {
        let why =
            "the disk failed earlier in this take; what is there is salvaged at the next start";
        StoreError::Disk(io::Error::other(why))
    }

    fn write_pending(&mut self) -> Result<()> {
        if self.pending.is_empty() {
            return Ok(());
        }
        let mut plain = Vec::with_capacity(self.pending.len() * SAMPLE);
        codec::encode(&self.pending, &mut plain);
        let frames = self.pending.len() / usize::from(self.header.channels);
        let frames = u32::try_from(frames).unwrap_or(u32::MAX);
        self.write_slot(Kind::Sound, frames, &plain)?;
        self.pending.clear();
        Ok(())
    }

    /// Appends one slot, whole or not at all. When the disk is full the reserve is given up for it.
    fn write_slot(&mut self, kind: Kind, frames: u32, plain: &[u8]) -> Result<()> {
        let header = SlotHeader {
            kind,
            frames,
            first: self.position,
        };
        let (bytes, tag) = seal_slot(
            &self.header,
            &self.sealer,
            self.slots,
            header,
            plain,
            &self.last_tag,
        )?;
        let mut written = self.file.write_all(&bytes);
        if written.as_ref().is_err_and(is_full) {
            self.state = State::Full;
            self.cut_torn_slot()?;
            if self.reserve.free() {
                written = self.file.write_all(&bytes);
            }
        }
        match written {
            Ok(()) => {
                self.slots += 1;
                self.last_tag = tag;
                self.position += u64::from(frames);
                Ok(())
            }
            Err(e) if is_full(&e) => {
                self.cut_torn_slot()?;
                let kept = self.sync()?;
                Err(StoreError::StorageFull { kept })
            }
            Err(e) => {
                self.state = State::Broken;
                Err(StoreError::Disk(e))
            }
        }
    }

    /// Where the next slot begins.
    fn slot_offset(&self) -> u64 {
        self.header.slots_begin() + u64::from(self.slots) * self.header.stride() as u64
    }

    fn cut_torn_slot(&mut self) -> Result<()> {
        let end = self.slot_offset();
        let cut = self
            .file
            .set_len(end)
            .and_then(|()| self.file.seek(SeekFrom::Start(end)));
        cut.map(|_| ()).map_err(|e| {
            self.state = State::Broken;
            StoreError::Disk(e)
        })
    }
}

/// The bytes of one slot, and its tag.
pub(super) fn seal_slot(
    take: &Header,
    sealer: &Sealer,
    slot: u32,
    header: SlotHeader,
    plain: &[u8],
    before: &[u8; TAG],
) -> Result<(Vec<u8>, [u8; TAG])> {
    // Always the same length, so that a short slot is as easy to step over as any.
    let mut padded = plain.to_vec();
    padded.resize(take.slot_content(), 0);
    let open = header.to_bytes();
    let (nonce, text): ([u8; NONCE], _) =
        sealer.seal(&about_slot(take.take, slot, &open, before), &padded)?;
    let tag = text.last_chunk().copied().unwrap_or([0; TAG]);
    Ok(([&open[..], &nonce, &text].concat(), tag))
}

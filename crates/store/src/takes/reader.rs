//! Reading a take, whatever happened to it: a slot that does not open is silence of the same
//! length, and the next one that does says where it belongs.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::Path;

use super::codec;
use super::format::{
    HEADER, Header, Kind, SLOT_HEADER, SlotHeader, TakeHeader, about_metadata, about_slot,
};
use super::rows::TakeRow;
use crate::error::{Result, StoreError};
use crate::keys::Keys;
use crate::seal::{NONCE, Sealer, TAG};

/// A take, read back.
#[derive(Debug, Clone, PartialEq)]
pub struct TakeRead {
    /// What it is.
    pub header: TakeHeader,
    /// Interleaved, [`TakeHeader::channels`] to the frame. Gaps and damage are silence, so every
    /// sound is where it was.
    pub samples: Vec<f32>,
    /// Frames that never arrived while recording.
    pub gaps: Vec<Range<u64>>,
    /// Frames that were recorded and can no longer be read.
    pub damaged: Vec<Range<u64>>,
    /// Words left while recording, each with its position.
    pub marks: Vec<(u64, String)>,
}

/// What one pass over a take's file has found.
pub(crate) struct Scan {
    pub header: Header,
    /// `None` when both copies are damaged.
    pub words: Option<TakeHeader>,
    /// Up to the end of the last slot that opens.
    pub frames: u64,
    pub gaps: Vec<Range<u64>>,
    pub damaged: Vec<Range<u64>>,
    pub marks: Vec<(u64, String)>,
    /// Slots up to and with the last that opens, and its tag.
    pub slots: u32,
    pub last_tag: [u8; TAG],
    pub end: Option<End>,
    pub bytes: u64,
}

/// How a take says it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    Sealed,
    Recovered,
}

/// Why a file could not be scanned at all.
#[derive(Debug)]
pub(crate) enum NoTake {
    /// It ends before the first slot: nothing was recorded.
    Empty,
    /// Neither header can be read, or it is another take's, or not one slot opens.
    Unreadable,
    /// The disk would not even open it.
    Disk(io::Error),
}

impl From<io::Error> for NoTake {
    fn from(error: io::Error) -> Self {
        NoTake::Disk(error)
    }
}

impl From<NoTake> for StoreError {
    fn from(no_take: NoTake) -> Self {
        match no_take {
            NoTake::Empty | NoTake::Unreadable => StoreError::TakeUnreadable,
            NoTake::Disk(e) if e.kind() == io::ErrorKind::NotFound => StoreError::TakeMissing,
            NoTake::Disk(e) => e.into(),
        }
    }
}

/// Reads the whole take. Its `row` knows how long it is, so that an end that does not open is silence
/// up to there, and what it is, where the file has lost its words.
pub(super) fn read(path: &Path, keys: &Keys, row: &TakeRow) -> Result<TakeRead> {
    let frames = row.frames;
    let mut samples = Vec::new();
    let mut out_of_memory = false;
    let mut extend = |samples: &mut Vec<f32>, to: u64, channels: u16| {
        // A gap may be hours long; too long for memory is an answer, not a crash.
        let to = usize::try_from(to.saturating_mul(u64::from(channels))).unwrap_or(usize::MAX);
        if samples
            .try_reserve(to.saturating_sub(samples.len()))
            .is_ok()
        {
            samples.resize(to.max(samples.len()), 0.0);
        } else {
            out_of_memory = true;
        }
    };
    let mut scan = scan(path, keys, |header, first, sound| {
        extend(&mut samples, first, header.channels);
        samples.extend(codec::decode(sound));
    })?;
    if scan.frames < frames {
        scan.damaged.push(scan.frames..frames);
    }
    extend(&mut samples, scan.frames.max(frames), scan.header.channels);
    if out_of_memory {
        return Err(StoreError::Disk(io::ErrorKind::OutOfMemory.into()));
    }
    let words = scan.words.unwrap_or_else(|| row.header.clone());
    Ok(TakeRead {
        header: TakeHeader {
            // What the slots were cut by.
            channels: scan.header.channels,
            ..words
        },
        samples,
        gaps: scan.gaps,
        damaged: scan.damaged,
        marks: scan.marks,
    })
}

/// Goes over every slot once; `sound` gets each one that opens, with the position of its first
/// frame. Never panics and never asks for more memory than a slot, whatever the bytes are.
pub(crate) fn scan(
    path: &Path,
    keys: &Keys,
    mut sound: impl FnMut(&Header, u64, &[u8]),
) -> Result<Scan, NoTake> {
    let mut file = File::open(path)?;
    let bytes = file.metadata()?.len();
    let header = read_header(&mut file, bytes)?;
    let stride = header.stride() as u64;
    let in_slots = bytes
        .checked_sub(header.slots_begin())
        .ok_or(NoTake::Empty)?;
    let slots_in_file = u32::try_from(in_slots / stride).unwrap_or(u32::MAX);
    if slots_in_file == 0 {
        return Err(NoTake::Empty);
    }
    let sealer = keys.take(header.take, &header.salt);
    let mut scan = Scan {
        words: read_words(&mut file, &header, &sealer),
        frames: 0,
        gaps: Vec::new(),
        damaged: Vec::new(),
        marks: Vec::new(),
        slots: 0,
        last_tag: header.first_tag(),
        end: None,
        bytes,
        header,
    };
    let mut before = scan.last_tag;
    let mut slot = vec![0; scan.header.stride()];
    for number in 0..slots_in_file {
        let at = scan.header.slots_begin() + u64::from(number) * stride;
        let read = file
            .seek(SeekFrom::Start(at))
            .and_then(|_| file.read_exact(&mut slot));
        // A sector the disk cannot read is damage like any other.
        if let Err(e) = read {
            log::warn!(
                "slot {number} of take {} cannot be read: {e}",
                scan.header.take
            );
            slot.fill(0);
        }
        let tag = slot.last_chunk().copied().unwrap_or_default();
        if let Some((open, plain)) = open_slot(&scan.header, &sealer, number, &slot, &before) {
            scan.note(open, &plain, &mut sound);
            scan.slots = number + 1;
            scan.last_tag = tag;
            if scan.end.is_some() {
                break;
            }
        }
        before = tag;
    }
    if scan.slots == 0 {
        Err(NoTake::Unreadable)
    } else {
        Ok(scan)
    }
}

impl Scan {
    /// Whether it can be read from end to end, and is as long as its row says.
    pub fn is_whole(&self, frames: u64) -> bool {
        self.damaged.is_empty()
            && self.words.is_some()
            && self.end.is_some()
            && self.frames == frames
    }

    fn note(
        &mut self,
        slot: SlotHeader,
        plain: &[u8],
        sound: &mut impl FnMut(&Header, u64, &[u8]),
    ) {
        if slot.first > self.frames {
            self.damaged.push(self.frames..slot.first);
        }
        let after = slot.first + u64::from(slot.frames);
        match slot.kind {
            Kind::Sound => sound(
                &self.header,
                slot.first,
                &plain[..plain.len().min(slot.frames as usize * self.header.frame())],
            ),
            Kind::Gap => self.gaps.push(slot.first..after),
            Kind::Mark => {
                let word = String::from_utf8_lossy(plain)
                    .trim_end_matches('\0')
                    .to_owned();
                self.marks.push((slot.first, word));
            }
            Kind::Final => self.end = Some(End::Sealed),
            Kind::FinalRecovered => self.end = Some(End::Recovered),
        }
        self.frames = self.frames.max(after);
    }
}

fn open_slot(
    header: &Header,
    sealer: &Sealer,
    number: u32,
    slot: &[u8],
    before: &[u8; TAG],
) -> Option<(SlotHeader, Vec<u8>)> {
    let (open, rest) = slot.split_first_chunk::<SLOT_HEADER>()?;
    let (nonce, text) = rest.split_first_chunk::<NONCE>()?;
    let plain = sealer.open(&about_slot(header.take, number, open, before), nonce, text)?;
    Some((SlotHeader::from_bytes(open)?, plain))
}

/// Whichever of the two headers is whole.
fn read_header(file: &mut File, bytes: u64) -> Result<Header, NoTake> {
    if bytes < 2 * HEADER as u64 {
        return Err(NoTake::Empty);
    }
    let mut two = [0; 2 * HEADER];
    file.read_exact(&mut two)?;
    let (copies, _) = two.as_chunks::<HEADER>();
    copies
        .iter()
        .find_map(Header::from_bytes)
        .ok_or(NoTake::Unreadable)
}

/// Whichever of the two copies of the metadata opens.
fn read_words(file: &mut File, header: &Header, sealer: &Sealer) -> Option<TakeHeader> {
    let mut copy = vec![0; header.metadata as usize];
    (0..2).find_map(|_| {
        file.read_exact(&mut copy).ok()?;
        let (nonce, text) = copy.split_first_chunk::<NONCE>()?;
        let plain = sealer.open(&about_metadata(header.take), nonce, text)?;
        serde_json::from_slice(&plain).ok()
    })
}

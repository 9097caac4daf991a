//! A take on disk: a sealed log that is only ever appended to, and can be read however it ended.
//!
//! ```text
//! header 96 B, twice │ metadata, sealed, twice │ slot 0 │ slot 1 │ … │ FINAL
//! ```
//! Everything before the slots stands twice, so no single damaged byte can hide the sound. Slots
//! all have the same length (250 ms of sound, sealed; two channels are interleaved), so damage in one cannot hide the next:
//!
//! ```text
//! kind u8 │ 0 0 0 │ frames u32 │ first u64 │ nonce 24 │ ciphertext │ tag 16
//! ```
//! `first` is the position of the slot's first frame; a reader that has lost some slots still
//! knows where the next one belongs. Associated data is `take id ‖ slot number ‖ these 16 bytes ‖
//! the tag before`, so slots cannot be left out, moved or taken from elsewhere unnoticed. Nonces
//! are random: a counter would be used twice when a torn slot is cut off and written again.
//! All numbers are little-endian.

use serde::{Deserialize, Serialize};

use crate::ids::{SessionId, TakeId};
use crate::seal::{KEY_ID, NONCE, TAG};

/// Bytes of one header.
pub(crate) const HEADER: usize = 96;
/// Bytes of a slot before its nonce.
pub(super) const SLOT_HEADER: usize = 16;
/// Bytes of one sample: 24-bit PCM, enough for any converter made.
pub(super) const SAMPLE: usize = 3;
/// A slot holds this part of a second.
const SLOTS_PER_SECOND: u32 = 4;

const MAGIC: &[u8; 4] = b"UST1";
const VERSION: u16 = 1;
const CODEC_S24: u8 = 1;
/// Far beyond any device; keeps a forged header from asking for all of memory.
const FASTEST_HZ: u32 = 768_000;
const MOST_CHANNELS: u16 = 2;
const LONGEST_METADATA: u32 = 1 << 16;

/// What a take is, in the words of whoever recorded it. Lengths and positions are frames at `rate`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakeHeader {
    /// Its name, and its file's.
    pub take: TakeId,
    /// The sitting it belongs to.
    pub session: SessionId,
    /// The exercise's id, e.g. `vs02`.
    pub exercise: String,
    /// What a person calls it, e.g. "First hum".
    pub name: String,
    /// Frames per second.
    pub rate: u32,
    /// Frames kept from before the punch-in.
    pub pre_roll: u64,
    /// Speaker → air → microphone → us, as it was measured when this was recorded.
    pub round_trip: u64,
    /// Frames the take was meant to last.
    pub length: u64,
    /// Where on the playhead it began.
    pub punch_in: u64,
    /// Samples in a frame: 1, or 2 for left and right. Takes from before this was written are 1.
    #[serde(default = "one")]
    pub channels: u16,
}

fn one() -> u16 {
    1
}

/// The part that must be known before anything can be opened. Not secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Header {
    pub take: TakeId,
    pub session: SessionId,
    pub rate: u32,
    /// 1 or 2.
    pub channels: u16,
    /// Bytes of one sealed copy of the metadata.
    pub metadata: u32,
    /// Makes this take's key its own.
    pub salt: [u8; 32],
}

impl Header {
    pub fn to_bytes(&self) -> [u8; HEADER] {
        let mut bytes = [0; HEADER];
        bytes[0..4].copy_from_slice(MAGIC);
        bytes[4..6].copy_from_slice(&VERSION.to_le_bytes());
        bytes[6..8].copy_from_slice(&(HEADER as u16).to_le_bytes());
        bytes[8..24].copy_from_slice(self.take.bytes());
        bytes[24..40].copy_from_slice(self.session.bytes());
        bytes[40] = CODEC_S24;
        bytes[41] = KEY_ID;
        bytes[42..44].copy_from_slice(&self.channels.to_le_bytes());
        bytes[44..48].copy_from_slice(&self.rate.to_le_bytes());
        bytes[48..52].copy_from_slice(&self.frames_per_slot().to_le_bytes());
        bytes[52..56].copy_from_slice(&self.metadata.to_le_bytes());
        bytes[56..88].copy_from_slice(&self.salt);
        let sum = crc32c::crc32c(&bytes[..92]);
        bytes[92..96].copy_from_slice(&sum.to_le_bytes());
        bytes
    }

    /// `None` if it is not one of ours, damaged, or of a kind this version does not know.
    pub fn from_bytes(bytes: &[u8; HEADER]) -> Option<Header> {
        let header = Header {
            take: TakeId::from_bytes(array(bytes, 8)),
            session: SessionId::from_bytes(array(bytes, 24)),
            channels: u16::from_le_bytes(array(bytes, 42)),
            rate: u32::from_le_bytes(array(bytes, 44)),
            metadata: u32::from_le_bytes(array(bytes, 52)),
            salt: array(bytes, 56),
        };
        let known = (1..=FASTEST_HZ).contains(&header.rate)
            && (1..=MOST_CHANNELS).contains(&header.channels)
            && header.metadata <= LONGEST_METADATA;
        // Whatever else the bytes say (magic, version, codec, sum), writing them again shows it.
        (known && header.to_bytes() == *bytes).then_some(header)
    }

    /// 250 ms; at least one frame.
    pub fn frames_per_slot(&self) -> u32 {
        (self.rate / SLOTS_PER_SECOND).max(1)
    }

    /// Bytes before slot 0.
    pub fn slots_begin(&self) -> u64 {
        2 * (HEADER as u64 + u64::from(self.metadata))
    }

    /// Bytes of a slot.
    pub fn stride(&self) -> usize {
        SLOT_HEADER + NONCE + self.slot_content() + TAG
    }

    /// Bytes of a frame.
    pub fn frame(&self) -> usize {
        usize::from(self.channels) * SAMPLE
    }

    /// Bytes a slot holds.
    pub fn slot_content(&self) -> usize {
        self.frames_per_slot() as usize * self.frame()
    }

    /// What slot 0 follows.
    pub fn first_tag(&self) -> [u8; TAG] {
        array(&self.salt, 0)
    }

    /// What stands in for the metadata when both copies are lost: the sound matters more, all
    /// `frames` of it. Where its part to keep began is not known any more.
    pub fn without_words(&self, frames: u64) -> TakeHeader {
        TakeHeader {
            take: self.take,
            session: self.session,
            exercise: String::new(),
            name: String::new(),
            rate: self.rate,
            pre_roll: 0,
            round_trip: 0,
            length: frames,
            punch_in: 0,
            channels: self.channels,
        }
    }
}

/// What a slot holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Sound.
    Sound,
    /// Frames that were lost before they reached us.
    Gap,
    /// A word about this position.
    Mark,
    /// The end, put there by whoever recorded.
    Final,
    /// The end, put there when the take was found without one.
    FinalRecovered,
}

/// The open part of a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SlotHeader {
    pub kind: Kind,
    pub frames: u32,
    pub first: u64,
}

impl SlotHeader {
    pub fn to_bytes(self) -> [u8; SLOT_HEADER] {
        let mut bytes = [0; SLOT_HEADER];
        bytes[0] = match self.kind {
            Kind::Sound => 0,
            Kind::Gap => 1,
            Kind::Mark => 2,
            Kind::Final => 3,
            Kind::FinalRecovered => 4,
        };
        bytes[4..8].copy_from_slice(&self.frames.to_le_bytes());
        bytes[8..16].copy_from_slice(&self.first.to_le_bytes());
        bytes
    }

    pub fn from_bytes(bytes: &[u8; SLOT_HEADER]) -> Option<SlotHeader> {
        let kind = match bytes[0] {
            0 => Kind::Sound,
            1 => Kind::Gap,
            2 => Kind::Mark,
            3 => Kind::Final,
            4 => Kind::FinalRecovered,
            _ => return None,
        };
        let frames = u32::from_le_bytes(array(bytes, 4));
        Some(SlotHeader {
            kind,
            frames,
            first: u64::from_le_bytes(array(bytes, 8)),
        })
    }
}

/// What a slot's tag vouches for besides its content.
pub(super) fn about_slot(
    take: TakeId,
    slot: u32,
    header: &[u8; SLOT_HEADER],
    before: &[u8; TAG],
) -> Vec<u8> {
    [&take.bytes()[..], &slot.to_le_bytes(), header, before].concat()
}

/// What the metadata's tag vouches for.
pub(super) fn about_metadata(take: TakeId) -> Vec<u8> {
    [b"metadata\0", &take.bytes()[..]].concat()
}

/// What a second of sound takes on disk.
pub(crate) fn bytes_per_second(rate: u32) -> f64 {
    f64::from(rate) * SAMPLE as f64
        + f64::from(SLOTS_PER_SECOND) * (SLOT_HEADER + NONCE + TAG) as f64
}

/// `N` bytes from `at` on. Callers stay within `bytes`; beyond it there are zeros.
fn array<const N: usize>(bytes: &[u8], at: usize) -> [u8; N] {
    bytes
        .get(at..)
        .and_then(|rest| rest.first_chunk())
        .copied()
        .unwrap_or([0; N])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(channels: u16) -> Header {
        Header {
            take: TakeId::from_bytes([1; 16]),
            session: SessionId::from_bytes([2; 16]),
            rate: 48_000,
            channels,
            metadata: 256,
            salt: [3; 32],
        }
    }

    #[test]
    fn a_take_from_before_there_were_two_channels_has_one() {
        let mut words = serde_json::to_value(header(2).without_words(0)).unwrap_or_default();
        if let Some(words) = words.as_object_mut() {
            assert!(words.remove("channels").is_some());
        }
        let before: Result<TakeHeader, _> = serde_json::from_value(words);
        assert_eq!(before.map(|words| words.channels).ok(), Some(1));
    }

    #[test]
    fn three_channels_or_none_are_not_ours() {
        for channels in [0, 1, 2, 3] {
            let back = Header::from_bytes(&header(channels).to_bytes());
            assert_eq!(back.is_some(), (1..=2).contains(&channels), "{channels}");
        }
    }
}

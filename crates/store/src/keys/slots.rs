//! `keys.v1`: the data key, wrapped once for each way of opening it.
//!
//! JSON, because a person who has lost everything else may have to read it. Each wrapped key
//! carries its tag, so a wrong key is told from a damaged file.

use std::fs;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::Secret;
use crate::error::{Result, StoreError};
use crate::seal::{KEY_ID, NONCE, Sealer};

const FORMAT: u32 = 1;

/// The whole file.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Slots {
    format: u32,
    key_id: u8,
    slots: Vec<Slot>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Slot {
    id: Uuid,
    kind: SlotKind,
    #[serde(with = "hex")]
    nonce: Vec<u8>,
    /// Ciphertext and tag.
    #[serde(with = "hex")]
    wrapped: Vec<u8>,
}

/// What opens a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum SlotKind {
    /// `key.file` beside the slots, readable by this person alone.
    File,
    /// The key store of the operating system.
    Os,
    /// A code the person has written down.
    Recovery,
}

impl Slots {
    /// [`StoreError::KeyMissing`] if there is no such file, `KeysDamaged` if it makes no sense.
    pub fn read(file: &Path) -> Result<Slots> {
        let bytes = fs::read(file).map_err(|e| match e.kind() {
            io::ErrorKind::NotFound => StoreError::KeyMissing,
            _ => e.into(),
        })?;
        serde_json::from_slice::<Slots>(&bytes)
            .ok()
            .filter(|slots| slots.format == FORMAT && slots.key_id == KEY_ID)
            .ok_or(StoreError::KeysDamaged)
    }

    /// One slot, opened by the key file.
    pub fn wrap(data_key: &Secret, wrapping: &Secret) -> Result<Slots> {
        let id = Uuid::now_v7();
        let about = about(id, SlotKind::File);
        let (nonce, wrapped) = Sealer::new(wrapping).seal(&about, &data_key[..])?;
        let slot = Slot {
            id,
            kind: SlotKind::File,
            nonce: nonce.to_vec(),
            wrapped,
        };
        Ok(Slots {
            format: FORMAT,
            key_id: KEY_ID,
            slots: vec![slot],
        })
    }

    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        serde_json::to_vec_pretty(self).map_err(|e| StoreError::Database(Box::new(e)))
    }

    /// The data key, out of any slot this key file opens.
    pub fn unwrap_with_file(&self, wrapping: &Secret) -> Result<Secret> {
        let sealer = Sealer::new(wrapping);
        self.slots
            .iter()
            .filter(|slot| slot.kind == SlotKind::File)
            .find_map(|slot| {
                let nonce = <[u8; NONCE]>::try_from(&slot.nonce[..]).ok()?;
                let key = sealer.open(&about(slot.id, slot.kind), &nonce, &slot.wrapped)?;
                <[u8; 32]>::try_from(&Zeroizing::new(key)[..])
                    .ok()
                    .map(Zeroizing::new)
            })
            .ok_or(StoreError::KeyDoesNotFit)
    }
}

fn about(id: Uuid, kind: SlotKind) -> Vec<u8> {
    let kind = match kind {
        SlotKind::File => "file",
        SlotKind::Os => "os",
        SlotKind::Recovery => "recovery",
    };
    [b"undersong key slot\0", &id.as_bytes()[..], kind.as_bytes()].concat()
}

/// Bytes as two lower-case digits each.
mod hex {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
        let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        to.serialize_str(&digits)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
        let digits = String::deserialize(from)?;
        let digit = |byte: u8| {
            char::from(byte)
                .to_digit(16)
                .and_then(|d| u8::try_from(d).ok())
        };
        digits
            .as_bytes()
            .chunks(2)
            .map(|pair| match *pair {
                [high, low] => digit(high)
                    .zip(digit(low))
                    .map(|(high, low)| high << 4 | low),
                _ => None,
            })
            .collect::<Option<_>>()
            .ok_or_else(|| D::Error::custom("not hexadecimal"))
    }
}

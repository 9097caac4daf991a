//! Sealing: what a person says or sings is only ever on disk encrypted and authenticated.
//!
//! A sealed value is `key id (1) ‖ nonce (24) ‖ ciphertext ‖ tag (16)`, XChaCha20-Poly1305 with a
//! random nonce: 192 bits are wide enough that nobody has to count them. The associated data says
//! where it belongs (`table ‖ 0 ‖ id ‖ schema`), so a value moved to another row does not open.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use serde::{Serialize, de::DeserializeOwned};

use crate::error::{Result, StoreError};

/// Bytes of a nonce.
pub(crate) const NONCE: usize = 24;
/// Bytes of a tag.
pub(crate) const TAG: usize = 16;
/// The one data key there is so far.
pub(crate) const KEY_ID: u8 = 1;
/// The shape of the sealed rows. Grows only if old ones can no longer be read as they are.
const SCHEMA: u8 = 1;

/// Seals and opens with one key.
pub(crate) struct Sealer(XChaCha20Poly1305);

impl Sealer {
    pub fn new(key: &[u8; 32]) -> Sealer {
        Sealer(XChaCha20Poly1305::new(&Key::from(*key)))
    }

    /// Ciphertext and tag of `plain` under a fresh nonce.
    pub fn seal(&self, about: &[u8], plain: &[u8]) -> Result<([u8; NONCE], Vec<u8>)> {
        let mut nonce = [0; NONCE];
        fill_random(&mut nonce)?;
        let sealed = self
            .0
            .encrypt(
                &XNonce::from(nonce),
                Payload {
                    msg: plain,
                    aad: about,
                },
            )
            // Only a text beyond 256 GB cannot be sealed.
            .map_err(|_| StoreError::Unreadable {
                what: "text too long to seal",
            })?;
        Ok((nonce, sealed))
    }

    /// `None` if a single bit of the nonce, `sealed` or `about` is not as it was.
    pub fn open(&self, about: &[u8], nonce: &[u8; NONCE], sealed: &[u8]) -> Option<Vec<u8>> {
        self.0
            .decrypt(
                &XNonce::from(*nonce),
                Payload {
                    msg: sealed,
                    aad: about,
                },
            )
            .ok()
    }

    /// `value` as a sealed column of row `id` of `table`.
    pub fn seal_row(&self, table: &str, id: &[u8], value: &impl Serialize) -> Result<Vec<u8>> {
        let plain = serde_json::to_vec(value).map_err(|e| StoreError::Database(Box::new(e)))?;
        let (nonce, sealed) = self.seal(&place(table, id), &plain)?;
        Ok([&[KEY_ID], &nonce[..], &sealed].concat())
    }

    /// The value of a sealed column.
    pub fn open_row<T: DeserializeOwned>(
        &self,
        table: &'static str,
        id: &[u8],
        sealed: &[u8],
    ) -> Result<T> {
        self.plain(table, id, sealed)
            .and_then(|plain| serde_json::from_slice(&plain).ok())
            .ok_or(StoreError::Unreadable { what: table })
    }

    /// Whether a sealed column is as it was when it was sealed.
    pub fn opens(&self, table: &str, id: &[u8], sealed: &[u8]) -> bool {
        self.plain(table, id, sealed).is_some()
    }

    fn plain(&self, table: &str, id: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        let (key_id, rest) = sealed.split_first()?;
        let (nonce, rest) = rest.split_first_chunk::<NONCE>()?;
        if *key_id == KEY_ID {
            self.open(&place(table, id), nonce, rest)
        } else {
            None
        }
    }
}

fn place(table: &str, id: &[u8]) -> Vec<u8> {
    [table.as_bytes(), &[0], id, &[SCHEMA]].concat()
}

/// Fills `bytes` from the system's own source of randomness.
pub(crate) fn fill_random(bytes: &mut [u8]) -> Result<()> {
    getrandom::fill(bytes).map_err(|e| StoreError::Disk(e.into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_sealed_line_opens_only_in_its_own_row() {
        let sealer = Sealer::new(&[7; 32]);
        let sealed = sealer.seal_row("piece", b"one", &"River, evening").unwrap();
        assert_eq!(
            sealer.open_row::<String>("piece", b"one", &sealed).unwrap(),
            "River, evening"
        );
        for (table, id) in [("piece", b"two"), ("session", b"one")] {
            assert!(sealer.open_row::<String>(table, id, &sealed).is_err());
        }
        assert!(
            Sealer::new(&[8; 32])
                .open_row::<String>("piece", b"one", &sealed)
                .is_err()
        );
    }

    #[test]
    fn the_words_are_not_readable_on_disk() {
        let sealed = Sealer::new(&[7; 32])
            .seal_row("piece", b"one", &"River, evening")
            .unwrap();
        assert!(!sealed.windows(5).any(|w| w == b"River"));
    }

    proptest! {
        #[test]
        fn any_changed_bit_of_a_sealed_line_is_noticed(bit in 0usize..8 * 57) {
            let sealer = Sealer::new(&[7; 32]);
            let mut sealed = sealer.seal_row("piece", b"one", &"River, evening").unwrap();
            prop_assert_eq!(sealed.len(), 57);
            sealed[bit / 8] ^= 1 << (bit % 8);
            prop_assert!(sealer.open_row::<String>("piece", b"one", &sealed).is_err());
        }
    }
}

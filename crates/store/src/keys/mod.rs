//! The keys of a store: one random data key, from which each purpose gets its own.
//!
//! Losing a key loses everything, so nothing here deletes or overwrites: a store whose key is
//! missing or wrong stays exactly as it is until the right key comes back.

mod slots;

use std::fs;
use std::io;

use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::error::{Result, StoreError};
use crate::folder::{Folder, create_new, sync_parent, write_whole};
use crate::ids::TakeId;
use crate::seal::{Sealer, fill_random};
use slots::Slots;

/// A key in memory; wiped when dropped.
type Secret = Zeroizing<[u8; 32]>;

/// The data key of an open store.
#[derive(Clone)]
pub(crate) struct Keys(Secret);

impl Keys {
    /// Reads the keys of an existing store; writes nothing.
    pub fn unlock(folder: &Folder) -> Result<Keys> {
        let slots = Slots::read(&folder.keys()).or_else(|first| {
            // Whichever copy is whole. What is said about a store without either is what was
            // found out about the first.
            Slots::read(&folder.keys_copy()).map_err(|_| first)
        })?;
        let wrapping = read_key_file(folder)?;
        slots.unwrap_with_file(&wrapping).map(Keys)
    }

    /// Makes the keys of a new store. A start that was cut short in here is carried on.
    pub fn create(folder: &Folder) -> Result<Keys> {
        let wrapping = match read_key_file(folder) {
            Ok(key) => key,
            Err(StoreError::KeyMissing) => new_key_file(folder)?,
            Err(other) => return Err(other),
        };
        let data_key = random_key()?;
        write_whole(
            &folder.keys(),
            &Slots::wrap(&data_key, &wrapping)?.to_bytes()?,
        )?;
        let keys = Keys::unlock(folder)?;
        keys.keep_a_copy(folder)?;
        Ok(keys)
    }

    /// Puts back whichever of the two copies of the slots is missing or damaged; a damaged one is
    /// set aside first. Only for a store these keys have opened.
    pub fn keep_a_copy(&self, folder: &Folder) -> Result<()> {
        for (whole, other) in [
            (folder.keys(), folder.keys_copy()),
            (folder.keys_copy(), folder.keys()),
        ] {
            if Slots::read(&whole).is_ok() && Slots::read(&other).is_err() {
                if other.exists() {
                    folder.set_aside(&other)?;
                }
                write_whole(&other, &fs::read(&whole)?)?;
            }
        }
        Ok(())
    }

    /// What seals the rows.
    pub fn rows(&self) -> Sealer {
        Sealer::new(&self.derive(&[b"db"]))
    }

    /// What seals one take. `salt` is the take's own, from its header.
    pub fn take(&self, take: TakeId, salt: &[u8]) -> Sealer {
        Sealer::new(&self.derive(&[b"rec", take.bytes(), salt]))
    }

    fn derive(&self, purpose: &[&[u8]]) -> Secret {
        let mut key = Zeroizing::new([0; 32]);
        let derived =
            Hkdf::<Sha256>::new(None, &self.0[..]).expand_multi_info(purpose, &mut key[..]);
        // HKDF refuses only outputs beyond 8 160 bytes; ours has 32.
        debug_assert!(derived.is_ok(), "32 bytes can always be derived");
        key
    }
}

fn random_key() -> Result<Secret> {
    let mut key = Zeroizing::new([0; 32]);
    fill_random(&mut key[..])?;
    Ok(key)
}

fn read_key_file(folder: &Folder) -> Result<Secret> {
    match fs::read(folder.key_file()).map(Zeroizing::new) {
        Ok(bytes) => <[u8; 32]>::try_from(&bytes[..])
            .map(Zeroizing::new)
            .map_err(|_| StoreError::KeyDoesNotFit),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Err(StoreError::KeyMissing),
        Err(e) => Err(e.into()),
    }
}

fn new_key_file(folder: &Folder) -> Result<Secret> {
    let key = random_key()?;
    let draft = folder.key_file().with_added_extension("new");
    // Left over from a start that was cut short before anything was sealed with it.
    crate::folder::remove(&draft)?;
    let mut file = create_new(&draft)?;
    io::Write::write_all(&mut file, &key[..])?;
    file.sync_all()?;
    crate::folder::rename(&draft, &folder.key_file())?;
    sync_parent(&folder.key_file())?;
    Ok(key)
}

#[cfg(test)]
mod tests;

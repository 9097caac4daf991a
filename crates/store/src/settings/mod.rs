//! Settings: a value of any shape under a name.

use rusqlite::named_params;
use serde::{Serialize, de::DeserializeOwned};

use crate::error::Result;
use crate::store::Store;

impl Store {
    /// The value under `key`; `None` if it was never set.
    pub fn get<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>> {
        let values = self.read_all(include_str!("by_key.sql"), [key], |row, sealer| {
            sealer.open_row("setting", key.as_bytes(), &row.get::<_, Vec<u8>>("sealed")?)
        })?;
        Ok(values.into_iter().next())
    }

    /// Sets the value under `key`.
    pub fn set<T: Serialize + ?Sized>(&mut self, key: &str, value: &T) -> Result<()> {
        self.write(|tx, sealer| {
            let sealed = sealer.seal_row("setting", key.as_bytes(), &value)?;
            tx.execute(
                include_str!("set.sql"),
                named_params! { ":key": key, ":sealed": sealed },
            )?;
            Ok(())
        })
    }
}

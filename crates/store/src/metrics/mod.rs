//! Metrics: single numbers about a session, e.g. how far a hum was from its note.

use std::collections::BTreeMap;

use rusqlite::named_params;

use crate::error::Result;
use crate::ids::SessionId;
use crate::store::Store;

impl Store {
    /// Keeps `value` under `key`, e.g. `pitch_error_cents`. A later value replaces an earlier.
    pub fn save_metric(&mut self, session: SessionId, key: &str, value: f64) -> Result<()> {
        self.session(session)?;
        self.write(|tx, sealer| {
            tx.execute(
                include_str!("save.sql"),
                named_params! {
                    ":session_id": session.bytes(),
                    ":key": key,
                    ":sealed": sealer.seal_row("metric", &place(session, key), &value)?,
                },
            )?;
            Ok(())
        })
    }

    /// The metrics of one session, by key.
    pub fn metrics(&self, session: SessionId) -> Result<BTreeMap<String, f64>> {
        let sql = include_str!("of_session.sql");
        let rows = self.read_all(sql, [session.bytes()], |row, sealer| {
            let key: String = row.get("key")?;
            let sealed: Vec<u8> = row.get("sealed")?;
            let value = sealer.open_row("metric", &place(session, &key), &sealed)?;
            Ok((key, value))
        })?;
        Ok(rows.into_iter().collect())
    }
}

fn place(session: SessionId, key: &str) -> Vec<u8> {
    [&session.bytes()[..], key.as_bytes()].concat()
}

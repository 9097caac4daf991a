//! Drafts: where a session stands, so that it can be taken up again after a crash.

use rusqlite::named_params;
use serde_json::Value;

use crate::error::Result;
use crate::ids::SessionId;
use crate::store::Store;

impl Store {
    /// Keeps the session's state as it is now.
    pub fn save_draft(&mut self, session: SessionId, state: &Value) -> Result<()> {
        self.session(session)?;
        self.write(|tx, sealer| {
            let sealed = sealer.seal_row("draft", session.bytes(), state)?;
            tx.execute(
                include_str!("save.sql"),
                named_params! { ":session_id": session.bytes(), ":sealed": sealed },
            )?;
            Ok(())
        })
    }

    /// The state kept last; `None` once the session has ended.
    pub fn draft(&self, session: SessionId) -> Result<Option<Value>> {
        let drafts = self.read_all(
            include_str!("of_session.sql"),
            [session.bytes()],
            |row, sealer| {
                sealer.open_row("draft", session.bytes(), &row.get::<_, Vec<u8>>("sealed")?)
            },
        )?;
        Ok(drafts.into_iter().next())
    }
}

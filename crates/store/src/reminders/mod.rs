//! Reminders: what was shown and answered, what may be armed, and days taken off.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use practice::reminders::{Reminder, Shown};
use rusqlite::{Row, named_params};

use crate::error::{Result, StoreError};
use crate::seal::Sealer;
use crate::store::Store;

impl Store {
    /// Reminders shown on `since` and after, by their practice day.
    pub fn reminders_shown(&self, since: Date) -> Result<BTreeMap<Date, Shown>> {
        let since = since.to_string();
        let rows = self.read_list(include_str!("shown_since.sql"), [since], |row, sealer| {
            let day: String = row.get("day")?;
            let sealed: Vec<u8> = row.get("sealed")?;
            let shown = sealer.open_row("reminder_shown", day.as_bytes(), &sealed)?;
            Ok((parsed(&day)?, shown))
        })?;
        Ok(rows.into_iter().collect())
    }

    /// Keeps that a reminder was shown, or what was answered; the last word about a day stays.
    pub fn save_reminder_shown(&mut self, day: Date, shown: &Shown) -> Result<()> {
        let day = day.to_string();
        self.write(|tx, sealer| {
            tx.execute(
                include_str!("save_shown.sql"),
                named_params! {
                    ":day": day,
                    ":sealed": sealer.seal_row("reminder_shown", day.as_bytes(), shown)?,
                },
            )?;
            Ok(())
        })
    }

    /// Everything that may be armed in the system.
    pub fn armed_reminders(&self) -> Result<Vec<Reminder>> {
        self.read_list(include_str!("armed.sql"), [], |row, sealer| {
            let place = row.get::<_, i32>("id")?.to_string();
            sealer.open_row(
                "reminder_armed",
                place.as_bytes(),
                &row.get::<_, Vec<u8>>("sealed")?,
            )
        })
    }

    /// From now on exactly these may be armed.
    pub fn set_armed_reminders(&mut self, armed: &[Reminder]) -> Result<()> {
        self.write(|tx, sealer| {
            tx.execute(include_str!("disarm_all.sql"), [])?;
            for reminder in armed {
                let place = reminder.id.0.to_string();
                tx.execute(
                    include_str!("arm.sql"),
                    named_params! {
                        ":id": reminder.id.0,
                        ":sealed": sealer.seal_row("reminder_armed", place.as_bytes(), reminder)?,
                    },
                )?;
            }
            Ok(())
        })
    }

    /// Days taken off, from `since` on.
    pub fn days_off(&self, since: Date) -> Result<BTreeSet<Date>> {
        self.days(include_str!("days_off_since.sql"), since)
    }

    /// Takes a day off, or gives it back.
    pub fn set_day_off(&mut self, day: Date, off: bool) -> Result<()> {
        let sql = if off {
            include_str!("take_day_off.sql")
        } else {
            include_str!("give_day_back.sql")
        };
        self.write(|tx, _| {
            tx.execute(sql, [day.to_string()])?;
            Ok(())
        })
    }

    /// Practice days with music, from `since` on.
    pub fn music_days(&self, since: Date) -> Result<BTreeSet<Date>> {
        self.days(include_str!("music_since.sql"), since)
    }

    fn days(&self, sql: &str, since: Date) -> Result<BTreeSet<Date>> {
        let one = |row: &Row, _: &Sealer| parsed(&row.get::<_, String>("day")?);
        let days = self.read_list(sql, [since.to_string()], one)?;
        Ok(days.into_iter().collect())
    }
}

fn parsed(day: &str) -> Result<Date> {
    let damaged = |_| StoreError::Unreadable { what: "day" };
    day.parse().map_err(damaged)
}

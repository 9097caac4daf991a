//! Days off that a person takes beforehand, and gives back.

use jiff::civil::Date;
use practice::day::practice_day;
use practice::reminders::{Away, ReminderId};

use super::{Desk, KEY, Reminders};
use crate::error::of_store;
use crate::ipc::{DaysOff, IpcError};

impl Reminders {
    /// Takes the days from `from` to `until` off, both of them too. Days that are off already stay
    /// so.
    ///
    /// # Errors
    /// `InvalidInput`: `from` or `until` is no day, the days are over or end before they begin, or
    /// there are more than a year of them; the store refuses.
    pub fn take_days_off(
        &mut self,
        from: &str,
        until: &str,
        desk: &mut Desk,
    ) -> Result<(), IpcError> {
        let today = practice_day(&desk.now);
        let away = between(from, until)?;
        if away.until() < today {
            return Err(invalid("until"));
        }
        self.keep(Away::and(away, &self.decided.away), desk)?;
        if away.covers(today) {
            for again in [false, true] {
                self.sink.withdraw(ReminderId::of(today, again));
            }
        }
        Ok(())
    }

    /// Gives back what was taken from `from` to `until`.
    ///
    /// # Errors
    /// `InvalidInput` if either is no day, `NotFound` if exactly these were not taken; the store
    /// refuses.
    pub fn give_days_back(
        &mut self,
        from: &str,
        until: &str,
        desk: &mut Desk,
    ) -> Result<(), IpcError> {
        let given = between(from, until)?;
        let mut away = self.decided.away.clone();
        away.retain(|other| *other != given);
        if away.len() == self.decided.away.len() {
            return Err(IpcError::NotFound {
                what: "days off".to_owned(),
            });
        }
        self.keep(away, desk)
    }

    fn keep(&mut self, away: Vec<Away>, desk: &mut Desk) -> Result<(), IpcError> {
        let mut decided = self.decided.clone();
        decided.away = away;
        desk.store.set(KEY, &decided).map_err(of_store)?;
        self.decided = decided;
        self.replan(desk).map_err(of_store)
    }
}

/// Those that are not over, as a person reads them.
pub fn said(away: &[Away], today: Date) -> Vec<DaysOff> {
    let ahead = away.iter().filter(|away| away.until() >= today);
    ahead
        .map(|away| DaysOff {
            from: away.from().to_string(),
            until: away.until().to_string(),
            now: away.covers(today),
        })
        .collect()
}

fn between(from: &str, until: &str) -> Result<Away, IpcError> {
    let day = |text: &str, field| text.parse::<Date>().map_err(|_| invalid(field));
    Away::between(day(from, "from")?, day(until, "until")?).ok_or_else(|| invalid("until"))
}

fn invalid(field: &str) -> IpcError {
    IpcError::InvalidInput {
        field: field.to_owned(),
    }
}

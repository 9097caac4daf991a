//! A phone and the app beside each other: it shows reminders by itself, also while the app runs or
//! is closed, so each has to know what the other did.
//!
//! | | the phone | the app |
//! |---|---|---|
//! | closed | shows, notes what was answered | tells afterwards what it was told, with the time |
//! | open | would show too | shows it at its minute, and has the phone forgo it |
//! | music is being made | is told to forgo today's, and to take it off the screen | waits for the end |

use jiff::Zoned;
use jiff::civil::Date;
use practice::day::practice_day;
use practice::reminders::{Due, Reminder, ReminderId, Text};
use store::StoreError;

use super::sink::{Happened, Meanwhile, Permission};
use super::trial::TRIAL_ID;
use super::{Desk, KEY, Reminders};
use crate::ipc::Changed;

impl Reminders {
    /// What happened outside since the last call, oldest first.
    pub fn meanwhile(&mut self, now: &Zoned) -> Vec<Meanwhile> {
        let mut all = self.sink.meanwhile();
        for one in all.extract_if(.., |one| one.id == TRIAL_ID) {
            self.trial_did(one.what);
        }
        let at = now.timestamp();
        let live = self.replies().into_iter().map(|(id, reply)| Meanwhile {
            id,
            at,
            what: Happened::Replied(reply),
        });
        all.extend(live);
        all
    }

    /// The system has shown this one by itself, at `at`: it counts, and stands on Today.
    ///
    /// # Errors
    /// The store refuses.
    pub fn was_shown(
        &mut self,
        id: ReminderId,
        text: Text,
        at: &Zoned,
        desk: &mut Desk,
    ) -> Result<(), StoreError> {
        let Some(day) = id.day() else {
            return Ok(());
        };
        self.armed.retain(|one| one.id != id);
        let one = Reminder {
            id,
            day,
            // When it came, not when it was meant to.
            at: at.timestamp(),
            local: at.datetime(),
            cue: None,
            text,
            again: id.is_again(),
        };
        if one.again {
            // Asked for, so it is not one more; and the asking is over.
            let is_asked = self.decided.snooze.is_some_and(|snooze| snooze.day == day);
            if is_asked || day == practice_day(&desk.now) {
                self.remember(&one, desk)?;
            }
        } else if !self.past.shown.contains_key(&day) {
            self.remember(&one, desk)?;
        }
        desk.store.set(KEY, &self.decided)?;
        self.replan(desk)
    }

    /// Music begins: nothing rings into it, and what came before has said what it had to say.
    pub(super) fn hush(&mut self, today: Date) {
        if self.past.shown.contains_key(&today) {
            for again in [false, true] {
                self.sink.withdraw(ReminderId::of(today, again));
            }
        }
        if self.sink.keeps_time() {
            for one in self.armed.iter().filter(|one| one.day == today) {
                self.sink.disarm(one.id);
            }
        }
    }

    /// It is over. What is still to come today is armed again, and taken away by the next plan if
    /// there was music.
    pub(super) fn unhush(&mut self, now: &Zoned) {
        if self.sink.keeps_time() {
            let is_ahead =
                |one: &&Reminder| one.day == practice_day(now) && one.at > now.timestamp();
            for one in self.armed.iter().filter(is_ahead) {
                self.sink.arm(one);
            }
        }
    }

    /// These are over; a phone that is late must not come with one of them afterwards.
    pub(super) fn forgo(&mut self, due: &Due) {
        if self.sink.keeps_time() {
            for id in &due.over {
                self.sink.disarm(*id);
            }
        }
    }

    /// Somebody was in the system's settings, or has answered the system's question.
    pub(super) fn follow_permission(&mut self) -> Option<Changed> {
        let permission = self.sink.permission();
        let before: Permission = std::mem::replace(&mut self.told_permission, permission);
        (before != permission).then_some(Changed::Reminders)
    }
}

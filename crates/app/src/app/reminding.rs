//! Reminders: deciding, trying, answering, and looking once a second.

use std::time::Duration;

use jiff::Zoned;
use practice::reminders::ReminderId;

use crate::error::of_store;
use crate::ipc::{
    Begin, Changed, IpcError, Length, ReminderAnswer, ReminderWish, RemindersView, SessionPhase,
};
use crate::reminders::{Desk, Happened, Meanwhile, ReminderSink, Reply};
use crate::session::Session;

use super::App;

impl App {
    /// From now on reminders are shown there; until then only on Today's card.
    ///
    /// # Errors
    /// The store refuses.
    pub fn remind_through(&mut self, sink: Box<dyn ReminderSink>) -> Result<(), IpcError> {
        let (reminders, mut desk) = self.at_the_desk();
        reminders.connect(sink, &mut desk).map_err(of_store)
    }

    /// What was wished, what comes next, and what came.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn reminders(&mut self) -> Result<RemindersView, IpcError> {
        let (reminders, desk) = self.at_the_desk();
        reminders.view(&desk).map_err(of_store)
    }

    /// Says that the system started this app and nobody is at the screen yet: what came meanwhile is
    /// then shown outside it, too. Once, before time moves on.
    pub fn started_at_login(&mut self) {
        self.reminders.start_unattended();
    }

    /// Decides; `None` is "no reminders".
    ///
    /// # Errors
    /// `InvalidInput` names what makes no sense; the store refuses.
    pub fn decide_reminders(
        &mut self,
        wish: Option<&ReminderWish>,
    ) -> Result<RemindersView, IpcError> {
        let (reminders, mut desk) = self.at_the_desk();
        reminders.decide(wish, &mut desk)?;
        self.reminders()
    }

    /// Takes days off beforehand, "2026-12-24" to "2027-01-02", both of them too.
    ///
    /// # Errors
    /// `InvalidInput` names what makes no sense; the store refuses.
    pub fn take_days_off(&mut self, from: &str, until: &str) -> Result<RemindersView, IpcError> {
        let (reminders, mut desk) = self.at_the_desk();
        reminders.take_days_off(from, until, &mut desk)?;
        self.reminders()
    }

    /// Gives days off back, as they were taken.
    ///
    /// # Errors
    /// `NotFound` if they were not; the store refuses.
    pub fn give_days_back(&mut self, from: &str, until: &str) -> Result<RemindersView, IpcError> {
        let (reminders, mut desk) = self.at_the_desk();
        reminders.give_days_back(from, until, &mut desk)?;
        self.reminders()
    }

    /// Sends one in ten seconds.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn try_reminder(&mut self) -> Result<RemindersView, IpcError> {
        let (reminders, desk) = self.at_the_desk();
        reminders.begin_trial(desk.mono);
        self.reminders()
    }

    /// "Got it?"
    ///
    /// # Errors
    /// `NotNow` if none was sent.
    pub fn reminder_arrived(&mut self, arrived: bool) -> Result<RemindersView, IpcError> {
        self.reminders.end_trial(arrived)?;
        self.reminders()
    }

    /// Answers the card on Today.
    ///
    /// # Errors
    /// `NotNow` when there is none; or as [`App::begin`].
    pub fn answer_reminder(&mut self, answer: ReminderAnswer) -> Result<RemindersView, IpcError> {
        let id = self
            .reminders
            .of_card(&self.clock.now())
            .ok_or(IpcError::NotNow)?;
        let reply = match answer {
            ReminderAnswer::StartTwoMinutes => Reply::Start(Length::TwoMinutes),
            ReminderAnswer::Start => Reply::Start(Length::Full),
            ReminderAnswer::Later => Reply::Later,
            ReminderAnswer::NotToday => Reply::NotToday,
        };
        self.take_up(id, reply)?;
        self.reminders()
    }

    /// The wish as a calendar file (RFC 5545), for those who would rather not be notified.
    ///
    /// # Errors
    /// `NotNow` without a wish.
    pub fn reminder_calendar(&mut self) -> Result<String, IpcError> {
        let (reminders, desk) = self.at_the_desk();
        let calendar = reminders.calendar(desk.store, &desk.now).map_err(of_store);
        calendar?.ok_or(IpcError::NotNow)
    }

    /// Follows an answer, also one that opened the app in the first place, before anything else
    /// has been asked of it: an answer proves that the reminder was shown. It is for the exercise
    /// of its own day, whatever day it is now. `true` if an exercise is ready to be checked in to.
    ///
    /// # Errors
    /// The store refuses.
    pub fn take_up(&mut self, id: ReminderId, reply: Reply) -> Result<bool, IpcError> {
        self.take_up_from(id, reply, &self.clock.now())
    }

    /// As [`App::take_up`], of an answer that was given at `when`.
    fn take_up_from(
        &mut self,
        id: ReminderId,
        reply: Reply,
        when: &Zoned,
    ) -> Result<bool, IpcError> {
        let (reminders, mut desk) = self.at_the_desk();
        reminders
            .answered(id, reply, when, &mut desk)
            .map_err(of_store)?;
        let invited = self.reminders.invited_to(id);
        let Reply::Start(length) = reply else {
            return Ok(false);
        };
        if self.session.as_ref().is_some_and(is_under_way) {
            // Somebody is playing already; the window comes to the front, and that is all.
            return Ok(true);
        }
        let exercise = match invited {
            Some(exercise) if self.content.exercise(&exercise).is_some() => exercise,
            _ => self.today()?.card.id,
        };
        self.begin(&Begin { exercise, length })?;
        Ok(true)
    }

    /// Answers from outside, and a look at the clocks when one is due.
    pub(super) fn follow_reminders(&mut self) -> Vec<Changed> {
        let mut changed = vec![];
        let now = self.clock.now();
        for one in self.reminders.meanwhile(&now) {
            changed.push(Changed::Reminders);
            match self.catch_up(one, &now) {
                Ok(true) => changed.extend([Changed::Session, Changed::TakenUp]),
                Ok(false) => {}
                Err(error) => log::warn!("a reminder was shown or answered in vain: {error}"),
            }
        }
        if self.reminders.take_touched() {
            changed.push(Changed::Reminders);
        }
        if !self.reminders.is_due(self.mono()) {
            return changed;
        }
        self.clock.look_around();
        let busy = self.session.as_ref().is_some_and(is_under_way);
        let (reminders, mut desk) = self.at_the_desk();
        match reminders.look(busy, &mut desk) {
            Ok(more) => changed.extend(more),
            Err(error) => log::warn!("reminders wait for the next look: {error}"),
        }
        changed
    }

    /// Follows one thing that happened outside. `true` as [`App::take_up`].
    fn catch_up(&mut self, one: Meanwhile, now: &Zoned) -> Result<bool, IpcError> {
        let at = one.at.to_zoned(now.time_zone().clone());
        match one.what {
            Happened::Replied(reply) => self.take_up_from(one.id, reply, &at),
            Happened::Shown(text) => {
                let (reminders, mut desk) = self.at_the_desk();
                let shown = reminders.was_shown(one.id, text, &at, &mut desk);
                shown.map(|()| false).map_err(of_store)
            }
        }
    }

    /// Time by a clock nobody can set. It stands still while a computer sleeps.
    pub(super) fn mono(&self) -> Duration {
        if self.sound.is_virtual() {
            self.passed
        } else {
            self.started.elapsed()
        }
    }

    fn at_the_desk(&mut self) -> (&mut crate::reminders::Reminders, Desk<'_>) {
        let mono = self.mono();
        let desk = Desk {
            store: &mut self.store,
            content: &self.content,
            now: self.clock.now(),
            mono,
        };
        (&mut self.reminders, desk)
    }

    /// Sets the clock on the wall, as a person or a time zone does; virtual time only.
    pub fn set_clock(&mut self, to: jiff::Zoned) {
        if self.sound.is_virtual() {
            self.clock = crate::clock::Clock::Virtual(to);
        }
    }
}

fn is_under_way(session: &Session) -> bool {
    session.phase != SessionPhase::Ended
}

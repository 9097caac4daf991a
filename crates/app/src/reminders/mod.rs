//! Reminders as the app keeps them: the plan is `practice`'s, the truth is the store's, and a
//! [`ReminderSink`] shows them. Without one that keeps time, the app's own tick does.
//!
//! Asked on every look, once a second by the clock on the wall; so neither a sleep nor a changed
//! clock can lose one, and however many have come meanwhile, one is shown. What is shown is written
//! down first: after a crash it may be missing on the screen, where Today's card stands in for it,
//! but it never comes twice.

mod days_off;
mod meanwhile;
mod sink;
mod trial;
mod view;
mod watch;
mod words;

use std::time::Duration;

use jiff::civil::{Date, date};
use jiff::{ToSpan, Zoned};
use practice::day::practice_day;
use practice::reminders::{
    Answer, Away, Past, Reminder, ReminderId, Shown, Snooze, Wish, calendar, difference, due, plan,
};
use serde::{Deserialize, Serialize};
use store::{Store, StoreError};

use crate::content::Content;
use crate::error::of_store;
use crate::ipc::{Changed, IpcError, ReminderWish};
use crate::today;

pub use sink::{CardOnly, Happened, Invitation, Meanwhile, Permission, ReminderSink, Reply};
use trial::{TRIAL_ID, Trial};
use watch::Watch;

/// Under this name in the store.
const KEY: &str = "reminders";
/// Before anybody could have used this app.
const EVER: Date = date(1970, 1, 1);
/// At login the desktop may only be starting, too; so long its notifications are waited for.
const SETTLING: Duration = Duration::from_secs(20);

/// What a person decided. Kept whole.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Decided {
    wish: Option<Wish>,
    /// In order, none sharing a day.
    away: Vec<Away>,
    snooze: Option<Snooze>,
    /// They were asked, whatever they answered.
    asked: bool,
}

/// The keeper of the plan.
pub struct Reminders {
    sink: Box<dyn ReminderSink>,
    decided: Decided,
    past: Past,
    /// Planned and armed, and those that wait to be looked at.
    armed: Vec<Reminder>,
    /// The day on which it came for the second time.
    again: Option<Date>,
    watch: Watch,
    /// Nobody opened the app: it was started at login.
    unattended: bool,
    /// A session was running at the last look.
    was_busy: bool,
    trial: Trial,
    /// As the window was last told.
    told_permission: Permission,
}

/// What a look needs, lent by the app.
pub struct Desk<'a> {
    pub store: &'a mut Store,
    pub content: &'a Content,
    pub now: Zoned,
    /// By a clock nobody can set.
    pub mono: Duration,
}

impl Reminders {
    /// As they were kept. Nothing is shown outside the app until [`Reminders::connect`].
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn open(store: &Store) -> Result<Reminders, StoreError> {
        let decided: Decided = store.get(KEY)?.unwrap_or_default();
        Ok(Reminders {
            sink: Box::new(CardOnly),
            past: past(store, &decided)?,
            armed: store.armed_reminders()?,
            decided,
            again: None,
            watch: Watch::default(),
            unattended: false,
            was_busy: false,
            trial: Trial::default(),
            told_permission: Permission::default(),
        })
    }

    /// From now on they are shown there. Nothing that was armed before is believed in.
    ///
    /// # Errors
    /// The store refuses.
    pub fn connect(
        &mut self,
        sink: Box<dyn ReminderSink>,
        desk: &mut Desk,
    ) -> Result<(), StoreError> {
        self.sink = sink;
        if self.sink.keeps_time() {
            let armed = std::mem::take(&mut self.armed);
            for one in &armed {
                self.sink.disarm(one.id);
                // The system has shown it while we were away, unless it will tell us itself.
                if !self.sink.tells()
                    && one.at <= desk.now.timestamp()
                    && self.past.is_open(one.day)
                {
                    self.remember(one, desk)?;
                }
            }
            if self.sink.tells() {
                let come = |one: &Reminder| one.at <= desk.now.timestamp();
                self.armed = armed.into_iter().filter(come).collect();
            }
        }
        self.replan(desk)
    }

    /// Nobody is at the screen yet, so what came meanwhile is shown outside the app, too.
    pub fn start_unattended(&mut self) {
        self.unattended = true;
    }

    /// The app closes; Today has what is still open.
    pub fn leave(&mut self) {
        self.sink.leave();
    }

    /// Decides; `None` is "no reminders". Either way nobody is asked again.
    ///
    /// # Errors
    /// `InvalidInput` says which part makes no sense; the store refuses.
    pub fn decide(&mut self, said: Option<&ReminderWish>, desk: &mut Desk) -> Result<(), IpcError> {
        let since = practice_day(&desk.now);
        let wish = said.map(|said| words::wish(said, since)).transpose()?;
        let is_on = wish.as_ref().is_some_and(|wish| !wish.is_off());
        let decided = Decided {
            wish,
            away: self.decided.away.clone(),
            snooze: None,
            asked: true,
        };
        desk.store.set(KEY, &decided).map_err(of_store)?;
        self.decided = decided;
        if is_on && self.sink.permission() == Permission::Prompt {
            self.sink.ask();
        }
        self.replan(desk).map_err(of_store)
    }

    /// The calendar file; `None` without a wish.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn calendar(&mut self, store: &Store, now: &Zoned) -> Result<Option<String>, StoreError> {
        self.past = past(store, &self.decided)?;
        let wish = self.decided.wish.as_ref();
        Ok(wish.and_then(|wish| calendar(wish, &self.past, now)))
    }

    /// Which exercise it was for, whenever that was; `None` if nobody knows any more.
    #[must_use]
    pub fn invited_to(&self, id: ReminderId) -> Option<String> {
        self.past.shown.get(&id.day()?)?.exercise.clone()
    }

    /// What people did outside the app since the last call.
    pub fn replies(&mut self) -> Vec<(ReminderId, Reply)> {
        let replies = self.sink.replies();
        let (trial, real): (Vec<_>, Vec<_>) =
            replies.into_iter().partition(|(id, _)| *id == TRIAL_ID);
        for (_, reply) in trial {
            self.trial_did(Happened::Replied(reply));
        }
        real
    }

    /// Keeps an answer that was given at `when`. The exercise is begun by the app. Whoever answers
    /// has seen it: one that the system showed while nobody was here to write it down is written
    /// down now.
    ///
    /// # Errors
    /// The store refuses.
    pub fn answered(
        &mut self,
        id: ReminderId,
        reply: Reply,
        when: &Zoned,
        desk: &mut Desk,
    ) -> Result<(), StoreError> {
        self.sink.withdraw(id);
        let Some(day) = id.day() else {
            return Ok(());
        };
        let answer = match reply {
            Reply::Start(_) => Answer::Opened,
            Reply::Later => Answer::Later,
            Reply::NotToday => Answer::NotToday,
        };
        if !self.past.shown.contains_key(&day) {
            let armed = self.armed.iter().find(|one| one.day == day && !one.again);
            if let Some(one) = armed.cloned() {
                self.remember(&one, desk)?;
            }
        }
        if let Some(shown) = self.past.shown.get(&day) {
            let shown = Shown {
                answer: Some(answer),
                ..shown.clone()
            };
            desk.store.save_reminder_shown(day, &shown)?;
        }
        self.again = None;
        // Told late, an answer still means the day it was given on.
        let is_today = day == practice_day(when);
        if reply == Reply::Later && is_today && !id.is_again() {
            let at = when.timestamp() + 1.hour();
            self.decided.snooze = Some(Snooze { day, at });
            desk.store.set(KEY, &self.decided)?;
        }
        if reply == Reply::NotToday && is_today {
            desk.store.set_day_off(day, true)?;
        }
        self.replan(desk)
    }

    /// Whether there is anything to do before the next look.
    #[must_use]
    pub fn is_due(&self, mono: Duration) -> bool {
        self.watch.is_due(mono)
    }

    /// Looks at the clocks: plans again when something happened, shows what has come. While a
    /// session runs (`busy`) everything waits; it is music, so there is nothing to say afterwards.
    ///
    /// # Errors
    /// The store refuses; the next look tries again.
    pub fn look(&mut self, busy: bool, desk: &mut Desk) -> Result<Vec<Changed>, StoreError> {
        let is_first = !self.watch.has_looked();
        if is_first && self.unattended && desk.mono < SETTLING {
            // Shown once and never again: not before there is somewhere to show it.
            if self.sink.permission() == Permission::Unavailable {
                return Ok(vec![]);
            }
        }
        let noticed = self.watch.look(&desk.now, desk.mono);
        if let Some(noticed) = &noticed {
            log::info!("the plan is made again: {noticed:?}");
        }
        let mut changed = Vec::from_iter(self.follow_trial(desk.mono));
        changed.extend(self.follow_permission());
        if busy {
            if !std::mem::replace(&mut self.was_busy, true) {
                self.hush(practice_day(&desk.now));
            }
            return Ok(changed);
        }
        let is_over = std::mem::take(&mut self.was_busy);
        if is_over {
            self.unhush(&desk.now);
        }
        let Some(wish) = self.decided.wish.clone() else {
            if is_over {
                // The first piece: now somebody may be asked.
                self.past = past(desk.store, &self.decided)?;
                changed.push(Changed::Reminders);
            }
            return Ok(changed);
        };
        if noticed.is_some() || is_over || is_first {
            self.replan(desk)?;
            changed.push(Changed::Reminders);
        }
        let due = due(&self.armed, &wish, &self.past, &desk.now);
        if due.over.is_empty() {
            return Ok(changed);
        }
        if let Some(one) = &due.show {
            self.remember(one, desk)?;
        }
        self.armed.retain(|one| !due.over.contains(&one.id));
        self.forgo(&due);
        desk.store.set_armed_reminders(&self.armed)?;
        if let Some(one) = &due.show {
            self.show(one, is_first && !self.unattended);
        }
        self.replan(desk)?;
        changed.push(Changed::Reminders);
        Ok(changed)
    }

    /// Written down before it is shown, with the exercise that Today offers on its day.
    fn remember(&mut self, one: &Reminder, desk: &mut Desk) -> Result<(), StoreError> {
        if one.again {
            self.again = Some(one.day);
            self.decided.snooze = None;
            return desk.store.set(KEY, &self.decided);
        }
        let at = one.at.to_zoned(desk.now.time_zone().clone());
        let today = today::view(desk.store, desk.content, &at);
        let shown = Shown {
            text: one.text,
            answer: None,
            exercise: today.ok().map(|today| today.card.id),
        };
        desk.store.save_reminder_shown(one.day, &shown)?;
        self.past.shown.insert(one.day, shown);
        Ok(())
    }

    /// `is_seen`: whoever has just opened the app is there, and the card on Today is enough.
    fn show(&mut self, one: &Reminder, is_seen: bool) {
        if is_seen || self.sink.permission() != Permission::Granted {
            return;
        }
        let invitation = Invitation {
            id: one.id,
            title: one.title(),
            body: one.body().to_owned(),
            can_wait: !one.again,
        };
        if !self.sink.show(&invitation) {
            log::warn!("a reminder could not be shown outside the app");
        }
    }

    /// Makes the plan again, and brings what is armed to it.
    fn replan(&mut self, desk: &mut Desk) -> Result<(), StoreError> {
        self.past = past(desk.store, &self.decided)?;
        let wish = self.decided.wish.as_ref();
        let wanted = wish.map_or(vec![], |wish| plan(wish, &self.past, &desk.now));
        let (come, ahead): (Vec<Reminder>, Vec<Reminder>) = std::mem::take(&mut self.armed)
            .into_iter()
            .partition(|one| one.at <= desk.now.timestamp());
        let come = if wish.is_some() { come } else { vec![] };
        let change = difference(&ahead, &wanted);
        self.armed = come.into_iter().chain(wanted).collect();
        if change.disarm.is_empty() && change.arm.is_empty() && !self.sink.keeps_time() {
            return Ok(());
        }
        if self.sink.keeps_time() {
            // Everything that may be armed from here on is known before it is.
            let gone = ahead
                .iter()
                .filter(|one| self.armed.iter().all(|other| other.id != one.id));
            let both: Vec<Reminder> = self.armed.iter().chain(gone).cloned().collect();
            desk.store.set_armed_reminders(&both)?;
            self.sink.quiet(wish.and_then(|wish| wish.quiet));
            for id in &change.disarm {
                self.sink.disarm(*id);
            }
            for one in &change.arm {
                self.sink.arm(one);
            }
        }
        desk.store.set_armed_reminders(&self.armed)
    }
}

/// Everything the plan looks back on.
fn past(store: &Store, decided: &Decided) -> Result<Past, StoreError> {
    Ok(Past {
        practised: store.music_days(EVER)?,
        shown: store.reminders_shown(EVER)?,
        days_off: store.days_off(EVER)?,
        away: decided.away.clone(),
        snooze: decided.snooze,
        has_piece: !store.pieces()?.is_empty(),
    })
}

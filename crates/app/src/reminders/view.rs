//! What a screen shows of reminders, and the card on Today.

use jiff::Zoned;
use jiff::civil::Date;
use practice::day::practice_day;
use practice::reminders::{Pace, ReminderId, Shown, Wish};
use store::StoreError;

use super::sink::Permission;
use super::{Desk, Reminders, days_off, past, words};
use crate::ipc::{ReminderCard, ReminderPermission, RemindersView};

/// From so many days on a weekday alone says too little.
const A_WEEK: i32 = 7;

impl Reminders {
    /// Everything a screen shows of it.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn view(&mut self, desk: &Desk) -> Result<RemindersView, StoreError> {
        self.past = past(desk.store, &self.decided)?;
        let now = &desk.now;
        let today = practice_day(now);
        let wish = self.decided.wish.as_ref();
        let next = self.armed.iter().find(|one| one.at > now.timestamp());
        let is_silent = |wish: &Wish| {
            let ignored = self.past.ignored(wish.since, today);
            !wish.is_off() && Pace::after(ignored) == Pace::Silent
        };
        Ok(RemindersView {
            wish: wish.map(words::said),
            offer: (!self.decided.asked && self.past.has_piece).then(|| words::offer(now)),
            next: next.map(|one| said(&one.at.to_zoned(now.time_zone().clone()), today)),
            days_off: days_off::said(&self.decided.away, today),
            silent: wish.is_some_and(is_silent),
            card: self.card(today, desk),
            while_open: !self.sink.keeps_time(),
            permission: match self.sink.permission() {
                Permission::Unavailable => ReminderPermission::Unavailable,
                Permission::Prompt => ReminderPermission::Prompt,
                Permission::Granted => ReminderPermission::Granted,
                Permission::Denied => ReminderPermission::Denied,
            },
            trial: self.trial(),
        })
    }

    /// The reminder today's card stands for.
    #[must_use]
    pub fn of_card(&self, now: &Zoned) -> Option<ReminderId> {
        let today = practice_day(now);
        self.unanswered(today)?;
        Some(ReminderId::of(today, self.is_second(today)))
    }

    fn card(&self, today: Date, desk: &Desk) -> Option<ReminderCard> {
        let shown = self.unanswered(today)?;
        let exercise = shown.exercise.as_deref();
        let exercise = exercise.and_then(|id| desk.content.exercise(id));
        let cue = self.decided.wish.as_ref()?.cue.as_ref();
        Some(ReminderCard {
            text: shown.text.words().into(),
            title: exercise.map(|exercise| exercise.title.clone()),
            cue: cue.map(|cue| cue.words().to_owned()),
            can_wait: !self.is_second(today),
        })
    }

    /// The one that came today and still waits for an answer.
    fn unanswered(&self, today: Date) -> Option<&Shown> {
        let wanted = self.decided.wish.is_some() && self.past.wants(today);
        let shown = self.past.shown.get(&today).filter(|_| wanted)?;
        (shown.answer.is_none() || self.is_second(today)).then_some(shown)
    }

    fn is_second(&self, today: Date) -> bool {
        self.again == Some(today)
    }
}

/// "Thu 19:00", and with its date when that is not the Thursday everybody thinks of.
fn said(at: &Zoned, today: Date) -> String {
    let is_far = (practice_day(at) - today).get_days() >= A_WEEK;
    let form = if is_far {
        "%a %-d %b %-H:%M"
    } else {
        "%a %-H:%M"
    };
    at.strftime(form).to_string()
}

//! The plan: the next fourteen days as one-shots, and what has to change to get there.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, Zoned};
use serde::{Deserialize, Serialize};

use super::away::Away;
use super::past::{Pace, Past};
use super::texts::{Occasion, Text};
use super::wish::{Cue, Wish};
use crate::day::practice_day;

/// How far ahead, in practice days that are not known to be off: a phone that is armed before a
/// journey of three weeks has something for the time after it. With one snooze, well under the 64 a
/// phone keeps.
pub const DAYS: i32 = 14;

/// Nobody's days off reach further than this, in days.
const HORIZON: i32 = 3 * Away::LONGEST;

/// After so many days without music, somebody is welcomed back.
const AWAY_DAYS: i32 = 7;

/// The name of a reminder wherever it is armed: its day, so that it carries its own date and is the
/// same however often the plan is made. Fits the 32 bits phones have for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ReminderId(pub i32);

impl ReminderId {
    /// 2026-11-24 is 202611240; once more the same day ends in 1.
    #[must_use]
    pub fn of(day: Date, again: bool) -> ReminderId {
        let (year, month) = (i32::from(day.year()), i32::from(day.month()));
        let number = (year * 100 + month) * 100 + i32::from(day.day());
        ReminderId(number * 10 + i32::from(again))
    }

    /// The day it carries; `None` if no day has this name.
    #[must_use]
    pub fn day(self) -> Option<Date> {
        let number = self.0 / 10;
        let (year, month, day) = (number / 10_000, number / 100 % 100, number % 100);
        Date::new(i16::try_from(year).ok()?, month as i8, day as i8).ok()
    }

    /// Whether it came for the second time that day.
    #[must_use]
    pub fn is_again(self) -> bool {
        self.0 % 10 == 1
    }
}

/// One reminder, to be shown once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reminder {
    pub id: ReminderId,
    /// The practice day it belongs to, and whose exercise it opens: also after midnight.
    pub day: Date,
    pub at: Timestamp,
    /// The same moment by the wall clock of the zone it was planned in.
    pub local: DateTime,
    pub cue: Option<Cue>,
    pub text: Text,
    /// Once more, because a person asked: there is no third time.
    pub again: bool,
}

impl Reminder {
    /// The first line. A person's own cue is not on it: a lock screen is read by others.
    #[must_use]
    pub fn title(&self) -> String {
        match &self.cue {
            None | Some(Cue::Own(_)) => "Undersong".into(),
            Some(cue) => format!("Undersong, {}", cue.words()),
        }
    }

    /// The second line.
    #[must_use]
    pub fn body(&self) -> &'static str {
        self.text.words()
    }
}

/// What has to change where reminders are armed. Take away first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Difference {
    pub disarm: Vec<ReminderId>,
    pub arm: Vec<Reminder>,
}

/// The reminders of today and the days after it, [`DAYS`] that are not off, earliest first. Nothing
/// that lies before `now`.
#[must_use]
pub fn plan(wish: &Wish, past: &Past, now: &Zoned) -> Vec<Reminder> {
    if wish.is_off() {
        return vec![];
    }
    let today = practice_day(now);
    let mut planned: Vec<Reminder> = snoozed(wish, past, now, today).into_iter().collect();
    let mut ignored = past.ignored(wish.since, today);
    let last = past.last_shown(today);
    let mut last_text = last.as_ref().map(|(_, shown)| shown.text);
    let mut last_day = last.map(|(day, _)| day);
    if let Some(snooze) = planned.first() {
        // Shown already, even if that was never written down.
        last_day = Some(snooze.day);
    }
    for day in days_ahead(past, today) {
        let Some(pause) = Pace::after(ignored).days() else {
            break;
        };
        let is_soon = last_day.is_some_and(|last| (day - last).get_days() < pause);
        if is_soon || !past.is_open(day) {
            continue;
        }
        let moment = wish
            .on(day)
            .and_then(|local| moment(local, day, wish, now.time_zone()));
        let Some(at) = moment.filter(|at| at.timestamp() > now.timestamp()) else {
            continue;
        };
        let last_music = past.practised.range(..day).next_back();
        let occasion = Occasion {
            has_piece: past.has_piece,
            away: last_music.is_some_and(|music| (day - *music).get_days() >= AWAY_DAYS),
            last: ignored + 1 == Pace::SILENT_AFTER,
        };
        let text = Text::following(last_text, occasion);
        planned.push(Reminder {
            id: ReminderId::of(day, false),
            day,
            at: at.timestamp(),
            local: at.datetime(),
            cue: wish.cue.clone(),
            text,
            again: false,
        });
        ignored += u32::from(day > wish.since);
        (last_day, last_text) = (Some(day), Some(text));
    }
    planned
}

/// Today and what comes after it, without the days that are known to be off.
fn days_ahead(past: &Past, today: Date) -> impl Iterator<Item = Date> {
    let days = (0..HORIZON).filter_map(move |n| today.checked_add(n.days()).ok());
    days.filter(|day| !past.is_away(*day)).take(DAYS as usize)
}

/// The moment at which clocks show `local` on this practice day. In the night clocks go forward it
/// may not exist and comes an hour later, or earlier if later would be quiet or the next day; in
/// the night they go back it is the first of the two.
fn moment(local: DateTime, day: Date, wish: &Wish, zone: &TimeZone) -> Option<Zoned> {
    let fits = |at: &Zoned| practice_day(at) == day && wish.is_loud(at.time());
    let ambiguous = || zone.to_ambiguous_zoned(local);
    let compatible = ambiguous().compatible().ok().filter(fits);
    compatible.or_else(|| ambiguous().earlier().ok().filter(fits))
}

/// "In an hour", if that is still today and still wanted.
fn snoozed(wish: &Wish, past: &Past, now: &Zoned, today: Date) -> Option<Reminder> {
    let snooze = past
        .snooze
        .filter(|snooze| snooze.day == today && past.wants(today))?;
    let mut at = snooze.at.to_zoned(now.time_zone().clone());
    if let Some(quiet) = wish.quiet.filter(|quiet| quiet.covers(at.time())) {
        let over = |day: Date| zone_time(day.to_datetime(quiet.until), now.time_zone());
        let same_date = over(at.date()).filter(|over| *over > at);
        at = same_date.or_else(|| over(at.date().tomorrow().ok()?))?;
    }
    let is_today = practice_day(&at) == today && at.timestamp() > now.timestamp();
    (is_today && wish.is_loud(at.time())).then(|| Reminder {
        id: ReminderId::of(today, true),
        day: today,
        at: at.timestamp(),
        local: at.datetime(),
        cue: wish.cue.clone(),
        text: past
            .last_shown(today)
            .map_or(Text::TwoMinutes, |(_, shown)| shown.text),
        again: true,
    })
}

fn zone_time(local: DateTime, zone: &TimeZone) -> Option<Zoned> {
    zone.to_ambiguous_zoned(local).compatible().ok()
}

/// From what is `armed` to what is `wanted`. Whatever is not wanted exactly as it is goes; so a
/// reminder that moved is both taken away and armed again. Reminders whose time has come are not
/// the plan's business any more: take them out of `armed` first.
#[must_use]
pub fn difference(armed: &[Reminder], wanted: &[Reminder]) -> Difference {
    let without = |all: &[Reminder], others: &[Reminder]| -> Vec<Reminder> {
        let alone = all.iter().filter(|one| !others.contains(one));
        alone.cloned().collect()
    };
    Difference {
        disarm: without(armed, wanted).iter().map(|one| one.id).collect(),
        arm: without(wanted, armed),
    }
}

/// What to do about armed reminders whose time has come.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Due {
    /// Show this one. Never more than one, however long a computer has slept.
    pub show: Option<Reminder>,
    /// These are over, the one to show among them; they are armed no longer.
    pub over: Vec<ReminderId>,
}

/// Looks at what is armed. One whose day has passed, or is taken, is over without having been seen,
/// so it does not count as ignored; one that comes in quiet hours, because somebody opened the lid,
/// waits for their end.
#[must_use]
pub fn due(armed: &[Reminder], wish: &Wish, past: &Past, now: &Zoned) -> Due {
    let today = practice_day(now);
    let is_wanted = |one: &&Reminder| {
        one.day == today && past.wants(today) && (one.again || past.is_open(today))
    };
    let come = armed.iter().filter(|one| one.at <= now.timestamp());
    let (wanted, others): (Vec<&Reminder>, Vec<&Reminder>) = come.partition(is_wanted);
    let mut over: Vec<ReminderId> = others.iter().map(|one| one.id).collect();
    if !wish.is_loud(now.time()) {
        return Due { show: None, over };
    }
    over.extend(wanted.iter().map(|one| one.id));
    Due {
        show: wanted.last().map(|one| (*one).clone()),
        over,
    }
}

#[cfg(test)]
mod tests;

//! What has been: days with music, reminders shown, and what became of them.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::away::Away;
use super::texts::Text;

/// Everything the plan looks back on. All days are practice days, frozen when they happened, so
/// neither travelling nor a clock set wrong changes what was.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Past {
    /// Days with music, however little.
    pub practised: BTreeSet<Date>,
    /// Reminders a person could have seen, by their day.
    pub shown: BTreeMap<Date, Shown>,
    /// Days a person has taken off when they were there: "Not today." Neutral, as [`Past::away`] is:
    /// nothing is counted against anybody.
    pub days_off: BTreeSet<Date>,
    /// Days off that were known beforehand.
    #[serde(default)]
    pub away: Vec<Away>,
    /// "In an hour."
    pub snooze: Option<Snooze>,
    /// A piece is in the album, so that a text may speak of it.
    pub has_piece: bool,
}

/// One reminder that was shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Shown {
    pub text: Text,
    /// `None` while nobody has answered.
    pub answer: Option<Answer>,
    /// The exercise it was for, so that a tap opens that one whenever it comes. `None` in what was
    /// written before this was kept.
    #[serde(default)]
    pub exercise: Option<String>,
}

/// What a person did with a reminder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Answer {
    /// Opened it, or started the two minutes.
    Opened,
    /// "In an hour."
    Later,
    /// "Not today": a day off, and not one ignored.
    NotToday,
}

/// Once more, later the same day, because a person asked for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Snooze {
    pub day: Date,
    pub at: Timestamp,
}

/// How often, after how many ignored in a row.
///
/// | ignored | at the most |
/// |---|---|
/// | 0 … 2 | every chosen day |
/// | 3 … 9 | every other day |
/// | 10 … 13 | once a week; the last of these says goodbye |
/// | 14 … | never, until there is music again or the person decides anew |
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    EveryDay,
    EveryOtherDay,
    Weekly,
    Silent,
}

impl Pace {
    /// The first one that is not shown any more.
    pub const SILENT_AFTER: u32 = 14;

    #[must_use]
    pub fn after(ignored: u32) -> Pace {
        match ignored {
            0..=2 => Pace::EveryDay,
            3..=9 => Pace::EveryOtherDay,
            10..Pace::SILENT_AFTER => Pace::Weekly,
            Pace::SILENT_AFTER.. => Pace::Silent,
        }
    }

    /// Days from one reminder to the next, at the least; `None` when there is no next.
    #[must_use]
    pub fn days(self) -> Option<i32> {
        match self {
            Pace::EveryDay => Some(1),
            Pace::EveryOtherDay => Some(2),
            Pace::Weekly => Some(7),
            Pace::Silent => None,
        }
    }
}

impl Past {
    /// Reminders in a row that nobody answered and no music followed, up to and with `today`; none
    /// from the day it was decided, `since`, or before. One shown today counts already: whoever takes it up takes it out of the count.
    #[must_use]
    pub fn ignored(&self, since: Date, today: Date) -> u32 {
        let last_music = self.practised.range(..=today).next_back();
        let after = last_music.map_or(since, |music| since.max(*music));
        let newest_first = self.shown.range(..=today).rev();
        let unheard =
            newest_first.take_while(|(day, shown)| **day > after && shown.answer.is_none());
        unheard.count() as u32
    }

    /// The newest shown by `today`. A clock that was set years ahead for an hour leaves others.
    #[must_use]
    pub fn last_shown(&self, today: Date) -> Option<(Date, Shown)> {
        let last = self.shown.range(..=today).next_back();
        last.map(|(day, shown)| (*day, shown.clone()))
    }

    /// Whether this day may have a reminder at all: no music yet, not off, none shown.
    #[must_use]
    pub fn is_open(&self, day: Date) -> bool {
        self.wants(day) && !self.shown.contains_key(&day)
    }

    /// Whether this day was known to be off beforehand.
    #[must_use]
    pub fn is_away(&self, day: Date) -> bool {
        self.away.iter().any(|away| away.covers(day))
    }

    /// Whether a reminder would still be welcome on this day: no music yet, and not off.
    #[must_use]
    pub fn wants(&self, day: Date) -> bool {
        !self.practised.contains(&day) && !self.days_off.contains(&day) && !self.is_away(day)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn november(day: i8) -> Date {
        date(2026, 11, day)
    }

    fn shown(days: &[(i8, Option<Answer>)]) -> BTreeMap<Date, Shown> {
        let text = Text::TwoMinutes;
        let one = |&(day, answer): &(i8, Option<Answer>)| {
            let exercise = None;
            (
                november(day),
                Shown {
                    text,
                    answer,
                    exercise,
                },
            )
        };
        days.iter().map(one).collect()
    }

    #[test]
    fn what_counts_as_ignored_is_what_came_after_the_last_sign_of_life() {
        let mut past = Past {
            shown: shown(&[
                (10, None),
                (11, Some(Answer::NotToday)),
                (12, None),
                (13, None),
            ]),
            ..Past::default()
        };
        assert_eq!(past.ignored(november(1), november(20)), 2);
        past.practised.insert(november(12));
        assert_eq!(
            past.ignored(november(1), november(20)),
            1,
            "there was music on the 12th"
        );
        assert_eq!(
            past.ignored(november(14), november(20)),
            0,
            "decided anew on the 14th"
        );
    }

    #[test]
    fn a_day_from_a_clock_set_wrong_counts_for_nothing_yet() {
        let past = Past {
            shown: shown(&[(10, None), (28, None)]),
            ..Past::default()
        };
        assert_eq!(past.ignored(november(1), november(12)), 1);
        assert_eq!(
            past.last_shown(november(12)).map(|(day, _)| day),
            Some(november(10))
        );
        assert!(!past.is_open(november(28)), "it was shown all the same");
    }

    #[test]
    fn it_gets_rarer_and_then_it_is_quiet() {
        let pace: Vec<Option<i32>> = (0..16).map(|ignored| Pace::after(ignored).days()).collect();
        let days = |n: usize, days: Option<i32>| vec![days; n];
        let expected = [
            days(3, Some(1)),
            days(7, Some(2)),
            days(4, Some(7)),
            days(2, None),
        ];
        assert_eq!(pace, expected.concat());
    }
}

//! What a person asked for: on which days, when, after what, and when never.

use jiff::civil::{Date, DateTime, Time};
use serde::{Deserialize, Serialize};

use crate::day::{MINUTES, minute_of, wall_clock};

/// How long a reminder without a window is in a calendar, in minutes.
const A_MOMENT: u16 = 10;

/// A person's own wishes about being reminded. Every value makes sense: one without a day is
/// somebody who wants no reminders.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Wish {
    /// Monday first. At most one time a day; `None` is a day without.
    pub week: [Option<When>; 7],
    /// What it comes after.
    pub cue: Option<Cue>,
    /// Never in these hours.
    pub quiet: Option<Quiet>,
    /// The practice day this was last decided. What was left unanswered before no longer counts.
    pub since: Date,
}

/// When on a day, by the wall clock. A time before 04:00 is the night after that day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum When {
    At(Time),
    /// Some time in between, another one every day. Ends with the practice day at the latest, so
    /// an `until` that lies before `from` means "until the night is over".
    Between {
        from: Time,
        until: Time,
    },
}

/// Hours in which nothing is shown; over midnight if `until` is the earlier one. Equal ends are no
/// hours at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Quiet {
    pub from: Time,
    pub until: Time,
}

/// The habit a reminder hangs on to.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Cue {
    Coffee,
    Lunch,
    Work,
    Dinner,
    Bed,
    /// In the person's own words. They may be about anything, so they stay inside the app.
    Own(String),
}

impl Cue {
    /// "after coffee"; a person's own words as they are.
    #[must_use]
    pub fn words(&self) -> &str {
        match self {
            Cue::Coffee => "after coffee",
            Cue::Lunch => "after lunch",
            Cue::Work => "after work",
            Cue::Dinner => "after dinner",
            Cue::Bed => "before bed",
            Cue::Own(words) => words,
        }
    }
}

impl Quiet {
    /// Whether it is quiet at `time`.
    #[must_use]
    pub fn covers(self, time: Time) -> bool {
        let Quiet { from, until } = self;
        if from <= until {
            (from..until).contains(&time)
        } else {
            time >= from || time < until
        }
    }
}

impl Wish {
    /// Nobody is reminded of anything.
    #[must_use]
    pub fn is_off(&self) -> bool {
        self.week.iter().all(Option::is_none)
    }

    /// When on the practice day `day`, by the wall clock. Quiet hours win: what falls inside waits
    /// until they are over, and is left out if the day is over by then.
    #[must_use]
    pub fn on(&self, day: Date) -> Option<DateTime> {
        let (from, until) = self.minutes_on(day)?;
        let is_loud = |minute: &u16| self.is_loud_on(day, *minute);
        // Somewhere in the window, and from there once around it, if quiet hours reach in.
        let start = from + (scattered(day) % u64::from(until - from + 1)) as u16;
        let inside = (start..=until).chain(from..start).find(is_loud);
        let minute = inside.or_else(|| (until..MINUTES).find(is_loud))?;
        wall_clock(day, minute)
    }

    /// From when to when on the practice day `day` it could be, by the wall clock: a window as it is,
    /// a time as ten minutes. Begins after quiet hours.
    pub(super) fn window_on(&self, day: Date) -> Option<(DateTime, DateTime)> {
        let (from, until) = self.minutes_on(day)?;
        let begins = (from..MINUTES).find(|minute| self.is_loud_on(day, *minute))?;
        let ends = until.max(begins + A_MOMENT);
        Some((wall_clock(day, begins)?, wall_clock(day, ends)?))
    }

    fn minutes_on(&self, day: Date) -> Option<(u16, u16)> {
        let weekday = usize::from(day.weekday().to_monday_zero_offset().unsigned_abs());
        self.week.get(weekday).copied().flatten().map(When::minutes)
    }

    fn is_loud_on(&self, day: Date, minute: u16) -> bool {
        wall_clock(day, minute).is_some_and(|at| self.is_loud(at.time()))
    }

    /// Whether something may be shown at `time`.
    #[must_use]
    pub fn is_loud(&self, time: Time) -> bool {
        self.quiet.is_none_or(|quiet| !quiet.covers(time))
    }
}

impl When {
    /// First and last minute of the practice day; never the wrong way round.
    fn minutes(self) -> (u16, u16) {
        match self {
            When::At(time) => (minute_of(time), minute_of(time)),
            When::Between { from, until } => {
                let (from, until) = (minute_of(from), minute_of(until));
                (from, if until < from { MINUTES - 1 } else { until })
            }
        }
    }
}

/// A number that looks like chance and is the same for the same day, on every device.
fn scattered(day: Date) -> u64 {
    let mut bits =
        i64::from(day.year()).unsigned_abs() * 512 + u64::from(day.day_of_year().unsigned_abs());
    for multiplier in [0xbf58_476d_1ce4_e5b9, 0x94d0_49bb_1331_11eb_u64] {
        bits = (bits ^ (bits >> 30)).wrapping_mul(multiplier);
    }
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use jiff::ToSpan;
    use jiff::civil::{date, time};

    use super::*;

    fn every_day(when: When, quiet: Option<Quiet>) -> Wish {
        Wish {
            week: [Some(when); 7],
            cue: None,
            quiet,
            since: date(2026, 11, 1),
        }
    }

    fn at(hour: i8, minute: i8) -> Time {
        time(hour, minute, 0, 0)
    }

    #[track_caller]
    fn check(wish: &Wish, expect: Option<&str>) {
        let found = wish.on(date(2026, 11, 24)).map(|at| at.to_string());
        assert_eq!(found.as_deref(), expect);
    }

    #[test]
    fn seven_in_the_evening_is_seven_in_the_evening() {
        check(
            &every_day(When::At(at(19, 0)), None),
            Some("2026-11-24T19:00:00"),
        );
    }

    #[test]
    fn half_past_midnight_is_the_night_after() {
        check(
            &every_day(When::At(at(0, 30)), None),
            Some("2026-11-25T00:30:00"),
        );
    }

    #[test]
    fn too_early_waits_until_the_quiet_hours_are_over() {
        let night = Some(Quiet {
            from: at(22, 0),
            until: at(8, 0),
        });
        check(
            &every_day(When::At(at(7, 30)), night),
            Some("2026-11-24T08:00:00"),
        );
    }

    #[test]
    fn too_late_is_left_out_and_does_not_become_the_next_day_s() {
        let night = Some(Quiet {
            from: at(22, 0),
            until: at(8, 0),
        });
        check(&every_day(When::At(at(22, 30)), night), None);
    }

    #[test]
    fn a_window_is_another_minute_every_day_and_never_outside() {
        let wish = every_day(
            When::Between {
                from: at(18, 0),
                until: at(20, 0),
            },
            None,
        );
        let minutes: BTreeSet<Time> = (0..60)
            .filter_map(|n| wish.on(date(2026, 1, 1) + n.days()))
            .map(DateTime::time)
            .collect();
        assert!(
            minutes.len() > 30,
            "an hour of days has {} times",
            minutes.len()
        );
        assert!(minutes.iter().all(|m| (at(18, 0)..=at(20, 0)).contains(m)));
    }

    #[test]
    fn quiet_hours_that_reach_into_a_window_narrow_it() {
        let quiet = Some(Quiet {
            from: at(18, 30),
            until: at(23, 0),
        });
        let wish = every_day(
            When::Between {
                from: at(18, 0),
                until: at(20, 0),
            },
            quiet,
        );
        for n in 0..60 {
            let shown = wish.on(date(2026, 1, 1) + n.days()).map(DateTime::time);
            assert!(shown.is_some_and(|m| m < at(18, 30)), "{shown:?} is quiet");
        }
    }

    #[test]
    fn a_day_nobody_chose_has_none() {
        let mut wish = every_day(When::At(at(19, 0)), None);
        wish.week[1] = None;
        check(&wish, None);
        assert!(!wish.is_off());
    }
}

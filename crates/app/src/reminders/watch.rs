//! Notices that a computer slept, that somebody set its clock or took it to another zone, and that
//! a new practice day began: whenever what was planned may no longer be right.
//!
//! Two clocks are compared. The one on the wall can be set; the monotonic one cannot, and stands
//! still while a computer sleeps. When they come apart, something happened.

use std::time::Duration;

use jiff::civil::Date;
use jiff::{SignedDuration, Zoned};
use practice::day::practice_day;

/// How often it looks. Every look asks the wall clock, so a reminder is late by no more than this.
pub const LOOK: Duration = Duration::from_secs(1);

/// Clocks that are kept right over the network are moved by less.
const SLACK: SignedDuration = SignedDuration::from_secs(5);

/// Why a plan is made again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Noticed {
    /// The wall clock is this much ahead of where it should be: a sleep, or somebody set it.
    Jumped(SignedDuration),
    /// Another zone, or its rules.
    Travelled,
    /// It is four in the morning.
    NewDay(Date),
}

/// What was seen at the last look.
#[derive(Debug, Clone, Default)]
pub struct Watch {
    last: Option<(Zoned, Duration)>,
}

impl Watch {
    /// Whether it has ever looked.
    #[must_use]
    pub fn has_looked(&self) -> bool {
        self.last.is_some()
    }

    /// Whether it is time to look again.
    #[must_use]
    pub fn is_due(&self, mono: Duration) -> bool {
        let since = self
            .last
            .as_ref()
            .map(|(_, last)| mono.saturating_sub(*last));
        since.is_none_or(|since| since >= LOOK)
    }

    /// Compares this moment, by both clocks, with the last. The first look notices nothing.
    pub fn look(&mut self, now: &Zoned, mono: Duration) -> Option<Noticed> {
        let (wall, last) = self.last.replace((now.clone(), mono))?;
        let passed = SignedDuration::try_from(mono.saturating_sub(last)).unwrap_or_default();
        let jump = wall.duration_until(now) - passed;
        let (before, today) = (practice_day(&wall), practice_day(now));
        if jump.abs() > SLACK {
            Some(Noticed::Jumped(jump))
        } else if wall.time_zone() != now.time_zone() {
            Some(Noticed::Travelled)
        } else {
            (before != today).then_some(Noticed::NewDay(today))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `steps`: seconds by the monotonic clock, and what the wall shows then.
    #[track_caller]
    fn check(steps: &[(u64, &str)], expect: &[Option<Noticed>]) {
        let mut watch = Watch::default();
        let seen: Vec<Option<Noticed>> = steps
            .iter()
            .map(|(mono, wall)| watch.look(&wall.parse().unwrap(), Duration::from_secs(*mono)))
            .collect();
        assert_eq!(seen, expect);
    }

    const EVENING: &str = "2026-11-24T19:00:00+01:00[Europe/Berlin]";

    #[test]
    fn an_ordinary_minute_is_nothing_to_notice() {
        let a_minute_later = "2026-11-24T19:01:00+01:00[Europe/Berlin]";
        check(&[(0, EVENING), (60, a_minute_later)], &[None, None]);
    }

    #[test]
    fn a_closed_lid_is_noticed_when_it_opens() {
        let morning = "2026-11-25T03:00:00+01:00[Europe/Berlin]";
        let slept = Noticed::Jumped(SignedDuration::from_secs(8 * 3600 - 1));
        check(&[(0, EVENING), (1, morning)], &[None, Some(slept)]);
    }

    #[test]
    fn a_clock_set_back_is_noticed_too() {
        let noon = "2026-11-24T12:00:01+01:00[Europe/Berlin]";
        let back = Noticed::Jumped(SignedDuration::from_hours(-7));
        check(&[(0, EVENING), (1, noon)], &[None, Some(back)]);
    }

    #[test]
    fn a_flight_is_noticed_although_no_time_was_lost() {
        let there = "2026-11-24T13:00:01-05:00[America/New_York]";
        check(
            &[(0, EVENING), (1, there)],
            &[None, Some(Noticed::Travelled)],
        );
    }

    #[test]
    fn the_night_the_clocks_change_is_no_jump() {
        let before = "2026-03-29T01:59:59+01:00[Europe/Berlin]";
        let after = "2026-03-29T03:00:00+02:00[Europe/Berlin]";
        check(&[(0, before), (1, after)], &[None, None]);
    }

    #[test]
    fn a_new_day_begins_at_four() {
        let before = "2026-11-25T03:59:59+01:00[Europe/Berlin]";
        let after = "2026-11-25T04:00:00+01:00[Europe/Berlin]";
        let day = jiff::civil::date(2026, 11, 25);
        check(
            &[(0, before), (1, after)],
            &[None, Some(Noticed::NewDay(day))],
        );
    }
}

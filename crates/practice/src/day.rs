//! The day a session belongs to. A musician's day ends at four in the morning, not at midnight,
//! and once it is written down it never changes, wherever the person travels afterwards.

use jiff::civil::{Date, DateTime, Time};
use jiff::{ToSpan, Zoned};

/// The hour, by the wall clock, at which a new practice day begins.
pub const DAY_STARTS_AT_HOUR: i8 = 4;

/// Minutes in a practice day, by the wall clock.
pub const MINUTES: u16 = 24 * 60;

/// The practice day of a session that started at `started`, by the wall clock in its own zone.
#[must_use]
pub fn practice_day(started: &Zoned) -> Date {
    let date = started.date();
    if started.hour() < DAY_STARTS_AT_HOUR {
        // The first day of the calendar has no yesterday; it stays where it is.
        date.yesterday().unwrap_or(date)
    } else {
        date
    }
}

/// When the minute `minute` of the practice day `day` comes, by the wall clock. Minute 0 is 04:00,
/// minute 1439 is 03:59 the next morning; `None` beyond the end of the calendar.
#[must_use]
pub fn wall_clock(day: Date, minute: u16) -> Option<DateTime> {
    let morning = day.at(DAY_STARTS_AT_HOUR, 0, 0, 0);
    morning.checked_add(i64::from(minute).minutes()).ok()
}

/// Which minute of a practice day it is at `time`; the inverse of [`wall_clock`].
#[must_use]
pub fn minute_of(time: Time) -> u16 {
    let minutes = i32::from(time.hour()) * 60 + i32::from(time.minute());
    let since = minutes - i32::from(DAY_STARTS_AT_HOUR) * 60;
    since.rem_euclid(i32::from(MINUTES)) as u16
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day_of(started: &str) -> String {
        practice_day(&started.parse::<Zoned>().unwrap()).to_string()
    }

    #[test]
    fn humming_after_midnight_still_belongs_to_the_evening_before() {
        assert_eq!(
            day_of("2026-11-23T23:59:00+01:00[Europe/Berlin]"),
            "2026-11-23"
        );
        assert_eq!(
            day_of("2026-11-24T03:59:59+01:00[Europe/Berlin]"),
            "2026-11-23"
        );
        assert_eq!(
            day_of("2026-11-24T04:00:00+01:00[Europe/Berlin]"),
            "2026-11-24"
        );
    }

    #[test]
    fn the_night_the_clocks_change_is_one_day_like_any_other() {
        assert_eq!(
            day_of("2026-03-29T03:30:00+02:00[Europe/Berlin]"),
            "2026-03-28"
        );
        assert_eq!(
            day_of("2026-10-25T02:30:00+02:00[Europe/Berlin]"),
            "2026-10-24"
        );
        assert_eq!(
            day_of("2026-10-25T02:30:00+01:00[Europe/Berlin]"),
            "2026-10-24"
        );
    }

    proptest! {
        #[test]
        fn every_minute_of_a_day_lies_in_that_day_and_is_found_again(minute in 0..MINUTES) {
            let day = jiff::civil::date(2028, 2, 28);
            let wall = wall_clock(day, minute).unwrap();
            prop_assert_eq!(minute_of(wall.time()), minute);
            let in_utc = wall.to_zoned(jiff::tz::TimeZone::UTC).unwrap();
            prop_assert_eq!(practice_day(&in_utc), day);
        }

        #[test]
        fn in_every_zone_the_day_is_today_or_yesterday_by_the_wall_clock(
            second in 0i64..4_000_000_000,
            zone in prop::sample::select(vec![
                "Pacific/Kiritimati", "Pacific/Niue", "Asia/Kathmandu", "America/St_Johns",
                "Australia/Lord_Howe", "Europe/London", "UTC", "Antarctica/Troll",
            ]),
        ) {
            let started = jiff::Timestamp::from_second(second).unwrap().in_tz(zone).unwrap();
            let day = practice_day(&started);
            let expected = if started.hour() < 4 {
                started.date().yesterday().unwrap()
            } else {
                started.date()
            };
            prop_assert_eq!(day, expected);
        }
    }
}

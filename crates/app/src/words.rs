//! Days and greetings, as people say them.

use jiff::Zoned;
use jiff::civil::Date;

/// "Thursday evening".
#[must_use]
pub fn day(now: &Zoned) -> String {
    format!("{} {}", now.strftime("%A"), part_of_day(now))
}

/// "Good evening."
#[must_use]
pub fn greeting(now: &Zoned) -> String {
    match part_of_day(now) {
        "night" => "Still up. Hello.".into(),
        part => format!("Good {part}."),
    }
}

fn part_of_day(now: &Zoned) -> &'static str {
    match now.hour() {
        5..=11 => "morning",
        12..=17 => "afternoon",
        18..=22 => "evening",
        _ => "night",
    }
}

/// "today at 19:30", "12 Nov at 8:05".
#[must_use]
pub fn moment(at: &Zoned, now: &Zoned) -> String {
    format!(
        "{} at {}",
        day_of(at.date(), now.date()),
        at.strftime("%-H:%M")
    )
}

/// "today", "Tue", "12 Nov", "3 Feb 2025".
#[must_use]
pub fn day_of(day: Date, today: Date) -> String {
    match (today - day).get_days() {
        ..=0 => "today".into(),
        1 => "yesterday".into(),
        2..=6 => day.strftime("%a").to_string(),
        _ if day.year() == today.year() => day.strftime("%-d %b").to_string(),
        _ => day.strftime("%-d %b %Y").to_string(),
    }
}

/// "Two days with music this week." Nothing is said of days without.
#[must_use]
pub fn week_line(days: usize) -> String {
    let number = ["", "One", "Two", "Three", "Four", "Five", "Six"];
    match days {
        0 => "A new week, wide open.".into(),
        1 => "One day with music this week.".into(),
        7.. => "Every day with music this week.".into(),
        _ => format!("{} days with music this week.", number[days]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_day_is_called_what_people_call_it() {
        let today = date(2026, 11, 23);
        assert_eq!(day_of(date(2026, 11, 23), today), "today");
        assert_eq!(day_of(date(2026, 11, 22), today), "yesterday");
        assert_eq!(day_of(date(2026, 11, 19), today), "Thu");
        assert_eq!(day_of(date(2026, 11, 2), today), "2 Nov");
        assert_eq!(day_of(date(2025, 2, 3), today), "3 Feb 2025");
    }

    #[test]
    fn an_empty_week_is_open_and_never_counted() {
        assert_eq!(week_line(0), "A new week, wide open.");
        assert_eq!(week_line(2), "Two days with music this week.");
        assert!((0..9).all(|days| !week_line(days).to_lowercase().contains("miss")));
    }
}

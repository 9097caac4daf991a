//! The same wish as a calendar file, for those who would rather not be notified.
//!
//! RFC 5545, in floating time: seven in the evening wherever the person is. Weekly, without an end,
//! so nothing in it knows about music that was made; a calendar only says "now would be a time". Days
//! off that are known when it is written are left out.

use std::fmt::Write as _;

use jiff::civil::{Date, DateTime, Weekday};
use jiff::{ToSpan, Zoned};

use super::away::Away;
use super::past::Past;
use super::texts::Text;
use super::wish::{Cue, Wish};
use crate::day::practice_day;

/// A line is broken before it has more octets than this.
const LINE: usize = 75;

/// Days that begin and end at the same time: one event.
struct Event {
    starts: DateTime,
    ends: DateTime,
    days: Vec<Weekday>,
    /// When it would begin on days that are off.
    without: Vec<DateTime>,
}

/// The whole file; `None` when there is nothing to be reminded of. Names of events stay the same,
/// so that importing a newer file replaces what an older one brought.
#[must_use]
pub fn calendar(wish: &Wish, past: &Past, now: &Zoned) -> Option<String> {
    let events = events(wish, past, practice_day(now));
    if events.is_empty() {
        return None;
    }
    let mut file = String::new();
    line(&mut file, "BEGIN:VCALENDAR");
    line(&mut file, "VERSION:2.0");
    line(&mut file, "PRODID:-//Undersong//Reminders//EN");
    line(&mut file, "METHOD:PUBLISH");
    for (n, event) in events.iter().enumerate() {
        write_event(&mut file, n + 1, event, wish, now);
    }
    line(&mut file, "END:VCALENDAR");
    Some(file)
}

/// A week of them, each from its first day that is not off.
fn events(wish: &Wish, past: &Past, today: Date) -> Vec<Event> {
    let mut events: Vec<Event> = vec![];
    let days = (0..Away::LONGEST).filter_map(|n| today.checked_add(n.days()).ok());
    for (n, day) in days.enumerate() {
        let Some((starts, ends)) = wish.window_on(day) else {
            continue;
        };
        let is_off = past.is_away(day) || past.days_off.contains(&day);
        let is_same = |event: &Event| {
            (event.starts.time(), event.ends.time()) == (starts.time(), ends.time())
        };
        let place = events.iter().position(is_same).unwrap_or(events.len());
        if place == events.len() {
            events.push(Event {
                starts,
                ends,
                days: vec![],
                without: vec![],
            });
        }
        let event = &mut events[place];
        if n < 7 {
            event.days.push(starts.weekday());
        }
        if is_off {
            event.without.push(starts);
        } else if event.without.contains(&event.starts) {
            (event.starts, event.ends) = (starts, ends);
            event.without.clear();
        }
    }
    events
}

fn write_event(file: &mut String, number: usize, event: &Event, wish: &Wish, now: &Zoned) {
    let mut days = event.days.clone();
    days.sort_by_key(|day| day.to_monday_zero_offset());
    let days: Vec<&str> = days.into_iter().map(short).collect();
    // A person's own cue may be about anything, and calendars are shared.
    let summary = match &wish.cue {
        None | Some(Cue::Own(_)) => "Undersong".to_owned(),
        Some(cue) => format!("Undersong, {}", cue.words()),
    };
    let (summary, words) = (escaped(&summary), escaped(Text::TwoMinutes.words()));
    let written = now.timestamp().strftime("%Y%m%dT%H%M%SZ").to_string();
    for text in [
        "BEGIN:VEVENT".to_owned(),
        format!("UID:reminder-{number}@app.undersong"),
        format!("DTSTAMP:{written}"),
        format!("DTSTART:{}", floating(event.starts)),
        format!("DTEND:{}", floating(event.ends)),
        format!("RRULE:FREQ=WEEKLY;BYDAY={}", days.join(",")),
        exceptions(event),
        format!("SUMMARY:{summary}"),
        format!("DESCRIPTION:{words}"),
        "CLASS:PRIVATE".to_owned(),
        // It is an invitation: nobody is busy then.
        "TRANSP:TRANSPARENT".to_owned(),
        "BEGIN:VALARM".to_owned(),
        "ACTION:DISPLAY".to_owned(),
        format!("DESCRIPTION:{words}"),
        "TRIGGER:PT0S".to_owned(),
        "END:VALARM".to_owned(),
        "END:VEVENT".to_owned(),
    ] {
        if !text.is_empty() {
            line(file, &text);
        }
    }
}

/// The days it leaves out; nothing if it leaves out none.
fn exceptions(event: &Event) -> String {
    if event.without.is_empty() {
        return String::new();
    }
    let without: Vec<String> = event.without.iter().map(|at| floating(*at)).collect();
    format!("EXDATE:{}", without.join(","))
}

fn floating(at: DateTime) -> String {
    at.strftime("%Y%m%dT%H%M%S").to_string()
}

fn short(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "MO",
        Weekday::Tuesday => "TU",
        Weekday::Wednesday => "WE",
        Weekday::Thursday => "TH",
        Weekday::Friday => "FR",
        Weekday::Saturday => "SA",
        Weekday::Sunday => "SU",
    }
}

/// One content line, folded between letters and never inside one.
fn line(file: &mut String, text: &str) {
    let mut room = LINE;
    for letter in text.chars() {
        if letter.len_utf8() > room {
            file.push_str("\r\n ");
            room = LINE - 1;
        }
        room -= letter.len_utf8();
        file.push(letter);
    }
    file.push_str("\r\n");
}

/// A TEXT value: what would end it, or begin another, is marked.
fn escaped(text: &str) -> String {
    let mut marked = String::new();
    for letter in text.chars() {
        match letter {
            '\\' | ';' | ',' => {
                let _ = write!(marked, "\\{letter}");
            }
            '\n' => marked.push_str("\\n"),
            '\r' => {}
            other => marked.push(other),
        }
    }
    marked
}

#[cfg(test)]
mod tests {
    use icalendar::{CalendarComponent, Component, parser};
    use jiff::civil::{date, time};
    use proptest::prelude::*;

    use super::*;
    use crate::reminders::{Quiet, When};

    fn tuesday_noon() -> Zoned {
        "2026-11-24T12:00:00+01:00[Europe/Berlin]".parse().unwrap()
    }

    fn wish(week: [Option<When>; 7]) -> Wish {
        Wish {
            week,
            cue: Some(Cue::Coffee),
            quiet: None,
            since: date(2026, 11, 24),
        }
    }

    /// Read back by a library that had no part in writing it.
    fn read(file: &str) -> Vec<icalendar::Event> {
        let calendar = parser::unfold(file).parse::<icalendar::Calendar>().unwrap();
        let events = calendar.components.iter().map(|component| match component {
            CalendarComponent::Event(event) => event.clone(),
            other => panic!("{other:?} is no event"),
        });
        events.collect()
    }

    fn at(hour: i8, minute: i8) -> When {
        When::At(time(hour, minute, 0, 0))
    }

    #[test]
    fn weekdays_at_seven_are_one_event_that_a_calendar_reads_as_meant() {
        let seven = Some(at(19, 0));
        let wish = wish([seven, None, seven, None, seven, None, None]);
        let file = calendar(&wish, &Past::default(), &tuesday_noon()).unwrap();
        let events = read(&file);
        assert_eq!(events.len(), 1);
        let value = |name: &str| {
            events[0]
                .property_value(name)
                .unwrap_or_default()
                .to_owned()
        };
        assert_eq!(
            value("DTSTART"),
            "20261125T190000",
            "the next one is on Wednesday"
        );
        assert_eq!(value("DTEND"), "20261125T191000");
        assert_eq!(value("RRULE"), "FREQ=WEEKLY;BYDAY=MO,WE,FR");
        assert_eq!(value("UID"), "reminder-1@app.undersong");
        assert_eq!(value("DTSTAMP"), "20261124T110000Z");
        assert_eq!(events[0].get_summary(), Some("Undersong, after coffee"));
        assert_eq!(events[0].get_description(), Some(Text::TwoMinutes.words()));
        assert!(file.contains("BEGIN:VALARM\r\nACTION:DISPLAY\r\n"));
    }

    #[test]
    fn another_time_at_the_weekend_is_a_second_event() {
        let (week, weekend) = (Some(at(19, 0)), Some(at(10, 30)));
        let wish = wish([week, week, week, week, week, weekend, weekend]);
        let events = read(&calendar(&wish, &Past::default(), &tuesday_noon()).unwrap());
        let rules: Vec<&str> = events
            .iter()
            .filter_map(|event| event.property_value("RRULE"))
            .collect();
        assert_eq!(
            rules,
            [
                "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
                "FREQ=WEEKLY;BYDAY=SA,SU"
            ]
        );
    }

    #[test]
    fn half_past_midnight_after_tuesday_is_a_wednesday_in_the_calendar() {
        let wish = wish([None, Some(at(0, 30)), None, None, None, None, None]);
        let events = read(&calendar(&wish, &Past::default(), &tuesday_noon()).unwrap());
        assert_eq!(events[0].property_value("DTSTART"), Some("20261125T003000"));
        assert_eq!(
            events[0].property_value("RRULE"),
            Some("FREQ=WEEKLY;BYDAY=WE")
        );
    }

    #[test]
    fn a_gentle_window_is_as_long_as_the_window_outside_quiet_hours() {
        let window = When::Between {
            from: time(18, 0, 0, 0),
            until: time(20, 0, 0, 0),
        };
        let mut wish = wish([Some(window); 7]);
        wish.quiet = Some(Quiet {
            from: time(17, 0, 0, 0),
            until: time(18, 30, 0, 0),
        });
        let events = read(&calendar(&wish, &Past::default(), &tuesday_noon()).unwrap());
        assert_eq!(events[0].property_value("DTSTART"), Some("20261124T183000"));
        assert_eq!(events[0].property_value("DTEND"), Some("20261124T200000"));
    }

    /// What a calendar shows of the one event in it, as far as it goes.
    fn occurrences(file: &str) -> (String, String) {
        let event = &read(file)[0];
        let value = |name: &str| event.property_value(name).unwrap_or_default().to_owned();
        let exceptions = event.multi_properties().get("EXDATE").map(|all| {
            let all: Vec<&str> = all.iter().map(|one| one.value()).collect();
            all.join(",")
        });
        (value("DTSTART"), exceptions.unwrap_or(value("EXDATE")))
    }

    #[test]
    fn days_off_are_left_out_of_the_file_too() {
        let wish = wish([
            Some(at(19, 0)),
            None,
            None,
            Some(at(19, 0)),
            None,
            None,
            None,
        ]);
        let away = |from: &str, until: &str| Past {
            away: vec![Away::between(from.parse().unwrap(), until.parse().unwrap()).unwrap()],
            ..Past::default()
        };
        let christmas = away("2026-12-24", "2027-01-03");
        let file = calendar(&wish, &christmas, &tuesday_noon()).unwrap();
        let (starts, without) = occurrences(&file);
        assert_eq!(starts, "20261126T190000", "Thursday");
        // Two Thursdays and the Monday between them.
        let three = "20261224T190000,20261228T190000,20261231T190000";
        assert_eq!(without, three);
        // Gone already: it begins when the person is back, on a Monday.
        let gone = away("2026-11-20", "2026-12-06");
        let file = calendar(&wish, &gone, &tuesday_noon()).unwrap();
        assert_eq!(
            occurrences(&file),
            ("20261207T190000".to_owned(), String::new())
        );
        let rule = read(&file)[0].property_value("RRULE").map(str::to_owned);
        assert_eq!(rule.as_deref(), Some("FREQ=WEEKLY;BYDAY=MO,TH"));
    }

    #[test]
    fn a_night_off_is_left_out_where_the_calendar_has_it_the_morning_after() {
        let wish = wish([None, Some(at(0, 30)), None, None, None, None, None]);
        let mut past = Past::default();
        past.days_off.insert(date(2026, 12, 1));
        let file = calendar(&wish, &past, &tuesday_noon()).unwrap();
        let (starts, without) = occurrences(&file);
        assert_eq!(starts, "20261125T003000");
        assert_eq!(without, "20261202T003000");
    }

    #[test]
    fn a_person_s_own_words_are_not_in_a_file_others_may_read() {
        let mut wish = wish([Some(at(19, 0)); 7]);
        wish.cue = Some(Cue::Own("after my pills".into()));
        assert!(
            !calendar(&wish, &Past::default(), &tuesday_noon())
                .unwrap()
                .contains("pills")
        );
    }

    #[test]
    fn no_day_is_no_file() {
        assert_eq!(
            calendar(&wish([None; 7]), &Past::default(), &tuesday_noon()),
            None
        );
    }

    proptest! {
        #[test]
        fn any_words_come_back_from_a_file_whose_lines_are_short(words in "[a-zäß日🎵 ,;\\\\\n]{1,200}") {
            let words = words.trim().to_owned();
            prop_assume!(!words.is_empty());
            let mut file = String::from("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\n");
            line(&mut file, &format!("SUMMARY:{}", escaped(&words)));
            file.push_str("END:VEVENT\r\nEND:VCALENDAR\r\n");
            prop_assert!(file.split("\r\n").all(|line| line.len() <= LINE));
            let events = read(&file);
            prop_assert_eq!(events[0].get_summary(), Some(words.as_str()));
        }
    }
}

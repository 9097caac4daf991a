//! The phone's clock and the app's: two implementations that must never disagree.

use std::cell::RefCell;

use super::pocket::{Pocket, at};
use jiff::civil::{Time, date, time};
use jiff::{Timestamp, ToSpan, Zoned};
use practice::day::practice_day;
use practice::reminders::{
    Answer, Past, Quiet, Reminder, ReminderId, Shown, Snooze, Text, When, Wish, due, plan,
};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use tauri_plugin_reminders::{Entry, Hours};

/// Clocks that change at two, at midnight (Santiago), by half an hour (Lord Howe), and never.
const ZONES: [&str; 6] = [
    "Europe/Berlin",
    "America/New_York",
    "America/Santiago",
    "Australia/Lord_Howe",
    "Asia/Tokyo",
    "UTC",
];

fn moments() -> impl Strategy<Value = Zoned> {
    // 2020 to 2035, to the second.
    (1_577_836_800..2_051_222_400_i64, 0..ZONES.len()).prop_map(|(second, zone)| {
        let at = Timestamp::from_second(second).expect("a moment");
        at.in_tz(ZONES[zone]).expect("a zone")
    })
}

fn times() -> impl Strategy<Value = Time> {
    (0..24i8, 0..60i8).prop_map(|(hour, minute)| Time::constant(hour, minute, 0, 0))
}

fn hours() -> impl Strategy<Value = Option<Quiet>> {
    proptest::option::of((times(), times()).prop_map(|(from, until)| Quiet { from, until }))
}

fn runner() -> TestRunner {
    TestRunner::new(Config {
        cases: 300,
        failure_persistence: None,
        ..Config::default()
    })
}

/// A phone that has just arrived there, with nothing armed and nothing left to tell.
fn arrived(phone: &mut Pocket, now: &Zoned) {
    phone.news();
    phone.keep(&[], None);
    phone.clock_is_set(now.clone());
    phone.travels(now.time_zone().iana_name().expect("it has a name"));
}

fn crossing(one: &Reminder) -> Entry {
    Entry {
        id: one.id.0,
        day: Some(one.day.to_string()),
        local: Some(one.local.to_string()),
        title: one.title(),
        body: one.body().into(),
        text: String::new(),
        can_wait: !one.again,
    }
}

fn crossing_hours(quiet: Option<Quiet>) -> Option<Hours> {
    quiet.map(|quiet| Hours {
        from: quiet.from.to_string(),
        until: quiet.until.to_string(),
    })
}

fn every_day(when: Time, quiet: Option<Quiet>) -> Wish {
    Wish {
        week: [Some(When::At(when)); 7],
        cue: None,
        quiet,
        since: date(2019, 1, 1),
    }
}

#[test]
fn a_practice_day_is_the_same_day_everywhere() {
    let phone = RefCell::new(Pocket::in_berlin());
    runner()
        .run(&moments(), |now| {
            let mut phone = phone.borrow_mut();
            arrived(&mut phone, &now);
            prop_assert_eq!(&phone.say("day")[0], &practice_day(&now).to_string());
            Ok(())
        })
        .unwrap();
}

#[test]
fn whatever_was_planned_the_phone_sets_its_alarms_to_those_moments() {
    let phone = RefCell::new(Pocket::in_berlin());
    runner()
        .run(&(moments(), times(), hours()), |(now, when, quiet)| {
            let mut phone = phone.borrow_mut();
            arrived(&mut phone, &now);
            let planned = plan(&every_day(when, quiet), &Past::default(), &now);
            let entries: Vec<Entry> = planned.iter().map(crossing).collect();
            phone.keep(&entries, crossing_hours(quiet).as_ref());
            let expected: Vec<String> = planned
                .iter()
                .map(|one| format!("{}\t{}", one.id.0, one.at.as_millisecond()))
                .collect();
            prop_assert_eq!(phone.say("alarms"), expected);
            Ok(())
        })
        .unwrap();
}

#[test]
fn looked_at_any_time_later_the_phone_shows_what_the_app_would() {
    let phone = RefCell::new(Pocket::in_berlin());
    let some = (moments(), times(), hours(), 0..60 * 60 * 24 * 20_i64);
    runner()
        .run(&some, |(now, when, quiet, seconds)| {
            let mut phone = phone.borrow_mut();
            arrived(&mut phone, &now);
            let wish = every_day(when, quiet);
            let planned = plan(&wish, &Past::default(), &now);
            let entries: Vec<Entry> = planned.iter().map(crossing).collect();
            phone.keep(&entries, crossing_hours(quiet).as_ref());
            // Switched off, or in the deepest sleep, until then.
            let later = now.checked_add(seconds.seconds()).unwrap();
            phone.clock_is_set(later.clone());
            let shown: Vec<i32> = phone
                .say("look")
                .iter()
                .map(|line| line.split('\t').nth(1).unwrap().parse().unwrap())
                .collect();
            let would = due(&planned, &wish, &Past::default(), &later).show;
            let would: Vec<i32> = would.iter().map(|one| one.id.0).collect();
            prop_assert_eq!(shown, would);
            Ok(())
        })
        .unwrap();
}

#[test]
fn in_an_hour_is_the_same_hour_whether_the_app_or_the_phone_heard_it() {
    let phone = RefCell::new(Pocket::in_berlin());
    runner()
        .run(&(moments(), hours()), |(now, quiet)| {
            if quiet.is_some_and(|quiet| quiet.covers(now.time())) {
                return Ok(());
            }
            let mut phone = phone.borrow_mut();
            arrived(&mut phone, &now);
            phone.keep(&[], crossing_hours(quiet).as_ref());
            let day = practice_day(&now);
            let id = ReminderId::of(day, false);
            let mut one = at("2026-11-24T19:00:00");
            (one.id, one.day, one.local) = (
                id.0,
                Some(day.to_string()),
                Some(now.datetime().to_string()),
            );
            phone.show(&one);
            // Shown already in another of these lives: put it there again.
            if !phone.press(id.0, "later") {
                return Ok(());
            }
            let shown = Shown {
                text: Text::TwoMinutes,
                answer: Some(Answer::Later),
                exercise: None,
            };
            let past = Past {
                shown: [(day, shown)].into(),
                snooze: Some(Snooze {
                    day,
                    at: now.timestamp() + 1.hour(),
                }),
                ..Past::default()
            };
            let planned = plan(&every_day(time(12, 0, 0, 0), quiet), &past, &now);
            let again = planned.iter().find(|one| one.again);
            let expected: Vec<String> = again
                .iter()
                .map(|one| format!("{}\t{}", one.id.0, one.at.as_millisecond()))
                .collect();
            prop_assert_eq!(phone.say("alarms"), expected);
            Ok(())
        })
        .unwrap();
}

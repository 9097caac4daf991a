use jiff::civil::{Time, date, time};

use super::*;
use crate::reminders::{Answer, Quiet, Shown, Snooze, When};

fn daily(hour: i8, minute: i8) -> Wish {
    Wish {
        week: [Some(When::At(time(hour, minute, 0, 0))); 7],
        cue: None,
        quiet: None,
        since: date(2026, 1, 1),
    }
}

fn berlin(at: &str) -> Zoned {
    format!("{at}[Europe/Berlin]").parse().unwrap()
}

/// Days of the month planned, from the morning of Tuesday, 24 November 2026.
fn days(wish: &Wish, past: &Past) -> Vec<i8> {
    let planned = plan(wish, past, &berlin("2026-11-24T09:00:00"));
    planned.iter().map(|reminder| reminder.day.day()).collect()
}

fn ignored(days: impl IntoIterator<Item = Date>) -> Past {
    let shown = Shown {
        text: Text::TwoMinutes,
        answer: None,
        exercise: None,
    };
    Past {
        shown: days.into_iter().map(|day| (day, shown.clone())).collect(),
        ..Past::default()
    }
}

fn before_today(days: i32) -> Date {
    date(2026, 11, 24) - days.days()
}

#[test]
fn a_plan_gets_rarer_by_itself_in_case_nobody_looks() {
    let planned = days(&daily(19, 0), &Past::default());
    assert_eq!(planned, [24, 25, 26, 28, 30, 2, 4, 6]);
}

#[test]
fn after_ten_it_is_once_a_week_and_after_fourteen_never() {
    let ten = ignored((1..=10).map(before_today));
    assert_eq!(days(&daily(19, 0), &ten), [30, 7]);
    let fourteen = ignored((1..=14).map(before_today));
    assert_eq!(days(&daily(19, 0), &fourteen), [] as [i8; 0]);
}

#[test]
fn the_last_one_says_goodbye() {
    let thirteen = ignored((7..=19).map(before_today));
    let planned = plan(&daily(19, 0), &thirteen, &berlin("2026-11-24T09:00:00"));
    let words: Vec<&str> = planned.iter().map(Reminder::body).collect();
    assert_eq!(words, [Text::Farewell.words()]);
}

#[test]
fn music_ends_the_waiting_and_the_day() {
    let mut past = ignored((1..=14).map(before_today));
    past.practised.insert(date(2026, 11, 24));
    assert_eq!(days(&daily(19, 0), &past)[..3], [25, 26, 27]);
}

#[test]
fn deciding_anew_begins_anew() {
    let past = ignored((1..=14).map(before_today));
    let anew = Wish {
        since: date(2026, 11, 24),
        ..daily(19, 0)
    };
    assert_eq!(days(&anew, &past)[..3], [24, 25, 26]);
}

#[test]
fn a_day_off_is_left_out_and_nothing_else_changes() {
    let mut past = Past::default();
    past.days_off.insert(date(2026, 11, 25));
    assert_eq!(days(&daily(19, 0), &past)[..3], [24, 26, 27]);
}

#[test]
fn a_journey_is_left_out_and_what_comes_after_it_is_planned_before_it() {
    let away = Away::between(date(2026, 11, 25), date(2026, 12, 20)).unwrap();
    let past = Past {
        away: vec![away],
        ..Past::default()
    };
    assert_eq!(days(&daily(19, 0), &past), [24, 21, 22, 24, 26, 28, 30, 1]);
}

#[test]
fn nothing_comes_while_away_not_even_what_was_armed_before_or_asked_for_again() {
    let day = date(2026, 11, 24);
    let now = berlin("2026-11-24T19:00:00");
    let armed = plan(
        &daily(19, 0),
        &Past::default(),
        &berlin("2026-11-24T09:00:00"),
    );
    let past = Past {
        away: vec![Away::between(day, day).unwrap()],
        snooze: Some(Snooze {
            day,
            at: now.timestamp() + 1.hour(),
        }),
        ..Past::default()
    };
    let due = due(&armed, &daily(19, 0), &past, &now);
    assert_eq!((due.show, due.over.len()), (None, 1));
    assert_eq!(days(&daily(19, 0), &past)[0], 25);
}

#[test]
fn a_time_that_has_passed_is_tomorrow_s() {
    assert_eq!(days(&daily(8, 0), &Past::default())[0], 25);
}

#[test]
fn an_hour_later_is_an_hour_later_and_not_one_more_reminder() {
    let day = date(2026, 11, 24);
    let shown = Shown {
        text: Text::OneSmallBeat,
        answer: Some(Answer::Later),
        exercise: None,
    };
    let now = berlin("2026-11-24T19:01:00");
    let at = now.timestamp() + 1.hour();
    let past = Past {
        shown: [(day, shown)].into(),
        snooze: Some(Snooze { day, at }),
        ..Past::default()
    };
    let planned = plan(&daily(19, 0), &past, &now);
    assert_eq!(planned[0].at, at);
    assert_eq!(planned[0].text, Text::OneSmallBeat);
    assert!(planned[0].again);
    assert_eq!(planned[1].day, date(2026, 11, 25));
    let mut played = past.clone();
    played.practised.insert(day);
    assert_eq!(
        plan(&daily(19, 0), &played, &now)[0].day,
        date(2026, 11, 25)
    );
    let bed = Quiet {
        from: time(20, 0, 0, 0),
        until: time(8, 0, 0, 0),
    };
    let quiet = Wish {
        quiet: Some(bed),
        ..daily(19, 0)
    };
    assert!(
        !plan(&quiet, &past, &now)[0].again,
        "eight is too late for this person"
    );
}

/// When the reminder of `day` comes in Berlin.
#[track_caller]
fn check(day: &str, wanted: Time, expect: &str) {
    let day: Date = day.parse().unwrap();
    let now = day
        .at(4, 0, 0, 0)
        .to_zoned(TimeZone::get("Europe/Berlin").unwrap())
        .unwrap();
    let planned = plan(
        &daily(wanted.hour(), wanted.minute()),
        &Past::default(),
        &now,
    );
    let first = planned[0].at.to_zoned(now.time_zone().clone());
    assert_eq!(planned[0].day, day);
    assert_eq!(first.strftime("%F %R %z").to_string(), expect);
}

#[test]
fn the_night_clocks_go_forward_has_no_half_past_two() {
    check("2026-03-28", time(2, 30, 0, 0), "2026-03-29 03:30 +0200");
}

#[test]
fn the_night_clocks_go_back_has_two_and_the_first_is_taken() {
    check("2026-10-24", time(2, 30, 0, 0), "2026-10-25 02:30 +0200");
}

#[test]
fn the_leap_day_is_a_day() {
    check("2028-02-29", time(19, 0, 0, 0), "2028-02-29 19:00 +0100");
}

#[test]
fn where_the_missing_hour_ends_the_practice_day_the_reminder_comes_before_it() {
    // In Helsinki 03:00 becomes 04:00, and 04:30 would be the next practice day.
    let now: Zoned = "2026-03-28T12:00:00[Europe/Helsinki]".parse().unwrap();
    let planned = plan(&daily(3, 30), &Past::default(), &now);
    let first = planned[0].at.to_zoned(now.time_zone().clone());
    assert_eq!(first.strftime("%F %R").to_string(), "2026-03-29 02:30");
    assert_eq!(planned[0].day, date(2026, 3, 28));
}

#[test]
fn a_day_that_a_country_skipped_has_no_reminder_and_its_neighbours_have_one_each() {
    let now: Zoned = "2011-12-29T12:00:00[Pacific/Apia]".parse().unwrap();
    let wish = Wish {
        since: date(2011, 1, 1),
        ..daily(19, 0)
    };
    let planned = plan(&wish, &Past::default(), &now);
    let days: Vec<i8> = planned[..2].iter().map(|one| one.day.day()).collect();
    assert_eq!(days, [29, 31]);
}

#[test]
fn what_stays_as_it_is_is_left_alone() {
    let now = berlin("2026-11-24T09:00:00");
    let armed = plan(&daily(19, 0), &Past::default(), &now);
    let later = plan(
        &daily(19, 0),
        &Past::default(),
        &berlin("2026-11-24T15:00:00"),
    );
    assert_eq!(difference(&armed, &later), Difference::default());
    let moved = plan(&daily(20, 0), &Past::default(), &now);
    let change = difference(&armed, &moved);
    assert_eq!(
        (change.disarm.len(), change.arm.len()),
        (armed.len(), moved.len())
    );
    assert_eq!(change.disarm[0], change.arm[0].id, "a day keeps its name");
}

#[test]
fn a_computer_that_slept_for_a_week_shows_one_and_forgets_the_others() {
    let wish = daily(19, 0);
    let armed = plan(&wish, &Past::default(), &berlin("2026-11-24T09:00:00"));
    let woken = berlin("2026-11-30T21:30:00");
    let due = due(&armed, &wish, &Past::default(), &woken);
    assert_eq!(due.show.map(|one| one.day), Some(date(2026, 11, 30)));
    assert_eq!(due.over.len(), 5, "24, 25, 26, 28 and 30");
}

#[test]
fn nothing_is_shown_for_yesterday_or_after_music() {
    let wish = daily(19, 0);
    let armed = plan(&wish, &Past::default(), &berlin("2026-11-24T09:00:00"));
    let morning = due(
        &armed,
        &wish,
        &Past::default(),
        &berlin("2026-11-25T07:00:00"),
    );
    assert_eq!((morning.show, morning.over.len()), (None, 1));
    let mut played = Past::default();
    played.practised.insert(date(2026, 11, 24));
    let evening = due(&armed, &wish, &played, &berlin("2026-11-24T19:00:00"));
    assert_eq!((evening.show, evening.over.len()), (None, 1));
}

#[test]
fn a_lid_opened_in_the_quiet_hours_stays_quiet_until_they_are_over() {
    let afternoon = Quiet {
        from: time(13, 0, 0, 0),
        until: time(15, 0, 0, 0),
    };
    let wish = Wish {
        quiet: Some(afternoon),
        ..daily(12, 0)
    };
    let armed = plan(&wish, &Past::default(), &berlin("2026-11-24T09:00:00"));
    let at = |time: &str| due(&armed, &wish, &Past::default(), &berlin(time));
    assert_eq!(at("2026-11-24T13:10:00"), Due::default());
    assert!(at("2026-11-24T15:00:00").show.is_some());
}

#[test]
fn a_name_holds_its_day_in_the_bits_a_phone_has() {
    assert_eq!(
        ReminderId::of(date(2026, 11, 24), false),
        ReminderId(202_611_240)
    );
    let last = ReminderId::of(date(9999, 12, 31), true);
    assert_eq!(last, ReminderId(999_912_311));
    assert_eq!(
        (last.day(), last.is_again()),
        (Some(date(9999, 12, 31)), true)
    );
    assert_eq!(ReminderId(1).day(), None);
}

#[test]
fn a_lock_screen_shows_a_known_cue_and_nobody_s_own_words() {
    let mut reminder = plan(
        &daily(19, 0),
        &Past::default(),
        &berlin("2026-11-24T09:00:00"),
    )[0]
    .clone();
    reminder.cue = Some(Cue::Coffee);
    assert_eq!(reminder.title(), "Undersong, after coffee");
    reminder.cue = Some(Cue::Own("after my appointment".into()));
    assert_eq!(reminder.title(), "Undersong");
}

//! "Send one in ten seconds": by the alarm, the receiver and the rule of those that are armed.

use super::pocket::{Pocket, TRIAL, evenings};
use jiff::Zoned;
use tauri_plugin_reminders::Hours;

/// Tuesday at noon, three evenings armed, and one to be tried.
fn trying() -> Pocket {
    let mut phone = Pocket::in_berlin();
    phone.keep(&evenings(3), None);
    phone.rehearse();
    phone
}

fn told(phone: &mut Pocket) -> Vec<String> {
    let news = phone.news();
    let one = |(id, at, what): (i32, String, String)| format!("{id} {at} {what}");
    news.into_iter().map(one).collect()
}

#[test]
fn it_comes_after_ten_seconds_by_an_alarm_of_its_own_and_the_app_is_told() {
    let mut phone = trying();
    assert_eq!(
        phone.armed()[0],
        TRIAL,
        "nobody else wakes the phone for it"
    );
    assert_eq!(phone.until("2026-11-24T12:00:09"), [] as [&str; 0]);
    assert_eq!(phone.until("2026-11-24T12:00:10"), ["Tue 12:00"]);
    assert_eq!(told(&mut phone), ["1 Tue 12:00 shown"]);
    assert!(phone.press(TRIAL, "open"));
    assert_eq!(told(&mut phone), ["1 Tue 12:00 open"]);
}

#[test]
fn a_plan_made_meanwhile_neither_takes_it_away_nor_arms_it_once_more() {
    let mut phone = trying();
    phone.keep(&evenings(2), None);
    phone.keep(&[], None);
    assert_eq!(phone.armed(), [TRIAL]);
    assert_eq!(phone.until("2026-11-24T13:00:00"), ["Tue 12:00"]);
    assert_eq!(phone.until("2026-11-30T13:00:00"), [] as [&str; 0]);
}

#[test]
fn it_is_not_the_day_s_whether_touched_or_left_lying() {
    for touched in [Some("open"), Some("later"), None] {
        let mut phone = trying();
        phone.until("2026-11-24T12:01:00");
        assert!(touched.is_none_or(|reply| phone.press(TRIAL, reply)));
        assert_eq!(phone.until("2026-11-24T23:00:00"), ["Tue 19:00"]);
    }
}

#[test]
fn tried_again_it_comes_again_and_leaves_the_first_nowhere() {
    let mut phone = trying();
    phone.until("2026-11-24T12:01:00");
    phone.rehearse();
    assert_eq!(phone.say("screen"), [] as [&str; 0]);
    assert_eq!(phone.until("2026-11-24T12:02:00"), ["Tue 12:01"]);
    assert_eq!(phone.say("screen").len(), 1);
}

#[test]
fn whoever_waits_for_it_gets_it_in_quiet_hours_too() {
    let mut phone = Pocket::in_berlin();
    let quiet = Hours {
        from: "11:00:00".into(),
        until: "14:00:00".into(),
    };
    phone.keep(&evenings(1), Some(&quiet));
    phone.rehearse();
    assert_eq!(phone.until("2026-11-24T13:00:00"), ["Tue 12:00"]);
}

#[test]
fn it_comes_beside_a_reminder_of_the_same_moment() {
    let mut phone = Pocket::in_berlin();
    phone.keep(&evenings(1), None);
    phone.until("2026-11-24T18:59:50");
    phone.rehearse();
    let shown = phone.until("2026-11-24T23:00:00");
    assert_eq!(shown, ["Tue 19:00", "Tue 19:00"]);
    assert_eq!(phone.say("screen").len(), 2);
}

#[test]
fn switched_off_meanwhile_the_phone_still_shows_it_but_not_the_next_day() {
    let mut phone = trying();
    assert_eq!(phone.is_off_until("2026-11-24T12:03:00"), ["Tue 12:03"]);
    let mut phone = trying();
    assert_eq!(phone.is_off_until("2026-11-25T12:00:00"), [] as [&str; 0]);
    assert_eq!(phone.until("2026-11-25T18:00:00"), [] as [&str; 0]);
    assert_eq!(told(&mut phone), [] as [&str; 0]);
}

#[test]
fn a_clock_set_back_does_not_keep_it_for_hours() {
    let mut phone = trying();
    let morning: Zoned = "2026-11-24T08:00:00[Europe/Berlin]".parse().unwrap();
    phone.clock_is_set(morning);
    phone.say("look");
    phone.until("2026-11-24T18:00:00");
    assert_eq!(told(&mut phone), [] as [&str; 0]);
}

#[test]
fn who_has_not_allowed_reminders_is_told_of_none() {
    let mut phone = trying();
    phone.say("allow\tfalse");
    assert_eq!(phone.until("2026-11-24T13:00:00"), [] as [&str; 0]);
    phone.say("allow\ttrue");
    assert_eq!(phone.until("2026-11-24T18:00:00"), [] as [&str; 0]);
    assert_eq!(told(&mut phone), [] as [&str; 0]);
}

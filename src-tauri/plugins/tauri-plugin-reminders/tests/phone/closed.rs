//! While the app is closed: a phone that is switched off, flown, set, late, and answered.

use super::pocket::{Pocket, at, evenings};
use jiff::{ToSpan, Zoned};
use tauri_plugin_reminders::Hours;

const TODAY: i32 = 202_611_240;
/// The same day, once more.
const AGAIN: i32 = 202_611_241;

fn quiet(from: &str, until: &str) -> Hours {
    Hours {
        from: from.into(),
        until: until.into(),
    }
}

/// Tuesday, one minute past seven: today's is on the screen.
fn reminded(quiet: Option<&Hours>) -> Pocket {
    let mut phone = Pocket::in_berlin();
    phone.keep(&evenings(3), quiet);
    assert_eq!(phone.until("2026-11-24T19:01:00"), ["Tue 19:00"]);
    phone
}

#[test]
fn seven_in_the_evening_comes_at_seven_and_says_what_the_app_worded() {
    let mut phone = Pocket::in_berlin();
    phone.keep(&evenings(3), None);
    let shown = phone.until("2026-11-27T12:00:00");
    assert_eq!(shown, ["Tue 19:00", "Wed 19:00", "Thu 19:00"]);
    assert_eq!(
        phone.say("screen")[0],
        "202611240\tUndersong, after dinner | One small beat today? | In an hour"
    );
}

#[test]
fn a_phone_that_was_switched_off_forgets_its_alarms_and_is_reminded_all_the_same() {
    let mut phone = Pocket::in_berlin();
    phone.keep(&evenings(3), None);
    assert_eq!(phone.is_off_until("2026-11-24T14:00:00"), [] as [&str; 0]);
    assert_eq!(
        phone.until("2026-11-25T23:00:00"),
        ["Tue 19:00", "Wed 19:00"]
    );
}

#[test]
fn switched_on_late_it_still_comes_that_day_and_once() {
    let mut phone = Pocket::in_berlin();
    phone.keep(&evenings(3), None);
    assert_eq!(phone.is_off_until("2026-11-24T22:15:00"), ["Tue 22:15"]);
    assert_eq!(phone.until("2026-11-25T12:00:00"), [] as [&str; 0]);
}

#[test]
fn after_two_days_in_a_drawer_one_comes_and_nothing_is_caught_up_on() {
    let mut phone = Pocket::in_berlin();
    phone.keep(&evenings(3), None);
    assert_eq!(phone.is_off_until("2026-11-26T20:00:00"), ["Thu 20:00"]);
    assert_eq!(phone.news().len(), 1, "what nobody saw was not ignored");
}

#[test]
fn half_past_midnight_is_still_the_evening_before() {
    let mut phone = Pocket::in_berlin();
    phone.keep(&[at("2026-11-25T00:30:00")], None);
    assert_eq!(phone.until("2026-11-25T12:00:00"), ["Wed 00:30"]);
    assert_eq!(phone.news()[0].0, TODAY);
}

#[test]
fn in_new_york_it_is_seven_in_new_york() {
    let mut phone = Pocket::in_berlin();
    phone.keep(&evenings(3), None);
    phone.travels("America/New_York");
    assert_eq!(
        phone.until("2026-11-25T23:00:00"),
        ["Tue 19:00", "Wed 19:00"]
    );
}

#[test]
fn who_flies_west_after_it_came_does_not_get_it_twice() {
    let mut phone = reminded(None);
    phone.travels("America/New_York");
    assert_eq!(phone.now().strftime("%H:%M").to_string(), "13:01");
    assert_eq!(phone.until("2026-11-25T23:00:00"), ["Wed 19:00"]);
}

#[test]
fn who_flies_east_over_it_gets_it_on_landing() {
    let mut phone = Pocket::in_berlin();
    phone.keep(&evenings(3), None);
    assert_eq!(phone.until("2026-11-24T14:00:00"), [] as [&str; 0]);
    phone.travels("Asia/Tokyo");
    assert_eq!(phone.now().strftime("%H:%M").to_string(), "22:00");
    assert_eq!(phone.news()[0].1, "Tue 22:00");
}

#[test]
fn a_clock_set_back_and_forth_shows_nothing_twice_and_loses_nothing() {
    let mut phone = reminded(None);
    let noon: Zoned = "2026-11-24T12:00:00[Europe/Berlin]".parse().unwrap();
    phone.clock_is_set(noon);
    phone.say("look");
    assert_eq!(phone.until("2026-11-24T23:00:00"), [] as [&str; 0]);
    assert_eq!(phone.until("2026-11-25T23:00:00"), ["Wed 19:00"]);
}

#[test]
fn nothing_comes_in_quiet_hours_not_even_late() {
    let mut phone = Pocket::in_berlin();
    phone.keep(&evenings(3), Some(&quiet("21:00:00", "23:00:00")));
    assert_eq!(phone.is_off_until("2026-11-24T22:00:00"), [] as [&str; 0]);
    assert_eq!(phone.until("2026-11-25T12:00:00"), ["Tue 23:00"]);
}

#[test]
fn quiet_hours_that_last_until_morning_take_that_day_s_with_them() {
    let mut phone = Pocket::in_berlin();
    phone.keep(&evenings(2), Some(&quiet("21:00:00", "07:00:00")));
    assert_eq!(phone.is_off_until("2026-11-24T22:00:00"), [] as [&str; 0]);
    assert_eq!(phone.until("2026-11-25T23:00:00"), ["Wed 19:00"]);
}

#[test]
fn in_an_hour_is_an_hour_later_without_the_app_and_there_is_no_third() {
    let mut phone = reminded(None);
    assert!(phone.press(TODAY, "later"));
    assert!(phone.say("screen").is_empty());
    assert_eq!(phone.until("2026-11-24T23:00:00"), ["Tue 20:01"]);
    assert!(phone.press(AGAIN, "later"));
    assert_eq!(phone.until("2026-11-25T12:00:00"), [] as [&str; 0]);
    let told: Vec<String> = phone
        .news()
        .into_iter()
        .map(|(id, at, what)| format!("{id} {at} {what}"))
        .collect();
    assert_eq!(
        told,
        [
            "202611240 Tue 19:00 shown",
            "202611240 Tue 19:01 later",
            "202611241 Tue 20:01 shown",
            "202611241 Tue 23:00 later",
        ]
    );
}

#[test]
fn in_an_hour_outlives_a_restart() {
    let mut phone = reminded(None);
    phone.press(TODAY, "later");
    assert_eq!(phone.is_off_until("2026-11-24T19:30:00"), [] as [&str; 0]);
    assert_eq!(phone.until("2026-11-24T23:00:00"), ["Tue 20:01"]);
}

#[test]
fn in_an_hour_waits_for_the_end_of_quiet_hours_or_for_tomorrow() {
    let mut phone = reminded(Some(&quiet("20:00:00", "21:00:00")));
    phone.press(TODAY, "later");
    assert_eq!(phone.until("2026-11-25T12:00:00"), ["Tue 21:00"]);
    let mut phone = reminded(Some(&quiet("20:00:00", "08:00:00")));
    phone.press(TODAY, "later");
    assert_eq!(phone.until("2026-11-25T23:00:00"), ["Wed 19:00"]);
}

#[test]
fn not_today_is_noted_and_tomorrow_comes() {
    let mut phone = reminded(None);
    assert!(phone.press(TODAY, "not-today"));
    assert!(phone.say("screen").is_empty());
    assert_eq!(phone.until("2026-11-25T23:00:00"), ["Wed 19:00"]);
    assert_eq!(phone.news()[1].2, "not-today");
}

#[test]
fn a_tap_is_told_once_however_often_the_system_hands_it_over() {
    let mut phone = reminded(None);
    assert!(phone.press(TODAY, "open"));
    assert!(!phone.press(TODAY, "open"), "the same intent once more");
    let told: Vec<String> = phone.news().into_iter().map(|(_, _, what)| what).collect();
    assert_eq!(told, ["shown", "open"]);
    assert!(phone.news().is_empty());
}

#[test]
fn who_has_not_allowed_it_sees_nothing_and_has_ignored_nothing() {
    let mut phone = Pocket::in_berlin();
    phone.keep(&evenings(3), None);
    phone.say("allow\tfalse");
    assert_eq!(phone.until("2026-11-24T23:00:00"), [] as [&str; 0]);
    assert!(phone.news().is_empty());
    phone.say("allow\ttrue");
    assert_eq!(phone.until("2026-11-25T23:00:00"), ["Wed 19:00"]);
}

#[test]
fn nobody_answers_what_was_never_shown() {
    let mut phone = Pocket::in_berlin();
    phone.keep(&evenings(3), None);
    assert!(!phone.press(TODAY, "not-today"));
    assert!(phone.news().is_empty());
}

#[test]
fn touched_the_next_morning_it_still_names_its_own_day() {
    let mut phone = reminded(None);
    phone.until("2026-11-25T00:20:00");
    assert!(phone.press(TODAY, "two-minutes"));
    assert_eq!(
        phone.news()[1],
        (TODAY, "Wed 00:20".into(), "two-minutes".into())
    );
}

#[test]
fn music_takes_today_s_away() {
    let mut phone = Pocket::in_berlin();
    phone.keep(&evenings(3), None);
    phone.keep(&evenings(3)[1..], None);
    assert_eq!(phone.armed().len(), 2);
    assert_eq!(phone.until("2026-11-25T23:00:00"), ["Wed 19:00"]);
}

#[test]
fn what_the_app_has_shown_the_phone_does_not_show_and_the_other_way_round() {
    let mut phone = Pocket::in_berlin();
    phone.keep(&evenings(1), None);
    phone.until("2026-11-24T18:59:59");
    assert_eq!(phone.show(&evenings(1)[0]).len(), 1);
    assert_eq!(phone.until("2026-11-24T23:00:00"), [] as [&str; 0]);
    assert!(phone.news().is_empty(), "the app knows");
    let mut phone = reminded(None);
    assert_eq!(phone.show(&evenings(1)[0]), [] as [&str; 0]);
}

#[test]
fn in_an_hour_is_not_lost_when_the_app_arms_before_it_has_heard() {
    let mut phone = reminded(None);
    phone.press(TODAY, "later");
    phone.keep(&evenings(3)[1..], None);
    assert!(phone.armed().contains(&AGAIN));
    // Once the app knows, it decides.
    phone.news();
    phone.keep(&evenings(3)[1..], None);
    assert!(!phone.armed().contains(&AGAIN));
}

#[test]
fn words_of_every_kind_outlive_a_restart() {
    let mut phone = Pocket::in_berlin();
    let mut odd = at("2026-11-24T19:00:00");
    odd.title = "a<tab>b\\t<line>c\\".into();
    odd.body = "Zwei Minuten für dich 🎵".into();
    phone.keep(&[odd], None);
    phone.is_off_until("2026-11-24T14:00:00");
    phone.until("2026-11-24T20:00:00");
    let screen = phone.say("screen").join("\n");
    assert_eq!(
        screen,
        "202611240\ta\tb\\t\nc\\ | Zwei Minuten für dich 🎵 | In an hour"
    );
}

#[test]
fn a_file_that_broke_takes_no_more_with_it_than_it_must() {
    let mut phone = reminded(None);
    phone.press(TODAY, "later");
    for n in 0..400u32 {
        let (place, letter) = (n * 7919, b"\t\n\\x9-"[n as usize % 6]);
        phone.say(&format!("spoil\t{place}\t{letter}"));
        phone.say("look");
        if n % 50 == 0 {
            phone.say(&format!("tear\t{}", n * 13));
            phone.say("look");
            phone.keep(&evenings(3), None);
        }
    }
    // Whatever is left, the app's next start puts right.
    phone.keep(&evenings(3), None);
    let shown = phone.until("2026-11-27T12:00:00");
    assert!(
        shown.ends_with(&["Wed 19:00".into(), "Thu 19:00".into()]),
        "{shown:?}"
    );
}

#[test]
fn months_without_the_app_leave_a_small_file_and_honest_news() {
    let mut phone = Pocket::in_berlin();
    let mut evenings = evenings(14);
    evenings.retain(|one| one.id % 20 == 0);
    let count = evenings.len();
    phone.keep(&evenings, None);
    let end = phone.now() + 90.days();
    let shown = phone.until(&end.datetime().to_string());
    assert_eq!(shown.len(), count);
    assert_eq!(phone.news().len(), count);
}

//! A phone that shows reminders by itself and tells afterwards: what the app makes of it.

mod studio;

use std::time::Duration;

use app::ipc::{
    Changed, IpcError, Length, ReminderPermission, ReminderTime, ReminderTrial, SessionPhase,
};
use app::{Happened, Permission, ReminderId, Reply, Text};
use studio::Studio;
use studio::screen::{Screen, every_day_at};

/// Somebody with a piece from Thursday, 19 November 2026, reminded at seven every evening.
fn somebody() -> (Studio, Screen) {
    let mut studio = Studio::new();
    studio.makes_a_piece();
    let phone = Screen::phone();
    studio.reminded_on(&phone);
    let mut wish = every_day_at("19:00");
    wish.quiet = Some(ReminderTime {
        from: "22:00".into(),
        until: Some("07:00".into()),
    });
    studio.wishes_to_be_reminded(&wish);
    (studio, phone)
}

/// The app is not running until `moment`; then it is opened.
fn opened_at(studio: Studio, phone: &Screen, moment: &str) -> Studio {
    let mut studio = studio.crash_and_return();
    studio.clock_shows(moment);
    studio.reminded_on(phone);
    studio.seconds(1.5);
    studio
}

const FRIDAY: i32 = 202_611_200;
const SHOWN: Happened = Happened::Shown(Text::OneSmallBeat);

#[test]
fn what_came_while_the_app_was_closed_stands_on_today_and_is_not_shown_again() {
    let (studio, phone) = somebody();
    phone.happened(FRIDAY, "2026-11-20T19:04:00", SHOWN);
    let mut studio = opened_at(studio, &phone, "2026-11-20T19:30:00");
    let card = studio.app.reminders().expect("it opens").card;
    assert_eq!(card.expect("it waits").text, Text::OneSmallBeat.words());
    assert!(phone.look().shown.is_empty());
    assert!(!phone.days().contains(&20));
}

#[test]
fn only_what_was_really_shown_counts_as_ignored() {
    let (studio, phone) = somebody();
    let studio = opened_at(studio, &phone, "2026-11-23T12:00:00");
    assert_eq!(
        phone.days()[..3],
        [23, 24, 25],
        "the phone was off for days"
    );
    drop(studio);
    let (studio, phone) = somebody();
    for day in [20, 21, 22] {
        let id = 202_611_000 + day * 10;
        phone.happened(id, &format!("2026-11-{day}T19:00:00"), SHOWN);
    }
    let _studio = opened_at(studio, &phone, "2026-11-23T12:00:00");
    assert_eq!(phone.days()[..3], [24, 26, 28], "three were left lying");
}

#[test]
fn in_an_hour_is_an_hour_after_it_was_pressed_however_late_the_app_hears() {
    let (studio, phone) = somebody();
    phone.happened(FRIDAY, "2026-11-20T19:00:00", SHOWN);
    phone.happened(
        FRIDAY,
        "2026-11-20T19:05:00",
        Happened::Replied(Reply::Later),
    );
    let mut studio = opened_at(studio, &phone, "2026-11-20T19:40:00");
    let next = studio.app.reminders().expect("it opens").next;
    assert_eq!(next.as_deref(), Some("Fri 20:05"));
    assert!(phone.look().armed.iter().any(|one| one.again));
}

#[test]
fn what_came_once_more_does_not_come_a_third_time() {
    let (studio, phone) = somebody();
    phone.happened(FRIDAY, "2026-11-20T19:00:00", SHOWN);
    phone.happened(
        FRIDAY,
        "2026-11-20T19:05:00",
        Happened::Replied(Reply::Later),
    );
    phone.happened(FRIDAY + 1, "2026-11-20T20:05:00", SHOWN);
    let mut studio = opened_at(studio, &phone, "2026-11-20T20:30:00");
    let view = studio.app.reminders().expect("it opens");
    assert_eq!(view.next.as_deref(), Some("Sat 19:00"));
    assert!(!view.card.expect("the second waits").can_wait);
}

#[test]
fn not_today_is_about_the_day_it_was_said_on() {
    let (studio, phone) = somebody();
    phone.happened(FRIDAY, "2026-11-20T19:00:00", SHOWN);
    phone.happened(
        FRIDAY,
        "2026-11-21T00:30:00",
        Happened::Replied(Reply::NotToday),
    );
    let mut studio = opened_at(studio, &phone, "2026-11-21T12:00:00");
    let next = studio.app.reminders().expect("it opens").next;
    assert_eq!(
        next.as_deref(),
        Some("Sat 19:00"),
        "Saturday is another day"
    );
}

#[test]
fn a_tap_that_started_the_app_begins_two_minutes() {
    let (studio, phone) = somebody();
    phone.happened(FRIDAY, "2026-11-20T19:00:00", SHOWN);
    let reply = Happened::Replied(Reply::Start(Length::TwoMinutes));
    phone.happened(FRIDAY, "2026-11-20T19:10:00", reply);
    let studio = opened_at(studio, &phone, "2026-11-20T19:10:02");
    let session = studio.view();
    assert_eq!(
        (session.length, session.phase),
        (Length::TwoMinutes, SessionPhase::Ready)
    );
}

#[test]
fn nothing_rings_into_music() {
    let (studio, phone) = somebody();
    let mut studio = opened_at(studio, &phone, "2026-11-20T12:00:00");
    assert!(phone.days().contains(&20));
    studio.begin("lp01", Length::Full);
    studio.seconds(1.5);
    assert!(!phone.days().contains(&20), "somebody is about to play");
    studio.app.leave().expect("they changed their mind");
    studio.seconds(1.5);
    assert!(phone.days().contains(&20), "there was no music");
}

#[test]
fn a_late_alarm_does_not_come_after_the_card() {
    let (studio, phone) = somebody();
    let mut studio = opened_at(studio, &phone, "2026-11-20T19:20:00");
    assert!(studio.app.reminders().expect("it opens").card.is_some());
    assert!(!phone.days().contains(&20));
}

#[test]
fn quiet_hours_and_permission_cross_too() {
    let (mut studio, phone) = somebody();
    let quiet = phone.look().quiet.expect("they were decided");
    assert!(quiet.covers(jiff::civil::time(23, 0, 0, 0)));
    studio.seconds(1.5);
    phone.look().permission = Permission::Denied;
    let changed = studio.app.advance(std::time::Duration::from_millis(1500));
    assert!(changed.contains(&Changed::Reminders), "the screen is told");
    let view = studio.app.reminders().expect("it opens");
    assert_eq!(view.permission, ReminderPermission::Denied);
}

/// "Send one in ten seconds", pressed on Friday at noon.
fn tried() -> (Studio, Screen, ReminderId) {
    let (studio, phone) = somebody();
    let mut studio = opened_at(studio, &phone, "2026-11-20T12:00:00");
    studio.app.try_reminder().expect("it can be tried");
    let id = phone.look().rehearsed[0].0.id;
    (studio, phone, id)
}

fn trial(studio: &mut Studio) -> ReminderTrial {
    studio.app.reminders().expect("it opens").trial
}

#[test]
fn it_is_the_phone_that_sends_the_one_that_is_tried_and_the_app_waits_to_be_told() {
    let (mut studio, phone, id) = tried();
    let (rehearsed, after) = phone.look().rehearsed[0].clone();
    assert_eq!(after, Duration::from_secs(10));
    assert!(
        Text::ALL.iter().all(|text| text.words() != rehearsed.body),
        "nobody takes it for the day's"
    );
    studio.seconds(12.0);
    assert_eq!(trial(&mut studio), ReminderTrial::Waiting);
    assert!(phone.look().shown.is_empty(), "not by the app");
    phone.happened(id.0, "2026-11-20T12:00:10", SHOWN);
    let changed = studio.app.advance(Duration::from_millis(100));
    assert!(changed.contains(&Changed::Reminders), "the screen is told");
    assert_eq!(trial(&mut studio), ReminderTrial::Sent);
    studio.app.reminder_arrived(true).expect("it came");
    assert_eq!(trial(&mut studio), ReminderTrial::Arrived);
    assert_eq!(phone.look().withdrawn.clone(), [id]);
}

#[test]
fn one_that_was_tried_is_no_reminder_of_any_day() {
    let (studio, phone, id) = tried();
    let before = phone.days();
    assert_eq!(id.day(), None);
    let mut studio = opened_at(studio, &phone, "2026-11-20T12:05:00");
    phone.happened(id.0, "2026-11-20T12:00:10", SHOWN);
    for reply in [
        Reply::Start(Length::Full),
        Reply::Start(Length::TwoMinutes),
        Reply::Later,
        Reply::NotToday,
    ] {
        phone.happened(id.0, "2026-11-20T12:05:00", Happened::Replied(reply));
        studio.seconds(1.5);
        assert_eq!(studio.app.session(), None, "{reply:?} begins nothing");
    }
    let view = studio.app.reminders().expect("it opens");
    assert_eq!(view.trial, ReminderTrial::Arrived);
    assert_eq!(view.next.as_deref(), Some("Fri 19:00"), "today still comes");
    assert_eq!(view.card, None);
    assert_eq!(phone.days(), before, "nothing was answered or ignored");
}

#[test]
fn a_plan_made_meanwhile_leaves_the_one_that_is_tried_alone() {
    let (mut studio, phone, id) = tried();
    studio.app.decide_reminders(None).expect("no reminders");
    assert_eq!(phone.days(), [] as [i8; 0]);
    assert!(!phone.look().withdrawn.contains(&id));
    phone.happened(id.0, "2026-11-20T12:00:10", SHOWN);
    studio.seconds(0.1);
    assert_eq!(trial(&mut studio), ReminderTrial::Sent);
}

#[test]
fn whoever_closed_the_app_meanwhile_is_asked_on_coming_back() {
    let (studio, phone, id) = tried();
    phone.happened(id.0, "2026-11-20T12:00:10", SHOWN);
    let mut studio = opened_at(studio, &phone, "2026-11-20T12:01:00");
    assert_eq!(trial(&mut studio), ReminderTrial::Sent);
    let opened = Happened::Replied(Reply::Start(Length::Full));
    phone.happened(id.0, "2026-11-20T12:01:30", opened);
    studio.seconds(0.1);
    assert_eq!(trial(&mut studio), ReminderTrial::Arrived);
}

#[test]
fn a_phone_that_holds_it_back_is_found_out_and_forgiven_when_it_comes_late() {
    let (mut studio, phone, id) = tried();
    studio.seconds(39.0);
    assert_eq!(trial(&mut studio), ReminderTrial::Waiting);
    studio.seconds(3.0);
    assert_eq!(trial(&mut studio), ReminderTrial::Missed);
    assert_eq!(studio.app.reminder_arrived(true), Err(IpcError::NotNow));
    phone.happened(id.0, "2026-11-20T12:02:00", SHOWN);
    studio.seconds(0.1);
    assert_eq!(trial(&mut studio), ReminderTrial::Sent);
}

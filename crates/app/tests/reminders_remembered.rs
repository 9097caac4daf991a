//! What a reminder was for is remembered, whatever happens to the app; and days off are left alone.

mod studio;

use std::time::Duration;

use app::ipc::{Act, Changed, DaysOff, IpcError, Length, ReminderAnswer, ReminderCue};
use app::{Permission, ReminderId, Reply};
use studio::Studio;
use studio::screen::{Screen, every_day_at};

/// Somebody with a little music behind them, on Thursday evening, 19 November 2026, reminded every day
/// at `time`.
fn somebody(time: &str) -> Studio {
    let mut studio = Studio::new();
    play(&mut studio, "lp01");
    let mut wish = every_day_at(time);
    wish.cue = Some(ReminderCue::Coffee);
    studio.wishes_to_be_reminded(&wish);
    studio
}

/// A phone that keeps time, and tells nothing of what it did.
fn silent_phone() -> Screen {
    let phone = Screen::desktop();
    phone.look().keeps_time = true;
    phone
}

/// A little of it, so that there was music.
fn play(studio: &mut Studio, exercise: &str) {
    studio.begin(exercise, Length::Full);
    studio.act(Act::Start);
    studio.seconds(12.0);
    studio.act(Act::Stop);
    studio.until_the_end();
    studio.app.leave().expect("back to today");
}

/// What Today would offer at `moment`.
fn offered(studio: &mut Studio, moment: &str) -> String {
    studio.clock_shows(moment);
    studio.app.today().expect("today opens").card.id
}

fn the_20th(again: bool) -> ReminderId {
    ReminderId::of(jiff::civil::date(2026, 11, 20), again)
}

#[test]
fn after_a_crash_and_after_midnight_a_tap_still_opens_the_evening_s_exercise() {
    let mut studio = somebody("23:50");
    studio.sleeps_until("2026-11-20T23:50:01");
    let meant = studio.app.today().expect("today opens").card.id;
    let mut studio = studio.crash_and_return();
    // It is played the day after, so that Today itself is about something else by then.
    studio.sleeps_until("2026-11-21T15:00:00");
    play(&mut studio, &meant);
    assert_ne!(offered(&mut studio, "2026-11-22T15:00:00"), meant);
    let start = Reply::Start(Length::TwoMinutes);
    let taken = studio.app.take_up(the_20th(false), start);
    assert_eq!(taken, Ok(true));
    assert_eq!(studio.view().exercise, meant);
    assert_eq!(studio.view().length, Length::TwoMinutes);
}

#[test]
fn a_tap_that_opens_the_app_comes_before_anything_else_and_is_an_answer() {
    let mut studio = somebody("19:00");
    let phone = silent_phone();
    studio.reminded_on(&phone);
    let meant = offered(&mut studio, "2026-11-20T19:00:00");
    studio.clock_shows("2026-11-19T20:30:00");
    // The phone shows it while the app is not running, and a tap the next morning starts the app.
    let mut studio = studio.close_and_return();
    studio.clock_shows("2026-11-21T08:00:00");
    let taken = studio
        .app
        .take_up(the_20th(false), Reply::Start(Length::Full));
    assert_eq!(taken, Ok(true));
    assert_eq!(studio.view().exercise, meant);
    studio.reminded_on(&phone);
    studio.seconds(2.0);
    let ids: Vec<ReminderId> = phone.look().armed.iter().map(|one| one.id).collect();
    assert!(!ids.contains(&the_20th(false)), "it has been: {ids:?}");
}

#[test]
fn what_the_phone_showed_unseen_is_open_on_today_for_its_own_exercise() {
    let mut studio = somebody("19:00");
    let meant = offered(&mut studio, "2026-11-20T19:00:00");
    let mut studio = studio.close_and_return();
    studio.clock_shows("2026-11-20T21:00:00");
    let phone = silent_phone();
    studio.reminded_on(&phone);
    let card = studio.app.reminders().expect("it opens").card;
    let title = studio.app.content().exercise(&meant).expect("it is ours");
    let card = card.expect("it waits");
    assert_eq!(card.title.as_deref(), Some(&*title.title));
    let started = studio.app.answer_reminder(ReminderAnswer::Start);
    assert_eq!(started.expect("it starts").card, None);
    assert_eq!(studio.view().exercise, meant);
}

#[test]
fn a_reminder_nobody_knows_any_more_opens_today_s() {
    let mut studio = somebody("19:00");
    let today = studio.app.today().expect("today opens").card.id;
    let unknown = ReminderId::of(jiff::civil::date(2024, 2, 29), false);
    let taken = studio.app.take_up(unknown, Reply::Start(Length::Full));
    assert_eq!(taken, Ok(true));
    assert_eq!(studio.view().exercise, today);
}

#[test]
fn whoever_opens_the_app_is_there_and_a_computer_that_does_is_not() {
    for (at_login, expect) in [(false, 0), (true, 1)] {
        let studio = somebody("19:00");
        let mut studio = studio.close_and_return();
        studio.clock_shows("2026-11-20T20:00:00");
        let desktop = Screen::with(Permission::Unavailable);
        studio.reminded_on(&desktop);
        if at_login {
            studio.app.started_at_login();
        }
        // The desktop is still starting when the app already runs.
        studio.seconds(3.0);
        assert_eq!(desktop.look().shown.len(), 0);
        desktop.look().permission = Permission::Granted;
        studio.seconds(3.0);
        assert_eq!(desktop.look().shown.len(), expect, "at login: {at_login}");
        let card = studio.app.reminders().expect("it opens").card;
        assert!(card.is_some(), "Today has it either way");
    }
}

#[test]
fn a_login_without_notifications_leaves_it_to_today() {
    let studio = somebody("19:00");
    let mut studio = studio.close_and_return();
    studio.clock_shows("2026-11-20T20:00:00");
    studio.reminded_on(&Screen::with(Permission::Unavailable));
    studio.app.started_at_login();
    studio.seconds(22.0);
    assert!(studio.app.reminders().expect("it opens").card.is_some());
}

fn december(from: &str, until: &str, now: bool) -> DaysOff {
    DaysOff {
        from: format!("2026-12-{from}"),
        until: format!("2026-12-{until}"),
        now,
    }
}

#[test]
fn a_journey_is_left_out_of_the_plan_the_calendar_and_the_next_start() {
    let mut studio = somebody("19:00");
    let view = studio.app.take_days_off("2026-11-20", "2026-12-03");
    let view = view.expect("it makes sense");
    assert_eq!(view.next.as_deref(), Some("Fri 4 Dec 19:00"));
    let view = studio.app.take_days_off("2026-12-24", "2026-12-28");
    let christmas = december("24", "28", false);
    assert_eq!(view.expect("it makes sense").days_off[1], christmas);
    let calendar = studio.app.reminder_calendar().expect("there is a wish");
    assert!(
        calendar.contains("DTSTART:20261119T190000\r\n"),
        "{calendar}"
    );
    assert!(calendar.contains("EXDATE:20261120T190000"), "{calendar}");

    let mut studio = studio.crash_and_return();
    let desktop = Screen::desktop();
    studio.reminded_on(&desktop);
    for day in ["11-20", "11-26", "12-03"] {
        studio.sleeps_until(&format!("2026-{day}T19:00:01"));
        let view = studio.app.reminders().expect("it opens");
        assert!(view.days_off[0].now && view.card.is_none());
    }
    assert_eq!(desktop.look().shown.len(), 0);
    studio.sleeps_until("2026-12-04T19:00:01");
    assert_eq!(desktop.look().shown.len(), 1, "and then it is there again");
    let view = studio.app.reminders().expect("it opens");
    assert_eq!(view.days_off, [christmas], "what is over is not shown");
}

#[test]
fn days_given_back_are_as_they_were() {
    let mut studio = somebody("19:00");
    studio
        .app
        .take_days_off("2026-11-20", "2026-11-29")
        .expect("it makes sense");
    let view = studio.app.give_days_back("2026-11-20", "2026-11-29");
    let view = view.expect("they were taken");
    assert_eq!(
        (view.next.as_deref(), &*view.days_off),
        (Some("Fri 19:00"), &[][..])
    );
    let twice = studio.app.give_days_back("2026-11-20", "2026-11-29");
    assert!(matches!(twice, Err(IpcError::NotFound { .. })), "{twice:?}");
}

#[test]
fn a_day_off_taken_while_its_reminder_is_on_the_screen_takes_it_away() {
    let mut studio = somebody("19:00");
    let desktop = Screen::desktop();
    studio.reminded_on(&desktop);
    studio.seconds(1.1);
    studio.sleeps_until("2026-11-20T19:00:01");
    assert_eq!(desktop.look().shown.len(), 1);
    let view = studio.app.take_days_off("2026-11-20", "2026-11-20");
    assert_eq!(view.expect("it makes sense").card, None);
    assert!(desktop.look().withdrawn.contains(&the_20th(false)));
    let changed = studio.app.advance(Duration::from_millis(20));
    assert!(!changed.contains(&Changed::TakenUp));
}

#[test]
fn days_off_that_make_no_sense_are_named() {
    let mut studio = somebody("19:00");
    let mut field = |from: &str, until: &str| match studio.app.take_days_off(from, until) {
        Err(IpcError::InvalidInput { field }) => field,
        other => panic!("{other:?}"),
    };
    assert_eq!(field("soon", "2026-12-24"), "from");
    assert_eq!(field("2026-12-24", ""), "until");
    assert_eq!(field("2026-12-24", "2026-12-23"), "until");
    assert_eq!(field("2026-11-01", "2026-11-18"), "until", "they are over");
    assert_eq!(field("2026-12-24", "2028-12-24"), "until");
}

#[test]
fn no_reminders_and_then_some_again_keeps_the_days_off() {
    let mut studio = somebody("19:00");
    studio
        .app
        .take_days_off("2026-12-24", "2026-12-28")
        .expect("it makes sense");
    let view = studio.app.decide_reminders(None).expect("no is an answer");
    assert_eq!(view.days_off, [december("24", "28", false)]);
}

//! Reminders through the app, in virtual time: evenings, closed lids, flights and changed minds.

mod studio;

use app::ipc::{Act, Changed, IpcError, Length, ReminderAnswer, ReminderTrial, SessionPhase};
use app::{Permission, Reply};
use practice::reminders::{Reminder, ReminderId};
use studio::Studio;
use studio::screen::{Screen, every_day_at};

/// Somebody with one piece in the album, at half past seven on Thursday, 19 November 2026.
fn somebody() -> (Studio, Screen) {
    let mut studio = Studio::new();
    studio.makes_a_piece();
    let desktop = connected(&mut studio);
    (studio, desktop)
}

fn connected(studio: &mut Studio) -> Screen {
    let desktop = Screen::desktop();
    studio.reminded_on(&desktop);
    desktop
}

fn decide(studio: &mut Studio, time: &str) {
    studio.wishes_to_be_reminded(&every_day_at(time));
}

/// Wakes half a minute before, and lets it pass.
fn lives_through(studio: &mut Studio, moment: &str) {
    studio.sleeps_until(moment);
    studio.seconds(30.5);
}

#[test]
fn nobody_is_asked_before_the_first_piece_and_nobody_twice() {
    let mut studio = Studio::new();
    let desktop = connected(&mut studio);
    assert_eq!(studio.app.reminders().expect("it opens").offer, None);
    studio.begin("lp01", Length::Full);
    studio.act(Act::Start);
    studio.seconds(4.0);
    studio.act(Act::Slot { index: 2, on: true });
    studio.seconds(20.0);
    assert_eq!(
        studio.app.reminders().expect("it opens").offer,
        None,
        "not while playing"
    );
    studio.act(Act::Stop);
    studio.until_the_end();
    let offer = studio
        .app
        .reminders()
        .expect("it opens")
        .offer
        .expect("now");
    let days: Vec<bool> = offer.week.iter().map(Option::is_some).collect();
    assert_eq!(
        days,
        [false, true, false, true, true, false, true],
        "tomorrow is Friday"
    );
    let view = studio.app.decide_reminders(None).expect("no is an answer");
    assert_eq!((view.offer, view.wish, view.next), (None, None, None));
    assert_eq!(desktop.look().asked, 0, "no permission for nothing");
    let mut studio = studio.close_and_return();
    assert_eq!(studio.app.reminders().expect("it opens").offer, None);
}

#[test]
fn permission_is_asked_for_when_it_is_needed() {
    let (mut studio, desktop) = somebody();
    desktop.look().permission = Permission::Prompt;
    decide(&mut studio, "19:00");
    assert_eq!(desktop.look().asked, 1);
}

#[test]
fn it_comes_at_seven_and_starts_two_minutes_of_today_s_exercise() {
    let (mut studio, desktop) = somebody();
    decide(&mut studio, "19:00");
    let next = studio.app.reminders().expect("it opens").next;
    assert_eq!(next.as_deref(), Some("Fri 19:00"), "today there was music");
    studio.sleeps_until("2026-11-20T18:59:30");
    assert_eq!(desktop.shown(), [] as [&str; 0]);
    studio.seconds(31.0);
    assert_eq!(
        desktop.shown(),
        ["Two minutes of sound when you are ready."]
    );
    let offered = studio.app.today().expect("today opens").card.id;
    desktop.touch(Reply::Start(Length::TwoMinutes));
    let changed = studio.app.advance(std::time::Duration::from_millis(20));
    assert!(changed.contains(&Changed::TakenUp), "{changed:?}");
    let session = studio.view();
    assert_eq!(
        (session.exercise, session.phase),
        (offered, SessionPhase::Ready)
    );
    assert_eq!(session.length, Length::TwoMinutes);
}

#[test]
fn whoever_has_played_hears_nothing() {
    let (mut studio, desktop) = somebody();
    decide(&mut studio, "19:00");
    studio.sleeps_until("2026-11-20T12:00:00");
    studio.makes_a_piece();
    lives_through(&mut studio, "2026-11-20T18:59:30");
    assert_eq!(desktop.shown(), [] as [&str; 0]);
    let next = studio.app.reminders().expect("it opens").next;
    assert_eq!(next.as_deref(), Some("Sat 19:00"));
}

#[test]
fn whoever_is_playing_is_left_alone_and_not_told_afterwards() {
    let (mut studio, desktop) = somebody();
    decide(&mut studio, "19:00");
    studio.sleeps_until("2026-11-20T18:59:55");
    studio.makes_a_piece();
    studio.seconds(5.0);
    assert_eq!(desktop.shown(), [] as [&str; 0]);
}

#[test]
fn whoever_makes_music_instead_of_answering_finds_it_gone_from_the_screen() {
    let (mut studio, desktop) = somebody();
    decide(&mut studio, "19:00");
    studio.sleeps_until("2026-11-20T18:59:30");
    studio.seconds(60.0);
    let shown = desktop.look().shown[0].id;
    assert_eq!(desktop.look().withdrawn, []);
    studio.makes_a_piece();
    let withdrawn = desktop.look().withdrawn.clone();
    assert!(withdrawn.contains(&shown), "it still asks: {withdrawn:?}");
}

#[test]
fn a_lid_closed_for_ten_days_opens_on_one_reminder() {
    let (mut studio, desktop) = somebody();
    decide(&mut studio, "19:00");
    studio.sleeps_until("2026-11-30T21:00:00");
    studio.seconds(5.0);
    assert_eq!(desktop.shown().len(), 1);
}

#[test]
fn a_clock_set_back_does_not_bring_it_again() {
    let (mut studio, desktop) = somebody();
    decide(&mut studio, "19:00");
    lives_through(&mut studio, "2026-11-20T18:59:30");
    lives_through(&mut studio, "2026-11-20T18:59:30");
    assert_eq!(desktop.shown().len(), 1);
}

#[test]
fn after_a_flight_it_comes_at_seven_there() {
    let (mut studio, desktop) = somebody();
    decide(&mut studio, "19:00");
    let there = "2026-11-20T10:00:00-05:00[America/New_York]";
    studio.app.set_clock(there.parse().expect("a moment"));
    studio.seconds(1.1);
    let next = studio.app.reminders().expect("it opens").next;
    assert_eq!(next.as_deref(), Some("Fri 19:00"));
    let seven = "2026-11-20T18:59:59-05:00[America/New_York]";
    studio.app.set_clock(seven.parse().expect("a moment"));
    studio.seconds(3.0);
    assert_eq!(desktop.shown().len(), 1);
}

#[test]
fn an_hour_later_it_comes_once_more_and_then_not_again() {
    let (mut studio, desktop) = somebody();
    decide(&mut studio, "19:00");
    lives_through(&mut studio, "2026-11-20T18:59:30");
    assert!(desktop.look().shown[0].can_wait);
    desktop.touch(Reply::Later);
    studio.seconds(1.1);
    let mut studio = studio.crash_and_return();
    let desktop = connected(&mut studio);
    studio.sleeps_until("2026-11-20T19:59:00");
    assert_eq!(desktop.shown(), [] as [&str; 0]);
    lives_through(&mut studio, "2026-11-20T19:59:40");
    assert_eq!(desktop.shown().len(), 1);
    assert!(!desktop.look().shown[0].can_wait, "once is enough");
    lives_through(&mut studio, "2026-11-20T22:00:00");
    assert_eq!(desktop.shown().len(), 1);
}

#[test]
fn not_today_is_a_day_off_and_not_one_ignored() {
    let (mut studio, desktop) = somebody();
    decide(&mut studio, "19:00");
    for day in [20, 21, 22] {
        lives_through(&mut studio, &format!("2026-11-{day}T18:59:30"));
        desktop.touch(Reply::NotToday);
        studio.seconds(1.1);
        assert_eq!(studio.app.reminders().expect("it opens").card, None);
    }
    lives_through(&mut studio, "2026-11-23T18:59:30");
    assert_eq!(desktop.shown().len(), 4, "still every day");
}

#[test]
fn nobody_answers_and_it_becomes_quiet() {
    let (mut studio, desktop) = somebody();
    decide(&mut studio, "19:00");
    let start = jiff::civil::date(2026, 11, 20);
    let mut gaps = vec![];
    let mut last = 0;
    for n in 0..120_i64 {
        let day = start.checked_add(jiff::Span::new().days(n)).expect("a day");
        studio.sleeps_until(&format!("{day}T19:00:01"));
        let count = desktop.shown().len();
        if count > gaps.len() {
            gaps.push(n - last);
            last = n;
        }
    }
    assert_eq!(gaps, [0, 1, 1, 2, 2, 2, 2, 2, 2, 2, 7, 7, 7, 7]);
    let goodbye = "We will be quiet now. Your music is safe, and the door is open.";
    assert_eq!(desktop.shown().last().map(String::as_str), Some(goodbye));
    let view = studio.app.reminders().expect("it opens");
    assert!(view.silent && view.next.is_none());
    studio.makes_a_piece();
    studio.seconds(2.0);
    let view = studio.app.reminders().expect("it opens");
    assert!(
        !view.silent && view.next.is_some(),
        "music brings them back"
    );
}

#[test]
fn refused_it_waits_on_today_and_in_a_calendar() {
    let (mut studio, desktop) = somebody();
    desktop.look().permission = Permission::Denied;
    decide(&mut studio, "19:00");
    lives_through(&mut studio, "2026-11-20T18:59:30");
    assert_eq!(desktop.shown(), [] as [&str; 0]);
    let card = studio
        .app
        .reminders()
        .expect("it opens")
        .card
        .expect("it waits inside");
    assert_eq!(card.text, "Two minutes of sound when you are ready.");
    studio
        .app
        .answer_reminder(ReminderAnswer::StartTwoMinutes)
        .expect("it starts");
    assert_eq!(studio.view().length, Length::TwoMinutes);
    let calendar = studio.app.reminder_calendar().expect("there is a wish");
    assert!(calendar.contains("RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU"));
    assert!(
        calendar.contains("DTSTART:20261120T190000\r\n"),
        "{calendar}"
    );
}

#[test]
fn what_came_while_the_app_was_closed_waits_on_today() {
    let (mut studio, _) = somebody();
    decide(&mut studio, "19:00");
    let mut studio = studio.close_and_return();
    studio.sleeps_until("2026-11-20T20:00:00");
    let desktop = connected(&mut studio);
    studio.seconds(2.0);
    assert_eq!(
        desktop.shown(),
        [] as [&str; 0],
        "whoever opens the app is there"
    );
    assert!(studio.app.reminders().expect("it opens").card.is_some());
}

#[test]
fn a_tap_after_midnight_opens_the_exercise_of_the_evening() {
    let (mut studio, desktop) = somebody();
    decide(&mut studio, "23:50");
    lives_through(&mut studio, "2026-11-20T23:49:30");
    let meant = studio.app.today().expect("today opens").card.id;
    // The next afternoon: another practice day.
    studio.sleeps_until("2026-11-21T15:00:00");
    desktop.touch(Reply::Start(Length::Full));
    studio.seconds(0.1);
    assert_eq!(studio.view().exercise, meant);
    assert_eq!(studio.view().length, Length::Full);
}

#[test]
fn one_is_sent_in_ten_seconds_and_whoever_touches_it_has_got_it() {
    let (mut studio, desktop) = somebody();
    decide(&mut studio, "19:00");
    studio.app.try_reminder().expect("it can be tried");
    studio.seconds(9.0);
    assert_eq!(desktop.shown(), [] as [&str; 0]);
    studio.seconds(2.1);
    assert_eq!(desktop.shown().len(), 1);
    assert_eq!(
        studio.app.reminders().expect("it opens").trial,
        ReminderTrial::Sent
    );
    desktop.touch(Reply::NotToday);
    studio.seconds(1.1);
    assert_eq!(
        studio.app.reminders().expect("it opens").trial,
        ReminderTrial::Arrived
    );
    let next = studio.app.reminders().expect("it opens").next;
    assert_eq!(next.as_deref(), Some("Fri 19:00"), "a try takes no day off");
    assert_eq!(studio.app.reminder_arrived(false), Err(IpcError::NotNow));
}

#[test]
fn a_phone_is_armed_for_two_weeks_and_disarmed_by_music() {
    let mut studio = Studio::new();
    studio.makes_a_piece();
    let phone = Screen::desktop();
    phone.look().keeps_time = true;
    studio.reminded_on(&phone);
    decide(&mut studio, "19:00");
    assert_eq!(phone.days(), [20, 21, 22, 24, 26, 28, 30, 2]);
    studio.sleeps_until("2026-11-20T12:00:00");
    studio.makes_a_piece();
    studio.seconds(2.0);
    assert!(!phone.days().contains(&20));
    // The battery dies, and a phone that forgot everything is armed again at the next start.
    let before = std::mem::take(&mut phone.look().armed);
    let mut studio = studio.crash_and_return();
    studio.clock_shows("2026-11-20T13:00:00");
    studio.reminded_on(&phone);
    let after = phone.look().armed.clone();
    let ids = |all: &[Reminder]| {
        let mut ids: Vec<ReminderId> = all.iter().map(|one| one.id).collect();
        ids.sort();
        ids
    };
    assert_eq!(ids(&after), ids(&before));
}

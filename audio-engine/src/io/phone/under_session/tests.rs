//! What an iPhone is asked, in which order, and what becomes of the music.

mod iphone;
mod practice;

use std::time::Duration;

use self::iphone::{IPhone, port};
use self::practice::Practice;
use super::*;
use crate::io::phone::session::{Granted, SessionNews};
use crate::io::supervisor::TICK;
use crate::io::words::HostEvent;

const SECOND: Duration = Duration::from_secs(1);

fn lost(name: &str) -> HostEvent {
    HostEvent::Lost { name: name.into() }
}

fn restored(name: &str) -> HostEvent {
    HostEvent::Restored { name: name.into() }
}

#[test]
fn the_phone_is_asked_before_anything_sounds_and_thanked_when_all_is_quiet() {
    let mut practice = Practice::on(IPhone::with_a_loudspeaker());
    assert_eq!(practice.passes(SECOND), [], "and its own answer is no news");
    let phone = practice.phone.clone();
    let began = ["ask to play, 48000/256", "take the sound", "output opens"];
    assert_eq!(phone.log(), began);
    drop(practice);
    assert_eq!(phone.log(), ["output ends", "give the sound back"]);
}

#[test]
fn the_microphone_is_asked_for_only_while_it_is_on() {
    let mut practice = Practice::on(IPhone::with_a_loudspeaker());
    practice.passes(SECOND);
    practice.phone.log();
    practice.supervisor.open_input().unwrap();
    assert_eq!(
        practice.phone.log(),
        [
            "output ends",
            "ask to play and listen, 48000/256, untouched",
            "take the sound",
            "output opens",
            "input opens",
        ]
    );
    assert_eq!(practice.passes(SECOND), [], "nothing was lost by it");
    assert_eq!(practice.phone.log(), [""; 0], "and nothing is opened twice");
    assert_eq!(practice.info().input.as_deref(), Some("Mic"));
    practice.supervisor.stop_listening();
    assert_eq!(
        practice.phone.log(),
        [
            "input ends",
            "output ends",
            "ask to play, 48000/256",
            "take the sound",
            "output opens",
        ]
    );
    assert_eq!(practice.passes(SECOND), []);
}

#[test]
fn time_goes_on_while_the_microphone_is_let_in() {
    let mut practice = Practice::on(IPhone::with_a_loudspeaker());
    practice.passes(SECOND);
    let (began, before) = (
        practice.sim.world().now(),
        practice.handle.snapshot().playhead,
    );
    practice.supervisor.open_input().unwrap();
    practice.passes(SECOND);
    let passed = (practice.sim.world().now() - began).as_secs_f64() * 48_000.0;
    let moved = (practice.handle.snapshot().playhead.0 - before.0) as f64;
    assert!(
        (moved - passed).abs() < 4_800.0,
        "the playhead moved {moved} frames in {passed}"
    );
}

#[test]
fn a_refused_microphone_changes_nothing_that_sounds() {
    let phone = IPhone::with_a_loudspeaker();
    phone.inner().microphone_refused = true;
    let mut practice = Practice::on(phone);
    practice.phone.log();
    let refused = practice.supervisor.open_input();
    assert!(matches!(refused, Err(DeviceError::MicrophoneRefused)));
    assert_eq!(practice.phone.log(), [""; 0]);
}

#[test]
fn whoever_calls_has_the_phone_to_himself() {
    let mut practice = Practice::listening(IPhone::with_a_loudspeaker());
    practice.phone.inner().busy = true;
    practice.phone.says(SessionNews::Taken);
    let told = practice.passes(10 * SECOND);
    assert_eq!(told, [lost("Speaker"), HostEvent::InputLost]);
    assert_eq!(
        practice.phone.log(),
        ["input ends", "output ends"],
        "and for as long as the call lasts nothing is asked"
    );
    practice.phone.inner().busy = false;
    practice.phone.says(SessionNews::Over { go_on: true });
    let told = practice.passes(2 * SECOND);
    assert_eq!(told, [restored("Speaker"), HostEvent::InputRestored]);
    assert_eq!(
        practice.phone.log(),
        [
            "ask to play and listen, 48000/256, untouched",
            "take the sound",
            "output opens",
            "input opens",
        ]
    );
}

#[test]
fn music_somebody_else_plays_is_not_silenced_until_a_person_asks() {
    let mut practice = Practice::on(IPhone::with_a_loudspeaker());
    practice.phone.log();
    practice.phone.says(SessionNews::Taken);
    practice.phone.says(SessionNews::Over { go_on: false });
    assert_eq!(practice.passes(10 * SECOND), [lost("Speaker")]);
    assert_eq!(practice.phone.log(), ["output ends"]);
    practice.supervisor.wake();
    assert_eq!(practice.passes(TICK), [restored("Speaker")]);
    practice.phone.log();
    practice.supervisor.wake();
    assert_eq!(practice.phone.log(), [""; 0], "nobody to be woken");
}

#[test]
fn an_interruption_without_an_end_ends_when_the_app_is_back_in_sight() {
    let mut practice = Practice::on(IPhone::with_a_loudspeaker());
    practice.phone.says(SessionNews::Taken);
    practice.passes(10 * SECOND);
    practice.phone.says(SessionNews::InSight);
    assert_eq!(practice.passes(2 * SECOND), [restored("Speaker")]);
}

#[test]
fn opening_the_microphone_asks_for_the_sound_again() {
    let mut practice = Practice::on(IPhone::with_a_loudspeaker());
    practice.phone.says(SessionNews::Taken);
    practice.passes(SECOND);
    practice.supervisor.open_input().unwrap();
    assert_eq!(practice.passes(SECOND), [restored("Speaker")]);
    assert_eq!(practice.info().input.as_deref(), Some("Mic"));
}

#[test]
fn headphones_that_are_pulled_out_make_everything_stand_still() {
    let mut practice = Practice::on(IPhone::with_a_loudspeaker());
    practice
        .phone
        .moves_to("Headphones", SessionNews::WayChanged);
    practice.passes(SECOND);
    practice.phone.moves_to("Speaker", SessionNews::WayGone);
    assert_eq!(
        practice.passes(SECOND),
        [lost("Headphones"), restored("Speaker")],
        "the app pauses at the first, and only a person goes on"
    );
}

#[test]
fn headphones_that_are_put_in_are_followed_without_a_word() {
    let mut practice = Practice::on(IPhone::with_a_loudspeaker());
    let before = practice.info().route_key;
    practice.phone.log();
    practice
        .phone
        .moves_to("Headphones", SessionNews::WayChanged);
    assert_eq!(practice.passes(SECOND), []);
    assert_eq!(practice.info().output.as_deref(), Some("Headphones"));
    assert_ne!(
        practice.info().route_key,
        before,
        "a delay measured for the loudspeaker is not theirs"
    );
    let reopened = [
        "output ends",
        "ask to play, 48000/256",
        "take the sound",
        "output opens",
    ];
    assert_eq!(practice.phone.log(), reopened);
}

#[test]
fn a_take_never_goes_on_by_another_way() {
    let mut practice = Practice::listening(IPhone::with_a_loudspeaker());
    practice
        .phone
        .moves_to("Headphones", SessionNews::WayChanged);
    assert_eq!(
        practice.passes(2 * SECOND),
        [
            lost("Speaker"),
            HostEvent::InputLost,
            restored("Headphones"),
            HostEvent::InputRestored,
        ]
    );
}

#[test]
fn another_size_of_block_moves_nothing() {
    let mut practice = Practice::listening(IPhone::with_a_loudspeaker());
    practice.phone.inner().granted.block = 1_024;
    practice.phone.says(SessionNews::WayChanged);
    assert_eq!(practice.passes(SECOND), []);
    assert_eq!(practice.phone.log(), [""; 0]);
}

#[test]
fn another_part_of_the_app_cannot_change_what_the_sound_is_for() {
    let mut practice = Practice::listening(IPhone::with_a_loudspeaker());
    practice.phone.inner().granted.purpose = None;
    practice.phone.says(SessionNews::WayChanged);
    practice.passes(SECOND);
    let log = practice.phone.log();
    let asked = "ask to play and listen, 48000/256, untouched".to_owned();
    assert!(log.contains(&asked), "{log:?}");
}

#[test]
fn the_engine_runs_at_the_rate_it_was_granted_and_asks_for_that_one_from_then_on() {
    let phone = IPhone::with_a_loudspeaker();
    phone.inner().granted.rate = 44_100;
    let mut practice = Practice::on(phone);
    assert_eq!(practice.info().rate, 44_100);
    practice.phone.log();
    practice.phone.says(SessionNews::Restarted);
    assert_eq!(
        practice.passes(SECOND),
        [lost("Speaker"), restored("Speaker")]
    );
    assert_eq!(practice.phone.log()[1], "ask to play, 44100/256");
}

#[test]
fn a_phone_that_converts_is_another_route() {
    let granted = Granted {
        rate: 44_100,
        output: port("Headphones"),
        ..Granted::default()
    };
    assert_eq!(granted.output_id(44_100), "ios:Headphones:Headphones");
    assert_eq!(granted.output_id(48_000), "ios:Headphones:Headphones@44100");
}

#[test]
fn an_app_that_starts_during_a_call_is_silent_and_sounds_after_it() {
    let phone = IPhone::with_a_loudspeaker();
    phone.inner().busy = true;
    let mut practice = Practice::on(phone);
    assert_eq!(practice.passes(SECOND), [HostEvent::FellBackToNull]);
    practice.phone.inner().busy = false;
    assert_eq!(practice.passes(2 * SECOND), [restored("Speaker")]);
}

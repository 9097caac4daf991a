//! A person checks their device, in virtual time: good ones, hasty ones, deaf ones, and second
//! thoughts.
#![allow(clippy::panic, reason = "a test that cannot go on should say so")]

mod studio;

use std::sync::Arc;

use app::Permission;
use app::host::{MicrophoneAccess as Microphones, Outside};
use app::ipc::{
    Begin, CheckLine, CheckStage, CheckVerdict, DeviceCheckView, IpcError, Length, ReminderTrial,
    SessionPhase,
};
use audio_engine::audio::Audio;
use audio_engine::io::{Microphone, SimSpec};
use audio_engine::units::{Frames, Gain};
use studio::phone::Phone;
use studio::screen::Screen;
use studio::{RATE, Studio};

/// Nobody waits longer than this for the measuring, in seconds.
const MEASURING: f64 = 50.0;

/// A room: noise that nobody hears who does not listen for it, near −66 dBFS.
fn room() -> Arc<Audio> {
    let mut seed = 3_u32;
    let noise = |_| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        ((f64::from(seed) / f64::from(u32::MAX) - 0.5) * 0.0017) as f32
    };
    Arc::new(Audio::mono(RATE, (0..96_001).map(noise).collect()))
}

/// A phone on a table: it hears its own loudspeaker, and the room.
fn phone(round_trip: u64) -> Studio {
    Studio::with(SimSpec {
        blocks: vec![96, 192, 96],
        round_trip: Frames(round_trip),
        microphone: Microphone::Both {
            audio: room(),
            repeat: true,
            gain: Gain::from_db(-12.0),
        },
        keep_output: false,
    })
}

fn with_microphone(microphone: Microphone) -> Studio {
    Studio::with(SimSpec {
        microphone,
        ..SimSpec::default()
    })
}

/// Begins, and waits until `stage`.
#[track_caller]
fn until(studio: &mut Studio, stage: CheckStage) -> DeviceCheckView {
    for _ in 0..(MEASURING * 10.0) as u32 {
        let view = studio.app.device_check();
        if view.stage == stage {
            return view;
        }
        studio.seconds(0.1);
    }
    panic!(
        "it never came to {stage:?}: {:?}",
        studio.app.device_check()
    );
}

#[track_caller]
fn checked(studio: &mut Studio) -> DeviceCheckView {
    studio
        .app
        .begin_device_check()
        .expect("nothing else sounds");
    until(studio, CheckStage::Over)
}

#[track_caller]
fn line<'a>(view: &'a DeviceCheckView, title: &str) -> &'a CheckLine {
    let found = view.lines.iter().find(|line| line.title == title);
    found.unwrap_or_else(|| panic!("no line about {title}: {:?}", view.lines))
}

#[track_caller]
fn says(view: &DeviceCheckView, figure: &str) {
    let report = view.report.as_deref().unwrap_or_default();
    assert!(report.contains(figure), "no “{figure}” in:\n{report}");
}

#[test]
fn a_good_phone_is_fine_in_every_line_and_says_what_was_counted() {
    let mut studio = phone(1_500);
    let view = checked(&mut studio);
    for title in ["Timing", "Steadiness", "Microphone", "Storage"] {
        let line = line(&view, title);
        assert_eq!(line.verdict, CheckVerdict::Fine, "{line:?}");
        assert_eq!(line.next, None, "nothing is to be done: {line:?}");
    }
    assert!(
        line(&view, "Timing")
            .text
            .contains("31 milliseconds, heard 5 of 5 times")
    );
    says(&view, "round trip 1500.00 frames = 31.25 ms");
    says(&view, "callbacks of 96 to 192 frames in 20.0 s");
    says(&view, "ran at 100.00 % of 48000 Hz");
    says(&view, "glitches 0: 0 by the clock");
    says(&view, "20.0 s of sound in");
}

#[test]
fn a_check_keeps_nothing_but_the_round_trip() {
    let mut studio = phone(1_500);
    let files = |studio: &Studio, folder: &str| -> Vec<String> {
        let entries = std::fs::read_dir(studio.folder().join(folder)).expect("a folder");
        let name = |entry: std::io::Result<std::fs::DirEntry>| entry.ok().map(|e| e.file_name());
        let names = entries.filter_map(name);
        names
            .map(|name| name.to_string_lossy().into_owned())
            .collect()
    };
    checked(&mut studio);
    assert!(files(&studio, "rec").is_empty(), "nothing was recorded");
    assert!(!files(&studio, ".").contains(&"trial.part".to_owned()));
    assert_eq!(studio.album(), []);
    let settings = studio.app.settings();
    let measured = format!("{:?}", settings.calibration);
    assert!(measured.contains("round_trip_ms: 31.2"), "{measured}");
}

#[test]
fn the_report_names_no_place_on_the_disk() {
    let mut studio = phone(1_500);
    let report = checked(&mut studio).report.expect("it is over");
    let folder = studio.folder().file_name().expect("it has a name");
    assert!(!report.contains(&*folder.to_string_lossy()), "{report}");
    assert!(!report.contains(['/', '\\']), "no path at all:\n{report}");
    assert_eq!(studio.app.device_report(), Ok(report));
}

#[test]
fn a_driver_that_starves_is_counted_in_times_and_frames() {
    let mut studio = phone(1_500);
    studio
        .app
        .begin_device_check()
        .expect("nothing else sounds");
    until(&mut studio, CheckStage::Steadiness);
    studio.seconds(5.0);
    studio.app.starve(Frames(480));
    studio.seconds(1.0);
    studio.app.starve(Frames(960));
    let view = until(&mut studio, CheckStage::Over);
    let line = line(&view, "Steadiness");
    assert_eq!(line.verdict, CheckVerdict::Off);
    assert!(
        line.text.starts_with("2 glitches in 20 seconds"),
        "{line:?}"
    );
    assert!(line.next.is_some(), "with something to try");
    says(&view, "glitches 2: 2 by the clock (1440 frames)");
    says(&view, "frames that never came 1440");
}

#[test]
fn what_went_wrong_before_the_count_is_not_counted() {
    let mut studio = phone(1_500);
    studio.app.starve(Frames(4_800));
    let view = checked(&mut studio);
    says(&view, "glitches 0: 0 by the clock (0 frames)");
}

#[test]
fn a_way_that_is_late_is_said_to_be_late_and_not_to_be_broken() {
    let mut studio = phone(9_600);
    let view = checked(&mut studio);
    let line = line(&view, "Timing");
    assert_eq!(line.verdict, CheckVerdict::Off);
    assert!(line.text.contains("200 milliseconds"), "{line:?}");
    assert!(line.text.ends_with("a little late."), "{line:?}");
}

#[test]
fn a_muted_microphone_is_told_from_one_that_is_not_there() {
    let muted = checked(&mut with_microphone(Microphone::Silent));
    assert_eq!(line(&muted, "Timing").verdict, CheckVerdict::Missing);
    assert_eq!(line(&muted, "Microphone").verdict, CheckVerdict::Missing);
    assert!(line(&muted, "Microphone").text.contains("nothing comes in"));
    says(&muted, "found in 0 of 5 probes");

    let absent = checked(&mut with_microphone(Microphone::Absent));
    assert_eq!(line(&absent, "Timing").verdict, CheckVerdict::Unknown);
    assert_eq!(line(&absent, "Microphone").verdict, CheckVerdict::Unknown);
    let steady = line(&absent, "Steadiness");
    assert!(
        steady.text.ends_with("20 seconds of playing."),
        "{steady:?}"
    );
}

#[test]
fn a_loud_room_is_noticed() {
    let loud: Vec<f32> = room().channel(0).iter().map(|s| s * 30.0).collect();
    let mut studio = with_microphone(Microphone::Both {
        audio: Arc::new(Audio::mono(RATE, loud)),
        repeat: true,
        gain: Gain::from_db(-12.0),
    });
    let view = checked(&mut studio);
    assert_eq!(line(&view, "Microphone").verdict, CheckVerdict::Off);
}

#[test]
fn it_can_be_called_off_at_any_time_and_leaves_the_sound_free() {
    for stage in [CheckStage::Timing, CheckStage::Steadiness] {
        let mut studio = phone(1_500);
        studio
            .app
            .begin_device_check()
            .expect("nothing else sounds");
        assert_eq!(studio.app.calibrate(), Err(IpcError::NotNow));
        assert_eq!(studio.app.begin_device_check(), Err(IpcError::NotNow));
        until(&mut studio, stage);
        studio.seconds(2.0);
        let view = studio.app.call_off_device_check();
        assert_eq!(view.stage, CheckStage::CalledOff);
        says(&view, "Called off before its end.");
        studio.seconds(1.0);
        assert!(!studio.app.meters().rolling, "after {stage:?}");
        assert_eq!(studio.app.device_check().stage, CheckStage::CalledOff);
        assert!(studio.app.calibrate().is_ok());
    }
}

#[test]
fn a_check_cut_short_says_how_much_was_counted() {
    let mut studio = phone(1_500);
    studio
        .app
        .begin_device_check()
        .expect("nothing else sounds");
    until(&mut studio, CheckStage::Steadiness);
    studio.seconds(6.0);
    let view = studio.app.call_off_device_check();
    let line = line(&view, "Steadiness");
    assert!(line.text.starts_with("No glitch in 6 seconds"), "{line:?}");
}

#[test]
fn whoever_would_rather_play_plays() {
    let mut studio = phone(1_500);
    studio
        .app
        .begin_device_check()
        .expect("nothing else sounds");
    until(&mut studio, CheckStage::Steadiness);
    let begin = Begin {
        exercise: "lp01".into(),
        length: Length::TwoMinutes,
    };
    let session = studio.app.begin(&begin).expect("music comes first");
    assert_eq!(session.phase, SessionPhase::Ready);
    assert_eq!(studio.app.device_check().stage, CheckStage::CalledOff);
    assert_eq!(studio.app.begin_device_check(), Err(IpcError::NotNow));
}

#[test]
fn there_is_no_report_before_there_was_a_check() {
    let studio = phone(1_500);
    assert_eq!(studio.app.device_check().stage, CheckStage::Untried);
    assert_eq!(studio.app.device_report(), Err(IpcError::NotNow));
}

fn on(desktop: &Screen) -> Studio {
    let mut studio = phone(1_500);
    studio.reminded_on(desktop);
    studio
}

#[test]
fn one_reminder_is_sent_and_the_person_says_whether_it_came() {
    for (came, verdict) in [(true, CheckVerdict::Fine), (false, CheckVerdict::Missing)] {
        let desktop = Screen::desktop();
        let mut studio = on(&desktop);
        studio
            .app
            .begin_device_check()
            .expect("nothing else sounds");
        let asked = until(&mut studio, CheckStage::Question);
        assert_eq!(desktop.shown().len(), 1);
        assert_eq!(asked.report, None, "there is one more to say");
        assert!((asked.done - 1.0).abs() < 1e-6);
        let reminders = studio.app.reminder_arrived(came).expect("one was sent");
        assert_ne!(reminders.trial, ReminderTrial::Sent);
        let view = until(&mut studio, CheckStage::Over);
        assert_eq!(line(&view, "Reminders").verdict, verdict);
    }
}

#[test]
fn a_question_nobody_answers_is_left_open() {
    let mut studio = on(&Screen::desktop());
    studio
        .app
        .begin_device_check()
        .expect("nothing else sounds");
    until(&mut studio, CheckStage::Question);
    let view = studio.app.call_off_device_check();
    assert_eq!(view.stage, CheckStage::Over, "everything else was measured");
    assert_eq!(line(&view, "Reminders").verdict, CheckVerdict::Unknown);
}

#[test]
fn a_desktop_that_shows_nothing_needs_no_question() {
    let broken = Screen::desktop();
    broken.look().is_broken = true;
    let mut studio = on(&broken);
    let view = checked(&mut studio);
    let line = line(&view, "Reminders");
    assert_eq!(line.verdict, CheckVerdict::Missing);
    assert!(line.next.is_some());

    let desktop = Screen::with(Permission::Denied);
    let mut studio = on(&desktop);
    let view = checked(&mut studio);
    assert_eq!(desktop.shown().len(), 0);
    assert_eq!(
        self::line(&view, "Reminders").verdict,
        CheckVerdict::Unknown
    );
}

#[test]
fn a_phone_asks_before_it_listens_and_a_no_leaves_the_rest_to_be_looked_at() {
    let asking = Microphones::Prompt;
    let cases = [
        (Microphones::Granted, CheckVerdict::Fine),
        (Microphones::Denied, CheckVerdict::Unknown),
    ];
    for (answer, timing) in cases {
        let mut studio = phone(1_500);
        let system = Phone::default();
        system.allows(asking);
        studio.app.live_in(Box::new(system.clone()));
        let view = studio.app.begin_device_check().expect("it is asked for");
        assert_eq!(view.stage, CheckStage::Untried, "nothing listens yet");
        assert_eq!(system.asked(), 1);
        studio.seconds(1.0);
        system.reports(Outside::Microphone(answer));
        let view = until(&mut studio, CheckStage::Over);
        assert_eq!(line(&view, "Timing").verdict, timing, "{answer:?}");
        assert_eq!(line(&view, "Steadiness").verdict, CheckVerdict::Fine);
    }
}

#[test]
fn a_call_ends_a_check_and_lets_go_of_the_microphone() {
    let mut studio = phone(1_500);
    let system = Phone::that_may_listen();
    studio.app.live_in(Box::new(system.clone()));
    studio
        .app
        .begin_device_check()
        .expect("nothing else sounds");
    until(&mut studio, CheckStage::Steadiness);
    assert!(system.holds().listening);
    system.reports(Outside::Interrupted { for_good: false });
    studio.seconds(0.5);
    assert_eq!(studio.app.device_check().stage, CheckStage::CalledOff);
    assert!(!system.holds().listening);
}

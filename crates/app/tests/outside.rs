//! What a phone does to an evening: calls, cables, a dark screen, a question about the microphone.

mod studio;

use app::host::{Button, Hold, MicrophoneAccess, Outside, SettingsPage, WayOut, WayOutKind};
use app::ipc::{
    Act, IpcError, Length, Microphone, Notice, RecordPhase, RecordState, SessionPhase, SessionView,
    SettingsChange, Surface,
};
use audio_engine::audio::Audio;
use studio::phone::Phone;
use studio::{RATE, Studio, hum};

fn is_recording(view: &SessionView) -> bool {
    matches!(&view.surface, Surface::Record { take } if take.state == RecordState::Recording)
}

fn is_kept(view: &SessionView) -> bool {
    matches!(&view.surface, Surface::Record { take } if matches!(take.state, RecordState::Kept { .. }))
}

/// Five seconds into the first hum.
fn in_the_first_hum(phone: &Phone) -> Studio {
    let mut studio = Studio::singing(&hum(20.0)).on(phone);
    studio.begins_the_first_hum();
    studio.seconds(5.0);
    studio
}

#[track_caller]
#[expect(clippy::panic, reason = "a test says why it stops")]
fn told_kept(studio: &Studio) -> f64 {
    let told = studio.app.notices();
    let [
        Notice::Interrupted {
            kept_seconds: Some(kept),
        },
    ] = told[..]
    else {
        panic!("{told:?}")
    };
    kept
}

#[test]
fn a_call_in_the_middle_of_a_take_keeps_it_and_nothing_goes_on_by_itself() {
    let phone = Phone::that_may_listen();
    let mut studio = in_the_first_hum(&phone);
    phone.reports(Outside::Interrupted { for_good: false });
    studio.seconds(0.1);
    assert_eq!(studio.view().phase, SessionPhase::Paused);
    assert!((4.0..6.0).contains(&told_kept(&studio)));
    assert!(phone.holds().paused && !phone.holds().awake);
    let stood = studio.app.meters().playhead;

    phone.reports(Outside::InterruptionOver);
    studio.seconds(60.0);
    assert_eq!(studio.view().phase, SessionPhase::Paused, "a hand decides");
    assert!(
        studio.app.meters().playhead - stood < 0.01,
        "nothing is caught up"
    );
    let takes = studio.app.store().takes().expect("takes are listed");
    assert_eq!(takes.len(), 1, "what was sung is on the disk");

    studio.act(Act::Resume);
    studio.until("it is sung once more, whole", is_kept);
}

#[test]
fn with_the_screen_off_the_take_is_kept_the_microphone_let_go_and_the_music_goes_on() {
    let phone = Phone::that_may_listen();
    let mut studio = in_the_first_hum(&phone);
    assert!(phone.holds().listening);
    phone.reports(Outside::Suspended);
    studio.seconds(0.2);
    assert!(!phone.holds().listening && !phone.holds().awake);
    assert_eq!(phone.holds().playing.as_deref(), Some("Hum choir"));
    assert!((4.0..6.0).contains(&told_kept(&studio)));
    let before = studio.app.meters().playhead;
    studio.seconds(4.0);
    assert_eq!(studio.view().phase, SessionPhase::Guiding);
    assert!(studio.app.meters().playhead > before + 3.9, "it goes on");
    assert_eq!(studio.app.meters().recording, RecordPhase::Off);

    // The next thing would be to sing: it waits for somebody who is there.
    studio.until("it waits", |view| view.phase == SessionPhase::Paused);
    phone.reports(Outside::Button(Button::Resume));
    studio.seconds(20.0);
    assert!(!phone.holds().listening, "out of sight nobody is recorded");
    assert_eq!(studio.view().step, 1, "and no step is passed over");

    phone.reports(Outside::Resumed);
    studio.seconds(1.0);
    assert_eq!(
        studio.app.meters().recording,
        RecordPhase::Off,
        "not by itself"
    );
    assert!(!phone.holds().listening);
    if studio.view().phase == SessionPhase::Guiding {
        studio.act(Act::Pause);
    }
    studio.act(Act::Resume);
    assert_eq!(
        studio.until("it is sung whole", is_kept).step,
        1,
        "the part that was cut short is offered again"
    );
}

#[test]
fn a_session_without_a_microphone_comes_to_its_end_in_a_pocket() {
    let phone = Phone::default();
    let mut studio = Studio::new().on(&phone);
    studio.begin("lp01", Length::TwoMinutes);
    studio.act(Act::Start);
    studio.seconds(3.0);
    studio.act(Act::Slot { index: 4, on: true });
    phone.reports(Outside::Suspended);
    studio.until_the_end();
    assert_eq!(studio.album().len(), 1);
    assert_eq!(phone.asked(), 0, "nobody was asked for a microphone");
    assert_eq!(
        phone.holds(),
        Hold::default(),
        "and nothing is held any more"
    );
}

#[test]
fn guidance_in_a_pocket_waits_where_the_next_step_would_listen() {
    let phone = Phone::that_may_listen();
    let mut studio = Studio::singing(&hum(20.0)).on(&phone);
    studio.begin("vs02", Length::Full);
    studio.act(Act::Start);
    studio.seconds(2.0);
    phone.reports(Outside::Suspended);
    let view = studio.until("it waits", |view| view.phase == SessionPhase::Paused);
    assert_eq!(view.step, 0);
    assert!(studio.app.notices().is_empty(), "nothing was cut short");
    phone.reports(Outside::Resumed);
    studio.seconds(0.1);
    studio.act(Act::Resume);
    assert_eq!(studio.until("the hum was kept", is_kept).step, 1);
}

#[test]
fn headphones_pulled_out_pause_everything_even_where_nothing_is_recorded() {
    let phone = Phone::default();
    let mut studio = Studio::new().on(&phone);
    studio.begin("lp01", Length::Full);
    studio.act(Act::Start);
    studio.seconds(2.0);
    phone.reports(Outside::Noisy);
    studio.seconds(0.1);
    assert_eq!(studio.view().phase, SessionPhase::Paused);
    assert_eq!(
        studio.app.notices(),
        [Notice::Interrupted { kept_seconds: None }]
    );
}

#[test]
fn the_buttons_of_a_lock_screen_pause_go_on_and_end() {
    let phone = Phone::default();
    let mut studio = Studio::new().on(&phone);
    studio.begin("lp01", Length::Full);
    studio.act(Act::Start);
    phone.reports(Outside::Suspended);
    for (button, phase) in [
        (Button::Pause, SessionPhase::Paused),
        (Button::Resume, SessionPhase::Guiding),
        (Button::Stop, SessionPhase::Ending),
    ] {
        phone.reports(Outside::Button(button));
        studio.seconds(0.1);
        assert_eq!(studio.view().phase, phase, "{button:?}");
    }
    assert!(
        studio.app.notices().is_empty(),
        "a hand did it; nothing is told"
    );
}

#[test]
fn bluetooth_is_said_to_be_late_until_a_cable_is_plugged_in() {
    let phone = Phone::default();
    let mut studio = Studio::new().on(&phone);
    let to = |kind, name: &str| {
        let name = Some(name.to_owned());
        Outside::Rerouted(WayOut { kind, name })
    };
    phone.reports(to(WayOutKind::Bluetooth, "Kitchen"));
    studio.seconds(0.1);
    let name = "Kitchen".to_owned();
    assert_eq!(studio.app.notices(), [Notice::LateRoute { name }]);
    phone.reports(to(WayOutKind::Wired, "Cable"));
    studio.seconds(0.1);
    assert!(studio.app.notices().is_empty());
}

#[test]
fn the_system_is_told_once_what_is_needed_and_again_when_that_changes() {
    let phone = Phone::default();
    let mut studio = Studio::new().on(&phone);
    studio.begin("lp01", Length::TwoMinutes);
    studio.seconds(1.0);
    assert_eq!(phone.held(), [], "before the first sound nothing is needed");
    studio.act(Act::Start);
    studio.seconds(5.0);
    let guiding = Hold {
        awake: true,
        playing: Some("Three warm layers".into()),
        paused: false,
        listening: false,
    };
    assert_eq!(phone.held().len(), 1);
    assert_eq!(phone.holds(), guiding);
    studio.act(Act::Pause);
    studio.seconds(1.0);
    let paused = Hold {
        awake: false,
        paused: true,
        ..guiding.clone()
    };
    assert_eq!(phone.held(), [guiding, paused]);
}

#[test]
fn the_microphone_is_asked_for_when_it_is_first_needed_and_the_music_begins_with_the_yes() {
    let phone = Phone::default();
    let mut studio = Studio::singing(&hum(20.0)).on(&phone);
    studio.begin("vs02", Length::Full);
    studio.seconds(1.0);
    assert_eq!(phone.asked(), 0, "reading about it asks nobody");
    assert_eq!(studio.view().microphone, Microphone::Asks);
    let view = studio.act(Act::Start);
    assert_eq!((view.phase, phone.asked()), (SessionPhase::Ready, 1));
    assert_eq!(view.microphone, Microphone::Asking);
    studio.act(Act::Start);
    assert_eq!(phone.asked(), 1, "one question at a time");
    // The question hides the app for a moment, and the answer comes before it is back.
    phone.reports(Outside::Suspended);
    phone.reports(Outside::Microphone(MicrophoneAccess::Granted));
    studio.seconds(0.5);
    assert_eq!(studio.view().phase, SessionPhase::Ready);
    phone.reports(Outside::Resumed);
    studio.seconds(0.1);
    assert_eq!(studio.view().phase, SessionPhase::Guiding);
    assert_eq!(studio.view().microphone, Microphone::Allowed);
    assert!(phone.holds().listening);
}

#[test]
fn a_no_is_answered_with_the_pads_and_the_way_to_the_settings() {
    let phone = Phone::default();
    let mut studio = Studio::singing(&hum(20.0)).on(&phone);
    studio.begin("vs02", Length::Full);
    studio.act(Act::Start);
    phone.reports(Outside::Microphone(MicrophoneAccess::Denied));
    studio.seconds(0.1);
    assert_eq!(studio.view().phase, SessionPhase::Ready);
    assert_eq!(studio.app.notices(), [Notice::MicrophoneRefused]);
    studio.act(Act::Start);
    assert_eq!(phone.asked(), 2, "one no can be asked again");
    phone.reports(Outside::Microphone(MicrophoneAccess::Blocked));
    studio.seconds(0.1);
    let refused = studio.app.act(&Act::Start);
    assert_eq!(refused, Err(IpcError::MicrophoneRefused));
    assert!(studio.app.allow_microphone());
    assert_eq!(phone.settings_opened(), [SettingsPage::App]);
    phone.allows(MicrophoneAccess::Granted);
    phone.reports(Outside::Resumed);
    studio.seconds(0.1);
    assert!(studio.app.notices().is_empty(), "it is allowed now");
    assert_eq!(
        studio.view().phase,
        SessionPhase::Ready,
        "and nobody hurries"
    );

    phone.allows(MicrophoneAccess::Blocked);
    studio.act(Act::WithoutMicrophone { on: true });
    let view = studio.act(Act::Start);
    assert_eq!(
        (view.phase, view.microphone),
        (SessionPhase::Guiding, Microphone::NotNeeded),
        "the pads need no permission"
    );
    assert!(!phone.holds().listening);
}

#[test]
fn measuring_the_delay_asks_too_and_stops_when_nobody_looks() {
    let phone = Phone::default();
    let mut studio = Studio::singing(&hum(20.0)).on(&phone);
    studio.app.calibrate().expect("it is asked for");
    assert_eq!(phone.asked(), 1);
    phone.reports(Outside::Microphone(MicrophoneAccess::Granted));
    studio.seconds(0.5);
    assert_eq!(
        studio.app.settings().calibration,
        app::ipc::CalibrationView::Measuring
    );
    phone.reports(Outside::Suspended);
    studio.seconds(0.1);
    assert_eq!(
        studio.app.settings().calibration,
        app::ipc::CalibrationView::NotMeasured
    );
    assert!(!phone.holds().listening);
    studio.seconds(3.0);
    assert!(!studio.app.meters().rolling);
}

/// Just into a take of which every sample is zero.
fn recording_nothing(phone: &Phone) -> Studio {
    let off = Audio::mono(RATE, vec![0.0; 48_000]);
    let mut studio = Studio::singing(&off).on(phone);
    studio.begins_the_first_hum();
    studio
}

#[test]
fn a_microphone_switched_off_is_told_after_two_seconds_of_nothing_with_the_switch_where_there_is_one()
 {
    let plain = Phone::that_may_listen();
    let switchable = Phone::that_may_listen().with_a_switch();
    for (phone, switch) in [(plain, false), (switchable, true)] {
        let mut studio = recording_nothing(&phone);
        // A second of pre-roll was heard already, and was just as empty.
        assert_eq!(studio.app.notices(), []);
        studio.seconds(1.4);
        assert_eq!(studio.app.notices(), [Notice::SilentInput { switch }]);
        assert_eq!(studio.view().microphone, Microphone::SwitchedOff);
        assert!(studio.app.allow_microphone());
        let page = match switch {
            true => SettingsPage::Microphone,
            false => SettingsPage::App,
        };
        assert_eq!(phone.settings_opened(), [page]);
        // Nothing is refused: the switch may be on again, and nobody would have said so.
        studio.act(Act::Again);
        studio.until("it is tried once more", is_recording);
    }
}

#[test]
fn a_phone_that_says_its_switch_is_off_is_believed_until_it_says_otherwise() {
    let phone = Phone::default().with_a_switch();
    let mut studio = Studio::singing(&hum(20.0)).on(&phone);
    studio.begin("vs02", Length::Full);
    studio.act(Act::Start);
    // Allowed, and muted.
    phone.reports(Outside::Microphone(MicrophoneAccess::PrivacyBlocked));
    studio.seconds(0.1);
    assert_eq!(studio.app.notices(), [Notice::SilentInput { switch: true }]);
    assert_eq!(studio.view().microphone, Microphone::SwitchedOff);
    let refused = studio.app.act(&Act::Start);
    assert_eq!(refused, Err(IpcError::MicrophoneSwitchedOff));
    assert!(studio.app.allow_microphone());
    assert_eq!(phone.settings_opened(), [SettingsPage::Microphone]);
    phone.reports(Outside::Microphone(MicrophoneAccess::Granted));
    studio.seconds(0.1);
    assert_eq!(studio.app.notices(), []);
    assert_eq!(studio.act(Act::Start).phase, SessionPhase::Guiding);
}

/// How many beats were felt in six seconds that begin now, and how many there were.
fn felt(studio: &mut Studio, phone: &Phone) -> (u32, f64) {
    let view = studio.view();
    let before = phone.beats();
    studio.seconds(6.0);
    let there = 6.0 * f64::from(view.beats_per_bar) / view.bar_seconds;
    (phone.beats() - before, there)
}

fn wants_to_feel_the_beat(studio: &mut Studio, felt_beat: bool) {
    let change = SettingsChange {
        felt_beat: Some(felt_beat),
        ..SettingsChange::default()
    };
    let settings = studio.app.change_settings(&change);
    assert_eq!(settings.expect("a choice").felt_beat, Some(felt_beat));
}

#[test]
fn every_beat_is_felt_once_by_whoever_wants_it_and_not_in_a_pocket() {
    let phone = Phone::that_may_listen();
    let mut studio = Studio::new().on(&phone);
    studio.begin("lp01", Length::Full);
    studio.act(Act::Start);
    studio.seconds(1.0);
    assert_eq!(felt(&mut studio, &phone).0, 0, "nobody has asked for it");
    wants_to_feel_the_beat(&mut studio, true);
    let (felt_beats, there) = felt(&mut studio, &phone);
    assert!(
        (f64::from(felt_beats) - there).abs() <= 1.0,
        "{felt_beats} of {there}"
    );
    phone.reports(Outside::Suspended);
    studio.seconds(0.1);
    assert_eq!(felt(&mut studio, &phone).0, 0, "the screen is dark");
}

#[test]
fn nothing_buzzes_into_a_recording() {
    let phone = Phone::that_may_listen();
    let mut studio = in_the_first_hum(&phone);
    wants_to_feel_the_beat(&mut studio, true);
    assert_eq!(felt(&mut studio, &phone).0, 0);
}

#[test]
fn on_a_computer_there_is_nothing_to_feel() {
    assert_eq!(Studio::new().app.settings().felt_beat, None);
}

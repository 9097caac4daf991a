//! Journeys through the real window, with a real sound server and a human voice.
//!
//! Each waits for what should be there and never for a time to pass. A picture of each screen is
//! left in `target/screens/`, of a failure in `target/e2e/`.

#[path = "window/reminders.rs"]
mod reminders;

use anyhow::{Context, Result, ensure};
use audio_engine::io::{SimDevice, SimSpec};
use audio_engine::latency::probe;
use audio_engine::{Audio, EngineConfig, Frames, Grid, SampleRate, Tempo, engine, place};
use serde_json::json;
use store::{Store, StoreError, TakeRead};
use undersong_tests::hearing::{Found, edges, find, peak, write_a_voice};
use undersong_tests::notifications::{Service, Shown};
use undersong_tests::pipewire::{Desk, Singing};
use undersong_tests::webdriver::{PATIENCE, until};
use undersong_tests::window::{Home, Window};

const RATE: SampleRate = SampleRate::STUDIO;
/// Long enough for every take of a test.
const VOICE_SECONDS: usize = 240;
const DESKTOP: (u32, u32) = (1280, 800);
const PHONE: (u32, u32) = (390, 844);

#[test]
fn a_first_visit_ends_with_a_piece_that_is_there_tomorrow() -> Result<()> {
    let desk = Desk::start()?;
    let home = Home::new(desk.env())?;
    let recorder = desk.record()?;
    let window = home.open("first-visit", &[])?;

    let today = |window: &Window| window.find("button", "Start").map(drop);
    today(&window)?;
    look_at(&window, "today")?;
    window.press("button", "Two minutes")?;

    window.find("heading", "Where are you right now?")?;
    window.press_keys("slider", "From rough to good", &[RIGHT, RIGHT])?;
    look_at(&window, "check-in")?;
    window.press("button", "Next")?;

    at_step(&window, 0, "grid")?;
    window.press("button", "Shaker")?;
    window.press("button", "Next")?;
    at_step(&window, 1, "grid")?;
    window.press("button", "Kalimba")?;
    look_at(&window, "session")?;
    window.press("button", "Next")?;
    at_step(&window, 2, "grid")?;
    window.press("button", "Next")?;
    at_step(&window, 3, "listen")?;
    window.press("button", "Next")?;
    at_step(&window, 4, "keep")?;
    look_at(&window, "keep")?;
    window.press("button", "Keep")?;
    window.wait_for_text("It goes into your pieces.")?;
    window.press("button", "Next")?;

    window.find("heading", "You made this.")?;
    look_at(&window, "after")?;
    window.type_into("textbox", "Name it, or don’t", "Shaker and rain")?;
    window.press("button", "Keep")?;
    window.find("heading", "Same time tomorrow?")?;
    look_at(&window, "reminder-offer")?;
    window.press("button", "No reminders")?;
    window.find("heading", "And now?")?;
    look_at(&window, "check-in-after")?;
    window.press("button", "Skip")?;
    window.press("button", "Done")?;
    today(&window)?;

    window.press("link", "Pieces")?;
    window.find("heading", "Shaker and rain")?;
    look_at(&window, "pieces")?;
    window.press("link", "Settings")?;
    window.find("heading", "Settings")?;
    window.wait_for_text("Open now: PipeWire")?;
    look_at(&window, "settings")?;
    window.press("link", "I need help now")?;
    look_at(&window, "help")?;
    window.close()?;

    let (speaker, microphone) = recorder.finish()?;
    assert!(peak(&speaker) > 0.01, "there was music");
    assert!(peak(&speaker) <= 1.0, "and it stayed within bounds");
    assert!(peak(&microphone) == 0.0, "and nobody sang");

    let tomorrow = home.open("first-visit-tomorrow", &[])?;
    today(&tomorrow)?;
    tomorrow.press("link", "Pieces")?;
    tomorrow.find("heading", "Shaker and rain")?;
    tomorrow.press("button", "Play Shaker and rain")?;
    tomorrow.find("button", "Stop Shaker and rain")?;
    tomorrow.close()
}

#[test]
fn a_hum_is_kept_where_it_was_sung() -> Result<()> {
    let desk = Desk::start()?;
    let home = Home::new(desk.env())?;
    let window = home.open("calibrate", &[])?;

    // The loudspeaker is heard, and how late is measured.
    let recorder = desk.record()?;
    desk.connect_air()?;
    window.press("link", "Settings")?;
    window.wait_for_text("Open now: PipeWire")?;
    window.press("button", "Calibrate")?;
    window.wait_for_text("milliseconds there and back")?;
    window.keep_picture("calibrated")?;
    window.close()?;
    desk.disconnect_air()?;
    let (speaker, microphone) = recorder.finish()?;
    let test_sound = probe(RATE);
    let played = find(test_sound.channel(0), &speaker)?;
    let heard = find(test_sound.channel(0), &microphone)?;
    let air = heard.at as i64 - played.at as i64;

    // Somebody sings into the microphone only.
    let recorder = desk.record()?;
    let (voice, singing) = sing(&desk, &home)?;
    let window = home.open("hum", &["--exercise", "vs02"])?;
    window.find("heading", "Where are you right now?")?;
    reach_first_take(&window)?;
    window.wait_for_text("Recording")?;
    window.keep_picture("recording")?;
    window.wait_for_text("Kept 0:13")?;
    look_at(&window, "kept")?;
    window.press("button", "Stop")?;
    window.find("heading", "You made this.")?;
    window.close()?;
    drop(singing);
    let (speaker, microphone) = recorder.finish()?;

    let take = only_take(&home)?;
    assert!(
        take.gaps.is_empty(),
        "not a frame was lost: {:?}",
        take.gaps
    );
    let loop_of_it = placed(&take);
    let in_voice = find(loop_of_it.channel(0), voice.channel(0))?;
    let in_room = find(loop_of_it.channel(0), &microphone)?;
    println!("hum: in what was sung {in_voice:?}, in the room {in_room:?}, air {air}");
    assert!(
        in_voice.likeness >= 0.99,
        "the take is what was sung: {in_voice:?}"
    );
    assert!(peak(&speaker) > 0.01, "and it was sung to something");

    let punch_in = punch_in_heard(&speaker, in_room)?;
    let error = in_room.at as i64 - (punch_in + air);
    println!("hum: {error} frames from where it was sung");
    assert!(error.abs() <= 1, "the take lies {error} frames off");
    Ok(())
}

#[test]
fn a_take_outlives_a_sudden_end() -> Result<()> {
    let desk = Desk::start()?;
    let home = Home::new(desk.env())?;
    let (_voice, singing) = sing(&desk, &home)?;
    let window = home.open("sudden-end", &["--exercise", "vs02"])?;
    window.find("heading", "Where are you right now?")?;
    reach_first_take(&window)?;
    window.wait_for_text("Recording")?;
    // "safe ✓ 0:03": so much is on disk, and is said to be.
    window.wait_for_text("0:03")?;
    window.cut_the_power()?;
    drop(singing);

    let again = home.open("sudden-end-again", &[])?;
    again.wait_for_text("Your last take was kept")?;
    again.keep_picture("take-kept")?;
    again.press("button", "Keep it as it is")?;
    again.wait_for_text("It is in your pieces now")?;
    again.press("link", "Pieces")?;
    again.find("heading", "Pieces")?;
    again.wait_for_text("kept from a take")?;
    look_at(&again, "recovered")?;
    again.close()?;

    let take = only_take(&home)?;
    let seconds = take.samples.len() as f64 / f64::from(RATE.hz());
    assert!(
        seconds >= 3.0,
        "what was said to be safe is there: {seconds} s"
    );
    Ok(())
}

/// The process is stopped over the minute it is for, as a closed lid would; one is shown afterwards.
#[test]
fn a_reminder_comes_as_a_notification_and_a_touch_begins_its_exercise() -> Result<()> {
    let desk = Desk::start()?;
    let mut home = Home::new(desk.env())?;
    let notifications = Service::start(home.folder(), home.display())?;
    home.tell(notifications.env());
    let now = jiff::Zoned::now();
    store::fixtures::anna_with_three_weeks_of_humming(&home.kept(), &now)?.close()?;

    let window = home.open("reminder", &[])?;
    window.press("link", "Settings")?;
    window.press("button", "Set a reminder")?;
    let later = now.checked_add(jiff::SignedDuration::from_hours(2))?;
    window.run(EVERY_DAY_AT, &json!([later.strftime("%H:%M").to_string()]))?;
    window.press("button", "Save")?;
    window.wait_for_text("Next: ")?;
    look_at(&window, "settings-reminder")?;

    window.press("button", "Send one in ten seconds")?;
    let one = || (notifications.waiting().ok()? == 1).then_some(());
    until(PATIENCE, "the one that is tried comes", one)?;
    window.wait_for_text("Got it?")?;
    notifications.touch()?;
    window.wait_for_text("Good. That is how they come.")?;
    notifications.close_all()?;

    // Only now, so that a slow machine has all of a minute until it is stopped.
    window.press("button", "Change")?;
    let at = jiff::Zoned::now().checked_add(jiff::SignedDuration::from_secs(120))?;
    let clock = at.strftime("%H:%M").to_string();
    window.run(EVERY_DAY_AT, &json!([clock]))?;
    window.press("button", "Save")?;
    window.wait_for_text(&clock)?;
    window.signal("STOP")?;
    let past = at.with().second(3).build()?;
    let wait = jiff::Zoned::now().duration_until(&past);
    std::thread::sleep(wait.try_into().unwrap_or_default());
    ensure!(
        notifications.waiting()? == 0,
        "a stopped program shows nothing"
    );
    window.signal("CONT")?;
    until(PATIENCE, "the reminder comes", one)?;
    notifications.touch()?;
    window.find("heading", "Where are you right now?")?;
    notifications.close_all()?;
    let shown = |body: &str| Shown {
        title: "Undersong".to_owned(),
        body: body.to_owned(),
    };
    let tried = shown("This is how a reminder comes. Touch it to say that you got it.");
    let real = shown("Two minutes of sound when you are ready.");
    let history = notifications.history()?;
    // The service names the newest first.
    ensure!(
        history == [real, tried],
        "the tried one and the real one: {history:?}"
    );
    window.close()
}

/// Chooses every day and this time in the form.
const EVERY_DAY_AT: &str = "
for (const day of document.querySelectorAll('.day input')) if (!day.checked) day.click();
const time = document.querySelector('input[type=time]');
time.value = arguments[0];
time.dispatchEvent(new Event('input', { bubbles: true }));
time.dispatchEvent(new Event('change', { bubbles: true }));
return time.value;";

const RIGHT: &str = "\u{e014}";

/// Both sizes: a picture, and nothing that axe finds wrong.
fn look_at(window: &Window, name: &str) -> Result<()> {
    for (size, (width, height)) in [("phone", PHONE), ("desktop", DESKTOP)] {
        window.resize(width, height)?;
        window.keep_picture(&format!("{name}-{size}"))?;
        let faults = window.accessibility_faults()?;
        ensure!(faults.is_empty(), "{name}, {size}:\n{}", faults.join("\n"));
    }
    Ok(())
}

/// Waits until the session stands there.
fn at_step(window: &Window, step: u32, surface: &str) -> Result<()> {
    let there = format!("main[data-step='{step}'][data-surface={surface}]");
    until(PATIENCE, &format!("step {step} shows {surface}"), || {
        window.shows(&there).ok()?.then_some(())
    })
}

/// From the check-in to the step of the first take; it begins by itself after its count-in.
fn reach_first_take(window: &Window) -> Result<()> {
    window.press("button", "Skip")?;
    window.press("button", "Start")?;
    at_step(window, 0, "listen")?;
    window.press("button", "Next")?;
    at_step(window, 1, "record")
}

fn sing(desk: &Desk, home: &Home) -> Result<(Audio, Singing)> {
    let file = home.folder().join("voice.wav");
    let voice = write_a_voice(&file, VOICE_SECONDS, RATE)?;
    Ok((voice, desk.sing(&file)?))
}

/// Read as the app itself would, once it is closed; its lock goes a moment after its window.
fn only_take(home: &Home) -> Result<TakeRead> {
    let (store, opening) = until(PATIENCE, "the store is free", || {
        let opened = Store::open(&home.kept(), jiff::Timestamp::now());
        (!matches!(opened, Err(StoreError::AlreadyOpen))).then_some(opened)
    })??;
    ensure!(!opening.unclean, "closing the window closes the store");
    let takes = store.takes()?;
    ensure!(
        takes.len() == 1,
        "one take was sung, {} are kept",
        takes.len()
    );
    Ok(store.read_take(takes[0].take)?)
}

/// As it is heard in the piece.
fn placed(take: &TakeRead) -> Audio {
    let raw = Audio::mono(RATE, take.samples.clone());
    let [pre_roll, round_trip, length] = [
        take.header.pre_roll,
        take.header.round_trip,
        take.header.length,
    ]
    .map(Frames);
    place(&raw, pre_roll, round_trip, length)
}

/// Where the loudspeaker played the punch-in, by the four ticks of the bar before it.
///
/// `in_room` says where to listen; each tick is searched a quarter of a beat around its place, and
/// all must agree.
fn punch_in_heard(speaker: &[f32], in_room: Found) -> Result<i64> {
    let tempo = Tempo::from_bpm(72.0).context("the tempo of vs02")?;
    let grid = Grid {
        rate: RATE,
        tempo,
        beats_per_bar: 4,
    };
    let (bar, around) = (grid.bar().0 as usize, grid.bar().0 as usize / 16);
    let count_in = count_in(grid)?;
    let mut heard = Vec::new();
    for beat in 0..4 {
        let into_bar = grid.beat_in_bar(beat).0 as usize;
        let tick = edges(&count_in[into_bar..into_bar + TICK]);
        let expected = (in_room.at + into_bar)
            .checked_sub(bar)
            .context("recorded too late")?;
        let from = expected - around;
        let found = find(&tick, &edges(&speaker[from..expected + around + TICK]))?;
        ensure!(found.likeness > 0.5, "beat {beat} was not heard: {found:?}");
        heard.push((from + found.at + bar - into_bar) as i64);
    }
    heard.sort_unstable();
    ensure!(
        heard[3] - heard[0] <= 1,
        "the ticks do not agree: {heard:?}"
    );
    Ok(heard[1])
}

/// Most of what there is of a tick.
const TICK: usize = 2_400;

/// A bar of nothing but the metronome, from an engine with nobody else in it.
fn count_in(grid: Grid) -> Result<Vec<f32>> {
    let (mut handle, engine) = engine(EngineConfig {
        rate: RATE,
        tracks: 1,
        ..EngineConfig::default()
    });
    let mut device = SimDevice::new(
        engine,
        SimSpec {
            keep_output: true,
            ..SimSpec::default()
        },
    );
    handle.batch(|batch| {
        batch.grid(grid);
        batch.metronome(Frames::ZERO, grid.bar());
        batch.play();
    })?;
    device.advance(grid.bar());
    Ok(device.output().channel(0).to_vec())
}

//! The device check of the whole app on the real sound server.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use app::ipc::{CheckStage, CheckVerdict, DeviceCheckView};
use app::{App, AppConfig, Clock, SoundChoice};
use undersong_tests::figure;
use undersong_tests::pipewire::{CYCLE, Desk};

use super::{Studio, use_environment};

/// Twenty-eight seconds of measuring, and as long again for a machine at its limit.
const PATIENCE: Duration = Duration::from_secs(90);
const TRIES: u32 = 3;

/// From the first question to the last answer.
fn checked() -> Result<DeviceCheckView> {
    let folder = tempfile::tempdir()?;
    let mut app = App::open(AppConfig {
        data_dir: folder.path().join("data"),
        sound: SoundChoice::Device { input_file: None },
        clock: Clock::System,
    })?;
    app.begin_device_check()?;
    let began = Instant::now();
    while app.device_check().stage != CheckStage::Over {
        app.tick();
        std::thread::sleep(Duration::from_millis(8));
        ensure!(began.elapsed() < PATIENCE, "{:?}", app.device_check());
    }
    let view = app.device_check();
    app.close();
    Ok(view)
}

fn verdict(view: &DeviceCheckView, title: &str) -> Option<CheckVerdict> {
    let line = view.lines.iter().find(|line| line.title == title);
    line.map(|line| line.verdict)
}

/// The first number in the figures' line that has `words` in it.
fn number(report: &str, words: &str) -> Result<f64> {
    let mut figures = report.lines().filter_map(|line| line.strip_prefix("    "));
    let line = figures
        .find(|line| line.contains(words))
        .with_context(|| format!("no “{words}” in:\n{report}"))?;
    let is_number = |c: char| c.is_ascii_digit() || c == '.';
    let from = line.find(|c: char| c.is_ascii_digit()).unwrap_or(0);
    let rest = &line[from..];
    let end = rest.find(|c: char| !is_number(c)).unwrap_or(rest.len());
    Ok(rest[..end].parse()?)
}

/// The round trip is the desk's own: what our probe finds without the app, but for the whole cycles
/// a server may add from one start of its streams to the next.
#[test]
fn a_device_check_measures_the_round_trip_that_is_there_and_counts_what_it_says() -> Result<()> {
    if !Desk::missing().is_empty() {
        eprintln!("skipped: please install {}", Desk::missing().join(" "));
        return Ok(());
    }
    let desk = Desk::start()?;
    use_environment(&desk);
    desk.connect_air()?;
    // On a machine that is too busy frames of the probe are lost: measured again.
    let mut view = checked()?;
    for _ in 1..TRIES {
        let is_fine = |title: &str| verdict(&view, title) == Some(CheckVerdict::Fine);
        if is_fine("Timing") && is_fine("Microphone") {
            break;
        }
        println!("checked again after {:?}", view.report);
        view = checked()?;
    }
    drop(desk);
    let report = view.report.as_ref().context("it is over")?;
    println!("{report}");
    let fine = Some(CheckVerdict::Fine);
    assert_eq!(verdict(&view, "Timing"), fine, "{report}");
    assert_eq!(verdict(&view, "Microphone"), fine, "{report}");
    assert!(!report.contains("Desk"), "no device is named:\n{report}");
    assert!(report.contains("sound: PipeWire, 48000 Hz"), "{report}");

    // None is said only of what was counted: the callbacks of nearly all the twenty seconds.
    let callbacks = number(report, "; ran at")?;
    ensure!(
        callbacks * f64::from(CYCLE) > 15.0 * 48_000.0,
        "{callbacks} callbacks were counted:\n{report}"
    );
    let says_none = report.contains("No glitch in");
    let counted = number(report, "by the clock")?;
    assert_eq!(says_none, counted == 0.0, "{report}");

    let ours = number(report, "round trip")?;
    let mut studio = Studio::open()?.context("it was there a moment ago")?;
    studio.desk.connect_air()?;
    studio.host.open_input()?;
    let known = studio.calibrate()?.delay;
    let apart = (ours - known) / f64::from(CYCLE);
    ensure!(
        (apart - apart.round()).abs() < 0.01 && apart.abs() < 16.0,
        "the check says {ours} frames, the probe alone {known}"
    );
    figure(
        "round trip by the device check",
        ours,
        "frames, on the desk",
    );
    Ok(())
}

//! How everything is: devices, latency, and whether what is kept is whole.

use std::time::Duration;

use anyhow::bail;
use app::ipc::{CalibrationView, CheckStage, DeviceCheckView};
use app::{App, AppConfig, Clock, SoundChoice};

use crate::args::Args;
use crate::say;

/// Between two ticks; the app wants one every 10 ms or less.
const TICK: Duration = Duration::from_millis(8);

/// Prints it; an error if something kept is not whole. With `measure`, this device is checked as
/// the window does it, and the same report is printed.
pub fn doctor(args: &Args, measure: bool) -> anyhow::Result<()> {
    let data_dir = args.data_dir()?;
    let mut app = App::open(AppConfig {
        data_dir,
        sound: SoundChoice::Device { input_file: None },
        clock: Clock::System,
    })?;
    let checked = measure
        .then(|| check_device(&mut app, args.json))
        .transpose()?;
    let settings = app.settings();
    let report = app.check()?;
    let notices: Vec<String> = app.notices().iter().map(say::notice).collect();
    let is_sound = report.is_sound();
    if args.json {
        let words = serde_json::json!({
            "settings": settings,
            "store": {
                "sound": is_sound,
                "takes": report.sound_takes,
                "damagedTakes": report.damaged_takes.len(),
                "missingTakes": report.missing_takes.len(),
                "setAside": report.quarantined_files,
                "roomMinutes": report.room_minutes,
            },
            "notices": notices,
            "deviceCheck": checked,
        });
        println!("{}", serde_json::to_string_pretty(&words)?);
    } else {
        println!(
            "Sound      {}",
            settings
                .sound
                .as_deref()
                .unwrap_or("none; everything works silently")
        );
        for (what, devices) in [("Output", &settings.outputs), ("Input", &settings.inputs)] {
            for device in devices {
                let mark = if device.default { " (default)" } else { "" };
                println!("{what:<10} {}{mark}", device.name);
            }
        }
        println!("Latency    {}", latency(&settings.calibration));
        println!(
            "Takes      {} whole, {} damaged, {} missing",
            report.sound_takes,
            report.damaged_takes.len(),
            report.missing_takes.len()
        );
        println!(
            "Store      {}",
            if is_sound {
                "whole"
            } else {
                "not whole; nothing was changed"
            }
        );
        println!(
            "Room       about {:.0} minutes of recording",
            report.room_minutes
        );
        notices
            .iter()
            .for_each(|notice| println!("Note       {notice}"));
        if let Some(report) = checked.and_then(|checked| checked.report) {
            println!("\n{report}");
        }
    }
    app.close();
    if !is_sound {
        bail!("something kept is not whole; what can be read is still there");
    }
    Ok(())
}

/// The check from its beginning to its end. Nothing here shows notifications, so there is no
/// question to answer.
fn check_device(app: &mut App, quiet: bool) -> anyhow::Result<DeviceCheckView> {
    let mut view = app.begin_device_check()?;
    let mut said = None;
    while !matches!(view.stage, CheckStage::Over | CheckStage::CalledOff) {
        if !quiet && said != Some(view.stage) {
            said = Some(view.stage);
            match view.stage {
                CheckStage::Timing => eprintln!("A short sound plays five times …"),
                CheckStage::Steadiness => eprintln!("A quiet note, twenty seconds …"),
                CheckStage::Untried
                | CheckStage::Reminder
                | CheckStage::Question
                | CheckStage::Over
                | CheckStage::CalledOff => {}
            }
        }
        app.tick();
        std::thread::sleep(TICK);
        view = app.device_check();
    }
    Ok(view)
}

fn latency(calibration: &CalibrationView) -> String {
    match calibration {
        CalibrationView::Measured {
            round_trip_ms,
            confidence,
            approximate,
            ..
        } => {
            let again = if *approximate {
                "; approximate, better measured again"
            } else {
                ""
            };
            format!(
                "{round_trip_ms:.1} ms round trip, measured (confidence {confidence:.2}){again}"
            )
        }
        _ => "not measured; Settings → Calibrate measures it in one tap".into(),
    }
}

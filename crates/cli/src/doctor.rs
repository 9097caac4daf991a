//! How everything is: devices, latency, and whether what is kept is whole.

use anyhow::bail;
use app::ipc::CalibrationView;
use app::{App, AppConfig, Clock, SoundChoice};

use crate::args::Args;
use crate::say;

/// Prints it; an error if something kept is not whole.
pub fn doctor(args: &Args) -> anyhow::Result<()> {
    let data_dir = args.data_dir()?;
    let app = App::open(AppConfig {
        data_dir,
        sound: SoundChoice::Device { input_file: None },
        clock: Clock::System,
    })?;
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
    }
    app.close();
    if !is_sound {
        bail!("something kept is not whole; what can be read is still there");
    }
    Ok(())
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

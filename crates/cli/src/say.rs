//! Numbers and lines as people read them.

use app::ipc::{CheckInAnswers, Notice, PieceView};

/// "0:46".
pub fn minutes(seconds: f64) -> String {
    let whole = seconds.round() as u64;
    format!("{}:{:02}", whole / 60, whole % 60)
}

/// "rough −2, energy −1, tension 6".
pub fn check_in(answers: Option<CheckInAnswers>) -> String {
    let Some(given) = answers else {
        return "skipped".into();
    };
    let side = |value: f32, less: &str, more: &str| match value {
        value if value < 0.0 => format!("{less} {}", -value),
        value if value > 0.0 => format!("{more} {value}"),
        _ => "in the middle".into(),
    };
    format!(
        "{}, {}, tension {}",
        side(given.valence, "rough", "good"),
        side(given.arousal, "low energy", "high energy"),
        given.tension
    )
}

/// One line a piece.
pub fn piece(piece: &PieceView) -> String {
    let mark = if piece.recovered {
        " (kept when the app went away)"
    } else {
        ""
    };
    let id = piece.id.as_str();
    format!(
        "{id}  {:>5}  {:<10}  {}{mark}",
        minutes(piece.seconds),
        piece.day,
        piece.name
    )
}

/// What stands on top of a screen, in a line.
pub fn notice(notice: &Notice) -> String {
    match notice {
        Notice::NoSound => "There is no sound device; the session goes on silently.".into(),
        Notice::DeviceLost {
            kept_seconds: Some(seconds),
        } => {
            format!("The sound device went away. Kept {}.", minutes(*seconds))
        }
        Notice::DeviceLost { kept_seconds: None } => {
            "The sound device went away. Everything is kept.".into()
        }
        Notice::Interrupted {
            kept_seconds: Some(seconds),
        } => format!("Paused. Kept {}.", minutes(*seconds)),
        Notice::Interrupted { kept_seconds: None } => "Paused. Everything is kept.".into(),
        Notice::MicrophoneRefused => {
            "Undersong can't hear you. This one can be played on the pads instead.".into()
        }
        Notice::DeviceBack { name } => format!("Back on {name}."),
        Notice::TakeRecovered { seconds, .. } if *seconds < 0.5 => {
            "What you made last time is in your pieces.".into()
        }
        Notice::TakeRecovered { seconds, .. } => {
            format!("Your last take was kept ({}).", minutes(*seconds))
        }
        Notice::TakeDamaged {
            kept_seconds,
            lost_seconds,
        } => format!(
            "Part of a take cannot be read: {} kept, {} silent. The original stays as it is.",
            minutes(*kept_seconds),
            minutes(*lost_seconds)
        ),
        Notice::TakesUnreadable { takes } => {
            format!("{takes} of your takes cannot be read. They were set aside, not deleted.")
        }
        Notice::StorageLow { minutes } => format!("Room for about {minutes} minutes of recording."),
        Notice::StorageFull { kept_seconds } => {
            format!(
                "The disk has no more room. Kept {}; with some space made, there is more.",
                minutes(*kept_seconds)
            )
        }
        Notice::ReadOnly => {
            "A newer Undersong wrote this store: you can look, nothing is changed.".into()
        }
        Notice::SilentInput { .. } => "No sound is arriving from the microphone.".into(),
        Notice::LateRoute { name } => {
            format!(
                "{name} is a little late. Fine for listening and singing; for tapping, plug in a cable."
            )
        }
    }
}

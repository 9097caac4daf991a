//! What was found, in plain sentences: how it is, and what can be done about it.
//!
//! The limits are where a person begins to notice, not where a device is good. They decide one word
//! ("a little late"), never whether anything works.

use audio_engine::latency::DeviceKind;
use store::StoreError;

use super::findings::{
    Ears, Findings, Microphone, PROBES, Reminder, Steadiness, Storage, Timing, Way,
};
use crate::ipc::{CheckLine, CheckVerdict, ReminderPermission, ReminderTrial};

/// A longer way there and back is felt when singing along, in ms.
const LATE_MS: f64 = 100.0;
/// A room louder than this is heard between the notes, in dBFS.
const LOUD_ROOM_DB: f32 = -45.0;
/// Nothing louder than this is no sound, in dBFS.
const SILENCE_DB: f32 = -80.0;
/// Our own sound stands at least so far above the room, in dB.
const CLEAR_DB: f32 = 15.0;
/// Half a second of sound that takes longer to write leaves little in hand, in ms.
const SLOW_DISK_MS: u128 = 250;
/// Less room than this is told, in minutes.
const LITTLE_ROOM: f64 = 30.0;
/// How far from its own speed a device may run.
const PACE: f64 = 0.01;

/// One line for everything that was come to.
pub fn lines(found: &Findings) -> Vec<CheckLine> {
    let way = found.facts.as_ref().and_then(|facts| facts.way.as_ref());
    let lines = [
        found.timing.as_ref().map(|timing| timed(timing, way)),
        found.steadiness.as_ref().map(steady),
        found.microphone.as_ref().map(hears),
        found.storage.as_ref().map(keeps),
        found.reminder.as_ref().map(reminds),
    ];
    lines.into_iter().flatten().collect()
}

fn line(title: &str, verdict: CheckVerdict, text: String, next: &str) -> CheckLine {
    CheckLine {
        title: title.into(),
        verdict,
        text,
        next: (!next.is_empty()).then(|| next.into()),
    }
}

fn deaf(title: &str, ears: Ears) -> CheckLine {
    let (text, next) = match ears {
        Ears::Refused => (
            "Not measured: the microphone is not allowed.",
            "Your system’s own privacy settings can allow it. Everything can be played on the pads, too.",
        ),
        Ears::Absent => (
            "Not measured: no microphone opened here.",
            "Another one may be chosen in Settings. Everything can be played on the pads, too.",
        ),
    };
    line(title, CheckVerdict::Unknown, text.into(), next)
}

fn timed(timing: &Timing, way: Option<&Way>) -> CheckLine {
    const TITLE: &str = "Timing";
    let (known, found) = match timing {
        Timing::NotTried(ears) => return deaf(TITLE, *ears),
        Timing::NotHeard { found } => {
            let text = match found.len() {
                0 => "The test sound did not come back.".into(),
                some => format!(
                    "The test sound came back {some} of {PROBES} times, not alike enough to be sure."
                ),
            };
            let next = "Without headphones, a little louder, in a quiet moment, it often does.";
            return line(TITLE, CheckVerdict::Missing, text, next);
        }
        Timing::Heard { known, found } => (known, found),
    };
    let ms = known.round_trip * 1000.0 / f64::from(known.route.rate.max(1));
    let over_air = way.is_some_and(|way| way.output == DeviceKind::Bluetooth);
    let heard = format!(
        "Sound comes back after {ms:.0} milliseconds, heard {} of {PROBES} times.",
        found.len()
    );
    if over_air || ms > LATE_MS {
        let next = "Recordings are placed for it. For singing or tapping along, a cable or the built-in speaker is quicker.";
        return line(
            TITLE,
            CheckVerdict::Off,
            format!("{heard} That is a little late."),
            next,
        );
    }
    line(TITLE, CheckVerdict::Fine, heard, "")
}

fn steady(found: &Steadiness) -> CheckLine {
    const TITLE: &str = "Steadiness";
    let seconds = found.seconds.round();
    let what = if found.recorded {
        "playing and recording"
    } else {
        "playing"
    };
    if found.lost_device {
        let text = "The sound device went away in between.".into();
        let next = "If nobody unplugged it, another cable or another device is worth a try.";
        return line(TITLE, CheckVerdict::Missing, text, next);
    }
    if !found.is_counted() {
        let text = if found.counted {
            "Not counted: it was too short, or the device never called."
        } else {
            "Not counted: there is nothing to play on."
        };
        return line(TITLE, CheckVerdict::Unknown, text.into(), "");
    }
    let calmer = "Closing other programs, or plugging in the power, often helps.";
    let glitches = match found.glitches {
        0 => "No glitch".into(),
        1 => "One glitch".into(),
        many => format!("{many} glitches"),
    };
    let text = format!("{glitches} in {seconds:.0} seconds of {what}.");
    let pace = found.pace();
    if (pace - 1.0).abs() > PACE {
        let text = format!("{text} Sound ran at {:.0} % of its speed.", pace * 100.0);
        return line(TITLE, CheckVerdict::Off, text, calmer);
    }
    if found.glitches == 0 {
        line(TITLE, CheckVerdict::Fine, text, "")
    } else {
        line(TITLE, CheckVerdict::Off, text, calmer)
    }
}

fn hears(found: &Microphone) -> CheckLine {
    const TITLE: &str = "Microphone";
    let (level, probe_db) = match found {
        Microphone::NotTried(ears) => return deaf(TITLE, *ears),
        Microphone::Heard {
            level, probe_db, ..
        } => (level, probe_db),
    };
    if level.peak_db < SILENCE_DB {
        let text = "It is open, and nothing comes in.".into();
        let next =
            "A mute switch, a privacy switch, or another choice in Settings may bring it back.";
        return line(TITLE, CheckVerdict::Missing, text, next);
    }
    if level.clipped > 0 {
        let text = "It hears, and what came in was too loud to fit.".into();
        let next = "A little further away, or a lower input volume, gives it room.";
        return line(TITLE, CheckVerdict::Off, text, next);
    }
    let Some(room) = level.noise_floor_db else {
        let text = "It hears. There was too little to tell the room.".into();
        return line(TITLE, CheckVerdict::Unknown, text, "");
    };
    let above = probe_db.map(|probe| probe - room);
    let rests = format!("It hears. The room rests at −{:.0} dB", room.abs());
    let text = match above {
        Some(above) => format!("{rests}, and our own sound stood {above:.0} dB above it."),
        None => format!("{rests}."),
    };
    if room > LOUD_ROOM_DB || above.is_some_and(|above| above < CLEAR_DB) {
        let next = "A quieter room, or the microphone nearer, makes voices clearer.";
        return line(TITLE, CheckVerdict::Off, text, next);
    }
    line(TITLE, CheckVerdict::Fine, text, "")
}

fn keeps(found: &Storage) -> CheckLine {
    const TITLE: &str = "Storage";
    let room = match found.room_minutes {
        Some(minutes) => format!(" Room for about {minutes:.0} minutes of recording."),
        None => String::new(),
    };
    let free = "Freeing some space makes room. What is kept is safe.";
    match &found.speed {
        Some(Ok(speed)) if speed.syncs > 0 => {
            let text = format!(
                "Half a second of recording is on the disk within {} milliseconds, {} at the most.{room}",
                speed.median.as_millis().max(1),
                speed.slowest.as_millis().max(1),
            );
            if speed.slowest.as_millis() > SLOW_DISK_MS {
                let next = "Takes wait for it in memory, up to six seconds. Freeing space, or closing what writes a lot, often helps.";
                line(TITLE, CheckVerdict::Off, text, next)
            } else if found.room_minutes.is_some_and(|room| room < LITTLE_ROOM) {
                line(TITLE, CheckVerdict::Off, text, free)
            } else {
                line(TITLE, CheckVerdict::Fine, text, "")
            }
        }
        Some(Err(StoreError::ReadOnly)) => {
            let text = format!("Not tried: a newer Undersong wrote this album.{room}");
            line(TITLE, CheckVerdict::Unknown, text, "")
        }
        Some(Err(StoreError::StorageFull { .. })) => {
            let text = format!("There is too little room to try.{room}");
            line(TITLE, CheckVerdict::Missing, text, free)
        }
        Some(Err(_)) => {
            let text = format!("The disk did not take the trial.{room}");
            let next = "What is kept is safe. The system’s own check of this disk may say more.";
            line(TITLE, CheckVerdict::Missing, text, next)
        }
        Some(Ok(_)) | None => {
            let text = format!("The disk did not answer in time.{room}");
            let next = "Takes wait for it in memory, up to six seconds. Freeing space often helps.";
            line(TITLE, CheckVerdict::Off, text, next)
        }
    }
}

fn reminds(found: &Reminder) -> CheckLine {
    const TITLE: &str = "Reminders";
    let next = match &found.next {
        Some(next) => format!(" The next one is planned for {next}."),
        None => " None is planned.".into(),
    };
    match (found.permission, found.trial) {
        (ReminderPermission::Unavailable, _) => {
            let text = format!("Not tried: nothing here shows notifications.{next}");
            let how =
                "They wait on Today, and a calendar file reminds you anyway: Settings has both.";
            line(TITLE, CheckVerdict::Unknown, text, how)
        }
        (ReminderPermission::Denied, _) => {
            let text = format!("Not tried: notifications are switched off for Undersong.{next}");
            let how = "That is fine. Your system’s settings can switch them on again.";
            line(TITLE, CheckVerdict::Unknown, text, how)
        }
        (_, ReminderTrial::Arrived) => {
            let open = match found.while_open {
                true => " They come while Undersong is open.",
                false => "",
            };
            let text = format!("It came.{next}{open}");
            line(TITLE, CheckVerdict::Fine, text, "")
        }
        (_, ReminderTrial::Missed) => {
            let text = format!("It did not come.{next}");
            let how = "“Do not disturb”, or the system’s notification settings, may hold it back. Until then, reminders wait on Today.";
            line(TITLE, CheckVerdict::Missing, text, how)
        }
        (_, ReminderTrial::Sent | ReminderTrial::Waiting | ReminderTrial::Untried) => {
            let text = format!("Not answered whether it came.{next}");
            line(TITLE, CheckVerdict::Unknown, text, "")
        }
    }
}

#[cfg(test)]
mod tests {
    use audio_engine::control::Tally;

    use super::*;

    fn quiet() -> Steadiness {
        Steadiness {
            seconds: 20.0,
            frames: 960_000,
            rate: 48_000,
            glitches: 0,
            tally: Tally {
                callbacks: 3_750,
                shortest: 256,
                longest: 256,
                ..Tally::default()
            },
            late: 0,
            faults: 0,
            lost_device: false,
            counted: true,
            recorded: true,
        }
    }

    #[test]
    fn only_what_was_counted_is_said_to_be_none() {
        assert_eq!(steady(&quiet()).verdict, CheckVerdict::Fine);
        let nobody_called = Steadiness {
            tally: Tally::default(),
            ..quiet()
        };
        let no_device = Steadiness {
            counted: false,
            ..quiet()
        };
        let at_once = Steadiness {
            seconds: 0.4,
            ..quiet()
        };
        for never_counted in [nobody_called, no_device, at_once] {
            let line = steady(&never_counted);
            assert_eq!(line.verdict, CheckVerdict::Unknown, "{never_counted:?}");
            assert!(line.text.starts_with("Not counted"), "{line:?}");
        }
    }

    #[test]
    fn a_device_that_runs_slow_is_noticed_without_a_single_glitch() {
        let slow = Steadiness {
            frames: 940_000,
            ..quiet()
        };
        let line = steady(&slow);
        assert_eq!(line.verdict, CheckVerdict::Off);
        assert!(line.text.contains("98 % of its speed"), "{line:?}");
    }

    #[test]
    fn a_device_that_went_away_is_missing_whatever_was_counted() {
        let gone = Steadiness {
            lost_device: true,
            ..quiet()
        };
        assert_eq!(steady(&gone).verdict, CheckVerdict::Missing);
    }

    #[test]
    fn a_refused_microphone_says_where_it_can_be_allowed() {
        let line = hears(&Microphone::NotTried(Ears::Refused));
        assert!(
            line.next
                .is_some_and(|next| next.contains("privacy settings"))
        );
    }
}

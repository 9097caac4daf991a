//! The report: the same sentences, and under each the figures it was said from. Plain text, to be
//! read by whoever helps; the person sees all of it before they send it anywhere.

use std::fmt::Write;

use audio_engine::latency::{DeviceKind, Measured};

use super::findings::{Facts, Findings, Microphone, PROBES, Reminder, Steadiness, Storage, Timing};
use super::words;
use crate::ipc::{CheckLine, CheckStage, CheckVerdict};

/// What a word on the screen is in the report.
fn word(verdict: CheckVerdict) -> &'static str {
    match verdict {
        CheckVerdict::Fine => "fine",
        CheckVerdict::Off => "a little off",
        CheckVerdict::Missing => "did not come",
        CheckVerdict::Unknown => "not known",
    }
}

/// All of it, each line ended.
pub fn report(found: &Findings, stage: CheckStage) -> String {
    let mut text = String::from("Undersong device check\n");
    if let Some(facts) = &found.facts {
        head(&mut text, facts);
    }
    if stage == CheckStage::CalledOff {
        text.push_str("Called off before its end.\n");
    }
    for line in words::lines(found) {
        say(&mut text, &line);
        let figures = match line.title.as_str() {
            "Timing" => found.timing.as_ref().map(timing),
            "Steadiness" => found.steadiness.as_ref().map(steadiness),
            "Microphone" => found.microphone.as_ref().map(microphone),
            "Storage" => found.storage.as_ref().map(storage),
            _ => found.reminder.as_ref().map(reminder),
        };
        for figure in figures.into_iter().flatten() {
            let _ = writeln!(text, "    {figure}");
        }
    }
    text
}

fn head(text: &mut String, facts: &Facts) {
    let began = facts.began.strftime("%Y-%m-%d %H:%M");
    let _ = writeln!(text, "{began}, version {}", facts.version);
    let _ = writeln!(text, "{}", facts.system);
    let Some(way) = &facts.way else {
        text.push_str("sound: nothing to play on\n");
        return;
    };
    let block = match way.block {
        0 => "callbacks of a size nobody says".into(),
        block => format!("callbacks of up to {block} frames"),
    };
    let mode = match way.mode.as_str() {
        "" => "sharing not told",
        mode => mode,
    };
    let _ = writeln!(
        text,
        "sound: {}, {} Hz, {block}, {mode}",
        way.backend, way.rate
    );
    let _ = writeln!(text, "out: {}, in: {}", kind(way.output), kind(way.input));
}

fn kind(kind: DeviceKind) -> &'static str {
    match kind {
        DeviceKind::Unknown => "kind not told",
        DeviceKind::BuiltIn => "built in",
        DeviceKind::Wired => "on a wire",
        DeviceKind::Bluetooth => "Bluetooth",
        DeviceKind::Virtual => "not a device (a file, a monitor or a loopback)",
    }
}

fn say(text: &mut String, line: &CheckLine) {
    let _ = writeln!(text, "\n{}: {}", line.title, word(line.verdict));
    let _ = writeln!(text, "  {}", line.text);
    if let Some(next) = &line.next {
        let _ = writeln!(text, "  {next}");
    }
}

fn timing(found: &Timing) -> Vec<String> {
    let (known, runs) = match found {
        Timing::NotTried(_) => return vec![],
        Timing::NotHeard { found } => {
            let heard = format!("found in {} of {PROBES} probes", found.len());
            return [vec![heard], each(found)].concat();
        }
        Timing::Heard { known, found } => (known, found),
    };
    let per_ms = f64::from(known.route.rate.max(1)) / 1000.0;
    let summary = format!(
        "round trip {:.2} frames = {:.2} ms, scatter {:.2} frames, confidence {:.2}, {} of {PROBES} probes",
        known.round_trip,
        known.round_trip / per_ms,
        known.mad,
        known.confidence,
        known.runs,
    );
    [vec![summary], each(runs)].concat()
}

fn each(runs: &[Measured]) -> Vec<String> {
    let delays: Vec<String> = runs.iter().map(|run| format!("{:.1}", run.delay)).collect();
    let likeness = runs.iter().map(|run| run.likeness).fold(1.0, f32::min);
    match delays.is_empty() {
        true => vec![],
        false => vec![format!(
            "each, in frames: {}; likeness at least {likeness:.2}",
            delays.join(" ")
        )],
    }
}

fn steadiness(found: &Steadiness) -> Vec<String> {
    let tally = found.tally;
    if !found.counted {
        return vec!["counted: nothing, as there is no device".into()];
    }
    let ran = format!(
        "{} callbacks of {} to {} frames in {:.1} s; ran at {:.2} % of {} Hz",
        tally.callbacks,
        tally.shortest,
        tally.longest,
        found.seconds,
        found.pace() * 100.0,
        found.rate,
    );
    if !found.is_counted() {
        return vec![ran];
    }
    let told = found.glitches.saturating_sub(tally.skips + tally.losses);
    vec![
        ran,
        format!(
            "glitches {}: {} by the clock ({} frames), {} of the input ({} frames), {told} told by the system",
            found.glitches, tally.skips, tally.skipped, tally.losses, tally.unheard,
        ),
        format!(
            "late wishes {}, broken samples {}",
            found.late, found.faults
        ),
    ]
}

fn microphone(found: &Microphone) -> Vec<String> {
    let Microphone::Heard {
        level,
        lost,
        probe_db,
    } = found
    else {
        return vec![];
    };
    let room = level
        .noise_floor_db
        .map_or("not known".into(), |db| format!("{db:.0} dBFS"));
    let probe = probe_db.map_or("not found".into(), |db| format!("{db:.1} dBFS"));
    vec![
        format!(
            "room {room}, peak {:.1} dBFS, mean {:.1} dBFS, test sound {probe}",
            level.peak_db, level.rms_db
        ),
        format!(
            "clipped samples {}, frames that never came {lost}",
            level.clipped
        ),
    ]
}

fn storage(found: &Storage) -> Vec<String> {
    match &found.speed {
        Some(Ok(speed)) => {
            let ms = |time: std::time::Duration| time.as_secs_f64() * 1000.0;
            vec![format!(
                "{:.1} s of sound in {:.2} s; {} syncs of half a second: median {:.1} ms, slowest {:.1} ms",
                speed.seconds,
                speed.took.as_secs_f64(),
                speed.syncs,
                ms(speed.median),
                ms(speed.slowest),
            )]
        }
        // What a store says of itself may name a file.
        Some(Err(_)) | None => vec![],
    }
}

fn reminder(found: &Reminder) -> Vec<String> {
    let how = match found.while_open {
        true => "shown by the app while it is open",
        false => "shown by the system",
    };
    vec![format!(
        "permission {:?}, trial {:?}, {how}",
        found.permission, found.trial
    )]
}

//! A session with a person at the terminal: prompts as lines, hands as short words.
//!
//! Nothing is drawn over and nothing flashes, so a screen reader reads it as it comes.

use std::io::{BufRead, Write};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use app::App;
use app::ipc::{
    Act, CheckInAnswers, CheckInPhase, IpcError, RecordState, SessionPhase, SessionView, Surface,
};

use super::answers::Answers;
use crate::say;

const TICK: Duration = Duration::from_millis(8);

/// Plays it to its end; answers the two check-ins, the first one if `asks_before`.
pub fn play(
    app: &mut App,
    answers: &Answers,
    asks_before: bool,
) -> anyhow::Result<(Option<CheckInAnswers>, Option<CheckInAnswers>)> {
    let lines = read_lines();
    let before = if asks_before {
        println!("How are you right now?");
        let before = ask(&lines);
        say_reply(app, CheckInPhase::Before, before)?;
        before
    } else {
        app.check_in(CheckInPhase::After)?.before
    };
    if answers.easier {
        app.act(&Act::Easier { on: true })?;
    }
    if answers.without_microphone {
        app.act(&Act::WithoutMicrophone { on: true })?;
    }
    match app.act(&Act::Start) {
        Err(
            IpcError::NoMicrophone | IpcError::MicrophoneRefused | IpcError::MicrophoneSwitchedOff,
        ) => {
            println!("Undersong can't hear you here, so this one is played on the pads.");
            app.act(&Act::WithoutMicrophone { on: true })?;
            app.act(&Act::Start)?;
        }
        other => drop(other?),
    }
    println!("(n next, s skip step, e easier, p pause, q stop, u undo, ? what is there)");
    follow(app, &lines)?;
    println!();
    println!("And now?");
    let after = ask(&lines);
    say_reply(app, CheckInPhase::After, after)?;
    Ok((before, after))
}

fn read_lines() -> Receiver<String> {
    let (sender, lines) = channel();
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            if sender.send(line.trim().to_lowercase()).is_err() {
                return;
            }
        }
    });
    lines
}

/// Three numbers, or an empty line to skip.
fn ask(lines: &Receiver<String>) -> Option<CheckInAnswers> {
    println!(
        "Three numbers: rough -4 to 4 good; low energy -4 to 4 high; tension 0 to 10. Enter skips."
    );
    loop {
        let _ = write!(std::io::stdout(), "> ");
        let _ = std::io::stdout().flush();
        let line = lines.recv().ok()?;
        let numbers: Vec<f32> = line
            .split_whitespace()
            .filter_map(|word| word.parse().ok())
            .collect();
        match numbers[..] {
            [] => return None,
            [valence, arousal, tension]
                if valence.abs() <= 4.0
                    && arousal.abs() <= 4.0
                    && (0.0..=10.0).contains(&tension) =>
            {
                return Some(CheckInAnswers {
                    valence,
                    arousal,
                    tension,
                    extra: None,
                });
            }
            _ => println!("For example: -1 2 5"),
        }
    }
}

fn say_reply(
    app: &mut App,
    phase: CheckInPhase,
    answers: Option<CheckInAnswers>,
) -> anyhow::Result<()> {
    let reply = app.answer(phase, answers)?;
    if let Some(card) = reply.card {
        println!("{}", card.text);
        println!(
            "If you need someone now: your local emergency number, or {}",
            app.help().directory
        );
    }
    if let Some(line) = reply.line {
        println!("{line}");
    }
    Ok(())
}

fn follow(app: &mut App, lines: &Receiver<String>) -> anyhow::Result<()> {
    let mut shown = (u32::MAX, String::new(), String::new());
    loop {
        let Some(view) = app.session() else {
            return Ok(());
        };
        if view.phase == SessionPhase::Ended {
            return Ok(());
        }
        if (shown.0, shown.1.as_str()) != (view.step, view.prompt.as_str()) {
            println!("\n{}", view.prompt);
            println!("{}", surface(&view.surface));
            shown = (view.step, view.prompt.clone(), state(&view));
        }
        if shown.2 != state(&view) {
            shown.2 = state(&view);
            println!("{}", shown.2);
        }
        while let Ok(line) = lines.try_recv() {
            answer(app, &view, &line);
        }
        app.tick();
        std::thread::sleep(TICK);
    }
}

/// What changes within a step and is worth a line.
fn state(view: &SessionView) -> String {
    match &view.surface {
        Surface::Record { take } => match take.state {
            RecordState::Waiting => format!("{}: soon", take.name),
            RecordState::CountIn => format!("{}: counting in", take.name),
            RecordState::Recording => format!("{}: recording, {} bars", take.name, take.bars),
            RecordState::Kept { seconds, .. } => {
                format!("Kept {}. (again = once more)", say::minutes(seconds))
            }
            RecordState::Nothing => {
                "No sound arrived. (again = once more, pads = without a microphone)".into()
            }
        },
        _ => view.hint.clone().unwrap_or_default(),
    }
}

fn surface(surface: &Surface) -> String {
    let list = |names: Vec<String>| {
        names
            .iter()
            .enumerate()
            .map(|(i, n)| format!("{} {n}", i + 1))
            .collect::<Vec<_>>()
            .join("  ")
    };
    match surface {
        Surface::Listen => String::new(),
        Surface::Grid { slots, .. } => list(
            slots
                .iter()
                .map(|s| format!("{}{}", s.name, if s.on { "*" } else { "" }))
                .collect(),
        ),
        Surface::Record { take } => format!("{} bars, after the clicks.", take.bars),
        Surface::Notes { notes, .. } => list(notes.iter().map(|n| n.name.clone()).collect()),
        Surface::Faders { faders } => {
            let faders = faders
                .iter()
                .map(|f| format!("{} {} dB", f.name, f.gain_db))
                .collect();
            format!("{}   (e.g. `1 -6`)", list(faders))
        }
        Surface::Pan { tracks } => {
            let tracks = tracks
                .iter()
                .map(|t| format!("{} {}", t.name, t.pan))
                .collect();
            format!("{}   (e.g. `1 -0.5`: left −1 to 1 right)", list(tracks))
        }
        Surface::Choose { options } => list(options.iter().map(|o| o.name.clone()).collect()),
        Surface::Keep { .. } => "yes / no".into(),
    }
}

fn answer(app: &mut App, view: &SessionView, line: &str) {
    let Some(act) = understood(view, line) else {
        println!("{}", surface(&view.surface));
        return;
    };
    if let Err(error) = app.act(&act) {
        println!("({error})");
    }
}

fn understood(view: &SessionView, line: &str) -> Option<Act> {
    let on = |choice| choice != app::ipc::Choice::On;
    Some(match line {
        "n" | "next" => Act::Next,
        "s" | "skip" => Act::Skip,
        "q" | "stop" => Act::Stop,
        "u" | "undo" => Act::Undo,
        "e" | "easier" => Act::Easier {
            on: on(view.easier),
        },
        "pads" => Act::WithoutMicrophone {
            on: on(view.without_microphone),
        },
        "p" | "pause" if view.phase == SessionPhase::Paused => Act::Resume,
        "p" | "pause" => Act::Pause,
        "again" => Act::Again,
        "y" | "yes" => Act::Keep { keep: true },
        "no" => Act::Keep { keep: false },
        _ => {
            let mut words = line.split_whitespace();
            let index = words.next()?.parse::<u32>().ok()?.checked_sub(1)?;
            let value: Option<f32> = words.next().and_then(|word| word.parse().ok());
            match (&view.surface, value) {
                (Surface::Grid { slots, .. }, _) => Act::Slot {
                    index,
                    on: !slots.get(index as usize)?.on,
                },
                (Surface::Notes { .. }, _) => Act::Note { index },
                (Surface::Choose { .. }, _) => Act::Choose { index },
                (Surface::Faders { .. }, Some(db)) => Act::Gain { index, db },
                (Surface::Pan { .. }, Some(pan)) => Act::Pan { index, pan },
                _ => return None,
            }
        }
    })
}

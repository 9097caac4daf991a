//! A whole practice in the terminal: check in, be guided, keep the piece, check in again.

mod answers;
mod fast;
mod terminal;

use std::io::IsTerminal;
use std::path::Path;
use std::sync::Arc;

use app::ipc::{AfterView, Begin, CheckInAnswers, CheckInPhase, Length};
use app::{App, AppConfig, Clock, SoundChoice};
use audio_engine::files;
use audio_engine::io::{Microphone, SimSpec};
use audio_engine::units::{Frames, SampleRate};

use crate::args::{Args, Practice};
use crate::say;

use answers::Answers;

/// Plays the exercise to its end and says where the piece is.
pub fn practice(args: &Args, wish: &Practice) -> anyhow::Result<()> {
    let mut answers = wish
        .answers
        .as_deref()
        .map(Answers::read)
        .transpose()?
        .unwrap_or_default();
    answers.easier |= wish.easier;
    answers.without_microphone |= wish.without_microphone;
    let mut app = App::open(AppConfig {
        data_dir: args.data_dir()?,
        sound: sound(wish)?,
        clock: if wish.fast {
            Clock::Virtual(jiff::Zoned::now())
        } else {
            Clock::System
        },
    })?;
    if !args.json {
        app.notices()
            .iter()
            .for_each(|notice| println!("{}", say::notice(notice)));
    }
    begin(&mut app, wish)?;
    let (before, after) = if wish.fast || !std::io::stdin().is_terminal() {
        let quiet = args.json;
        let before = answers.before;
        app.answer(CheckInPhase::Before, before)?;
        fast::play(&mut app, &answers, wish.fast, quiet)?;
        app.answer(CheckInPhase::After, answers.after)?;
        (before, answers.after)
    } else {
        terminal::play(&mut app, &answers)?
    };
    let mut view = app.after()?;
    if let (Some(piece), Some(name)) = (&view.piece, &answers.name) {
        view.piece = Some(app.rename_piece(&piece.id, name)?);
    }
    finish(&view, before, after, args.json)?;
    app.leave()?;
    app.close();
    Ok(())
}

fn sound(wish: &Practice) -> anyhow::Result<SoundChoice> {
    if !wish.fast {
        return Ok(SoundChoice::Device {
            input_file: wish.input.clone(),
        });
    }
    let microphone = match &wish.input {
        None => Microphone::Absent,
        Some(file) => {
            let audio = files::read_wav(file)?.resampled(SampleRate::STUDIO);
            Microphone::Plays {
                audio: Arc::new(audio),
                repeat: true,
            }
        }
    };
    Ok(SoundChoice::Virtual(SimSpec {
        blocks: vec![256],
        round_trip: Frames(1024),
        microphone,
        keep_output: false,
    }))
}

fn begin(app: &mut App, wish: &Practice) -> anyhow::Result<()> {
    let length = if wish.two_minutes {
        Length::TwoMinutes
    } else {
        Length::Full
    };
    let begin = Begin {
        exercise: wish.exercise.clone(),
        length,
    };
    let file = Path::new(&wish.exercise);
    if app.content().exercise(&wish.exercise).is_none() && file.is_file() {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let exercise = app
            .content()
            .read_exercise(&name, &std::fs::read_to_string(file)?)?;
        app.begin_exercise(&exercise, &begin)?;
        return Ok(());
    }
    app.begin(&begin).map_err(|_| {
        let ids: Vec<&str> = app_ids(app);
        anyhow::anyhow!(
            "there is no exercise {}; there are {}",
            wish.exercise,
            ids.join(", ")
        )
    })?;
    Ok(())
}

fn app_ids(app: &App) -> Vec<&str> {
    app.content()
        .exercises
        .iter()
        .map(|exercise| exercise.id.as_str())
        .collect()
}

fn finish(
    view: &AfterView,
    before: Option<CheckInAnswers>,
    after: Option<CheckInAnswers>,
    json: bool,
) -> anyhow::Result<()> {
    if json {
        let words = serde_json::json!({
            "session": view.session,
            "exercise": view.title,
            "piece": view.piece,
            "before": before,
            "after": after,
        });
        println!("{}", serde_json::to_string_pretty(&words)?);
        return Ok(());
    }
    println!();
    println!("{}", view.line);
    match &view.piece {
        Some(piece) => {
            println!("Kept as “{}”, {}.", piece.name, say::minutes(piece.seconds));
            println!("  {}", say::piece(piece));
            println!(
                "  `undersong-cli export {} piece.wav` takes it along.",
                piece.id
            );
        }
        None => println!("Nothing was kept this time; listening counts too."),
    }
    println!(
        "Before: {}. After: {}.",
        say::check_in(before),
        say::check_in(after)
    );
    Ok(())
}

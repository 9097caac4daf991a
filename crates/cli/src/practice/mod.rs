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

use crate::args::{Args, How, Practice};
use crate::say;

use answers::Answers;

/// Plays the exercise to its end and says where the piece is.
pub fn practice(args: &Args, wish: &Practice) -> anyhow::Result<()> {
    let mut answers = read(&wish.how)?;
    answers.easier |= wish.easier;
    answers.without_microphone |= wish.without_microphone;
    let mut app = open(args, &wish.how)?;
    if let Some(piece) = app.keep_unfinished()?
        && !args.json
    {
        println!(
            "The session before this one is a piece now: “{}”.",
            piece.name
        );
    }
    begin(&mut app, wish)?;
    play(app, args, &wish.how, &answers, true)
}

/// Goes on with what was cut off earlier today.
pub fn carry_on(args: &Args, how: &How) -> anyhow::Result<()> {
    let answers = read(how)?;
    let mut app = open(args, how)?;
    let view = app
        .carry_on()
        .map_err(|_| anyhow::anyhow!("there is no session of today to carry on with"))?;
    if !args.json {
        let (step, steps) = (view.step + 1, view.steps);
        println!("{}, step {step} of {steps}.", view.title);
    }
    // How it began was asked, or skipped, when it began.
    play(app, args, how, &answers, false)
}

fn read(how: &How) -> anyhow::Result<Answers> {
    let answers = how.answers.as_deref().map(Answers::read).transpose()?;
    Ok(answers.unwrap_or_default())
}

fn open(args: &Args, how: &How) -> anyhow::Result<App> {
    let app = App::open(AppConfig {
        data_dir: args.data_dir()?,
        sound: sound(how)?,
        clock: if how.fast {
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
    Ok(app)
}

/// From Ready to the end, with a check-in before if `asks_before`, and one after.
fn play(
    mut app: App,
    args: &Args,
    how: &How,
    answers: &Answers,
    asks_before: bool,
) -> anyhow::Result<()> {
    let (before, after) = if how.fast || !std::io::stdin().is_terminal() {
        let quiet = args.json;
        if asks_before {
            app.answer(CheckInPhase::Before, answers.before)?;
        }
        fast::play(&mut app, answers, how.fast, quiet)?;
        app.answer(CheckInPhase::After, answers.after)?;
        (app.check_in(CheckInPhase::After)?.before, answers.after)
    } else {
        terminal::play(&mut app, answers, asks_before)?
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

fn sound(how: &How) -> anyhow::Result<SoundChoice> {
    if !how.fast {
        return Ok(SoundChoice::Device {
            input_file: how.input.clone(),
        });
    }
    let microphone = match &how.input {
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

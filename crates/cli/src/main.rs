//! Undersong in a terminal: the same conductor, engine and store as in the window.
//!
//! For machines without a display, for screen readers, and for anyone who wants to see a session
//! happen again exactly as it did. Exit codes: 0 done, 1 not possible (the reason on stderr),
//! 2 the command was not understood.

mod args;
mod doctor;
mod kept;
mod practice;
mod say;

use std::process::ExitCode;

use app::{App, AppConfig, Clock, Content, SoundChoice};
use clap::Parser;

use args::{Args, Command};

fn main() -> ExitCode {
    env_logger::Builder::from_env(env_logger::Env::default().default_filter_or("error")).init();
    let args = Args::parse();
    match run(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("undersong-cli: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &Args) -> anyhow::Result<()> {
    match &args.command {
        Command::Practice(practice) => practice::practice(args, practice),
        Command::CarryOn(how) => practice::carry_on(args, how),
        Command::Keep => kept::keep(&mut open_silently(args)?, args.json),
        Command::Sessions => kept::sessions(&open_silently(args)?, args.json),
        Command::Pieces => kept::pieces(&open_silently(args)?, args.json),
        Command::Export { piece, out, format } => {
            kept::export(&open_silently(args)?, piece, out, *format, args.json)
        }
        Command::Nudge { piece, layer, ms } => {
            kept::nudge(&mut open_silently(args)?, piece, *layer, *ms, args.json)
        }
        Command::Check { file } => check(file, args.json),
        Command::Doctor { measure } => doctor::doctor(args, *measure),
    }
}

/// The app without opening a device, for looking at what is kept.
fn open_silently(args: &Args) -> anyhow::Result<App> {
    let config = AppConfig {
        data_dir: args.data_dir()?,
        sound: SoundChoice::Silent,
        clock: Clock::System,
    };
    Ok(App::open(config)?)
}

/// Whether a file is an exercise: nothing to say, or file, line and reason.
fn check(file: &std::path::Path, json: bool) -> anyhow::Result<()> {
    let text = std::fs::read_to_string(file)
        .map_err(|error| anyhow::anyhow!("{} cannot be read: {error}", file.display()))?;
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let exercise = Content::embedded()?.read_exercise(&name, &text)?;
    if json {
        let words = serde_json::json!({ "id": exercise.id, "title": exercise.title, "steps": exercise.steps.len() });
        println!("{words}");
    } else {
        println!(
            "{} is an exercise: {} ({} steps, {} minutes).",
            name,
            exercise.title,
            exercise.steps.len(),
            exercise.minutes
        );
    }
    Ok(())
}

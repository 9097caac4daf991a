//! `cargo xtask run`: from a fresh checkout to the first exercise.
//!
//! Where there is no display, the same exercise is guided in the terminal, by the same conductor,
//! engine and store; nothing of the window is then installed or built.

use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::setup::{Need, node_packages, system_packages};
use crate::shell::Shell;
use crate::workspace::{binary, cargo, npm};

/// What to open, and with what.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The exercise to begin with, such as lp01
    #[arg(long, value_name = "ID")]
    exercise: Option<String>,
    /// A recording (WAV) that is heard instead of the microphone
    #[arg(long, value_name = "FILE")]
    input: Option<PathBuf>,
    /// Where everything made is kept, instead of the usual folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// Sets up, builds and opens Undersong.
pub fn run(options: &Options) -> Result<()> {
    if has_display() {
        open_window(options)
    } else {
        practise_in_terminal(options)
    }
}

fn open_window(options: &Options) -> Result<()> {
    system_packages(Need::Window)?;
    node_packages()?;
    println!("Building the screens and the window (a few minutes the first time):");
    Shell::loud()
        .run(npm().args(["run", "-w", "ui", "build"]))
        .context("the screens did not build")?;
    Shell::loud()
        .run(cargo().args(["build", "-p", "undersong"]))
        .context("the window did not build")?;
    let mut window = Command::new(binary("undersong"));
    pass_on(options, &mut window);
    if let Some(exercise) = &options.exercise {
        window.args(["--exercise", exercise]);
    }
    println!("Opening Undersong. Close its window, or press Ctrl-C here, to end.");
    Shell::loud().run(&mut window)
}

fn practise_in_terminal(options: &Options) -> Result<()> {
    println!("There is no display here, so the exercise is guided in this terminal.");
    system_packages(Need::Terminal)?;
    println!("Building (a few minutes the first time):");
    Shell::loud()
        .run(cargo().args(["build", "-p", "cli"]))
        .context("the terminal front end did not build")?;
    let mut practice = Command::new(binary("undersong-cli"));
    practice.args(["practice", options.exercise.as_deref().unwrap_or("lp01")]);
    pass_on(options, &mut practice);
    // With nobody there to answer, time need not pass: the whole session takes seconds.
    if !(std::io::stdin().is_terminal() && std::io::stdout().is_terminal()) {
        practice.arg("--fast");
    }
    Shell::loud().run(&mut practice)
}

fn pass_on(options: &Options, program: &mut Command) {
    if let Some(input) = &options.input {
        program.arg("--input").arg(input);
    }
    if let Some(data) = &options.data {
        program.arg("--data").arg(data);
    }
}

fn has_display() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || set("DISPLAY") || set("WAYLAND_DISPLAY")
}

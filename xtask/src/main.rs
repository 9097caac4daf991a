//! `cargo xtask`: every development command.
//!
//! A machine with a Rust toolchain (and Node, for the window) needs nothing else: what is
//! missing is named, with a reason, and installed.

mod bench;
mod bindings;
mod figures;
mod icons;
mod kotlin;
mod phones;
mod realtime;
mod run;
mod setup;
mod shell;
mod sources;
mod test;
mod torture;
mod voice;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use phones::Phone;

/// Every development command.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Opens Undersong; with no display, guides the same exercise in the terminal
    Run(run::Options),
    /// Runs everything CI runs, stopping at the first step that fails
    Test(test::Options),
    /// Runs the long forms of the tests: a thousand kills, hours of play, minutes of fuzzing
    Torture(torture::Options),
    /// Measures the engine beside its peers and its promises, the size of the screens and the cold start
    Bench(bench::Options),
    /// Type-checks everything for Android, from public registries only
    AndroidCheck(phones::Options),
    /// Type-checks everything for iOS, from public registries only
    IosCheck(phones::Options),
    /// Compiles the phones' Kotlin against what we know of Android, from public registries only
    KotlinCheck,
    /// Writes the TypeScript types of everything that crosses into the window
    Bindings,
    /// Speaks every prompt that has no voice cue yet, and drops cues nobody speaks
    Voice(voice::Options),
    /// Draws the app icon in every size
    Icons,
}

fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Run(options) => run::run(&options),
        Command::Test(options) => test::run(&options),
        Command::Torture(options) => torture::run(&options),
        Command::Bench(options) => bench::run(&options),
        Command::AndroidCheck(options) => phones::run(Phone::Android, &options),
        Command::IosCheck(options) => phones::run(Phone::Ios, &options),
        Command::KotlinCheck => kotlin::run(),
        Command::Bindings => bindings::run(),
        Command::Voice(options) => voice::run(&options),
        Command::Icons => icons::run(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\n✗ {error:#}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn ci_runs_what_a_person_runs_and_nothing_else() {
        let script = std::fs::read_to_string(workspace::root().join(".ci/run")).unwrap_or_default();
        let lines: Vec<&str> = script
            .lines()
            .filter(|line| !line.starts_with("#!"))
            .collect();
        assert_eq!(
            lines,
            ["exec cargo xtask test"],
            "anyone can repeat what CI does"
        );
    }

    #[test]
    fn every_command_the_readme_names_exists() {
        let readme =
            std::fs::read_to_string(workspace::root().join("README.md")).unwrap_or_default();
        let cli = Cli::command();
        let named: Vec<&str> = readme
            .split("cargo xtask ")
            .skip(1)
            .filter_map(|rest| {
                rest.split(|c: char| !c.is_ascii_lowercase() && c != '-')
                    .next()
            })
            .filter(|word| !word.is_empty())
            .collect();
        assert!(
            named.contains(&"run") && named.contains(&"test"),
            "the two commands are there"
        );
        for name in named {
            assert!(
                cli.find_subcommand(name).is_some(),
                "README names `cargo xtask {name}`"
            );
        }
    }
}

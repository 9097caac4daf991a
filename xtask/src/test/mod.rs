//! `cargo xtask test`: everything CI runs, in an order that finds the cheap mistakes first and
//! compiles each thing once.

mod boundaries;
mod steps;
mod tally;

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::figures;
use crate::setup::{lint_tools, node_packages, system_packages};
use crate::shell::{Shell, in_words};
use crate::workspace::target;
pub use steps::integration_tests;
use steps::{STEPS, Step};
use tally::Tally;

/// Which steps to run.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Leaves out the browser, the sound server and the window
    #[arg(long, conflicts_with = "long")]
    quick: bool,
    /// Also what takes a long time and seldom finds anything: other systems' types
    #[arg(long)]
    long: bool,
    /// Lists the steps and runs none
    #[arg(long)]
    list: bool,
    /// Only these steps, in their usual order
    #[arg(value_name = "STEP", value_parser = names())]
    steps: Vec<String>,
}

fn names() -> Vec<&'static str> {
    STEPS.iter().map(|step| step.name).collect()
}

/// How one step went.
struct Outcome {
    step: &'static Step,
    took: Duration,
    tally: Tally,
    /// `None` when it passed.
    error: Option<anyhow::Error>,
}

/// Sets up, runs the steps until one fails, and tells where the time went.
pub fn run(options: &Options) -> Result<()> {
    if options.list {
        for step in STEPS {
            let when = if step.long {
                " (only with --long, or by name)"
            } else {
                ""
            };
            println!("{:<12} {}{when}", step.name, step.about);
        }
        return Ok(());
    }
    for step in STEPS
        .iter()
        .filter(|step| step.linux_only && !cfg!(target_os = "linux"))
    {
        println!("· {} is left out: it runs on Linux only", step.name);
    }
    let chosen: Vec<&'static Step> = STEPS.iter().filter(|step| options.wants(step)).collect();
    let start = Instant::now();
    set_up(&chosen)?;
    let set_up = start.elapsed();

    let mut outcomes = Vec::new();
    for (i, step) in chosen.iter().enumerate() {
        println!("[{}/{}] {}: {}", i + 1, chosen.len(), step.name, step.about);
        let outcome = run_step(step);
        let mark = if outcome.error.is_none() {
            "✓"
        } else {
            "✗"
        };
        println!(
            "  {mark} {} {}",
            in_words(outcome.took),
            outcome.tally.in_words()
        );
        let failed = outcome.error.is_some();
        outcomes.push(outcome);
        if failed {
            break;
        }
    }
    summarise(&outcomes, chosen.len(), set_up, start.elapsed())
}

impl Options {
    fn wants(&self, step: &Step) -> bool {
        let here = !step.linux_only || cfg!(target_os = "linux");
        if self.steps.is_empty() {
            return here && (step.quick || !self.quick) && (self.long || !step.long);
        }
        here && self.steps.iter().any(|name| name == step.name)
    }
}

fn set_up(chosen: &[&Step]) -> Result<()> {
    let need = chosen.iter().filter_map(|step| step.system).max();
    if let Some(need) = need {
        system_packages(need)?;
    }
    if chosen.iter().any(|step| step.node) {
        node_packages()?;
    }
    lint_tools()
}

fn run_step(step: &'static Step) -> Outcome {
    let start = Instant::now();
    let log = target()
        .join("test-logs")
        .join(format!("{}.log", step.name));
    figures::forget(step.name);
    let error = Shell::logging(log.clone())
        .and_then(|shell| (step.run)(&shell))
        .and_then(|()| figures::keep(step.name, &log))
        .err();
    let text = std::fs::read(&log).unwrap_or_default();
    let tally = Tally::of(&String::from_utf8_lossy(&text), error.is_some());
    Outcome {
        step,
        took: start.elapsed(),
        tally,
        error,
    }
}

fn summarise(outcomes: &[Outcome], planned: usize, set_up: Duration, all: Duration) -> Result<()> {
    println!("\n{:<12} {:>12}  tests", "step", "time");
    println!("{:<12} {:>12}", "set-up", in_words(set_up));
    let mut total = Tally::default();
    for outcome in outcomes {
        let (name, took) = (outcome.step.name, in_words(outcome.took));
        println!("{name:<12} {took:>12}  {}", outcome.tally.in_words());
        total = total + outcome.tally;
    }
    println!("{:<12} {:>12}", "all", in_words(all));
    println!("\n{} passed, {} failed", total.passed, total.failed);

    let Some(Outcome {
        step,
        error: Some(error),
        ..
    }) = outcomes.last()
    else {
        return Ok(());
    };
    let left = planned - outcomes.len();
    bail!(
        "{}: {error:#}\n  again: cargo xtask test {}\n  next:  {}\n  ({left} more steps were not run)",
        step.name,
        step.name,
        step.next,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_has_its_own_name_and_says_what_to_try_next() {
        for (i, step) in STEPS.iter().enumerate() {
            assert!(
                STEPS[..i].iter().all(|other| other.name != step.name),
                "{}",
                step.name
            );
            assert!(!step.next.is_empty(), "{}", step.name);
        }
    }

    #[test]
    fn quick_leaves_out_whatever_needs_a_screen_or_a_sound_server() {
        let quick = Options {
            quick: true,
            ..chosen(&[])
        };
        for name in ["browser", "sound", "window"] {
            assert!(!quick.wants(named(name)), "{name}");
        }
    }

    #[test]
    fn other_systems_are_checked_when_asked_for_and_not_else() {
        let long = Options {
            long: true,
            ..chosen(&[])
        };
        let android = named("android-types");
        assert!(!chosen(&[]).wants(android));
        assert!(long.wants(android) && long.wants(named("rust")));
        assert!(chosen(&["android-types"]).wants(android));
    }

    fn chosen(steps: &[&str]) -> Options {
        Options {
            quick: false,
            long: false,
            list: false,
            steps: steps.iter().map(|name| (*name).to_owned()).collect(),
        }
    }

    fn named(name: &str) -> &'static Step {
        let mut steps = STEPS.iter();
        steps.find(|step| step.name == name).expect(name)
    }
}

//! `cargo xtask torture`: the long forms of what `cargo xtask test` does shortly.
//!
//! Hours, not minutes: for a night, or before a release. Each part stands alone, so what was cut
//! short goes on by naming the parts that are left.

mod dice;
mod parts;

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::figures::{self, Figure};
use crate::setup::{Need, node_packages, system_packages};
use crate::shell::{Shell, in_words};
use crate::workspace::target;
use parts::{PARTS, Part};

/// What to try.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Lists the parts and runs none
    #[arg(long)]
    list: bool,
    /// Only these parts, in their usual order
    #[arg(value_name = "PART", value_parser = names())]
    parts: Vec<String>,
}

fn names() -> Vec<&'static str> {
    PARTS.iter().map(|part| part.name).collect()
}

struct Outcome {
    part: &'static Part,
    took: Duration,
    figures: Vec<Figure>,
    error: Option<anyhow::Error>,
}

/// Runs every part, the others too when one fails, and sums up.
pub fn run(options: &Options) -> Result<()> {
    if options.list {
        for part in PARTS {
            println!("{:<10} {:>8}  {}", part.name, part.takes, part.about);
        }
        return Ok(());
    }
    system_packages(Need::Test)?;
    node_packages()?;
    let chosen: Vec<&Part> = PARTS
        .iter()
        .filter(|part| options.parts.is_empty() || options.parts.iter().any(|n| n == part.name))
        .collect();
    let mut outcomes = Vec::new();
    for (i, part) in chosen.iter().enumerate() {
        let (name, about, takes) = (part.name, part.about, part.takes);
        println!(
            "[{}/{}] {name}: {about} (about {takes})",
            i + 1,
            chosen.len()
        );
        let outcome = run_part(part);
        let left: Vec<&str> = chosen[i + 1..].iter().map(|part| part.name).collect();
        match &outcome.error {
            None => println!("  ✓ {}", in_words(outcome.took)),
            Some(error) => println!("  ✗ {} {error:#}", in_words(outcome.took)),
        }
        if !left.is_empty() {
            println!(
                "  to go on from here: cargo xtask torture {}",
                left.join(" ")
            );
        }
        outcomes.push(outcome);
    }
    summarise(&outcomes)
}

fn run_part(part: &'static Part) -> Outcome {
    let start = Instant::now();
    let log = target()
        .join("torture-logs")
        .join(format!("{}.log", part.name));
    let error = Shell::logging(log.clone())
        .and_then(|shell| (part.run)(&shell))
        .err();
    Outcome {
        part,
        took: start.elapsed(),
        figures: figures::in_log(&log).unwrap_or_default(),
        error,
    }
}

fn summarise(outcomes: &[Outcome]) -> Result<()> {
    println!("\n{:<10} {:>14}  measured", "part", "time");
    for outcome in outcomes {
        let mark = if outcome.error.is_none() {
            '✓'
        } else {
            '✗'
        };
        let (name, took) = (outcome.part.name, in_words(outcome.took));
        println!("{name:<10} {took:>14}  {mark}");
        for figure in &outcome.figures {
            let Figure {
                name,
                measured,
                note,
            } = figure;
            println!("{:<27}{name}: {measured} ({note})", "");
        }
    }
    let failed: Vec<&str> = outcomes
        .iter()
        .filter(|outcome| outcome.error.is_some())
        .map(|outcome| outcome.part.name)
        .collect();
    if failed.is_empty() {
        return Ok(());
    }
    bail!(
        "{} of {} failed; again: cargo xtask torture {}\n  (target/torture-logs has what they said)",
        failed.len(),
        outcomes.len(),
        failed.join(" ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_has_its_own_name_and_log() {
        for (i, part) in PARTS.iter().enumerate() {
            assert!(
                PARTS[..i].iter().all(|other| other.name != part.name),
                "{}",
                part.name
            );
        }
    }
}

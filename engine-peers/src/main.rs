//! Our mixer beside other people's, in one run on one machine, taking turns.
//!
//! `mixer [--quick] OUT.json` prints a table and writes rows: measured beside what we aim for.
//! Everybody plays the same stereo loops in blocks of 128 frames at 48 kHz: with gain and pan
//! only, or through three bands of equaliser, a send into one reverb, and a limiter as well. They
//! are not the same mixers; [`report::NOTES`] says how they differ.

mod firewheel_side;
mod fundsp_side;
mod kira_side;
mod our_side;
mod report;
mod stopwatch;
mod web_audio_side;
mod work;

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use audio_engine::MasterLimiter;
use report::{Cell, Row, Side};
use stopwatch::{Costs, Nothing, percentile, stay_on_one_core};
use work::{BLOCK, Desk, RATE, Work};

/// What is played: small enough for every evening, large enough to hurt, and nearly nothing.
const WORKS: [Work; 3] = [
    Work {
        tracks: 64,
        full: true,
    },
    Work {
        tracks: 256,
        full: true,
    },
    Work {
        tracks: 256,
        full: false,
    },
];

/// Quieter than this (mean square, −60 dBFS), somebody is not playing.
const AUDIBLE: f64 = 1e-6;

fn main() -> Result<()> {
    let mut quick = false;
    let mut out = None;
    for argument in std::env::args().skip(1) {
        match argument.as_str() {
            "--quick" => quick = true,
            path => out = Some(PathBuf::from(path)),
        }
    }
    let out = out.context("where to? mixer [--quick] OUT.json")?;
    let pinned = stay_on_one_core();

    let mut floor = Costs::default();
    Nothing.turn(100_000, &mut floor)?;
    let mut cells = Vec::new();
    for work in WORKS {
        cells.push(side_by_side(work, if quick { 4 } else { 40 })?);
    }
    report::print(&cells, &floor);

    let mut rows = vec![
        Row::told(
            "noise floor, p99".into(),
            percentile(&floor.cpu, 0.99),
            "µs",
        )
        .note(format!(
            "CPU time of doing nothing, {}; wall p99 {:.1} µs",
            if pinned { "on one core" } else { "on any core" },
            percentile(&floor.wall, 0.99)
        )),
    ];
    rows.extend(cells.iter().flat_map(report::rows));
    for (tracks, seconds) in [(8, 180), (64, if quick { 30 } else { 180 })] {
        let speed = our_side::bounce_speed(tracks, seconds)?;
        rows.push(report::bounce_row(tracks, seconds, speed));
    }
    let (late, told) = our_side::latency(MasterLimiter::Knee)?;
    rows.push(
        Row::at_most("latency the engine adds".into(), late as f64, 0.0, "frames").note(format!(
            "a click on the timeline, heard at the output; it says {told} of itself"
        )),
    );
    let (late, told) = our_side::latency(MasterLimiter::LookAhead)?;
    let name = "latency of the look-ahead limiter that is not told";
    rows.push(
        Row::at_most(name.into(), late.abs_diff(told) as f64, 0.0, "frames")
            .note(format!("heard {late} frames late, told as {told}")),
    );
    write(&out, &rows)
}

/// A quarter of a second of ours, one of theirs, and so on, so that a busy machine is busy for all.
fn side_by_side(work: Work, rounds: usize) -> Result<Cell> {
    let mut desks: Vec<(&str, Box<dyn Desk>)> = vec![
        ("ours", Box::new(our_side::Ours::new(work)?)),
        ("kira", Box::new(kira_side::Kira::new(work)?)),
        (
            "web-audio-api",
            Box::new(web_audio_side::WebAudio::new(work)),
        ),
        ("fundsp", Box::new(fundsp_side::Fundsp::new(work)?)),
        ("Firewheel", Box::new(firewheel_side::Firewheel::new(work)?)),
    ];
    let blocks = RATE as usize / BLOCK / 4;
    let mut costs: Vec<Costs> = desks.iter().map(|_| Costs::default()).collect();
    for round in 0..=rounds {
        for ((_, desk), costs) in desks.iter_mut().zip(&mut costs) {
            // The first turn is for caches, and for whoever only starts to play.
            let mut untold = Costs::default();
            let costs = if round == 0 { &mut untold } else { costs };
            desk.turn(blocks, costs)?;
        }
    }
    let mut sides = Vec::new();
    for ((name, desk), costs) in desks.into_iter().zip(costs) {
        let power = desk.power();
        if power < AUDIBLE {
            bail!("{name} is silent: {}", work.in_words());
        }
        sides.push(Side { name, costs, power });
    }
    Ok(Cell { work, sides })
}

fn write(out: &PathBuf, rows: &[Row]) -> Result<()> {
    if let Some(folder) = out.parent() {
        std::fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    }
    let json = serde_json::to_string_pretty(rows)?;
    std::fs::write(out, json).with_context(|| format!("writing {}", out.display()))
}

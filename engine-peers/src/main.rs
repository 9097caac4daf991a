//! Our mixer beside kira's, in one run on one machine, taking turns.
//!
//! `mixer [--quick] OUT.json` prints a table and writes what was measured beside what we aim for.
//! Both play 8 and 64 stereo loops with gain, pan and a reverb send into one reverb and one
//! master, in blocks of 128 frames at 48 kHz. They are not the same mixer; see [`report::NOTE`].

mod kira_side;
mod our_side;
mod report;
mod stopwatch;

use std::path::PathBuf;

use anyhow::{Context, Result};
use report::{Cell, Row};
use stopwatch::{Costs, noise_floor, time};

/// Frames per second.
const RATE: u32 = 48_000;

/// Frames in a callback.
const BLOCK: usize = 128;

/// Something that fills one block when asked.
trait Mixer {
    fn block(&mut self);
}

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
    let seconds = if quick { 2 } else { 20 };

    let floor = noise_floor();
    let mut cells = Vec::new();
    for tracks in [8, 64] {
        cells.push(side_by_side(tracks, seconds)?);
    }
    let bounced = [
        (8, our_side::bounce_speed(8, if quick { 20 } else { 180 })?),
        (64, our_side::bounce_speed(64, if quick { 10 } else { 60 })?),
    ];
    let rows = report::rows(&cells, bounced);
    report::print(&cells, bounced, &floor);
    write(&out, &rows)
}

/// One second of ours, one of theirs, and so on, so that a busy machine is busy for both.
fn side_by_side(tracks: u16, seconds: usize) -> Result<Cell> {
    let mut ours = our_side::OurMixer::new(tracks)?;
    let mut theirs = kira_side::KiraMixer::new(tracks)?;
    let blocks = RATE as usize / BLOCK;
    for _ in 0..blocks * 2 {
        ours.block();
        theirs.block();
    }
    let mut costs = [Costs::default(), Costs::default()];
    for _ in 0..seconds {
        time(&mut ours, blocks, &mut costs[0]);
        time(&mut theirs, blocks, &mut costs[1]);
    }
    let [ours, theirs] = costs;
    Ok(Cell {
        tracks,
        ours,
        theirs,
    })
}

fn write(out: &PathBuf, rows: &[Row]) -> Result<()> {
    if let Some(folder) = out.parent() {
        std::fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    }
    let json = serde_json::to_string_pretty(rows)?;
    std::fs::write(out, json).with_context(|| format!("writing {}", out.display()))
}

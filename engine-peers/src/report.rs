//! What was measured: a table to read, rows to keep.

use serde::Serialize;

use crate::our_side::BounceSpeed;
use crate::stopwatch::{Costs, percentile};
use crate::{BLOCK, RATE};

/// What a reader of the ratio must know.
pub const NOTE: &str = "not the same mixer: our reverb is an 8-line feedback delay network and \
kira's is Freeverb; our limiter is stood in for by kira's compressor; kira resamples every sound \
and moves every parameter in 64-bit floats, ours does neither";

/// One size of mixer, both sides.
pub struct Cell {
    pub tracks: u16,
    pub ours: Costs,
    pub theirs: Costs,
}

/// One line for the bench report.
#[derive(Serialize)]
pub struct Row {
    name: String,
    measured: f64,
    target: f64,
    unit: &'static str,
    holds: bool,
    note: String,
}

/// Time until the next block is due, in µs.
fn deadline() -> f64 {
    BLOCK as f64 / f64::from(RATE) * 1e6
}

impl Cell {
    fn ratio(&self) -> f64 {
        percentile(&self.theirs.cpu, 0.5) / percentile(&self.ours.cpu, 0.5)
    }
}

/// Costs should stay below their target, speeds and ratios above.
pub fn rows(cells: &[Cell], bounced: [(u16, BounceSpeed); 2]) -> Vec<Row> {
    let mut rows = Vec::new();
    for cell in cells {
        let tracks = cell.tracks;
        // 4 % of the deadline for a full mixer, 1 % for a small one; and clearly under kira.
        let (share, ratio) = if tracks > 8 { (0.04, 4.0) } else { (0.01, 2.0) };
        let cost = percentile(&cell.ours.wall, 0.5);
        rows.push(Row {
            name: format!("mixer, {tracks} tracks, a block of {BLOCK} frames, p50"),
            measured: cost,
            target: deadline() * share,
            unit: "µs",
            holds: cost <= deadline() * share,
            note: format!(
                "CPU p99 {:.1} µs; kira p50 {:.1} µs",
                percentile(&cell.ours.cpu, 0.99),
                percentile(&cell.theirs.wall, 0.5)
            ),
        });
        rows.push(Row {
            name: format!("mixer, {tracks} tracks, kira's CPU p50 over ours"),
            measured: cell.ratio(),
            target: ratio,
            unit: "×",
            holds: cell.ratio() >= ratio,
            note: NOTE.to_owned(),
        });
    }
    for (tracks, speed) in bounced {
        let target = if tracks > 8 { 30.0 } else { 150.0 };
        rows.push(Row {
            name: format!("bounce, {tracks} tracks"),
            measured: speed.cpu,
            target,
            unit: "× real time",
            holds: speed.cpu >= target,
            note: format!(
                "per second of one core, no file written; {:.0} × on the wall meanwhile",
                speed.wall
            ),
        });
    }
    rows
}

pub fn print(cells: &[Cell], bounced: [(u16, BounceSpeed); 2], floor: &Costs) {
    println!(
        "µs for a block of {BLOCK} frames at {RATE} Hz; it is due every {:.0} µs",
        deadline()
    );
    println!(
        "{:>24}{:>10}{:>10}{:>10}{:>10}",
        "", "wall p50", "wall p99", "CPU p50", "CPU p99"
    );
    let line = |name: &str, costs: &Costs| {
        let [a, b] = [0.5, 0.99].map(|part| percentile(&costs.wall, part));
        let [c, d] = [0.5, 0.99].map(|part| percentile(&costs.cpu, part));
        println!("{name:>24}{a:>10.2}{b:>10.2}{c:>10.2}{d:>10.2}");
    };
    line("nothing (noise floor)", floor);
    for cell in cells {
        line(&format!("ours, {} tracks", cell.tracks), &cell.ours);
        line(&format!("kira 0.12, {} tracks", cell.tracks), &cell.theirs);
        println!("{:>24}{:>40.1}", "kira / ours", cell.ratio());
    }
    for (tracks, speed) in bounced {
        println!(
            "bounce of {tracks} tracks: {:.0} × real time by CPU, {:.0} × on the wall",
            speed.cpu, speed.wall
        );
    }
    println!("({NOTE})");
}

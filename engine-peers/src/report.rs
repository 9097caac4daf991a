//! What was measured: a table to read, rows to keep.

use serde::Serialize;

use crate::our_side::BounceSpeed;
use crate::stopwatch::{Costs, percentile};
use crate::work::{BLOCK, RATE, Work};

/// What a reader of a ratio must know.
pub const NOTES: [&str; 5] = [
    "not the same DSP: reverbs differ most, then what each smooths",
    "kira: every sound resampled, every parameter moved in 64-bit floats; Freeverb; a compressor \
     stands in for the limiter",
    "web-audio-api: a convolver of one second as its reverb, a compressor as its limiter; its \
     shelves have no quality",
    "fundsp: constant gains and filters in one type, nothing could be changed while it plays; a \
     32-line FDN",
    "Firewheel: Freeverb in 64-bit floats; it has no limiter, and plays without one",
];

/// Everybody's costs at one kind of work.
pub struct Cell {
    pub work: Work,
    /// Ours first.
    pub sides: Vec<Side>,
}

pub struct Side {
    pub name: &'static str,
    pub costs: Costs,
    /// Mean square of what it played.
    pub power: f64,
}

/// One line for the bench report.
#[derive(Serialize)]
pub struct Row {
    pub name: String,
    pub measured: f64,
    /// `None`: told for comparison.
    pub target: Option<f64>,
    pub unit: &'static str,
    pub holds: Option<bool>,
    pub note: String,
}

/// Time until the next block is due, in µs.
pub fn deadline() -> f64 {
    BLOCK as f64 / f64::from(RATE) * 1e6
}

impl Row {
    /// Good when small.
    pub fn at_most(name: String, measured: f64, target: f64, unit: &'static str) -> Row {
        Row {
            name,
            measured,
            target: Some(target),
            unit,
            holds: Some(measured <= target),
            note: String::new(),
        }
    }

    /// Good when large.
    pub fn at_least(name: String, measured: f64, target: f64, unit: &'static str) -> Row {
        Row {
            holds: Some(measured >= target),
            ..Row::at_most(name, measured, target, unit)
        }
    }

    /// Neither.
    pub fn told(name: String, measured: f64, unit: &'static str) -> Row {
        Row {
            target: None,
            holds: None,
            ..Row::at_most(name, measured, 0.0, unit)
        }
    }

    pub fn note(self, note: impl Into<String>) -> Row {
        Row {
            note: note.into(),
            ..self
        }
    }
}

impl Work {
    pub fn in_words(self) -> String {
        let what = if self.full {
            "full chain"
        } else {
            "gain and pan"
        };
        format!("{what}, {} tracks", self.tracks)
    }

    /// What the issue asks for: the share of the deadline, and ratios by name.
    fn targets(self) -> (Option<f64>, &'static [(&'static str, f64)]) {
        match (self.full, self.tracks) {
            (true, 64) => (
                Some(4.0),
                &[
                    ("kira", 8.0),
                    ("web-audio-api", 4.0),
                    ("fundsp", 3.0),
                    ("Firewheel", 1.0),
                ],
            ),
            (true, _) => (Some(12.0), &[]),
            (false, _) => (None, &[("kira", 5.0), ("fundsp", 1.5)]),
        }
    }
}

impl Side {
    fn p50(&self) -> f64 {
        percentile(&self.costs.cpu, 0.5)
    }

    fn share(&self) -> f64 {
        100.0 * self.p50() / deadline()
    }

    fn spread(&self) -> String {
        let [a, b] = [0.99, 0.999].map(|part| percentile(&self.costs.cpu, part));
        let c = percentile(&self.costs.wall, 0.5);
        format!("CPU p99 {a:.0} µs, p99.9 {b:.0} µs; wall p50 {c:.0} µs")
    }
}

/// One row for each side's cost, and one for each ratio.
pub fn rows(cell: &Cell) -> Vec<Row> {
    let name = cell.work.in_words();
    let (share, ratios) = cell.work.targets();
    let mut rows = Vec::new();
    let Some((ours, others)) = cell.sides.split_first() else {
        return rows;
    };
    let cost = format!("{name}, share of the deadline, p50");
    rows.push(
        match share {
            Some(most) => Row::at_most(cost, ours.share(), most, "%"),
            None => Row::told(cost, ours.share(), "%"),
        }
        .note(ours.spread()),
    );
    for other in others {
        let cost = format!("{name}, {}'s share of the deadline, p50", other.name);
        let misses_it = cell.work.full
            && cell.work.tracks == 256
            && ["kira", "web-audio-api"].contains(&other.name);
        rows.push(
            if misses_it {
                Row::at_least(cost, other.share(), 100.0, "%")
            } else {
                Row::told(cost, other.share(), "%")
            }
            .note(other.spread()),
        );
        let ratio = other.p50() / ours.p50();
        let told = format!("{name}, {}'s p50 over ours", other.name);
        let target = ratios.iter().find(|(name, _)| *name == other.name);
        rows.push(
            match target {
                Some((_, least)) => Row::at_least(told, ratio, *least, "×"),
                None => Row::told(told, ratio, "×"),
            }
            .note(note_on(other.name)),
        );
    }
    rows
}

fn note_on(name: &str) -> &'static str {
    NOTES
        .into_iter()
        .find(|note| note.starts_with(name))
        .unwrap_or(NOTES[0])
}

/// How fast a bounce is.
pub fn bounce_row(tracks: u16, seconds: u64, speed: BounceSpeed) -> Row {
    let least = if tracks > 8 { 30.0 } else { 150.0 };
    let name = format!("bounce, {tracks} tracks, full chain");
    Row::at_least(name, speed.cpu, least, "× real time").note(format!(
        "{seconds} s of music, per second of one core; {:.0} × on the wall meanwhile",
        speed.wall
    ))
}

/// Everything, for a reader at a terminal.
pub fn print(cells: &[Cell], floor: &Costs) {
    println!(
        "µs for a block of {BLOCK} frames at {RATE} Hz; it is due every {:.0} µs",
        deadline()
    );
    println!(
        "{:>40}{:>9}{:>9}{:>9}{:>10}{:>9}{:>9}{:>8}",
        "", "CPU p50", "p99", "p99.9", "wall p50", "p99", "ratio", "dBFS"
    );
    let line = |name: &str, costs: &Costs, ratio: Option<f64>, power: f64| {
        let [a, b, c] = [0.5, 0.99, 0.999].map(|part| percentile(&costs.cpu, part));
        let [d, e] = [0.5, 0.99].map(|part| percentile(&costs.wall, part));
        let ratio = ratio.map_or(String::new(), |ratio| format!("{ratio:.1} ×"));
        let level = if power > 0.0 {
            format!("{:.1}", 10.0 * power.log10())
        } else {
            String::new()
        };
        println!("{name:>40}{a:>9.1}{b:>9.1}{c:>9.1}{d:>10.1}{e:>9.1}{ratio:>9}{level:>8}");
    };
    line("nothing (the noise floor)", floor, None, 0.0);
    for cell in cells {
        println!("{}", cell.work.in_words());
        let ours = cell.sides.first().map_or(0.0, Side::p50);
        for (nth, side) in cell.sides.iter().enumerate() {
            let ratio = (nth > 0).then(|| side.p50() / ours);
            line(side.name, &side.costs, ratio, side.power);
        }
    }
    for note in NOTES {
        println!("· {note}");
    }
}

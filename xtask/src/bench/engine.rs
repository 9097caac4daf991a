//! The engine beside its peers and its promises: one table, and `engine.json`.
//!
//! A row is `{name, measured, target, unit, holds, note}`. What was not measured in this run has
//! no figure: `measured` and `holds` are null, and the note says why.

use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::lines::{FROM_PEERS, FROM_TESTS, Line};
use crate::figures::{self, Figure};
use crate::realtime;
use crate::shell::Shell;
use crate::workspace::{SELECTION, cargo, target};

/// Measures, prints and writes all rows. Missing a target is reported, not an error; missing a row
/// is.
pub fn measure(folder: &Path, quick: bool) -> Result<()> {
    let mut rows = from_peers(folder, quick)?;
    rows.extend(from_tests(folder, quick)?);
    complete(&rows)?;
    let table = table(&rows);
    print!("{table}");
    std::fs::write(folder.join("engine.txt"), table)?;
    let text = serde_json::to_string_pretty(&rows)? + "\n";
    Ok(std::fs::write(folder.join("engine.json"), text)?)
}

/// Everybody's mixers, in one process.
fn from_peers(folder: &Path, quick: bool) -> Result<Vec<Value>> {
    let mut build = cargo();
    build.args(["build", "--profile", "peers", "-p", "engine-peers"]);
    Shell::logging(folder.join("peers.log"))?.run(&mut build)?;
    let built = target().join("peers");
    let mut rows = Vec::new();
    for program in ["mixer", "instructions"] {
        let out = folder.join(format!("{program}.json"));
        let mut run = std::process::Command::new(built.join(program));
        run.arg(&out);
        if quick && program == "mixer" {
            run.arg("--quick");
        }
        Shell::loud().run(&mut run)?;
        let text = std::fs::read_to_string(&out)
            .with_context(|| format!("reading what {program} has written"))?;
        let more: Vec<Value> = serde_json::from_str(&text)
            .with_context(|| format!("what {program} has written is not a list of rows"))?;
        rows.extend(more);
    }
    Ok(rows)
}

/// What tests measure. A test that fails fills no row, and the others still count. In short, what
/// `cargo xtask test` has measured of the same sources is not measured again.
fn from_tests(folder: &Path, quick: bool) -> Result<Vec<Value>> {
    let mut told = Vec::new();
    let mut failed = Vec::new();
    for part in PARTS {
        if quick && let Some(kept) = figures::kept(part.step) {
            println!(
                "· {}: as `cargo xtask test` has just measured it",
                part.about
            );
            told.extend(kept);
            continue;
        }
        let log = folder.join(format!("{}.log", part.name));
        let shell = Shell::logging(log.clone())?;
        println!("· {}", part.about);
        if let Err(error) = (part.run)(&shell, quick) {
            println!("  ✗ {error:#}");
            failed.push(part.name);
        }
        // Of one that failed, what its other tests have measured.
        told.extend(figures::in_log(&log).unwrap_or_default());
    }
    Ok(FROM_TESTS
        .iter()
        .map(|line| fill(line, &told, &failed))
        .collect())
}

fn fill(line: &Line, told: &[Figure], failed: &[&str]) -> Value {
    // Of several of the same name the worst counts.
    let found = told
        .iter()
        .filter(|figure| figure.name == line.figure)
        .max_by(|a, b| {
            let worse = |figure: &Figure| !line.good.holds(figure.measured, line.target);
            worse(a)
                .cmp(&worse(b))
                .then(a.measured.total_cmp(&b.measured))
        });
    let (measured, holds, note) = match found {
        Some(figure) => (
            Some(figure.measured),
            Some(line.good.holds(figure.measured, line.target)),
            figure.note.clone(),
        ),
        None if failed.is_empty() => (None, None, "not measured in this run".to_owned()),
        None => (
            None,
            None,
            format!("not measured: {} failed", failed.join(", ")),
        ),
    };
    json!({
        "name": line.name, "measured": measured, "target": line.target, "unit": line.unit,
        "holds": holds, "note": note,
    })
}

/// Tests that measure something.
struct Part {
    name: &'static str,
    about: &'static str,
    /// The step of `cargo xtask test` that measures the same.
    step: &'static str,
    run: fn(&Shell, bool) -> Result<()>,
}

const PARTS: [Part; 3] = [
    Part {
        name: "simulated",
        about: "on the simulated device, and with a disk that fails",
        step: "rust",
        run: simulated,
    },
    Part {
        name: "realtime",
        about: "with a sanitizer in the callback",
        step: "realtime",
        run: in_real_time,
    },
    Part {
        name: "pipewire",
        about: "through a real sound server",
        step: "sound",
        run: through_pipewire,
    },
];

fn simulated(shell: &Shell, quick: bool) -> Result<()> {
    let mut test = cargo();
    test.arg("test").args(SELECTION);
    for name in ["kills", "every_call", "blocks", "alignment", "soak"] {
        if exists(name) {
            test.args(["--test", name]);
        }
    }
    test.args(["--no-fail-fast", "--", "--nocapture"]);
    if !quick {
        test.env("UNDERSONG_KILLS", "1000");
        test.env("UNDERSONG_SOAK_HOURS", "8");
    }
    shell.run(&mut test)
}

fn in_real_time(shell: &Shell, _: bool) -> Result<()> {
    realtime::lane(shell)
}

fn through_pipewire(shell: &Shell, quick: bool) -> Result<()> {
    if !cfg!(target_os = "linux") {
        bail!("there is PipeWire on Linux only");
    }
    let mut test = cargo();
    test.arg("test")
        .args(SELECTION)
        .args(["--test", "real_audio"]);
    test.args(["--", "--test-threads=1", "--nocapture"]);
    if quick {
        test.args(["overdub", "sound_server"]);
    } else {
        test.env("UNDERSONG_RESTARTS", "20");
    }
    shell.run(&mut test)
}

/// Whether there is an integration test of this name.
fn exists(test: &str) -> bool {
    let root = crate::workspace::root();
    let file = format!("{test}.rs");
    ["audio-engine/tests", "crates/store/tests", "tests/tests"]
        .iter()
        .any(|folder| root.join(folder).join(&file).is_file())
}

/// Every line that was promised is there, once, and well formed.
fn complete(rows: &[Value]) -> Result<()> {
    let promised = FROM_PEERS
        .into_iter()
        .chain(FROM_TESTS.iter().map(|line| line.name));
    for name in promised {
        let found = rows.iter().filter(|row| row["name"] == name).count();
        if found != 1 {
            bail!("the row \"{name}\" is there {found} times");
        }
    }
    for row in rows {
        let whole = row["unit"].is_string()
            && row["note"].is_string()
            && (row["measured"].is_number() || row["measured"].is_null())
            && (row["target"].is_number() || row["target"].is_null())
            && (row["holds"].is_boolean() || row["holds"].is_null());
        if !whole {
            bail!("this row is not whole: {row}");
        }
    }
    Ok(())
}

/// The rows as a person reads them.
fn table(rows: &[Value]) -> String {
    let mut table = format!("\n  {:<70}{:>10}{:>9}  unit\n", "", "measured", "target");
    for row in rows {
        let mark = match row["holds"].as_bool() {
            Some(true) => '✓',
            Some(false) => '✗',
            None => '·',
        };
        let number = |value: &Value| match value.as_f64() {
            Some(x) if x.fract() == 0.0 => format!("{x:.0}"),
            Some(x) => format!("{x:.2}"),
            None => "–".to_owned(),
        };
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        table += &format!(
            "{mark} {:<70}{:>10}{:>9}  {}\n",
            text(&row["name"]),
            number(&row["measured"]),
            number(&row["target"]),
            text(&row["unit"]),
        );
        if row["holds"] != true && !text(&row["note"]).is_empty() {
            table += &format!("    {}\n", text(&row["note"]));
        }
    }
    let missed = rows.iter().filter(|row| row["holds"] == false).count();
    let unmeasured = rows
        .iter()
        .filter(|row| row["holds"].is_null() && row["measured"].is_null())
        .count();
    let promised = rows.iter().filter(|row| !row["target"].is_null()).count();
    table
        + &format!(
            "\n  {promised} promised: {missed} missed, {unmeasured} not measured in this run\n"
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(name: &str, measured: f64) -> Figure {
        Figure {
            name: name.into(),
            measured,
            note: String::new(),
        }
    }

    #[test]
    fn what_no_test_has_measured_gets_no_figure() {
        let row = fill(&FROM_TESTS[0], &[], &[]);
        assert!(row["measured"].is_null() && row["holds"].is_null());
        assert!(row["note"].as_str().is_some_and(|note| !note.is_empty()));
    }

    #[test]
    fn of_two_measurements_the_worse_one_is_told() {
        let line = &FROM_TESTS[0];
        let told = [figure(line.figure, 0.0), figure(line.figure, 3.0)];
        let row = fill(line, &told, &[]);
        assert_eq!(
            (&row["measured"], &row["holds"]),
            (&json!(3.0), &json!(false))
        );
    }

    #[test]
    fn a_table_without_one_of_its_rows_is_an_error() {
        let row = |name: &str| json!({ "name": name, "measured": null, "target": 1, "unit": "", "holds": null, "note": "" });
        let all: Vec<Value> = FROM_PEERS
            .into_iter()
            .chain(FROM_TESTS.iter().map(|line| line.name))
            .map(row)
            .collect();
        assert!(complete(&all).is_ok());
        assert!(complete(&all[1..]).is_err());
    }
}

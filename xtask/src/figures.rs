//! Figures that tests print, for whoever wants them in a table:
//! `@figure {"name": "kill at random", "measured": 0.2, "note": "100 kills"}`, one a line.
//!
//! What a test has not measured it does not print; nothing here makes up a number. What a step of
//! `cargo xtask test` has measured is kept beside its log until anything it was built from changes,
//! so that the table need not measure it a second time.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::sources;
use crate::workspace::{root, target};

/// What stands before one.
const WORD: &str = "@figure ";
/// What figures depend on. Pages and documents do not change them.
const MADE_FROM: [&str; 6] = [
    "audio-engine",
    "content",
    "crates",
    "src-tauri",
    "tests",
    "xtask",
];

/// One thing that was measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    pub name: String,
    pub measured: f64,
    /// How it was measured, in a few words.
    pub note: String,
}

/// All figures in a log, in their order.
pub fn in_log(log: &Path) -> Result<Vec<Figure>> {
    let bytes = std::fs::read(log).with_context(|| format!("reading {}", log.display()))?;
    Ok(in_text(&String::from_utf8_lossy(&bytes)))
}

/// Lines that begin otherwise, or are torn, are somebody else's.
pub fn in_text(text: &str) -> Vec<Figure> {
    text.lines()
        // A test runner may have begun the line: "test a_name ... @figure {…}".
        .filter_map(|line| line.split_once(WORD))
        .filter_map(|(_, json)| serde_json::from_str::<Value>(json).ok())
        .filter_map(|value| {
            Some(Figure {
                name: value["name"].as_str()?.to_owned(),
                measured: value["measured"].as_f64()?,
                note: value["note"].as_str().unwrap_or_default().to_owned(),
            })
        })
        .collect()
}

/// Keeps what a step that passed has measured, as its log tells it.
pub fn keep(step: &str, log: &Path) -> Result<()> {
    let lines: Vec<String> = in_log(log)?
        .into_iter()
        .map(
            |Figure {
                 name,
                 measured,
                 note,
             }| {
                format!(
                    "{WORD}{}",
                    json!({ "name": name, "measured": measured, "note": note })
                )
            },
        )
        .collect();
    Ok(std::fs::write(kept_in(step), lines.join("\n") + "\n")?)
}

/// Forgets what a step had measured: it begins again.
pub fn forget(step: &str) {
    // Not there is as good.
    let _ = std::fs::remove_file(kept_in(step));
}

/// What a step has measured, if it passed and nothing has changed since.
pub fn kept(step: &str) -> Option<Vec<Figure>> {
    let file = kept_in(step);
    let at = std::fs::metadata(&file).ok()?.modified().ok()?;
    let fresh = newest_source().is_ok_and(|newest| newest < at);
    fresh.then(|| in_log(&file).ok()).flatten()
}

fn kept_in(step: &str) -> PathBuf {
    target().join("test-logs").join(format!("{step}.figures"))
}

/// When something that figures depend on was last changed.
fn newest_source() -> Result<SystemTime> {
    let mut newest = std::fs::metadata(root().join("Cargo.lock"))?.modified()?;
    for folder in MADE_FROM {
        for file in sources::files(&root().join(folder))? {
            newest = newest.max(std::fs::metadata(file)?.modified()?);
        }
    }
    Ok(newest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_is_found_wherever_the_test_runner_has_put_it() {
        let log = "running 1 test\n\
                   test it_is_kept ... @figure {\"name\":\"lost\",\"measured\":0.25,\"note\":\"n\"}\n\
                   @figure {\"name\":\"torn\",\"meas\n\
                   @figure {\"name\":\"drift\",\"measured\":0}\n";
        let found = in_text(log);
        assert_eq!(found.len(), 2);
        assert_eq!(
            (&*found[0].name, found[0].measured, &*found[0].note),
            ("lost", 0.25, "n")
        );
        assert_eq!((&*found[1].name, found[1].measured), ("drift", 0.0));
    }
}

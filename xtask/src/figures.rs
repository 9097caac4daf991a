//! Figures that tests print, for whoever wants them in a table:
//! `@figure {"name": "kill at random", "measured": 0.2, "note": "100 kills"}`, one a line.
//!
//! What a test has not measured it does not print; nothing here makes up a number.

use std::path::Path;

use anyhow::{Context, Result};
use serde_json::Value;

/// What stands before one.
const WORD: &str = "@figure ";

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

//! How many tests a step ran, read from what its programs printed.

use std::ops::Add;

/// Tests that passed and failed. A step without tests of its own counts as one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    pub passed: u32,
    pub failed: u32,
}

impl Tally {
    /// Counts in a step's log. A step that failed has at least one failure.
    pub fn of(log: &str, step_failed: bool) -> Tally {
        let mut tally = log
            .lines()
            .filter_map(counted)
            .fold(Tally::default(), Add::add);
        if step_failed {
            tally.failed = tally.failed.max(1);
        } else if tally == Tally::default() {
            tally.passed = 1;
        }
        tally
    }

    /// "12 passed", "11 passed, 1 failed".
    pub fn in_words(self) -> String {
        match self.failed {
            0 => format!("{} passed", self.passed),
            failed => format!("{} passed, {failed} failed", self.passed),
        }
    }
}

impl Add for Tally {
    type Output = Tally;

    fn add(self, other: Tally) -> Tally {
        Tally {
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
        }
    }
}

/// The counts in a runner's closing line: cargo's "test result: …", vitest's "Tests …", or a
/// plain "12 passed, 0 failed".
fn counted(line: &str) -> Option<Tally> {
    let line = line.trim();
    let closing = line.starts_with("test result:")
        || line.starts_with("Tests ")
        || line.split_once(' ').is_some_and(|(first, rest)| {
            first.parse::<u32>().is_ok() && rest.starts_with("passed")
        });
    closing.then(|| Tally {
        passed: before(line, "passed"),
        failed: before(line, "failed"),
    })
}

/// The number that stands before `word`, or 0.
fn before(line: &str, word: &str) -> u32 {
    let words: Vec<&str> = line
        .split([' ', ',', ';', '|'])
        .filter(|word| !word.is_empty())
        .collect();
    words
        .windows(2)
        .find(|pair| pair[1] == word)
        .and_then(|pair| pair[0].parse().ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_runner_s_closing_line_is_understood() {
        let log = "running 3 tests\n\
                   test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured\n\
                   test result: FAILED. 4 passed; 2 failed; 0 ignored\n\
                   \x20     Tests  1 failed | 34 passed (35)\n\
                   12 passed, 0 failed\n";
        assert_eq!(
            Tally::of(log, true),
            Tally {
                passed: 53,
                failed: 3
            }
        );
    }

    #[test]
    fn a_check_without_tests_counts_as_one() {
        assert_eq!(
            Tally::of("all formatted\n", false),
            Tally {
                passed: 1,
                failed: 0
            }
        );
        assert_eq!(
            Tally::of("Diff in a.rs\n", true),
            Tally {
                passed: 0,
                failed: 1
            }
        );
    }
}

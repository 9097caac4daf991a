//! What can be said on the command line. A phone has none, and everything has a usual value.

use std::path::PathBuf;

/// Where to keep things, what to hear, where to begin.
#[derive(Debug, Clone, Default)]
#[cfg_attr(desktop, derive(clap::Parser))]
#[cfg_attr(
    desktop,
    command(name = "undersong", version, about = "Guided music-making practice")
)]
pub struct Options {
    /// Keep everything in this folder instead of the usual one
    #[cfg_attr(desktop, arg(long, value_name = "DIR"))]
    pub data: Option<PathBuf>,
    /// Play this WAV file into the microphone
    #[cfg_attr(desktop, arg(long, value_name = "FILE.wav"))]
    pub input: Option<PathBuf>,
    /// Open this exercise at once
    #[cfg_attr(desktop, arg(long, value_name = "ID", value_parser = exercise_id))]
    pub exercise: Option<String>,
    /// Begin minimised, as at login
    #[cfg_attr(desktop, arg(long))]
    pub quiet: bool,
}

#[cfg(desktop)]
impl Options {
    /// Reads the command line; prints help or a mistake and leaves when that is what was asked.
    #[must_use]
    pub fn from_command_line() -> Options {
        <Options as clap::Parser>::parse()
    }
}

/// Letters and digits, as in `lp01`: it becomes part of an address.
#[cfg(desktop)]
fn exercise_id(text: &str) -> Result<String, String> {
    let plain = !text.is_empty() && text.chars().all(|letter| letter.is_ascii_alphanumeric());
    if plain {
        Ok(text.to_owned())
    } else {
        Err("an exercise is named like lp01".to_owned())
    }
}

#[cfg(all(test, desktop))]
mod tests {
    use clap::Parser;

    use super::Options;

    #[test]
    fn an_exercise_can_be_opened_by_its_name() {
        let options = Options::try_parse_from(["undersong", "--exercise", "lp01"]).unwrap();
        assert_eq!(options.exercise.as_deref(), Some("lp01"));
    }

    #[test]
    fn it_is_quiet_only_when_asked_to_be() {
        let quiet = |arguments: &[&str]| {
            let all = ["undersong"].iter().chain(arguments);
            Options::try_parse_from(all).unwrap().quiet
        };
        assert!(!quiet(&[]) && quiet(&["--quiet"]));
    }

    #[test]
    fn nothing_but_a_name_becomes_part_of_an_address() {
        for odd in ["", "../x", "lp01#", "lp 01", "https://example.org"] {
            assert!(
                Options::try_parse_from(["undersong", "--exercise", odd]).is_err(),
                "{odd:?} is no exercise's name"
            );
        }
    }
}

//! The property tests again and again, each time with other made-up cases.
//!
//! `cargo xtask test` throws the same dice always, so that what passed yesterday passes today.
//! Whatever those never show, this may.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};

use crate::shell::Shell;
use crate::test::integration_tests;
use crate::workspace::{DICE, SELECTION, cargo};

/// `UNDERSONG_THROWS=100` for more.
const THROWS: u64 = 10;

/// Stops at the first throw that finds something; its number is in the error and in the log.
pub fn throw(shell: &Shell) -> Result<()> {
    let throws = match std::env::var("UNDERSONG_THROWS") {
        Ok(number) => number.parse().context("UNDERSONG_THROWS")?,
        Err(_) => THROWS,
    };
    let with_properties = integration_tests(|source| source.contains("proptest"))?;
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis() as u64;
    for dice in since_1970..since_1970 + throws {
        let mut test = cargo();
        test.arg("test").args(SELECTION).arg("--lib");
        for name in &with_properties {
            test.args(["--test", name]);
        }
        let again = format!("{DICE}={dice} shows it again");
        shell.say(&again);
        shell.run(test.env(DICE, dice.to_string())).context(again)?;
    }
    shell.say(&format!(
        r#"@figure {{"name": "throws of the dice that found something", "measured": 0, "note": "{throws} throws from {since_1970} on"}}"#
    ));
    Ok(())
}

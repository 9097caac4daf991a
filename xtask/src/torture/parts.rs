//! The parts of `cargo xtask torture`, shortest first.
//!
//! Most are a test of `cargo xtask test` with a larger number in an environment variable; the
//! test's own first lines say which.

use anyhow::Result;

use super::dice;
use crate::realtime;
use crate::shell::Shell;
use crate::workspace::{SELECTION, cargo};

/// One part.
pub struct Part {
    /// As it is typed: `cargo xtask torture NAME`.
    pub name: &'static str,
    pub about: &'static str,
    /// On two cores.
    pub takes: &'static str,
    pub run: fn(&Shell) -> Result<()>,
}

/// Every part.
pub const PARTS: &[Part] = &[
    Part {
        name: "kills",
        about: "SIGKILL at 1,000 random instants while recording",
        takes: "3 min",
        run: |shell| test(shell, "kills", &[("UNDERSONG_KILLS", "1000")]),
    },
    Part {
        name: "faults",
        about: "SIGKILL, ENOSPC and EIO at every storage call, and kills while salvaging each",
        takes: "6 min",
        run: |shell| test(shell, "every_call", &[("UNDERSONG_FAULTS", "all")]),
    },
    Part {
        name: "evenings",
        about: "2,000 made-up evenings, with the app going away at any point",
        takes: "10 min",
        run: |shell| test(shell, "any_evening", &[("UNDERSONG_EVENINGS", "2000")]),
    },
    Part {
        name: "fuzz",
        about: "ten minutes each of hostile files, takes, exercises and wishes",
        takes: "50 min",
        run: |shell| test(shell, "hostile", &[("UNDERSONG_FUZZ_SECONDS", "600")]),
    },
    Part {
        name: "servers",
        about: "20 restarts of the sound server, an overdub on each",
        takes: "10 min",
        run: |shell| {
            let mut test = cargo();
            test.arg("test")
                .args(SELECTION)
                .args(["--test", "real_audio"]);
            test.args(["--", "--test-threads=1", "--nocapture"]);
            shell.run(test.env("UNDERSONG_RESTARTS", "20"))
        },
    },
    Part {
        name: "soak",
        about: "8 hours of play in virtual time",
        takes: "20 min",
        run: |shell| test(shell, "soak", &[("UNDERSONG_SOAK_HOURS", "8")]),
    },
    Part {
        name: "dice",
        about: "every property ten times more, each time with other dice",
        takes: "50 min",
        run: dice::throw,
    },
    Part {
        name: "realtime",
        about: "the engine's tests with a sanitizer in its callback",
        takes: "3 min",
        run: realtime::lane,
    },
];

/// One integration test, in its long form.
fn test(shell: &Shell, name: &str, longer: &[(&str, &str)]) -> Result<()> {
    let mut test = cargo();
    test.arg("test").args(SELECTION).args(["--test", name]);
    test.args(["--", "--nocapture"]);
    test.envs(longer.iter().copied());
    shell.run(&mut test)
}

//! The real-time lane: the engine's own tests, with LLVM's RealtimeSanitizer watching its callback.
//!
//! `rt/guard.rs` enters real time around `Engine::process` and around a device's callback. From
//! there to its end the first allocation, lock that waits or other system call ends the process.
//! The runtime comes with the toolchain; only the switch for it is not stable yet, hence
//! `RUSTC_BOOTSTRAP`, here and nowhere else. `tests/canary.rs` shows that the sanitizer is there.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::shell::{Shell, output};
use crate::workspace::{cargo_test, target};

/// Unit tests that run callbacks. The rest render instruments and measure loudness, off the audio
/// thread, and would take most of the time.
const PARTS: [&str; 6] = ["rt::", "control::", "io::", "dsp::", "looper::", "clock::"];

/// Runs the lane; the first thing the callback must not do is an error.
pub fn lane(shell: &Shell) -> Result<()> {
    let host = host()?;
    let runtime = runtime(&host)?;
    if !runtime.is_file() {
        bail!(
            "this toolchain has no RealtimeSanitizer ({} is missing); rustup's 1.95 or newer does, \
             on Linux",
            runtime.display()
        );
    }
    // The units first: what they find is nearer to its cause.
    shell.run(test(&host, &["--lib"]).arg("--").args(PARTS))?;
    shell.run(test(&host, &["--test", "*"]).args(["--", "--nocapture"]))?;
    // It would have ended the tests.
    shell.say(r#"@figure {"name": "calls the callback must not make", "measured": 0, "note": "unit and integration tests of the engine under RealtimeSanitizer"}"#);
    Ok(())
}

fn test(host: &str, which: &[&str]) -> Command {
    let mut test = cargo_test();
    test.args(["-p", "audio-engine", "--target", host]);
    test.args(which);
    // Of their own, so that the usual build does not start over; for the target only, so that
    // build scripts are not watched.
    test.env("CARGO_TARGET_DIR", target().join("rtsan"));
    test.env("RUSTC_BOOTSTRAP", "1");
    test.env("RUSTFLAGS", "-Zsanitizer=realtime --cfg rtsan");
    test.env("CARGO_PROFILE_DEV_DEBUG", "line-tables-only");
    test
}

/// The machine's own target, as rustc names it.
fn host() -> Result<String> {
    let said = output(Command::new("rustc").arg("-vV"))?;
    said.lines()
        .find_map(|line| line.strip_prefix("host: "))
        .map(str::to_owned)
        .context("rustc does not say what it runs on")
}

fn runtime(host: &str) -> Result<PathBuf> {
    let root = PathBuf::from(output(Command::new("rustc").args(["--print", "sysroot"]))?);
    let channel = output(Command::new("rustc").arg("--version"))?;
    let channel = ["nightly", "beta"]
        .into_iter()
        .find(|name| channel.contains(name))
        .unwrap_or("stable");
    Ok(root
        .join("lib/rustlib")
        .join(host)
        .join("lib")
        .join(format!("librustc-{channel}_rt.rtsan.a")))
}

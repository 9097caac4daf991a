//! `cargo xtask android-check` and `ios-check`: type-check everything for a phone.
//!
//! From public registries only: no NDK, no Xcode, no rustup target, nothing installed; the compiler
//! is in `toolchain`. A do-nothing compiler stands in for C and C++, and an empty folder for
//! Apple's SDK, as a check links nothing. So this says that our code for phones has the right
//! types; it says nothing of C++, Swift or Kotlin, of linking, or of a phone.

mod toolchain;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::shell::{Shell, in_words, on_path};
use crate::workspace::{cargo, root, target};

/// Each builds on the ones before, so a mistake is found in the smallest crate that has it.
const CRATES: [&str; 4] = ["audio-engine", "store", "app", "undersong"];

/// What to check.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Only these crates
    #[arg(value_name = "CRATE", value_parser = CRATES)]
    crates: Vec<String>,
}

/// Which phone to check for.
#[derive(Debug, Clone, Copy)]
pub enum Phone {
    Android,
    Ios,
}

impl Phone {
    fn name(self) -> &'static str {
        match self {
            Phone::Android => "Android",
            Phone::Ios => "iOS",
        }
    }

    /// The check's command.
    fn command(self) -> &'static str {
        match self {
            Phone::Android => "android-check",
            Phone::Ios => "ios-check",
        }
    }

    /// As the compiler calls it.
    fn triple(self) -> &'static str {
        match self {
            Phone::Android => "aarch64-linux-android",
            Phone::Ios => "aarch64-apple-ios",
        }
    }

    /// What to install where there are no Debian packages.
    fn kit(self) -> &'static str {
        match self {
            Phone::Android => "an Android NDK",
            Phone::Ios => "Xcode",
        }
    }
}

/// Unpacks the compiler on first use, then checks crate after crate.
pub fn run(phone: Phone, options: &Options) -> Result<()> {
    let triple = phone.triple();
    if !(on_path("apt-get") && on_path("dpkg-deb")) {
        bail!(
            "{} unpacks a compiler from Debian's packages, and this is no Debian. \
             Everywhere else: `rustup target add {triple}` and {}, then \
             `cargo check --target {triple}`",
            phone.command(),
            phone.kit(),
        );
    }
    let toolchain = toolchain::unpacked()?;
    // The window has the screens built in; for types, any page will do.
    let page = root().join("ui/dist/index.html");
    if !page.is_file() {
        std::fs::create_dir_all(root().join("ui/dist"))?;
        std::fs::write(&page, "<!doctype html>\n")?;
    }
    let start = Instant::now();
    for name in CRATES {
        if !options.crates.is_empty() && !options.crates.iter().any(|wanted| wanted == name) {
            continue;
        }
        println!("{name} for {triple}");
        let step = Instant::now();
        let log = target().join(format!("phones/{name}-{triple}.log"));
        Shell::logging(log)?
            .run(&mut check(name, phone, &toolchain)?)
            .with_context(|| format!("{name} does not type-check for {}", phone.name()))?;
        println!("  ✓ {}", in_words(step.elapsed()));
    }
    println!(
        "{} type-check passed in {}.",
        phone.name(),
        in_words(start.elapsed())
    );
    Ok(())
}

fn check(name: &str, phone: Phone, toolchain: &Path) -> Result<Command> {
    let triple = phone.triple();
    let mut check = cargo();
    check.args([
        "check",
        "-p",
        name,
        "--lib",
        "--target",
        triple,
        "-Zbuild-std=std,panic_abort",
    ]);
    // Apart from real builds: what build scripts find out with no C compiler must not reach them.
    check.env("CARGO_TARGET_DIR", target().join("phones/build"));
    check.env("RUSTC", toolchain.join("usr/bin/rustc"));
    // `-Zbuild-std` is not stable; this compiler's own distribution is built the same way.
    check.env("RUSTC_BOOTSTRAP", "1");
    check.env("LD_LIBRARY_PATH", toolchain::libraries(toolchain));
    check.env_remove("RUSTC_WRAPPER").env_remove("RUSTFLAGS");
    for tool in ["CC", "CXX", "AR"] {
        check.env(format!("{tool}_{}", triple.replace('-', "_")), "/bin/true");
    }
    if let Phone::Ios = phone {
        check.env("SDKROOT", empty_sdk()?);
    }
    Ok(check)
}

/// A folder in the place of Apple's SDK: build scripts that are told where it is do not ask `xcrun`.
fn empty_sdk() -> Result<PathBuf> {
    let folder = target().join("phones/iPhoneOS.sdk");
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}

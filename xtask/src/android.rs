//! `cargo xtask android-check`: type-checks everything for `aarch64-linux-android`.
//!
//! From public registries only: no NDK, no rustup target, nothing installed. Debian ships a
//! compiler (`rustc-web`) together with the standard library's sources of the same version, which
//! is what building that library for another system needs; both are unpacked under `target/`. A
//! do-nothing compiler stands in for C and C++, as a check links nothing. So this says that our
//! Android code has the right types; it says nothing of C++, of linking, or of a phone.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::shell::{Shell, in_words, on_path, output};
use crate::workspace::{cargo, root, target};

const TARGET: &str = "aarch64-linux-android";
/// Each builds on the ones before, so a mistake is found in the smallest crate that has it.
const CRATES: [&str; 4] = ["audio-engine", "store", "app", "undersong"];

/// What to check.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Only these crates
    #[arg(value_name = "CRATE", value_parser = CRATES)]
    crates: Vec<String>,
}

/// Unpacks the compiler on first use, then checks crate after crate.
pub fn run(options: &Options) -> Result<()> {
    if !(on_path("apt-get") && on_path("dpkg-deb")) {
        bail!(
            "android-check unpacks a compiler from Debian's packages, and this is no Debian. \
             Everywhere else: `rustup target add {TARGET}` and an Android NDK, then \
             `cargo check --target {TARGET}`"
        );
    }
    let toolchain = toolchain()?;
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
        println!("{name} for {TARGET}");
        let step = Instant::now();
        let log = target().join(format!("android/{name}.log"));
        Shell::logging(log)?
            .run(&mut check(name, &toolchain))
            .with_context(|| format!("{name} does not type-check for Android"))?;
        println!("  ✓ {}", in_words(step.elapsed()));
    }
    println!(
        "Android type-check passed in {}.",
        in_words(start.elapsed())
    );
    Ok(())
}

fn check(name: &str, toolchain: &Path) -> Command {
    let mut check = cargo();
    check.args([
        "check",
        "-p",
        name,
        "--lib",
        "--target",
        TARGET,
        "-Zbuild-std=std,panic_abort",
    ]);
    // Apart from real builds: what build scripts find out with no C compiler must not reach them.
    check.env("CARGO_TARGET_DIR", target().join("android/build"));
    check.env("RUSTC", toolchain.join("usr/bin/rustc"));
    // `-Zbuild-std` is not stable; this compiler's own distribution is built the same way.
    check.env("RUSTC_BOOTSTRAP", "1");
    check.env("LD_LIBRARY_PATH", libraries(toolchain));
    check.env_remove("RUSTC_WRAPPER").env_remove("RUSTFLAGS");
    for tool in ["CC", "CXX", "AR"] {
        check.env(format!("{tool}_{}", TARGET.replace('-', "_")), "/bin/true");
    }
    check
}

/// The compiler's folder, downloaded and unpacked unless it is there.
fn toolchain() -> Result<PathBuf> {
    let folder = target().join("android/toolchain");
    if folder.join("usr/bin/rustc").is_file() {
        return Ok(folder);
    }
    println!("Unpacking a compiler for Android (about 850 MB under target/android):");
    let half = target().join("android/toolchain.part");
    if half.exists() {
        std::fs::remove_dir_all(&half)?;
    }
    let debs = half.join("debs");
    std::fs::create_dir_all(&debs)?;
    let shell = Shell::logging(target().join("android/download.log"))?;

    let runtime = runtime_package().or_else(|_| {
        crate::setup::read_package_list()?;
        runtime_package()
    })?;
    let packages = ["rustc-web", "libstd-rust-web-dev", "rust-web-src", &runtime];
    download(&shell, &debs, &packages)?;
    let depends = output(
        Command::new("dpkg-deb")
            .arg("-f")
            .arg(deb(&debs, &runtime)?)
            .arg("Depends"),
    )?;
    let llvm = depends
        .split([' ', ','])
        .find(|name| name.starts_with("libllvm"));
    download(
        &shell,
        &debs,
        &[llvm.context("the compiler names no LLVM")?],
    )?;
    for entry in std::fs::read_dir(&debs)? {
        shell.run(
            Command::new("dpkg-deb")
                .arg("-x")
                .arg(entry?.path())
                .arg(&half),
        )?;
    }
    std::fs::remove_dir_all(&debs)?;
    // Renamed last, so that an interrupted download is not taken for a compiler.
    std::fs::rename(&half, &folder)?;
    Ok(folder)
}

/// The library package of the newest compiler, whose name carries its version.
fn runtime_package() -> Result<String> {
    let depends =
        output(Command::new("apt-cache").args(["depends", "rustc-web", "libstd-rust-web-dev"]))?;
    depends
        .split_whitespace()
        .find(|word| word.starts_with("libstd-rust-web-") && !word.ends_with("-dev"))
        .map(str::to_owned)
        .context("Debian's package list has no rustc-web; it is in bookworm-security and newer")
}

fn download(shell: &Shell, into: &Path, packages: &[&str]) -> Result<()> {
    shell
        .run(
            Command::new("apt-get")
                .args(["-q", "download"])
                .args(packages)
                .current_dir(into),
        )
        .context("set-up: Debian's packages could not be fetched; is this machine online?")
}

fn deb(folder: &Path, package: &str) -> Result<PathBuf> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if entry
            .file_name()
            .to_string_lossy()
            .starts_with(&format!("{package}_"))
        {
            return Ok(entry.path());
        }
    }
    bail!("{package} was not downloaded")
}

/// Where the compiler's own libraries lie, for any machine this runs on.
fn libraries(toolchain: &Path) -> std::ffi::OsString {
    let usr = toolchain.join("usr/lib");
    let mut folders = vec![usr.clone()];
    if let Ok(entries) = std::fs::read_dir(&usr) {
        let inner = entries.flatten().map(|entry| entry.path());
        folders.extend(inner.filter(|folder| folder.to_string_lossy().ends_with("-linux-gnu")));
    }
    std::env::join_paths(folders).unwrap_or_default()
}

//! Where things lie, and cargo as every command calls it.

use std::path::PathBuf;
use std::process::Command;

/// The workspace's folder.
pub fn root() -> PathBuf {
    // Cargo sets this when it runs us or our tests; without it we were started by hand, there.
    match std::env::var_os("CARGO_MANIFEST_DIR") {
        Some(xtask) => PathBuf::from(xtask)
            .parent()
            .map(PathBuf::from)
            .unwrap_or_default(),
        None => PathBuf::from("."),
    }
}

/// Where cargo builds, and where reports, screens and tools of ours go.
pub fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root().join(folder),
        None => root().join("target"),
    }
}

/// A program that cargo built, by name.
pub fn binary(name: &str) -> PathBuf {
    target()
        .join("debug")
        .join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

/// Everything but the benchmark's peers, the pretended phone and this program, as one selection.
///
/// Cargo enables the features that the *selected* packages ask for. Selecting one package here
/// and another there would compile Tauri, SQLite and the rest once for each combination; with
/// one selection everywhere they are compiled once.
pub const SELECTION: [&str; 7] = [
    "--workspace",
    "--exclude",
    "engine-peers",
    "--exclude",
    "pretend-phone",
    "--exclude",
    "xtask",
];

/// `cargo` in the workspace, free of what the cargo that runs us has put into the environment:
/// some build scripts start over when `CARGO_MANIFEST_DIR` changes.
pub fn cargo() -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(root());
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        let ours = [
            "CARGO_MANIFEST_",
            "CARGO_PKG_",
            "CARGO_BIN_",
            "CARGO_CRATE_",
        ];
        if ours.iter().any(|start| name.starts_with(start)) {
            cargo.env_remove(&*name);
        }
    }
    cargo.env_remove("LD_LIBRARY_PATH");
    cargo
}

/// What decides over the cases that property tests make up. The test command always throws the
/// same, so that the same sources always pass or always fail; `cargo xtask torture dice` throws
/// others.
pub const DICE: &str = "PROPTEST_RNG_SEED";

/// `cargo test`, with the usual dice unless somebody has chosen others.
pub fn cargo_test() -> Command {
    let mut test = cargo();
    test.arg("test");
    if std::env::var_os(DICE).is_none() {
        test.env(DICE, "1");
    }
    test
}

/// `npm` in the workspace.
pub fn npm() -> Command {
    let mut npm = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    npm.current_dir(root());
    npm
}

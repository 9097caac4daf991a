//! The steps of `cargo xtask test`, in their order.
//!
//! Screens and browser come first because the window has the screens built in: built again later,
//! they would have it compiled again. Everything Rust uses one selection of packages
//! ([`SELECTION`]), for the same reason.

use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;

use super::boundaries;
use crate::bindings;
use crate::realtime;
use crate::setup::Need;
use crate::shell::{Shell, output};
use crate::workspace::{SELECTION, cargo, cargo_test, npm, root, target};

/// One step.
pub struct Step {
    /// As it is typed: `cargo xtask test NAME`.
    pub name: &'static str,
    pub about: &'static str,
    /// What to try when it fails.
    pub next: &'static str,
    /// The system packages it needs, if any.
    pub system: Option<Need>,
    /// Whether it needs Node.
    pub node: bool,
    /// Part of `--quick`.
    pub quick: bool,
    /// Only in `--long`.
    pub long: bool,
    pub linux_only: bool,
    pub run: fn(&Shell) -> Result<()>,
}

/// What most steps are: quick, anywhere, with the window's libraries and the screens at hand.
const USUAL: Step = Step {
    name: "",
    about: "",
    next: "",
    system: Some(Need::Window),
    node: true,
    quick: true,
    long: false,
    linux_only: false,
    run: |_| Ok(()),
};

/// What other systems need: only when asked for.
const LONG: Step = Step {
    quick: false,
    long: true,
    linux_only: true,
    ..USUAL
};

/// Integration tests with a step of their own: they need a sound server, or a screen as well.
const OF_THEIR_OWN: [&str; 2] = ["real_audio", "window"];

/// Every step, cheapest mistakes first.
pub const STEPS: &[Step] = &[
    Step {
        name: "format",
        about: "every Rust file as rustfmt would write it",
        next: "cargo fmt --all",
        system: None,
        node: false,
        run: |shell| shell.run(cargo().args(["fmt", "--all", "--check"])),
        ..USUAL
    },
    Step {
        name: "boundaries",
        about: "who may use whom, and no machine's own paths",
        next: "move the code to where the rule says it belongs; ARCHITECTURE.md has the rules",
        system: None,
        node: false,
        run: boundaries::check,
        ..USUAL
    },
    Step {
        name: "screens",
        about: "types, style and tests of the screens, their build and its size",
        next: "npm run -w ui format, then npm run -w ui check and npm run -w ui test",
        system: None,
        run: screens,
        ..USUAL
    },
    Step {
        name: "browser",
        about: "every screen in Chromium: both sizes, both themes, axe",
        next: "look at target/screens, and at target/test-logs/browser.log",
        system: Some(Need::Test),
        quick: false,
        run: |shell| shell.run(npm().args(["run", "-w", "ui", "test:browser"])),
        ..USUAL
    },
    Step {
        name: "clippy",
        about: "lints, with warnings as errors",
        next: "cargo clippy --workspace --all-targets",
        run: clippy,
        ..USUAL
    },
    Step {
        name: "compile",
        about: "every crate and every test, once",
        next: "read the first error above; target/test-logs/compile.log has them all",
        run: compile,
        ..USUAL
    },
    Step {
        name: "rust",
        about: "unit, property and journey tests on the simulated device",
        next: "cargo test -p <crate> <part of the test's name>",
        run: rust_tests,
        ..USUAL
    },
    Step {
        name: "realtime",
        about: "the engine's tests with a sanitizer in its callback",
        next: "the first \"Intercepted call\" in target/test-logs/realtime.log, and who made it",
        linux_only: true,
        node: false,
        run: realtime::lane,
        ..USUAL
    },
    Step {
        name: "bindings",
        about: "the TypeScript types are those of the Rust code",
        next: "cargo xtask bindings, then commit what it changed",
        run: bindings::check,
        ..USUAL
    },
    Step {
        name: "sound",
        about: "playing and recording through a real sound server",
        next: "target/test-logs/sound.log has what the sound server said",
        system: Some(Need::Test),
        quick: false,
        linux_only: true,
        run: |shell| {
            let mut test = cargo_test();
            test.args(SELECTION).args(["--test", OF_THEIR_OWN[0]]);
            shell.run(test.args(["--", "--test-threads=1", "--show-output"]))
        },
        ..USUAL
    },
    Step {
        name: "android",
        about: "Android's sound through the real Oboe, on a scripted phone",
        next: "target/test-logs/android.log; cargo xtask test android, as the build needs settings",
        system: Some(Need::Test),
        node: false,
        quick: false,
        linux_only: true,
        run: android,
        ..USUAL
    },
    Step {
        name: "window",
        about: "journeys in the real window, with a real sound server",
        next: "target/test-logs/window.log, and the screenshots beside it in target/screens",
        system: Some(Need::Test),
        quick: false,
        linux_only: true,
        run: window,
        ..USUAL
    },
    Step {
        name: "bench",
        about: "the engine beside its peers and its promises, in short; it reports and does not judge",
        next: "cargo xtask bench --quick",
        system: Some(Need::Test),
        quick: false,
        linux_only: true,
        run: bench,
        ..USUAL
    },
    Step {
        name: "android-types",
        about: "every crate's types for Android",
        next: "cargo xtask android-check; target/phones has what the compiler said",
        run: |shell| shell.run(xtask()?.arg("android-check")),
        ..LONG
    },
    Step {
        name: "ios-types",
        about: "every crate's types for iOS",
        next: "cargo xtask ios-check; target/phones has what the compiler said",
        run: |shell| shell.run(xtask()?.arg("ios-check")),
        ..LONG
    },
    Step {
        name: "kotlin",
        about: "the phones' Kotlin, compiled against what we know of Android",
        next: "cargo xtask kotlin-check",
        run: |shell| shell.run(xtask()?.arg("kotlin-check")),
        ..LONG
    },
];

fn screens(shell: &Shell) -> Result<()> {
    for script in ["check", "lint", "test", "build", "size"] {
        shell.run(npm().args(["run", "-w", "ui", script]))?;
    }
    Ok(())
}

fn clippy(shell: &Shell) -> Result<()> {
    // The benchmark's peers and this program are a selection of their own, and a small one.
    for packages in [&SELECTION[..], &["-p", "engine-peers", "-p", "xtask"]] {
        let strict = ["--all-targets", "--", "-D", "warnings"];
        shell.run(cargo().arg("clippy").args(packages).args(strict))?;
    }
    Ok(())
}

fn compile(shell: &Shell) -> Result<()> {
    if !root().join("ui/dist/index.html").is_file() {
        shell.run(npm().args(["run", "-w", "ui", "build"]))?;
    }
    shell.run(cargo().arg("build").args(SELECTION).arg("--all-targets"))
}

fn rust_tests(shell: &Shell) -> Result<()> {
    let mut test = cargo_test();
    test.args(SELECTION)
        .args(["--lib", "--bins"])
        .env("TS_RS_EXPORT_DIR", bindings::scratch());
    for name in integration_tests(|_| true)? {
        test.args(["--test", &name]);
    }
    // What passing tests say goes to the log too: it holds what they have measured.
    shell.run(test.args(["--", "--show-output"]))?;
    shell.run(cargo_test().args(SELECTION).arg("--doc"))?;
    // This program's own tests are another selection; they are small.
    shell.run(cargo_test().args(["-p", "xtask"]))
}

/// The names of all integration tests but those [`OF_THEIR_OWN`], of which `wanted` likes the
/// source.
pub fn integration_tests(wanted: impl Fn(&str) -> bool) -> Result<Vec<String>> {
    let text = output(cargo().args(["metadata", "--no-deps", "--format-version", "1"]))?;
    let metadata: Value =
        serde_json::from_str(&text).context("reading what cargo metadata says")?;
    let mut names = Vec::new();
    let packages = metadata["packages"].as_array().into_iter().flatten();
    let selected = |package: &&Value| {
        let name = package["name"].as_str();
        name.is_some_and(|name| !SELECTION.contains(&name))
    };
    for package in packages.filter(selected) {
        for target in package["targets"].as_array().into_iter().flatten() {
            let name = target["name"].as_str().unwrap_or_default().to_owned();
            if target["kind"][0] == "test"
                && !OF_THEIR_OWN.contains(&&*name)
                && !names.contains(&name)
                && wanted(&source(target)?)
            {
                names.push(name);
            }
        }
    }
    Ok(names)
}

/// The text of a cargo target's first file.
fn source(target: &Value) -> Result<String> {
    let path = target["src_path"].as_str().unwrap_or_default();
    std::fs::read_to_string(path).with_context(|| format!("reading {path}"))
}

/// Its own selection: it has the engine play through Oboe, which nothing else here may.
fn android(shell: &Shell) -> Result<()> {
    let mut test = cargo_test();
    test.args(["-p", "pretend-phone"]);
    // What it asks of the engine is easily done, and compiled in half the time.
    test.args(["--config", "profile.dev.package.audio-engine.opt-level=0"]);
    // Oboe's headers use `memset` without saying where it is from; and see its build script.
    let clang = "-include string.h -D_GLIBCXX_USE_CXX11_ABI=0";
    test.env("BINDGEN_EXTRA_CLANG_ARGS", clang);
    shell.run(&mut test)
}

fn window(shell: &Shell) -> Result<()> {
    let test = cargo();
    let mut inside = Command::new("dbus-run-session");
    inside.args(["--", "xvfb-run", "-a", "-s", "-screen 0 1280x1024x24"]);
    inside.arg(test.get_program()).arg("test").args(SELECTION);
    inside.args(["--test", OF_THEIR_OWN[1], "--", "--test-threads=1"]);
    if let Some(folder) = test.get_current_dir() {
        inside.current_dir(folder);
    }
    for (name, value) in test.get_envs() {
        match value {
            Some(value) => inside.env(name, value),
            None => inside.env_remove(name),
        };
    }
    // The test opens target/debug/undersong; nothing else makes sure that it is there and fresh.
    compile(shell)?;
    shell.run(&mut inside)
}

/// Last, because what the other steps have measured goes into the same table.
fn bench(shell: &Shell) -> Result<()> {
    shell.run(xtask()?.args(["bench", "--quick"]))?;
    print!(
        "{}",
        std::fs::read_to_string(target().join("bench/engine.txt"))?
    );
    Ok(())
}

/// This program, to run another of its commands into a step's log.
fn xtask() -> Result<Command> {
    Ok(Command::new(std::env::current_exe()?))
}

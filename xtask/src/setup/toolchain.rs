//! The two tools of Rust that a minimal toolchain leaves out: rustfmt and clippy.

use std::process::Command;

use anyhow::{Context, Result};

use crate::shell::{Shell, output};
use crate::workspace::cargo;

/// Adds what is missing through rustup.
pub fn lint_tools() -> Result<()> {
    for (subcommand, component) in [("fmt", "rustfmt"), ("clippy", "clippy")] {
        if output(cargo().args([subcommand, "--version"])).is_ok() {
            continue;
        }
        println!("This toolchain has no {component}; adding it:");
        Shell::loud()
            .run(Command::new("rustup").args(["component", "add", component]))
            .with_context(|| {
                format!("set-up: {component} is missing; install it with your Rust toolchain")
            })?;
    }
    Ok(())
}

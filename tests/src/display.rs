//! A screen that is only memory: an X server of our own, so that nobody has to look.
//!
//! `xtask` compiles this file too (`xtask/src/bench/start.rs`), and depends on little: nothing but
//! the standard library and `anyhow` here.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};

/// A running screen, gone when dropped.
pub struct Display {
    server: Child,
    number: String,
}

impl Display {
    /// Starts one on a free number.
    ///
    /// # Errors
    /// `Xvfb` is not installed, or says no number.
    pub fn start() -> Result<Display> {
        let server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-nolisten", "tcp"])
            .args(["-screen", "0", "1400x1000x24"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("Xvfb did not start; `cargo xtask test` names or installs what is missing")?;
        let mut display = Display {
            server,
            number: String::new(),
        };
        let mut number = String::new();
        if let Some(stdout) = display.server.stdout.take() {
            BufReader::new(stdout).read_line(&mut number)?;
        }
        if number.trim().is_empty() {
            bail!("Xvfb did not say which display it is");
        }
        display.number = format!(":{}", number.trim());
        Ok(display)
    }

    /// As programs are told it in `DISPLAY`: `:99`.
    #[must_use]
    pub fn number(&self) -> &str {
        &self.number
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        // Already gone is as good.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

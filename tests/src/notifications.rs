//! A session bus of our own with a real notification service on it: Debian's `dunst`.
//!
//! What it shows is asked of the service itself (`dunstctl`), so a test reads what a person would.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::webdriver::until;

const PATIENCE: Duration = Duration::from_secs(15);

/// Started for one test, ended with it.
pub struct Service {
    bus: Child,
    service: Child,
    address: String,
}

/// What it shows, or has shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    pub title: String,
    pub body: String,
}

impl Service {
    /// Starts bus and service in `folder`, on the display `display`.
    ///
    /// # Errors
    /// `dbus-daemon` or `dunst` is not installed, or does not come up.
    pub fn start(folder: &Path, display: &str) -> Result<Service> {
        let socket = folder.join("session-bus");
        let address = format!("unix:path={}", socket.display());
        let mut bus = Command::new("dbus-daemon")
            .args(["--session", "--nofork", "--nopidfile", "--print-address=1"])
            .args(["--address", &address])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("dbus-daemon did not start")?;
        // It says where it is once it listens there; its socket is to be seen a moment before.
        let mut said = String::new();
        if let Some(stdout) = bus.stdout.take() {
            BufReader::new(stdout).read_line(&mut said)?;
        }
        ensure!(said.starts_with(&address), "the bus said {said:?}");
        let settings = folder.join("dunstrc");
        fs::write(
            &settings,
            // What came stays until it is closed, however slowly a machine looks at it.
            "[global]\nhistory_length = 20\nidle_threshold = 0\n\
             [urgency_normal]\ntimeout = 0\n",
        )?;
        let service = Command::new("dunst")
            .arg("-config")
            .arg(&settings)
            .env("DBUS_SESSION_BUS_ADDRESS", &address)
            .env("DISPLAY", display)
            .env_remove("WAYLAND_DISPLAY")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("dunst did not start (Debian package dunst)")?;
        let service = Service {
            bus,
            service,
            address,
        };
        until(PATIENCE, "dunst answers", || service.waiting().ok())?;
        Ok(service)
    }

    /// For the program that is to be heard.
    #[must_use]
    pub fn env(&self) -> (String, String) {
        ("DBUS_SESSION_BUS_ADDRESS".to_owned(), self.address.clone())
    }

    fn ask(&self, arguments: &[&str]) -> Result<String> {
        let answer = Command::new("dunstctl")
            .args(arguments)
            .env("DBUS_SESSION_BUS_ADDRESS", &self.address)
            .output()
            .context("dunstctl does not run")?;
        let text = String::from_utf8_lossy(&answer.stdout).into_owned();
        ensure!(answer.status.success(), "dunstctl {arguments:?}: {text}");
        Ok(text)
    }

    /// How many are on the screen now.
    ///
    /// # Errors
    /// The service does not answer.
    pub fn waiting(&self) -> Result<u32> {
        let count = self.ask(&["count", "displayed"])?;
        count.trim().parse().context("dunstctl counts in numbers")
    }

    /// Touches the newest one: its own action, as a click on it would be.
    ///
    /// # Errors
    /// The service does not answer.
    pub fn touch(&self) -> Result<()> {
        self.ask(&["action"]).map(drop)
    }

    /// Closes what is shown without touching it.
    ///
    /// # Errors
    /// The service does not answer.
    pub fn close_all(&self) -> Result<()> {
        self.ask(&["close-all"]).map(drop)
    }

    /// Everything that was closed since, newest first.
    ///
    /// # Errors
    /// The service does not answer.
    pub fn history(&self) -> Result<Vec<Shown>> {
        let history: Value = serde_json::from_str(&self.ask(&["history"])?)?;
        let list = history["data"][0].as_array().context("a list")?;
        let text =
            |entry: &Value, key: &str| entry[key]["data"].as_str().unwrap_or_default().to_owned();
        let shown = |entry: &Value| Shown {
            title: text(entry, "summary"),
            body: text(entry, "body"),
        };
        Ok(list.iter().map(shown).collect())
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        for child in [&mut self.service, &mut self.bus] {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

//! The real window: the built program on a display of its own, in a home of its own.
//!
//! What goes wrong is kept: a failing test leaves a picture and the page in `target/e2e/`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::display::Display;
use crate::webdriver::WebDriver;

/// A person's computer: what is kept in it stays while windows come and go.
pub struct Home {
    folder: TempDir,
    /// What the audio server wants the program to know.
    environment: Vec<(String, String)>,
    display: Display,
}

impl Home {
    /// An empty one. `environment` is passed on to the program.
    ///
    /// # Errors
    /// No display, or no room.
    pub fn new(environment: Vec<(String, String)>) -> Result<Home> {
        let folder = TempDir::with_prefix("undersong-")?;
        for part in ["data", "cache", "config", "run", "kept"] {
            fs::create_dir(folder.path().join(part))?;
        }
        Ok(Home {
            folder,
            environment,
            display: Display::start()?,
        })
    }

    /// Where the app keeps everything.
    #[must_use]
    pub fn kept(&self) -> PathBuf {
        self.folder.path().join("kept")
    }

    /// A folder of this test's own.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The display it stands on, for programs beside ours.
    #[must_use]
    pub fn display(&self) -> &str {
        self.display.number()
    }

    /// From now on the program is told this, too.
    pub fn tell(&mut self, variable: (String, String)) {
        self.environment.push(variable);
    }

    /// Opens the window of `test` with further `arguments`.
    ///
    /// # Errors
    /// The program is not built, or does not open.
    pub fn open(&self, test: &'static str, arguments: &[&str]) -> Result<Window> {
        let home = self.folder.path();
        let mut driver = Command::new("WebKitWebDriver");
        driver
            .env("HOME", home)
            .env("XDG_DATA_HOME", home.join("data"))
            .env("XDG_CACHE_HOME", home.join("cache"))
            .env("XDG_CONFIG_HOME", home.join("config"))
            .env("XDG_RUNTIME_DIR", home.join("run"))
            .env("DISPLAY", self.display.number())
            .env("GDK_BACKEND", "x11")
            .env("NO_AT_BRIDGE", "1")
            .env("WEBKIT_DISABLE_DMABUF_RENDERER", "1")
            .env("LIBGL_ALWAYS_SOFTWARE", "1")
            // Nobody answers there, and nobody is waited for.
            .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
            .env_remove("WAYLAND_DISPLAY")
            .envs(self.environment.iter().map(|(name, value)| (name, value)));
        let mut all = vec!["--data".to_owned(), self.kept().display().to_string()];
        all.extend(arguments.iter().map(|argument| (*argument).to_owned()));
        Ok(Window {
            driver: WebDriver::start(driver, &program()?, &all)?,
            test,
            is_done: false,
        })
    }
}

/// The open window of one test. Unless the test closes it, something went wrong, and it says what
/// it showed last.
pub struct Window {
    driver: WebDriver,
    is_done: bool,
    test: &'static str,
}

impl std::ops::Deref for Window {
    type Target = WebDriver;

    fn deref(&self) -> &WebDriver {
        &self.driver
    }
}

impl Window {
    /// Keeps a picture of this moment as `target/screens/window-<name>.png`.
    ///
    /// # Errors
    /// The window is gone, or the disk full.
    pub fn keep_picture(&self, name: &str) -> Result<()> {
        let folder = target().join("screens");
        fs::create_dir_all(&folder)?;
        fs::write(
            folder.join(format!("window-{name}.png")),
            self.screenshot()?,
        )?;
        Ok(())
    }

    /// What axe-core finds wrong with this screen, one line each; empty is what we want.
    ///
    /// # Errors
    /// axe is not installed (`npm ci`), or does not run.
    pub fn accessibility_faults(&self) -> Result<Vec<String>> {
        let axe = repository().join("node_modules/axe-core/axe.min.js");
        let axe = fs::read_to_string(&axe).context("axe-core is not there: run `npm ci`")?;
        self.run(
            &format!("if (!window.axe) {{ {axe} }}; return null"),
            &json!([]),
        )?;
        let found = self.run_until_done(AXE, &json!([]))?;
        let lines = found.as_array().context("axe gave no list")?;
        Ok(lines
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect())
    }

    /// Closes the window as a person would.
    ///
    /// # Errors
    /// The driver does not answer.
    pub fn close(mut self) -> Result<()> {
        self.driver.end()?;
        self.is_done = true;
        Ok(())
    }

    /// Stops the program as a crash or an empty battery would, from one moment to the next.
    ///
    /// # Errors
    /// It was not running.
    pub fn cut_the_power(mut self) -> Result<()> {
        self.is_done = true;
        self.signal("KILL")
    }

    /// Sends the program a signal: `STOP` and `CONT` are a lid closed and opened.
    ///
    /// # Errors
    /// It was not running.
    pub fn signal(&self, name: &str) -> Result<()> {
        let id = self.program_id()?;
        let sent = Command::new("kill")
            .args([&format!("-{name}"), &id.to_string()])
            .status()?;
        if !sent.success() {
            bail!("the program did not take {name}");
        }
        Ok(())
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        if self.is_done {
            return;
        }
        let folder = target().join("e2e");
        let kept = fs::create_dir_all(&folder)
            .map_err(anyhow::Error::from)
            .and_then(|()| {
                Ok(fs::write(
                    folder.join(format!("{}.png", self.test)),
                    self.screenshot()?,
                )?)
            })
            .and_then(|()| {
                let page = self.run("return document.documentElement.outerHTML", &json!([]))?;
                let page = page.as_str().unwrap_or_default().to_owned();
                Ok(fs::write(folder.join(format!("{}.html", self.test)), page)?)
            });
        match kept {
            Ok(()) => eprintln!("what the window showed is in target/e2e/{}.png", self.test),
            Err(error) => eprintln!("the window could not say what it showed: {error}"),
        }
    }
}

/// The program next to the running test: `target/<profile>/undersong`.
fn program() -> Result<PathBuf> {
    let test = std::env::current_exe()?;
    let folder = test
        .parent()
        .and_then(Path::parent)
        .context("a test outside of target/")?;
    let program = folder.join("undersong");
    if !program.exists() {
        bail!("the window is not built: cargo build --package undersong");
    }
    Ok(program)
}

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap_or(Path::new("."))
}

fn target() -> PathBuf {
    repository().join("target")
}

/// "rule: where: why", for everything found.
const AXE: &str = "
const done = arguments[arguments.length - 1];
axe.run(document).then(
  ({ violations }) => done(violations.flatMap((rule) =>
    rule.nodes.map((node) => `${rule.id}: ${node.target.join(' ')}: ${node.failureSummary ?? rule.help}`))),
  (error) => done([`axe itself failed: ${error}`]),
);";

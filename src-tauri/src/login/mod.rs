//! Starting at login, for whoever wants reminders without having to think of opening the app. Off
//! until a person says so, and the system's own list is the truth: what is switched off there is
//! off here.
//!
//! It starts minimised and never more than a window: when that is closed, the app is closed.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(any(
    target_os = "macos",
    target_os = "windows",
    all(test, target_os = "linux")
))]
mod listed;

use std::path::{Path, PathBuf};

use app::ipc::IpcError;
use tauri::{AppHandle, Manager};

#[cfg(target_os = "linux")]
use linux::Entry;
#[cfg(any(target_os = "macos", target_os = "windows"))]
use listed::Entry;

/// The option that says so to the program.
const QUIETLY: &str = "--quiet";

/// This program's place in the list of what is started at login.
pub struct Login {
    /// `None` where a program cannot put itself on that list.
    entry: Option<Entry>,
}

impl Login {
    /// `data` is the folder this run was given on the command line, if any: started at login it
    /// opens the same.
    #[must_use]
    pub fn of(tauri: &AppHandle, data: Option<&Path>) -> Login {
        let entry = program().and_then(|program| {
            let config = tauri.path().config_dir().ok()?;
            Entry::of(&config, &program, &arguments(data))
        });
        Login { entry }
    }

    /// `None` where there is no such list.
    #[must_use]
    pub fn is_on(&self) -> Option<bool> {
        self.entry.as_ref().map(Entry::is_on)
    }

    /// Puts the program on the list or takes it off. Answers how it is now.
    ///
    /// # Errors
    /// `NotNow` where there is no list; `Unexpected` if the system refuses.
    pub fn set(&self, on: bool) -> Result<Option<bool>, IpcError> {
        let entry = self.entry.as_ref().ok_or(IpcError::NotNow)?;
        let changed = if on { entry.add() } else { entry.remove() };
        changed.map_err(|error| IpcError::Unexpected {
            detail: format!("the list of what starts at login: {error}"),
        })?;
        Ok(self.is_on())
    }
}

/// What to start: the file a person has, not what it unpacked itself into. `None` inside a Flatpak,
/// which must ask its portal instead.
fn program() -> Option<PathBuf> {
    if Path::new("/.flatpak-info").exists() {
        return None;
    }
    let image = std::env::var_os("APPIMAGE").map(PathBuf::from);
    image.or_else(|| std::env::current_exe().ok())
}

fn arguments(data: Option<&Path>) -> Vec<String> {
    let folder = data.and_then(|data| std::path::absolute(data).ok());
    let folder = folder.map(|folder| ["--data".to_owned(), folder.display().to_string()]);
    let quietly = [QUIETLY.to_owned()];
    quietly
        .into_iter()
        .chain(folder.into_iter().flatten())
        .collect()
}

//! macOS keeps a launch agent, Windows a value in the registry; `auto-launch` writes either.
//!
//! Compiled on Linux in tests, where it would write a file of its own.

use std::io;
use std::path::Path;

use auto_launch::{AutoLaunch, AutoLaunchBuilder, MacOSLaunchMode, WindowsEnableMode};

/// This program's place in the system's list.
pub struct Entry(AutoLaunch);

impl Entry {
    /// `None` if the system has no such list, or the program's path cannot be written down.
    pub fn of(_config: &Path, program: &Path, arguments: &[String]) -> Option<Entry> {
        let is_windows = cfg!(target_os = "windows");
        // Windows keeps one line and splits it at spaces.
        let word = |word: &str| {
            if is_windows {
                format!("\"{word}\"")
            } else {
                word.to_owned()
            }
        };
        let arguments: Vec<String> = arguments.iter().map(|argument| word(argument)).collect();
        // What a person reads in Windows' list, and the name of the file macOS keeps.
        let name = if is_windows {
            "Undersong"
        } else {
            "app.undersong"
        };
        let built = AutoLaunchBuilder::new()
            .set_app_name(name)
            .set_app_path(&word(program.to_str()?))
            .set_args(&arguments)
            .set_macos_launch_mode(MacOSLaunchMode::LaunchAgent)
            .set_windows_enable_mode(WindowsEnableMode::CurrentUser)
            .build();
        built
            .map_err(|error| log::info!("nothing here starts at login: {error}"))
            .ok()
            .map(Entry)
    }

    pub fn is_on(&self) -> bool {
        self.0.is_enabled().unwrap_or_default()
    }

    #[cfg_attr(
        target_os = "linux",
        expect(dead_code, reason = "there it would write a file of its own")
    )]
    pub fn add(&self) -> io::Result<()> {
        self.0.enable().map_err(io::Error::other)
    }

    pub fn remove(&self) -> io::Result<()> {
        if self.is_on() {
            self.0.disable().map_err(io::Error::other)
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_listed_before_somebody_wants_it() {
        let nowhere = Path::new("/nowhere/undersong");
        let entry = Entry::of(nowhere, nowhere, &["--quiet".to_owned()]).unwrap();
        assert!(!entry.is_on());
        entry.remove().unwrap();
    }
}

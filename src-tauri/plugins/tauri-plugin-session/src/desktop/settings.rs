//! The way to a page of the system's settings.

use std::env;
use std::process::{Command, Stdio};
use std::thread;

use app::host::SettingsPage;

/// The program that opens it, and what it is told.
type Way = (&'static str, &'static str);

/// Whether there is a way here.
pub fn knows(page: SettingsPage) -> bool {
    here(page).is_some()
}

/// Opens it; a program that does not start goes to the log.
pub fn open(page: SettingsPage) {
    let Some((program, argument)) = here(page) else {
        return;
    };
    let started = Command::new(program)
        .arg(argument)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    match started {
        // Somebody has to wait for it, or it stays behind as a zombie.
        Ok(mut child) => drop(thread::spawn(move || child.wait())),
        Err(error) => log::warn!("the settings did not open: {error}"),
    }
}

fn here(page: SettingsPage) -> Option<Way> {
    let desktop = env::var("XDG_CURRENT_DESKTOP").unwrap_or_default();
    way(env::consts::OS, &desktop, page).filter(|(program, _)| is_there(program))
}

/// On `system`, in Rust's word for it, under the Linux desktop `desktop`.
fn way(system: &str, desktop: &str, page: SettingsPage) -> Option<Way> {
    let way = match (system, page) {
        // No computer tells us of such a switch.
        (_, SettingsPage::Microphone) => return None,
        ("macos", SettingsPage::App) => (
            "open",
            "x-apple.systempreferences:com.apple.preference.security?Privacy_Microphone",
        ),
        ("macos", SettingsPage::Notifications) => (
            "open",
            "x-apple.systempreferences:com.apple.preference.notifications",
        ),
        ("windows", SettingsPage::App) => ("explorer", "ms-settings:privacy-microphone"),
        ("windows", SettingsPage::Notifications) => ("explorer", "ms-settings:notifications"),
        // It refuses to run under other desktops.
        ("linux", _) if !desktop.split(':').any(|name| name == "GNOME") => return None,
        ("linux", SettingsPage::App) => ("gnome-control-center", "sound"),
        ("linux", SettingsPage::Notifications) => ("gnome-control-center", "notifications"),
        _ => return None,
    };
    Some(way)
}

/// Among the programs, as a shell would look for it. `open` and `explorer` come with their systems.
fn is_there(program: &str) -> bool {
    if !cfg!(target_os = "linux") {
        return true;
    }
    let folders = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&folders).any(|folder| folder.join(program).is_file())
}

#[cfg(test)]
mod tests {
    use super::*;
    use SettingsPage::{App, Notifications};

    #[test]
    fn every_system_has_its_way_or_none() {
        let program =
            |system, desktop, page| way(system, desktop, page).map(|(program, _)| program);
        for page in [App, Notifications] {
            assert_eq!(program("macos", "", page), Some("open"));
            assert_eq!(program("windows", "", page), Some("explorer"));
            assert_eq!(
                program("linux", "ubuntu:GNOME", page),
                Some("gnome-control-center")
            );
            assert_eq!(program("linux", "KDE", page), None);
            assert_eq!(program("linux", "", page), None);
            assert_eq!(program("freebsd", "GNOME", page), None);
        }
    }

    #[test]
    fn the_microphone_s_page_is_not_the_notifications() {
        for (system, desktop) in [("macos", ""), ("windows", ""), ("linux", "GNOME")] {
            assert_ne!(
                way(system, desktop, App),
                way(system, desktop, Notifications)
            );
        }
    }

    #[test]
    fn a_program_that_is_not_installed_is_no_way() {
        assert!(is_there("sh"));
        assert_eq!(
            is_there("no-such-program-anywhere"),
            !cfg!(target_os = "linux")
        );
    }
}

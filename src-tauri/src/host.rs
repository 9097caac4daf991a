//! The system around the app, by our own plugin: a phone, or what a computer has of it.

use app::host::{Hold, Host, MicrophoneAccess, Outside, SettingsPage};
use tauri::{AppHandle, Manager};
use tauri_plugin_session::Session;

/// The app's only way to the system. With it goes what was held.
pub struct System {
    session: Session,
}

impl System {
    /// `None` if the plugin did not start.
    #[must_use]
    pub fn find(tauri: &AppHandle) -> Option<System> {
        let session = tauri.try_state::<Session>()?.inner().clone();
        Some(System { session })
    }
}

impl Host for System {
    fn microphone(&mut self) -> MicrophoneAccess {
        self.session.microphone()
    }

    fn can_be_muted(&self) -> bool {
        self.session.can_be_muted()
    }

    fn ask_for_microphone(&mut self) {
        self.session.ask_for_microphone();
    }

    fn hold(&mut self, hold: &Hold) {
        self.session.hold(hold);
    }

    fn can_be_felt(&self) -> bool {
        cfg!(mobile)
    }

    fn beat(&mut self) {
        self.session.beat();
    }

    fn open_settings(&mut self, page: SettingsPage) -> bool {
        self.session.open_settings(page)
    }

    fn events(&mut self) -> Vec<Outside> {
        self.session.events()
    }
}

impl Drop for System {
    fn drop(&mut self) {
        self.session.hold(&Hold::default());
    }
}

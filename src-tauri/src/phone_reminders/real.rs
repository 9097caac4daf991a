//! The phone that is really there.

use std::thread;
use std::time::Duration;

use tauri::{AppHandle, Runtime};
use tauri_plugin_reminders::{Entry, Error, Keep, News};

use super::{Phone, PhoneReminders, words};

struct Real<R: Runtime>(tauri_plugin_reminders::Phone<R>);

/// Its reminders, if the plugin was handed to the app. Returns at once.
pub fn find<R: Runtime>(app: &AppHandle<R>) -> Option<PhoneReminders> {
    let phone = tauri_plugin_reminders::phone(app)?;
    Some(PhoneReminders::begin(move |hear| {
        // Without an ear there is still a mouth: what was answered is heard at the next start.
        if let Err(error) = phone.listen(&words(), hear) {
            log::warn!("the phone will not call: {}", app::chain(&error));
        }
        Some(Real(phone))
    }))
}

impl<R: Runtime> Phone for Real<R> {
    fn keep(&self, keep: &Keep) -> Result<(), String> {
        self.0.keep(keep).map_err(|error| said(&error))
    }

    fn show(&self, reminder: &Entry) -> Result<(), String> {
        self.0.show(reminder).map_err(|error| said(&error))
    }

    fn rehearse(&self, reminder: &Entry, after: Duration) -> Result<(), String> {
        self.0
            .rehearse(reminder, after)
            .map_err(|error| said(&error))
    }

    fn withdraw(&self, id: i32) -> Result<(), String> {
        self.0.withdraw(id).map_err(|error| said(&error))
    }

    fn ask(&self) {
        // The question may stay on the screen for as long as the person likes.
        let phone = self.0.clone();
        thread::spawn(move || {
            if let Err(error) = phone.ask() {
                log::warn!(
                    "nobody could be asked about reminders: {}",
                    app::chain(&error)
                );
            }
        });
    }

    fn news(&self) -> Result<News, String> {
        self.0.news().map_err(|error| said(&error))
    }
}

fn said(error: &Error) -> String {
    app::chain(error)
}

//! The phone's half, called from Rust.
//!
//! Every call waits for the phone's main thread: make them on a thread of your own, never on the
//! main one, which would wait for itself.

use std::time::Duration;

use serde::Serialize;
use tauri::ipc::{Channel, InvokeResponseBody};
use tauri::plugin::{Builder, PluginHandle, TauriPlugin};
use tauri::{AppHandle, Manager, Runtime};

use crate::{Entry, Error, Keep, News, Words};

#[cfg(target_os = "ios")]
tauri::ios_plugin_binding!(init_plugin_reminders);

/// The phone's half, ready to be called.
pub struct Phone<R: Runtime>(PluginHandle<R>);

impl<R: Runtime> Clone for Phone<R> {
    fn clone(&self) -> Self {
        Phone(self.0.clone())
    }
}

/// Registers it, so that [`phone`] finds it.
#[must_use]
pub fn init<R: Runtime>() -> TauriPlugin<R> {
    Builder::new("reminders")
        .setup(|app, api| {
            #[cfg(target_os = "android")]
            let handle =
                api.register_android_plugin("app.undersong.reminders", "RemindersPlugin")?;
            #[cfg(target_os = "ios")]
            let handle = api.register_ios_plugin(init_plugin_reminders)?;
            app.manage(Phone(handle));
            Ok(())
        })
        .build()
}

/// `None` before [`init`] was handed to the app.
#[must_use]
pub fn phone<R: Runtime>(app: &AppHandle<R>) -> Option<Phone<R>> {
    app.try_state::<Phone<R>>()
        .map(|phone| phone.inner().clone())
}

#[derive(Serialize)]
struct Listen<'a> {
    words: &'a Words,
    ear: Channel,
}

#[derive(Serialize)]
struct Show<'a> {
    reminder: &'a Entry,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rehearse<'a> {
    reminder: &'a Entry,
    after_ms: u64,
}

#[derive(Serialize)]
struct Withdraw {
    id: i32,
}

impl<R: Runtime> Phone<R> {
    /// From now on in these words; `ear` is called on the phone's main thread whenever there may be
    /// news, and must not wait.
    ///
    /// # Errors
    /// As all of them: the phone refused.
    pub fn listen(
        &self,
        words: &Words,
        ear: impl Fn() + Send + Sync + 'static,
    ) -> Result<(), Error> {
        let ear = Channel::new(move |_: InvokeResponseBody| {
            ear();
            Ok(())
        });
        self.call("listen", Listen { words, ear })
    }

    /// Arms exactly these.
    ///
    /// # Errors
    /// The phone refused; what was armed before may still be.
    pub fn keep(&self, keep: &Keep) -> Result<(), Error> {
        self.call("keep", keep)
    }

    /// Shows it at once, unless the phone has shown that day's by itself.
    ///
    /// # Errors
    /// The phone refused.
    pub fn show(&self, reminder: &Entry) -> Result<(), Error> {
        self.call("show", Show { reminder })
    }

    /// Has the phone show it by itself, `after` from now, as it shows those that are armed, and apart
    /// from them. Not longer than some minutes: what is late by more is dropped.
    ///
    /// # Errors
    /// The phone refused.
    pub fn rehearse(&self, reminder: &Entry, after: Duration) -> Result<(), Error> {
        let after_ms = after.as_millis() as u64;
        self.call("rehearse", Rehearse { reminder, after_ms })
    }

    /// Takes it off the screen, if it is still there.
    ///
    /// # Errors
    /// The phone refused.
    pub fn withdraw(&self, id: i32) -> Result<(), Error> {
        self.call("withdraw", Withdraw { id })
    }

    /// Asks the person, with the system's own question. Waits for as long as it is on the screen.
    ///
    /// # Errors
    /// The phone refused.
    pub fn ask(&self) -> Result<(), Error> {
        self.call("ask", ())
    }

    /// What happened since this was last called.
    ///
    /// # Errors
    /// The phone refused, or answers something else; what happened is lost if it was on its way.
    pub fn news(&self) -> Result<News, Error> {
        Ok(self.0.run_mobile_plugin("news", ())?)
    }

    fn call(&self, command: &str, said: impl Serialize) -> Result<(), Error> {
        // What comes back is nothing, which the two systems write differently.
        self.0
            .run_mobile_plugin::<serde_json::Value>(command, said)?;
        Ok(())
    }
}

//! The system around a practice session: the microphone's permission, the loudspeaker and who else
//! wants it, the way sound leaves, buttons on the lock screen, the screen that stays on.
//!
//! ```text
//!  app ── Host ──► Session ── orders ──► a thread ──► Kotlin, Swift; on a computer: `desktop`
//!                     ▲                                        │
//!                     └──── messages, by a channel ────────────┘
//! ```
//!
//! The native half reports and obeys; every conclusion is drawn in [`surroundings`] and what it is
//! made of, and tested without a phone. The page takes no part: nothing here can be called from it,
//! no capability names this plugin, and its default permission refuses every command.

#[cfg(desktop)]
mod desktop;
mod focus;
mod message;
mod microphone;
#[cfg(mobile)]
mod mobile;
mod order;
mod route;
mod session;
mod surroundings;

pub use session::Session;

use tauri::plugin::{Builder, TauriPlugin};
use tauri::{Manager, Runtime};

/// Makes the [`Session`] and leaves it in Tauri's state.
#[must_use]
pub fn init<R: Runtime>() -> TauriPlugin<R> {
    Builder::new("session")
        .setup(|app, api| {
            #[cfg(mobile)]
            let session = mobile::session(&api)?;
            #[cfg(desktop)]
            let session = {
                let _ = api;
                desktop::session()?
            };
            app.manage(session);
            Ok(())
        })
        .build()
}

//! Reminders that a phone keeps by itself: shown while the app is closed, after a restart of the
//! phone, in another time zone, and answered without opening anything.
//!
//! Three halves. The app plans, in Rust, and hands over a list ([`Keep`]). Android and iOS arm it,
//! show it and note what was answered (`android/`, `ios/`). The next time the app runs it asks what
//! happened meanwhile ([`News`]). Start reading at `Keeper.java`, which has the one rule there is;
//! it is plain Java, so the tests of this crate run the very file that runs on the phone.
//!
//! On a computer there is nothing here but the messages.

mod messages;
#[cfg(mobile)]
mod mobile;

pub use messages::{Allowed, Entry, Happened, Hours, Keep, News, Words};
#[cfg(mobile)]
pub use mobile::{Phone, init, phone};

/// The phone did not do what it was told. Nothing can be done but to try again.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[cfg(mobile)]
    #[error("the phone refused")]
    Phone(#[from] tauri::plugin::mobile::PluginInvokeError),
}

//! Everything a person can do in Undersong, without a window.
//!
//! [`App`] is what shells hold: the window, the terminal, the tests. Its methods are the requests of
//! [`ipc`]; each answers with a whole view or with one [`ipc::IpcError`]. Somebody calls
//! [`App::tick`] every 10 ms or less from one thread, or, in virtual time, [`App::advance`].
//!
//! Start reading at [`session`]: the conductor, which runs an exercise on the engine's clock.

mod app;
mod calibration;
mod clock;
mod content;
mod device_check;
mod error;
pub mod host;
pub mod ipc;
mod job;
mod leftovers;
mod motif;
mod notices;
mod outside;
mod piece;
mod pieces;
mod playhead;
mod recorder;
mod reminders;
pub mod session;
mod settings;
mod sound;
mod today;
mod words;

pub use app::{App, AppConfig};
pub use clock::Clock;
pub use content::{Content, ContentError, cue_name, spoken};
pub use error::{AppError, chain, of_writing};
pub use motif::motif;
pub use piece::{Export, export_name};
pub use practice::reminders::{Quiet, Reminder, ReminderId, Text};
pub use reminders::{Happened, Invitation, Meanwhile, Permission, ReminderSink, Reply};
pub use sound::SoundChoice;

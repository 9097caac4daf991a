//! The words spoken between the app and whatever shows it: one type per request and per view.
//!
//! `cargo xtask bindings` writes each as TypeScript into `ui/src/lib/ipc/`; a test fails while the
//! committed files differ. Views are whole: a screen can be drawn from one of them and nothing else.

mod checkin;
mod device_check;
mod error;
mod help;
mod meters;
mod pieces;
mod reminders;
mod ring;
mod session;
mod settings;
mod today;

pub use checkin::*;
pub use device_check::*;
pub use error::*;
pub use help::*;
pub use meters::*;
pub use pieces::*;
pub use reminders::*;
pub use ring::*;
pub use session::*;
pub use settings::*;
pub use today::*;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Something changed; whoever shows it asks again. Carries no data, so none can be stale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum Changed {
    /// The running session: step, surface, bands, state.
    Session,
    /// The list of pieces, or one being played.
    Pieces,
    /// Devices, calibration, preferences.
    Settings,
    /// The line on top: a device lost, a take kept, storage almost full.
    Notices,
    /// What is planned, or a reminder that came.
    Reminders,
    /// The check of this device: how far it is, and what was found.
    DeviceCheck,
    /// A reminder was taken up: its exercise is chosen, and its check-in comes next. A shell brings
    /// its window to the front.
    TakenUp,
}

/// One calm line on top of any screen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
#[ts(export)]
pub enum Notice {
    /// Nothing to play on: the session goes on silently.
    NoSound,
    /// The output went away: paused and kept. `kept_seconds` of a running take are on disk.
    DeviceLost { kept_seconds: Option<f64> },
    /// Something outside came in between: a call, headphones pulled out, another app. What was
    /// played is kept; `kept_seconds` of a take that was running are on disk.
    Interrupted { kept_seconds: Option<f64> },
    /// The system does not let us listen; a step that wanted to waits, or goes on without.
    MicrophoneRefused,
    /// The output came back by itself.
    DeviceBack { name: String },
    /// A take was running when the app was last closed. It is in `pieces` of the album, or with a
    /// session that waits on Today.
    TakeRecovered { seconds: f64, pieces: u32 },
    /// Part of a take cannot be read; the rest is heard, and the original stays as it is.
    TakeDamaged {
        kept_seconds: f64,
        lost_seconds: f64,
    },
    /// Takes that cannot be read at all, or whose file is gone. Nothing was deleted.
    TakesUnreadable { takes: u32 },
    /// The disk is nearly full: room for this many minutes of recording.
    StorageLow { minutes: u32 },
    /// The disk filled up while recording; what was played until then is safe.
    StorageFull { kept_seconds: f64 },
    /// The store was written by a newer Undersong: everything can be looked at, nothing changed.
    ReadOnly,
    /// The microphone gives nothing but digital silence. Where this phone has a `switch` for that, it
    /// is the first thing to look at.
    SilentInput { switch: bool },
    /// Headphones over Bluetooth, or any route whose delay was never measured.
    LateRoute { name: String },
}

//! What goes wrong, as something a screen can act on.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// One code for each thing a person can do about it. The sentence is the screen's; `detail` stands
/// behind "more" and never names a person, a path or a recording.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, thiserror::Error)]
#[serde(
    tag = "code",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
#[ts(export)]
pub enum IpcError {
    /// The microphone is refused by the system. Offer the pads, or the system's settings.
    #[error("the microphone is not allowed")]
    MicrophoneRefused,
    /// Allowed, but a switch of the phone's keeps it from every app. Offer the pads, or that switch.
    #[error("the microphone is switched off")]
    MicrophoneSwitchedOff,
    /// No microphone, or it does not open.
    #[error("no microphone was found")]
    NoMicrophone,
    /// Too little room to record.
    #[error("room for only {minutes} more minutes of recording")]
    StorageFull { minutes: u32 },
    /// The disk filled up while something was written; nothing of it is left.
    #[error("the disk is full")]
    DiskFull,
    /// The store is open for reading only (a newer Undersong wrote it).
    #[error("this store was written by a newer Undersong")]
    ReadOnly,
    /// The piece, session or exercise asked for is not there (any more).
    #[error("there is no such {what}")]
    NotFound { what: String },
    /// A request that makes no sense now, e.g. a fader when no session runs.
    #[error("that is not possible now")]
    NotNow,
    /// A value outside its range, or a name too long. `field` says which.
    #[error("{field} is not valid")]
    InvalidInput { field: String },
    /// The calibration heard nothing it could trust.
    #[error("the test sound was not heard clearly")]
    NotHeard,
    /// Another window of Undersong is open. Go there, or close it.
    #[error("Undersong is already open elsewhere")]
    AlreadyOpen,
    /// What is kept cannot be opened: its key is missing, or it is damaged. Nothing was changed.
    #[error("what is kept cannot be opened: {detail}")]
    Locked { detail: String },
    /// Anything else: what is safe is safe; `detail` is for a bug report.
    #[error("something unexpected happened: {detail}")]
    Unexpected { detail: String },
}

//! What a person keeps: what they sang, what they made of it, and how they were. It stays on the
//! device, sealed, and is not lost when the app, the disk or the battery gives up.
//!
//! Start reading at [`Store`] (the rows) and [`TakeWriter`] (the sound). A take is a file first
//! and a row second, so a recording never depends on the database; see `takes/format.rs`. Only
//! this crate knows SQL. Nothing here runs on the audio thread: every call may wait for the disk.

mod calibrations;
mod checkins;
mod database;
mod drafts;
mod error;
#[cfg(any(test, feature = "fixtures"))]
pub mod fixtures;
mod folder;
mod ids;
mod keys;
mod lock;
mod metrics;
mod opening;
mod pieces;
mod reminders;
mod report;
mod room;
mod seal;
mod sessions;
mod settings;
mod store;
mod takes;

pub use calibrations::Calibration;
pub use checkins::{CheckIn, CheckInRow, Phase};
pub use database::{Occasion, Snapshot};
pub use error::{Result, StoreError};
pub use ids::{PieceId, SessionId, TakeId};
pub use opening::{NewerVersion, Opening, StartAgain};
pub use pieces::{BIN_DAYS, NewPiece, PieceRow, SweptBin};
pub use practice::day::{DAY_STARTS_AT_HOUR, practice_day};
pub use report::StoreReport;
pub use sessions::{
    EndReason, NewSession, PickedBy, SessionLength, SessionRow, SessionState, StepEnd, StepRow,
};
pub use store::Store;
pub use takes::{
    Damage, Damaged, Salvaged, SealedTake, TakeHeader, TakeRead, TakeRow, TakeState, TakeWriter,
    WriteSpeed, WriteTrial,
};

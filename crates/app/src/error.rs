//! From what went wrong inside to what a screen can act on.

use audio_engine::io::DeviceError;
use store::StoreError;

use crate::content::ContentError;
use crate::ipc::IpcError;

/// Why the app did not open.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The folder, the keys or the database; nothing in there was changed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// This build is broken.
    #[error(transparent)]
    Content(#[from] ContentError),
    /// The file given instead of a microphone.
    #[error("the input file cannot be played")]
    Input(#[from] audio_engine::files::FileError),
}

impl From<&AppError> for IpcError {
    fn from(error: &AppError) -> IpcError {
        match error {
            AppError::Store(StoreError::AlreadyOpen) => IpcError::AlreadyOpen,
            AppError::Store(
                StoreError::KeyMissing
                | StoreError::KeyDoesNotFit
                | StoreError::KeysDamaged
                | StoreError::DatabaseDamaged { .. },
            ) => IpcError::Locked {
                detail: chain(error),
            },
            other => IpcError::Unexpected {
                detail: chain(other),
            },
        }
    }
}

/// A device that does not open, as someone can act on it.
#[must_use]
pub fn of_device(error: DeviceError) -> IpcError {
    match error {
        DeviceError::MicrophoneRefused => IpcError::MicrophoneRefused,
        DeviceError::NoMicrophone | DeviceError::Gone => IpcError::NoMicrophone,
        other => IpcError::Unexpected {
            detail: chain(&other),
        },
    }
}

/// A store that says no.
#[must_use]
pub fn of_store(error: StoreError) -> IpcError {
    match error {
        StoreError::ReadOnly => IpcError::ReadOnly,
        StoreError::StorageFull { .. } => IpcError::StorageFull { minutes: 0 },
        StoreError::NotFound { .. } => IpcError::NotFound {
            what: "piece".into(),
        },
        other => IpcError::Unexpected {
            detail: chain(&other),
        },
    }
}

/// A file that could not be written where the person wanted it.
#[must_use]
pub fn of_writing(error: &std::io::Error) -> IpcError {
    use std::io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
    match error.kind() {
        // Their share of the disk, or what its file system holds in one file: other places have room.
        StorageFull | QuotaExceeded | FileTooLarge => IpcError::DiskFull,
        _ => IpcError::Unexpected {
            detail: chain(error),
        },
    }
}

/// An error with its causes, joined by colons.
#[must_use]
pub fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(": ")
}

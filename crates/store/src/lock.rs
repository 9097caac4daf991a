//! One store, one owner. The system drops the lock with the process that held it, however that
//! process ended, so there is never a stale lock to clean up.

use std::fs::{File, TryLockError};
use std::sync::Arc;

use crate::error::{Result, StoreError};
use crate::folder::{Folder, private};

/// Held by the [`Store`](crate::Store) and by each take that is being recorded: a take may outlive
/// the store, and nobody must salvage it while it grows.
#[derive(Debug)]
pub(crate) struct StoreLock(File);

impl StoreLock {
    /// Answers at once: [`StoreError::AlreadyOpen`] if someone else is in there.
    pub fn take(folder: &Folder) -> Result<Arc<StoreLock>> {
        let mut file = private();
        file.read(true).write(true).create(true).truncate(false);
        let file = file.open(folder.lock())?;
        match file.try_lock() {
            Ok(()) => Ok(Arc::new(StoreLock(file))),
            Err(TryLockError::WouldBlock) => Err(StoreError::AlreadyOpen),
            Err(TryLockError::Error(e)) => Err(StoreError::Disk(e)),
        }
    }
}

impl Drop for StoreLock {
    fn drop(&mut self) {
        // Closing would do, were it not for a child process between its fork and its exec, which
        // for a moment holds a copy of the open file and with it the lock.
        if let Err(e) = self.0.unlock() {
            log::warn!("the store's lock was not released: {e}");
        }
    }
}

//! Asks the system to call us on time.

/// Real-time priority of the callback thread on Linux, 1…99: above everything ordinary, below the
/// sound server that calls us.
#[cfg(target_os = "linux")]
const PRIORITY: i32 = 10;

/// One per callback thread.
#[derive(Debug, Default)]
pub(super) struct Promotion {
    asked: bool,
}

impl Promotion {
    /// Raises the calling thread's priority the first time it is called.
    ///
    /// This is the one system call our callbacks ever make: the thread belongs to the device
    /// library, so there is no earlier moment at which we are on it. Refused is fine.
    pub(super) fn once(&mut self) {
        if !std::mem::replace(&mut self.asked, true) {
            raise_priority();
        }
    }
}

#[cfg(target_os = "linux")]
fn raise_priority() {
    let parameters = libc::sched_param {
        sched_priority: PRIORITY,
    };
    // SAFETY: `parameters` lives through the call, which reads it and keeps nothing; 0 is the
    // calling thread.
    unsafe {
        libc::sched_setscheduler(0, libc::SCHED_FIFO | libc::SCHED_RESET_ON_FORK, &parameters);
    }
}

#[cfg(not(target_os = "linux"))]
fn raise_priority() {}

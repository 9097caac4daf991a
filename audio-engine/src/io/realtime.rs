//! Asks the system to call us on time.

/// Real-time priority of the callback thread on Linux, 1…99: above everything ordinary, below the
/// sound server that calls us.
#[cfg(target_os = "linux")]
const PRIORITY: i32 = 10;

/// PipeWire's thread in a client. Older versions give it no name, so that it keeps the one of the
/// thread that made it, which is `cpal`'s.
#[cfg(target_os = "linux")]
const SERVER_THREADS: [&str; 4] = ["pw_out", "pw_in", "data-loop.0", "pw-data-loop"];

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

/// Raises the threads on which the sound server reaches this process.
///
/// PipeWire hands each cycle to its own thread here, which hands it to the callback's. Its library
/// asks for priority only with a configuration that few systems use, so under load that thread
/// comes late and whole blocks are lost. Off the audio thread, after a stream has opened.
pub(super) fn promote_server_threads() {
    for thread in server_threads() {
        raise_priority_of(thread);
    }
}

#[cfg(target_os = "linux")]
fn server_threads() -> Vec<libc::pid_t> {
    let Ok(threads) = std::fs::read_dir("/proc/self/task") else {
        return Vec::new();
    };
    let is_the_servers = |name: String| SERVER_THREADS.contains(&name.trim());
    threads
        .flatten()
        .filter(|thread| {
            std::fs::read_to_string(thread.path().join("comm")).is_ok_and(is_the_servers)
        })
        .filter_map(|thread| thread.file_name().to_str()?.parse().ok())
        .collect()
}

#[cfg(not(target_os = "linux"))]
fn server_threads() -> Vec<i32> {
    Vec::new()
}

/// The calling thread's.
fn raise_priority() {
    raise_priority_of(0);
}

#[cfg(target_os = "linux")]
fn raise_priority_of(thread: libc::pid_t) {
    let parameters = libc::sched_param {
        sched_priority: PRIORITY,
    };
    // SAFETY: `parameters` lives through the call, which reads it and keeps nothing. 0 is the
    // calling thread; a thread that has ended meanwhile is an error, which we ignore.
    unsafe {
        libc::sched_setscheduler(
            thread,
            libc::SCHED_FIFO | libc::SCHED_RESET_ON_FORK,
            &parameters,
        );
    }
}

#[cfg(not(target_os = "linux"))]
fn raise_priority_of(_thread: i32) {}

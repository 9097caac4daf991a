//! The system asks us to end: Ctrl-C in a terminal, or the person logs out.
//!
//! Then the same happens as when the window is closed: what is running is kept, and the store is
//! closed. Without this, the next start would find everything too, but have to look for it.

use glib::ControlFlow;
use tauri::AppHandle;

/// `SIGINT` and `SIGTERM`, the same numbers on every Linux.
const REQUESTS: [i32; 2] = [2, 15];

/// Listens on the main thread.
pub fn when_asked(tauri: &AppHandle) {
    for request in REQUESTS {
        let tauri = tauri.clone();
        glib::unix_signal_add_local(request, move || {
            tauri.exit(0);
            ControlFlow::Break
        });
    }
}

//! Where reminders are shown outside the window of a computer: one sink a system.
//!
//! Linux has a specification with buttons, spoken by [`linux`]. It keeps no time: the app has to be
//! open.

#[cfg(target_os = "linux")]
mod linux;

use app::ReminderSink;
use tauri::AppHandle;

/// This system's own; `None` if nothing here shows notifications. Call it on the main thread.
#[cfg(target_os = "linux")]
pub fn sink(_: &AppHandle) -> Option<Box<dyn ReminderSink>> {
    linux::Notifications::find().map(|found| Box::new(found) as _)
}

/// Elsewhere they wait on Today.
#[cfg(not(target_os = "linux"))]
pub fn sink(_: &AppHandle) -> Option<Box<dyn ReminderSink>> {
    None
}

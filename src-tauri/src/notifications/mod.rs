//! Where reminders are shown outside the window of a computer: one sink a system.
//!
//! Linux has a specification with buttons, spoken by [`linux`]; macOS and Windows are reached
//! through Tauri's plugin, [`plugin`]. None of them keeps time: the app has to be open.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(any(
    target_os = "macos",
    target_os = "windows",
    all(test, target_os = "linux")
))]
mod plugin;

use app::ReminderSink;
use tauri::AppHandle;

/// This system's own; `None` if nothing here shows notifications. Call it on the main thread.
#[cfg(target_os = "linux")]
pub fn sink(_: &AppHandle) -> Option<Box<dyn ReminderSink>> {
    linux::Notifications::find().map(|found| Box::new(found) as _)
}

/// This system's own; `None` if nothing here shows notifications.
#[cfg(any(target_os = "macos", target_os = "windows"))]
pub fn sink(tauri: &AppHandle) -> Option<Box<dyn ReminderSink>> {
    match plugin::Notifications::through(tauri) {
        Ok(found) => Some(Box::new(found)),
        Err(error) => {
            log::warn!("no reminders outside the window: {error}");
            None
        }
    }
}

/// A desktop nobody has tried yet.
#[cfg(not(any(target_os = "linux", target_os = "macos", target_os = "windows")))]
pub fn sink(_: &AppHandle) -> Option<Box<dyn ReminderSink>> {
    None
}

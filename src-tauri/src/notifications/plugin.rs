//! Reminders through Tauri's own plugin, where that is the best there is: macOS and Windows.
//!
//! No buttons: Windows reports them only while the notification is on the screen, and macOS hides
//! two of them in a menu whose own button means the first. A touch opens the exercise; everything
//! else is on Today's card. One that is shown cannot be taken away again on either system. Nothing is
//! ever handed to the plugin's `schedule`: on a computer that shows it at once
//! (tauri-apps/plugins-workspace#2141, #2313).
//!
//! The plugin works on Linux, too, where we have better; there it is compiled and tried in tests.

use std::sync::mpsc::{Receiver, channel};

use app::ipc::Length;
use app::{Invitation, Permission, Reminder, ReminderId, ReminderSink, Reply};
use tauri::plugin::PermissionState;
use tauri::{AppHandle, Runtime};
use tauri_plugin_notification::{ActionPerformed, NotificationExt};

/// What the plugin calls a touch on the notification itself.
const TOUCHED: &str = "tap";

/// The plugin, and what people touched.
pub struct Notifications<R: Runtime> {
    tauri: AppHandle<R>,
    replies: Receiver<(ReminderId, Reply)>,
}

impl<R: Runtime> Notifications<R> {
    /// Adds the plugin to the running app. Once.
    ///
    /// # Errors
    /// The plugin does not start.
    pub fn through(tauri: &AppHandle<R>) -> Result<Notifications<R>, Box<dyn std::error::Error>> {
        tauri.plugin(tauri_plugin_notification::init())?;
        let (sender, replies) = channel();
        tauri.notification().on_action(move |performed| {
            if let Some(reply) = reply(performed) {
                // Nobody listens any more once the app is closed.
                let _ = sender.send(reply);
            }
        })?;
        Ok(Notifications {
            tauri: tauri.clone(),
            replies,
        })
    }
}

impl<R: Runtime> ReminderSink for Notifications<R> {
    fn keeps_time(&self) -> bool {
        false
    }

    fn permission(&mut self) -> Permission {
        match self.tauri.notification().permission_state() {
            Ok(state) => permission(state),
            Err(error) => {
                log::info!("nobody knows whether notifications are allowed: {error}");
                Permission::Unavailable
            }
        }
    }

    fn ask(&mut self) {
        if let Err(error) = self.tauri.notification().request_permission() {
            log::info!("the question about notifications was not asked: {error}");
        }
    }

    fn arm(&mut self, _: &Reminder) {}
    fn disarm(&mut self, _: ReminderId) {}

    fn show(&mut self, invitation: &Invitation) -> bool {
        if self.permission() != Permission::Granted {
            return false;
        }
        let notification = self.tauri.notification().builder();
        let shown = notification
            .id(invitation.id.0)
            .title(&invitation.title)
            .body(&invitation.body)
            .show();
        shown
            .map_err(|error| log::info!("the system said no to a notification: {error}"))
            .is_ok()
    }

    fn withdraw(&mut self, id: ReminderId) {
        // Does nothing on macOS and Windows so far.
        if let Err(error) = self.tauri.notification().remove_active(vec![id.0]) {
            log::info!("a notification stays where it is: {error}");
        }
    }

    fn replies(&mut self) -> Vec<(ReminderId, Reply)> {
        self.replies.try_iter().collect()
    }
}

/// A touch on one of ours; everything else a system reports is no answer.
fn reply(performed: &ActionPerformed) -> Option<(ReminderId, Reply)> {
    let touched = performed.notification()?;
    (performed.action_id() == TOUCHED)
        .then(|| (ReminderId(touched.id()), Reply::Start(Length::Full)))
}

fn permission(state: PermissionState) -> Permission {
    match state {
        PermissionState::Granted => Permission::Granted,
        PermissionState::Denied => Permission::Denied,
        PermissionState::Prompt | PermissionState::PromptWithRationale => Permission::Prompt,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use tauri::test::{mock_builder, mock_context, noop_assets};

    use super::*;

    fn performed(action: &str, id: i32) -> ActionPerformed {
        serde_json::from_value(json!({
            "actionId": action,
            "inputValue": null,
            "notification": { "id": id, "title": "Undersong", "body": "One small beat today?" },
        }))
        .unwrap()
    }

    #[test]
    fn a_touch_is_for_the_day_it_carries_and_nothing_else_is_an_answer() {
        let day = ReminderId(202_611_240);
        let whole = Reply::Start(Length::Full);
        assert_eq!(reply(&performed("tap", day.0)), Some((day, whole)));
        assert_eq!(reply(&performed("dismiss", day.0)), None);
    }

    #[test]
    fn every_permission_means_something_here() {
        assert_eq!(permission(PermissionState::Granted), Permission::Granted);
        assert_eq!(permission(PermissionState::Denied), Permission::Denied);
        assert_eq!(permission(PermissionState::Prompt), Permission::Prompt);
    }

    /// The real plugin in an app without a window. Whether the system shows it is the system's.
    #[test]
    fn the_plugin_is_there_and_takes_a_reminder() {
        let app = mock_builder().build(mock_context(noop_assets())).unwrap();
        let mut sink = Notifications::through(app.handle()).unwrap();
        assert!(!sink.keeps_time(), "a computer has to be told when");
        assert_eq!(sink.permission(), Permission::Granted);
        let invitation = Invitation {
            id: ReminderId(202_611_240),
            title: "Undersong, after coffee".into(),
            body: "One small beat today?".into(),
            can_wait: true,
        };
        assert!(sink.show(&invitation));
        sink.withdraw(invitation.id);
        assert_eq!(sink.replies(), []);
    }
}

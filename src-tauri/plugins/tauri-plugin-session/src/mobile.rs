//! A phone: orders go to Kotlin or Swift, and what those say comes back by one channel.
//!
//! The channel is made in Rust and handed over once, so nothing passes through the page.

use app::host::{MicrophoneAccess, SettingsPage};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tauri::Runtime;
use tauri::ipc::{Channel, InvokeResponseBody};
use tauri::plugin::{PluginApi, PluginHandle};

use crate::session::{Ear, Session};

#[cfg(target_os = "ios")]
tauri::ios_plugin_binding!(init_plugin_session);

/// Loads the native half.
pub fn session<R: Runtime, C: DeserializeOwned>(
    api: &PluginApi<R, C>,
) -> Result<Session, Box<dyn std::error::Error>> {
    #[cfg(target_os = "android")]
    let native = api.register_android_plugin("app.undersong.session", "SessionPlugin")?;
    #[cfg(target_os = "ios")]
    let native = api.register_ios_plugin(init_plugin_session)?;
    let session = Session::new(MicrophoneAccess::Prompt, knows, move |ear| {
        run(&native, "attach", json!({ "channel": channel(ear) }));
        Box::new(move |order| {
            let (command, with) = order.command();
            run(&native, command, with);
        })
    });
    Ok(session?)
}

/// Android 8 and iOS 16.4, our oldest, have both of the app's; what has a switch for the microphone
/// has its page, too.
fn knows(page: SettingsPage) -> bool {
    match page {
        SettingsPage::App | SettingsPage::Notifications => true,
        SettingsPage::Microphone => cfg!(target_os = "android"),
    }
}

/// One call, on the thread of orders: it waits for the phone's main thread. Every command answers
/// at once, also the one that shows a question.
fn run<R: Runtime>(native: &PluginHandle<R>, command: &str, with: Value) {
    if let Err(error) = native.run_mobile_plugin::<Value>(command, with) {
        log::warn!("the phone did not do {command}: {error}");
    }
}

fn channel(ear: Ear) -> Channel<Value> {
    Channel::new(move |said| {
        if let InvokeResponseBody::Json(json) = said {
            ear.hear(&json);
        }
        Ok(())
    })
}

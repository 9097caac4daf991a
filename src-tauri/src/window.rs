//! The one window: its size is in `tauri.conf.json`; where it may go, and begin, is here.

use tauri::utils::config::WindowConfig;
use tauri::webview::NewWindowResponse;
use tauri::{App, AppHandle, Manager, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder};

use crate::first_frame;

/// The screen it opens on; the UI's router reads the rest of the address.
#[derive(Debug, Clone, Copy)]
pub enum First {
    Today,
    CheckIn,
}

/// Opens it; minimised if it is to be `quiet`.
pub fn open(tauri: &App, first: First, quiet: bool) -> tauri::Result<()> {
    let mut config: WindowConfig = tauri
        .config()
        .app
        .windows
        .first()
        .cloned()
        .unwrap_or_default();
    config.url = WebviewUrl::App(match first {
        First::Today => "index.html".into(),
        First::CheckIn => "index.html#/checkin/before".into(),
    });
    if quiet {
        // Minimised before it is shown, so that nothing appears and goes away again.
        (config.visible, config.focus) = (false, false);
    }
    let window = WebviewWindowBuilder::from_config(tauri, &config)?
        .on_navigation(is_ours)
        .on_new_window(|_, _| NewWindowResponse::Deny);
    let window = first_frame::watched(window).build()?;
    if quiet {
        minimise(&window)?;
    }
    Ok(())
}

#[cfg(desktop)]
fn minimise(window: &WebviewWindow) -> tauri::Result<()> {
    window.minimize()?;
    window.show()
}

/// Nothing starts a phone's app at login.
#[cfg(mobile)]
fn minimise(_: &WebviewWindow) -> tauri::Result<()> {
    Ok(())
}

/// Brings it to the front: somebody took up a reminder.
pub fn raise(tauri: &AppHandle) -> impl Fn() + Send + Sync + 'static {
    let tauri = tauri.clone();
    move || {
        if let Some(window) = tauri.get_webview_window("main") {
            let raised = bring_to_front(&window);
            if let Err(error) = raised {
                log::warn!("the window stays where it is: {error}");
            }
        }
    }
}

#[cfg(desktop)]
fn bring_to_front(window: &WebviewWindow) -> tauri::Result<()> {
    window.unminimize()?;
    window.show()?;
    window.set_focus()
}

/// A phone has done so by itself.
#[cfg(mobile)]
fn bring_to_front(_: &WebviewWindow) -> tauri::Result<()> {
    Ok(())
}

/// Everything the window shows came with the program: it never leaves for anywhere else.
fn is_ours(address: &Url) -> bool {
    match address.scheme() {
        "tauri" => address.host_str() == Some("localhost"),
        // What the same address is called on Windows and Android.
        "http" | "https" => address.host_str() == Some("tauri.localhost"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::is_ours;

    #[test]
    fn the_window_never_leaves_the_app() {
        let ours = [
            "tauri://localhost",
            "tauri://localhost/index.html#/checkin/before",
            "http://tauri.localhost/",
        ];
        let elsewhere = [
            "https://example.org/",
            "http://localhost:1420/",
            "file:///etc/passwd",
            "data:text/html,hello",
            "tauri://elsewhere/",
            "http://tauri.localhost.example.org/",
        ];
        for address in ours {
            assert!(
                is_ours(&address.parse().unwrap()),
                "{address} is the app itself"
            );
        }
        for address in elsewhere {
            assert!(
                !is_ours(&address.parse().unwrap()),
                "{address} is not the app"
            );
        }
    }
}

//! A Tauri window with one button and nothing else: what our own start is measured beside.
//!
//! Prints the same line as the app under `UNDERSONG_FIRST_FRAME=1`. `cargo xtask bench` runs both.

use tauri::WebviewWindowBuilder;
use tauri::utils::config::WindowConfig;

fn main() -> tauri::Result<()> {
    tauri::Builder::default()
        .setup(|tauri| {
            let config: WindowConfig = tauri
                .config()
                .app
                .windows
                .first()
                .cloned()
                .unwrap_or_default();
            let window = WebviewWindowBuilder::from_config(tauri, &config)?;
            undersong_shell::first_frame::watched(window).build()?;
            Ok(())
        })
        .run(tauri::generate_context!(
            "examples/empty_window/tauri.conf.json"
        ))
}

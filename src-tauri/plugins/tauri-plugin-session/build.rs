//! Names what the native half understands, and tells Tauri's build where it lies.

/// As `src/order.rs` sends them, `SessionPlugin.kt` and `SessionPlugin.swift` answer them, and
/// `permissions/default.toml` keeps the page away from them.
const COMMANDS: &[&str] = &["attach", "ask", "hold", "beat", "settings"];

fn main() {
    tauri_plugin::Builder::new(COMMANDS)
        .android_path("android")
        .ios_path("ios")
        .build();
}

//! Puts the Kotlin and Swift halves where the phone's own build finds them.

/// What Rust says to the phone. The window is allowed none of it: see `permissions/default.toml`.
const COMMANDS: &[&str] = &[
    "listen", "keep", "show", "rehearse", "withdraw", "ask", "news",
];

fn main() {
    tauri_plugin::Builder::new(COMMANDS)
        .android_path("android")
        .ios_path("ios")
        .build();
}

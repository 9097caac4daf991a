//! Journeys through the real program: a real window, a real audio server, a real disk.
//!
//! Everything here is started by the test that uses it and stopped with it, by its own process id.

mod display;
pub mod hearing;
pub mod mutations;
pub mod notifications;
pub mod phones;
pub mod pipewire;
pub mod wall_clock;
pub mod webdriver;
pub mod window;

/// Says what a test has measured, for `cargo xtask bench` and `cargo xtask torture` to find.
pub fn figure(name: &str, measured: f64, note: &str) {
    let figure = serde_json::json!({ "name": name, "measured": measured, "note": note });
    println!("@figure {figure}");
}

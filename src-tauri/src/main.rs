//! The desktop program: reads its options and opens the window.

#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use std::process::ExitCode;

use undersong_shell::Options;

fn main() -> ExitCode {
    let options = Options::from_command_line();
    if !has_display() {
        eprintln!("There is no display here. `undersong-cli` does the same in a terminal.");
        return ExitCode::FAILURE;
    }
    undersong_shell::open(options);
    ExitCode::SUCCESS
}

/// GTK stops a program that has none in the middle of opening.
fn has_display() -> bool {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || is_set("DISPLAY") || is_set("WAYLAND_DISPLAY")
}

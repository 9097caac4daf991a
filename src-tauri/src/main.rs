//! The desktop program: reads its options and opens the window.

#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

fn main() {
    undersong_shell::open(undersong_shell::Options::from_command_line());
}

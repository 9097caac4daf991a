//! Journeys through the real program: a real window, a real audio server, a real disk.
//!
//! Everything here is started by the test that uses it and stopped with it, by its own process id.

pub mod hearing;
pub mod notifications;
pub mod pipewire;
pub mod webdriver;
pub mod window;

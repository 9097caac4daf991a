//! What a phone's sound needs beyond a computer's, without naming any phone's library.
//!
//! Compiled for tests everywhere: `oboe.rs` is the glue between this and Android, and holds
//! nothing that decides.

mod microphone;
mod quirks;
mod start_up;
mod tuner;

#[cfg(target_os = "android")]
pub(super) use microphone::{Gone, PhoneMicrophone, Reader};
#[cfg(target_os = "android")]
pub(super) use quirks::{Phone, Quirks};
#[cfg(target_os = "android")]
pub(super) use tuner::{Buffer, Tuner};

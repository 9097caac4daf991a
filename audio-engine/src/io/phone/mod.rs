//! What a phone's sound needs beyond a computer's, without naming any phone's library.
//!
//! Compiled for tests everywhere: `oboe.rs` is the glue between this and Android, `ios.rs` between
//! this and iOS, and neither holds anything that decides.

#[cfg(any(test, target_os = "android", feature = "oboe-on-linux"))]
mod microphone;
#[cfg(any(test, target_os = "android", feature = "oboe-on-linux"))]
mod quirks;
#[cfg(any(test, target_os = "ios"))]
mod session;
#[cfg(any(test, target_os = "android", feature = "oboe-on-linux"))]
mod start_up;
#[cfg(any(test, target_os = "android", feature = "oboe-on-linux"))]
mod tuner;
#[cfg(any(test, target_os = "ios"))]
mod under_session;

#[cfg(any(target_os = "android", feature = "oboe-on-linux"))]
pub(super) use microphone::{Gone, PhoneMicrophone, Reader};
#[cfg(any(target_os = "android", feature = "oboe-on-linux"))]
pub(super) use quirks::{Phone, Quirks};
#[cfg(any(target_os = "android", feature = "oboe-on-linux"))]
pub(super) use tuner::{Buffer, Tuner};
#[cfg(target_os = "ios")]
pub(super) use {
    session::{Ask, Granted, Port, SessionNews, System, Use},
    under_session::UnderSession,
};

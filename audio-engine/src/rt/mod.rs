//! The audio thread's half: nothing here allocates, locks, waits, logs or panics.
//!
//! Start reading at [`Engine::process`].

mod engine;
mod mixer;

mod agenda;
pub(crate) mod automation;
mod blocks;
mod cue;
mod deeds;
pub(crate) mod ear;
mod fading;
pub(crate) mod filter;
mod metronome;
pub(crate) mod plan;
pub(crate) mod recorder;
mod slate;
mod tone;
mod track;
mod transport;
mod voice;
mod window;

pub(crate) mod command;
pub(crate) mod guard;
mod lanes;
mod level;
pub(crate) mod limits;
pub(crate) mod shared;
pub(crate) mod tally;
mod trash;

pub use engine::Engine;
pub(crate) use engine::Wires;
#[cfg(rtsan)]
pub use guard::sanitizer;
pub use limits::MAX_BLOCK;
pub use shared::XrunCounter;
pub use transport::{Then, Transport};

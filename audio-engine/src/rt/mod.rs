//! The audio thread's half: nothing here allocates, locks, waits, logs or panics.

pub(crate) mod command;
mod engine;
pub(crate) mod limits;
pub(crate) mod recorder;
pub(crate) mod shared;
mod transport;

pub(crate) use engine::Wires;
pub use engine::Engine;
pub use limits::MAX_BLOCK;
pub use shared::XrunCounter;
pub use transport::{Then, Transport};

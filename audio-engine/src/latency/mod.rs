//! Round-trip latency, measured: how long our own sound takes to come back to us.
//!
//! The engine plays [`probe`] and records the microphone meanwhile; [`measure`] finds the one in
//! the other. The answer belongs to one route (devices, rate, block size) and is used to put a
//! take where it was heard, so it must be exact or be refused: there is no "roughly".
//!
//! Pure. Runs off the audio thread; both functions allocate and take some milliseconds.

mod measure;
mod probe;
#[cfg(test)]
mod rooms;

pub use measure::{Measured, measure};
pub use probe::probe;

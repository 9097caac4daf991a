//! Round-trip latency, measured: how long our own sound takes to come back to us.
//!
//! The engine plays [`probe`] and records the microphone meanwhile; [`measure`] finds the one in
//! the other; several runs make a [`Calibration`] of one [`Route`] (devices, rate, block, mode,
//! system), and [`choose`] says which one a take is placed by. The answer must be exact or be
//! refused: there is no "roughly" that does not say so.
//!
//! Pure. Runs off the audio thread; `probe` and `measure` allocate and take some milliseconds.

mod calibration;
mod choose;
mod measure;
mod probe;
#[cfg(test)]
mod rooms;
mod route;

pub use calibration::{Calibration, Method, Recheck, Stale};
pub use choose::{Choice, choose};
pub use measure::{Measured, measure};
pub use probe::probe;
pub use route::{DeviceKind, Route, RouteEnd};

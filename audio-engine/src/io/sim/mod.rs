//! Devices that are only arithmetic: virtual time, the same sound on every machine.
//!
//! [`SimDevice`] is the simple one: one clock, one callback, somebody who plays along. Tests of
//! music run on it. [`SimHost`] is the hard one: two callbacks on two crystals, late, of any size,
//! lossy, unplugged in the middle of a call; the app's own supervisor and alignment run on it.

mod air;
mod backend;
mod device;
mod host;
mod script;
mod world;

#[cfg(test)]
pub(super) use backend::SimBackend;
pub use device::{Microphone, SimDevice, SimSpec};
pub use host::SimHost;
pub use script::{Air, Direction, Fault, Opening, SimScript, SimSide};
#[cfg(test)]
pub(super) use world::World;

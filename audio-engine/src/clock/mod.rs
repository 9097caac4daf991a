//! The devices' clocks: how fast they run, where they are, and whether they lost count.
//!
//! Every direction of a device counts frames on a crystal of its own. Whoever handles its
//! callbacks shows [`Dll::see`] the count and the time of each; from then on frames and
//! nanoseconds can be turned into each other, two directions can be compared, and frames that
//! were lost or doubled are found by our own count, whatever the host reports.

mod dll;

pub use dll::{Dll, Seen};

//! Signal processing that remembers a little and allocates nothing while it runs.
//!
//! Everything gives the same samples however it is cut into blocks.

pub mod compressor;
pub mod decibel;
pub mod delay;
pub mod dither;
pub mod edge;
pub mod eq;
pub(crate) mod eq_lanes;
pub mod fade;
pub mod limiter;
pub mod oversample;
pub mod pan;
pub mod ramp;
pub mod reverb;
pub mod tick;

//! Signal processing that remembers a little and allocates nothing while it runs.

pub mod edge;
pub mod pan;

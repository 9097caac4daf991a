//! The domain of Undersong: exercises, how a person is, what to offer today.
//!
//! Pure. No clock, disk, sound or randomness: whatever changes from run to run is an argument.
//!
//! Start reading at [`exercise`]: it is data with typed actions. [`checkin`] is what a person says
//! before and after, [`safety`] what goes first on a heavy day, [`daily`] which card Today shows,
//! [`reminders`] when to invite somebody back, and [`day`] which day a sitting belongs to.

pub mod checkin;
pub mod daily;
pub mod day;
pub mod exercise;
pub mod reminders;
pub mod safety;
pub mod words;

pub use checkin::{CheckIn, Mood};
pub use exercise::{Action, Exercise, ExerciseError, Step, Vocabulary};

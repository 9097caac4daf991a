//! What can be said about a piece of sound: how loud, which pitch, what shape.
//!
//! Pure functions over whole [`Audio`](crate::Audio). They allocate and take their time (about a
//! hundredth of the sound's length), so they belong to any thread but the audio thread.

mod envelope;
mod loudness;
mod pitch;
mod signal;

pub use envelope::envelope;
pub use loudness::{Loudness, balance_lu, integrated_lufs, loudness};
pub(crate) use loudness::{meter, said};
pub use pitch::{median_hz, pitch_error_cents, voiced_seconds};
pub use signal::{clipped, is_digital_silence};

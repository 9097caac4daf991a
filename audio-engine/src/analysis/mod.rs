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
pub use pitch::{
    Pitch, breaths_per_minute, median_hz, pitch_error_cents, pitch_sd_cents, pitch_track,
    voiced_seconds,
};
pub use signal::{clipped, is_digital_silence};

/// The value in the middle; of an even number, the upper of the two.
fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

//! What can be said about a piece of sound: how loud, which pitch, what shape, how well in time.
//!
//! Pure functions over whole [`Audio`](crate::Audio). They allocate and take their time (about a
//! hundredth of the sound's length), so they belong to any thread but the audio thread.

mod attack;
mod envelope;
mod level;
mod loudness;
mod metrics;
mod onsets;
mod peaks;
mod pitch;
mod reduction;
mod signal;
mod stereo;
mod timing;
#[cfg(test)]
mod truth;

pub use envelope::envelope;
pub use level::{Level, level, noise_floor_dbfs, snr_db};
pub use loudness::{
    Dynamics, Loudness, balance_lu, dynamics, integrated_lufs, loudness, momentary, short_term,
};
pub(crate) use loudness::{meter, said};
pub use metrics::{Material, Metric};
pub use onsets::onsets;
pub use peaks::{Peaks, Point};
pub use pitch::{
    Pitch, breaths_per_minute, median_hz, pitch_error_cents, pitch_sd_cents, pitch_track,
    voiced_seconds,
};
pub use reduction::gain_reduction_db;
pub use signal::{clipped, is_digital_silence};
pub use stereo::mono_safe;
pub use timing::{Beats, Timing, onset_align_ms, tapped_bpm, tempo_drift_percent, timing};

/// The value in the middle; of an even number, the upper of the two.
fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

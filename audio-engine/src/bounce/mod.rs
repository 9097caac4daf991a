//! A piece rendered to sound, through the same engine that plays it live.
//!
//! [`bounce`] gives the whole sound, [`Bounce`] a stretch at a time; [`bounce_loop`] a loop that
//! joins itself, [`StemBounce`] one part alone. [`master`] brings a sound to a loudness. [`export`]
//! and [`export_stems`] do all of it into files, tell how far they are and can be called off.

mod export;
mod looped;
mod mastering;
mod render;
mod score;
mod stems;

use crate::audio::Audio;
use crate::control::BatchError;

pub use export::{Export, ExportError, Written, export, export_stems};
pub use looped::{LoopError, bounce_loop};
pub use mastering::{Mastered, Target, master};
pub use render::Bounce;
pub use score::{Part, Score};
pub use stems::{StemBounce, StemOf};

/// Renders `score` in stereo, as fast as the machine can; bit for bit what
/// [`Score::play_on`] plays. `progress` is told how much is done, 0..=1.
///
/// Runs on the calling thread, with an engine of its own: never on the audio thread.
/// An error means the score cannot be played: a loop of no whole number of bars, audio at
/// another rate, or hundreds of parts.
pub fn bounce(score: &Score, mut progress: impl FnMut(f32)) -> Result<Audio, BatchError> {
    let frames = score.length.0 as usize;
    let (mut left, mut right) = (Vec::with_capacity(frames), Vec::with_capacity(frames));
    let mut bounce = Bounce::new(score)?;
    while let Some([l, r]) = bounce.stretch() {
        left.extend_from_slice(l);
        right.extend_from_slice(r);
        progress(bounce.done());
    }
    Ok(Audio::stereo(score.grid.rate, left, right))
}

//! A piece rendered to sound, through the same engine that plays it live.

mod score;

use crate::audio::Audio;
use crate::control::{BatchError, EngineConfig, TrackId, engine_of_any_size};
use crate::units::Frames;

pub use score::{Part, Score};

/// Frames between two reports of progress.
const STRIDE: usize = 4096;

/// Renders `score` in stereo, as fast as the machine can; bit for bit what
/// [`Score::play_on`] plays. `progress` is told how much is done, 0..=1.
///
/// Runs on the calling thread, with an engine of its own: never on the audio thread.
/// An error means the score cannot be played: a loop of no whole number of bars, audio at
/// another rate, or hundreds of parts.
pub fn bounce(score: &Score, mut progress: impl FnMut(f32)) -> Result<Audio, BatchError> {
    let rate = score.grid.rate;
    let frames = score.length.0 as usize;
    let (mut left, mut right) = (vec![0.0; frames], vec![0.0; frames]);
    let tracks = u16::try_from(score.parts.len()).unwrap_or(u16::MAX);
    let (mut handle, mut engine) = engine_of_any_size(EngineConfig {
        rate,
        tracks,
        ..EngineConfig::default()
    });
    handle.batch(|batch| {
        score.write(batch, TrackId(0), Frames::ZERO);
        batch.play();
    })?;
    for (l, r) in left.chunks_mut(STRIDE).zip(right.chunks_mut(STRIDE)) {
        engine.process(&[], &mut [l, r]);
        handle.collect();
        let done = handle.snapshot().clock.0 as f32 / frames.max(1) as f32;
        progress(done.min(1.0));
    }
    Ok(Audio::stereo(rate, left, right))
}

//! A score being rendered, a stretch at a time: nothing of it is kept but the stretch.

use super::Score;
use crate::control::{BatchError, Bus, EngineConfig, EngineHandle, TrackId, engine_of_any_size};
use crate::rt::Engine;
use crate::units::{Frames, Gain};

/// Frames rendered in one go. Not a limit of the engine's: it is so that a person who calls it off
/// does not wait, and an hour needs no more memory than a minute.
pub(super) const STRIDE: usize = 4096;

/// What is rendered of a score.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// What is heard: bit for bit what [`Score::play_on`] plays.
    Everything,
    /// The mix before the master's limiter.
    BeforeMaster,
}

/// So far is the mix drawn down where the limiter must not notice it, in dB. Floats are as exact
/// down there as up here.
const DOWN_DB: f32 = -72.0;

/// A score being rendered. Ask for the next stretch until there is none; stopping is not asking.
///
/// Runs on the calling thread, with an engine of its own: never on the audio thread.
///
/// ```
/// # use audio_engine::bounce::{Bounce, Score};
/// # use audio_engine::BatchError;
/// fn loudest(score: &Score) -> Result<f32, BatchError> {
///     let mut bounce = Bounce::new(score)?;
///     let mut loudest = 0.0f32;
///     while let Some([left, right]) = bounce.stretch() {
///         let both = left.iter().chain(right);
///         loudest = both.fold(loudest, |loudest, sample| loudest.max(sample.abs()));
///     }
///     Ok(loudest)
/// }
/// ```
pub struct Bounce {
    handle: EngineHandle,
    engine: Engine,
    length: Frames,
    done: Frames,
    back_up: f32,
    left: Vec<f32>,
    right: Vec<f32>,
}

impl Bounce {
    /// Gets everything ready.
    ///
    /// # Errors
    /// The score cannot be played: a loop of no whole number of bars, audio at another rate, or
    /// hundreds of parts.
    pub fn new(score: &Score) -> Result<Bounce, BatchError> {
        Bounce::of(score, What::Everything)
    }

    pub(super) fn of(score: &Score, what: What) -> Result<Bounce, BatchError> {
        let mut bounce = Bounce::silent(score, what)?;
        bounce.handle.batch(|batch| {
            score.write(batch, TrackId(0), Frames::ZERO);
            batch.play();
        })?;
        bounce.wait_for_the_first_frame();
        Ok(bounce)
    }

    /// The score over and over: turn after turn has to be promised with [`Bounce::turn`].
    pub(super) fn over_and_over(score: &Score) -> Result<Bounce, BatchError> {
        let mut bounce = Bounce::silent(score, What::Everything)?;
        bounce.length = Frames(u64::MAX);
        bounce.handle.batch(|batch| {
            score.write_turn(batch, 0);
            batch.play();
        })?;
        bounce.wait_for_the_first_frame();
        Ok(bounce)
    }

    /// One more turn of a score that is played over and over, at the end of the one before.
    pub(super) fn turn(&mut self, score: &Score, turn: u64) -> Result<(), BatchError> {
        self.handle.batch(|batch| score.write_turn(batch, turn))
    }

    /// An engine in which nothing sounds yet.
    fn silent(score: &Score, what: What) -> Result<Bounce, BatchError> {
        let rate = score.grid.rate;
        let tracks = u16::try_from(score.parts.len()).unwrap_or(u16::MAX);
        let (mut handle, mut engine) = engine_of_any_size(EngineConfig {
            rate,
            tracks,
            ..EngineConfig::default()
        });
        let (mut left, mut right) = (vec![0.0; STRIDE], vec![0.0; STRIDE]);
        let mut back_up = 1.0;
        if what == What::BeforeMaster {
            let down = Gain::from_db(DOWN_DB);
            handle.batch(|batch| batch.bus_gain(Bus::Music, down))?;
            // The fader glides; when the music begins it has arrived.
            engine.process(&[], &mut [&mut left, &mut right]);
            back_up = 1.0 / down.amplitude();
        }
        Ok(Bounce {
            handle,
            engine,
            length: score.length,
            done: Frames::ZERO,
            back_up,
            left,
            right,
        })
    }

    /// What an engine that looks ahead gives before the first frame it has looked at.
    fn wait_for_the_first_frame(&mut self) {
        let mut late = self.engine.latency().0 as usize;
        while late > 0 {
            let some = late.min(STRIDE);
            let sides = [&mut self.left, &mut self.right];
            let [left, right] = sides.map(|side| side.get_mut(..some).unwrap_or_default());
            self.engine.process(&[], &mut [left, right]);
            late -= some;
        }
    }

    /// The next stretch, left and right; `None` at the end of the score.
    pub fn stretch(&mut self) -> Option<[&[f32]; 2]> {
        self.up_to(self.length)
    }

    /// The next stretch, but nothing from `end` on.
    pub(super) fn up_to(&mut self, end: Frames) -> Option<[&[f32]; 2]> {
        let end = end.min(self.length);
        let frames = end.0.saturating_sub(self.done.0).min(STRIDE as u64) as usize;
        if frames == 0 {
            return None;
        }
        let (left, right) = (&mut self.left[..frames], &mut self.right[..frames]);
        self.engine.process(&[], &mut [&mut *left, &mut *right]);
        self.handle.collect();
        self.done += Frames(frames as u64);
        if self.back_up != 1.0 {
            let both = left.iter_mut().chain(right.iter_mut());
            both.for_each(|sample| *sample *= self.back_up);
        }
        Some([left, right])
    }

    /// How much is done, 0..=1.
    pub fn done(&self) -> f32 {
        self.done.0 as f32 / self.length.0.max(1) as f32
    }

    /// How long it will be.
    pub fn length(&self) -> Frames {
        self.length
    }
}

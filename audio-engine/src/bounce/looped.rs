//! A piece as a loop: a file whose end joins its beginning.
//!
//! What rings on past the end (reverb, releases, the limiter letting go) has to be in the
//! beginning. So the piece is played several times without a pause, and the last turn is kept:
//! the one that begins with what the one before left behind. Turns are added until one sounds like
//! the one before it, which for a room that rings for two seconds is the second in a long loop and
//! the fourth in a short one.

use super::Score;
use super::render::Bounce;
use crate::audio::Audio;
use crate::control::BatchError;
use crate::units::Frames;

/// Why a piece cannot be made a loop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LoopError {
    /// Its end would not be on a bar line.
    #[error("{} frames are no whole number of bars of {}", .length.0, .bar.0)]
    NotWholeBars {
        /// The score's length.
        length: Frames,
        /// Its grid's bar.
        bar: Frames,
    },
    /// It could not be played at all.
    #[error(transparent)]
    Refused(#[from] BatchError),
}

/// Two turns this much alike, in amplitude, are one: −120 dBFS.
const ALIKE: f32 = 1e-6;

/// A loop that still changes after so long is kept as it is, in seconds. The room rings for 2.2 s
/// until it is 60 dB quieter, so by then it is long forgotten.
const LONGEST: f64 = 10.0;

/// Renders the score as a loop: as long as the score, without its fade. Repeated, it is what the
/// engine plays when the score is played over and over, to −120 dB. `progress` is told how much is
/// done, 0..=1, as far as can be known.
///
/// Runs on the calling thread. In memory: as much as two turns.
///
/// # Errors
/// The score is no whole number of bars long, or cannot be played.
pub fn bounce_loop(score: &Score, mut progress: impl FnMut(f32)) -> Result<Audio, LoopError> {
    let (length, bar) = (score.length, score.grid.bar());
    if length == Frames::ZERO || length % bar != Frames::ZERO {
        return Err(LoopError::NotWholeBars { length, bar });
    }
    let mut bounce = Bounce::over_and_over(score)?;
    let frames = length.0 as usize;
    let most = 2 + (LONGEST / length.seconds(score.grid.rate)).ceil() as u64;
    let [mut left, mut right] = [vec![0.0; frames], vec![0.0; frames]];
    for turn in 1..=most {
        if turn > 1 {
            bounce.turn(score, turn - 1)?;
        }
        let (mut at, mut off) = (0, 0.0f32);
        while let Some([new_left, new_right]) = bounce.up_to(Frames(length.0 * turn)) {
            let end = at + new_left.len();
            let sides = [(&mut left, new_left), (&mut right, new_right)];
            for (kept, new) in sides {
                for (kept, new) in kept[at..end].iter_mut().zip(new) {
                    off = off.max((*kept - new).abs());
                    *kept = *new;
                }
            }
            at = end;
            let turns = turn as f32 - 1.0 + at as f32 / frames as f32;
            progress((turns / most as f32).min(0.99));
        }
        if turn > 1 && off <= ALIKE {
            break;
        }
    }
    progress(1.0);
    Ok(Audio::stereo(score.grid.rate, left, right))
}

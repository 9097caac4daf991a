//! Up to four tracks of a window, filtered side by side.

use super::blocks::{Block, halves, mixed};
use super::deeds::Deed;
use super::filter::{Run, run_abreast};
use super::limits::MAX_BLOCK;
use super::track::{Says, Track};
use super::voice::Straight;
use crate::dsp::eq_lanes::{ABREAST, Lanes, gather, scatter};
use crate::units::Frames;

/// Tracks looked at together, so that four of them may share a filter's loop, and their sound
/// stays in the nearest cache until it is in the bus.
pub(super) const WINDOW: usize = 2 * ABREAST;

static SILENCE: Block = [0.0; MAX_BLOCK];

/// Four tracks of a window, at most, that are to be filtered.
pub(super) struct Four<'a> {
    pub(super) tracks: &'a mut [Track],
    pub(super) which: &'a [usize],
    /// What each track of the window does.
    pub(super) deeds: &'a [&'a mut [Deed]; WINDOW],
}

impl Four<'_> {
    /// Filters what they say into their blocks.
    pub(super) fn filter(
        &mut self,
        at: Frames,
        says: &[Says; WINDOW],
        said: &mut [[Block; 2]; WINDOW],
        lanes: &mut [Lanes],
    ) {
        let frames = lanes.len();
        let silence = Straight {
            sides: [SILENCE.get(..frames).unwrap_or_default(); 2],
            factor: 1.0,
        };
        let sounds = std::array::from_fn(|j| {
            let Some(&i) = self.which.get(j) else {
                return silence;
            };
            match says[i] {
                Says::Nothing => silence,
                Says::Straight => self.tracks[i].straight(at, frames).unwrap_or(silence),
                Says::Mixed => mixed(&said[i], frames),
            }
        });
        gather(sounds.map(|sound| (sound.sides, sound.factor)), lanes);
        let mut runs: [Option<Run<'_>>; ABREAST] = [const { None }; ABREAST];
        let tracks = self.tracks.iter_mut().zip(self.deeds).enumerate();
        let wanted = tracks.filter(|(i, _)| self.which.contains(i));
        for (run, (_, (track, deeds))) in runs.iter_mut().zip(wanted) {
            *run = Some(Run {
                filter: track.filter(),
                deeds,
            });
        }
        run_abreast(&mut runs, at, lanes);
        for (j, i) in self.which.iter().enumerate() {
            scatter(lanes, j, halves(&mut said[*i], frames));
        }
    }
}

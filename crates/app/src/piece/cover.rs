//! A ring from sound: the cover of a piece, and the bands while it is being made.

use std::sync::Arc;

use audio_engine::analysis;
use audio_engine::audio::Audio;
use audio_engine::units::{Frames, SampleRate};

use crate::ipc::{Band, Ring, TURN_POINTS};

use super::manifest::Manifest;
use super::source::Shelf;

/// A loop with its loudness over one pass: measured once, drawn many times.
#[derive(Debug, Clone)]
pub struct Sounding {
    pub audio: Arc<Audio>,
    /// 0 … 255, at [`TURN_POINTS`] points of one pass.
    wave: Arc<[u8]>,
}

impl Sounding {
    /// Measures it.
    #[must_use]
    pub fn new(audio: Arc<Audio>) -> Sounding {
        let wave = analysis::envelope(&audio, TURN_POINTS).into();
        Sounding { audio, wave }
    }

    /// Nothing yet, e.g. a take that is still to be recorded.
    #[must_use]
    pub fn nothing(rate: SampleRate) -> Sounding {
        Sounding {
            audio: Arc::new(Audio::mono(rate, vec![])),
            wave: Arc::new([]),
        }
    }

    /// One pass.
    #[must_use]
    pub fn length(&self) -> Frames {
        self.audio.frames()
    }

    /// Its loudness around one turn of the ring, from twelve o'clock. A pass begins at `origin` on
    /// the timeline; a turn lasts `turn` and the first begins at `turn_start`.
    #[must_use]
    pub fn around(&self, origin: Frames, turn: Frames, turn_start: Frames) -> Vec<u8> {
        let (length, points) = (self.length().0, self.wave.len() as u64);
        if length == 0 || turn.0 == 0 || points == 0 {
            return vec![0; TURN_POINTS];
        }
        let per_turn = TURN_POINTS as u64;
        let origin = origin.0 % length;
        // The loudest moment within each point of the turn, so that no stroke falls between two.
        let point = |index: u64| {
            let at = |index: u64| turn_start.0 + index * turn.0 / per_turn + length - origin;
            let first = at(index) * points / length;
            let last = (at(index + 1) * points / length).max(first + 1);
            let heard = (first..last.min(first + points)).map(|i| self.wave[(i % points) as usize]);
            heard.max().unwrap_or(0)
        };
        (0..per_turn).map(point).collect()
    }
}

/// The still figure of a piece: a band a layer, one turn as long as its longest loop.
#[must_use]
pub fn cover(manifest: &Manifest, shelf: &mut Shelf, rate: SampleRate) -> Ring {
    let Some(grid) = manifest.grid(rate) else {
        return Ring::default();
    };
    let sounds: Vec<_> = manifest
        .layers
        .iter()
        .filter_map(|layer| Some((layer, shelf.get(&layer.source, grid)?)))
        .collect();
    let turn = sounds
        .iter()
        .map(|(_, sound)| sound.length())
        .max()
        .unwrap_or_default();
    let bands = sounds.iter().map(|(layer, sound)| Band {
        name: layer.name.clone(),
        color: layer.color,
        envelope: sound.around(grid.bars(layer.origin_bar), turn, Frames::ZERO),
        gain_db: layer.gain_db,
        pan: layer.pan,
        muted: false,
        recording: false,
    });
    Ring {
        bands: bands.collect(),
        turn_seconds: turn.seconds(rate),
        turn_start: 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: SampleRate = SampleRate::STUDIO;

    /// Loud in its first quarter, silent afterwards.
    fn first_quarter(length: usize) -> Sounding {
        let sample = |i: usize| {
            if i < length / 4 {
                0.5 * (i as f32 * 0.1).sin()
            } else {
                0.0
            }
        };
        Sounding::new(Arc::new(Audio::mono(
            RATE,
            (0..length).map(sample).collect(),
        )))
    }

    /// Which eighths of the turn sound in their middle, as a picture.
    fn picture(envelope: &[u8]) -> String {
        let middle = |eighth: usize| envelope[(2 * eighth + 1) * TURN_POINTS / 16];
        (0..8)
            .map(|eighth| if middle(eighth) > 60 { '#' } else { '.' })
            .collect()
    }

    #[test]
    fn a_loop_half_as_long_as_the_turn_goes_round_twice() {
        let envelope = first_quarter(48_000).around(Frames(0), Frames(96_000), Frames(0));
        assert_eq!(picture(&envelope), "#...#...");
    }

    #[test]
    fn a_take_that_began_later_begins_later_on_the_ring() {
        let envelope = first_quarter(96_000).around(Frames(24_000), Frames(96_000), Frames(0));
        assert_eq!(picture(&envelope), "..##....");
    }

    #[test]
    fn no_sound_and_no_turn_draw_an_empty_band() {
        let nothing = Sounding::nothing(RATE);
        assert_eq!(
            nothing.around(Frames(0), Frames(9), Frames(0)),
            vec![0; TURN_POINTS]
        );
        let no_turn = first_quarter(64).around(Frames(0), Frames(0), Frames(0));
        assert_eq!(no_turn, vec![0; TURN_POINTS]);
    }
}

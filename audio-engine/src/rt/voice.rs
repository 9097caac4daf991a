//! A layer that sounds: where it is read, and how far it has come in or gone out.

use std::sync::Arc;

use super::command::Trash;
use super::limits::MAX_BLOCK;
use crate::audio::Audio;
use crate::control::{Layer, Play, TakeId};
use crate::dsp::ramp::Ramp;
use crate::units::Frames;

/// A mono sound gives each side 3 dB less, and is as loud from both as it was alone.
const MONO: f32 = std::f32::consts::FRAC_1_SQRT_2;

/// Where the samples are.
pub(crate) enum Source {
    /// Made by the app.
    Shared(Arc<Audio>),
    /// Made by the live looper, which may still be writing its end.
    Recorded {
        take: TakeId,
        /// Channel after channel, with room for more than is read.
        samples: Box<[f32]>,
        channels: usize,
        /// Frames of each channel that are read.
        length: usize,
    },
}

impl Source {
    fn channels(&self) -> [&[f32]; 2] {
        match self {
            Source::Shared(audio) => [audio.channel(0), audio.channel(1)],
            Source::Recorded {
                samples,
                channels,
                length,
                ..
            } => {
                let (left, right) = samples.split_at(samples.len() / channels.max(&1));
                let right = if right.is_empty() { left } else { right };
                [left, right].map(|channel| channel.get(..*length).unwrap_or_default())
            }
        }
    }

    fn is_mono(&self) -> bool {
        match self {
            Source::Shared(audio) => audio.channel_count() == 1,
            Source::Recorded { channels, .. } => *channels == 1,
        }
    }
}

/// A layer on its way to a track.
pub(crate) struct Coming {
    pub(crate) source: Source,
    pub(crate) play: Play,
    /// How long it takes to come in; none is a hard start.
    pub(crate) fade_in: Frames,
}

impl From<Layer> for Coming {
    fn from(layer: Layer) -> Coming {
        let Layer {
            audio,
            play,
            fade_in,
        } = layer;
        Coming {
            source: Source::Shared(audio),
            play,
            fade_in,
        }
    }
}

/// One layer on a track, coming, staying or leaving.
pub(crate) struct Voice {
    pub(crate) source: Source,
    play: Play,
    pub(crate) coming: Ramp,
    pub(crate) leaving: bool,
}

/// Sound that lies in memory as it is to be heard, but for one factor.
#[derive(Clone, Copy)]
pub(crate) struct Straight<'a> {
    pub(crate) sides: [&'a [f32]; 2],
    pub(crate) factor: f32,
}

impl<'a> Straight<'a> {
    /// The part from `from`, `length` frames long.
    pub(crate) fn part(&self, from: usize, length: usize) -> Straight<'a> {
        Straight {
            sides: self
                .sides
                .map(|side| side.get(from..from + length).unwrap_or_default()),
            factor: self.factor,
        }
    }
}

impl Voice {
    pub(crate) fn new(coming: Coming) -> Voice {
        let Coming {
            source,
            play,
            fade_in,
        } = coming;
        Voice {
            source,
            play,
            coming: Ramp::between(0.0, 1.0, fade_in),
            leaving: false,
        }
    }

    /// Goes out over `fade`.
    pub(crate) fn leave(&mut self, fade: Frames) {
        self.coming.go(0.0, fade);
        self.leaving = true;
    }

    /// Comes in again after the playhead has jumped.
    pub(crate) fn enter(&mut self, declick: Frames) {
        let over = self.coming.left().max(declick);
        self.coming = Ramp::between(0.0, 1.0, over);
    }

    /// Has it left for good?
    pub(crate) fn is_over(&self) -> bool {
        self.leaving && self.coming.is_settled()
    }

    pub(crate) fn into_trash(self) -> Trash {
        match self.source {
            Source::Shared(audio) => Trash::Audio(audio),
            Source::Recorded { samples, .. } => Trash::Loop(samples),
        }
    }

    fn factor(&self) -> f32 {
        if self.source.is_mono() { MONO } else { 1.0 }
    }

    /// All of `frames` from playhead `at`, if they lie together and the voice neither comes nor
    /// leaves: the usual case, in which nothing needs to be copied.
    pub(crate) fn straight(&self, at: Frames, frames: usize) -> Option<Straight<'_>> {
        if !self.coming.is_settled() || self.leaving {
            return None;
        }
        let Stretch::Sound { from, length } = self.stretch(at, frames) else {
            return None;
        };
        (length == frames).then(|| Straight {
            sides: self.cut(from, length),
            factor: self.factor() * self.coming.target(),
        })
    }

    fn cut(&self, from: usize, length: usize) -> [&[f32]; 2] {
        self.source
            .channels()
            .map(|channel| channel.get(from..from + length).unwrap_or_default())
    }

    /// Adds the frames from playhead `at` to `out`. Returns after how many of them it is silent
    /// until their end.
    pub(crate) fn add(&self, at: Frames, out: [&mut [f32]; 2]) -> usize {
        let [left, right] = out;
        let mut frames = left.len().min(MAX_BLOCK);
        if self.leaving {
            frames = frames.min(self.coming.left().0 as usize);
        }
        let steady = self.coming.is_settled();
        let mut coming = [self.coming.target(); MAX_BLOCK];
        if !steady {
            self.coming
                .fill(coming.get_mut(..frames).unwrap_or_default());
        }
        let factor = self.factor();
        let (mut done, mut heard) = (0, 0);
        while done < frames {
            let stretch = self.stretch(at + Frames(done as u64), frames - done);
            let length = stretch.length();
            if let Stretch::Sound { from, length } = stretch {
                let here = done..done + length;
                let sides = self.cut(from, length).into_iter();
                for (sound, out) in sides.zip([&mut *left, &mut *right]) {
                    let out = out.get_mut(here.clone()).unwrap_or_default();
                    let coming = coming.get(here.clone()).unwrap_or_default();
                    for ((out, sample), coming) in out.iter_mut().zip(sound).zip(coming) {
                        *out += sample * (factor * coming);
                    }
                }
                heard = done + length;
            }
            done += length;
        }
        heard
    }

    pub(crate) fn advance(&mut self, frames: usize) {
        self.coming.advance(frames);
    }

    /// What lies at playhead `at`, at most `most` frames of it, up to the next seam or edge.
    fn stretch(&self, at: Frames, most: usize) -> Stretch {
        let length = self.source.channels()[0].len();
        match self.play {
            Play::Loop { origin } if length > 0 => {
                let from = place_in_loop(at, origin, length as u64) as usize;
                Stretch::Sound {
                    from,
                    length: most.min(length - from),
                }
            }
            Play::Loop { origin: _ } => Stretch::Silence { length: most },
            Play::Once { start } if at < start => Stretch::Silence {
                length: (start - at).0.min(most as u64) as usize,
            },
            Play::Once { start } => match (at - start).0 {
                from if from < length as u64 => {
                    let from = from as usize;
                    Stretch::Sound {
                        from,
                        length: most.min(length - from),
                    }
                }
                _past => Stretch::Silence { length: most },
            },
        }
    }
}

/// Which frame of a loop sounds at `at`, if its first sounds at `origin`, before or after.
fn place_in_loop(at: Frames, origin: Frames, length: u64) -> u64 {
    if at >= origin {
        (at - origin).0 % length
    } else {
        // As far before the end of a pass as `at` is before the origin.
        (length - (origin - at).0 % length) % length
    }
}

enum Stretch {
    Sound { from: usize, length: usize },
    Silence { length: usize },
}

impl Stretch {
    fn length(&self) -> usize {
        match *self {
            Stretch::Sound { length, .. } | Stretch::Silence { length } => length,
        }
    }
}

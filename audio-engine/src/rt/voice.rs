//! A layer that sounds: where it is read, and how far it has come in or gone out.

use std::sync::Arc;

use super::command::Trash;
use super::lanes::{Buses, Gains, MovingGains, add_moving, add_steady};
use super::limits::MAX_BLOCK;
use super::track::Level;
use crate::audio::Audio;
use crate::control::{Play, TakeId};
use crate::dsp::ramp::Ramp;
use crate::units::Frames;

/// A mono sound gives each side 3 dB less, and is as loud from both as it was alone.
const MONO: f32 = std::f32::consts::FRAC_1_SQRT_2;

/// Where the samples are.
pub(crate) enum Source {
    /// Made by the app.
    Shared(Arc<Audio>),
    /// Made by the live looper, which may still be writing its end.
    Recorded { take: TakeId, samples: Box<[f32]> },
}

impl Source {
    fn channels(&self) -> [&[f32]; 2] {
        match self {
            Source::Shared(audio) => [audio.channel(0), audio.channel(1)],
            Source::Recorded { samples, .. } => [samples, samples],
        }
    }

    fn is_mono(&self) -> bool {
        match self {
            Source::Shared(audio) => audio.channel_count() == 1,
            Source::Recorded { .. } => true,
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

/// Gains frame by frame, for one sub-block.
pub(crate) struct GainScratch {
    pub(crate) left: [f32; MAX_BLOCK],
    pub(crate) right: [f32; MAX_BLOCK],
    pub(crate) send: [f32; MAX_BLOCK],
}

impl Voice {
    pub(crate) fn new(source: Source, play: Play, fade_in: Frames) -> Voice {
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

    /// Adds `frames` from playhead `at` to the buses. Returns the peak after the fader.
    pub(crate) fn render(
        &mut self,
        at: Frames,
        frames: usize,
        level: &Level,
        scratch: &mut GainScratch,
        mut buses: Buses<'_>,
    ) -> f32 {
        let mono = if self.source.is_mono() { MONO } else { 1.0 };
        let steady = level.is_settled() && self.coming.is_settled();
        let gains = level.after(0).times(self.coming.value() * mono);
        if !steady {
            for i in 0..frames.min(MAX_BLOCK) {
                let gains = level.after(i).times(self.coming.after(i) * mono);
                scratch.left[i] = gains.left;
                scratch.right[i] = gains.right;
                scratch.send[i] = gains.send;
            }
        }
        let mut peak = 0.0f32;
        let silent = steady && gains.left == 0.0 && gains.right == 0.0;
        let mut done = if silent { frames } else { 0 };
        while done < frames {
            let stretch = self.stretch(at.0 as i64 + done as i64, frames - done);
            let length = stretch.length();
            if let Stretch::Sound { from, length } = stretch {
                let source = self
                    .source
                    .channels()
                    .map(|channel| channel.get(from..from + length).unwrap_or_default());
                let buses = buses.part(done, length);
                let here = done..done + length;
                peak = peak.max(if steady {
                    add_steady(source, gains, buses)
                } else {
                    add_moving(
                        source,
                        MovingGains {
                            left: scratch.left.get(here.clone()).unwrap_or_default(),
                            right: scratch.right.get(here.clone()).unwrap_or_default(),
                            send: scratch.send.get(here).unwrap_or_default(),
                        },
                        buses,
                    )
                });
            }
            done += length;
        }
        self.coming.advance(frames);
        peak
    }

    /// What lies at playhead `at`, at most `most` frames of it, up to the next seam or edge.
    fn stretch(&self, at: i64, most: usize) -> Stretch {
        let length = self.source.channels()[0].len();
        match self.play {
            Play::Loop { origin } if length > 0 => {
                let from = (at - origin.0 as i64).rem_euclid(length as i64) as usize;
                Stretch::Sound {
                    from,
                    length: most.min(length - from),
                }
            }
            Play::Loop { origin: _ } => Stretch::Silence { length: most },
            Play::Once { start } => match at - start.0 as i64 {
                early if early < 0 => Stretch::Silence {
                    length: most.min(early.unsigned_abs() as usize),
                },
                from if (from as usize) < length => {
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

impl Gains {
    fn times(self, amplitude: f32) -> Gains {
        Gains {
            left: self.left * amplitude,
            right: self.right * amplitude,
            send: self.send,
        }
    }
}

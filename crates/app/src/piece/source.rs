//! Where a layer's sound comes from: recipes, not audio, except for what a person recorded.

use std::collections::HashMap;
use std::sync::Arc;

use audio_engine::audio::Audio;
use audio_engine::control::place_with_offset;
use audio_engine::sound::{self, Key};
use audio_engine::units::{Frames, Grid, SampleRate};
use serde::{Deserialize, Serialize};
use store::{Store, TakeId};

use super::cover::Sounding;

/// A recipe for one layer. Rendered again at any rate, and the same every time.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum Source {
    /// One of the loops of the sound grid.
    Loop { id: String, key: String },
    /// A sound that lies under everything.
    Bed {
        preset: String,
        key: String,
        bars: u64,
    },
    /// A part of a song.
    Stem { song: String, stem: String },
    /// A note hummed by the app.
    Hum { key: String, note: usize, bars: u64 },
    /// What a person recorded, moved by `nudge` frames of its own rate; positive is later.
    Take {
        take: TakeId,
        #[serde(default, skip_serializing_if = "is_zero")]
        nudge: i64,
    },
    /// A soft copy of another layer: 0 above, 1 below.
    Harmony { of: Box<Source>, voice: usize },
}

// Serde asks for a reference.
#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_zero(nudge: &i64) -> bool {
    *nudge == 0
}

/// Sounds without notes come in over this long, in seconds; what has notes begins with them.
const COMES_IN: f64 = 2.0;
/// The one loop of the grid that has none.
const RAIN: &str = "lp_rain";

impl Source {
    /// A take where it was heard.
    #[must_use]
    pub fn take(take: TakeId) -> Source {
        Source::Take { take, nudge: 0 }
    }

    /// The take this is made from, and how far it was moved; `None` for what nobody recorded.
    #[must_use]
    pub fn recording(&self) -> Option<(TakeId, i64)> {
        match self {
            Source::Take { take, nudge } => Some((*take, *nudge)),
            Source::Harmony { of, .. } => of.recording(),
            Source::Loop { .. } | Source::Bed { .. } | Source::Stem { .. } | Source::Hum { .. } => {
                None
            }
        }
    }

    /// Moves the take this is made from.
    pub fn nudge_to(&mut self, frames: i64) {
        match self {
            Source::Take { nudge, .. } => *nudge = frames,
            Source::Harmony { of, .. } => of.nudge_to(frames),
            Source::Loop { .. } | Source::Bed { .. } | Source::Stem { .. } | Source::Hum { .. } => {
            }
        }
    }

    /// How long it takes to come in. Rain that is suddenly there startles.
    #[must_use]
    pub fn comes_in(&self, rate: SampleRate) -> Frames {
        let has_notes = match self {
            Source::Bed { .. } => false,
            Source::Loop { id, .. } => id != RAIN,
            Source::Stem { .. }
            | Source::Hum { .. }
            | Source::Take { .. }
            | Source::Harmony { .. } => true,
        };
        Frames::from_seconds(if has_notes { 0.0 } else { COMES_IN }, rate)
    }
}

/// The key of a name that was checked when the exercise was read.
#[must_use]
pub fn key(name: &str) -> Key {
    name.parse().unwrap_or(Key::D)
}

/// Sounds that are ready to play, by recipe.
#[derive(Debug, Default)]
pub struct Shelf {
    ready: HashMap<Source, Sounding>,
}

impl Shelf {
    /// Puts a sound there.
    pub fn put(&mut self, source: Source, sounding: Sounding) {
        self.ready.insert(source, sounding);
    }

    /// The sound of `source`, rendered now if it is not there yet; `None` if it cannot be made,
    /// e.g. from a take that is not on this shelf.
    pub fn get(&mut self, source: &Source, grid: Grid) -> Option<Sounding> {
        if let Some(sounding) = self.ready.get(source) {
            return Some(sounding.clone());
        }
        let audio = match source {
            Source::Harmony { of, voice } => {
                let of = self.get(of, grid)?;
                sound::harmonies(&of.audio).into_iter().nth(*voice)?
            }
            other => render(other, grid)?,
        };
        let sounding = Sounding::new(Arc::new(audio));
        self.ready.insert(source.clone(), sounding.clone());
        Some(sounding)
    }

    /// Everything of another shelf, too.
    pub fn take_over(&mut self, other: Shelf) {
        self.ready.extend(other.ready);
    }
}

fn render(source: &Source, grid: Grid) -> Option<Audio> {
    match source {
        Source::Loop { id, key: name } => sound::render_loop(id, grid, key(name)),
        Source::Bed {
            preset,
            key: name,
            bars,
        } => sound::render_bed(preset, grid, key(name), *bars),
        Source::Stem { song, stem } => {
            let song = sound::song(song, grid.rate)?;
            song.stems
                .into_iter()
                .find(|part| part.id == stem)
                .map(|part| part.audio)
        }
        Source::Hum {
            key: name,
            note,
            bars,
        } => {
            let note = sound::hum_notes().get(*note)?;
            Some(sound::hum(grid, key(name), *note, *bars))
        }
        Source::Take { .. } | Source::Harmony { .. } => None,
    }
}

/// What a take gave back when it was read.
#[derive(Debug)]
pub struct Recorded {
    /// The loop a person heard themselves make.
    pub audio: Audio,
    /// Seconds of it that could not be read, and are silent.
    pub unread: f64,
}

/// A take as a loop moved by `nudge` frames (what a person calls a nudge is to the engine an
/// offset), read from the store at `rate`. `None` if it is not there or not one sample of it can
/// be read. The file itself is never changed.
#[must_use]
pub fn recorded(store: &Store, take: TakeId, nudge: i64, rate: SampleRate) -> Option<Recorded> {
    let read = match store.read_take(take) {
        Ok(read) => read,
        Err(error) => {
            log::warn!("a take cannot be read: {error}");
            return None;
        }
    };
    let recorded_at = SampleRate::new(read.header.rate)?;
    let unread: u64 = read
        .damaged
        .iter()
        .map(|range| range.end - range.start)
        .sum();
    let raw = Audio::mono(recorded_at, read.samples);
    let heard = place_with_offset(
        &raw,
        Frames(read.header.pre_roll),
        Frames(read.header.round_trip),
        nudge,
        Frames(read.header.length),
    );
    Some(Recorded {
        audio: heard.resampled(rate),
        unread: unread as f64 / f64::from(read.header.rate),
    })
}

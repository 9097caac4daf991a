//! Who is on stage: the layers of the running session, and the mixer tracks they play on.
//!
//! Layer *n* plays on engine track *n*. All loops of a grid have their tracks from the start,
//! silent; touching one lays it there from the next bar line on.

use std::sync::Arc;

use audio_engine::control::{At, Batch, EngineHandle, Layer, Play, TrackId};
use audio_engine::units::{Frames, Gain, Pan};
use serde::{Deserialize, Serialize};

use crate::piece::{Sounding, Source};

/// Why a layer is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Role {
    /// Lies under everything; not a band of the ring.
    Bed,
    /// A loop of the grid.
    Loop,
    /// A part of a song.
    Stem,
    /// Recorded, or hummed by the app instead.
    Voice,
}

/// One layer.
#[derive(Debug, Clone)]
pub struct Actor {
    /// The exercise's name for it: `drums`, `h1`, or a loop's id.
    pub id: String,
    /// What a person calls it.
    pub label: String,
    pub color: u8,
    pub role: Role,
    pub source: Source,
    /// One pass; nothing while a take is still being recorded.
    pub sounding: Sounding,
    /// Where on the timeline a pass begins.
    pub origin: Frames,
    /// Sounding from this frame on; `None`, it waits.
    pub on_since: Option<Frames>,
    pub settings: Settings,
}

/// What hands can change, and undo can bring back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Settings {
    pub gain_db: f32,
    pub pan: f32,
    pub muted: bool,
}

/// How much reverb a layer gets, in dB.
pub fn send_db(role: Role) -> f32 {
    match role {
        Role::Bed => -14.0,
        Role::Loop | Role::Stem => -18.0,
        Role::Voice => -10.0,
    }
}

/// Everybody, in the order they came.
#[derive(Debug, Default)]
pub struct Stage {
    pub actors: Vec<Actor>,
}

impl Stage {
    /// The mixer track of a layer.
    #[must_use]
    pub fn track(index: usize) -> TrackId {
        TrackId(index as u16)
    }

    /// Which layer the exercise calls so.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<usize> {
        self.actors.iter().rposition(|actor| actor.id == id)
    }

    /// The layers drawn as bands: everything on, but no bed. Each is an index into `actors`.
    #[must_use]
    pub fn bands(&self) -> Vec<usize> {
        let is_band = |actor: &Actor| actor.on_since.is_some() && actor.role != Role::Bed;
        (0..self.actors.len())
            .filter(|index| is_band(&self.actors[*index]))
            .collect()
    }

    /// Adds a layer, silent until it is opened. Answers its index; `None` if the mixer is full.
    pub fn add(&mut self, actor: Actor, engine: &mut EngineHandle) -> Option<usize> {
        let index = self.actors.len();
        // The last track belongs to the calibration.
        if index + 1 >= usize::from(engine.tracks()) {
            log::warn!("the mixer has no track left for {}", actor.id);
            return None;
        }
        let track = Self::track(index);
        let on = actor.on_since;
        wish(engine, |batch| {
            batch.mute(track, actor.settings.muted, At::Now);
            batch.gain(track, Gain::from_db(actor.settings.gain_db));
            batch.pan(track, Pan::new(actor.settings.pan));
            batch.send(track, Gain::from_db(send_db(actor.role)));
            if let Some(since) = on {
                lay(batch, track, &actor, since);
            }
        });
        self.actors.push(actor);
        Some(index)
    }

    /// Opens a layer from frame `at` on.
    pub fn open(&mut self, index: usize, at: Frames, engine: &mut EngineHandle) {
        let Some(actor) = self.actors.get_mut(index) else {
            return;
        };
        actor.on_since = Some(at);
        let actor = &*actor;
        wish(engine, |batch| lay(batch, Self::track(index), actor, at));
    }

    /// Closes a layer at frame `at`.
    pub fn close(&mut self, index: usize, at: Frames, engine: &mut EngineHandle) {
        let Some(actor) = self.actors.get_mut(index) else {
            return;
        };
        actor.on_since = None;
        let fade = edge(actor);
        wish(engine, |batch| {
            batch.clear(Self::track(index), fade, At::Frame(at));
        });
    }

    /// Gives a layer another sound, and opens it, from frame `at` on.
    pub fn replace(
        &mut self,
        index: usize,
        source: Source,
        sounding: Sounding,
        at: Frames,
        engine: &mut EngineHandle,
    ) {
        let Some(actor) = self.actors.get_mut(index) else {
            return;
        };
        actor.source = source;
        actor.sounding = sounding;
        self.open(index, at, engine);
    }

    /// Changes what hands can change.
    pub fn set(&mut self, index: usize, settings: Settings, engine: &mut EngineHandle) {
        let Some(actor) = self.actors.get_mut(index) else {
            return;
        };
        let before = std::mem::replace(&mut actor.settings, settings);
        let is_on = actor.on_since.is_some();
        let track = Self::track(index);
        wish(engine, |batch| {
            if before.gain_db != settings.gain_db {
                batch.gain(track, Gain::from_db(settings.gain_db));
            }
            if before.pan != settings.pan {
                batch.pan(track, Pan::new(settings.pan));
            }
            if before.muted != settings.muted && is_on {
                batch.mute(track, settings.muted, At::Now);
            }
        });
    }

    /// The longest loop on stage; a turn of the ring. `fallback` while nobody is there.
    #[must_use]
    pub fn turn(&self, fallback: Frames) -> Frames {
        let bands = self.bands();
        let lengths = bands
            .iter()
            .map(|index| self.actors[*index].sounding.length());
        lengths
            .max()
            .filter(|length| *length > Frames::ZERO)
            .unwrap_or(fallback)
    }
}

/// Nothing to lay while a take is still being recorded: the engine plays that by itself.
fn lay(batch: &mut Batch, track: TrackId, actor: &Actor, at: Frames) {
    if actor.sounding.length() == Frames::ZERO {
        return;
    }
    let layer = Layer {
        audio: Arc::clone(&actor.sounding.audio),
        play: Play::Loop {
            origin: actor.origin,
        },
        fade_in: edge(actor),
    };
    batch.layer(track, layer, At::Frame(at));
}

/// How long a layer takes to come and go.
fn edge(actor: &Actor) -> Frames {
    let shortest = Frames(960);
    actor
        .source
        .comes_in(actor.sounding.audio.rate())
        .max(shortest)
}

/// Sends a batch; a refusal is logged and the session goes on without that wish.
pub fn wish<R>(engine: &mut EngineHandle, wishes: impl FnOnce(&mut Batch) -> R) -> Option<R> {
    engine
        .batch(wishes)
        .inspect_err(|error| log::warn!("the engine refused: {error}"))
        .ok()
}

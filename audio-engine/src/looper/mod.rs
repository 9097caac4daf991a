//! The looper: layers on tracks of their own, and every way they have been.
//!
//! Control side: values, and batches for the engine. No clock, thread or file; tell it what the
//! engine says ([`Looper::hear`]), hand it what was recorded ([`Looper::arrived`]), and call
//! [`Looper::tick`] every few ms. Everything exact (punch-in and -out, seams, the first sound)
//! happens on the audio thread, so a late tick moves nothing.
//!
//! What is being done, and what each event makes of it:
//!
//! |           | `record`  | `finish`          | `cancel`  | take begun  | punched out       | `undo`    | `redo` `jump` `keep` | `clear`           | `stop`            |
//! |-----------|-----------|-------------------|-----------|-------------|-------------------|-----------|----------------------|-------------------|-------------------|
//! | Nothing   | → Waiting | no: nothing runs  | ·         | ·           | ·                 | to parent | to node, new layer   | to silence        | ·                 |
//! | Waiting   | no: busy  | → Nothing         | → Nothing | → Recording | ·                 | `cancel`  | no: busy             | `cancel`, silence | → Nothing         |
//! | Recording | no: busy  | → Finishing       | → Nothing | next pass   | new node, → …     | `cancel`  | no: busy             | `cancel`, silence | → Finishing       |
//! | Finishing | no: busy  | ·                 | → Nothing | ·           | new node, → …     | `cancel`  | no: busy             | `cancel`, silence | ·                 |
//!
//! `·` changes nothing; `→ …` is Nothing, unless another pass of an overdub is running. A
//! finished pass is a layer and a node; taking back an overdub takes back the pass that runs and
//! leaves those before it to `undo`. A recording of which nothing was played, because somebody
//! else stopped the playhead before its punch-in or sent it past the place, is cancelled.
//!
//! | `record`   | the layers before it         | the new layer                                    |
//! |------------|------------------------------|--------------------------------------------------|
//! | `First`    | there are none               | defines the loop; and the tempo, if that is free |
//! | `Overdub`  | sound on                     | one for each pass, as long as the loop           |
//! | `Multiply` | sound on                     | one, of as many whole loops as were begun        |
//! | `Replace`  | silent from the punch-in on, | one, of as many whole loops as were begun; alone |
//! |            | gone from the punch-out on   |                                                  |
//!
//! Nothing recorded is altered, and nothing is dropped that [`Looper::jump`] could reach: a layer
//! keeps its raw take, and its place, gain, pan and nudge are metadata beside it.

mod beginning;
mod desk;
mod keep;
mod layer;
mod mixing;
mod recording;
mod tempo;
mod travel;
mod tree;
mod words;

use std::sync::Arc;

pub use layer::{LayerState, Mix};
pub use tempo::Metre;
pub use tree::{LayerId, Node, NodeId};
pub use words::{Begin, LoopTempo, LooperConfig, LooperState, Refusal, What, When};

use self::desk::Desk;
use self::keep::Keeping;
use self::layer::Layer;
use self::recording::Run;
use self::tree::Tree;
use crate::audio::Audio;
use crate::control::place::edge;
use crate::control::{At, EngineHandle, History, TakeId, TakeStream};
use crate::units::{Frames, Grid, SampleRate};

/// How far ahead a wish is made, so that it is with the engine in time, in seconds.
const AHEAD: f64 = 0.010;
/// Somebody so much of a beat late still meant the line that has passed.
const LATE_BEATS: u64 = 4;

/// Layers, their history, and what is being recorded.
pub struct Looper {
    config: LooperConfig,
    rate: SampleRate,
    round_trip: Frames,
    /// What the engine itself adds to it.
    latency: Frames,
    layers: Vec<Layer>,
    metres: Vec<Metre>,
    tree: Tree,
    doing: Doing,
    desk: Desk,
    next_take: u64,
    /// Promised, and not yet asked for.
    streams: Vec<(TakeId, TakeStream)>,
    /// Complete before their punch-out was told.
    early: Vec<(TakeId, Arc<Audio>)>,
    history: Option<History>,
    keeping: Option<Keeping>,
    /// Where the last change that waits for a bar line will have been made.
    settled: Frames,
}

/// What is being done.
enum Doing {
    Nothing,
    /// Promised; its first frame has not come.
    Waiting(Run),
    Recording(Run),
    /// Ended, and going on until the unit it is in is whole.
    Finishing(Run),
}

/// What is being done, for showing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Activity {
    /// Playing, or silent.
    Nothing,
    /// A recording is promised and waits for its beginning.
    Waiting,
    /// A recording runs.
    Recording,
    /// A recording is being played to the end of its bar or loop.
    Finishing,
}

impl Looper {
    /// Silent, with nothing to undo. A locked tempo is set with the first loop.
    pub fn new(config: LooperConfig, rate: SampleRate) -> Looper {
        Looper {
            rate,
            round_trip: Frames::ZERO,
            latency: Frames::ZERO,
            layers: vec![],
            metres: vec![],
            tree: Tree::new(),
            doing: Doing::Nothing,
            desk: Desk::new(config.tracks.clone()),
            next_take: config.first_take,
            streams: vec![],
            early: vec![],
            history: None,
            keeping: None,
            settled: Frames::ZERO,
            config,
        }
    }

    /// What the round trip is from now on, as measured for this route; what the engine adds is
    /// added. Layers keep theirs.
    pub fn set_round_trip(&mut self, round_trip: Frames) {
        self.round_trip = round_trip;
    }

    /// What is being done.
    pub fn activity(&self) -> Activity {
        match self.doing {
            Doing::Nothing => Activity::Nothing,
            Doing::Waiting(_) => Activity::Waiting,
            Doing::Recording(_) => Activity::Recording,
            Doing::Finishing(_) => Activity::Finishing,
        }
    }

    /// The layers of the current state, oldest first. While a change waits for a bar line, those
    /// that will sound then.
    pub fn layers(&self) -> impl Iterator<Item = (LayerId, &LayerState)> {
        let here = self.tree.here().layers.iter();
        here.filter_map(|id| Some((*id, &self.layers.get(id.0)?.state)))
    }

    /// The loop the layers are multiples of.
    pub fn metre(&self) -> Option<Metre> {
        let metre = self.tree.here().metre?;
        self.metres.get(metre).copied()
    }

    /// Recordings promised since this was last asked. Each must be read to its end by somebody,
    /// who then calls [`Looper::arrived`].
    pub fn take_streams(&mut self) -> Vec<(TakeId, TakeStream)> {
        std::mem::take(&mut self.streams)
    }

    /// The whole of a recording, lost frames as silence. Until then its layer can be undone and
    /// muted, and comes back by redo as soon as it is here.
    ///
    /// # Errors
    ///
    /// The engine's, if the layer waited for this and could not be laid; ask again.
    pub fn arrived(
        &mut self,
        take: TakeId,
        raw: Arc<Audio>,
        handle: &mut EngineHandle,
    ) -> Result<(), Refusal> {
        let Some(index) = self.layers.iter().position(|l| l.state.take == take) else {
            if self.records(take) {
                self.early.push((take, raw));
            }
            return Ok(());
        };
        self.layers[index].arrived(raw);
        if self.desk.is_awaited(LayerId(index)) {
            self.lay(LayerId(index), handle)?;
        }
        Ok(())
    }

    /// Moves on with time: takes in what is remembered, and lays down what was to be kept of it.
    /// Answers a recording made of what was remembered, for whoever stores it.
    ///
    /// # Errors
    ///
    /// Why it could not be laid down after all.
    pub fn tick(
        &mut self,
        handle: &mut EngineHandle,
    ) -> Result<Option<(TakeId, Arc<Audio>)>, Refusal> {
        handle.collect();
        if let Some(history) = &mut self.history {
            history.drain();
        }
        self.keep_what_has_arrived(handle)
    }

    /// Rolls from where the playhead is.
    ///
    /// # Errors
    ///
    /// The engine's.
    pub fn play(&mut self, handle: &mut EngineHandle) -> Result<(), Refusal> {
        Ok(handle.batch(|batch| batch.play())?)
    }

    /// The playhead stops; what is being recorded ends there, and its loop is what was played.
    ///
    /// # Errors
    ///
    /// The engine's.
    pub fn stop(&mut self, handle: &mut EngineHandle) -> Result<(), Refusal> {
        match self.doing {
            Doing::Nothing | Doing::Finishing(_) => {}
            Doing::Waiting(_) | Doing::Recording(_) => self.finish(handle)?,
        }
        Ok(handle.batch(|batch| batch.stop())?)
    }

    fn not_busy(&self) -> Result<(), Refusal> {
        match (&self.doing, self.keeping) {
            (Doing::Nothing, None) => Ok(()),
            (Doing::Nothing, Some(_)) => Err(Refusal::Busy),
            (Doing::Waiting(_) | Doing::Recording(_) | Doing::Finishing(_), _) => {
                Err(Refusal::Busy)
            }
        }
    }

    /// The length of a bar, if there are bars.
    fn bar(&self) -> Option<Frames> {
        match (self.metre(), self.config.tempo) {
            (Some(metre), _) => Some(Frames(metre.length.0 / u64::from(metre.bars.max(1)))),
            (None, LoopTempo::Locked(grid)) => Some(grid.bar()),
            (None, LoopTempo::Free { .. }) => None,
        }
    }

    /// The grid of the current state.
    fn grid(&self) -> Option<Grid> {
        match (self.metre(), self.config.tempo) {
            (_, LoopTempo::Locked(grid)) => Some(grid),
            (Some(metre), LoopTempo::Free { .. }) => metre.grid(self.rate),
            (None, LoopTempo::Free { .. }) => None,
        }
    }

    /// How late somebody may be.
    fn late(&self, bar: Frames) -> Frames {
        let beats = match (self.metre(), self.config.tempo) {
            (Some(Metre { beats_per_bar, .. }), _) | (None, LoopTempo::Free { beats_per_bar }) => {
                beats_per_bar
            }
            (None, LoopTempo::Locked(grid)) => grid.beats_per_bar,
        };
        Frames(bar.0 / u64::from(beats.max(1)) / LATE_BEATS) + self.to_the_ear()
    }

    /// From the mixer to the ear, as far as anybody knows: what the engine adds, and half the
    /// round trip.
    fn to_the_ear(&self) -> Frames {
        self.latency + Frames(self.round_trip.0 / 2)
    }

    fn edge(&self) -> Frames {
        edge(self.rate)
    }

    /// The next bar line that a wish made now will be in time for.
    fn next_bar_line(&self, playhead: Frames, bar: Frames) -> Frames {
        let soonest = playhead + Frames::from_seconds(AHEAD, self.rate);
        bar * soonest.0.div_ceil(bar.0.max(1))
    }

    /// When a change made now takes effect: not before one that still waits.
    fn at(&mut self, when: When, handle: &EngineHandle) -> At {
        let snapshot = handle.snapshot();
        let line = match (when, self.bar()) {
            (When::BarLine, Some(bar)) if snapshot.rolling => {
                self.next_bar_line(snapshot.playhead, bar)
            }
            (When::BarLine | When::Now, _) => Frames::ZERO,
        };
        self.settled = self.settled.max(line);
        if self.settled > snapshot.playhead {
            At::Frame(self.settled)
        } else {
            self.settled = Frames::ZERO;
            At::Now
        }
    }
}

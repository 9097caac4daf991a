//! From one state of the loop to another: undo, redo, jump, clear; and back from the disk.

use std::sync::Arc;

use super::layer::Layer;
use super::recording::set_time;
use super::tree::{LayerId, Node, NodeId, Tree};
use super::words::{LooperConfig, LooperState, Refusal, When};
use super::{Doing, Looper};
use crate::audio::Audio;
use crate::control::{EngineHandle, Layer as Sounding, TakeId, TrackId};
use crate::units::SampleRate;

/// A layer on its way to a track.
struct Coming {
    layer: LayerId,
    track: TrackId,
    sounding: Sounding,
}

impl Looper {
    /// Back to the state before; while something is being recorded or kept, takes that back.
    ///
    /// # Errors
    ///
    /// [`Refusal::NotThere`] if nothing has been done; [`Refusal::NoTrack`]; the engine's.
    pub fn undo(&mut self, when: When, handle: &mut EngineHandle) -> Result<(), Refusal> {
        match self.doing {
            Doing::Nothing => {}
            Doing::Waiting(_) | Doing::Recording(_) | Doing::Finishing(_) => {
                return self.cancel(handle);
            }
        }
        if self.keeping.take().is_some() {
            return Ok(());
        }
        let parent = self.tree.here().parent.ok_or(Refusal::NotThere)?;
        self.travel(parent, when, handle)
    }

    /// To the state last come back from.
    ///
    /// # Errors
    ///
    /// [`Refusal::NotThere`] if there is none; [`Refusal::Busy`]; [`Refusal::NoTrack`]; the
    /// engine's.
    pub fn redo(&mut self, when: When, handle: &mut EngineHandle) -> Result<(), Refusal> {
        self.not_busy()?;
        let child = self.tree.here().last_child.ok_or(Refusal::NotThere)?;
        self.jump(child, when, handle)
    }

    /// To any state there ever was.
    ///
    /// # Errors
    ///
    /// As [`Looper::redo`].
    pub fn jump(
        &mut self,
        node: NodeId,
        when: When,
        handle: &mut EngineHandle,
    ) -> Result<(), Refusal> {
        self.tree.get(node).ok_or(Refusal::NotThere)?;
        self.not_busy()?;
        self.travel(node, when, handle)
    }

    /// Silence, which can be undone. What is being recorded is taken back first.
    ///
    /// # Errors
    ///
    /// The engine's.
    pub fn clear(&mut self, when: When, handle: &mut EngineHandle) -> Result<(), Refusal> {
        self.cancel(handle)?;
        self.keeping = None;
        let came_from = self.tree.clone();
        self.tree.grow(vec![], None);
        let result = self.apply(when, handle);
        if result.is_err() {
            self.tree = came_from;
        }
        result
    }

    /// All states there were.
    pub fn nodes(&self) -> &[Node] {
        self.tree.nodes()
    }

    /// The state that sounds, or will at the next bar line.
    pub fn current(&self) -> NodeId {
        self.tree.current()
    }

    /// The newest state of every branch, in the order of making.
    pub fn branches(&self) -> Vec<NodeId> {
        self.tree.tips()
    }

    fn travel(
        &mut self,
        node: NodeId,
        when: When,
        handle: &mut EngineHandle,
    ) -> Result<(), Refusal> {
        let came_from = self.tree.clone();
        self.tree.go(node);
        let result = self.apply(when, handle);
        if result.is_err() {
            self.tree = came_from;
        }
        result
    }

    /// Makes the tracks sound as the current node says.
    pub(super) fn apply(&mut self, when: When, handle: &mut EngineHandle) -> Result<(), Refusal> {
        let at = self.at(when, handle);
        let fade_in = self.edge();
        let here = self.tree.here().layers.clone();
        let mut desk = self.desk.clone();
        desk.await_only(&here);
        let leaving: Vec<_> = desk.layers().filter(|(l, _)| !here.contains(l)).collect();
        let coming = here.iter().filter(|layer| desk.track_of(**layer).is_none());
        let coming: Vec<LayerId> = coming.copied().collect();
        // What leaves goes to the end of the row: its track is taken again only if none is free.
        for (_, track) in &leaving {
            desk.release(*track);
        }
        if coming.len() > desk.room() {
            return Err(Refusal::NoTrack);
        }
        let mut laid = Vec::new();
        for layer in coming {
            let Some(placed) = self.layers.get(layer.0) else {
                continue;
            };
            let Some(audio) = placed.placed.clone() else {
                desk.await_layer(layer);
                continue;
            };
            let track = desk.claim_for(layer).ok_or(Refusal::NoTrack)?;
            desk.put(layer, track);
            let play = placed.play();
            let sounding = Sounding {
                audio,
                play,
                fade_in,
            };
            laid.push(Coming {
                layer,
                track,
                sounding,
            });
        }
        let grid = self.grid();
        handle.batch(|batch| {
            set_time(grid, batch);
            for (_, track) in leaving {
                batch.clear(track, fade_in, at);
            }
            for Coming {
                layer,
                track,
                sounding,
            } in laid
            {
                if let Some(layer) = self.layers.get(layer.0) {
                    batch.gain(track, layer.state.mix.gain);
                    batch.pan(track, layer.state.mix.pan);
                    batch.mute(track, layer.state.mix.muted, at);
                }
                batch.layer(track, sounding, at);
            }
        })?;
        self.desk = desk;
        Ok(())
    }

    /// Lays a layer that was waited for: on its track, or on one of its own.
    pub(super) fn lay(&mut self, layer: LayerId, handle: &mut EngineHandle) -> Result<(), Refusal> {
        match self.desk.track_of(layer) {
            Some(track) => self.relay(layer, track, handle),
            None => self.apply(When::Now, handle),
        }
    }

    /// Everything it knows, without the sound.
    #[must_use]
    pub fn state(&self) -> LooperState {
        LooperState {
            layers: self.layers.iter().map(|l| l.state.clone()).collect(),
            metres: self.metres.clone(),
            nodes: self.tree.nodes().to_vec(),
            current: self.tree.current(),
            next_take: self.next_take,
        }
    }

    /// A looper as it was, on an engine whose tracks are empty: it sounds when the playhead rolls.
    /// `recording` finds the raw take of a layer; what it does not find is silent until it
    /// [arrives](Looper::arrived).
    ///
    /// # Errors
    ///
    /// [`Refusal::NotAState`] if `state` contradicts itself; [`Refusal::NoTrack`]; the engine's.
    pub fn restore(
        config: LooperConfig,
        rate: SampleRate,
        state: LooperState,
        mut recording: impl FnMut(TakeId) -> Option<Arc<Audio>>,
        handle: &mut EngineHandle,
    ) -> Result<Looper, Refusal> {
        let LooperState {
            layers,
            metres,
            nodes,
            current,
            next_take,
        } = state;
        let mut looper = Looper::new(config, rate);
        looper.tree = Tree::from_parts(nodes, current, layers.len(), metres.len())
            .ok_or(Refusal::NotAState)?;
        looper.metres = metres;
        looper.next_take = next_take.max(looper.next_take);
        for state in layers {
            let raw = recording(state.take);
            let mut layer = Layer::new(state);
            if let Some(raw) = raw {
                layer.arrived(raw);
            }
            looper.layers.push(layer);
        }
        looper.apply(When::Now, handle)?;
        Ok(looper)
    }
}

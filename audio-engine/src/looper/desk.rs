//! Which layer is on which track. Pure.

use std::collections::{BTreeMap, VecDeque};
use std::ops::Range;

use super::tree::LayerId;
use crate::control::TrackId;

/// The looper's part of the mixer.
#[derive(Debug, Clone)]
pub(super) struct Desk {
    /// Longest free first, so that what has just left is not disturbed in its last ms.
    free: VecDeque<TrackId>,
    on: Vec<(LayerId, TrackId)>,
    /// Where every layer was last. It goes back there if it can: sums of the same samples in
    /// another order differ in their last bit.
    home: BTreeMap<LayerId, TrackId>,
    /// Layers that should sound and whose recording is still on its way.
    awaited: Vec<LayerId>,
}

impl Desk {
    pub(super) fn new(tracks: Range<u16>) -> Desk {
        Desk {
            free: tracks.map(TrackId).collect(),
            on: vec![],
            home: BTreeMap::new(),
            awaited: vec![],
        }
    }

    pub(super) fn track_of(&self, layer: LayerId) -> Option<TrackId> {
        let on = self.on.iter().find(|(other, _)| *other == layer);
        on.map(|(_, track)| *track)
    }

    pub(super) fn layers(&self) -> impl Iterator<Item = (LayerId, TrackId)> {
        self.on.iter().copied()
    }

    pub(super) fn room(&self) -> usize {
        self.free.len()
    }

    /// A track to record or lay on.
    pub(super) fn claim(&mut self) -> Option<TrackId> {
        self.free.pop_front()
    }

    /// A track for a layer that comes back.
    pub(super) fn claim_for(&mut self, layer: LayerId) -> Option<TrackId> {
        let home = self.home.get(&layer);
        match self.free.iter().position(|track| Some(track) == home) {
            Some(at) => self.free.remove(at),
            None => self.claim(),
        }
    }

    /// It was not needed after all, or its layer has left.
    pub(super) fn release(&mut self, track: TrackId) {
        self.on.retain(|(_, other)| *other != track);
        if !self.free.contains(&track) {
            self.free.push_back(track);
        }
    }

    /// A claimed track has its layer.
    pub(super) fn put(&mut self, layer: LayerId, track: TrackId) {
        self.awaited.retain(|other| *other != layer);
        self.on.retain(|(other, _)| *other != layer);
        self.on.push((layer, track));
        self.home.insert(layer, track);
    }

    /// It should sound, or lie otherwise, as soon as its recording is here.
    pub(super) fn await_layer(&mut self, layer: LayerId) {
        if !self.is_awaited(layer) {
            self.awaited.push(layer);
        }
    }

    pub(super) fn is_awaited(&self, layer: LayerId) -> bool {
        self.awaited.contains(&layer)
    }

    /// Nothing is awaited but these.
    pub(super) fn await_only(&mut self, layers: &[LayerId]) {
        self.awaited.retain(|layer| layers.contains(layer));
    }
}

//! Keeping what was played before anybody thought of recording: "the last eight bars".
//!
//! Made of what the engine remembers, with the same [`place`](crate::control::place) as any other
//! layer, and so of the same samples as if it had been recorded.

use std::sync::Arc;

use super::Looper;
use super::layer::{Layer, LayerState, Mix};
use super::tree::LayerId;
use super::words::{LoopTempo, Refusal, When};
use crate::audio::Audio;
use crate::control::{EngineHandle, TakeId};
use crate::units::Frames;

/// Bars whose last frames are still on their way to us.
#[derive(Debug, Clone, Copy)]
pub(super) struct Keeping {
    from: Frames,
    length: Frames,
    round_trip: Frames,
    /// How far the playhead has been heard to come. Where it is before that, somebody else has
    /// sent it back, and what was meant does not come any more.
    heard_to: i64,
}

impl Looper {
    /// Remembers the last `length` of input from now on, and forgets what it remembered so far.
    ///
    /// # Errors
    ///
    /// The engine's.
    pub fn listen(&mut self, length: Frames, handle: &mut EngineHandle) -> Result<(), Refusal> {
        let channels = self.config.channels;
        self.history = Some(handle.batch(|batch| batch.listen(length, channels))?);
        Ok(())
    }

    /// Makes a layer of the last `bars` that were heard to their end; somebody a little early
    /// means the bar that is about to end. It sounds from the next bar line on, once its last
    /// frames are here.
    ///
    /// # Errors
    ///
    /// [`Refusal::NotListening`]; [`Refusal::NoTempo`]; [`Refusal::Busy`]; [`Refusal::TooLong`] if
    /// so much has not been heard. [`Looper::tick`] says that too, if the playhead is sent back
    /// before the last frames are here.
    pub fn keep(&mut self, bars: u32, handle: &mut EngineHandle) -> Result<(), Refusal> {
        self.not_busy()?;
        self.latency = handle.latency();
        let bar = self.bar().ok_or(Refusal::NoTempo)?;
        let history = self.history.as_ref().ok_or(Refusal::NotListening)?;
        let heard_to = history.arrived().unwrap_or(i64::MIN);
        let playhead = handle.snapshot().playhead;
        let until = bar * ((playhead + self.late(bar)).0 / bar.0.max(1));
        let length = bar * u64::from(bars);
        if bars == 0 || length > until || length > self.config.most {
            return Err(Refusal::TooLong);
        }
        self.keeping = Some(Keeping {
            from: until - length,
            length,
            round_trip: self.round_trip + self.latency,
            heard_to,
        });
        Ok(())
    }

    pub(super) fn keep_what_has_arrived(
        &mut self,
        handle: &mut EngineHandle,
    ) -> Result<Option<(TakeId, Arc<Audio>)>, Refusal> {
        let (Some(keeping), Some(history)) = (self.keeping, &self.history) else {
            return Ok(None);
        };
        let pre_roll = self.config.pre_roll;
        let from = keeping.from.0 as i64 - pre_roll.0 as i64;
        let until = (keeping.from + keeping.length + keeping.round_trip + self.edge()).0 as i64;
        if let Some(heard_to) = history.arrived()
            && (keeping.heard_to..until).contains(&heard_to)
        {
            self.keeping = Some(Keeping {
                heard_to,
                ..keeping
            });
            return Ok(None);
        }
        self.keeping = None;
        let remembered = history.between(from, until);
        let first = pre_roll.0 + keeping.round_trip.0;
        let is_forgotten = |gap: &std::ops::Range<u64>| gap.start <= first && gap.end > first;
        if remembered.gaps.iter().any(is_forgotten) {
            return Err(Refusal::TooLong);
        }
        let (take, raw) = (TakeId(self.next_take), Arc::new(remembered.audio));
        let mut layer = Layer::new(LayerState {
            take,
            punch_in: keeping.from,
            length: keeping.length,
            pre_roll,
            round_trip: keeping.round_trip,
            mix: Mix::AS_PLAYED,
        });
        layer.arrived(Arc::clone(&raw));
        let came_from = self.tree.clone();
        let mut layers = self.tree.here().layers.clone();
        layers.push(LayerId(self.layers.len()));
        let metre = match (self.tree.here().metre, self.config.tempo) {
            (Some(metre), _) => Some(metre),
            (None, LoopTempo::Locked(_)) => self.found_metre(keeping.length),
            (None, LoopTempo::Free { .. }) => None,
        };
        self.layers.push(layer);
        self.tree.grow(layers, metre);
        if let Err(why) = self.apply(When::BarLine, handle) {
            self.tree = came_from;
            self.layers.pop();
            return Err(why);
        }
        self.next_take += 1;
        Ok(Some((take, raw)))
    }
}

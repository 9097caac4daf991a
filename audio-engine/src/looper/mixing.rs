//! Muting, balancing and nudging layers. None of it touches a recording, all of it can be said
//! again, and it stays with a layer through undo and redo.

use super::Looper;
use super::layer::Mix;
use super::tempo::Metre;
use super::tree::LayerId;
use super::words::{LoopTempo, Refusal, When};
use crate::control::{EngineHandle, Layer as Sounding, TrackId};
use crate::units::{Frames, Gain, Pan};

impl Looper {
    /// Silences a layer, or lets it be heard again.
    ///
    /// # Errors
    ///
    /// [`Refusal::NotThere`], or the engine's; then it is as it was.
    pub fn mute(
        &mut self,
        layer: LayerId,
        on: bool,
        when: When,
        handle: &mut EngineHandle,
    ) -> Result<(), Refusal> {
        self.mix(layer)?;
        let at = self.at(when, handle);
        if let Some(track) = self.desk.track_of(layer) {
            handle.batch(|batch| batch.mute(track, on, at))?;
        }
        self.set(layer, |mix| mix.muted = on);
        Ok(())
    }

    /// A layer's fader; reached within 5 ms.
    ///
    /// # Errors
    ///
    /// As [`Looper::mute`].
    pub fn gain(
        &mut self,
        layer: LayerId,
        gain: Gain,
        handle: &mut EngineHandle,
    ) -> Result<(), Refusal> {
        self.mix(layer)?;
        if let Some(track) = self.desk.track_of(layer) {
            handle.batch(|batch| batch.gain(track, gain))?;
        }
        self.set(layer, |mix| mix.gain = gain);
        Ok(())
    }

    /// A layer's place between the speakers; reached within 5 ms.
    ///
    /// # Errors
    ///
    /// As [`Looper::mute`].
    pub fn pan(
        &mut self,
        layer: LayerId,
        pan: Pan,
        handle: &mut EngineHandle,
    ) -> Result<(), Refusal> {
        self.mix(layer)?;
        if let Some(track) = self.desk.track_of(layer) {
            handle.batch(|batch| batch.pan(track, pan))?;
        }
        self.set(layer, |mix| mix.pan = pan);
        Ok(())
    }

    /// Nudges a layer: its loop lies so many frames later on the timeline than it was played, or
    /// earlier, below zero. Laid anew over 5 ms; 0 is where it was, sample for sample.
    ///
    /// The loop moves as a whole, with its seam: no sample of it changes, and what leaves at one
    /// end of the bar comes in at the other. To move the recording *under* the seam, as a better
    /// round trip would, is an offset: [`place_with_offset`](crate::control::place_with_offset).
    ///
    /// # Errors
    ///
    /// As [`Looper::mute`].
    pub fn nudge(
        &mut self,
        layer: LayerId,
        frames: i64,
        handle: &mut EngineHandle,
    ) -> Result<(), Refusal> {
        let before = self.mix(layer)?.nudge;
        self.set(layer, |mix| mix.nudge = frames);
        let Some(track) = self.desk.track_of(layer) else {
            return Ok(());
        };
        let laid = self.relay(layer, track, handle);
        if laid.is_err() {
            self.set(layer, |mix| mix.nudge = before);
        }
        laid
    }

    /// Half the tempo, or twice: the person knows better how many bars they played.
    ///
    /// # Errors
    ///
    /// [`Refusal::NoLoop`]; [`Refusal::NoTempo`] if the tempo is locked, or would be one that
    /// nobody plays; [`Refusal::Busy`].
    pub fn double_tempo(&mut self, handle: &mut EngineHandle) -> Result<(), Refusal> {
        self.count_as(Metre::doubled, handle)
    }

    /// See [`Looper::double_tempo`].
    ///
    /// # Errors
    ///
    /// As there.
    pub fn halve_tempo(&mut self, handle: &mut EngineHandle) -> Result<(), Refusal> {
        self.count_as(Metre::halved, handle)
    }

    fn count_as(
        &mut self,
        change: impl FnOnce(Metre) -> Option<Metre>,
        handle: &mut EngineHandle,
    ) -> Result<(), Refusal> {
        let (index, metre) = match (self.tree.here().metre, self.metre()) {
            (Some(index), Some(metre)) => (index, metre),
            (None, _) | (_, None) => return Err(Refusal::NoLoop),
        };
        let LoopTempo::Free { .. } = self.config.tempo else {
            return Err(Refusal::NoTempo);
        };
        self.not_busy()?;
        let counted = change(metre).ok_or(Refusal::NoTempo)?;
        let grid = counted.grid(self.rate).ok_or(Refusal::NoTempo)?;
        // What was kept of it bar by bar must still be whole bars.
        let nodes = self.tree.nodes().iter();
        let mut layers = nodes
            .filter(|node| node.metre == Some(index))
            .flat_map(|n| &n.layers);
        let length_of = |id: &LayerId| self.layers.get(id.0).map(|layer| layer.state.length);
        if layers.any(|id| length_of(id).is_some_and(|length| length % grid.bar() != Frames::ZERO))
        {
            return Err(Refusal::NoTempo);
        }
        handle.batch(|batch| batch.grid(grid))?;
        self.metres[index] = counted;
        Ok(())
    }

    /// Lays a sounding layer where its metadata says; as soon as its recording is here.
    pub(super) fn relay(
        &mut self,
        layer: LayerId,
        track: TrackId,
        handle: &mut EngineHandle,
    ) -> Result<(), Refusal> {
        let at = self.at(When::Now, handle);
        let fade_in = self.edge();
        let Some(laid) = self.layers.get(layer.0) else {
            return Err(Refusal::NotThere);
        };
        let Some(audio) = laid.placed.clone() else {
            self.desk.await_layer(layer);
            return Ok(());
        };
        let play = laid.play();
        let sounding = Sounding {
            audio,
            play,
            fade_in,
        };
        handle.batch(|batch| batch.layer(track, sounding, at))?;
        self.desk.put(layer, track);
        Ok(())
    }

    fn mix(&self, layer: LayerId) -> Result<Mix, Refusal> {
        let layer = self.layers.get(layer.0).ok_or(Refusal::NotThere)?;
        Ok(layer.state.mix)
    }

    fn set(&mut self, layer: LayerId, change: impl FnOnce(&mut Mix)) {
        if let Some(layer) = self.layers.get_mut(layer.0) {
            change(&mut layer.state.mix);
        }
    }
}

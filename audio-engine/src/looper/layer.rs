//! One layer: the take it is made of, where it lies, how it sounds. The take is never altered.

use std::sync::Arc;

use crate::audio::Audio;
use crate::control::{Play, TakeId, place};
use crate::units::{Frames, Gain, Pan};

/// A layer as a value. Positions are frames on the playhead.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerState {
    /// The recording it is made of.
    pub take: TakeId,
    /// Where the part to keep began.
    pub punch_in: Frames,
    /// How long the loop is: whole bars, once there are bars.
    pub length: Frames,
    /// Frames of the recording before the punch-in.
    pub pre_roll: Frames,
    /// From loudspeaker back to us, when it was recorded.
    pub round_trip: Frames,
    /// How it sounds now.
    pub mix: Mix,
}

/// How a layer sounds. All of it can be taken back by saying it again.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mix {
    /// Not heard.
    pub muted: bool,
    /// Its fader.
    pub gain: Gain,
    /// Between the speakers.
    pub pan: Pan,
    /// Frames by which its loop, seam and all, lies later (or, below zero, earlier) than it was
    /// played.
    pub nudge: i64,
}

impl Mix {
    /// As it was recorded.
    pub const AS_PLAYED: Mix = Mix {
        muted: false,
        gain: Gain::UNITY,
        pan: Pan::CENTRE,
        nudge: 0,
    };
}

/// A layer with its sound.
#[derive(Debug, Clone)]
pub(super) struct Layer {
    pub(super) state: LayerState,
    /// Everything that came in; absent while it still arrives.
    pub(super) raw: Option<Arc<Audio>>,
    /// The loop made of it.
    pub(super) placed: Option<Arc<Audio>>,
}

impl Layer {
    pub(super) fn new(state: LayerState) -> Layer {
        Layer {
            state,
            raw: None,
            placed: None,
        }
    }

    /// The recording is complete.
    pub(super) fn arrived(&mut self, raw: Arc<Audio>) {
        let LayerState {
            pre_roll,
            round_trip,
            length,
            ..
        } = self.state;
        self.placed = Some(Arc::new(place(&raw, pre_roll, round_trip, length)));
        self.raw = Some(raw);
    }

    /// Where it lies, [nudge](super::Looper::nudge) and all.
    pub(super) fn play(&self) -> Play {
        let length = self.state.length.0.max(1) as i64;
        let nudge = self.state.mix.nudge.rem_euclid(length);
        Play::Loop {
            origin: self.state.punch_in + Frames(nudge.unsigned_abs()),
        }
    }
}

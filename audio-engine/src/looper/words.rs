//! The words for looping: what to record, when, and why not. Values only.

use std::ops::Range;

use super::layer::LayerState;
use super::tempo::Metre;
use super::tree::{Node, NodeId};
use crate::control::{BatchError, Channels};
use crate::units::{Frames, Gain, Grid};

/// What a looper may use.
#[derive(Debug, Clone, PartialEq)]
pub struct LooperConfig {
    /// The mixer's tracks it lays its layers on, one each; nobody else touches them.
    pub tracks: Range<u16>,
    /// Where the tempo comes from.
    pub tempo: LoopTempo,
    /// The longest a layer may be, in frames; memory for it is lent while recording. More than
    /// ten minutes the engine [refuses](BatchError::LoopTooLong).
    pub most: Frames,
    /// One channel or two.
    pub channels: Channels,
    /// Input kept from before a punch-in.
    pub pre_roll: Frames,
    /// Its recordings are numbered from here on.
    pub first_take: u64,
}

/// Where the tempo comes from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum LoopTempo {
    /// The first loop says, when it ends.
    Free {
        /// Quarter notes in a bar.
        beats_per_bar: u8,
    },
    /// It is known beforehand; every loop is whole bars.
    Locked(Grid),
}

/// What to record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// The first loop, of so many bars, or until somebody says so.
    First {
        /// Known beforehand; only with a locked tempo.
        bars: Option<u32>,
    },
    /// On top of what there is. Goes on pass after pass, each a layer, until it is ended.
    Overdub,
    /// On top, as one layer of as many whole loops as are played.
    Multiply,
    /// Instead of what there is: from the punch-in on the other layers are silent, and at the end,
    /// which is that of a whole loop, the new one is alone. Undo brings the others back.
    Replace,
}

/// When to begin.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Begin {
    /// At once, with what is being played this very moment.
    Now,
    /// At the next bar line; a waiting playhead sets out there.
    BarLine,
    /// After so many bars.
    CountIn(u32),
    /// With the first sound.
    OnSound {
        /// How loud it must be, in dBFS.
        threshold: Gain,
    },
}

/// When a change is heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// At once, over 5 ms.
    Now,
    /// At the next bar line; at once while the playhead waits or there are no bars.
    BarLine,
}

/// Why nothing was done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// A recording is promised or running: end it, or take it back.
    #[error("something is being recorded")]
    Busy,
    /// There is nothing recording that could be ended.
    #[error("nothing is being recorded")]
    NothingRuns,
    /// Record a first loop.
    #[error("there is no loop yet")]
    NoLoop,
    /// Clear it, or overdub.
    #[error("there is a loop already")]
    LoopThere,
    /// A tempo is needed to count, and there is none yet.
    #[error("there is no tempo yet")]
    NoTempo,
    /// All tracks sound; undo, or record elsewhere.
    #[error("all of the looper's tracks are in use")]
    NoTrack,
    /// Nobody has made it, or it is not reachable from here.
    #[error("there is no such layer or state")]
    NotThere,
    /// The engine was not asked to remember; see [`Looper::listen`](super::Looper::listen).
    #[error("what came in was not remembered")]
    NotListening,
    /// Longer than [`LooperConfig::most`], or than what is remembered.
    #[error("that is longer than there is memory for")]
    TooLong,
    /// What was kept of a looper does not fit together.
    #[error("this is not the state of a looper")]
    NotAState,
    /// The engine said no.
    #[error("the engine refused")]
    Engine(#[from] BatchError),
}

/// Everything a looper knows, without the sound: to be kept, and made into a looper again.
#[derive(Debug, Clone, PartialEq)]
pub struct LooperState {
    /// All layers ever recorded, in order; a [`LayerId`](super::LayerId) counts into them.
    pub layers: Vec<LayerState>,
    /// All loops that defined bars.
    pub metres: Vec<Metre>,
    /// All states there were; a [`NodeId`] counts into them.
    pub nodes: Vec<Node>,
    /// The one that sounds.
    pub current: NodeId,
    /// The number of the next recording.
    pub next_take: u64,
}

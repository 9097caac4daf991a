//! The real-time engine: plays, records, loops and mixes.

pub mod audio;
pub mod units;

pub mod control;
pub mod dsp;
pub mod rt;

pub mod bounce;
pub mod io;

pub mod analysis;
pub mod files;
pub mod latency;
pub mod sound;

pub use audio::Audio;
pub use control::{
    At, Batch, BatchError, Bus, EngineConfig, EngineHandle, Event, Layer, Meters, Play, RecordSpec,
    Snapshot, TakeId, TakeRead, TakeStream, Tone, TrackId, engine, place,
};
pub use rt::{Engine, Transport};
pub use units::{Frames, Gain, Grid, Pan, SampleRate, Tempo};

//! The real-time engine: plays, records, loops and mixes.
//!
//! # Two halves
//!
//! [`engine`] makes both at once. The app keeps the [`EngineHandle`] and says what it wants in
//! batches; a device owns the [`Engine`] and calls [`Engine::process`] for every block.
//!
//! ```text
//!  app thread                                      audio thread (a device's callback)
//! ┌──────────────────────┐   commands, ≤ 64 bytes  ┌──────────────────────────────────┐
//! │ EngineHandle         │ ──────── ring ────────► │ Engine::process                  │
//! │   batch()            │                         │   obey, cut into sub-blocks,     │
//! │   snapshot(), meters │ ◄─ atomics, seqlock ─── │   hear, mix, record, count       │
//! │   events()           │ ◄─────── ring ───────── │                                  │
//! │   collect()  (frees) │ ◄──── trash ring ────── │   (parks what does not fit)      │
//! └──────────────────────┘                         └────────────────┬─────────────────┘
//!  writer thread: TakeStream::read  ◄──── samples, marks: rings ────┘
//!  any thread: bounce(), analysis, sound, files: engines and buffers of their own
//! ```
//!
//! # The contract between them
//!
//! - The audio thread does not allocate, free, lock, wait, log or panic, in any state. All memory
//!   is made by a [`Batch`], lent, and comes back through the trash ring; call
//!   [`EngineHandle::collect`] every tick. The handle counts what is lent, so that the audio
//!   thread never meets a full container: the batch is refused instead, whole.
//! - A batch takes effect in one block, or not at all.
//! - The same frames sound the same, bit for bit, however they are cut into callbacks; a
//!   [`bounce`](bounce::bounce) is the live sound.
//! - The engine adds no latency, unless it is made with a limiter that looks ahead; that is
//!   reported, and recordings are placed for it. Positions are whole frames, and a bar is a whole number of them.
//! - What was played is written where it was heard: at the playhead less the measured round trip.
//!
//! # Where to start reading
//!
//! [`control`] for the words, `rt/engine.rs` for the callback, `rt/recorder.rs` for what happens
//! to a voice, [`io::SimDevice`] for how it is tested.
//!
//! # A first loop
//!
//! ```
//! use std::error::Error;
//! use std::sync::Arc;
//!
//! use audio_engine::io::{SimDevice, SimSpec};
//! use audio_engine::{
//!     At, Audio, EngineConfig, Frames, Gain, Grid, Layer, Play, SampleRate, Tempo, TrackId, engine,
//! };
//!
//! fn main() -> Result<(), Box<dyn Error>> {
//!     let rate = SampleRate::STUDIO;
//!     let tempo = Tempo::from_bpm(72.0).ok_or("a tempo nobody can play")?;
//!     let grid = Grid { rate, tempo, beats_per_bar: 4 };
//!     let hum = (0..grid.bar().0).map(|i| (i as f32 * 0.0288).sin() * 0.2).collect();
//!     let hum = Arc::new(Audio::mono(rate, hum));
//!
//!     let (mut handle, engine) = engine(EngineConfig { rate, tracks: 4, ..EngineConfig::default() });
//!     handle.batch(|batch| {
//!         batch.grid(grid);
//!         let play = Play::Loop { origin: Frames::ZERO };
//!         batch.layer(TrackId(0), Layer { audio: hum, play, fade_in: Frames(2_400) }, At::Now);
//!         batch.send(TrackId(0), Gain::from_db(-12.0));
//!         batch.play_after_count_in(1);
//!     })?;
//!
//!     let mut device = SimDevice::new(engine, SimSpec { keep_output: true, ..SimSpec::default() });
//!     device.advance(grid.bars(3));
//!     assert_eq!(handle.snapshot().playhead, grid.bars(2));
//!     println!("{:.1} s of sound", device.output().frames().seconds(rate));
//!     Ok(())
//! }
//! ```

pub mod audio;
pub mod clock;
mod resample;
pub mod units;

pub mod control;
pub mod dsp;
pub mod rt;

pub mod bounce;
pub mod io;
pub mod looper;

pub mod analysis;
pub mod files;
pub mod latency;
pub mod sound;

pub mod guide;

pub use audio::Audio;
pub use control::{
    At, Automation, Batch, BatchError, Bus, Channels, EngineConfig, EngineHandle, Event, Group,
    GroupId, HeardFrom, History, Layer, Length, LevelReport, MasterLimiter, Meters, Output,
    Parameter, Play, Point, RecordSpec, Remembered, Routing, RoutingError, Snapshot, Start, TakeId,
    TakeLevel, TakeRead, TakeStream, Tone, Touch, Touches, TrackId, engine, place,
};
pub use dsp::compressor::Compression;
pub use dsp::delay::Echo;
pub use dsp::eq::{EqBand, EqShape, Equaliser};
pub use rt::{Engine, Transport};
pub use units::{Frames, Gain, Grid, Pan, SampleRate, Tempo};

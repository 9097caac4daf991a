//! A guide for newcomers: from nothing to a running duplex program, and who may call what.
//!
//! # Thirty lines
//!
//! The program below opens the sound devices, clicks one bar, records what is sung over the next
//! four, and writes it to a file, each note where the singer heard it. Without a sound card it runs
//! too, in silence and real time, and says so. It is `examples/duplex.rs`, and a test runs it.
//!
//! ```no_run
#![doc = include_str!("../examples/duplex.rs")]
//! ```
//!
//! What it shows:
//!
//! - [`AudioHost::open`](crate::io::AudioHost::open) never fails. It starts an engine on the best
//!   device there is and gives back its handle; what becomes of the devices later is
//!   [`poll`](crate::io::AudioHost::poll)ed.
//! - Wishes are made in a [`batch`](crate::EngineHandle::batch), and take effect together, in one
//!   block. A take is *promised*: all its memory exists before its first frame arrives.
//! - Positions are [`Frames`](crate::Frames) on the playhead. Only a [`Grid`](crate::Grid) knows
//!   bars and beats, and a bar is a whole number of frames.
//! - A take is raw input. Where it belongs is a matter of [`place`](crate::place) and of the
//!   measured round trip, and can be answered again later with a better measurement.
//! - What the audio thread has done with is freed in [`collect`](crate::EngineHandle::collect).
//!
//! # The threads
//!
//! ```text
//!                     ┌───────────────┐  open, close, select   ┌───────────────────────┐
//!                     │ your thread   │ ─────── channel ─────► │ sound-devices         │
//!                     │               │ ◄────── events ─────── │ owns the streams,     │
//!                     │ EngineHandle  │                        │ watches, opens again, │
//!                     │ AudioHost     │                        │ falls back to silence │
//!                     └──┬─────────▲──┘                        └──────────┬────────────┘
//!        batches: a ring │         │ events, trash: rings                 │ moves the engine
//!        of ≤ 64-byte    │         │ snapshot: a seqlock                  │ from stream to stream,
//!        commands        │         │ meters: atomics                      │ by a lock nobody waits for
//!                     ┌──▼─────────┴────────────────────────────────────▼─┐
//!   input callback    │ output callback: Engine::process                    │
//!  ┌────────────────┐ │                                                     │
//!  │ frames and     ├─► hear · obey · cut into sub-blocks · mix · record     │
//!  │ timestamps     │ │                                                     │
//!  └─ a ring ───────┘ └──┬──────────────────────────────────────────────────┘
//!                        │ samples, marks: two rings a take, ≥ 5 s
//!                     ┌──▼─────────────┐        ┌──────────────────────────────┐
//!                     │ writer thread  │        │ any other thread             │
//!                     │ TakeStream::   │        │ bounce, analysis, files,     │
//!                     │ read, disk     │        │ latency: engines and buffers │
//!                     └────────────────┘        │ of their own                 │
//!                                               └──────────────────────────────┘
//! ```
//!
//! Every arrow that leaves or enters a callback is a ring with one writer and one reader, or an
//! atomic. Nobody is woken from there: whoever wants news asks for it.
//!
//! # The contract
//!
//! | Thread | may | never |
//! |---|---|---|
//! | audio callback | compute, push to and pop from rings, store atomics | allocate, free, lock, wait, log, call the system, panic |
//! | yours | everything on the handle, at any rate; call `collect` every tick | call [`Engine::process`](crate::Engine::process) while a device does |
//! | writer | read its [`TakeStream`](crate::TakeStream)s, write to the disk | touch the handle |
//! | sound-devices | open and close streams, move the engine | render |
//!
//! A full ring is never waited for. A batch that does not fit is refused whole
//! ([`BatchError::QueueFull`](crate::BatchError)); an event nobody collects is counted; input
//! nobody reads becomes a gap of known length; trash is parked.
//!
//! # Testing what you build on it
//!
//! [`SimDevice`](crate::io::SimDevice) is a device in virtual time: it calls the engine in any
//! block sizes, answers with a microphone one round trip later, and keeps what was played. An
//! hour of music takes seconds, and the same frames give the same samples on every machine:
//!
//! ```
//! use audio_engine::io::{SimDevice, SimSpec};
//! use audio_engine::{EngineConfig, Frames, engine};
//!
//! let (mut handle, engine) = engine(EngineConfig::default());
//! let mut device = SimDevice::new(engine, SimSpec { blocks: vec![1, 441, 4_096], ..SimSpec::default() });
//! handle.batch(|batch| batch.play()).unwrap();
//! device.advance(Frames(48_000));
//! assert_eq!(handle.snapshot().playhead, Frames(48_000));
//! ```

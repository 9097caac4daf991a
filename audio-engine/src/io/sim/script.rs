//! What a scripted device is like, and what goes wrong with it. Values only.

use std::time::Duration;

use crate::units::{Frames, Gain};

/// Which way the sound goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// To the loudspeaker.
    Output,
    /// From the microphone.
    Input,
}

/// One direction of a scripted device.
#[derive(Debug, Clone, PartialEq)]
pub struct SimSide {
    /// Frames per second granted, whatever was asked for.
    pub rate: u32,
    /// How fast its crystal is, in millionths. Equal in both directions: one crystal.
    pub ppm: f64,
    /// Callback sizes, in frames, one after the other, over and over.
    pub blocks: Vec<u32>,
    /// From a callback to the air, or from the air to a callback, beyond the block itself.
    pub latency: Frames,
    /// Callbacks come late by up to this; never early.
    pub late: Duration,
    /// Channels: the engine hears two sides if there are two.
    pub channels: usize,
}

impl Default for SimSide {
    fn default() -> Self {
        SimSide {
            rate: 48_000,
            ppm: 0.0,
            blocks: vec![256],
            latency: Frames(512),
            late: Duration::ZERO,
            channels: 1,
        }
    }
}

/// What the microphone hears of the loudspeaker.
#[derive(Debug, Clone, PartialEq)]
pub struct Air {
    /// The room: the impulse response, one tap a frame. Empty: no way through.
    pub echoes: Vec<f32>,
    /// How loud all of it arrives.
    pub gain: Gain,
    /// A cable the wrong way round.
    pub inverted: bool,
    /// Peak of a noise the microphone always hears, linear.
    pub noise: f32,
}

impl Default for Air {
    /// A cable from the loudspeaker to the microphone, as long as nothing.
    fn default() -> Self {
        Air {
            echoes: vec![1.0],
            gain: Gain::UNITY,
            inverted: false,
            noise: 0.0,
        }
    }
}

/// A device, its room, and its luck.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SimScript {
    /// The loudspeaker.
    pub output: SimSide,
    /// The microphone.
    pub input: SimSide,
    /// What is between them.
    pub air: Air,
    /// Seeds lateness and noise.
    pub seed: u64,
}

/// What goes wrong with the next stream that is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It does not open.
    Open,
    /// It opens, and does not start.
    Start,
    /// It starts, and never calls back.
    Silent,
    /// It says it is lost in its callback number so many, and calls no more.
    InCallback(u64),
    /// The same, and it says so again and again.
    Insists(u64),
    /// It calls no more after so many callbacks, and says nothing.
    Starves(u64),
    /// It says it is lost while it is being ended.
    WhileEnding,
    /// It says it is lost every 10 ms once it has ended.
    AfterEnd,
}

/// One attempt to open a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opening {
    /// When, from the start of the world.
    pub at: Duration,
    /// Which way.
    pub direction: Direction,
    /// Whether it played.
    pub opened: bool,
}

//! A device in virtual time: no threads, no waiting, the same sound on every machine.
//!
//! It calls the engine in blocks of the sizes it was told, and answers with a microphone whose
//! input comes one round trip after the sound it answers. Tests, fast sessions and bounces of
//! whole evenings run on it.

use std::sync::Arc;

use crate::audio::Audio;
use crate::rt::{Engine, XrunCounter};
use crate::units::{Frames, Gain};

/// What kind of device to simulate.
#[derive(Debug, Clone)]
pub struct SimSpec {
    /// Callback sizes, one after the other, over and over. Empty or all zero means 256.
    pub blocks: Vec<u32>,
    /// Frames from the loudspeaker through the air and the microphone back to the engine.
    pub round_trip: Frames,
    /// What the microphone hears.
    pub microphone: Microphone,
    /// Keep everything that was played, for [`SimDevice::output`].
    pub keep_output: bool,
}

impl Default for SimSpec {
    fn default() -> Self {
        SimSpec {
            blocks: vec![256],
            round_trip: Frames(1024),
            microphone: Microphone::Silent,
            keep_output: false,
        }
    }
}

/// What the microphone hears.
#[derive(Debug, Clone)]
pub enum Microphone {
    /// An open microphone in a silent room.
    Silent,
    /// No microphone: the engine is given no input channel.
    Absent,
    /// Somebody who plays along with what they hear: sample `i` answers the frame that left the
    /// engine at clock `i`, and so arrives one round trip later.
    Plays {
        /// What they play; both channels are mixed.
        audio: Arc<Audio>,
        /// From the start again when it ends.
        repeat: bool,
    },
    /// The loudspeaker, and nothing else. Callbacks are kept shorter than the round trip, as no
    /// device hears a block before it has been made.
    HearsSpeaker {
        /// How loud the loudspeaker arrives.
        gain: Gain,
    },
    /// Somebody playing along, with the loudspeaker in the room.
    Both {
        /// What they play.
        audio: Arc<Audio>,
        /// From the start again when it ends.
        repeat: bool,
        /// How loud the loudspeaker arrives.
        gain: Gain,
    },
}

/// Owns an engine and moves its time on by hand.
pub struct SimDevice {
    engine: Engine,
    xruns: XrunCounter,
    spec: SimSpec,
    next_block: usize,
    clock: u64,
    /// The player's part in one channel, and the loudspeaker's amplitude in the microphone.
    player: Option<(Vec<f32>, bool)>,
    speaker: f32,
    /// The mean of both output channels for the last round trip, as a ring.
    air: Vec<f32>,
    input: Vec<f32>,
    left: Vec<f32>,
    right: Vec<f32>,
    kept: [Vec<f32>; 2],
}

impl SimDevice {
    /// Time stands still until [`SimDevice::advance`].
    pub fn new(engine: Engine, spec: SimSpec) -> SimDevice {
        let microphone = spec.microphone.clone();
        let air = vec![0.0; spec.round_trip.0.max(1) as usize];
        let mut device = SimDevice {
            xruns: engine.xrun_counter(),
            engine,
            spec,
            next_block: 0,
            clock: 0,
            player: None,
            speaker: 0.0,
            air,
            input: Vec::new(),
            left: Vec::new(),
            right: Vec::new(),
            kept: [Vec::new(), Vec::new()],
        };
        device.set_microphone(microphone);
        device
    }

    /// From now on the microphone hears something else.
    pub fn set_microphone(&mut self, microphone: Microphone) {
        (self.player, self.speaker) = match &microphone {
            Microphone::Silent | Microphone::Absent => (None, 0.0),
            Microphone::Plays { audio, repeat } => (Some(heard(audio, *repeat)), 0.0),
            Microphone::HearsSpeaker { gain } => (None, gain.amplitude()),
            Microphone::Both {
                audio,
                repeat,
                gain,
            } => (Some(heard(audio, *repeat)), gain.amplitude()),
        };
        self.spec.microphone = microphone;
    }

    /// Runs exactly so many frames. The last callback may be shorter than the script says.
    pub fn advance(&mut self, frames: Frames) {
        let mut left = frames.0;
        while left > 0 {
            let block = self.scripted_block().min(left);
            self.callback(block as usize);
            left -= block;
        }
    }

    /// The driver starves: it plays so many frames late, and hears none of them.
    pub fn starve(&mut self, frames: Frames) {
        let frames = frames.0 as usize;
        self.xruns.skipped(frames as u64);
        self.left.resize(frames, 0.0);
        self.right.resize(frames, 0.0);
        let output: &mut [&mut [f32]] = &mut [&mut self.left, &mut self.right];
        self.engine.process(&[], output);
        self.clock += frames as u64;
    }

    /// The script's next callback size.
    fn scripted_block(&mut self) -> u64 {
        let sizes = self.spec.blocks.len().max(1);
        // One turn through the script finds a size, if there is one.
        let size = (0..sizes).find_map(|_| {
            let size = self.spec.blocks.get(self.next_block).copied().unwrap_or(0);
            self.next_block = (self.next_block + 1) % sizes;
            (size > 0).then_some(u64::from(size))
        });
        let size = size.unwrap_or(256);
        if self.speaker > 0.0 {
            size.min(self.air.len() as u64)
        } else {
            size
        }
    }

    fn callback(&mut self, frames: usize) {
        self.input.clear();
        for clock in self.clock..self.clock + frames as u64 {
            let sample = self.arrives(clock);
            self.input.push(sample);
        }
        self.xruns.called(frames);
        self.left.resize(frames, 0.0);
        self.right.resize(frames, 0.0);
        let inputs: &[&[f32]] = match self.spec.microphone {
            Microphone::Absent => &[],
            _ => &[&self.input],
        };
        self.engine
            .process(inputs, &mut [&mut self.left, &mut self.right]);
        let ring = self.air.len() as u64;
        for (i, (l, r)) in self.left.iter().zip(&self.right).enumerate() {
            let at = (self.clock + i as u64) % ring;
            self.air[at as usize] = 0.5 * (l + r);
        }
        if self.spec.keep_output {
            self.kept[0].extend_from_slice(&self.left);
            self.kept[1].extend_from_slice(&self.right);
        }
        self.clock += frames as u64;
    }

    /// What the microphone picks up at `clock`.
    fn arrives(&self, clock: u64) -> f32 {
        let round_trip = self.spec.round_trip.0;
        let played = match (&self.player, clock.checked_sub(round_trip)) {
            (Some((samples, repeat)), Some(at)) if *repeat && !samples.is_empty() => {
                samples[(at % samples.len() as u64) as usize]
            }
            (Some((samples, _)), Some(at)) => samples.get(at as usize).copied().unwrap_or(0.0),
            (None, _) | (_, None) => 0.0,
        };
        // The oldest sample in the ring is the one about to be overwritten.
        let air = self.air[(clock % self.air.len() as u64) as usize];
        played + self.speaker * air
    }

    /// Everything played so far, if it was to be kept.
    pub fn output(&self) -> Audio {
        let [left, right] = self.kept.clone();
        Audio::stereo(self.engine.rate(), left, right)
    }

    /// Frames run so far.
    pub fn clock(&self) -> Frames {
        Frames(self.clock)
    }

    /// Ends the simulation; the engine can go on elsewhere.
    pub fn into_engine(self) -> Engine {
        self.engine
    }
}

fn heard(audio: &Audio, repeat: bool) -> (Vec<f32>, bool) {
    (audio.mixed_to_mono().channel(0).to_vec(), repeat)
}

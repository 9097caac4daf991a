//! A studio without walls: an engine, its handle, a microphone, and somebody who listens.
//!
//! Every callback runs where memory must not be allocated or freed; a test that gets that far
//! has also shown that the audio thread does neither.
#![allow(dead_code, reason = "each test file uses its own part of the studio")]

use std::sync::Arc;

use assert_no_alloc::{AllocDisabler, assert_no_alloc, violation_count};
use audio_engine::{
    At, Audio, Engine, EngineConfig, EngineHandle, Frames, Grid, Layer, Play, SampleRate, TakeRead,
    TakeStream, Tempo, TrackId, engine,
};

#[global_allocator]
static WATCHED: AllocDisabler = AllocDisabler;

/// A rate at which a bar is short: 300 bpm, one beat to the bar, 1600 frames.
pub const RATE: u32 = 8_000;
pub const BAR: u64 = 1_600;

pub fn rate() -> SampleRate {
    SampleRate::new(RATE).unwrap()
}

pub fn grid() -> Grid {
    Grid {
        rate: rate(),
        tempo: Tempo::from_bpm(300.0).unwrap(),
        beats_per_bar: 1,
    }
}

pub struct Studio {
    pub handle: EngineHandle,
    pub engine: Engine,
    /// Callback sizes, over and over.
    pub blocks: Vec<usize>,
    turn: usize,
    /// What arrives at the microphone, from clock 0.
    pub microphone: Vec<f32>,
    /// What arrives in a second channel, if there is one.
    pub second: Option<Vec<f32>>,
    pub left: Vec<f32>,
    pub right: Vec<f32>,
}

impl Studio {
    pub fn new() -> Studio {
        Studio::at(rate())
    }

    pub fn at(rate: SampleRate) -> Studio {
        Studio::of(EngineConfig {
            rate,
            tracks: 8,
            ..EngineConfig::default()
        })
    }

    pub fn of(config: EngineConfig) -> Studio {
        let (handle, engine) = engine(config);
        Studio {
            handle,
            engine,
            blocks: vec![256],
            turn: 0,
            microphone: Vec::new(),
            second: None,
            left: Vec::new(),
            right: Vec::new(),
        }
    }

    pub fn blocks(mut self, sizes: &[usize]) -> Studio {
        self.blocks = sizes.to_vec();
        self
    }

    pub fn microphone(mut self, arrives: Vec<f32>) -> Studio {
        self.microphone = arrives;
        self
    }

    pub fn second_microphone(mut self, arrives: Vec<f32>) -> Studio {
        self.second = Some(arrives);
        self
    }

    /// Runs exactly so many frames, and keeps what is played.
    pub fn run(&mut self, frames: u64) -> &mut Studio {
        let end = self.left.len() + frames as usize;
        while self.left.len() < end {
            let size = self.blocks[self.turn % self.blocks.len()].min(end - self.left.len());
            self.turn += 1;
            self.callback(size);
        }
        self
    }

    fn callback(&mut self, frames: usize) {
        let clock = self.left.len();
        self.left.resize(clock + frames, f32::NAN);
        self.right.resize(clock + frames, f32::NAN);
        fn part(arrives: &[f32], clock: usize, frames: usize) -> &[f32] {
            let heard = arrives.get(clock..).unwrap_or_default();
            &heard[..heard.len().min(frames)]
        }
        let heard = part(&self.microphone, clock, frames);
        let second = self
            .second
            .as_ref()
            .map(|arrives| part(arrives, clock, frames));
        let heard = [heard, second.unwrap_or_default()];
        let heard = &heard[..1 + usize::from(self.second.is_some())];
        let output = &mut [&mut self.left[clock..], &mut self.right[clock..]];
        let before = violation_count();
        assert_no_alloc(|| self.engine.process(heard, output));
        assert_eq!(
            violation_count(),
            before,
            "the audio thread allocated or freed"
        );
    }

    /// Both channels of everything from frame `from`, as bits: equal means identical.
    pub fn bits(&self) -> Vec<(u32, u32)> {
        self.left
            .iter()
            .zip(&self.right)
            .map(|(l, r)| (l.to_bits(), r.to_bits()))
            .collect()
    }
}

/// A loop of so many bars with one click at its first frame.
pub fn click_loop(bars: u64, height: f32) -> Arc<Audio> {
    let mut samples = vec![0.0; (BAR * bars) as usize];
    samples[0] = height;
    Arc::new(Audio::stereo(rate(), samples.clone(), samples))
}

/// Sound that is never the same twice: deterministic noise, −1..1 times `height`.
pub fn noise(frames: u64, height: f32, seed: u32) -> Vec<f32> {
    let mut state = seed | 1;
    (0..frames)
        .map(|_| {
            state = state.wrapping_mul(747_796_405).wrapping_add(2_891_336_453);
            height * ((state >> 8) as f32 / 8_388_608.0 - 1.0)
        })
        .collect()
}

pub fn mono(samples: Vec<f32>) -> Arc<Audio> {
    Arc::new(Audio::mono(rate(), samples))
}

pub fn looped(audio: &Arc<Audio>) -> Layer {
    Layer {
        audio: Arc::clone(audio),
        play: Play::Loop { origin: Frames(0) },
        fade_in: Frames(0),
    }
}

pub fn once(audio: &Arc<Audio>, start: u64) -> Layer {
    Layer {
        audio: Arc::clone(audio),
        play: Play::Once {
            start: Frames(start),
        },
        fade_in: Frames(0),
    }
}

/// A steady tone of no frequency at all: every change of gain is seen as it is.
pub fn steady(height: f32) -> Arc<Audio> {
    let side = vec![height; BAR as usize];
    Arc::new(Audio::stereo(rate(), side.clone(), side))
}

/// A studio in which tracks 0 and 1 play steadily, and have done so for a bar.
pub fn playing() -> Studio {
    let mut studio = Studio::new().blocks(&[97, 256, 13]);
    studio
        .handle
        .batch(|batch| {
            batch.grid(grid());
            batch.layer(TrackId(0), looped(&steady(0.1)), At::Now);
            batch.layer(TrackId(1), looped(&steady(0.2)), At::Now);
            batch.play();
        })
        .unwrap();
    studio.run(BAR);
    studio
}

/// The largest step from one sample to the next, from frame `from` on.
pub fn largest_step(sound: &[f32], from: u64) -> f32 {
    let steps = sound[from as usize - 1..].windows(2);
    steps
        .map(|pair| (pair[1] - pair[0]).abs())
        .fold(0.0, f32::max)
}

/// 5 ms.
pub const DECLICK: u64 = RATE as u64 / 200;

/// What came out of a take: the samples, gaps filled with silence; the gaps; whether it is done.
#[derive(Default)]
pub struct Heard {
    pub samples: Vec<f32>,
    pub gaps: Vec<u64>,
    /// Words, each with the frames before it.
    pub marks: Vec<(u64, u32)>,
    pub finished: bool,
}

pub fn read_all(stream: &mut TakeStream) -> Heard {
    let mut heard = Heard {
        samples: Vec::new(),
        gaps: Vec::new(),
        marks: Vec::new(),
        finished: false,
    };
    let channels = stream.channels().count();
    loop {
        match stream.read(&mut heard.samples) {
            TakeRead::Frames(_) => {}
            TakeRead::Gap(frames) => {
                heard.gaps.push(frames);
                heard
                    .samples
                    .resize(heard.samples.len() + frames as usize * channels, 0.0);
            }
            TakeRead::Mark(word) => {
                let frames = heard.samples.len() / channels;
                heard.marks.push((frames as u64, word));
            }
            TakeRead::Nothing => return heard,
            TakeRead::Finished => {
                heard.finished = true;
                return heard;
            }
        }
    }
}

pub fn frame(at: u64) -> At {
    At::Frame(Frames(at))
}

pub const DRUM: TrackId = TrackId(0);
pub const BASS: TrackId = TrackId(1);
pub const VOICE: TrackId = TrackId(2);

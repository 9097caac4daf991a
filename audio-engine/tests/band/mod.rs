//! A looper in a studio, somebody in front of the microphone, and somebody who keeps the tapes.
//!
//! The tapes are compared with a renderer that knows nothing of the engine: for each layer, the
//! samples that arrived one round trip after its punch-in, faded at the edges, added up in f64.
#![allow(dead_code, reason = "each test file uses its own part of the band")]

use std::collections::HashMap;
use std::sync::Arc;

use audio_engine::looper::{
    Begin, LayerState, LoopTempo, Looper, LooperConfig, Refusal, What, When,
};
use audio_engine::{
    Audio, Channels, EngineConfig, EngineHandle, Frames, MasterLimiter, TakeId, TakeStream,
};

use crate::studio::{BAR, Heard, Studio, grid, noise, rate, read_all};

/// Two bars.
pub const LOOP: u64 = 2 * BAR;
pub const EDGE: u64 = 40;

pub struct Band {
    pub looper: Looper,
    pub config: LooperConfig,
    /// The studio without its handle, which the looper is given.
    studio: Studio,
    pub handle: EngineHandle,
    streams: Vec<(TakeId, TakeStream, Heard)>,
    pub takes: HashMap<TakeId, Arc<Audio>>,
    round_trip: u64,
    /// Recordings that are complete are not handed over.
    pub hold_back: bool,
    /// Frames between two ticks.
    pub tick_every: u64,
    /// Why something could not be kept.
    pub not_kept: Option<Refusal>,
}

fn config(tempo: LoopTempo) -> LooperConfig {
    LooperConfig {
        tracks: 0..8,
        tempo,
        most: Frames(BAR * 64),
        channels: Channels::Mono,
        pre_roll: Frames(100),
        first_take: 1,
    }
}

impl Band {
    /// At a locked tempo, with noise at the microphone: no two moments are alike.
    pub fn new(round_trip: u64, blocks: &[usize]) -> Band {
        Band::with_microphone(round_trip, blocks, noise(BAR * 400, 0.1, 11))
    }

    pub fn with_microphone(round_trip: u64, blocks: &[usize], arrives: Vec<f32>) -> Band {
        let tempo = LoopTempo::Locked(grid());
        Band::at(Studio::new(), tempo, round_trip, blocks, arrives)
    }

    /// Heard through the limiter that looks ahead, and so a little later.
    pub fn through_look_ahead(round_trip: u64, blocks: &[usize], arrives: Vec<f32>) -> Band {
        let studio = Studio::of(EngineConfig {
            rate: rate(),
            tracks: 8,
            master: MasterLimiter::LookAhead,
        });
        let tempo = LoopTempo::Locked(grid());
        Band::at(studio, tempo, round_trip, blocks, arrives)
    }

    /// The first loop says how fast it goes.
    pub fn free(round_trip: u64, blocks: &[usize], arrives: Vec<f32>) -> Band {
        let tempo = LoopTempo::Free { beats_per_bar: 4 };
        Band::at(Studio::new(), tempo, round_trip, blocks, arrives)
    }

    fn at(
        studio: Studio,
        tempo: LoopTempo,
        round_trip: u64,
        blocks: &[usize],
        arrives: Vec<f32>,
    ) -> Band {
        let config = config(tempo);
        let mut studio = studio.blocks(blocks).microphone(arrives);
        let (spare, _) = audio_engine::engine(audio_engine::EngineConfig::default());
        let handle = std::mem::replace(&mut studio.handle, spare);
        let mut looper = Looper::new(config.clone(), rate());
        looper.set_round_trip(Frames(round_trip));
        Band {
            looper,
            config,
            studio,
            handle,
            streams: vec![],
            takes: HashMap::new(),
            round_trip,
            hold_back: false,
            tick_every: 160,
            not_kept: None,
        }
    }

    /// The same looper on another day: another engine, the same tapes.
    pub fn restored(&self) -> Band {
        let mut band = Band::at(
            Studio::new(),
            self.config.tempo,
            self.round_trip,
            &[128],
            noise(BAR * 400, 0.1, 12),
        );
        let state = self.looper.state();
        let find = |take| self.takes.get(&take).cloned();
        let config = self.config.clone();
        band.looper = Looper::restore(config, rate(), state, find, &mut band.handle).unwrap();
        band.looper.set_round_trip(Frames(self.round_trip));
        band.takes = self.takes.clone();
        band
    }

    pub fn heard(&self) -> &[f32] {
        &self.studio.left
    }

    pub fn playhead(&self) -> u64 {
        self.handle.snapshot().playhead.0
    }

    /// So many frames, with a tick every now and then, as an app does.
    pub fn run(&mut self, frames: u64) {
        let mut left = frames;
        while left > 0 {
            let step = left.min(self.tick_every);
            self.studio.run(step);
            self.tick();
            left -= step;
        }
    }

    fn tick(&mut self) {
        for event in self.handle.events() {
            self.looper.hear(&event, &mut self.handle).unwrap();
        }
        match self.looper.tick(&mut self.handle) {
            Ok(Some((take, raw))) => drop(self.takes.insert(take, raw)),
            Ok(None) => {}
            Err(why) => self.not_kept = Some(why),
        }
        for (take, stream) in self.looper.take_streams() {
            let heard = Heard::default();
            self.streams.push((take, stream, heard));
        }
        for (_, stream, heard) in &mut self.streams {
            let part = read_all(stream);
            heard.samples.extend(part.samples);
            heard.finished |= part.finished;
        }
        if self.hold_back {
            return;
        }
        let done = self.streams.extract_if(.., |(_, _, heard)| heard.finished);
        for (take, _, heard) in done {
            let raw = Arc::new(Audio::mono(rate(), heard.samples));
            self.takes.insert(take, Arc::clone(&raw));
            self.looper.arrived(take, raw, &mut self.handle).unwrap();
        }
    }

    pub fn run_to(&mut self, playhead: u64) {
        let now = self.playhead();
        assert!(playhead >= now, "the playhead is at {now} already");
        self.run(playhead - now);
    }

    pub fn record(&mut self, what: What, begin: Begin) {
        self.looper.record(what, begin, &mut self.handle).unwrap();
    }

    /// The bar line on which something begins that is asked for now: ten ms ahead at least.
    pub fn next_line(&self) -> u64 {
        (self.playhead() + 80).next_multiple_of(BAR)
    }

    /// Until the promised recording begins.
    pub fn run_to_begin(&mut self) {
        for _ in 0..1_000 {
            if self.looper.activity() != audio_engine::looper::Activity::Waiting {
                return;
            }
            self.run(self.tick_every);
        }
        panic!("it never began");
    }

    /// A first loop from the next bar line on.
    pub fn first_loop(&mut self, bars: u32) {
        self.record(What::First { bars: Some(bars) }, Begin::BarLine);
        self.run(BAR * (u64::from(bars) + 2));
        assert_eq!(self.looper.layers().count(), 1, "the first loop is there");
    }

    /// An overdub of so many passes, ended in the last.
    pub fn overdub(&mut self, passes: u64) {
        let before = self.looper.layers().count();
        let punch_in = self.next_line();
        self.record(What::Overdub, Begin::BarLine);
        self.run_to(punch_in + LOOP * passes - 300);
        self.looper.finish(&mut self.handle).unwrap();
        self.run(BAR);
        assert_eq!(self.looper.layers().count(), before + passes as usize);
    }

    pub fn undo(&mut self, when: When) {
        self.looper.undo(when, &mut self.handle).unwrap();
        self.run(self.tick_every);
    }

    pub fn redo(&mut self, when: When) {
        self.looper.redo(when, &mut self.handle).unwrap();
        self.run(self.tick_every);
    }

    /// Long enough for everything to have arrived, been laid, and faded.
    pub fn settle(&mut self) {
        let length = self.looper.metre().map_or(LOOP, |metre| metre.length.0);
        self.run(length * 2 + self.round_trip + 2 * BAR);
    }

    /// One pass of the loop, once all changes are made and faded.
    pub fn pass(&mut self) -> Vec<f32> {
        let length = self.looper.metre().map_or(LOOP, |metre| metre.length.0);
        self.run(2 * BAR + 2 * EDGE);
        let line = self.playhead().next_multiple_of(length);
        self.run_to(line);
        let from = self.heard().len();
        self.run(length);
        self.heard()[from..].to_vec()
    }

    /// Compares what is heard, for as long as the longest layer, with the tapes.
    #[track_caller]
    pub fn assert_sounds_like_its_takes(&mut self) {
        self.run(2 * BAR + 2 * EDGE);
        let layers: Vec<LayerState> = self.looper.layers().map(|(_, l)| l.clone()).collect();
        let longest = layers
            .iter()
            .map(|layer| layer.length.0)
            .max()
            .unwrap_or(LOOP);
        let (clock, playhead) = (self.heard().len(), self.playhead());
        self.run(longest);
        for (i, heard) in self.heard()[clock..].iter().enumerate() {
            let at = playhead + i as u64;
            let expected: f64 = layers.iter().map(|layer| self.naive(layer, at)).sum();
            assert!(
                (f64::from(*heard) - expected).abs() < 2e-6,
                "playhead {at}: {heard} is heard, {expected} was played"
            );
        }
    }

    /// What a layer sounds like at playhead `at`, straight from its tape.
    fn naive(&self, layer: &LayerState, at: u64) -> f64 {
        if layer.mix.muted {
            return 0.0;
        }
        let tape = self.takes[&layer.take].channel(0);
        let length = layer.length.0 as i64;
        let frame = (at as i64 - layer.punch_in.0 as i64 - layer.mix.nudge).rem_euclid(length);
        let first = (layer.pre_roll + layer.round_trip).0 as i64;
        // The tape ends 5 ms after what is kept.
        let kept = (tape.len() as i64 - first - EDGE as i64).clamp(0, length);
        let sample = |frame: i64| {
            let sample = tape.get((first + frame) as usize).copied();
            f64::from(sample.unwrap_or(0.0))
        };
        let rise = |frame: i64| {
            let turn = (frame as f64 + 0.5) / EDGE as f64;
            0.5 - 0.5 * (std::f64::consts::PI * turn.min(1.0)).cos()
        };
        let mut sum = 0.0;
        if frame < kept {
            sum += rise(frame) * sample(frame);
        }
        let past = (frame - kept).rem_euclid(length);
        if past < EDGE as i64 {
            sum += (1.0 - rise(past)) * sample(kept + past);
        }
        // A mono sound is 3 dB down on each side.
        let gain = f64::from(layer.mix.gain.amplitude()) * std::f64::consts::FRAC_1_SQRT_2;
        sum * gain
    }

    /// A refusal is an answer too.
    pub fn try_record(&mut self, what: What, begin: Begin) -> Result<(), Refusal> {
        self.looper.record(what, begin, &mut self.handle)
    }
}

/// Samples to be compared bit for bit, and not to be printed.
#[derive(PartialEq)]
pub struct Bits(Vec<u32>);

impl std::fmt::Debug for Bits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} samples", self.0.len())
    }
}

pub fn bits(samples: &[f32]) -> Bits {
    Bits(samples.iter().map(|sample| sample.to_bits()).collect())
}

/// Two bars, then so many overdubs of one pass each, all different.
pub fn layered(band: &mut Band, overdubs: usize) {
    band.first_loop(2);
    for _ in 0..overdubs {
        band.overdub(1);
    }
}

pub fn largest_step(heard: &[f32]) -> f32 {
    let steps = heard.windows(2).map(|pair| (pair[1] - pair[0]).abs());
    steps.fold(0.0, f32::max)
}

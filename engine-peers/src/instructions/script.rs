//! The trouble: what a full mixer goes through on a bad evening, one thing a block.

use std::ffi::CString;
use std::sync::Arc;

use anyhow::{Context, Result};
use audio_engine::{
    At, Audio, Batch, Engine, EngineConfig, EngineHandle, Frames, Gain, Grid, Group, GroupId,
    Layer, MasterLimiter, Output, Pan, Play, Routing, SampleRate, Tempo, TrackId, engine,
};

use super::{events, everybody, valgrind};

pub const TRACKS: u16 = 64;
pub const BLOCK: usize = 128;

/// What a block is called in which nothing is asked for, and nothing happens by itself.
pub const USUAL: &str = "usual";

/// Rounds of everything, and in how many of them every kind of event has its turn.
const ROUNDS: u16 = 20;
const ROUNDS_OF_EVENTS: u16 = 4;

/// One mixer, and the block it is at.
pub struct Desk {
    handle: EngineHandle,
    engine: Engine,
    grid: Grid,
    left: [f32; BLOCK],
    right: [f32; BLOCK],
    /// Is there a microphone?
    hears: bool,
}

/// Plays all of it, and has every block counted under its name.
pub fn play() -> Result<()> {
    let mut desk = Desk::new()?;
    // Past the beginning, where everything fades in and memory is met for the first time.
    for _ in 0..16 {
        desk.process();
    }
    valgrind::start();
    desk.counted("first", |_| {})?;
    for round in 0..ROUNDS {
        for _ in 0..12 {
            desk.usual()?;
        }
        desk.counted("gain of every track", |batch| {
            for track in 0..TRACKS {
                batch.gain(TrackId(track), Gain::from_db(-6.0 - f32::from(round % 2)));
            }
        })?;
        // Undone in the next block: what is silent is skipped, and would make all else look dear.
        let track = TrackId(round * 3);
        for on in [true, false] {
            desk.counted("mute", |batch| batch.mute(track, on, At::Now))?;
        }
        for on in [true, false] {
            desk.counted("solo", |batch| batch.solo(track, on, At::Now))?;
        }
        desk.counted("another plan", |batch| batch.routing(routing(round)))?;
        for on in [true, false] {
            desk.sixty_four_events("64 events on one frame", 0, on)?;
        }
        for on in [true, false] {
            desk.sixty_four_events("64 events on 64 frames", 2, on)?;
        }
        let other = desk.loop_of(round, 1);
        desk.counted("another loop", move |batch| {
            batch.layer(track, looped(&other, Frames::ZERO), At::Now);
        })?;
        desk.usual()?;
        let to = desk.grid.bar();
        desk.counted("locate", |batch| batch.locate(to))?;
        // It fades, jumps and comes back.
        for _ in 0..4 {
            desk.process();
        }
        if round < ROUNDS_OF_EVENTS {
            events::play(&mut desk, round)?;
            everybody::play(&mut desk, round)?;
        }
    }
    Ok(())
}

/// Over and over, with its first frame at `origin`.
pub fn looped(audio: &Arc<Audio>, origin: Frames) -> Layer {
    Layer {
        audio: Arc::clone(audio),
        play: Play::Loop { origin },
        fade_in: Frames::ZERO,
    }
}

/// Every other time a third of the tracks goes through a group.
fn routing(round: u16) -> Routing {
    let mut routing = Routing::default();
    if round.is_multiple_of(2) {
        routing.groups.push(Group::default());
        routing.tracks = (0..TRACKS)
            .map(|track| match track % 3 {
                0 => Output::Group(GroupId(0)),
                _ => Output::Music,
            })
            .collect();
    }
    routing
}

impl Desk {
    fn new() -> Result<Desk> {
        let rate = SampleRate::STUDIO;
        // Quick bars, so that seams come often, and none of them where a block begins.
        let grid = Grid {
            rate,
            tempo: Tempo::from_bpm(297.0).context("a tempo")?,
            beats_per_bar: 1,
        };
        let (handle, engine) = engine(EngineConfig {
            rate,
            tracks: TRACKS,
            master: MasterLimiter::LookAhead,
        });
        let mut desk = Desk {
            handle,
            engine,
            grid,
            left: [0.0; BLOCK],
            right: [0.0; BLOCK],
            hears: false,
        };
        desk.handle.batch(|batch| batch.grid(grid))?;
        for number in 0..TRACKS {
            let track = TrackId(number);
            let audio = desk.loop_of(number, 1);
            desk.handle.batch(|batch| {
                batch.layer(track, looped(&audio, Frames::ZERO), At::Now);
                batch.gain(track, Gain::from_db(-6.0));
                batch.pan(track, Pan::new(f32::from(number) / 40.0 - 0.8));
                batch.send(track, Gain::from_db(-12.0));
                batch.eq(track, events::equaliser(0.0));
            })?;
        }
        desk.handle.batch(|batch| batch.play())?;
        Ok(desk)
    }

    fn loop_of(&self, seed: u16, bars: u64) -> Arc<Audio> {
        let side = |seed: u32| {
            let mut noise = seed | 1;
            (0..self.grid.bars(bars).0)
                .map(|_| {
                    noise = noise.wrapping_mul(747_796_405).wrapping_add(2_891_336_453);
                    0.02 * ((noise >> 8) as f32 / 8_388_608.0 - 1.0)
                })
                .collect()
        };
        let seed = u32::from(seed);
        Arc::new(Audio::stereo(
            self.grid.rate,
            side(seed),
            side(seed + 1_000),
        ))
    }

    /// One for each track.
    pub fn loops(&self, seed: u16) -> Vec<Arc<Audio>> {
        (0..TRACKS)
            .map(|track| self.loop_of(seed * TRACKS + track, 1))
            .collect()
    }

    pub fn playhead(&self) -> u64 {
        self.handle.snapshot().playhead.0
    }

    pub fn bar(&self) -> Frames {
        self.grid.bar()
    }

    pub fn rate(&self) -> SampleRate {
        self.grid.rate
    }

    /// Whether a microphone hears what comes, or nobody.
    pub fn hears(&mut self, hears: bool) {
        self.hears = hears;
    }

    pub fn blocks_in_a_bar(&self) -> u64 {
        self.grid.bar().0.div_ceil(BLOCK as u64)
    }

    /// Asks for something before the next block, counted or not.
    pub fn handle(&mut self, ask: impl FnOnce(&mut Batch)) -> Result<()> {
        Ok(self.handle.batch(ask)?)
    }

    pub fn process(&mut self) {
        let room = [0.001; BLOCK];
        let input: &[&[f32]] = if self.hears { &[&room] } else { &[] };
        self.engine
            .process(input, &mut [&mut self.left, &mut self.right]);
    }

    /// A block in which nothing is asked for; but some loops may come to their seams.
    fn usual(&mut self) -> Result<()> {
        let at = self.playhead();
        let bar = self.grid.bar().0;
        let seam = at % bar + BLOCK as u64 > bar;
        self.counted(if seam { "64 loop seams" } else { USUAL }, |_| {})
    }

    /// Mutes and unmutes, so many frames apart, from the middle of the block on.
    fn sixty_four_events(&mut self, what: &str, apart: u64, on: bool) -> Result<()> {
        let at = self.playhead() + if apart == 0 { 50 } else { 0 };
        self.counted(what, |batch| {
            for nth in 0..64u16 {
                let frame = Frames(at + u64::from(nth) * apart);
                batch.mute(TrackId(nth), on && nth % 4 == 0, At::Frame(frame));
            }
        })
    }

    /// Asks for something, and counts the block in which it happens.
    pub fn counted(&mut self, what: &str, ask: impl FnOnce(&mut Batch)) -> Result<()> {
        self.handle.batch(ask)?;
        let name = CString::new(what)?;
        valgrind::zero();
        self.process();
        valgrind::dump(&name);
        // Off the audio thread, and not counted.
        self.handle.collect();
        drop(self.handle.events());
        Ok(())
    }
}

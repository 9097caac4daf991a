//! The trouble: what a full mixer goes through on a bad evening, one thing a block.

use std::ffi::CString;
use std::sync::Arc;

use anyhow::{Context, Result};
use audio_engine::{
    At, Audio, Batch, Engine, EngineConfig, EngineHandle, EqBand, Equaliser, Frames, Gain, Grid,
    Group, GroupId, Layer, MasterLimiter, Output, Pan, Play, Routing, SampleRate, Tempo, TrackId,
    engine,
};

use super::valgrind;

pub const TRACKS: u16 = 64;
const BLOCK: usize = 128;

/// One mixer, and the block it is at.
struct Desk {
    handle: EngineHandle,
    engine: Engine,
    grid: Grid,
    left: [f32; BLOCK],
    right: [f32; BLOCK],
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
    for round in 0..20u16 {
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
            let play = Play::Loop {
                origin: Frames::ZERO,
            };
            let layer = Layer {
                audio: other,
                play,
                fade_in: Frames::ZERO,
            };
            batch.layer(track, layer, At::Now);
        })?;
        desk.usual()?;
        let to = desk.grid.bar();
        desk.counted("locate", |batch| batch.locate(to))?;
        // It fades, jumps and comes back.
        for _ in 0..4 {
            desk.process();
        }
    }
    Ok(())
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
        };
        desk.handle.batch(|batch| batch.grid(grid))?;
        for number in 0..TRACKS {
            let track = TrackId(number);
            let audio = desk.loop_of(number, 1);
            desk.handle.batch(|batch| {
                let play = Play::Loop {
                    origin: Frames::ZERO,
                };
                let layer = Layer {
                    audio,
                    play,
                    fade_in: Frames::ZERO,
                };
                batch.layer(track, layer, At::Now);
                batch.gain(track, Gain::from_db(-6.0));
                batch.pan(track, Pan::new(f32::from(number) / 40.0 - 0.8));
                batch.send(track, Gain::from_db(-12.0));
                let [low, bell, high] =
                    [(120.0, 2.0, 0.7), (1_000.0, -3.0, 1.0), (6_000.0, 1.5, 0.7)]
                        .map(|(hz, db, q)| EqBand::new(hz, db, q));
                batch.eq(track, Equaliser { low, bell, high });
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

    fn process(&mut self) {
        self.engine
            .process(&[], &mut [&mut self.left, &mut self.right]);
    }

    /// A block in which nothing is asked for; but some loops may come to their seams.
    fn usual(&mut self) -> Result<()> {
        let at = self.handle.snapshot().playhead.0;
        let bar = self.grid.bar().0;
        let seam = at % bar + BLOCK as u64 > bar;
        self.counted(if seam { "64 loop seams" } else { "usual" }, |_| {})
    }

    /// Mutes and unmutes, so many frames apart, from the middle of the block on.
    fn sixty_four_events(&mut self, what: &str, apart: u64, on: bool) -> Result<()> {
        let at = self.handle.snapshot().playhead.0 + if apart == 0 { 50 } else { 0 };
        self.counted(what, |batch| {
            for nth in 0..64u16 {
                let frame = Frames(at + u64::from(nth) * apart);
                batch.mute(TrackId(nth), on && nth % 4 == 0, At::Frame(frame));
            }
        })
    }

    /// Asks for something, and counts the block in which it happens.
    fn counted(&mut self, what: &str, ask: impl FnOnce(&mut Batch)) -> Result<()> {
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

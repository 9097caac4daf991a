//! Our mixer, our bounce, and how late our sound is.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use audio_engine::bounce::{Part, Score, bounce};
use audio_engine::{
    At, Audio, Engine, EngineConfig, EngineHandle, EqBand, Equaliser, Frames, Gain, Grid, Layer,
    MasterLimiter, Pan, Play, SampleRate, Tempo, TrackId, engine,
};

use crate::stopwatch::{Costs, Now, thread_seconds};
use crate::work::{BLOCK, Desk, EQ, GAIN_DB, RATE, SEND_DB, Work, loop_of, place_of, power};

pub struct Ours {
    engine: Engine,
    _handle: EngineHandle,
    left: [f32; BLOCK],
    right: [f32; BLOCK],
}

fn rate() -> Result<SampleRate> {
    SampleRate::new(RATE).context("a rate")
}

fn grid() -> Result<Grid> {
    Ok(Grid {
        rate: rate()?,
        tempo: Tempo::from_bpm(120.0).context("a tempo")?,
        beats_per_bar: 4,
    })
}

fn equaliser() -> Equaliser {
    let [low, bell, high] = EQ.map(|band| EqBand::new(band.hz, band.db, band.q));
    Equaliser { low, bell, high }
}

impl Ours {
    pub fn new(work: Work) -> Result<Ours> {
        let (mut handle, engine) = engine(EngineConfig {
            rate: rate()?,
            tracks: work.tracks,
            // The dearer of the two, and what "limiter" means elsewhere.
            master: if work.full {
                MasterLimiter::LookAhead
            } else {
                MasterLimiter::Knee
            },
        });
        let grid = grid()?;
        handle.batch(|batch| batch.grid(grid))?;
        for number in 0..work.tracks {
            let track = TrackId(number);
            let [left, right] = loop_of(number);
            let layer = Layer {
                audio: Arc::new(Audio::stereo(rate()?, left, right)),
                play: Play::Loop {
                    origin: Frames::ZERO,
                },
                fade_in: Frames::ZERO,
            };
            handle.batch(|batch| {
                batch.layer(track, layer, At::Now);
                batch.gain(track, Gain::from_db(GAIN_DB));
                batch.pan(track, Pan::new(place_of(number, work.tracks)));
                if work.full {
                    batch.eq(track, equaliser());
                    batch.send(track, Gain::from_db(SEND_DB));
                }
            })?;
        }
        handle.batch(|batch| batch.play())?;
        Ok(Ours {
            engine,
            _handle: handle,
            left: [0.0; BLOCK],
            right: [0.0; BLOCK],
        })
    }
}

impl Desk for Ours {
    fn turn(&mut self, blocks: usize, costs: &mut Costs) -> Result<()> {
        for _ in 0..blocks {
            let began = Now::begin();
            self.engine
                .process(&[], &mut [&mut self.left, &mut self.right]);
            black_box((&self.left, &self.right));
            costs.block_since(began);
        }
        Ok(())
    }

    fn power(&self) -> f64 {
        power(&self.left, &self.right)
    }
}

/// How fast a bounce is, in seconds of music.
#[derive(Clone, Copy)]
pub struct BounceSpeed {
    /// For a second on the wall, with whatever else this machine was doing.
    pub wall: f64,
    /// For a second of one core.
    pub cpu: f64,
}

/// Bounces so many seconds of the full chain, once.
pub fn bounce_speed(tracks: u16, seconds: u64) -> Result<BounceSpeed> {
    let length = Frames(u64::from(RATE) * seconds);
    let parts = (0..tracks)
        .map(|track| {
            let [left, right] = loop_of(track);
            Ok(Part {
                audio: Arc::new(Audio::stereo(rate()?, left, right)),
                play: Play::Loop {
                    origin: Frames::ZERO,
                },
                from: Frames::ZERO,
                until: length,
                fade_in: Frames::ZERO,
                gain: Gain::from_db(GAIN_DB),
                pan: Pan::new(place_of(track, tracks)),
                send: Gain::from_db(SEND_DB),
                eq: equaliser(),
                automation: Vec::new(),
            })
        })
        .collect::<Result<_>>()?;
    let score = Score {
        grid: grid()?,
        parts,
        length,
        fade_out: Frames(u64::from(RATE) * 4),
    };
    let (began, cpu) = (Instant::now(), thread_seconds());
    black_box(bounce(&score, |_| {})?);
    let music = seconds as f64;
    let cpu = music / (thread_seconds() - cpu);
    Ok(BounceSpeed {
        wall: music / began.elapsed().as_secs_f64(),
        cpu,
    })
}

/// Frames from where a click lies on the timeline to where it leaves the engine, and what the
/// engine says of itself.
pub fn latency(master: MasterLimiter) -> Result<(u64, u64)> {
    let (mut handle, mut engine) = engine(EngineConfig {
        rate: rate()?,
        tracks: 1,
        master,
    });
    let at = 1_000;
    let mut click = vec![0.0; 4_000];
    click[at] = 0.5;
    let layer = Layer {
        audio: Arc::new(Audio::mono(rate()?, click)),
        play: Play::Once {
            start: Frames::ZERO,
        },
        fade_in: Frames::ZERO,
    };
    let grid = grid()?;
    handle.batch(|batch| {
        batch.grid(grid);
        batch.layer(TrackId(0), layer, At::Now);
        batch.play();
    })?;
    let (mut left, mut right) = (vec![0.0; 4_000], vec![0.0; 4_000]);
    engine.process(&[], &mut [&mut left, &mut right]);
    let loudest = left.iter().map(|x| x.abs()).enumerate();
    let Some((heard, height)) = loudest.max_by(|a, b| a.1.total_cmp(&b.1)) else {
        bail!("nothing was played");
    };
    if height < 0.1 {
        bail!("the click was never heard");
    }
    Ok((heard.abs_diff(at) as u64, engine.latency().0))
}

//! Our mixer, and our bounce.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result};
use audio_engine::bounce::{Part, Score, bounce};
use audio_engine::{
    At, Audio, Engine, EngineConfig, EngineHandle, Equaliser, Frames, Gain, Grid, Layer, Pan, Play,
    SampleRate, Tempo, TrackId, engine,
};

use crate::stopwatch::thread_seconds;
use crate::{BLOCK, Mixer, RATE};

pub struct OurMixer {
    engine: Engine,
    _handle: EngineHandle,
    left: [f32; BLOCK],
    right: [f32; BLOCK],
}

/// Two bars at 120 bpm of a chord and some noise: one seed, one voicing a track.
pub fn loop_of(track: u16) -> [Vec<f32>; 2] {
    let frames = RATE as usize * 4;
    let pitch = 110.0 * (1.0 + f32::from(track % 12) / 12.0);
    let side = |detune: f32| {
        let mut noise = u32::from(track) | 1;
        (0..frames)
            .map(|i| {
                noise = noise.wrapping_mul(747_796_405).wrapping_add(2_891_336_453);
                let hiss = (noise >> 8) as f32 / 8_388_608.0 - 1.0;
                let turn = (i as f32 * pitch * detune / RATE as f32).fract();
                0.02 * (std::f32::consts::TAU * turn).sin() + 0.002 * hiss
            })
            .collect()
    };
    [side(1.0), side(1.003)]
}

/// −6 dB, spread from left to right.
pub fn place_of(track: u16, tracks: u16) -> f32 {
    f32::from(track) / f32::from(tracks) * 1.6 - 0.8
}

fn score(tracks: u16, seconds: u64) -> Result<Score> {
    let rate = SampleRate::new(RATE).context("a rate")?;
    let grid = Grid {
        rate,
        tempo: Tempo::from_bpm(120.0).context("a tempo")?,
        beats_per_bar: 4,
    };
    let length = Frames(u64::from(RATE) * seconds);
    let parts = (0..tracks)
        .map(|track| {
            let [left, right] = loop_of(track);
            Part {
                audio: Arc::new(Audio::stereo(rate, left, right)),
                play: Play::Loop {
                    origin: Frames::ZERO,
                },
                from: Frames::ZERO,
                until: length,
                fade_in: Frames::ZERO,
                gain: Gain::from_db(-6.0),
                pan: Pan::new(place_of(track, tracks)),
                send: Gain::from_db(-12.0),
                eq: Equaliser::FLAT,
                automation: Vec::new(),
            }
        })
        .collect();
    Ok(Score {
        grid,
        parts,
        length,
        fade_out: Frames(u64::from(RATE) * 4),
    })
}

impl OurMixer {
    pub fn new(tracks: u16) -> Result<OurMixer> {
        let score = score(tracks, 4)?;
        let (mut handle, engine) = engine(EngineConfig {
            rate: score.grid.rate,
            tracks,
            ..EngineConfig::default()
        });
        handle.batch(|batch| {
            batch.grid(score.grid);
            for (part, track) in score.parts.iter().zip(0..) {
                let track = TrackId(track);
                let audio = Arc::clone(&part.audio);
                let layer = Layer {
                    audio,
                    play: part.play,
                    fade_in: Frames::ZERO,
                };
                batch.layer(track, layer, At::Now);
                batch.gain(track, part.gain);
                batch.pan(track, part.pan);
                batch.send(track, part.send);
            }
            batch.play();
        })?;
        Ok(OurMixer {
            engine,
            _handle: handle,
            left: [0.0; BLOCK],
            right: [0.0; BLOCK],
        })
    }
}

impl Mixer for OurMixer {
    fn block(&mut self) {
        self.engine
            .process(&[], &mut [&mut self.left, &mut self.right]);
        black_box((&self.left, &self.right));
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

/// Bounces so many seconds of music, once.
pub fn bounce_speed(tracks: u16, seconds: u64) -> Result<BounceSpeed> {
    let score = score(tracks, seconds)?;
    let (began, cpu) = (Instant::now(), thread_seconds());
    black_box(bounce(&score, |_| {})?);
    let music = seconds as f64;
    let cpu = music / (thread_seconds() - cpu);
    Ok(BounceSpeed {
        wall: music / began.elapsed().as_secs_f64(),
        cpu,
    })
}

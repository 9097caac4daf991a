//! The mixer beside a naive one: the same sums, one sample after the other, in f64. And what its
//! filters and its limiter owe to silence and to time.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on should say so"
)]

mod studio;

use std::f64::consts::{FRAC_PI_4, PI};

use audio_engine::io::{Microphone, SimDevice, SimSpec};
use audio_engine::{
    At, Bus, Echo, EngineConfig, EqBand, EqShape, Equaliser, Frames, Gain, Group, GroupId, Layer,
    MasterLimiter, Output, Pan, Play, RecordSpec, Routing, TakeId, TrackId, engine,
};
use proptest::prelude::*;
use studio::{BAR, DECLICK, RATE, Studio, VOICE, frame, grid, looped, mono, noise, rate};

/// A track at a setting that does not change.
#[derive(Debug, Clone)]
struct Strip {
    seed: u32,
    db: f32,
    pan: f32,
    eq: Equaliser,
    muted: bool,
    soloed: bool,
    grouped: bool,
    echo_db: f32,
}

/// The cookbook's biquad, direct form I.
fn biquad(shape: EqShape, band: EqBand, sound: &[f64]) -> Vec<f64> {
    if band.db() == 0.0 {
        return sound.to_vec();
    }
    let a = 10f64.powf(f64::from(band.db()) / 40.0);
    let w = 2.0 * PI * f64::from(band.hz()) / f64::from(RATE);
    let (cos, alpha) = (w.cos(), w.sin() / (2.0 * f64::from(band.q())));
    let (s, p, m) = (2.0 * a.sqrt() * alpha, a + 1.0, a - 1.0);
    let (b, d) = match shape {
        EqShape::Bell => (
            [1.0 + alpha * a, -2.0 * cos, 1.0 - alpha * a],
            [1.0 + alpha / a, -2.0 * cos, 1.0 - alpha / a],
        ),
        EqShape::LowShelf => (
            [
                a * (p - m * cos + s),
                2.0 * a * (m - p * cos),
                a * (p - m * cos - s),
            ],
            [p + m * cos + s, -2.0 * (m + p * cos), p + m * cos - s],
        ),
        EqShape::HighShelf => (
            [
                a * (p + m * cos + s),
                -2.0 * a * (m + p * cos),
                a * (p + m * cos - s),
            ],
            [p - m * cos + s, 2.0 * (m - p * cos), p - m * cos - s],
        ),
    };
    let (mut x, mut y) = ([0.0; 2], [0.0; 2]);
    let frame = |now: &f64| {
        let out = (b[0] * now + b[1] * x[0] + b[2] * x[1] - d[1] * y[0] - d[2] * y[1]) / d[0];
        (x, y) = ([*now, x[0]], [out, y[0]]);
        out
    };
    sound.iter().map(frame).collect()
}

/// The whole mixer: a loop each, one group, one echo.
fn naive(strips: &[Strip], group_db: f32, echo: usize, frames: usize) -> [Vec<f64>; 2] {
    let amplitude = |db: f32| 10f64.powf(f64::from(db) / 20.0);
    let mut out = [vec![0.0; frames], vec![0.0; frames]];
    let alone = strips.iter().any(|strip| strip.soloed);
    for strip in strips.iter().filter(|s| !s.muted && (s.soloed || !alone)) {
        let turn = noise(BAR, 0.01, strip.seed);
        // What plays when the playhead sets out comes in over 5 ms.
        let coming = |n: usize| (n as f64 / DECLICK as f64).min(1.0);
        let sound: Vec<f64> = turn
            .iter()
            .cycle()
            .take(frames)
            .enumerate()
            .map(|(n, x)| f64::from(*x) * coming(n))
            .collect();
        let sound = EqShape::ALL.iter().fold(sound, |sound, shape| {
            biquad(*shape, strip.eq.band(*shape), &sound)
        });
        let angle = (f64::from(strip.pan) + 1.0) * FRAC_PI_4;
        for (side, place) in [angle.cos(), angle.sin()].into_iter().enumerate() {
            let gain = place * amplitude(strip.db);
            let bus = if strip.grouped {
                amplitude(group_db)
            } else {
                1.0
            };
            for (n, x) in sound.iter().enumerate() {
                out[side][n] += x * gain * bus;
                if n + echo < frames {
                    out[side][n + echo] += x * gain * amplitude(strip.echo_db);
                }
            }
        }
    }
    out
}

fn some_eq() -> impl Strategy<Value = Equaliser> {
    let band = || {
        (60.0f32..3_000.0, -12.0f32..12.0, 0.3f32..4.0)
            .prop_map(|(hz, db, q)| EqBand::new(hz, db, q))
    };
    let some = (band(), band(), band()).prop_map(|(low, bell, high)| Equaliser { low, bell, high });
    prop_oneof![1 => Just(Equaliser::FLAT), 2 => some]
}

fn some_strip() -> impl Strategy<Value = Strip> {
    (
        any::<u32>(),
        -24.0f32..6.0,
        -1.0f32..1.0,
        some_eq(),
        prop::bool::weighted(0.15),
        prop::bool::weighted(0.1),
        any::<bool>(),
        -20.0f32..0.0,
    )
        .prop_map(
            |(seed, db, pan, eq, muted, soloed, grouped, echo_db)| Strip {
                seed,
                db,
                pan,
                eq,
                muted,
                soloed,
                grouped,
                echo_db,
            },
        )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..Default::default() })]

    #[test]
    fn the_mixer_adds_up_what_a_naive_one_adds_up(
        strips in prop::collection::vec(some_strip(), 1..14),
        group_db in -12.0f32..6.0,
        echo in 100u64..2_000,
    ) {
        const FRAMES: usize = 4_000;
        let (mut handle, mut mixer) = engine(EngineConfig {
            rate: rate(), tracks: 16, ..EngineConfig::default()
        });
        handle.batch(|batch| {
            batch.grid(grid());
            batch.routing(Routing {
                tracks: strips.iter().map(|strip| match strip.grouped {
                    true => Output::Group(GroupId(0)),
                    false => Output::Music,
                }).collect(),
                groups: vec![Group::default()],
                echo: Echo { time: Frames(echo), feedback: 0.0, damping_hz: 20_000.0 },
                ..Routing::default()
            });
            batch.bus_gain(Bus::Group(GroupId(0)), Gain::from_db(group_db));
            for (strip, track) in strips.iter().zip((0..).map(TrackId)) {
                batch.layer(track, looped(&mono(noise(BAR, 0.01, strip.seed))), At::Now);
                batch.gain(track, Gain::from_db(strip.db));
                batch.pan(track, Pan::new(strip.pan));
                batch.eq(track, strip.eq);
                batch.mute(track, strip.muted, At::Now);
                batch.solo(track, strip.soloed, At::Now);
                batch.delay_send(track, Gain::from_db(strip.echo_db));
            }
        }).unwrap();
        // Faders of buses glide; let them arrive before anything sounds.
        mixer.process(&[], &mut [&mut [0.0; 100], &mut [0.0; 100]]);
        handle.batch(|batch| batch.play()).unwrap();
        let mut out = [vec![0.0f32; FRAMES], vec![0.0f32; FRAMES]];
        let [left, right] = &mut out;
        mixer.process(&[], &mut [left, right]);
        let expected = naive(&strips, group_db, echo as usize, FRAMES);
        for (heard, wanted) in out.iter().zip(&expected) {
            let loudest = wanted.iter().fold(1e-3f64, |loudest, x| loudest.max(x.abs()));
            for (n, (heard, wanted)) in heard.iter().zip(wanted).enumerate() {
                let off = (f64::from(*heard) - wanted).abs() / loudest;
                prop_assert!(off < 1e-5, "frame {n}: {heard} for {wanted}");
            }
        }
    }
}

#[test]
fn a_track_that_fell_silent_wakes_up_with_a_clean_filter() {
    let eq = Equaliser {
        bell: EqBand::new(300.0, 18.0, 8.0),
        ..Equaliser::FLAT
    };
    let hit = |studio: &mut Studio, at: u64| {
        let once = Layer {
            audio: mono(noise(400, 0.05, 9)),
            play: Play::Once { start: Frames(at) },
            fade_in: Frames::ZERO,
        };
        let wish = |batch: &mut audio_engine::Batch| batch.layer(TrackId(0), once, frame(at));
        studio.handle.batch(wish).unwrap();
        studio.run(BAR * 5);
        studio.left[at as usize..].to_vec()
    };
    let mut studio = Studio::new().blocks(&[256]);
    studio
        .handle
        .batch(|batch| {
            batch.grid(grid());
            batch.eq(TrackId(0), eq);
            batch.play();
        })
        .unwrap();
    let first = hit(&mut studio, 0);
    let second = hit(&mut studio, BAR * 5);
    assert_eq!(first, second, "nothing of the first hit is left in it");
    let ringing = first[500..1_000]
        .iter()
        .fold(0.0f32, |peak, x| peak.max(x.abs()));
    assert!(ringing > 1e-3, "and the hit rang on while its filter did");
}

#[test]
fn a_limiter_that_looks_ahead_says_so_and_an_overdub_still_lands_on_the_beat() {
    let (mut handle, mixer) = engine(EngineConfig {
        rate: rate(),
        tracks: 4,
        master: MasterLimiter::LookAhead,
    });
    let latency = handle.latency();
    assert!(latency > Frames::ZERO && latency == mixer.latency());
    // The player answers what they hear, so everything they play is late by what the limiter
    // holds back, on top of the round trip.
    let mut claps = vec![0.0; BAR as usize];
    claps[333 + latency.0 as usize] = 0.25;
    let mut device = SimDevice::new(
        mixer,
        SimSpec {
            blocks: vec![128, 37],
            round_trip: Frames(200),
            microphone: Microphone::Plays {
                audio: mono(claps),
                repeat: true,
            },
            keep_output: true,
        },
    );
    let spec = RecordSpec {
        round_trip: Frames(200),
        loop_into: Some(VOICE),
        ..RecordSpec::fixed(TakeId(1), Frames(BAR), Frames(BAR))
    };
    let _stream = handle
        .batch(|batch| {
            batch.grid(grid());
            batch.layer(TrackId(0), looped(&mono(at_beat())), At::Now);
            let stream = batch.record(spec);
            batch.play();
            stream
        })
        .unwrap();
    device.advance(Frames(BAR * 6));
    let heard: Vec<u64> = (0..)
        .zip(device.output().channel(0))
        .filter(|(at, x)| *at > BAR * 4 && x.abs() > 0.05)
        .map(|(at, _)| at % BAR)
        .collect();
    let beat = 333 + latency.0;
    assert!(heard.iter().all(|at| *at == beat), "{heard:?} for {beat}");
    assert_eq!(heard.len(), 2, "once a bar, drum and clap on one frame");
}

/// A drum on frame 333 of the bar.
fn at_beat() -> Vec<f32> {
    let mut bar = vec![0.0; BAR as usize];
    bar[333] = 0.25;
    bar
}

//! The mixer beside a naive one: the same sums, one sample after the other, in f64. And what
//! must not be heard while faders, plans and curves move.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on should say so"
)]

mod studio;

use std::f64::consts::{FRAC_PI_4, PI};
use std::sync::Arc;

use audio_engine::io::{Microphone, SimDevice, SimSpec};
use audio_engine::{
    At, Audio, Automation, BatchError, Bus, Compression, Echo, EngineConfig, EqBand, EqShape,
    Equaliser, Event, Frames, Gain, Group, GroupId, Layer, MasterLimiter, Output, Pan, Parameter,
    Play, Point, RecordSpec, Routing, RoutingError, TakeId, Touches, TrackId, engine,
};
use proptest::prelude::*;
use studio::{BAR, RATE, Studio, VOICE, frame, grid, looped, mono, noise, rate};

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

/// A steady tone of no frequency at all: every change of gain is seen as it is.
fn steady(height: f32) -> Arc<Audio> {
    let side = vec![height; BAR as usize];
    Arc::new(Audio::stereo(rate(), side.clone(), side))
}

/// A studio in which tracks 0 and 1 play steadily, and have done so for a bar.
fn playing() -> Studio {
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
fn largest_step(sound: &[f32], from: u64) -> f32 {
    let steps = sound[from as usize - 1..].windows(2);
    steps
        .map(|pair| (pair[1] - pair[0]).abs())
        .fold(0.0, f32::max)
}

/// 5 ms.
const DECLICK: u64 = RATE as u64 / 200;

fn to_group() -> Routing {
    Routing {
        tracks: vec![Output::Music, Output::Group(GroupId(0))],
        groups: vec![Group::default()],
        ..Routing::default()
    }
}

#[test]
fn a_track_that_is_led_elsewhere_is_crossfaded_and_nothing_clicks() {
    let mut studio = playing();
    studio
        .handle
        .batch(|batch| batch.bus_gain(Bus::Group(GroupId(0)), Gain::from_db(-20.0)))
        .unwrap();
    studio.run(BAR);
    let swapped = studio.left.len() as u64;
    studio
        .handle
        .batch(|batch| batch.routing(to_group()))
        .unwrap();
    studio.run(BAR);
    let [before, after] = [swapped as usize - 1, (swapped + DECLICK) as usize];
    assert!((studio.left[before] - 0.3).abs() < 1e-6);
    assert!(
        (studio.left[after] - 0.12).abs() < 1e-6,
        "{}",
        studio.left[after]
    );
    let even = 0.18 / DECLICK as f32;
    assert!(largest_step(&studio.left, swapped) < even * 1.01);
}

#[test]
fn a_plan_that_changes_nothing_for_the_ear_is_not_heard_under_a_moving_fader() {
    let play = |swap: bool| {
        let mut studio = playing();
        studio
            .handle
            .batch(|batch| {
                batch.gain(TrackId(1), Gain::from_db(-30.0));
                batch.eq_band(TrackId(1), EqShape::Bell, EqBand::new(500.0, 9.0, 1.0));
                if swap {
                    batch.routing(to_group());
                }
            })
            .unwrap();
        studio.run(BAR);
        studio.left
    };
    for (plain, swapped) in play(false).iter().zip(play(true)) {
        assert!((plain - swapped).abs() < 1e-6, "{plain} became {swapped}");
    }
}

#[test]
fn groups_that_change_places_do_so_without_a_click() {
    let chain = |first: Output, second: Output| Routing {
        tracks: vec![Output::Group(GroupId(0)), Output::Group(GroupId(1))],
        groups: [first, second]
            .map(|output| Group {
                output,
                ..Group::default()
            })
            .to_vec(),
        ..Routing::default()
    };
    let (a, b) = (Output::Group(GroupId(0)), Output::Group(GroupId(1)));
    let mut studio = playing();
    for routing in [
        chain(b, Output::Music),
        chain(Output::Music, a),
        chain(b, Output::Music),
    ] {
        let from = studio.left.len() as u64;
        studio.handle.batch(|batch| batch.routing(routing)).unwrap();
        studio.run(BAR);
        assert!(largest_step(&studio.left, from) < 1e-6);
        assert!((studio.left[studio.left.len() - 1] - 0.3).abs() < 1e-6);
    }
}

#[test]
fn a_bus_that_would_hear_itself_is_refused_and_nothing_changes() {
    let mut studio = playing();
    let group = Group {
        output: Output::Group(GroupId(0)),
        ..Group::default()
    };
    let round = Routing {
        groups: vec![group],
        ..to_group()
    };
    let why = studio.handle.batch(|batch| batch.routing(round));
    let circle = RoutingError::Circle(Some(GroupId(0)));
    assert_eq!(why, Err(BatchError::Routing(circle)));
    studio.run(BAR);
    assert_eq!(largest_step(&studio.left, BAR), 0.0);
}

#[test]
fn a_compressor_on_a_group_holds_that_group_down_and_no_other() {
    let mut studio = playing();
    let mut routing = to_group();
    routing.groups[0].compression = Compression {
        threshold_db: -34.0,
        ratio: 4.0,
        knee_db: 0.0,
        attack_ms: 1.0,
        ..Compression::NONE
    };
    studio.handle.batch(|batch| batch.routing(routing)).unwrap();
    studio.run(BAR * 8);
    // 0.2 is 20 dB above the threshold of 0.02: 15 of them are taken away.
    let held = 0.2 * 10f32.powf(-15.02 / 20.0);
    let heard = studio.left[studio.left.len() - 1];
    assert!(
        (heard - 0.1 - held).abs() < 2e-4,
        "{heard} for {}",
        0.1 + held
    );
    studio
        .handle
        .batch(|batch| batch.routing(Routing::default()))
        .unwrap();
    let from = studio.left.len() as u64;
    studio.run(BAR * 8);
    assert!((studio.left[studio.left.len() - 1] - 0.3).abs() < 1e-6);
    assert!(largest_step(&studio.left, from) < 0.3 / DECLICK as f32);
}

#[test]
fn solo_lets_one_be_heard_alone_within_five_ms_and_the_others_come_back() {
    let mut studio = playing();
    let solo = |studio: &mut Studio, track: u16, on: bool| {
        let from = studio.left.len() as u64;
        studio
            .handle
            .batch(|batch| batch.solo(TrackId(track), on, At::Now))
            .unwrap();
        studio.run(BAR);
        assert!(largest_step(&studio.left, from) < 0.21 / DECLICK as f32);
        studio.left[(from + DECLICK) as usize..].to_vec()
    };
    let heard = |sound: &[f32], wanted: f32| sound.iter().all(|x| (x - wanted).abs() < 1e-6);
    assert!(heard(&solo(&mut studio, 0, true), 0.1));
    assert!(heard(&solo(&mut studio, 1, true), 0.3), "two can be soloed");
    assert!(heard(&solo(&mut studio, 0, false), 0.2));
    assert!(
        heard(&solo(&mut studio, 1, false), 0.3),
        "and all come back"
    );
}

#[test]
fn solo_leaves_the_reverb_open_for_what_is_still_heard() {
    let mut studio = playing();
    studio
        .handle
        .batch(|batch| {
            batch.send(TrackId(0), Gain::UNITY);
            batch.solo(TrackId(0), true, At::Now);
        })
        .unwrap();
    studio.run(BAR * 10);
    let wet = studio.left[studio.left.len() - 1] - 0.1;
    assert!(wet.abs() > 1e-3, "only {wet} of the room is left");
}

fn curve(points: &[(u64, f32)]) -> Automation {
    let point = |&(at, value)| Point {
        at: Frames(at),
        value,
    };
    Automation::new(points.iter().map(point).collect())
}

#[test]
fn a_fader_follows_its_curve_to_the_frame_and_after_a_jump_too() {
    let mut studio = Studio::new().blocks(&[97, 256, 13]);
    let drawn = curve(&[(500, -30.0), (1_501, 0.0), (1_502, -12.0), (4_000, -6.0)]);
    studio
        .handle
        .batch(|batch| {
            batch.grid(grid());
            batch.layer(TrackId(0), looped(&steady(0.1)), At::Now);
            batch.automate(TrackId(0), Parameter::Gain, &drawn);
            batch.play();
        })
        .unwrap();
    let check = |sound: &[f32], first: u64| {
        for (heard, at) in sound.iter().zip(first..) {
            let heard = 20.0 * (heard / 0.1).log10();
            let wanted = drawn.value_at(Frames(at)).unwrap();
            assert!(
                (heard - wanted).abs() < 0.02,
                "{heard} dB for {wanted} at {at}"
            );
        }
    };
    studio.run(4_500);
    // A loop comes in over 5 ms when the playhead sets out in the middle of it.
    check(&studio.left[DECLICK as usize..], DECLICK);
    studio
        .handle
        .batch(|batch| batch.locate(Frames(1_000)))
        .unwrap();
    studio.run(DECLICK * 2 + 2_000);
    // 5 ms out, 5 ms in.
    let landed = 4_500 + DECLICK;
    check(&studio.left[(landed + DECLICK) as usize..], 1_000 + DECLICK);
}

#[test]
fn a_hand_takes_a_fader_off_its_curve_until_it_lets_go() {
    let mut studio = playing();
    let batch = |studio: &mut Studio, wish: &dyn Fn(&mut audio_engine::Batch)| {
        let from = studio.left.len() as u64;
        studio.handle.batch(|batch| wish(batch)).unwrap();
        studio.run(BAR);
        assert!(largest_step(&studio.left, from) < 0.11 / DECLICK as f32);
        studio.left[studio.left.len() - 1]
    };
    let low = curve(&[(0, -20.0)]);
    let heard = batch(&mut studio, &|b| {
        b.automate(TrackId(0), Parameter::Gain, &low);
    });
    assert!((heard - 0.21).abs() < 1e-6);
    let heard = batch(&mut studio, &|b| b.gain(TrackId(0), Gain::UNITY));
    assert!((heard - 0.3).abs() < 1e-6, "the hand wins");
    let heard = batch(&mut studio, &|b| b.let_go(TrackId(0), Parameter::Gain));
    assert!((heard - 0.21).abs() < 1e-6, "the curve has it back");
    let none = Automation::default();
    let heard = batch(&mut studio, &|b| {
        b.automate(TrackId(0), Parameter::Gain, &none);
    });
    assert!((heard - 0.21).abs() < 1e-6, "and without a curve it stays");
}

#[test]
fn what_a_hand_did_while_it_rolled_can_be_written_down_and_played_again() {
    let mut studio = playing();
    let mut touches = Touches::default();
    studio
        .handle
        .batch(|batch| batch.write_automation(true))
        .unwrap();
    let start = studio.left.len() as u64;
    for step in 0..40 {
        let down = Gain::from_db(-0.5 * step as f32);
        studio
            .handle
            .batch(|batch| batch.gain(TrackId(0), down))
            .unwrap();
        studio.run(80);
    }
    studio
        .handle
        .batch(|batch| {
            batch.let_go(TrackId(0), Parameter::Gain);
            batch.write_automation(false);
            batch.gain(TrackId(0), Gain::UNITY);
        })
        .unwrap();
    studio.run(BAR);
    let events = studio.handle.events();
    let first = events.iter().find_map(|event| match *event {
        Event::Moved { at, value, .. } => Some((at, value)),
        _ => None,
    });
    assert_eq!(
        first,
        Some((Frames(start), 0.0)),
        "told with the frame it was heard at"
    );
    events.iter().for_each(|event| touches.hear(event));
    let touch = touches.take_finished().remove(0);
    assert_eq!(
        (touch.track, touch.parameter, touch.points.len()),
        (TrackId(0), Parameter::Gain, 3),
        "a straight way down, and a rest: {:?}",
        touch.points
    );
    let mut written = Automation::default();
    written.write(&touch.points);
    studio
        .handle
        .batch(|batch| {
            batch.automate(TrackId(0), Parameter::Gain, &written);
            batch.locate(Frames(start));
        })
        .unwrap();
    studio.run(DECLICK);
    let again = studio.left.len();
    studio.run(80 * 39);
    for (step, heard) in studio.left[again..].chunks(80).enumerate().skip(1) {
        let db = 20.0 * ((heard[0] - 0.2) / 0.1).log10();
        let meant = -0.5 * step as f32;
        assert!(
            (db - meant).abs() < 0.15,
            "{db} dB at step {step}, not {meant}"
        );
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

//! A layer lies on what it answered, whatever the device is like.
//!
//! A musician who answers without delay is a cable from the loudspeaker to the microphone. The
//! round trip is measured once in the session, with one click; from then on a click played at a
//! frame, recorded and placed, must lie on that frame. Alignment, player, supervisor and engine are
//! those of the real devices; only the two callbacks are scripted.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on should say so"
)]

use std::sync::Arc;
use std::time::Duration;

use audio_engine::io::{Direction, SimHost, SimScript, SimSide};
use audio_engine::{
    At, Audio, EngineHandle, Frames, Layer, Play, RecordSpec, SampleRate, TakeId, TakeRead,
    TakeStream, TrackId, place,
};
use proptest::prelude::*;

const SECOND: Duration = Duration::from_secs(1);

struct Studio {
    host: SimHost,
    handle: EngineHandle,
    rate: SampleRate,
    takes: u64,
}

/// A take as it was read: gaps as silence, and where they were.
#[derive(Default)]
struct Raw {
    samples: Vec<f32>,
    gaps: Vec<(usize, u64)>,
}

impl Studio {
    fn open(script: SimScript) -> Studio {
        let (mut host, mut handle) = SimHost::open(script, 4, &[]);
        handle.batch(|batch| batch.play()).unwrap();
        host.open_input().unwrap();
        // A device with long callbacks takes a while to show how its two sides lie in time.
        host.advance(3 * SECOND);
        let rate = handle.rate();
        Studio {
            host,
            handle,
            rate,
            takes: 0,
        }
    }

    fn soon(&self) -> Frames {
        self.handle.snapshot().playhead + Frames(6_000)
    }

    fn play(&mut self, audio: &Arc<Audio>, start: Frames) {
        let layer = Layer {
            audio: Arc::clone(audio),
            play: Play::Once { start },
            fade_in: Frames::ZERO,
        };
        self.handle
            .batch(|batch| batch.layer(TrackId(0), layer, At::Now))
            .unwrap();
    }

    fn record(&mut self, punch_in: Frames, length: Frames, round_trip: Frames) -> TakeStream {
        self.takes += 1;
        let spec = RecordSpec {
            round_trip,
            ..RecordSpec::fixed(TakeId(self.takes), punch_in, length)
        };
        self.handle.batch(|batch| batch.record(spec)).unwrap()
    }

    fn gather(&mut self, take: TakeStream) -> Raw {
        self.gather_while(take, |_| {})
    }

    fn gather_while(&mut self, mut take: TakeStream, mut each: impl FnMut(&mut SimHost)) -> Raw {
        let mut raw = Raw::default();
        for _ in 0..100_000 {
            match take.read(&mut raw.samples) {
                TakeRead::Finished => return raw,
                TakeRead::Frames(_) | TakeRead::Mark(_) => {}
                TakeRead::Gap(frames) => {
                    raw.gaps.push((raw.samples.len(), frames));
                    raw.samples.resize(raw.samples.len() + frames as usize, 0.0);
                }
                TakeRead::Nothing => {
                    self.host.advance(Duration::from_millis(20));
                    self.handle.collect();
                    each(&mut self.host);
                }
            }
        }
        panic!("the take does not end: {} frames", raw.samples.len());
    }

    /// The round trip in frames, from one click.
    fn measured(&mut self) -> Frames {
        let start = self.soon();
        self.play(&click(self.rate), start);
        let take = self.record(start, Frames(24_000), Frames::ZERO);
        let raw = self.gather(take);
        Frames(loudest(&raw.samples) as u64)
    }

    /// How far a click that is answered lies from where it was heard, in frames.
    fn overdub_error(&mut self, round_trip: Frames) -> i64 {
        let (punch_in, into, length) = (self.soon(), 3_000, Frames(12_000));
        self.play(&click(self.rate), punch_in + Frames(into));
        let take = self.record(punch_in, length, round_trip);
        let raw = Audio::mono(self.rate, self.gather(take).samples);
        let placed = place(&raw, Frames::ZERO, round_trip, length);
        loudest(placed.channel(0)) as i64 - into as i64
    }
}

fn click(rate: SampleRate) -> Arc<Audio> {
    Arc::new(Audio::mono(rate, vec![0.25]))
}

fn loudest(samples: &[f32]) -> usize {
    let at = (0..samples.len()).max_by(|a, b| samples[*a].abs().total_cmp(&samples[*b].abs()));
    at.filter(|at| samples[*at].abs() > 0.05)
        .expect("the click was not heard")
}

fn noise(frames: usize) -> Vec<f32> {
    let mut dice = 1_u32;
    (0..frames)
        .map(|_| {
            dice = dice.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (dice >> 8) as f32 / (1 << 24) as f32 * 0.4 - 0.2
        })
        .collect()
}

/// Callback sizes as devices really give them.
fn sizes() -> impl Strategy<Value = Vec<u32>> {
    prop_oneof![
        (1_u32..2_048).prop_map(|size| vec![size]),
        prop::collection::vec(1_u32..=1_020, 3..40),
        prop::collection::vec(246_u32..=512, 3..40),
        Just(vec![441]),
        Just(vec![1, 1_020, 2, 1_000, 3]),
        Just(vec![192, 192, 256]),
    ]
}

fn side(ppm: f64) -> impl Strategy<Value = SimSide> {
    (sizes(), 600_u64..6_000, 0_u64..8_000).prop_map(move |(blocks, latency, late)| SimSide {
        blocks,
        latency: Frames(latency),
        late: Duration::from_micros(late),
        ppm,
        ..SimSide::default()
    })
}

/// Devices with latencies, callback sizes and lateness of their own; three layers on each.
const DEVICES: u32 = 40;

#[test]
fn a_layer_lies_on_what_it_answered_on_any_device() {
    three_layers_on_any_device();
    println!(
        r#"@figure {{"name":"alignment on the simulated device","measured":0,"note":"{DEVICES} devices, three layers on each"}}"#
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: DEVICES, failure_persistence: None, ..Default::default() })]

    fn three_layers_on_any_device(
        (output, input) in prop_oneof![Just(0.0), Just(50.0)].prop_flat_map(|ppm| (side(ppm), side(ppm))),
        seed: u64,
    ) {
        // Nothing can be done about callbacks that surprise by more than they hold; nothing moves
        // then either, but it is counted.
        let surprising = [&output, &input].iter().any(|side| {
            let shortest = side.blocks.iter().min().copied().unwrap_or(1);
            side.late.as_secs_f64() * 48_000.0 > f64::from(shortest)
        });
        let mut studio = Studio::open(SimScript { output, input, seed, ..SimScript::default() });
        let round_trip = studio.measured();
        for _ in 0..3 {
            prop_assert_eq!(studio.overdub_error(round_trip), 0, "round trip {:?}", round_trip);
        }
        let xruns = studio.handle.snapshot().xruns;
        prop_assert!(surprising || xruns == 0, "{} times something was taken for a loss", xruns);
    }
}

/// Frames lost on the way in: the take says so, in its place and length, and the rest of it lies
/// where it was played.
#[test]
fn frames_a_driver_loses_are_a_gap_and_move_nothing() {
    for (blocks, lost) in [
        (256, 256),
        (256, 1_024),
        (128, 300),
        (441, 5_000),
        (1_024, 777),
    ] {
        let side = SimSide {
            blocks: vec![blocks],
            ..SimSide::default()
        };
        let mut studio = Studio::open(SimScript {
            output: side.clone(),
            input: side,
            ..SimScript::default()
        });
        let round_trip = studio.measured();
        let sound = Arc::new(Audio::mono(studio.rate, noise(96_000)));
        let punch_in = studio.soon();
        studio.play(&sound, punch_in);
        let take = studio.record(punch_in, Frames(96_000), round_trip);
        let mut ticks = 0;
        let raw = studio.gather_while(take, |host| {
            ticks += 1;
            if ticks == 40 {
                host.lose(Direction::Input, lost);
            }
        });
        let what = format!("{lost} frames lost in blocks of {blocks}");
        let gap: u64 = raw.gaps.iter().map(|(_, frames)| frames).sum();
        assert!(gap >= u64::from(lost), "{what}: told {:?}", raw.gaps);
        let placed = &raw.samples[round_trip.0 as usize..];
        let first = sound.channel(0)[100] / placed[100];
        // From the gap's end on, every sample is the one that was played at that frame.
        let settled = raw
            .gaps
            .iter()
            .map(|(at, frames)| at + *frames as usize)
            .max();
        let from = settled.unwrap_or(0);
        for at in (from..95_000).step_by(97) {
            let off = (placed[at] * first - sound.channel(0)[at]).abs();
            assert!(off < 1e-3, "{what}: {off} off at {at}; gaps {:?}", raw.gaps);
        }
        assert!(studio.handle.snapshot().xruns > 0, "{what}: counted");
        assert_eq!(
            studio.overdub_error(round_trip),
            0,
            "{what}: and the next layer too"
        );
    }
}

#[test]
fn what_the_host_claims_to_have_lost_moves_nothing() {
    let mut studio = Studio::open(SimScript::default());
    let round_trip = studio.measured();
    for _ in 0..20 {
        studio.host.claim_xrun(Direction::Input);
        studio.host.advance(Duration::from_millis(30));
    }
    assert_eq!(studio.overdub_error(round_trip), 0);
}

#[test]
fn frames_given_twice_are_dropped_and_move_nothing() {
    let mut studio = Studio::open(SimScript::default());
    let round_trip = studio.measured();
    studio.host.repeat(Direction::Input, 512);
    studio.host.advance(SECOND);
    assert_eq!(studio.overdub_error(round_trip), 0);
    assert!(studio.handle.snapshot().xruns > 0, "and counted");
}

#[test]
fn frames_the_loudspeaker_missed_move_nothing() {
    let mut studio = Studio::open(SimScript::default());
    let round_trip = studio.measured();
    studio.host.lose(Direction::Output, 768);
    studio.host.advance(SECOND);
    assert_eq!(studio.overdub_error(round_trip), 0);
    assert!(studio.handle.snapshot().xruns > 0, "and counted");
}

/// A microphone with a plug of its own, as far off as crystals are.
fn two_crystals(ppm: f64) {
    let mut studio = Studio::open(SimScript {
        input: SimSide {
            ppm,
            late: Duration::from_micros(100),
            ..SimSide::default()
        },
        ..SimScript::default()
    });
    let round_trip = studio.measured();
    for minute in 0..=10 {
        let error = studio.overdub_error(round_trip);
        assert!(
            error.abs() <= 1,
            "{ppm} ppm, minute {minute}: {error} frames"
        );
        studio.host.advance(59 * SECOND);
    }
    assert!(studio.host.now() > 600 * SECOND);
    assert_eq!(studio.handle.snapshot().xruns, 0, "drift is not a loss");
}

#[test]
fn a_slow_microphone_stays_on_the_beat_for_ten_minutes() {
    two_crystals(-100.0);
}

#[test]
fn a_quick_microphone_stays_on_the_beat_for_ten_minutes() {
    two_crystals(100.0);
}

#[test]
fn a_stereo_microphone_keeps_its_round_trip() {
    let mut studio = Studio::open(SimScript {
        input: SimSide {
            channels: 2,
            ..SimSide::default()
        },
        ..SimScript::default()
    });
    let round_trip = studio.measured();
    assert_eq!(studio.overdub_error(round_trip), 0);
}

//! However a device cuts time into callbacks, the same frames sound the same, bit for bit.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on should say so"
)]

mod studio;

use std::sync::Arc;

use audio_engine::{
    At, Audio, Automation, Batch, Bus, Channels, Compression, Echo, EqBand, EqShape, Frames, Gain,
    Group, GroupId, Length, Output, Pan, Parameter, Point, RecordSpec, Routing, Start, TakeId,
    TakeStream, Tone, TrackId,
};
use proptest::prelude::*;
use studio::{BAR, Studio, click_loop, frame, grid, looped, mono, noise, once, read_all};

/// Something somebody may do at the mixer.
#[derive(Debug, Clone)]
enum Wish {
    Play,
    CountIn,
    Stop,
    Locate(u64),
    Loop(u16, u64, Option<u64>),
    Once(u16, u64, Option<u64>),
    Clear(u16, u64, Option<u64>),
    Gain(u16, f32),
    Pan(u16, f32),
    Mute(u16, bool, Option<u64>),
    Solo(u16, bool, Option<u64>),
    Eq(u16, EqShape, EqBand),
    Automate(u16, Parameter, Automation),
    LetGo(u16, Parameter),
    Route(Routing),
    Echo(u16, f32),
    Fader(Bus, f32),
    Send(u16, f32),
    Music(f32),
    Fade(f32, u64, Option<u64>),
    Cue(Option<u64>),
    Hush,
    Click(u64, u64),
    Tone(Option<f32>),
    Record {
        punch_in: u64,
        bars: u64,
        pre_roll: u64,
        round_trip: u64,
        into: Option<u16>,
        open: bool,
        on_sound: bool,
        stereo: bool,
    },
    Mark(u32, Option<u64>),
    PunchOut(Option<u64>),
}

fn at(frame: Option<u64>) -> At {
    frame.map_or(At::Now, |f| At::Frame(Frames(f)))
}

impl Wish {
    fn put(&self, batch: &mut Batch, number: usize) -> Option<TakeStream> {
        let sing = |bars| mono(noise(BAR * bars, 0.4, number as u32));
        match *self {
            Wish::Play => batch.play(),
            Wish::CountIn => batch.play_after_count_in(1),
            Wish::Stop => batch.stop(),
            Wish::Locate(to) => batch.locate(Frames(to)),
            Wish::Loop(t, bars, when) => batch.layer(TrackId(t), looped(&sing(bars)), at(when)),
            Wish::Once(t, start, when) => batch.layer(TrackId(t), once(&sing(1), start), at(when)),
            Wish::Clear(t, fade, when) => batch.clear(TrackId(t), Frames(fade), at(when)),
            Wish::Gain(t, db) => batch.gain(TrackId(t), Gain::from_db(db)),
            Wish::Pan(t, position) => batch.pan(TrackId(t), Pan::new(position)),
            Wish::Mute(t, on, when) => batch.mute(TrackId(t), on, at(when)),
            Wish::Solo(t, on, when) => batch.solo(TrackId(t), on, at(when)),
            Wish::Eq(t, shape, band) => batch.eq_band(TrackId(t), shape, band),
            Wish::Automate(t, parameter, ref curve) => batch.automate(TrackId(t), parameter, curve),
            Wish::LetGo(t, parameter) => batch.let_go(TrackId(t), parameter),
            Wish::Route(ref routing) => batch.routing(routing.clone()),
            Wish::Echo(t, db) => batch.delay_send(TrackId(t), Gain::from_db(db)),
            Wish::Fader(bus, db) => batch.bus_gain(bus, Gain::from_db(db)),
            Wish::Send(t, db) => batch.send(TrackId(t), Gain::from_db(db)),
            Wish::Music(db) => batch.bus_gain(Bus::Music, Gain::from_db(db)),
            Wish::Fade(db, over, when) => batch.fade(Gain::from_db(db), Frames(over), at(when)),
            Wish::Cue(when) => batch.cue(sing(1), at(when)),
            Wish::Hush => batch.stop_cue(),
            Wish::Click(from, until) => batch.metronome(Frames(from), Frames(until)),
            Wish::Tone(hz) => batch.tone(hz.map(|hz| Tone {
                hz,
                brightness: 0.6,
                gain: Gain::from_db(-15.0),
            })),
            Wish::Record {
                punch_in,
                bars,
                pre_roll,
                round_trip,
                into,
                open,
                on_sound,
                stereo,
            } => {
                let mut spec = RecordSpec::fixed(TakeId(1), Frames(punch_in), Frames(BAR * bars));
                if open {
                    let (most, unit, late) = (Frames(BAR * bars), Frames(BAR), Frames(300));
                    spec.length = Length::Open { most, unit, late };
                }
                if on_sound {
                    spec.start = Start::OnSound {
                        threshold: Gain::from_db(-6.1),
                        lead: Frames(30),
                    };
                }
                if stereo {
                    spec.channels = Channels::Stereo;
                }
                return Some(batch.record(RecordSpec {
                    pre_roll: Frames(pre_roll),
                    round_trip: Frames(round_trip),
                    loop_into: into.map(TrackId),
                    ..spec
                }));
            }
            Wish::Mark(word, when) => batch.mark(TakeId(1), word, at(when)),
            Wish::PunchOut(when) => batch.punch_out(TakeId(1), at(when)),
        }
        None
    }
}

const LENGTH: u64 = 12_000;

/// Flat one time in four, so that bands come and go.
fn some_band() -> impl Strategy<Value = EqBand> {
    let db = prop_oneof![1 => Just(0.0f32), 3 => -24.0f32..24.0];
    (20.0f32..4_000.0, db, 0.1f32..8.0).prop_map(|(hz, db, q)| EqBand::new(hz, db, q))
}

fn some_parameter() -> impl Strategy<Value = Parameter> {
    prop_oneof![
        Just(Parameter::Gain),
        Just(Parameter::Pan),
        Just(Parameter::Send),
        Just(Parameter::DelaySend),
        (0usize..3).prop_map(|shape| Parameter::Eq(EqShape::ALL[shape])),
    ]
}

/// Silence, fades and jumps; as a pan, mostly from one side to the other.
fn some_curve() -> impl Strategy<Value = Automation> {
    let value = prop_oneof![1 => Just(-120.0f32), 2 => Just(0.0), 5 => -24.0f32..6.0];
    prop::collection::vec((0..LENGTH, value), 0..6).prop_map(|points| {
        let point = |(at, value)| Point {
            at: Frames(at),
            value,
        };
        Automation::new(points.into_iter().map(point).collect())
    })
}

fn some_bus() -> impl Strategy<Value = Bus> {
    prop_oneof![
        Just(Bus::Group(GroupId(0))),
        Just(Bus::Group(GroupId(1))),
        Just(Bus::Reverb),
        Just(Bus::Delay),
    ]
}

fn some_output() -> impl Strategy<Value = Output> {
    prop_oneof![
        Just(Output::Music),
        (0u8..2).prop_map(|group| Output::Group(GroupId(group)))
    ]
}

fn some_compression() -> impl Strategy<Value = Compression> {
    let loud = Compression {
        threshold_db: -30.0,
        ratio: 4.0,
        makeup_db: 3.0,
        ..Compression::NONE
    };
    prop_oneof![Just(Compression::NONE), Just(loud)]
}

/// Two groups that may lead to each other; a circle is refused, for every partition.
fn some_routing() -> impl Strategy<Value = Routing> {
    let gain = || prop_oneof![Just(Gain::SILENCE), Just(Gain::from_db(-9.0))];
    let group = (some_output(), some_compression(), gain(), gain()).prop_map(
        |(output, compression, reverb, delay)| Group {
            output,
            compression,
            reverb,
            delay,
        },
    );
    (
        prop::collection::vec(some_output(), 0..3),
        prop::collection::vec(group, 2..3),
        some_compression(),
        some_output(),
        some_output(),
        1u64..900,
        gain(),
    )
        .prop_map(
            |(tracks, groups, music, reverb, delay, time, delay_to_reverb)| Routing {
                tracks,
                groups,
                music,
                reverb,
                delay,
                echo: Echo {
                    time: Frames(time),
                    ..Echo::default()
                },
                delay_to_reverb,
            },
        )
}

fn some_wish() -> impl Strategy<Value = Wish> {
    let track = 0u16..3;
    let when = || prop::option::of(0..LENGTH);
    prop_oneof![
        4 => Just(Wish::Play),
        1 => Just(Wish::CountIn),
        1 => Just(Wish::Stop),
        1 => (0..LENGTH).prop_map(Wish::Locate),
        4 => (track.clone(), 1u64..4, when()).prop_map(|(t, b, w)| Wish::Loop(t, b, w)),
        2 => (track.clone(), 0..LENGTH, when()).prop_map(|(t, s, w)| Wish::Once(t, s, w)),
        2 => (track.clone(), 0u64..900, when()).prop_map(|(t, f, w)| Wish::Clear(t, f, w)),
        2 => (track.clone(), -30.0f32..6.0).prop_map(|(t, g)| Wish::Gain(t, g)),
        2 => (track.clone(), -1.0f32..1.0).prop_map(|(t, p)| Wish::Pan(t, p)),
        2 => (track.clone(), any::<bool>(), when()).prop_map(|(t, on, w)| Wish::Mute(t, on, w)),
        1 => (track.clone(), any::<bool>(), when()).prop_map(|(t, on, w)| Wish::Solo(t, on, w)),
        4 => (track.clone(), 0usize..3, some_band()).prop_map(|(t, shape, band)| {
            Wish::Eq(t, EqShape::ALL[shape], band)
        }),
        5 => (track.clone(), some_parameter(), some_curve())
            .prop_map(|(t, p, c)| Wish::Automate(t, p, c)),
        2 => (track.clone(), some_parameter()).prop_map(|(t, p)| Wish::LetGo(t, p)),
        3 => some_routing().prop_map(Wish::Route),
        2 => (track.clone(), -30.0f32..0.0).prop_map(|(t, g)| Wish::Echo(t, g)),
        1 => (some_bus(), -30.0f32..6.0).prop_map(|(bus, g)| Wish::Fader(bus, g)),
        2 => (track.clone(), -30.0f32..0.0).prop_map(|(t, g)| Wish::Send(t, g)),
        1 => (-30.0f32..6.0).prop_map(Wish::Music),
        1 => (-40.0f32..0.0, 0u64..4000, when()).prop_map(|(g, o, w)| Wish::Fade(g, o, w)),
        1 => when().prop_map(Wish::Cue),
        1 => Just(Wish::Hush),
        1 => (0..LENGTH, 0..LENGTH).prop_map(|(a, b)| Wish::Click(a, b)),
        1 => prop::option::of(60.0f32..900.0).prop_map(Wish::Tone),
        2 => (
            (0..LENGTH, 1u64..3, 0u64..500, 0u64..700, prop::option::of(track)),
            any::<(bool, bool, bool)>(),
        )
            .prop_map(|((punch_in, bars, pre_roll, round_trip, into), (open, on_sound, stereo))| {
                Wish::Record {
                    punch_in, bars, pre_roll, round_trip, into, open, on_sound, stereo,
                }
            }),
        1 => (any::<u32>(), when()).prop_map(|(word, when)| Wish::Mark(word, when)),
        1 => when().prop_map(Wish::PunchOut),
    ]
}

/// Plays the script; what is played and what is recorded, as bits.
fn play(script: &[(u64, Wish)], blocks: &[usize]) -> (Vec<(u32, u32)>, Vec<Vec<u32>>) {
    let mut studio = Studio::new()
        .blocks(blocks)
        .microphone(noise(LENGTH, 0.3, 77));
    studio.handle.batch(|batch| batch.grid(grid())).unwrap();
    let mut streams = Vec::new();
    for (number, (clock, wish)) in script.iter().enumerate() {
        let gone = studio.left.len() as u64;
        studio.run(clock.saturating_sub(gone));
        // A fifth recording, or a bus that would hear itself, is refused for every partition.
        if let Ok(Some(stream)) = studio.handle.batch(|batch| wish.put(batch, number)) {
            streams.push(stream);
        }
    }
    studio.run(LENGTH - studio.left.len() as u64);
    let bits = |samples: Vec<f32>| samples.into_iter().map(f32::to_bits).collect();
    let takes = streams
        .iter_mut()
        .map(|stream| bits(read_all(stream).samples))
        .collect();
    (studio.bits(), takes)
}

/// Evenings, each cut in two ways.
const EVENINGS: u32 = 192;

#[test]
fn any_device_plays_and_records_the_same() {
    any_evening_in_any_blocks();
    println!(
        r#"@figure {{"name":"partitions that sound different","measured":0,"note":"{EVENINGS} evenings in blocks of 1 to 4096"}}"#
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: EVENINGS, failure_persistence: None, ..Default::default() })]

    fn any_evening_in_any_blocks(
        mut script in prop::collection::vec((0..LENGTH, some_wish()), 1..24),
        blocks in prop::collection::vec(
            prop_oneof![1usize..17, 17usize..301, 301usize..4097, Just(0usize)], 1..12,
        ),
    ) {
        prop_assume!(blocks.iter().any(|size| *size > 0));
        script.sort_by_key(|(clock, _)| *clock);
        let (sound, takes) = play(&script, &blocks);
        let (expected, expected_takes) = play(&script, &[64]);
        let differs = sound.iter().zip(&expected).position(|(a, b)| a != b);
        prop_assert_eq!(differs, None, "first frame that differs");
        prop_assert_eq!(takes, expected_takes);
    }
}

#[test]
fn no_frames_at_all_are_played_without_complaint() {
    let mut studio = Studio::new().blocks(&[0, 1, 0, 3]);
    let drum = click_loop(1, 0.5);
    studio
        .handle
        .batch(|batch| batch.layer(studio::DRUM, looped(&drum), frame(0)))
        .unwrap();
    studio.run(40);
    assert_eq!(studio.left.len(), 40);
}

#[test]
fn one_loudspeaker_hears_both_sides_and_a_third_hears_nothing() {
    let (mut handle, mut engine) = audio_engine::engine(audio_engine::EngineConfig {
        rate: studio::rate(),
        tracks: 1,
        ..audio_engine::EngineConfig::default()
    });
    let audio = Arc::new(Audio::stereo(studio::rate(), vec![0.2; 64], vec![0.4; 64]));
    handle
        .batch(|batch| {
            batch.layer(TrackId(0), once(&audio, 0), frame(0));
            batch.play();
        })
        .unwrap();
    let mut alone = [0.0; 4];
    engine.process(&[], &mut [&mut alone]);
    assert!(alone.iter().all(|x| (x - 0.3).abs() < 1e-6), "{alone:?}");
    let (mut a, mut b, mut c) = ([9.0; 4], [9.0; 4], [9.0; 4]);
    engine.process(&[], &mut [&mut a, &mut b, &mut c]);
    assert_eq!((a, b, c), ([0.2; 4], [0.4; 4], [0.0; 4]));
}

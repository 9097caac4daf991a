//! Many wishes on frames close together: each is obeyed on its own frame, as if the device had
//! called for one frame at a time.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on should say so"
)]

mod studio;

use std::sync::Arc;

use audio_engine::{
    At, Audio, Batch, EngineConfig, EqBand, EqShape, Event, Frames, Gain, Layer, Length, Pan, Play,
    RecordSpec, TakeId, TrackId,
};
use proptest::prelude::*;
use studio::{BAR, Studio, frame, grid, looped, mono, noise, rate, read_all};

/// More than are looked at together.
const TRACKS: u16 = 11;

/// The flurry begins here, and lasts so long at most.
const BEGINS: u64 = 700;
const LASTS: u64 = 500;
const LENGTH: u64 = 2_400;

#[derive(Debug, Clone)]
enum Deed {
    Mute(bool),
    Solo(bool),
    Loop {
        fade_in: u64,
    },
    Once {
        start: u64,
        length: u64,
    },
    Broken,
    Clear {
        fade: u64,
    },
    /// These concern no track: the mix, whoever speaks, one of two recordings.
    FadeAll(f32),
    Cue {
        length: u64,
    },
    Mark(u32),
    PunchOut,
    /// These have no frame of their own: they come between two callbacks.
    Gain(f32),
    Pan(f32),
    Send(f32),
    Eq(EqShape, EqBand),
}

#[derive(Debug, Clone)]
struct Wish {
    track: u16,
    frame: u64,
    deed: Deed,
}

impl Wish {
    fn put(&self, batch: &mut Batch, number: usize) {
        let (track, at) = (TrackId(self.track), frame(self.frame));
        let sing = |length| mono(noise(length, 0.3, number as u32 * 7 + 1));
        match self.deed {
            Deed::Mute(on) => batch.mute(track, on, at),
            Deed::Solo(on) => batch.solo(track, on, at),
            Deed::Loop { fade_in } => batch.layer(
                track,
                Layer {
                    fade_in: Frames(fade_in),
                    ..looped(&sing(BAR))
                },
                at,
            ),
            Deed::Once { start, length } => batch.layer(
                track,
                Layer {
                    audio: sing(length),
                    play: Play::Once {
                        start: Frames(start),
                    },
                    fade_in: Frames::ZERO,
                },
                at,
            ),
            Deed::Broken => {
                let mut sound = noise(BAR, 0.3, number as u32);
                for (i, x) in sound.iter_mut().enumerate().step_by(61) {
                    *x = [f32::NAN, f32::INFINITY, 1e9][i % 3];
                }
                batch.layer(track, looped(&mono(sound)), at);
            }
            Deed::Clear { fade } => batch.clear(track, Frames(fade), at),
            Deed::FadeAll(db) => batch.fade(Gain::from_db(db), Frames(90), at),
            Deed::Cue { length } => batch.cue(sing(length), at),
            Deed::Mark(word) => batch.mark(self.take(), word, at),
            Deed::PunchOut => batch.punch_out(self.take(), at),
            Deed::Gain(db) => batch.gain(track, Gain::from_db(db)),
            Deed::Pan(position) => batch.pan(track, Pan::new(position)),
            Deed::Send(db) => batch.send(track, Gain::from_db(db)),
            Deed::Eq(shape, band) => batch.eq_band(track, shape, band),
        }
    }

    /// One of two.
    fn take(&self) -> TakeId {
        TakeId(u64::from(self.track % 2))
    }

    fn has_its_frame(&self) -> bool {
        !matches!(
            self.deed,
            Deed::Gain(_) | Deed::Pan(_) | Deed::Send(_) | Deed::Eq(..)
        )
    }
}

fn some_band() -> impl Strategy<Value = EqBand> {
    let db = prop_oneof![1 => Just(0.0f32), 3 => -24.0f32..24.0];
    (200.0f32..3_900.0, db, 0.1f32..3.0).prop_map(|(hz, db, q)| EqBand::new(hz, db, q))
}

fn some_shape() -> impl Strategy<Value = EqShape> {
    (0usize..3).prop_map(|shape| EqShape::ALL[shape])
}

fn some_deed() -> impl Strategy<Value = Deed> {
    let level = prop_oneof![1 => Just(-120.0f32), 3 => -30.0f32..6.0];
    prop_oneof![
        6 => any::<bool>().prop_map(Deed::Mute),
        4 => any::<bool>().prop_map(Deed::Solo),
        3 => (0u64..80).prop_map(|fade_in| Deed::Loop { fade_in }),
        4 => (BEGINS..BEGINS + 2 * LASTS, 1u64..300)
            .prop_map(|(start, length)| Deed::Once { start, length }),
        1 => Just(Deed::Broken),
        4 => (0u64..120).prop_map(|fade| Deed::Clear { fade }),
        2 => (-20.0f32..0.0).prop_map(Deed::FadeAll),
        2 => (0u64..400).prop_map(|length| Deed::Cue { length }),
        3 => any::<u32>().prop_map(Deed::Mark),
        2 => Just(Deed::PunchOut),
        1 => level.prop_map(Deed::Gain),
        1 => (-1.0f32..1.0).prop_map(Deed::Pan),
        1 => (-30.0f32..0.0).prop_map(Deed::Send),
        2 => (some_shape(), some_band()).prop_map(|(shape, band)| Deed::Eq(shape, band)),
    ]
}

fn some_wish() -> impl Strategy<Value = Wish> {
    // Half of them on a few tracks, so that many meet on one.
    let track = prop_oneof![0..TRACKS, 0u16..3];
    (track, BEGINS..BEGINS + LASTS, some_deed()).prop_map(|(track, frame, deed)| Wish {
        track,
        frame,
        deed,
    })
}

/// How the tracks stand before: a loop or none, a band or none, muted or not.
type Before = Vec<(bool, EqShape, EqBand, bool)>;

/// Two recordings: where each begins, on which track it becomes a loop, and whether whoever
/// punches out says how long it is.
type Takes = [(u64, Option<u16>, bool); 2];

fn spec(number: usize, (begins, into, open): (u64, Option<u16>, bool)) -> RecordSpec {
    let length = if open {
        Length::Open {
            most: Frames(2 * BAR),
            unit: Frames(if into.is_some() { BAR } else { 100 }),
            late: Frames(60),
        }
    } else {
        Length::Fixed(Frames(BAR))
    };
    RecordSpec {
        length,
        round_trip: Frames(30 + 90 * number as u64),
        loop_into: into.map(TrackId),
        ..RecordSpec::fixed(TakeId(number as u64), Frames(begins), Frames(BAR))
    }
}

/// All that was heard, kept and told. What is told of a recording is told apart: its end waits for
/// the callback's, and what its punch-out cuts is not the order of the others.
#[derive(Debug, PartialEq)]
struct Evening {
    heard: Vec<(u32, u32)>,
    told: Vec<Event>,
    told_of_takes: [Vec<Event>; 2],
    kept: Vec<(Vec<u32>, Vec<(u64, u32)>)>,
}

fn take_of(event: &Event) -> Option<TakeId> {
    match *event {
        Event::TakeBegun { take, .. }
        | Event::PunchedOut { take, .. }
        | Event::TakeFinished { take } => Some(take),
        _ => None,
    }
}

fn play(before: &Before, takes: Takes, wishes: &[Wish], blocks: &[usize]) -> Evening {
    let mut studio = Studio::of(EngineConfig {
        rate: rate(),
        tracks: TRACKS,
        ..EngineConfig::default()
    })
    .blocks(blocks)
    .microphone(noise(LENGTH - 500, 0.3, 77));
    let mut streams = studio
        .handle
        .batch(|batch| {
            batch.grid(grid());
            for (number, (sings, shape, band, muted)) in before.iter().enumerate() {
                let track = TrackId(number as u16);
                if *sings {
                    batch.layer(
                        track,
                        looped(&mono(noise(BAR, 0.2, number as u32))),
                        At::Now,
                    );
                }
                batch.eq_band(track, *shape, *band);
                batch.mute(track, *muted, At::Now);
                batch.send(track, Gain::from_db(-20.0));
            }
            for (number, wish) in wishes.iter().enumerate().filter(|(_, w)| w.has_its_frame()) {
                wish.put(batch, number);
            }
            batch.play();
            [0, 1].map(|number| batch.record(spec(number, takes[number])))
        })
        .unwrap();
    for (number, wish) in wishes
        .iter()
        .enumerate()
        .filter(|(_, w)| !w.has_its_frame())
    {
        let gone = studio.left.len() as u64;
        studio.run(wish.frame.saturating_sub(gone));
        studio
            .handle
            .batch(|batch| wish.put(batch, number))
            .unwrap();
    }
    studio.run(LENGTH - studio.left.len() as u64);
    assert_eq!(studio.handle.snapshot().late_events, 0);
    let events = studio.handle.events();
    let (of_takes, told) = events.into_iter().partition(|e| take_of(e).is_some());
    let of_takes: Vec<Event> = of_takes;
    let kept = streams.iter_mut().map(|stream| {
        let take = read_all(stream);
        let bits = take.samples.into_iter().map(f32::to_bits).collect();
        (bits, take.marks)
    });
    Evening {
        heard: studio.bits(),
        told,
        told_of_takes: [TakeId(0), TakeId(1)].map(|take| {
            let of_it = of_takes.iter().filter(|e| take_of(e) == Some(take));
            of_it.copied().collect()
        }),
        kept: kept.collect(),
    }
}

fn some_take() -> impl Strategy<Value = (u64, Option<u16>, bool)> {
    let begins = prop_oneof![3 => 0..BEGINS, 1 => BEGINS..BEGINS + LASTS];
    (begins, prop::option::weighted(0.7, 0u16..3), any::<bool>())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..Default::default() })]

    #[test]
    fn every_wish_is_obeyed_on_its_frame_however_many_there_are(
        before in prop::collection::vec(
            (any::<bool>(), some_shape(), some_band(), prop::bool::weighted(0.2)),
            usize::from(TRACKS),
        ),
        takes in [some_take(), some_take()],
        mut wishes in prop::collection::vec(some_wish(), 1..70),
        odd in 2usize..300,
    ) {
        wishes.sort_by_key(|wish| wish.frame);
        let expected = play(&before, takes, &wishes, &[1]);
        for blocks in [vec![4_096], vec![odd]] {
            let evening = play(&before, takes, &wishes, &blocks);
            let differs = evening.heard.iter().zip(&expected.heard).position(|(a, b)| a != b);
            prop_assert_eq!(differs, None, "first frame that differs, in blocks of {:?}", blocks);
            prop_assert_eq!(&evening.told, &expected.told);
            prop_assert_eq!(&evening.told_of_takes, &expected.told_of_takes);
            prop_assert!(evening.kept == expected.kept, "kept in blocks of {:?}", blocks);
        }
    }
}

/// A steady tone of no frequency at all.
fn steady(height: f32) -> Arc<Audio> {
    mono(vec![height * std::f32::consts::SQRT_2; BAR as usize])
}

#[test]
fn more_solos_than_there_is_room_for_are_obeyed_all_the_same() {
    let play = |blocks: &[usize]| {
        let mut studio = Studio::of(EngineConfig {
            rate: rate(),
            tracks: 200,
            ..EngineConfig::default()
        })
        .blocks(blocks);
        studio
            .handle
            .batch(|batch| {
                batch.grid(grid());
                for track in 0..200 {
                    batch.layer(TrackId(track), looped(&steady(0.001)), At::Now);
                }
                // Each silences all others, or lets all be heard again.
                for nth in 0..60 {
                    let on = nth % 2 == 0;
                    batch.solo(TrackId(3), on, frame(BAR + nth));
                }
                batch.solo(TrackId(3), true, frame(BAR + 60));
                batch.play();
            })
            .unwrap();
        studio.run(2 * BAR);
        studio
    };
    let (whole, single) = (play(&[256]), play(&[1]));
    assert!(
        whole.bits() == single.bits(),
        "sounds as one frame at a time does"
    );
    let (before, after) = (
        whole.left[BAR as usize - 1],
        whole.left[2 * BAR as usize - 1],
    );
    assert!((before - 0.2).abs() < 1e-4, "{before}");
    assert!((after - 0.001).abs() < 1e-5, "{after}");
}

#[test]
fn a_track_that_is_muted_and_back_within_one_block_is_silent_in_between() {
    let mut studio = Studio::new();
    studio
        .handle
        .batch(|batch| {
            batch.grid(grid());
            batch.layer(TrackId(0), looped(&steady(0.1)), At::Now);
            batch.mute(TrackId(0), true, frame(1_030));
            batch.mute(TrackId(0), false, frame(1_110));
            batch.play();
        })
        .unwrap();
    studio.run(BAR);
    let heard = |at: usize| studio.left[at];
    assert!((heard(1_029) - 0.1).abs() < 1e-6);
    // 40 frames down, 40 of silence, 40 up.
    assert!((heard(1_050) - 0.05).abs() < 1e-3, "{}", heard(1_050));
    assert!(studio.left[1_070..1_111].iter().all(|x| *x == 0.0));
    assert!((heard(1_130) - 0.05).abs() < 1e-3, "{}", heard(1_130));
    assert!((heard(1_150) - 0.1).abs() < 1e-6);
}

#[test]
fn a_layer_that_changes_on_the_frame_of_a_fade_is_heard_until_then() {
    let play = |blocks: &[usize]| {
        let mut studio = Studio::new().blocks(blocks);
        studio
            .handle
            .batch(|batch| {
                batch.grid(grid());
                batch.layer(TrackId(0), looped(&steady(0.1)), At::Now);
                batch.layer(TrackId(0), looped(&steady(0.2)), frame(806));
                batch.fade(Gain::UNITY, Frames(90), frame(806));
                batch.play();
            })
            .unwrap();
        studio.run(BAR);
        studio
    };
    let (whole, single) = (play(&[256]), play(&[1]));
    assert!((whole.left[805] - 0.1).abs() < 1e-6, "{}", whole.left[805]);
    assert!(
        whole.bits() == single.bits(),
        "sounds as one frame at a time does"
    );
}

#[test]
fn a_sentence_begins_on_its_frame_and_the_music_comes_back_on_the_frame_it_ends() {
    let mut studio = Studio::new();
    studio
        .handle
        .batch(|batch| {
            batch.cue(steady(0.2), frame(1_000));
            batch.cue(mono(vec![0.1; 50]), frame(1_100));
            batch.play();
        })
        .unwrap();
    studio.run(2 * BAR);
    assert!(studio.left[999] == 0.0 && studio.left[1_000] > 0.1);
    // The second cuts the first short, within 40 frames, and is itself over after 50.
    assert!(studio.left[1_149] > 0.05 && studio.left[1_150] == 0.0);
    let told = studio.handle.events();
    assert_eq!(
        told,
        [
            Event::CueStarted,
            Event::CueFinished,
            Event::CueStarted,
            Event::CueFinished
        ]
    );
}

#[test]
fn a_loop_punched_out_in_the_middle_of_a_block_sounds_from_that_very_frame() {
    // A little late, so that the bar has ended, and the loop is in it already.
    let punch_out = BAR + 50;
    let mut studio = Studio::new().microphone(vec![0.5; LENGTH as usize]);
    let mut stream = studio
        .handle
        .batch(|batch| {
            batch.grid(grid());
            batch.play();
            batch.mark(TakeId(0), 7, frame(punch_out - 3));
            batch.punch_out(TakeId(0), frame(punch_out));
            batch.record(spec(0, (0, Some(0), true)))
        })
        .unwrap();
    studio.run(2 * BAR);
    let begins = studio.left.iter().position(|x| *x != 0.0).unwrap();
    assert_eq!(begins as u64, punch_out + 1, "it comes in from nothing");
    let heard = studio.left[begins + 40];
    assert!((heard - 0.5 * std::f32::consts::FRAC_1_SQRT_2).abs() < 1e-5);
    let take = read_all(&mut stream);
    assert_eq!(take.marks, [(punch_out - 3, 7)]);
    assert_eq!(take.samples.len() as u64, BAR + 30 + 40);
}

#[test]
fn somebody_who_punches_out_twice_ends_the_loop_once() {
    let length = Frames(BAR);
    let play = |times: u64| {
        let mut studio = Studio::new().microphone(noise(LENGTH * 2, 0.5, 3));
        let stream = studio.handle.batch(|batch| {
            batch.grid(grid());
            batch.play();
            for nth in 0..times {
                batch.punch_out(TakeId(1), frame(BAR - 50 + nth * 140));
            }
            batch.record(spec(1, (0, Some(0), true)))
        });
        drop(stream.unwrap());
        studio.run(LENGTH * 2);
        studio
    };
    let (mut once, mut twice) = (play(1), play(2));
    assert!(once.bits() == twice.bits());
    for studio in [&mut once, &mut twice] {
        let told = studio.handle.events();
        let out = |event: &&Event| matches!(event, Event::PunchedOut { .. });
        let out: Vec<&Event> = told.iter().filter(out).collect();
        assert_eq!(
            out,
            [&Event::PunchedOut {
                take: TakeId(1),
                punch_in: Frames::ZERO,
                length
            }]
        );
    }
}

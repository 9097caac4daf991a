//! Many wishes on frames close together: each is obeyed on its own frame, as if the device had
//! called for one frame at a time.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on should say so"
)]

mod studio;

use audio_engine::{
    At, Batch, EngineConfig, EqBand, EqShape, Event, Frames, Gain, Layer, Length, Pan, Play,
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

/// A recording's samples, as bits, and its marks.
type Kept = (Vec<u32>, Vec<(u64, u32)>);

/// All that was heard, kept and told. What is told of a recording is told apart: its end waits for
/// the callback's, and what its punch-out cuts is not the order of the others.
#[derive(Debug, PartialEq)]
struct Evening {
    heard: Vec<(u32, u32)>,
    told: Vec<Event>,
    told_of_takes: [Vec<Event>; 2],
    kept: Vec<Kept>,
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

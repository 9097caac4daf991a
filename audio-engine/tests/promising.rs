//! What a recording is promised with: memory for what anybody can mean, and for nothing else.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on should say so"
)]

mod studio;

use audio_engine::looper::{Begin, LoopTempo, Looper, LooperConfig, Refusal, What};
use audio_engine::{
    BatchError, Channels, Frames, Gain, Length, RecordSpec, Start, TakeId, TrackId,
};
use studio::{BAR, RATE, Studio, frame, grid, noise, rate, read_all};

/// The longest loop, at the studio's rate.
const TEN_MINUTES: u64 = 600 * RATE as u64;

fn take(length: u64) -> RecordSpec {
    RecordSpec::fixed(TakeId(1), Frames(BAR), Frames(length))
}

fn into_a_loop(length: u64) -> RecordSpec {
    RecordSpec {
        loop_into: Some(TrackId(0)),
        ..take(length)
    }
}

fn open(most: u64) -> Length {
    Length::Open {
        most: Frames(most),
        unit: Frames(BAR),
        late: Frames(300),
    }
}

#[test]
fn a_loop_longer_than_ten_minutes_is_refused_and_the_limit_is_named() {
    let mut studio = Studio::new();
    studio.handle.batch(|batch| batch.grid(grid())).unwrap();
    // As many whole bars as a number can hold: more memory than there is on earth.
    let absurd = u64::MAX / BAR * BAR;
    let hour = TEN_MINUTES * 6;
    for length in [absurd, hour, TEN_MINUTES + BAR] {
        for (kind, channels) in [
            (Length::Fixed(Frames(length)), Channels::Mono),
            (open(length), Channels::Stereo),
        ] {
            let wanted = RecordSpec {
                length: kind,
                channels,
                ..into_a_loop(length)
            };
            let answer = studio.handle.batch(|batch| batch.record(wanted));
            let refused = answer.map(|_| "recorded").unwrap_err();
            assert_eq!(
                refused.to_string(),
                format!(
                    "a loop of {length} frames is longer than 4800000 frames, the most there is \
                     memory for"
                )
            );
        }
    }
    assert_eq!(studio.handle.lent(), 0, "nothing was lent for them");
    let longest = into_a_loop(TEN_MINUTES);
    let answer = studio.handle.batch(|batch| batch.record(longest));
    assert!(answer.is_ok(), "ten minutes are long, and possible");
}

#[test]
fn a_looper_that_is_allowed_more_than_there_is_memory_for_says_so() {
    let mut studio = Studio::new();
    let mut looper = Looper::new(
        LooperConfig {
            tracks: 0..8,
            tempo: LoopTempo::Locked(grid()),
            most: Frames(u64::MAX),
            channels: Channels::Mono,
            pre_roll: Frames::ZERO,
            first_take: 1,
        },
        rate(),
    );
    let first = What::First { bars: None };
    let refused = looper.record(first, Begin::Now, &mut studio.handle);
    assert!(
        matches!(
            refused,
            Err(Refusal::Engine(BatchError::LoopTooLong { .. }))
        ),
        "{refused:?}"
    );
    let first = What::First { bars: Some(2) };
    let promised = looper.record(first, Begin::Now, &mut studio.handle);
    assert_eq!(promised, Ok(()), "its track is free again");
}

#[test]
fn a_take_that_becomes_no_loop_may_be_as_long_as_anybody_plays() {
    for length in [Length::Fixed(Frames(u64::MAX)), open(u64::MAX / BAR * BAR)] {
        let mut studio = Studio::new().microphone(noise(4 * BAR, 0.4, 9));
        let sung = studio.microphone.clone();
        let mut stream = studio
            .handle
            .batch(|batch| {
                batch.play();
                batch.punch_out(TakeId(1), frame(3 * BAR));
                batch.record(RecordSpec {
                    length,
                    ..take(BAR)
                })
            })
            .unwrap();
        studio.run(4 * BAR);
        let take = read_all(&mut stream);
        assert!(take.finished);
        assert_eq!(take.samples, sung[BAR as usize..][..take.samples.len()]);
        assert_eq!(take.samples.len() as u64, 2 * BAR + 40);
    }
}

#[test]
fn a_loop_must_be_able_to_hold_whole_units() {
    let mut studio = Studio::new();
    let length = Length::Open {
        most: Frames(2 * BAR),
        unit: Frames(1_000),
        late: Frames::ZERO,
    };
    let refused = studio.handle.batch(|batch| {
        batch.record(RecordSpec {
            length,
            ..into_a_loop(BAR)
        })
    });
    assert!(matches!(refused, Err(BatchError::NotWholeUnits { .. })));
}

#[test]
fn a_recording_that_would_reach_back_for_hours_is_refused() {
    let mut studio = Studio::new();
    studio.handle.batch(|batch| batch.grid(grid())).unwrap();
    let on_sound = Start::OnSound {
        threshold: Gain::from_db(-40.0),
        lead: Frames(1),
    };
    for start in [on_sound, Start::AtFrame(Frames(BAR))] {
        for (pre_roll, round_trip) in [(u64::MAX, 0), (1 << 40, 0), (3, u64::MAX), (4_800_001, 0)] {
            let wanted = RecordSpec {
                start,
                pre_roll: Frames(pre_roll),
                round_trip: Frames(round_trip),
                ..take(BAR)
            };
            let answer = studio.handle.batch(|batch| {
                batch.record(wanted);
            });
            assert!(
                matches!(answer, Err(BatchError::ReachesTooFarBack(_))),
                "{answer:?} for {pre_roll} and {round_trip}"
            );
        }
    }
    let ten_minutes = RecordSpec {
        pre_roll: Frames(4_800_000),
        ..take(BAR)
    };
    let stream = studio.handle.batch(|batch| batch.record(ten_minutes));
    assert!(stream.is_ok(), "ten minutes are long, and possible");
}

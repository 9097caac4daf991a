//! When a recording begins and ends: on a frame, with a sound, or when somebody says so.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on should say so"
)]

mod studio;

use audio_engine::{
    Audio, Channels, Event, Frames, Gain, Length, RecordSpec, Start, TakeId, place,
};
use proptest::prelude::*;
use studio::{BAR, Heard, Studio, VOICE, frame, grid, noise, rate, read_all};

const TAKE: TakeId = TakeId(3);
const EDGE: u64 = 40;
const ROUND_TRIP: u64 = 250;

/// A mono sound is 3 dB down on each side.
const MONO: f32 = std::f32::consts::FRAC_1_SQRT_2;

fn open(bars: u64, unit: u64, late: u64) -> Length {
    let (most, unit, late) = (Frames(BAR * bars), Frames(unit), Frames(late));
    Length::Open { most, unit, late }
}

fn on_sound(lead: u64) -> Start {
    let threshold = Gain::from_db(-20.0);
    let lead = Frames(lead);
    Start::OnSound { threshold, lead }
}

fn into_a_loop(start: u64, length: Length) -> RecordSpec {
    RecordSpec {
        length,
        round_trip: Frames(ROUND_TRIP),
        loop_into: Some(VOICE),
        ..RecordSpec::fixed(TAKE, Frames(start), Frames(BAR))
    }
}

fn raw(take: &Heard) -> Audio {
    Audio::mono(rate(), take.samples.clone())
}

fn punched_out(studio: &mut Studio) -> Option<(Frames, Frames)> {
    studio
        .handle
        .events()
        .iter()
        .find_map(|event| match *event {
            Event::PunchedOut {
                punch_in, length, ..
            } => Some((punch_in, length)),
            _ => None,
        })
}

#[test]
fn an_open_loop_ends_with_the_bar_in_which_somebody_said_so() {
    let mut studio = Studio::new()
        .blocks(&[700, 3])
        .microphone(noise(BAR * 12, 0.5, 5));
    let mut stream = studio
        .handle
        .batch(|batch| {
            batch.grid(grid());
            batch.play();
            batch.punch_out(TAKE, frame(BAR + BAR * 2 + 1000));
            batch.record(into_a_loop(BAR, open(8, BAR, 100)))
        })
        .unwrap();
    studio.run(BAR * 12);
    assert_eq!(
        punched_out(&mut studio),
        Some((Frames(BAR), Frames(BAR * 3)))
    );
    let placed = place(
        &raw(&read_all(&mut stream)),
        Frames(0),
        Frames(ROUND_TRIP),
        Frames(BAR * 3),
    );
    let expected: Vec<f32> = placed.channel(0).iter().map(|x| x * MONO).collect();
    assert_eq!(
        studio.left[(BAR * 7) as usize..(BAR * 10) as usize],
        expected
    );
    assert!(studio.left[..(BAR * 4) as usize].iter().all(|x| *x == 0.0));
    assert!(
        studio.left[(BAR * 4) as usize..][..200]
            .iter()
            .any(|x| *x != 0.0)
    );
}

#[test]
fn somebody_a_little_late_still_means_the_bar_that_has_just_ended() {
    for late in [1, 39, 99, 290, 291, 600] {
        let mut studio = Studio::new()
            .blocks(&[64, 300])
            .microphone(noise(BAR * 12, 0.5, 5));
        let mut stream = studio
            .handle
            .batch(|batch| {
                batch.grid(grid());
                batch.play();
                batch.punch_out(TAKE, frame(BAR * 3 + late));
                batch.record(into_a_loop(BAR, open(8, BAR, 600)))
            })
            .unwrap();
        studio.run(BAR * 12);
        assert_eq!(
            punched_out(&mut studio),
            Some((Frames(BAR), Frames(BAR * 2)))
        );
        let take = read_all(&mut stream);
        let placed = place(&raw(&take), Frames(0), Frames(ROUND_TRIP), Frames(BAR * 2));
        let expected: Vec<f32> = placed.channel(0).iter().map(|x| x * MONO).collect();
        assert_eq!(
            studio.left[(BAR * 5) as usize..(BAR * 7) as usize],
            expected,
            "{late} frames late"
        );
        assert_eq!(
            studio.left[(BAR * 3 + late + EDGE) as usize..(BAR * 4) as usize],
            expected[(late + EDGE) as usize..BAR as usize],
            "it comes in where it would be by now"
        );
        let first = studio.left[(BAR * 3 + late) as usize].abs();
        assert!(first < 0.03, "it comes in softly, not at {first}");
    }
}

#[test]
fn an_open_loop_nobody_ends_is_as_long_as_its_memory() {
    let mut studio = Studio::new().microphone(noise(BAR * 12, 0.5, 5));
    studio
        .handle
        .batch(|batch| {
            batch.grid(grid());
            batch.play();
            batch.record(into_a_loop(0, open(4, BAR, 0)))
        })
        .unwrap();
    studio.run(BAR * 6);
    assert_eq!(punched_out(&mut studio), Some((Frames(0), Frames(BAR * 4))));
}

#[test]
fn stopping_an_open_loop_keeps_what_was_played_in_whole_bars() {
    let mut studio = Studio::new()
        .blocks(&[113])
        .microphone(noise(BAR * 12, 0.5, 5));
    let mut stream = studio
        .handle
        .batch(|batch| {
            batch.grid(grid());
            batch.play();
            batch.record(into_a_loop(0, open(8, BAR, 0)))
        })
        .unwrap();
    studio.run(BAR * 2 + 500);
    studio.handle.batch(|batch| batch.stop()).unwrap();
    studio.run(BAR);
    let (_, length) = punched_out(&mut studio).unwrap();
    assert_eq!(length, Frames(BAR * 3));
    let take = read_all(&mut stream);
    assert!(take.finished);
    let placed = place(&raw(&take), Frames(0), Frames(ROUND_TRIP), length);
    assert!(placed.channel(0)[(BAR * 2) as usize + 400] != 0.0);
    assert!(
        placed.channel(0)[(BAR * 2) as usize + 700..]
            .iter()
            .all(|x| *x == 0.0),
        "after the stop nothing was played"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..Default::default() })]

    /// A silent room, then somebody plays. The loop begins with what they played, attack and
    /// all, wherever the callbacks fall; and the playhead sets out with it.
    #[test]
    fn the_first_sound_starts_the_loop_and_the_playhead(
        at in 1u64..3000,
        lead in 0u64..60,
        pre_roll in 0u64..500,
        blocks in prop::collection::vec(1usize..2000, 1..8),
    ) {
        let mut arrives = noise(at, 0.05, 7);
        arrives.push(0.4);
        arrives.extend(noise(BAR * 8, 0.5, 9));
        let mut studio = Studio::new().blocks(&blocks).microphone(arrives.clone());
        let mut stream = studio.handle.batch(|batch| {
            batch.record(RecordSpec {
                start: on_sound(lead),
                pre_roll: Frames(pre_roll),
                ..into_a_loop(0, Length::Fixed(Frames(BAR)))
            })
        }).unwrap();
        studio.run(BAR * 6);
        let clock = studio.handle.snapshot().clock.0;
        prop_assert_eq!(
            studio.handle.snapshot().playhead.0,
            clock - at + ROUND_TRIP + lead,
            "as if it had rolled when the sound was made"
        );
        let take = read_all(&mut stream);
        prop_assert!(take.finished);
        let wanted = pre_roll + ROUND_TRIP + lead;
        let missing = wanted.saturating_sub(at);
        prop_assert_eq!(take.gaps.iter().sum::<u64>(), missing);
        let from = at.saturating_sub(wanted) as usize;
        prop_assert_eq!(
            &take.samples[missing as usize..],
            &arrives[from..(at - lead.min(at)) as usize + (BAR + EDGE + lead.min(at) - lead) as usize]
        );
        let placed = place(&raw(&take), Frames(pre_roll), Frames(ROUND_TRIP), Frames(BAR));
        let second = (at + BAR * 3 - ROUND_TRIP - lead) as usize;
        let heard = &studio.left[second..second + BAR as usize];
        let expected: Vec<f32> = placed.channel(0).iter().map(|x| x * MONO).collect();
        prop_assert_eq!(heard, expected);
    }

    /// Two microphones, two channels, all the way into the loop.
    #[test]
    fn a_stereo_loop_keeps_left_and_right_apart(
        round_trip in 0u64..700,
        blocks in prop::collection::vec(1usize..2000, 1..8),
    ) {
        let (left, right) = (noise(BAR * 8, 0.3, 3), noise(BAR * 8, 0.3, 4));
        let mut studio = Studio::new().blocks(&blocks)
            .microphone(left.clone()).second_microphone(right.clone());
        let mut stream = studio.handle.batch(|batch| {
            batch.grid(grid());
            batch.play();
            batch.record(RecordSpec {
                channels: Channels::Stereo,
                round_trip: Frames(round_trip),
                loop_into: Some(VOICE),
                ..RecordSpec::fixed(TAKE, Frames(BAR), Frames(BAR))
            })
        }).unwrap();
        studio.run(BAR * 6);
        let take = read_all(&mut stream);
        let arrived = BAR as usize..(BAR * 2 + round_trip + EDGE) as usize;
        let (l, r): (Vec<f32>, Vec<f32>) =
            take.samples.chunks(2).map(|frame| (frame[0], frame[1])).unzip();
        prop_assert_eq!(&l, &left[arrived.clone()]);
        prop_assert_eq!(&r, &right[arrived]);
        let placed = place(&Audio::stereo(rate(), l, r), Frames(0), Frames(round_trip), Frames(BAR));
        let heard = (BAR * 4) as usize..(BAR * 5) as usize;
        prop_assert_eq!(&studio.left[heard.clone()], placed.channel(0));
        prop_assert_eq!(&studio.right[heard], placed.channel(1));
    }
}

#[test]
fn one_microphone_is_both_sides_of_a_stereo_take() {
    let arrives = noise(BAR * 3, 0.3, 3);
    let mut studio = Studio::new().microphone(arrives.clone());
    let mut stream = studio
        .handle
        .batch(|batch| {
            batch.play();
            batch.record(RecordSpec {
                channels: Channels::Stereo,
                ..RecordSpec::fixed(TAKE, Frames(0), Frames(BAR))
            })
        })
        .unwrap();
    studio.run(BAR * 2);
    let take = read_all(&mut stream);
    assert!(take.samples.chunks(2).all(|frame| frame[0] == frame[1]));
    assert_eq!(take.samples[20], arrives[10]);
}

#[test]
fn a_sound_while_the_playhead_rolls_is_kept_where_it_was_heard() {
    let mut arrives = vec![0.0; (BAR * 8) as usize];
    arrives[(BAR * 2 + 77) as usize] = 0.5;
    let mut studio = Studio::new().blocks(&[333]).microphone(arrives);
    studio
        .handle
        .batch(|batch| {
            batch.grid(grid());
            batch.play();
            batch.record(RecordSpec {
                start: on_sound(50),
                ..into_a_loop(0, Length::Fixed(Frames(BAR)))
            })
        })
        .unwrap();
    studio.run(BAR * 8);
    assert_eq!(studio.handle.snapshot().playhead, Frames(BAR * 8));
    let claps: Vec<u64> = (0..)
        .zip(&studio.left)
        .filter(|(_, x)| x.abs() > 0.3)
        .map(|(at, _)| at % BAR)
        .collect();
    assert!(!claps.is_empty());
    assert!(
        claps.iter().all(|at| *at == 77 + BAR - ROUND_TRIP),
        "{claps:?}"
    );
}

#[test]
fn the_count_in_is_not_the_first_sound() {
    let mut studio = Studio::new().microphone(noise(BAR * 4, 0.9, 3));
    studio
        .handle
        .batch(|batch| {
            batch.grid(grid());
            batch.play_after_count_in(1);
            batch.record(RecordSpec {
                start: on_sound(0),
                round_trip: Frames(0),
                ..into_a_loop(0, Length::Fixed(Frames(BAR)))
            })
        })
        .unwrap();
    studio.run(BAR * 4);
    let (punch_in, _) = punched_out(&mut studio).unwrap();
    assert!(
        punch_in.0 < 40,
        "it began with the count-in's end, not at {punch_in:?}"
    );
}

#[test]
fn words_lie_between_the_samples_they_were_left_at() {
    let mut studio = Studio::new()
        .blocks(&[91])
        .microphone(noise(BAR * 4, 0.5, 3));
    let mut stream = studio
        .handle
        .batch(|batch| {
            batch.grid(grid());
            batch.play();
            batch.mark(TAKE, 1, frame(10)); // before there is a take to mark
            batch.mark(TAKE, 2, frame(BAR));
            batch.mark(TAKE, 3, frame(BAR + 123));
            batch.record(RecordSpec {
                pre_roll: Frames(200),
                ..RecordSpec::fixed(TAKE, Frames(BAR), Frames(BAR))
            })
        })
        .unwrap();
    studio.run(BAR * 3);
    assert_eq!(read_all(&mut stream).marks, [(200, 2), (323, 3)]);
}

#[test]
fn a_word_left_while_frames_are_lost_is_where_it_was_left() {
    let mut studio = Studio::new()
        .blocks(&[100])
        .microphone(noise(BAR * 40, 0.5, 3));
    let mut stream = studio
        .handle
        .batch(|batch| {
            batch.grid(grid());
            batch.play();
            batch.mark(TAKE, 5, frame(50_000)); // the ring holds 48 000
            batch.record(RecordSpec::fixed(TAKE, Frames(0), Frames(BAR * 35)))
        })
        .unwrap();
    studio.run(52_000);
    let mut take = read_all(&mut stream);
    studio.run(BAR * 36 - 52_000);
    let rest = read_all(&mut stream);
    take.samples.extend(rest.samples);
    assert_eq!((take.gaps, take.marks), (vec![2_000], vec![(50_000, 5)]));
    assert_eq!(rest.gaps, [2_000]);
    assert_eq!(take.samples.len() as u64, BAR * 35 + EDGE);
}

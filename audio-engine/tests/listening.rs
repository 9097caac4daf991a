//! What was heard lately, and hearing oneself.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on should say so"
)]

mod studio;

use audio_engine::{
    BatchError, Channels, Frames, Gain, HeardFrom, History, RecordSpec, TakeId, place,
};
use proptest::prelude::*;
use studio::{BAR, Studio, grid, noise, read_all};

fn listen(studio: &mut Studio, seconds: u64) -> History {
    let length = Frames(seconds * u64::from(studio::RATE));
    studio
        .handle
        .batch(|batch| batch.listen(length, Channels::Mono))
        .unwrap()
}

/// Runs as an app does: a tick every now and then.
fn run(studio: &mut Studio, history: &mut History, frames: u64) {
    let mut left = frames;
    while left > 0 {
        let step = left.min(1_000);
        studio.run(step);
        studio.handle.collect();
        history.drain();
        left -= step;
    }
}

fn one_gap(gap: std::ops::Range<u64>) -> Vec<std::ops::Range<u64>> {
    std::iter::once(gap).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..Default::default() })]

    /// Somebody records and somebody else only remembers. Both have the same loop.
    #[test]
    fn what_is_remembered_is_what_would_have_been_recorded(
        round_trip in 0u64..700,
        bar in 1u64..4,
        blocks in prop::collection::vec(1usize..2000, 1..8),
    ) {
        let mut studio = Studio::new().blocks(&blocks).microphone(noise(BAR * 9, 0.5, 3));
        let mut history = listen(&mut studio, 4);
        let spec = RecordSpec {
            pre_roll: Frames(300),
            round_trip: Frames(round_trip),
            ..RecordSpec::fixed(TakeId(1), Frames(BAR * bar), Frames(BAR * 2))
        };
        let mut stream = studio.handle.batch(|batch| {
            batch.grid(grid());
            batch.play_after_count_in(1);
            batch.record(spec)
        }).unwrap();
        run(&mut studio, &mut history, BAR * 8);
        let recorded = read_all(&mut stream).samples;
        let from = (BAR * bar) as i64 - 300;
        let remembered = history.between(from, from + recorded.len() as i64);
        prop_assert_eq!(&remembered.gaps, &vec![]);
        prop_assert_eq!(remembered.audio.channel(0), &recorded[..]);
        prop_assert_eq!(history.arrived(), Some((BAR * 7) as i64), "the count-in took a bar");
        let kept = place(&remembered.audio, Frames(300), Frames(round_trip), Frames(BAR * 2));
        prop_assert_eq!(kept.frames(), Frames(BAR * 2));
    }
}

#[test]
fn what_is_too_old_is_forgotten_and_said_to_be() {
    let arrives = noise(BAR * 20, 0.5, 3);
    let mut studio = Studio::new().microphone(arrives.clone());
    let mut history = listen(&mut studio, 1);
    studio.handle.batch(|batch| batch.play()).unwrap();
    run(&mut studio, &mut history, 20_000);
    let remembered = history.between(11_000, 20_000);
    assert_eq!(remembered.gaps, one_gap(0..1_000));
    assert_eq!(
        remembered.audio.channel(0)[1_000..],
        arrives[12_000..20_000]
    );
}

#[test]
fn the_last_time_through_is_what_counts() {
    let arrives = noise(BAR * 20, 0.5, 3);
    let mut studio = Studio::new().blocks(&[160]).microphone(arrives.clone());
    let mut history = listen(&mut studio, 4);
    studio.handle.batch(|batch| batch.play()).unwrap();
    run(&mut studio, &mut history, 8_000);
    studio
        .handle
        .batch(|batch| batch.locate(Frames(2_000)))
        .unwrap();
    run(&mut studio, &mut history, 3_040);
    // Forty frames of fade, then three thousand from 2000 on.
    let remembered = history.between(1_000, 5_000);
    assert_eq!(
        remembered.gaps,
        one_gap(0..1_000),
        "what was at 1000 was another time"
    );
    assert_eq!(remembered.audio.channel(0)[1_000..], arrives[8_040..11_040]);
}

#[test]
fn frames_nobody_heard_are_known() {
    let arrives = noise(BAR * 4, 0.5, 3);
    let mut studio = Studio::new().blocks(&[100]).microphone(arrives.clone());
    let mut history = listen(&mut studio, 60);
    studio.handle.batch(|batch| batch.play()).unwrap();
    // The ring holds six seconds, 48 000 frames; nobody drains it for seven.
    studio.microphone = noise(60_000, 0.5, 3);
    studio.run(56_000);
    history.drain();
    run(&mut studio, &mut history, 1_000);
    assert_eq!(history.between(0, 57_000).gaps, one_gap(48_000..56_000));
}

#[test]
fn both_sides_are_remembered_apart() {
    let (left, right) = (noise(BAR, 0.5, 3), noise(BAR, 0.5, 4));
    let mut studio = Studio::new()
        .microphone(left.clone())
        .second_microphone(right.clone());
    let mut history = studio
        .handle
        .batch(|batch| {
            batch.play();
            batch.listen(Frames(BAR), Channels::Stereo)
        })
        .unwrap();
    run(&mut studio, &mut history, BAR);
    let remembered = history.between(100, 200).audio;
    assert_eq!(remembered.channel(0), &left[100..200]);
    assert_eq!(remembered.channel(1), &right[100..200]);
}

#[test]
fn listening_no_longer_or_anew_leaks_nothing() {
    let mut studio = Studio::new().microphone(noise(BAR * 4, 0.5, 3));
    for _ in 0..8 {
        drop(listen(&mut studio, 1));
        studio.run(100);
    }
    studio.handle.batch(|batch| batch.stop_listening()).unwrap();
    studio.run(100);
    studio.handle.collect();
}

#[test]
fn a_player_hears_themselves_only_when_they_ask_and_never_in_the_take() {
    let sung = noise(BAR * 5, 0.4, 9);
    let mut studio = Studio::new().blocks(&[77]).microphone(sung.clone());
    let mut stream = studio
        .handle
        .batch(|batch| {
            batch.play();
            batch.record(RecordSpec::fixed(TakeId(1), Frames(0), Frames(BAR * 4)))
        })
        .unwrap();
    studio.run(BAR);
    assert!(studio.left.iter().all(|x| *x == 0.0), "off at first");
    let ask =
        |gain| move |batch: &mut audio_engine::Batch| batch.monitor(gain, HeardFrom::Headphones);
    studio.handle.batch(ask(Some(Gain::from_db(-6.0)))).unwrap();
    studio.run(BAR);
    let gain = Gain::from_db(-6.0).amplitude();
    let (first, whole) = (BAR as usize, BAR as usize + 40);
    assert!(studio.left[first].abs() < 0.01, "it comes in softly");
    let end = (BAR * 2) as usize;
    let asked: Vec<f32> = sung[whole..end].iter().map(|x| x * gain).collect();
    assert_eq!(studio.left[whole..end], asked);
    studio.handle.batch(ask(None)).unwrap();
    studio.run(BAR * 3);
    assert!(
        studio.left[(BAR * 2) as usize + 40..]
            .iter()
            .all(|x| *x == 0.0)
    );
    assert_eq!(
        read_all(&mut stream).samples,
        sung[..(BAR * 4) as usize + 40]
    );
}

#[test]
fn nobody_hears_themselves_over_a_loudspeaker() {
    let mut studio = Studio::new();
    let ask =
        |gain| move |batch: &mut audio_engine::Batch| batch.monitor(gain, HeardFrom::Loudspeaker);
    assert_eq!(
        studio.handle.batch(ask(Some(Gain::UNITY))),
        Err(BatchError::WouldHowl)
    );
    assert_eq!(studio.handle.batch(ask(None)), Ok(()));
}

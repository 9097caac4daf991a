//! Wishes within a block: whom they concern does what was asked on its frame, and is not disturbed
//! by the others.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on should say so"
)]

mod studio;

use std::sync::Arc;

use audio_engine::{
    At, Audio, EngineConfig, Event, Frames, Gain, Length, RecordSpec, TakeId, TrackId,
};
use studio::{BAR, Studio, frame, grid, looped, mono, noise, rate, read_all};

/// A recording from the first frame on, whose length in bars says who punches out; then a loop on
/// the first track. People may be 60 frames late.
fn take(number: u64) -> RecordSpec {
    RecordSpec {
        length: Length::Open {
            most: Frames(2 * BAR),
            unit: Frames(BAR),
            late: Frames(60),
        },
        round_trip: Frames(30 + 90 * number),
        loop_into: Some(TrackId(0)),
        ..RecordSpec::fixed(TakeId(number), Frames::ZERO, Frames(BAR))
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
    let mut studio = Studio::new().microphone(vec![0.5; 2 * BAR as usize]);
    let mut stream = studio
        .handle
        .batch(|batch| {
            batch.grid(grid());
            batch.play();
            batch.mark(TakeId(0), 7, frame(punch_out - 3));
            batch.punch_out(TakeId(0), frame(punch_out));
            batch.record(take(0))
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
        let mut studio = Studio::new().microphone(noise(3 * BAR, 0.5, 3));
        let stream = studio.handle.batch(|batch| {
            batch.grid(grid());
            batch.play();
            for nth in 0..times {
                batch.punch_out(TakeId(1), frame(BAR - 50 + nth * 140));
            }
            batch.record(take(1))
        });
        drop(stream.unwrap());
        studio.run(3 * BAR);
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

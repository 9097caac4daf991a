//! What is recorded is what was played, where it was heard, and nothing else.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on should say so"
)]

mod studio;

use std::sync::Arc;

use audio_engine::io::{Microphone, SimDevice, SimSpec};
use audio_engine::{
    At, Audio, EngineConfig, Event, Frames, Gain, RecordSpec, TakeId, engine, place,
};
use proptest::prelude::*;
use studio::{
    BAR, DRUM, Studio, VOICE, click_loop, frame, grid, looped, mono, noise, rate, read_all,
};

const TAKE: TakeId = TakeId(7);

fn spec(punch_in: u64, bars: u64, round_trip: u64) -> RecordSpec {
    RecordSpec {
        pre_roll: Frames(400),
        round_trip: Frames(round_trip),
        loop_into: Some(VOICE),
        ..RecordSpec::fixed(TAKE, Frames(punch_in), Frames(BAR * bars))
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..Default::default() })]

    /// Somebody claps exactly with a drum they hear. Whatever the device, the loop made of it
    /// claps exactly with the drum.
    #[test]
    fn an_overdub_lands_where_it_was_heard(
        round_trip in 0u64..700,
        blocks in prop::collection::vec(1u32..2000, 1..8),
        bar in 1u64..4,
    ) {
        let (mut handle, engine) = engine(EngineConfig { rate: rate(), tracks: 4, ..EngineConfig::default() });
        // Claps on every bar, and a small one off the beat, as long as the drum is heard.
        let mut claps = vec![0.0; BAR as usize];
        (claps[0], claps[333]) = (0.5, 0.25);
        let mut device = SimDevice::new(engine, SimSpec {
            blocks,
            round_trip: Frames(round_trip),
            microphone: Microphone::Plays { audio: mono(claps), repeat: true },
            keep_output: true,
        });
        let mut stream = handle.batch(|batch| {
            batch.grid(grid());
            let stream = batch.record(spec(BAR * bar, 1, round_trip));
            batch.play();
            stream
        }).unwrap();
        device.advance(Frames(BAR * 8));
        let output = device.output();
        let claps: Vec<u64> = (0..).zip(output.channel(0))
            .filter(|(_, x)| x.abs() > 0.1).map(|(at, _)| at).collect();
        // The clap on the very edge comes in from nothing; the one inside the bar is whole. Its
        // first pass may precede the loop's last round trip, never its second.
        let expected: Vec<u64> = (bar + 1..8).map(|pass| pass * BAR + 333).collect();
        let inside: Vec<u64> = claps.iter().copied().filter(|at| at % BAR == 333).collect();
        prop_assert_eq!(inside, expected);
        prop_assert!(claps.iter().all(|at| [0, 333].contains(&(at % BAR))), "{:?}", claps);

        let raw = Audio::mono(rate(), read_all(&mut stream).samples);
        let kept = place(&raw, Frames(400), Frames(round_trip), Frames(BAR));
        let heard = output.channel(0)[(BAR * 6) as usize..(BAR * 7) as usize].to_vec();
        // A mono sound is 3 dB down on each side.
        let kept: Vec<f32> = kept.channel(0).iter().map(|x| x * std::f32::consts::FRAC_1_SQRT_2).collect();
        prop_assert_eq!(kept, heard, "place() makes the live looper's samples");
    }
}

#[test]
fn the_pre_roll_is_kept_even_from_the_count_in() {
    let arrives = noise(BAR * 5, 0.5, 3);
    let mut studio = Studio::new().blocks(&[37, 480]).microphone(arrives.clone());
    let mut stream = studio
        .handle
        .batch(|batch| {
            batch.grid(grid());
            batch.play_after_count_in(1);
            batch.record(spec(0, 1, 100))
        })
        .unwrap();
    studio.run(BAR * 4);
    let take = read_all(&mut stream);
    // The count-in is one bar: the punch-in arrives at clock BAR, 400 frames of pre-roll before.
    let from = (BAR - 400) as usize;
    assert_eq!(
        take.samples,
        arrives[from..from + 400 + BAR as usize + 100 + 40]
    );
    assert_eq!((take.gaps.len(), take.finished), (0, true));
    assert!(
        studio
            .handle
            .events()
            .contains(&Event::TakeFinished { take: TAKE })
    );
}

#[test]
fn a_pre_roll_nobody_could_record_is_told_as_a_gap() {
    let arrives = noise(BAR * 4, 0.5, 3);
    let mut studio = Studio::new().microphone(arrives.clone());
    let mut stream = studio
        .handle
        .batch(|batch| {
            batch.grid(grid());
            batch.play();
            batch.record(spec(100, 1, 0))
        })
        .unwrap();
    studio.run(BAR * 3);
    let take = read_all(&mut stream);
    assert_eq!(
        take.gaps,
        [300],
        "the playhead began 300 frames into the pre-roll"
    );
    assert_eq!(
        take.samples[300..],
        arrives[..BAR as usize + 100 + 40],
        "and the rest is in place"
    );
}

#[test]
fn the_click_never_reaches_a_recording() {
    let sung = noise(BAR * 6, 0.4, 9);
    let mut studio = Studio::new().microphone(sung.clone());
    let drum = click_loop(1, 0.9);
    let mut stream = studio
        .handle
        .batch(|batch| {
            batch.grid(grid());
            batch.metronome(Frames(0), Frames(BAR * 9));
            batch.layer(DRUM, looped(&drum), At::Now);
            batch.cue(mono(noise(BAR, 0.3, 4)), At::Now);
            batch.play_after_count_in(1);
            batch.record(spec(BAR, 2, 0))
        })
        .unwrap();
    studio.run(BAR * 6);
    assert!(
        studio.left.iter().any(|x| x.abs() > 0.1),
        "the click was heard"
    );
    let from = (BAR * 2 - 400) as usize;
    assert_eq!(
        read_all(&mut stream).samples,
        sung[from..from + 400 + (BAR * 2) as usize + 40]
    );
}

#[test]
fn a_reader_who_sleeps_loses_frames_that_are_counted_and_no_others() {
    let arrives = noise(BAR * 60, 0.5, 3);
    let mut studio = Studio::new().blocks(&[100]).microphone(arrives.clone());
    let mut stream = studio
        .handle
        .batch(|batch| {
            batch.grid(grid());
            batch.play();
            batch.record(RecordSpec {
                pre_roll: Frames(0),
                loop_into: None,
                ..spec(0, 50, 0)
            })
        })
        .unwrap();
    // The ring holds six seconds, 48 000 frames; the seventh does not fit.
    studio.run(56_000);
    let mut take = read_all(&mut stream);
    studio.run(BAR * 50 + 40 - 56_000 + 100);
    let rest = read_all(&mut stream);
    assert_eq!(take.samples, arrives[..48_000]);
    assert_eq!(rest.gaps, [8_000]);
    assert!(rest.finished);
    take.samples.extend(rest.samples);
    assert_eq!(
        take.samples.len() as u64,
        BAR * 50 + 40,
        "the gap keeps the rest in its place"
    );
    assert_eq!(
        take.samples[56_000..],
        arrives[56_000..(BAR * 50) as usize + 40]
    );
}

#[test]
fn a_reader_who_has_left_does_not_keep_the_recorder_busy() {
    let mut studio = Studio::new().microphone(noise(BAR * 40, 0.5, 3));
    for take in 0..12 {
        let stream = studio.handle.batch(|batch| {
            batch.grid(grid());
            batch.play();
            batch.record(RecordSpec {
                take: TakeId(take),
                ..spec(BAR * 3 * take, 1, 0)
            })
        });
        drop(stream.unwrap_or_else(|why| panic!("take {take}: {why}")));
        studio.run(BAR * 3);
    }
}

#[test]
fn stopping_ends_the_take_and_keeps_its_tail() {
    let arrives = noise(BAR * 8, 0.5, 5);
    let mut studio = Studio::new().microphone(arrives.clone());
    let mut stream = studio
        .handle
        .batch(|batch| {
            batch.grid(grid());
            batch.play();
            batch.record(spec(BAR, 2, 300))
        })
        .unwrap();
    studio.run(BAR * 2);
    studio.handle.batch(|batch| batch.stop()).unwrap();
    studio.run(BAR);
    let take = read_all(&mut stream);
    let from = (BAR - 400) as usize;
    assert!(take.finished);
    assert_eq!(
        take.samples,
        arrives[from..from + 400 + BAR as usize + 300 + 40]
    );
    let raw = Audio::mono(rate(), take.samples);
    let placed = place(&raw, Frames(400), Frames(300), Frames(BAR * 2));
    assert!(placed.channel(0)[..BAR as usize].iter().any(|x| *x != 0.0));
    assert!(
        placed.channel(0)[BAR as usize + 40..]
            .iter()
            .all(|x| *x == 0.0),
        "the rest is silent"
    );
}

#[test]
fn an_early_punch_out_loops_what_was_played_in_the_promised_length() {
    let arrives = noise(BAR * 12, 0.5, 5);
    let mut studio = Studio::new().blocks(&[3, 700]).microphone(arrives);
    let mut stream = studio
        .handle
        .batch(|batch| {
            batch.grid(grid());
            batch.play();
            batch.punch_out(TAKE, frame(BAR * 2));
            batch.record(spec(BAR, 2, 250))
        })
        .unwrap();
    studio.run(BAR * 12);
    let raw = Audio::mono(rate(), read_all(&mut stream).samples);
    let placed = place(&raw, Frames(400), Frames(250), Frames(BAR * 2));
    let heard = &studio.left[(BAR * 7) as usize..(BAR * 9) as usize];
    let expected: Vec<f32> = placed
        .channel(0)
        .iter()
        .map(|x| x * std::f32::consts::FRAC_1_SQRT_2)
        .collect();
    assert_eq!(heard, expected);
}

#[test]
fn a_broken_microphone_is_recorded_as_silence_and_counted() {
    let mut arrives = noise(BAR * 3, 0.5, 5);
    (arrives[500], arrives[501]) = (f32::NAN, f32::INFINITY);
    let mut studio = Studio::new().microphone(arrives);
    let mut stream = studio
        .handle
        .batch(|batch| {
            batch.grid(grid());
            batch.play();
            batch.record(RecordSpec {
                pre_roll: Frames(0),
                ..spec(0, 1, 0)
            })
        })
        .unwrap();
    studio.run(BAR * 3);
    let take = read_all(&mut stream);
    assert_eq!((take.samples[500], take.samples[501]), (0.0, 0.0));
    assert_eq!(studio.handle.snapshot().faults, 2);
    assert!(studio.left.iter().all(|x| x.is_finite()));
}

#[test]
fn a_microphone_beside_the_loudspeaker_hears_it_one_round_trip_later() {
    let (mut handle, engine) = engine(EngineConfig {
        rate: rate(),
        tracks: 1,
        ..EngineConfig::default()
    });
    let spec_ = SimSpec {
        blocks: vec![64, 3000],
        round_trip: Frames(123),
        microphone: Microphone::HearsSpeaker {
            gain: Gain::from_db(-6.0),
        },
        keep_output: true,
    };
    let mut device = SimDevice::new(engine, spec_);
    let tune = Arc::new(Audio::mono(rate(), noise(BAR, 0.3, 8)));
    let mut stream = handle
        .batch(|batch| {
            batch.grid(grid());
            batch.layer(DRUM, looped(&tune), frame(0));
            batch.play();
            batch.record(RecordSpec {
                pre_roll: Frames(0),
                loop_into: None,
                ..spec(0, 2, 123)
            })
        })
        .unwrap();
    device.advance(Frames(BAR * 3));
    let heard = read_all(&mut stream).samples;
    let played = device.output();
    let gain = Gain::from_db(-6.0).amplitude();
    for (i, sample) in heard.iter().enumerate().skip(123) {
        let expected = gain * played.channel(0)[i - 123];
        assert!((sample - expected).abs() < 1e-7, "frame {i}");
    }
}

#[test]
fn a_microphone_that_goes_away_leaves_a_gap_of_just_that_length() {
    let sung = noise(BAR * 8, 0.5, 11);
    let plays = || Microphone::Plays {
        audio: mono(sung.clone()),
        repeat: false,
    };
    let (mut handle, engine) = engine(EngineConfig {
        rate: rate(),
        tracks: 4,
        ..EngineConfig::default()
    });
    let mut device = SimDevice::new(
        engine,
        SimSpec {
            blocks: vec![37, 512, 1],
            round_trip: Frames(0),
            microphone: plays(),
            keep_output: false,
        },
    );
    let mut stream = handle
        .batch(|batch| {
            batch.grid(grid());
            batch.play();
            batch.record(RecordSpec {
                pre_roll: Frames(0),
                ..spec(0, 2, 0)
            })
        })
        .unwrap();
    device.advance(Frames(700));
    device.set_microphone(Microphone::Absent);
    device.advance(Frames(333));
    device.set_microphone(plays());
    device.advance(Frames(BAR * 3));
    let take = read_all(&mut stream);
    assert_eq!(
        take.gaps,
        [333],
        "not silence that somebody might have sung"
    );
    // The studio's reader puts silence where the gap is.
    assert_eq!(take.samples[..700], sung[..700]);
    assert_eq!(
        take.samples[1_033..],
        sung[1_033..(BAR * 2) as usize + 40],
        "and what comes after lies where it was sung"
    );
}

//! Playing: loops stay together, nothing clicks, nothing is late, and no wish is half obeyed.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on should say so"
)]

mod studio;

use std::sync::Arc;

use assert_no_alloc::{assert_no_alloc, violation_count};
use audio_engine::{
    At, Audio, BatchError, Bus, EngineConfig, Event, Frames, Gain, Layer, Pan, Play, SampleRate,
    Tone, TrackId, Transport, engine,
};
use studio::{BAR, BASS, DRUM, Studio, VOICE, click_loop, frame, grid, looped, mono, noise, once};

/// Frames of a quick fade at the studio's rate.
const DECLICK: usize = 40;

fn steady(height: f32) -> Arc<Audio> {
    let samples = vec![height; BAR as usize];
    Arc::new(Audio::stereo(studio::rate(), samples.clone(), samples))
}

#[test]
fn the_watch_on_memory_is_awake() {
    let before = violation_count();
    assert_no_alloc(|| drop(std::hint::black_box(vec![1u8; 64])));
    assert!(
        violation_count() > before,
        "a test that cannot fail shows nothing"
    );
}

#[test]
fn loops_of_one_two_and_four_bars_stay_together_for_an_hour() {
    let mut studio = Studio::new().blocks(&[997, 4096, 1, 256]);
    let (one, two, four) = (
        click_loop(1, 0.1),
        click_loop(2, 0.05),
        click_loop(4, 0.025),
    );
    studio
        .handle
        .batch(|batch| {
            batch.grid(grid());
            batch.layer(DRUM, looped(&one), frame(0));
            batch.layer(BASS, looped(&two), frame(0));
            batch.layer(VOICE, looped(&four), frame(0));
            batch.play();
        })
        .unwrap();
    let hour = 3600 * u64::from(studio::RATE) / BAR;
    for bar in 0..hour {
        studio.run(BAR);
        let mut expected = 0.1;
        expected += if bar % 2 == 0 { 0.05 } else { 0.0 };
        expected += if bar % 4 == 0 { 0.025 } else { 0.0 };
        assert_eq!(studio.left[0], expected, "bar {bar}");
        assert!(
            studio.left[1..].iter().all(|x| *x == 0.0),
            "bar {bar}: off the beat"
        );
        studio.left.clear();
        studio.right.clear();
    }
    assert_eq!(studio.handle.snapshot().playhead, Frames(BAR * hour));
}

#[test]
fn a_note_leaves_the_engine_on_the_frame_it_was_written_for() {
    let mut studio = Studio::new().blocks(&[7]);
    let note = mono(vec![0.4]);
    studio
        .handle
        .batch(|batch| {
            batch.grid(grid());
            batch.layer(DRUM, once(&note, 1234), frame(0));
            batch.play();
        })
        .unwrap();
    studio.run(2000);
    let heard: Vec<usize> = (0..2000).filter(|i| studio.left[*i] != 0.0).collect();
    assert_eq!(
        heard,
        [1234],
        "no frame of latency between the score and the loudspeaker"
    );
    assert_eq!(studio.engine.latency(), Frames(0));
}

#[test]
fn muting_makes_no_step_larger_than_its_ramp() {
    for deed in ["mute", "stop", "clear", "replace", "gain", "locate"] {
        let mut studio = Studio::new();
        let (hum, other) = (steady(0.4), steady(0.4));
        studio
            .handle
            .batch(|batch| {
                batch.grid(grid());
                batch.layer(DRUM, looped(&hum), frame(0));
                batch.play();
            })
            .unwrap();
        studio.run(1000);
        let layer = Layer {
            fade_in: Frames(DECLICK as u64),
            ..looped(&other)
        };
        studio
            .handle
            .batch(|batch| match deed {
                "mute" => batch.mute(DRUM, true, At::Now),
                "stop" => batch.stop(),
                "clear" => batch.clear(DRUM, Frames(DECLICK as u64), At::Now),
                "replace" => batch.layer(DRUM, layer, At::Now),
                "gain" => batch.gain(DRUM, Gain::SILENCE),
                _ => batch.locate(Frames(77)),
            })
            .unwrap();
        studio.run(1000);
        let largest = studio.left[900..]
            .windows(2)
            .map(|w| (w[1] - w[0]).abs())
            .fold(0.0, f32::max);
        assert!(
            largest <= 0.4 / DECLICK as f32 * 1.001,
            "{deed}: a step of {largest}"
        );
        let silent = !["replace", "locate"].contains(&deed);
        assert_eq!(studio.left[1999] == 0.0, silent, "{deed}: at the end");
    }
}

#[test]
fn unity_is_the_sound_itself() {
    let mut studio = Studio::new();
    let [left, right] = [noise(BAR, 0.4, 1), noise(BAR, 0.4, 2)];
    let song = Arc::new(Audio::stereo(studio::rate(), left.clone(), right.clone()));
    studio
        .handle
        .batch(|batch| {
            batch.grid(grid());
            batch.layer(DRUM, looped(&song), frame(0));
            batch.play();
        })
        .unwrap();
    studio.run(BAR);
    assert_eq!((&studio.left, &studio.right), (&left, &right));
}

#[test]
fn nothing_leaves_louder_than_the_ceiling() {
    let mut studio = Studio::new();
    let loud = mono(noise(BAR, 50.0, 6));
    studio
        .handle
        .batch(|batch| {
            batch.grid(grid());
            for track in [DRUM, BASS, VOICE] {
                batch.layer(track, looped(&loud), frame(0));
                batch.gain(track, Gain::from_db(24.0));
                batch.send(track, Gain::from_db(12.0));
                batch.pan(track, Pan::new(0.5));
            }
            batch.play();
        })
        .unwrap();
    studio.run(BAR * 4);
    let peak = studio
        .left
        .iter()
        .chain(&studio.right)
        .fold(0.0f32, |p, x| p.max(x.abs()));
    assert!(peak <= 0.891_26, "{peak}");
    let meters = studio.handle.take_meters();
    assert!(meters.limiter_db < -20.0 && meters.output[0] <= 0.891_26);
}

#[test]
fn sound_beyond_all_numbers_is_silence_and_counted() {
    let mut studio = Studio::new();
    let absurd = mono(vec![f32::MAX; BAR as usize]);
    studio
        .handle
        .batch(|batch| {
            batch.grid(grid());
            batch.layer(DRUM, looped(&absurd), frame(0));
            batch.send(DRUM, Gain::UNITY);
            batch.play();
        })
        .unwrap();
    studio.run(500);
    assert!(studio.left.iter().all(|x| *x == 0.0));
    assert!(studio.handle.snapshot().faults >= 500);
}

#[test]
fn the_music_steps_back_while_somebody_speaks() {
    let mut studio = Studio::new();
    let (bed, words) = (steady(0.2), mono(vec![0.0; 8_000]));
    studio
        .handle
        .batch(|batch| {
            batch.grid(grid());
            batch.layer(DRUM, looped(&bed), frame(0));
            batch.play();
            batch.cue(words, frame(BAR));
        })
        .unwrap();
    studio.run(BAR + 4_000);
    let under = studio.left.last().copied().unwrap_or_default() / 0.2;
    assert!((20.0 * under.log10() + 9.0).abs() < 0.01, "{under}");
    assert!((studio.handle.take_meters().ducking_db + 9.0).abs() < 0.01);
    assert!(studio.handle.events().contains(&Event::CueStarted));
    studio.run(4_000 + 5_000);
    assert_eq!(studio.left.last(), Some(&0.2), "and comes all the way back");
    assert!(studio.handle.events().contains(&Event::CueFinished));
}

#[test]
fn a_batch_with_one_impossible_wish_does_nothing_at_all() {
    let mut studio = Studio::new();
    let (good, crooked) = (click_loop(1, 0.5), mono(vec![0.1; 1_601]));
    let strange = Arc::new(Audio::mono(SampleRate::STUDIO, vec![0.1; 1_600]));
    studio.handle.batch(|batch| batch.grid(grid())).unwrap();
    for (bad, why) in [
        (
            looped(&crooked),
            BatchError::NotWholeBars {
                length: Frames(1_601),
                bar: Frames(BAR),
            },
        ),
        (looped(&strange), BatchError::WrongRate(SampleRate::STUDIO)),
    ] {
        let answer = studio.handle.batch(|batch| {
            batch.layer(DRUM, looped(&good), frame(0));
            batch.play();
            batch.layer(BASS, bad, frame(0));
        });
        assert_eq!(answer, Err(why));
    }
    let no_track = studio.handle.batch(|batch| {
        batch.play();
        batch.gain(TrackId(8), Gain::UNITY);
    });
    assert_eq!(no_track, Err(BatchError::NoSuchTrack(TrackId(8))));
    studio.run(BAR);
    assert!(studio.left.iter().all(|x| *x == 0.0));
    assert_eq!(
        studio.handle.snapshot().transport,
        Transport::Stopped { at: Frames(0) }
    );
}

#[test]
fn a_batch_that_does_not_fit_does_nothing_at_all() {
    let mut studio = Studio::new();
    let refused = studio.handle.batch(|batch| {
        batch.play();
        for at in 0..5_000 {
            batch.mute(DRUM, true, frame(at));
        }
    });
    assert_eq!(refused, Err(BatchError::QueueFull));
    studio.run(100);
    assert!(!studio.handle.snapshot().rolling);
    studio.handle.batch(|batch| batch.play()).unwrap();
    studio.run(100);
    assert!(
        studio.handle.snapshot().rolling,
        "and the next one is welcome"
    );
}

#[test]
fn layers_nobody_collects_are_refused_before_the_audio_thread_runs_out_of_room() {
    let (mut handle, mut engine) = engine(EngineConfig {
        rate: studio::rate(),
        tracks: 1,
        ..EngineConfig::default()
    });
    let drum = click_loop(1, 0.5);
    let mut block = [0.0; 64];
    // Each replaces the one before, which comes back through a ring of 256 and a parking lot.
    for _ in 0..5 {
        handle
            .batch(|batch| {
                for _ in 0..400 {
                    batch.layer(DRUM, looped(&drum), At::Now);
                }
            })
            .unwrap();
        let before = violation_count();
        assert_no_alloc(|| engine.process(&[], &mut [&mut block]));
        assert_eq!(violation_count(), before);
    }
    for _ in 0..20 {
        handle.collect();
        engine.process(&[], &mut [&mut block]);
    }
    handle.collect();
    assert_eq!(
        Arc::strong_count(&drum),
        2,
        "all but the one that plays have come back"
    );
}

#[test]
fn wishes_for_the_past_are_obeyed_at_once_and_counted() {
    let mut studio = Studio::new();
    let drum = click_loop(1, 0.5);
    studio
        .handle
        .batch(|batch| {
            batch.grid(grid());
            batch.play();
        })
        .unwrap();
    studio.run(BAR * 2 - 10);
    studio
        .handle
        .batch(|batch| batch.layer(DRUM, looped(&drum), frame(5)))
        .unwrap();
    studio.run(BAR);
    assert_eq!(
        studio.left[(BAR * 2) as usize],
        0.5,
        "and the loop is in its place"
    );
    assert_eq!(studio.handle.snapshot().late_events, 1);
    assert_eq!(
        studio.handle.events(),
        [Event::LayerStarted { track: DRUM }]
    );
}

#[test]
fn the_transport_stops_where_it_was_asked_and_goes_on_from_there() {
    let mut studio = Studio::new();
    studio
        .handle
        .batch(|batch| {
            batch.grid(grid());
            batch.play_after_count_in(1);
        })
        .unwrap();
    studio.run(BAR + 100);
    assert_eq!(
        studio.handle.snapshot().transport,
        Transport::Rolling { at: Frames(100) }
    );
    studio.handle.batch(|batch| batch.stop()).unwrap();
    studio.run(500);
    assert_eq!(
        studio.handle.snapshot().transport,
        Transport::Stopped { at: Frames(100) }
    );
    assert_eq!(studio.handle.snapshot().clock, Frames(BAR + 600));
}

#[test]
fn the_field_sounds_while_the_transport_rests() {
    let mut studio = Studio::new();
    let tone = Tone {
        hz: 220.0,
        brightness: 0.4,
        gain: Gain::from_db(-20.0),
    };
    studio.handle.batch(|batch| batch.tone(Some(tone))).unwrap();
    studio.run(4_000);
    assert!(studio.left[3_000..].iter().any(|x| x.abs() > 0.05));
    studio.handle.batch(|batch| batch.tone(None)).unwrap();
    studio.run(160_000);
    assert!(
        studio.left[150_000..].iter().all(|x| *x == 0.0),
        "and ends in exact silence"
    );
}

#[test]
fn a_soft_ending_is_silent_and_the_click_obeys_its_own_fader() {
    let mut studio = Studio::new();
    let bed = steady(0.2);
    studio
        .handle
        .batch(|batch| {
            batch.grid(grid());
            batch.layer(DRUM, looped(&bed), frame(0));
            batch.metronome(Frames(0), Frames(BAR * 100));
            batch.bus_gain(Bus::Click, Gain::SILENCE);
            batch.fade(Gain::SILENCE, Frames(BAR), frame(BAR));
            batch.play();
        })
        .unwrap();
    studio.run(BAR * 3);
    assert!(
        studio.left[100..BAR as usize].iter().all(|x| *x == 0.2),
        "no click"
    );
    assert!(studio.left[(BAR * 2) as usize..].iter().all(|x| *x == 0.0));
    let down = &studio.left[BAR as usize..(BAR * 2) as usize];
    assert!(down.windows(2).all(|w| w[1] <= w[0]));
}

#[test]
fn a_layer_may_be_played_once_and_found_again() {
    let mut studio = Studio::new();
    let note = mono(vec![0.3; 10]);
    let layer = Layer {
        audio: Arc::clone(&note),
        play: Play::Once { start: Frames(200) },
        fade_in: Frames(0),
    };
    studio
        .handle
        .batch(|batch| {
            batch.layer(DRUM, layer, frame(0));
            batch.play();
        })
        .unwrap();
    studio.run(400);
    studio
        .handle
        .batch(|batch| batch.locate(Frames(100)))
        .unwrap();
    studio.run(400);
    let heard = studio.left.iter().filter(|x| **x != 0.0).count();
    assert_eq!(heard, 20, "locating back plays it again");
}

#[test]
fn of_two_mutes_for_one_frame_the_second_has_the_last_word() {
    for (first, second) in [(true, false), (false, true)] {
        let mut studio = Studio::new().blocks(&[4]);
        let drum = steady(0.2);
        studio
            .handle
            .batch(|batch| {
                batch.grid(grid());
                batch.layer(DRUM, looped(&drum), At::Now);
                batch.play();
                batch.mute(DRUM, first, frame(1_001));
                batch.mute(DRUM, second, frame(1_001));
            })
            .unwrap();
        studio.run(BAR * 2);
        let expected = if second { 0.0 } else { 0.2 };
        assert_eq!(
            studio.left[(BAR * 2 - 1) as usize],
            expected,
            "muted: {second}"
        );
    }
}

//! The looper as a musician meets it: on a simulated device, with a microphone in front of it.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on should say so"
)]

mod band;
mod studio;

use audio_engine::looper::{Activity, Begin, LoopTempo, Looper, Refusal, What, When};
use audio_engine::{Event, Frames, Gain, Pan, Tempo};
use band::{Band, LOOP, bits};
use proptest::prelude::*;
use studio::{BAR, RATE, grid, noise};

const EDGE: u64 = 40;

/// Two bars, then so many overdubs of one pass each, all different.
fn layered(band: &mut Band, overdubs: usize) {
    band.first_loop(2);
    for _ in 0..overdubs {
        band.overdub(1);
    }
}

#[test]
fn undo_takes_the_overdub_away_and_leaves_the_rest_as_it_was() {
    let mut band = Band::new(250, &[64, 300]);
    layered(&mut band, 0);
    let before = band.pass();
    band.overdub(1);
    let with = band.pass();
    assert_ne!(bits(&before), bits(&with), "the overdub was heard");
    band.undo(When::Now);
    assert_eq!(bits(&band.pass()), bits(&before));
    band.redo(When::Now);
    assert_eq!(bits(&band.pass()), bits(&with), "and back, bit for bit");
}

#[test]
fn undo_reaches_back_to_silence_and_redo_to_the_last_layer() {
    let mut band = Band::new(100, &[256]);
    let mut heard = vec![];
    band.first_loop(2);
    heard.push(band.pass());
    for _ in 0..3 {
        band.overdub(1);
        heard.push(band.pass());
    }
    for pass in heard.iter().rev() {
        assert_eq!(bits(&band.pass()), bits(pass));
        band.undo(When::BarLine);
    }
    assert!(
        band.pass().iter().all(|x| *x == 0.0),
        "the first undo was silence"
    );
    assert_eq!(
        band.looper.undo(When::Now, &mut band.handle),
        Err(Refusal::NotThere)
    );
    for pass in &heard {
        band.redo(When::BarLine);
        assert_eq!(bits(&band.pass()), bits(pass));
    }
    assert_eq!(
        band.looper.redo(When::Now, &mut band.handle),
        Err(Refusal::NotThere)
    );
}

#[test]
fn a_change_at_the_bar_line_is_heard_there_and_not_before() {
    let mut band = Band::new(0, &[111]);
    layered(&mut band, 1);
    band.run_to(BAR * 20 + 500);
    let from = band.heard().len();
    band.looper.undo(When::BarLine, &mut band.handle).unwrap();
    band.run_to(BAR * 23);
    let heard = band.heard()[from..].to_vec();
    let alone = band.pass();
    let same = |at: usize| heard[at] == alone[(500 + at) % LOOP as usize];
    let line = (BAR - 500) as usize;
    assert!(!(0..line).all(same), "both sound until the bar line");
    assert!(
        (line + EDGE as usize..heard.len()).all(same),
        "then one is gone"
    );
}

#[test]
fn what_is_undone_at_once_fades_and_does_not_click() {
    let mut band = Band::with_microphone(0, &[512], vec![0.4; 200_000]);
    layered(&mut band, 1);
    band.run_to(BAR * 21);
    let from = band.heard().len();
    band.undo(When::Now);
    band.run(300);
    band.redo(When::Now);
    band.run(300);
    let step = largest_step(&band.heard()[from - 1..]);
    assert!(step < 0.4 / 20.0, "a step of {step} is a click");
}

fn largest_step(heard: &[f32]) -> f32 {
    let steps = heard.windows(2).map(|pair| (pair[1] - pair[0]).abs());
    steps.fold(0.0, f32::max)
}

#[test]
fn singing_something_else_after_an_undo_keeps_both() {
    let mut band = Band::new(250, &[64]);
    layered(&mut band, 1);
    let first = band.pass();
    band.undo(When::Now);
    band.overdub(1);
    let second = band.pass();
    assert_ne!(bits(&first), bits(&second));
    let branches = band.looper.branches();
    assert_eq!(branches.len(), 2);
    band.looper
        .jump(branches[0], When::Now, &mut band.handle)
        .unwrap();
    assert_eq!(bits(&band.pass()), bits(&first));
    band.looper
        .jump(branches[1], When::BarLine, &mut band.handle)
        .unwrap();
    assert_eq!(bits(&band.pass()), bits(&second));
    band.undo(When::Now);
    band.redo(When::Now);
    assert_eq!(
        bits(&band.pass()),
        bits(&second),
        "redo goes where undo came from"
    );
}

#[test]
fn a_nudge_and_its_opposite_are_nothing() {
    let mut band = Band::new(250, &[64]);
    layered(&mut band, 1);
    let before = band.pass();
    let (layer, _) = band.looper.layers().last().unwrap();
    for nudge in [77, -77, 5_000, -1] {
        band.looper.nudge(layer, nudge, &mut band.handle).unwrap();
        assert_ne!(bits(&band.pass()), bits(&before), "{nudge}");
        band.looper.nudge(layer, 0, &mut band.handle).unwrap();
        assert_eq!(bits(&band.pass()), bits(&before), "{nudge}");
    }
}

#[test]
fn a_nudge_moves_a_layer_by_that_many_frames() {
    let mut band = Band::new(250, &[64]);
    band.first_loop(2);
    let before = band.pass();
    let (layer, _) = band.looper.layers().next().unwrap();
    band.looper.nudge(layer, 30, &mut band.handle).unwrap();
    let mut later = before.clone();
    later.rotate_right(30);
    assert_eq!(bits(&band.pass()), bits(&later));
    band.looper.nudge(layer, -30, &mut band.handle).unwrap();
    let mut earlier = before;
    earlier.rotate_left(30);
    assert_eq!(bits(&band.pass()), bits(&earlier));
}

#[test]
fn a_muted_layer_stays_muted_through_undo_and_redo() {
    let mut band = Band::new(250, &[64]);
    band.first_loop(2);
    let alone = band.pass();
    band.overdub(1);
    let (layer, _) = band.looper.layers().last().unwrap();
    band.looper
        .mute(layer, true, When::Now, &mut band.handle)
        .unwrap();
    assert_eq!(bits(&band.pass()), bits(&alone));
    band.undo(When::Now);
    band.redo(When::Now);
    assert_eq!(bits(&band.pass()), bits(&alone));
    band.looper
        .mute(layer, false, When::BarLine, &mut band.handle)
        .unwrap();
    assert_ne!(bits(&band.pass()), bits(&alone));
}

#[test]
fn a_layers_fader_and_pan_are_its_own() {
    let mut band = Band::new(250, &[64]);
    layered(&mut band, 1);
    let both = band.pass();
    let (layer, _) = band.looper.layers().last().unwrap();
    band.looper
        .gain(layer, Gain::SILENCE, &mut band.handle)
        .unwrap();
    let first = band.pass();
    band.looper
        .gain(layer, Gain::from_db(-6.0), &mut band.handle)
        .unwrap();
    let softer = band.pass();
    let amplitude = Gain::from_db(-6.0).amplitude();
    for at in 0..LOOP as usize {
        let expected = first[at] + amplitude * (both[at] - first[at]);
        assert!((softer[at] - expected).abs() < 1e-6, "frame {at}");
    }
    band.looper
        .gain(layer, Gain::UNITY, &mut band.handle)
        .unwrap();
    band.looper
        .pan(layer, Pan::new(1.0), &mut band.handle)
        .unwrap();
    assert_eq!(
        bits(&band.pass()),
        bits(&first),
        "all the way right is not left"
    );
}

#[test]
fn an_overdub_goes_on_pass_after_pass_each_a_layer_of_its_own() {
    let mut band = Band::new(250, &[64, 700]);
    band.first_loop(2);
    band.overdub(3);
    assert_eq!(band.looper.layers().count(), 4);
    assert_eq!(
        band.looper.nodes().len(),
        5,
        "silence, the loop, three passes"
    );
    band.settle();
    band.assert_sounds_like_its_takes();
    band.undo(When::Now);
    assert_eq!(band.looper.layers().count(), 3);
    band.assert_sounds_like_its_takes();
}

#[test]
fn a_hum_held_over_the_seam_has_no_step_larger_than_its_own() {
    // A hum that fits nothing: no whole number of periods to a loop or a bar.
    let turn = |i: u64| std::f64::consts::TAU * 97.3 * i as f64 / f64::from(RATE);
    let hum: Vec<f32> = (0..BAR * 60)
        .map(|i| (0.3 * turn(i).sin()) as f32)
        .collect();
    let own = largest_step(&hum);
    let mut band = Band::with_microphone(250, &[64, 700], hum);
    band.first_loop(2);
    band.settle();
    let from = band.heard().len();
    band.run(LOOP * 3);
    let step = largest_step(&band.heard()[from..]);
    // Two hums fade into each other at the seam; together they are no steeper than √2 of one.
    assert!(step <= own * 1.42, "{step} where the hum's own is {own}");
    let from = band.heard().len();
    band.overdub(3);
    band.settle();
    let step = largest_step(&band.heard()[from..]);
    let together = own * 1.42 * 4.0;
    assert!(
        step <= together,
        "{step} where four hums' own is {together}"
    );
}

#[test]
fn multiplying_lays_one_layer_over_as_many_loops_as_were_played() {
    let mut band = Band::new(250, &[64, 700]);
    band.first_loop(2);
    band.record(What::Multiply, Begin::BarLine);
    band.run_to_begin();
    band.run(LOOP * 2 + 900);
    band.looper.finish(&mut band.handle).unwrap();
    assert_eq!(band.looper.activity(), Activity::Finishing);
    band.settle();
    assert_eq!(band.looper.activity(), Activity::Nothing);
    let (_, layer) = band.looper.layers().last().unwrap();
    assert_eq!(layer.length, Frames(LOOP * 3));
    band.assert_sounds_like_its_takes();
}

#[test]
fn replacing_silences_the_old_from_the_punch_in_and_undo_brings_it_back() {
    let mut band = Band::new(0, &[160]);
    layered(&mut band, 1);
    let before = band.pass();
    let punch_in = band.next_line();
    band.record(What::Replace, Begin::BarLine);
    band.run_to(punch_in + LOOP - 200);
    let replaced = &band.heard()[(punch_in + EDGE) as usize..];
    assert!(replaced.iter().all(|x| *x == 0.0), "the old gives way");
    band.looper.finish(&mut band.handle).unwrap();
    band.settle();
    assert_eq!(band.looper.layers().count(), 1);
    band.assert_sounds_like_its_takes();
    band.undo(When::Now);
    assert_eq!(bits(&band.pass()), bits(&before));
    band.redo(When::Now);
    band.assert_sounds_like_its_takes();
}

#[test]
fn a_replacement_taken_back_half_way_has_changed_nothing() {
    let mut band = Band::new(250, &[160]);
    layered(&mut band, 1);
    let before = band.pass();
    for wait in [1, BAR / 2, BAR + 10, LOOP + 300] {
        band.record(What::Replace, Begin::BarLine);
        band.run(wait);
        band.undo(When::Now);
        assert_eq!(band.looper.activity(), Activity::Nothing);
        assert_eq!(bits(&band.pass()), bits(&before), "taken back after {wait}");
    }
}

#[test]
fn taking_back_what_is_being_recorded_leaves_what_was_finished() {
    let mut band = Band::new(250, &[160]);
    band.first_loop(2);
    band.record(What::Overdub, Begin::BarLine);
    band.run_to_begin();
    band.run(LOOP + BAR + 700);
    assert_eq!(band.looper.layers().count(), 2, "one pass is over");
    band.undo(When::Now);
    assert_eq!(band.looper.activity(), Activity::Nothing);
    band.settle();
    assert_eq!(band.looper.layers().count(), 2);
    band.assert_sounds_like_its_takes();
}

#[test]
fn what_comes_in_after_a_recording_was_taken_back_is_not_heard() {
    let mut band = Band::new(250, &[160]);
    band.record(What::First { bars: None }, Begin::BarLine);
    band.run(BAR + 700);
    band.undo(When::Now);
    band.run(BAR * 5);
    assert!(band.heard().iter().all(|x| *x == 0.0));
    assert_eq!(band.looper.nodes().len(), 1, "nothing has happened");
}

#[test]
fn an_overdub_begun_at_once_and_ended_early_is_where_it_was_played() {
    let mut band = Band::new(250, &[64]);
    band.first_loop(2);
    band.run(777);
    band.record(What::Overdub, Begin::Now);
    band.run(900);
    band.looper.finish(&mut band.handle).unwrap();
    band.settle();
    let (_, layer) = band.looper.layers().last().unwrap();
    assert_eq!(layer.length, Frames(LOOP));
    band.assert_sounds_like_its_takes();
}

#[test]
fn an_overdub_that_just_ran_over_the_seam_has_no_stray_pass() {
    let mut band = Band::new(250, &[64]);
    band.first_loop(2);
    let punch_in = band.next_line();
    band.record(What::Overdub, Begin::BarLine);
    band.run_to(punch_in + LOOP + 200);
    band.looper.finish(&mut band.handle).unwrap();
    band.settle();
    assert_eq!(band.looper.layers().count(), 2);
    band.assert_sounds_like_its_takes();
}

#[test]
fn without_another_track_an_overdub_ends_by_itself() {
    let mut band = Band::new(250, &[64]);
    band.first_loop(2);
    band.record(What::Overdub, Begin::BarLine);
    band.run(LOOP * 12);
    assert_eq!(band.looper.activity(), Activity::Nothing);
    assert_eq!(band.looper.layers().count(), 8, "all eight tracks");
    assert_eq!(
        band.looper
            .record(What::Overdub, Begin::Now, &mut band.handle),
        Err(Refusal::NoTrack)
    );
    band.settle();
    band.assert_sounds_like_its_takes();
    band.undo(When::Now);
    band.overdub(1);
    band.settle();
    band.assert_sounds_like_its_takes();
}

#[test]
fn a_first_loop_at_ninety_is_ninety() {
    let mut band = Band::free(300, &[64, 480], noise(400_000, 0.1, 5));
    band.record(What::First { bars: None }, Begin::Now);
    let four_bars = 4 * 4 * 60 * u64::from(RATE) / 90;
    band.run(four_bars);
    band.looper.finish(&mut band.handle).unwrap();
    band.settle();
    let metre = band.looper.metre().unwrap();
    let tempo = metre.grid(studio::rate()).unwrap().tempo.bpm();
    assert!((tempo - 90.0).abs() < 0.2, "{tempo} bpm");
    assert_eq!(metre.bars, 4);
    let (_, layer) = band.looper.layers().next().unwrap();
    assert!(
        layer.length.0.abs_diff(four_bars) < 64,
        "{:?}",
        layer.length
    );
    band.assert_sounds_like_its_takes();
    // From here on there is a grid: an overdub waits for its bar line.
    band.record(What::Overdub, Begin::BarLine);
    band.run_to_begin();
    band.run(four_bars + 2_000);
    band.looper.finish(&mut band.handle).unwrap();
    band.settle();
    let bar = metre.length.0 / 4;
    let (_, overdub) = band.looper.layers().last().unwrap();
    assert_eq!(overdub.punch_in.0 % bar, 0);
    assert_eq!(overdub.length, metre.length);
    band.assert_sounds_like_its_takes();
}

#[test]
fn the_person_knows_better_how_many_bars_it_was() {
    let mut band = Band::free(0, &[64], noise(400_000, 0.1, 5));
    band.record(What::First { bars: None }, Begin::Now);
    band.run(4 * 4 * 60 * u64::from(RATE) / 90);
    band.looper.finish(&mut band.handle).unwrap();
    band.settle();
    let before = band.pass();
    let bpm = |band: &Band| {
        let tempo: Tempo = band
            .looper
            .metre()
            .unwrap()
            .grid(studio::rate())
            .unwrap()
            .tempo;
        tempo.bpm().round()
    };
    band.looper.double_tempo(&mut band.handle).unwrap();
    assert_eq!(bpm(&band), 180.0);
    band.looper.halve_tempo(&mut band.handle).unwrap();
    band.looper.halve_tempo(&mut band.handle).unwrap();
    assert_eq!(bpm(&band), 45.0);
    assert_eq!(
        bits(&band.pass()),
        bits(&before),
        "counting otherwise changes no sound"
    );
}

#[test]
fn the_first_loop_begins_with_the_first_sound() {
    let mut arrives = vec![0.0; 3_000];
    arrives.extend(noise(100_000, 0.2, 5));
    arrives[3_000] = 0.3;
    let mut band = Band::free(300, &[64, 480], arrives);
    let threshold = Gain::from_db(-20.0);
    band.record(What::First { bars: None }, Begin::OnSound { threshold });
    band.run(3_000);
    assert_eq!(band.looper.activity(), Activity::Waiting);
    band.run(16_000);
    band.looper.finish(&mut band.handle).unwrap();
    band.settle();
    let (_, layer) = band.looper.layers().next().unwrap();
    assert_eq!(layer.punch_in, Frames(0));
    let (take, begins) = (layer.take, (layer.pre_roll + layer.round_trip).0 as usize);
    band.assert_sounds_like_its_takes();
    let tape = band.takes[&take].channel(0);
    assert_eq!(tape[begins + 80], 0.3, "ten milliseconds, then the attack");
    assert!(tape[begins..begins + 80].iter().all(|x| *x == 0.0));
}

#[test]
fn counting_in_puts_the_loop_on_the_bar() {
    let mut band = Band::new(250, &[64]);
    band.record(What::First { bars: Some(2) }, Begin::CountIn(2));
    band.run(BAR * 2 + LOOP + 100);
    let (_, layer) = band.looper.layers().next().unwrap();
    assert_eq!((layer.punch_in, layer.length), (Frames(0), Frames(LOOP)));
    band.settle();
    band.assert_sounds_like_its_takes();
}

#[test]
fn keeping_the_last_bars_is_having_recorded_them() {
    let script = |kept: bool| {
        let mut band = Band::new(250, &[64, 700]);
        band.looper
            .listen(Frames(u64::from(RATE) * 10), &mut band.handle)
            .unwrap();
        band.first_loop(2);
        band.run_to(BAR * 8 - 300);
        if !kept {
            band.record(What::Multiply, Begin::BarLine);
        }
        band.run_to(BAR * 10 + 300);
        if kept {
            band.looper.keep(2, &mut band.handle).unwrap();
        } else {
            band.looper.finish(&mut band.handle).unwrap();
        }
        band.settle();
        assert_eq!(band.looper.layers().count(), 2);
        band.assert_sounds_like_its_takes();
        band.pass()
    };
    assert_eq!(bits(&script(true)), bits(&script(false)));
}

#[test]
fn what_nobody_listened_to_cannot_be_kept() {
    let mut band = Band::new(250, &[64]);
    band.first_loop(2);
    assert_eq!(
        band.looper.keep(2, &mut band.handle),
        Err(Refusal::NotListening)
    );
    band.looper
        .listen(Frames(u64::from(RATE) * 10), &mut band.handle)
        .unwrap();
    band.run(BAR);
    assert_eq!(
        band.looper.keep(900, &mut band.handle),
        Err(Refusal::TooLong)
    );
    band.looper.keep(2, &mut band.handle).unwrap();
    band.run(LOOP);
    assert_eq!(band.not_kept, Some(Refusal::TooLong));
    assert_eq!(band.looper.layers().count(), 1);
}

#[test]
fn stopping_ends_the_loop_and_playing_goes_on() {
    let mut band = Band::new(250, &[64]);
    band.record(What::First { bars: None }, Begin::BarLine);
    band.run(BAR + 900);
    band.looper.stop(&mut band.handle).unwrap();
    band.run(BAR * 3);
    let (_, layer) = band.looper.layers().next().unwrap();
    assert_eq!(layer.length, Frames(LOOP), "a bar and a bit are two");
    assert_eq!(band.looper.activity(), Activity::Nothing);
    band.looper.play(&mut band.handle).unwrap();
    band.settle();
    band.assert_sounds_like_its_takes();
}

#[test]
fn clearing_can_be_undone() {
    let mut band = Band::new(250, &[64]);
    layered(&mut band, 2);
    let before = band.pass();
    band.looper.clear(When::Now, &mut band.handle).unwrap();
    assert!(band.pass().iter().all(|x| *x == 0.0));
    assert_eq!(band.looper.layers().count(), 0);
    band.undo(When::Now);
    assert_eq!(bits(&band.pass()), bits(&before));
}

#[test]
fn a_looper_put_away_and_taken_out_again_sounds_the_same() {
    let mut band = Band::new(250, &[64]);
    layered(&mut band, 2);
    let (layer, _) = band.looper.layers().last().unwrap();
    band.looper.nudge(layer, -33, &mut band.handle).unwrap();
    band.looper
        .gain(layer, Gain::from_db(-3.0), &mut band.handle)
        .unwrap();
    band.undo(When::Now);
    band.overdub(1);
    band.undo(When::Now);
    let here = band.pass();
    let branches = band.looper.branches();
    let state = band.looper.state();

    let mut again = band.restored();
    assert_eq!(again.looper.state(), state);
    again.looper.play(&mut again.handle).unwrap();
    assert_eq!(bits(&again.pass()), bits(&here));
    for branch in branches {
        band.looper
            .jump(branch, When::Now, &mut band.handle)
            .unwrap();
        again
            .looper
            .jump(branch, When::Now, &mut again.handle)
            .unwrap();
        assert_eq!(bits(&again.pass()), bits(&band.pass()));
    }
    again.overdub(1);
    assert!(again.looper.layers().all(|(_, layer)| layer.take.0 < 100));
}

#[test]
fn what_is_no_looper_is_not_believed() {
    let mut band = Band::new(250, &[64]);
    layered(&mut band, 1);
    let mut state = band.looper.state();
    state.layers.pop();
    let restored = Looper::restore(
        band.config.clone(),
        studio::rate(),
        state,
        |_| None,
        &mut band.handle,
    );
    assert!(matches!(restored, Err(Refusal::NotAState)));
}

#[test]
fn a_recording_still_on_its_way_comes_back_when_it_is_here() {
    let mut band = Band::new(250, &[64]);
    band.first_loop(2);
    band.hold_back = true;
    band.overdub(1);
    band.settle();
    let with = band.pass();
    band.undo(When::Now);
    let alone = band.pass();
    band.redo(When::Now);
    assert_eq!(bits(&band.pass()), bits(&alone), "it is not here yet");
    band.hold_back = false;
    assert_eq!(bits(&band.pass()), bits(&with), "now it is");
}

/// Somebody claps exactly with what they hear; whatever the device, the overdub claps with it.
#[test]
fn an_engine_that_says_so_much_later_moves_nothing() {
    let mut band = Band::new(250, &[64]);
    band.tick_every = 900;
    band.first_loop(2);
    band.overdub(2);
    band.settle();
    band.assert_sounds_like_its_takes();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..Default::default() })]

    /// Wherever the callbacks fall and however long the sound takes through the room, a clap
    /// played to the loop lies on the loop.
    #[test]
    fn an_overdub_lands_where_it_was_heard(
        round_trip in 0u64..750,
        blocks in prop::collection::vec(1usize..2000, 1..8),
        clap in 50u64..1500,
    ) {
        // What is played at loop frame `clap` arrives one round trip later.
        let mut arrives = vec![0.0; (BAR * 40) as usize];
        for pass in 0..18 {
            arrives[(pass * LOOP + clap + round_trip) as usize] = 0.25;
        }
        let mut band = Band::with_microphone(round_trip, &blocks, arrives);
        band.first_loop(2);
        band.overdub(2);
        band.settle();
        let pass = band.pass();
        let claps: Vec<usize> = (0..pass.len()).filter(|at| pass[*at].abs() > 0.1).collect();
        prop_assert_eq!(claps, vec![clap as usize], "every clap on every other");
        prop_assert!(band.looper.layers().count() == 3);
    }
}

/// What is heard through a limiter that looks ahead is heard later, and so answered later.
#[test]
fn a_limiter_that_looks_ahead_moves_no_layer() {
    let (round_trip, clap) = (250, 700);
    let probe = Band::through_look_ahead(round_trip, &[64], vec![]);
    let latency = probe.handle.latency().0;
    assert!(latency > 0, "it looks ahead");
    let mut arrives = vec![0.0; (BAR * 60) as usize];
    for pass in 0..28 {
        arrives[(pass * LOOP + clap + latency + round_trip) as usize] = 0.25;
    }
    let mut band = Band::through_look_ahead(round_trip, &[64, 300], arrives);
    band.first_loop(2);
    band.overdub(2);
    band.settle();
    let live = band.pass();
    let claps: Vec<usize> = (0..live.len()).filter(|at| live[*at].abs() > 0.1).collect();
    assert_eq!(
        claps,
        [(clap + latency) as usize],
        "every clap on every other"
    );
    band.undo(When::Now);
    band.redo(When::Now);
    assert_eq!(
        bits(&band.pass()),
        bits(&live),
        "the tape lies where the live loop lay"
    );
}

#[test]
fn an_event_about_something_else_is_none_of_its_business() {
    let mut band = Band::new(250, &[64]);
    band.first_loop(2);
    for event in [
        Event::CueStarted,
        Event::CueFinished,
        Event::EventsDropped(3),
    ] {
        band.looper.hear(&event, &mut band.handle).unwrap();
    }
    assert_eq!(band.looper.layers().count(), 1);
    assert!(matches!(band.config.tempo, LoopTempo::Locked(g) if g == grid()));
}

//! Layer upon layer: overdub, multiply, replace, and each where it was heard.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on should say so"
)]

mod band;
mod studio;

use audio_engine::Frames;
use audio_engine::looper::{Activity, Begin, Refusal, What, When};
use band::{Band, EDGE, LOOP, bits, largest_step, layered};
use proptest::prelude::*;
use studio::{BAR, RATE};

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

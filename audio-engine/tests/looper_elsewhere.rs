//! The playhead is not the looper's alone: somebody else may stop or move it while a recording is
//! promised.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on should say so"
)]

mod band;
mod studio;

use audio_engine::Frames;
use audio_engine::looper::Activity::{Nothing, Recording};
use audio_engine::looper::{Begin, Refusal, What, When};
use band::{Band, LOOP};
use studio::BAR;

/// A loop, and nothing going on.
fn looping() -> Band {
    let mut band = Band::new(250, &[64]);
    band.first_loop(2);
    band.settle();
    band
}

/// Can still do everything it could.
#[track_caller]
fn assert_goes_on(band: &mut Band) {
    let layers = band.looper.layers().count();
    assert_eq!(band.looper.activity(), Nothing);
    for _ in 0..9 {
        band.overdub(1);
        band.settle();
        band.undo(When::Now);
    }
    band.settle();
    assert_eq!(band.looper.layers().count(), layers);
    band.assert_sounds_like_its_takes();
}

#[test]
fn a_recording_whose_place_was_jumped_over_is_as_if_it_had_not_been_asked_for() {
    for what in [What::Overdub, What::Multiply, What::Replace] {
        let mut band = looping();
        let far = Frames(band.next_line() + 100 * LOOP);
        band.record(what, Begin::CountIn(3));
        band.handle.batch(|batch| batch.locate(far)).unwrap();
        band.run(2 * BAR);
        assert_eq!(band.looper.activity(), Nothing, "{what:?}");
        assert_goes_on(&mut band);
    }
}

#[test]
fn a_playhead_that_stops_before_the_bar_line_takes_the_recording_back() {
    for what in [What::Overdub, What::Multiply, What::Replace] {
        let mut band = looping();
        let line = band.next_line();
        band.record(what, Begin::BarLine);
        // The pre-roll has begun, the music not.
        band.run_to(line - 50);
        assert_eq!(band.looper.activity(), Recording, "{what:?}");
        band.handle.batch(|batch| batch.stop()).unwrap();
        band.run(2 * BAR);
        assert_eq!(band.looper.activity(), Nothing, "{what:?}");
        band.looper.play(&mut band.handle).unwrap();
        band.run(BAR);
        assert_goes_on(&mut band);
    }
}

#[test]
fn the_pass_after_one_that_was_jumped_out_of_does_not_follow_it() {
    let mut band = looping();
    let line = band.next_line();
    band.record(What::Overdub, Begin::BarLine);
    band.run_to(line + LOOP / 2);
    let far = Frames(band.next_line() + 100 * LOOP);
    band.handle.batch(|batch| batch.locate(far)).unwrap();
    band.run(4 * LOOP);
    assert_eq!(band.looper.layers().count(), 2, "what was played is kept");
    assert_goes_on(&mut band);
}

#[test]
fn bars_to_be_kept_whose_end_is_never_played_are_not_kept_and_keep_nobody_waiting() {
    let mut band = looping();
    band.looper
        .listen(Frames(BAR * 40), &mut band.handle)
        .unwrap();
    band.run(4 * BAR);
    let line = band.next_line();
    band.run_to(line);
    band.looper.keep(2, &mut band.handle).unwrap();
    // Its last frames are still in the air.
    band.run(10);
    band.handle
        .batch(|batch| batch.locate(Frames::ZERO))
        .unwrap();
    band.run(BAR);
    assert_eq!(band.not_kept, Some(Refusal::TooLong));
    assert_goes_on(&mut band);
}

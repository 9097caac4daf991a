//! The looper as a musician meets it, on a simulated device: taking back, balancing, putting away.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on should say so"
)]

mod band;
mod studio;

use audio_engine::looper::{LoopTempo, Looper, Refusal, When};
use audio_engine::{Event, Gain, Pan};
use band::{Band, EDGE, LOOP, bits, largest_step, layered};
use studio::{BAR, grid};

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

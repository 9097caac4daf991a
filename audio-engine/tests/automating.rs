//! Faders that move by themselves, and the hand that takes them off their curves.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on should say so"
)]

mod studio;

use audio_engine::{At, Automation, Event, Frames, Gain, Parameter, Point, Touches, TrackId};
use studio::{BAR, DECLICK, Studio, grid, largest_step, looped, playing, steady};

fn curve(points: &[(u64, f32)]) -> Automation {
    let point = |&(at, value)| Point {
        at: Frames(at),
        value,
    };
    Automation::new(points.iter().map(point).collect())
}

#[test]
fn a_fader_follows_its_curve_to_the_frame_and_after_a_jump_too() {
    let mut studio = Studio::new().blocks(&[97, 256, 13]);
    let drawn = curve(&[(500, -30.0), (1_501, 0.0), (1_502, -12.0), (4_000, -6.0)]);
    studio
        .handle
        .batch(|batch| {
            batch.grid(grid());
            batch.layer(TrackId(0), looped(&steady(0.1)), At::Now);
            batch.automate(TrackId(0), Parameter::Gain, &drawn);
            batch.play();
        })
        .unwrap();
    let check = |sound: &[f32], first: u64| {
        for (heard, at) in sound.iter().zip(first..) {
            let heard = 20.0 * (heard / 0.1).log10();
            let wanted = drawn.value_at(Frames(at)).unwrap();
            assert!(
                (heard - wanted).abs() < 0.02,
                "{heard} dB for {wanted} at {at}"
            );
        }
    };
    studio.run(4_500);
    // A loop comes in over 5 ms when the playhead sets out in the middle of it.
    check(&studio.left[DECLICK as usize..], DECLICK);
    studio
        .handle
        .batch(|batch| batch.locate(Frames(1_000)))
        .unwrap();
    studio.run(DECLICK * 2 + 2_000);
    // 5 ms out, 5 ms in.
    let landed = 4_500 + DECLICK;
    check(&studio.left[(landed + DECLICK) as usize..], 1_000 + DECLICK);
}

#[test]
fn a_hand_takes_a_fader_off_its_curve_until_it_lets_go() {
    let mut studio = playing();
    let batch = |studio: &mut Studio, wish: &dyn Fn(&mut audio_engine::Batch)| {
        let from = studio.left.len() as u64;
        studio.handle.batch(|batch| wish(batch)).unwrap();
        studio.run(BAR);
        assert!(largest_step(&studio.left, from) < 0.11 / DECLICK as f32);
        studio.left[studio.left.len() - 1]
    };
    let low = curve(&[(0, -20.0)]);
    let heard = batch(&mut studio, &|b| {
        b.automate(TrackId(0), Parameter::Gain, &low);
    });
    assert!((heard - 0.21).abs() < 1e-6);
    let heard = batch(&mut studio, &|b| b.gain(TrackId(0), Gain::UNITY));
    assert!((heard - 0.3).abs() < 1e-6, "the hand wins");
    let heard = batch(&mut studio, &|b| b.let_go(TrackId(0), Parameter::Gain));
    assert!((heard - 0.21).abs() < 1e-6, "the curve has it back");
    let none = Automation::default();
    let heard = batch(&mut studio, &|b| {
        b.automate(TrackId(0), Parameter::Gain, &none);
    });
    assert!((heard - 0.21).abs() < 1e-6, "and without a curve it stays");
}

#[test]
fn what_a_hand_did_while_it_rolled_can_be_written_down_and_played_again() {
    let mut studio = playing();
    let mut touches = Touches::default();
    studio
        .handle
        .batch(|batch| batch.write_automation(true))
        .unwrap();
    let start = studio.left.len() as u64;
    for step in 0..40 {
        let down = Gain::from_db(-0.5 * step as f32);
        studio
            .handle
            .batch(|batch| batch.gain(TrackId(0), down))
            .unwrap();
        studio.run(80);
    }
    studio
        .handle
        .batch(|batch| {
            batch.let_go(TrackId(0), Parameter::Gain);
            batch.write_automation(false);
            batch.gain(TrackId(0), Gain::UNITY);
        })
        .unwrap();
    studio.run(BAR);
    let events = studio.handle.events();
    let first = events.iter().find_map(|event| match *event {
        Event::Moved { at, value, .. } => Some((at, value)),
        _ => None,
    });
    assert_eq!(
        first,
        Some((Frames(start), 0.0)),
        "told with the frame it was heard at"
    );
    events.iter().for_each(|event| touches.hear(event));
    let touch = touches.take_finished().remove(0);
    assert_eq!(
        (touch.track, touch.parameter, touch.points.len()),
        (TrackId(0), Parameter::Gain, 3),
        "a straight way down, and a rest: {:?}",
        touch.points
    );
    let mut written = Automation::default();
    written.write(&touch.points);
    studio
        .handle
        .batch(|batch| {
            batch.automate(TrackId(0), Parameter::Gain, &written);
            batch.locate(Frames(start));
        })
        .unwrap();
    studio.run(DECLICK);
    let again = studio.left.len();
    studio.run(80 * 39);
    for (step, heard) in studio.left[again..].chunks(80).enumerate().skip(1) {
        let db = 20.0 * ((heard[0] - 0.2) / 0.1).log10();
        let meant = -0.5 * step as f32;
        assert!(
            (db - meant).abs() < 0.15,
            "{db} dB at step {step}, not {meant}"
        );
    }
}

/// What takes no frame in a batch is drawn: the way the docs of [`audio_engine::Batch`] show.
#[test]
fn faders_that_must_move_on_frames_of_their_own_are_drawn_and_every_device_keeps_to_them() {
    let play = |blocks: &[usize]| {
        let mut studio = Studio::new().blocks(blocks);
        studio
            .handle
            .batch(|batch| {
                batch.grid(grid());
                for number in 0..8 {
                    let track = TrackId(number);
                    batch.layer(track, looped(&steady(0.01)), At::Now);
                    let at = 500 + 7 * u64::from(number);
                    let softer = curve(&[(at, 0.0), (at + DECLICK, -120.0)]);
                    batch.automate(track, Parameter::Gain, &softer);
                }
                batch.play();
            })
            .unwrap();
        studio.run(BAR);
        studio
    };
    let (whole, single) = (play(&[256]), play(&[1]));
    assert!(whole.bits() == single.bits());
    assert!(
        (whole.left[500] - 0.08).abs() < 1e-6,
        "all of them until then"
    );
    assert!(whole.left[501] < whole.left[500], "the first sets out");
    let last = (500 + 7 * 7 + DECLICK) as usize;
    assert!(whole.left[last - 1] > 0.0 && whole.left[last] == 0.0);
}

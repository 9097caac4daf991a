//! Where tracks, groups and returns lead, and who is heard alone: what must be heard of a change, and
//! what must not.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on should say so"
)]

mod studio;

use audio_engine::{
    At, BatchError, Bus, Compression, EqBand, EqShape, Gain, Group, GroupId, Output, Routing,
    RoutingError, TrackId,
};
use studio::{BAR, DECLICK, Studio, largest_step, playing};

fn to_group() -> Routing {
    Routing {
        tracks: vec![Output::Music, Output::Group(GroupId(0))],
        groups: vec![Group::default()],
        ..Routing::default()
    }
}

#[test]
fn a_track_that_is_led_elsewhere_is_crossfaded_and_nothing_clicks() {
    let mut studio = playing();
    studio
        .handle
        .batch(|batch| batch.bus_gain(Bus::Group(GroupId(0)), Gain::from_db(-20.0)))
        .unwrap();
    studio.run(BAR);
    let swapped = studio.left.len() as u64;
    studio
        .handle
        .batch(|batch| batch.routing(to_group()))
        .unwrap();
    studio.run(BAR);
    let [before, after] = [swapped as usize - 1, (swapped + DECLICK) as usize];
    assert!((studio.left[before] - 0.3).abs() < 1e-6);
    assert!(
        (studio.left[after] - 0.12).abs() < 1e-6,
        "{}",
        studio.left[after]
    );
    let even = 0.18 / DECLICK as f32;
    assert!(largest_step(&studio.left, swapped) < even * 1.01);
}

#[test]
fn a_plan_that_changes_nothing_for_the_ear_is_not_heard_under_a_moving_fader() {
    let play = |swap: bool| {
        let mut studio = playing();
        studio
            .handle
            .batch(|batch| {
                batch.gain(TrackId(1), Gain::from_db(-30.0));
                batch.eq_band(TrackId(1), EqShape::Bell, EqBand::new(500.0, 9.0, 1.0));
                if swap {
                    batch.routing(to_group());
                }
            })
            .unwrap();
        studio.run(BAR);
        studio.left
    };
    for (plain, swapped) in play(false).iter().zip(play(true)) {
        assert!((plain - swapped).abs() < 1e-6, "{plain} became {swapped}");
    }
}

#[test]
fn groups_that_change_places_do_so_without_a_click() {
    let chain = |first: Output, second: Output| Routing {
        tracks: vec![Output::Group(GroupId(0)), Output::Group(GroupId(1))],
        groups: [first, second]
            .map(|output| Group {
                output,
                ..Group::default()
            })
            .to_vec(),
        ..Routing::default()
    };
    let (a, b) = (Output::Group(GroupId(0)), Output::Group(GroupId(1)));
    let mut studio = playing();
    for routing in [
        chain(b, Output::Music),
        chain(Output::Music, a),
        chain(b, Output::Music),
    ] {
        let from = studio.left.len() as u64;
        studio.handle.batch(|batch| batch.routing(routing)).unwrap();
        studio.run(BAR);
        assert!(largest_step(&studio.left, from) < 1e-6);
        assert!((studio.left[studio.left.len() - 1] - 0.3).abs() < 1e-6);
    }
}

#[test]
fn a_bus_that_would_hear_itself_is_refused_and_nothing_changes() {
    let mut studio = playing();
    let group = Group {
        output: Output::Group(GroupId(0)),
        ..Group::default()
    };
    let round = Routing {
        groups: vec![group],
        ..to_group()
    };
    let why = studio.handle.batch(|batch| batch.routing(round));
    let circle = RoutingError::Circle(Some(GroupId(0)));
    assert_eq!(why, Err(BatchError::Routing(circle)));
    studio.run(BAR);
    assert_eq!(largest_step(&studio.left, BAR), 0.0);
}

#[test]
fn a_compressor_on_a_group_holds_that_group_down_and_no_other() {
    let mut studio = playing();
    let mut routing = to_group();
    routing.groups[0].compression = Compression {
        threshold_db: -34.0,
        ratio: 4.0,
        knee_db: 0.0,
        attack_ms: 1.0,
        ..Compression::NONE
    };
    studio.handle.batch(|batch| batch.routing(routing)).unwrap();
    studio.run(BAR * 8);
    // 0.2 is 20 dB above the threshold of 0.02: 15 of them are taken away.
    let held = 0.2 * 10f32.powf(-15.02 / 20.0);
    let heard = studio.left[studio.left.len() - 1];
    assert!(
        (heard - 0.1 - held).abs() < 2e-4,
        "{heard} for {}",
        0.1 + held
    );
    studio
        .handle
        .batch(|batch| batch.routing(Routing::default()))
        .unwrap();
    let from = studio.left.len() as u64;
    studio.run(BAR * 8);
    assert!((studio.left[studio.left.len() - 1] - 0.3).abs() < 1e-6);
    assert!(largest_step(&studio.left, from) < 0.3 / DECLICK as f32);
}

#[test]
fn solo_lets_one_be_heard_alone_within_five_ms_and_the_others_come_back() {
    let mut studio = playing();
    let solo = |studio: &mut Studio, track: u16, on: bool| {
        let from = studio.left.len() as u64;
        studio
            .handle
            .batch(|batch| batch.solo(TrackId(track), on, At::Now))
            .unwrap();
        studio.run(BAR);
        assert!(largest_step(&studio.left, from) < 0.21 / DECLICK as f32);
        studio.left[(from + DECLICK) as usize..].to_vec()
    };
    let heard = |sound: &[f32], wanted: f32| sound.iter().all(|x| (x - wanted).abs() < 1e-6);
    assert!(heard(&solo(&mut studio, 0, true), 0.1));
    assert!(heard(&solo(&mut studio, 1, true), 0.3), "two can be soloed");
    assert!(heard(&solo(&mut studio, 0, false), 0.2));
    assert!(
        heard(&solo(&mut studio, 1, false), 0.3),
        "and all come back"
    );
}

#[test]
fn solo_leaves_the_reverb_open_for_what_is_still_heard() {
    let mut studio = playing();
    studio
        .handle
        .batch(|batch| {
            batch.send(TrackId(0), Gain::UNITY);
            batch.solo(TrackId(0), true, At::Now);
        })
        .unwrap();
    studio.run(BAR * 10);
    let wet = studio.left[studio.left.len() - 1] - 0.1;
    assert!(wet.abs() > 1e-3, "only {wet} of the room is left");
}

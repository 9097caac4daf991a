//! The first loop: when it begins, how long it is, which tempo it says.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on should say so"
)]

mod band;
mod studio;

use audio_engine::looper::{Activity, Begin, Refusal, What};
use audio_engine::{Frames, Gain, Tempo};
use band::{Band, LOOP, bits};
use studio::{BAR, RATE, noise};

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

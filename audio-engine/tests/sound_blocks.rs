//! What holds of every block of signal processing, whatever it does to sound: silence stays
//! silence, nothing turns into noise or into numbers too small to be quick, what changes nothing
//! changes nothing, and frames do not know how they were cut.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say so")]

use audio_engine::dsp::compressor::{Compression, Compressor};
use audio_engine::dsp::delay::{Delay, Echo};
use audio_engine::dsp::limiter::{Limiter, LookAhead};
use audio_engine::dsp::reverb::Reverb;
use audio_engine::{Frames, SampleRate};
use proptest::prelude::*;

const RATE: SampleRate = SampleRate::STUDIO;

/// Stereo, a block after the other.
type Block = Box<dyn FnMut(&mut [f32], &mut [f32])>;

fn compressor(wanted: Compression) -> Block {
    let mut compressor = Compressor::new(RATE);
    compressor.set(wanted);
    Box::new(move |left, right| {
        compressor.process(left, right);
    })
}

const SQUEEZE: Compression = Compression {
    threshold_db: -30.0,
    ratio: 4.0,
    knee_db: 6.0,
    attack_ms: 2.0,
    release_ms: 40.0,
    makeup_db: 3.0,
};

fn limiter() -> Block {
    let mut limiter = Limiter::new(RATE);
    Box::new(move |left, right| {
        let peak = left
            .iter()
            .chain(&*right)
            .fold(0.0f32, |peak, x| peak.max(x.abs()));
        limiter.process(left, right, peak);
    })
}

fn look_ahead() -> Block {
    let mut limiter = Box::new(LookAhead::new(RATE));
    Box::new(move |left, right| {
        limiter.process(left, right);
    })
}

/// Dry sound and what comes back.
fn delay(echo: Echo) -> Block {
    let mut delay = Delay::new(RATE);
    delay.set(echo);
    Box::new(move |left, right| {
        let (l, r) = (left.to_vec(), right.to_vec());
        delay.process([&l, &r], [left, right]);
    })
}

const ECHOES: Echo = Echo {
    time: Frames(1_234),
    feedback: 0.6,
    damping_hz: 3_000.0,
};

fn reverb() -> Block {
    let mut reverb = Reverb::new(RATE);
    Box::new(move |left, right| {
        let (l, r) = (left.to_vec(), right.to_vec());
        reverb.process([&l, &r], [left, right]);
    })
}

/// What a block is called, and how to get a fresh one.
type Fresh = (&'static str, fn() -> Block);

/// Every block, at work.
fn blocks() -> [Fresh; 5] {
    [
        ("compressor", || compressor(SQUEEZE)),
        ("limiter", limiter),
        ("look-ahead limiter", look_ahead),
        ("delay", || delay(ECHOES)),
        ("reverb", reverb),
    ]
}

fn noise(frames: usize, seed: u32) -> Vec<f32> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(747_796_405).wrapping_add(2_891_336_453);
        (state >> 8) as f32 / 8_388_608.0 - 1.0
    };
    (0..frames).map(|_| next()).collect()
}

#[test]
fn silence_stays_silence() {
    for (name, block) in blocks() {
        let (mut left, mut right) = (vec![0.0; 96_000], vec![0.0; 96_000]);
        block()(&mut left, &mut right);
        assert!(
            left.iter().chain(&right).all(|x| *x == 0.0),
            "{name} adds something"
        );
    }
}

#[test]
fn what_fades_away_becomes_nothing_and_never_numbers_too_small_to_be_quick() {
    for (name, block) in blocks() {
        let mut block = block();
        let (mut left, mut right) = (noise(4_800, 1), noise(4_800, 2));
        block(&mut left, &mut right);
        let (mut left, mut right) = (vec![0.0; 48_000 * 20], vec![0.0; 48_000 * 20]);
        block(&mut left, &mut right);
        assert!(
            !left.iter().chain(&right).any(|x| x.is_subnormal()),
            "{name}"
        );
        let ended = left.iter().rposition(|x| *x != 0.0).unwrap_or(0);
        assert!(
            ended < 48_000 * 18,
            "{name} still sounds after eighteen seconds"
        );
    }
}

#[test]
fn no_sound_however_loud_becomes_something_that_is_no_sound() {
    for (name, block) in blocks() {
        let mut block = block();
        // The engine heals what is not a number before it gets here; anything else may come.
        for loud in [1.0, 1e4, 1e9, 1e-30, 0.0, 1.0] {
            let mut left: Vec<f32> = noise(9_600, 3).iter().map(|x| x * loud).collect();
            let mut right: Vec<f32> = noise(9_600, 4).iter().map(|x| x * loud).collect();
            block(&mut left, &mut right);
            assert!(
                left.iter().chain(&right).all(|x| x.is_finite()),
                "{name} at {loud}"
            );
        }
    }
}

/// Everything but `sound`, against it, in dB.
fn distortion_db(out: &[f32], sound: &[f32]) -> f64 {
    let power = |samples: &mut dyn Iterator<Item = f64>| samples.map(|x| x * x).sum::<f64>();
    let pairs = out.iter().zip(sound);
    let wrong = power(&mut pairs.map(|(a, b)| f64::from(*a) - f64::from(*b)));
    10.0 * (wrong / power(&mut sound.iter().map(|x| f64::from(*x)))).log10()
}

#[test]
fn a_chain_that_is_to_change_nothing_changes_nothing() {
    let turn = std::f32::consts::TAU * 997.0 / 48_000.0;
    let sound: Vec<f32> = (0..48_000).map(|i| 0.2 * (turn * i as f32).sin()).collect();
    let chain: [(&str, Block, usize); 4] = [
        ("compressor", compressor(Compression::NONE), 0),
        ("limiter", limiter(), 0),
        (
            "look-ahead limiter",
            look_ahead(),
            LookAhead::new(RATE).latency().0 as usize,
        ),
        (
            "delay",
            delay(Echo {
                time: Frames(96_000),
                ..ECHOES
            }),
            0,
        ),
    ];
    let (mut left, mut right) = (sound.clone(), sound.clone());
    let mut late = 0;
    for (name, mut block, latency) in chain {
        block(&mut left, &mut right);
        late += latency;
        let heard = distortion_db(&left[late..], &sound[..48_000 - late]);
        assert!(heard < -140.0, "{name}: THD+N {heard} dB");
        assert_eq!(left, right, "{name}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..Default::default() })]

    #[test]
    fn frames_do_not_know_how_they_were_cut(cuts in prop::collection::vec(1usize..=300, 1..80)) {
        let frames: usize = cuts.iter().sum();
        let part = |i: usize| if (i / 900).is_multiple_of(3) { 1.0 } else { 0.0 };
        let sound = |seed| -> Vec<f32> {
            noise(frames, seed).iter().enumerate().map(|(i, x)| 2.0 * x * part(i)).collect()
        };
        for (name, block) in blocks() {
            let (mut left, mut right) = (sound(5), sound(6));
            block()(&mut left, &mut right);
            let (mut l, mut r) = (sound(5), sound(6));
            let mut block = block();
            let mut from = 0;
            for cut in &cuts {
                block(&mut l[from..from + cut], &mut r[from..from + cut]);
                from += cut;
            }
            prop_assert!(l == left && r == right, "{}", name);
        }
    }

    #[test]
    fn a_setting_changed_between_two_frames_changes_there_however_they_are_cut(
        cuts in prop::collection::vec(1usize..=300, 4..40),
        times in prop::collection::vec(1u64..20_000, 1..6),
    ) {
        let frames: usize = cuts.iter().sum();
        let every = frames / times.len();
        let sound = noise(frames, 7);
        // The settings change at the same frames; only the blocks between them differ.
        let play = |cuts: &mut dyn Iterator<Item = usize>| {
            let (mut delay, mut compressor) = (Delay::new(RATE), Compressor::new(RATE));
            let mut out = [sound.clone(), sound.clone()];
            let mut left_of_cut = 0;
            for (index, time) in times.iter().enumerate() {
                let feedback = (*time % 90) as f32 / 100.0;
                delay.set(Echo { time: Frames(*time), feedback, ..ECHOES });
                compressor.set(Compression { makeup_db: (*time % 7) as f32, ..SQUEEZE });
                let mut at = index * every;
                let end = if index + 1 == times.len() { frames } else { at + every };
                while at < end {
                    if left_of_cut == 0 {
                        left_of_cut = cuts.next().unwrap_or(frames);
                    }
                    let to = end.min(at + left_of_cut);
                    left_of_cut -= to - at;
                    let [l, r] = &mut out;
                    let sent = &sound[at..to];
                    delay.process([sent, sent], [&mut l[at..to], &mut r[at..to]]);
                    compressor.process(&mut l[at..to], &mut r[at..to]);
                    at = to;
                }
            }
            out
        };
        let whole = play(&mut std::iter::empty());
        let cut = play(&mut cuts.iter().copied());
        prop_assert!(whole == cut);
    }
}

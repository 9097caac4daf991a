//! Five hundred rooms whose delay is known: what is answered is right, or nothing is answered.
//!
//! A room here has a direct sound and up to seven echoes, at most 11 dB over the direct one and at
//! least 1.2 m longer on their way (what comes sooner is one arrival with it); a speaker and a microphone with a band of their own, linear in phase;
//! hiss, mains hum and a voice; any gain and either polarity; and a delay between two frames.

use super::*;
use crate::audio::Audio;
use crate::sound::dice::Dice;
use crate::units::SampleRate;

const RATE: SampleRate = SampleRate::STUDIO;
const HZ: f64 = 48_000.0;

/// What happened to the probe on its way.
#[derive(Debug, Clone, Copy)]
struct Room {
    /// Frames until the direct sound.
    delay: f64,
    gain: f64,
    /// Hiss beside the direct sound, by power, in dB.
    noise_db: f64,
    echoes: usize,
    /// Most of an echo beside the direct sound.
    loudest_echo: f64,
    /// Whether speaker and microphone are a phone's.
    phone: bool,
    /// Whether somebody sings meanwhile.
    voice: bool,
}

/// `samples`, heard in `room`, with its noises.
fn heard(samples: &[f32], room: Room, dice: &mut Dice) -> Audio {
    let length = room.delay as usize + samples.len() + 24_000;
    let mut out = vec![0.0; length];
    add_late(&mut out, samples, room.delay, room.gain);
    for _ in 0..room.echoes {
        let late = (room.delay + dice.between(0.0035, 0.08) * HZ).ceil();
        let echo = dice.between(0.1, 1.0) * room.loudest_echo * dice.between(-1.0, 1.0).signum();
        add_late(&mut out, samples, late, room.gain * echo);
    }
    if room.phone {
        let (low, high) = (dice.between(300.0, 900.0), dice.between(3_000.0, 8_000.0));
        out = band_passed(&out, low, high);
    }
    let power = samples.iter().map(|s| f64::from(*s).powi(2)).sum::<f64>() / samples.len() as f64;
    let level = (power * room.gain.powi(2) * 10f64.powf(room.noise_db / 10.0)).sqrt();
    let mains = dice.between(0.0, 2.0) * level;
    let voice = if room.voice { 2.0 * level } else { 0.0 };
    let pitch = dice.between(90.0, 400.0);
    let noisy = out.iter().enumerate().map(|(i, sample)| {
        let turn = std::f64::consts::TAU * i as f64 / HZ;
        let overtone = |n: u32| (turn * pitch * f64::from(n)).sin() / f64::from(n);
        let sung: f64 = if room.voice {
            (1..=10).map(overtone).sum()
        } else {
            0.0
        };
        let hiss = 3f64.sqrt() * level * f64::from(dice.noise());
        (sample + hiss + mains * (50.0 * turn).sin() + voice * sung) as f32
    });
    Audio::mono(RATE, noisy.collect())
}

/// Adds `samples` at `gain`, `delay` frames late, between frames by a windowed sinc of 48 points.
fn add_late(out: &mut [f64], samples: &[f32], delay: f64, gain: f64) {
    let whole = delay.floor();
    let late = delay - whole;
    let taps: Vec<f64> = (-24..24)
        .map(|k| {
            let x = f64::from(k) - late;
            let window = 0.5 + 0.5 * (std::f64::consts::PI * x / 25.0).cos();
            let sinc = if x == 0.0 {
                1.0
            } else {
                (std::f64::consts::PI * x).sin() / (std::f64::consts::PI * x)
            };
            gain * sinc * window
        })
        .collect();
    // Of a whole delay, one tap is all there is.
    for (k, tap) in taps.iter().enumerate().filter(|(_, tap)| tap.abs() > 1e-9) {
        let first = whole as i64 + k as i64 - 24;
        for (i, sample) in samples.iter().enumerate() {
            if let Some(out) = usize::try_from(first + i as i64)
                .ok()
                .and_then(|at| out.get_mut(at))
            {
                *out += tap * f64::from(*sample);
            }
        }
    }
}

/// Linear in phase and centred: 95 points of a windowed band.
fn band_passed(samples: &[f64], low: f64, high: f64) -> Vec<f64> {
    let sinc = |hz: f64, x: f64| {
        let w = 2.0 * hz / HZ;
        if x == 0.0 {
            w
        } else {
            (std::f64::consts::PI * w * x).sin() / (std::f64::consts::PI * x)
        }
    };
    let taps: Vec<f64> = (-47..=47)
        .map(|k| {
            let x = f64::from(k);
            (sinc(high, x) - sinc(low, x)) * (0.54 + 0.46 * (std::f64::consts::PI * x / 48.0).cos())
        })
        .collect();
    (0..samples.len())
        .map(|i| {
            let near = taps.iter().enumerate();
            near.filter_map(|(k, tap)| Some(tap * samples.get((i + 47).checked_sub(k)?)?))
                .sum()
        })
        .collect()
}

#[test]
fn a_clean_route_is_measured_to_a_tenth_of_a_frame() {
    let sound = probe(RATE);
    let mut dice = Dice::new(21);
    for phone in [false, true] {
        for _ in 0..12 {
            let delay = dice.between(10.0, 20_000.0);
            let room = Room {
                delay,
                gain: 0.3,
                noise_db: -60.0,
                echoes: 0,
                loudest_echo: 0.0,
                phone,
                voice: false,
            };
            let found = measure(&sound, &heard(sound.channel(0), room, &mut dice)).unwrap();
            assert!((found.delay - delay).abs() <= 0.1, "{found:?} for {room:?}");
        }
    }
}

#[test]
fn five_hundred_rooms_are_answered_rightly_or_not_at_all() {
    let sound = probe(RATE);
    let mut dice = Dice::new(84);
    let (mut answered, mut easy, mut easy_answered) = (0, 0, 0);
    for number in 0..500 {
        let inverted = dice.unit() < 0.5;
        let gain = 10f64.powf(dice.between(-40.0, 6.0) / 20.0);
        let room = Room {
            delay: dice.between(20.0, 24_000.0),
            gain: if inverted { -gain } else { gain },
            noise_db: dice.between(-40.0, 25.0),
            echoes: (dice.unit() * 8.0) as usize,
            loudest_echo: dice.between(0.1, 3.5),
            phone: dice.unit() < 0.5,
            voice: dice.unit() < 0.3,
        };
        let found = measure(&sound, &heard(sound.channel(0), room, &mut dice));
        let is_easy = room.noise_db < 3.0 && room.loudest_echo < 0.7 && !room.voice;
        easy += usize::from(is_easy);
        if let Some(found) = found {
            answered += 1;
            easy_answered += usize::from(is_easy);
            let off = found.delay - room.delay;
            assert!(
                off.abs() <= 2.0,
                "room {number}: {off:.2} frames off, {found:?}, {room:?}"
            );
            if found.likeness > 0.8 {
                assert_eq!(found.inverted, inverted, "room {number}: {room:?}");
            }
        }
    }
    println!(
        "{answered} of 500 rooms answered; {easy_answered} of {easy} that are fit to record in"
    );
    assert!(
        easy > 30 && easy_answered * 100 >= easy * 95,
        "{easy_answered} of {easy}"
    );
    assert!(
        answered < 450,
        "some rooms cannot be known, and are refused"
    );
}

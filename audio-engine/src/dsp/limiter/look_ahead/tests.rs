use super::*;
use proptest::prelude::*;

/// A judge of its own: sixteen points a frame from windowed sincs, in double precision.
struct Judge {
    points: Vec<Vec<f64>>,
}

impl Judge {
    /// Nearly all up to half the rate: 128 frames under a Blackman window, with side lobes below
    /// −58 dB, unlike the limiter's own.
    fn sharp() -> Judge {
        Judge::with(64, |w| {
            let w = std::f64::consts::PI * w;
            0.42 + 0.5 * w.cos() + 0.08 * (2.0 * w).cos()
        })
    }

    /// As steep as the filters of the converters that are sold: all up to 0.454 of the rate,
    /// nothing from 0.546 on (100 dB less, by Kaiser's rule for 70 frames).
    fn converter() -> Judge {
        const SHARPNESS: f64 = 10.06;
        Judge::with(35, |w| {
            bessel(SHARPNESS * (1.0 - w * w).max(0.0).sqrt()) / bessel(SHARPNESS)
        })
    }

    /// `window` goes from −1 to 1.
    fn with(reach: i32, window: impl Fn(f64) -> f64) -> Judge {
        let points = (0..16).map(|point| {
            let at = f64::from(point) / 16.0;
            let taps: Vec<f64> = (1 - reach..=reach)
                .map(|frame| {
                    let t = f64::from(frame) - at;
                    let x = std::f64::consts::PI * t;
                    let sinc = if t == 0.0 { 1.0 } else { x.sin() / x };
                    window(t / f64::from(reach)) * sinc
                })
                .collect();
            let sum: f64 = taps.iter().sum();
            taps.into_iter().map(|tap| tap / sum).collect()
        });
        Judge {
            points: points.collect(),
        }
    }

    fn true_peak(&self, sound: &[f32]) -> f64 {
        let reach = self.points[0].len() / 2;
        let mut padded = vec![0.0; reach];
        padded.extend(sound.iter().map(|x| f64::from(*x)));
        padded.resize(padded.len() + reach, 0.0);
        padded
            .windows(2 * reach)
            .flat_map(|heard| {
                self.points.iter().map(|taps| {
                    heard
                        .iter()
                        .zip(taps)
                        .map(|(x, tap)| x * tap)
                        .sum::<f64>()
                        .abs()
                })
            })
            .fold(0.0, f64::max)
    }
}

/// The modified Bessel function of the first kind, order 0, by its power series.
fn bessel(x: f64) -> f64 {
    let terms = (1..60).scan(1.0, |term, k| {
        *term *= (x / 2.0 / f64::from(k)).powi(2);
        Some(*term)
    });
    1.0 + terms.sum::<f64>()
}

fn db(amplitude: f64) -> f64 {
    20.0 * amplitude.log10()
}

fn noise(frame: usize) -> f32 {
    let bits = (frame as u32)
        .wrapping_mul(0x9E37_79B9)
        .rotate_left(13)
        .wrapping_mul(0x85EB_CA6B);
    let bits = (bits ^ bits >> 15).wrapping_mul(0xC2B2_AE35);
    (bits >> 8) as f32 / 8_388_608.0 - 1.0
}

/// Both sides as they come out, with the end that is still on its way.
fn limited(sound: &[f32]) -> Vec<f32> {
    let mut left = sound.to_vec();
    left.resize(sound.len() + 300, 0.0);
    let mut right = left.clone();
    LookAhead::new(SampleRate::STUDIO).process(&mut left, &mut right);
    assert_eq!(left, right, "one factor for both");
    left
}

/// What the standard's own example of a meter says, in dBTP.
fn meter_says(sound: &[f32]) -> f64 {
    let mut meter = ebur128::EbuR128::new(1, 48_000, ebur128::Mode::TRUE_PEAK).unwrap();
    meter.add_frames_f32(sound).unwrap();
    db(meter.true_peak(0).unwrap())
}

const ALLOWED_DBTP: f64 = -1.0 + 0.1;

#[track_caller]
fn check(name: &str, sound: impl Fn(usize) -> f32) {
    let out = limited(&(0..20_000).map(sound).collect::<Vec<_>>());
    let peak = db(Judge::sharp().true_peak(&out));
    assert!(peak <= ALLOWED_DBTP, "{name} reaches {peak} dBTP");
    let metered = meter_says(&out);
    assert!(metered <= ALLOWED_DBTP, "{name} reads {metered} dBTP");
}

#[test]
fn no_wave_rises_above_the_ceiling_between_the_samples_either() {
    let tone = |turns: f32, db: f32| {
        let amplitude = 10f32.powf(db / 20.0);
        move |i: usize| amplitude * (std::f32::consts::TAU * (turns * i as f32 + 0.125)).sin()
    };
    check("a quarter of the rate, at 45 degrees", tone(0.25, 3.0));
    check("a quarter of the rate, hardly too loud", tone(0.25, -0.9));
    check("20 kHz at 44.1 kHz", tone(0.453_5, 12.0));
    check("1 kHz", tone(0.020_83, 20.0));
    check("a sung note far too loud", tone(0.004, 40.0));
    check("a square", |i| if i % 48 < 24 { 1.0 } else { -1.0 });
    check("a square of no whole length", |i| {
        if i % 7 < 3 { 1.5 } else { -1.5 }
    });
    check("clicks", |i| if i % 301 == 0 { 10.0 } else { 0.0 });
    check("a switch thrown", |i| if i > 900 { 1_000.0 } else { 0.01 });
}

#[test]
fn noise_up_to_half_the_rate_stays_below_the_ceiling() {
    for (loud, from) in [
        (1.0, 0),
        (2.0, 1_000_000),
        (10.0, 3_000_000),
        (1e5, 9_000_000),
    ] {
        let out = limited(
            &(0..20_000)
                .map(|i| loud * noise(from + i))
                .collect::<Vec<_>>(),
        );
        let peak = db(Judge::sharp().true_peak(&out));
        assert!(peak <= ALLOWED_DBTP, "{loud} × noise reaches {peak} dBTP");
        // The standard's example lets images of what lies above 18 kHz through, and reads such
        // noise too high: white noise by up to 0.6 dB.
        let metered = meter_says(&out);
        assert!(metered <= -0.4, "{loud} × noise reads {metered} dBTP");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn whatever_comes_in_stays_below_the_ceiling(
        parts in prop::collection::vec(
            (-60.0f32..60.0, prop::collection::vec(-1.0f32..=1.0, 1..80), 1usize..4), 1..12)
    ) {
        let sound: Vec<f32> = parts
            .iter()
            .flat_map(|(db, part, times)| {
                let amplitude = 10f32.powf(db / 20.0);
                std::iter::repeat_n(part, *times).flatten().map(move |x| x * amplitude)
            })
            .collect();
        let out = limited(&sound);
        // Where something near half the rate begins or ends at once, the wave has no highest
        // point: it rises with the logarithm of the frames a filter reaches. So this asks for
        // what a converter makes of it, and then without allowance.
        let peak = db(Judge::converter().true_peak(&out));
        prop_assert!(peak <= -1.0, "{} dBTP", peak);
        prop_assert!(out.iter().all(|x| x.abs() <= CEILING));
    }

    #[test]
    fn quiet_music_passes_bit_for_bit_only_later(
        sound in prop::collection::vec(-0.35f32..=0.35, 1..3_000)
    ) {
        let out = limited(&sound);
        prop_assert_eq!(&out[..LATENCY], &[0.0; LATENCY]);
        prop_assert_eq!(&out[LATENCY..LATENCY + sound.len()], &sound[..]);
    }

    #[test]
    fn it_is_the_same_however_it_is_cut(cuts in prop::collection::vec(1usize..=300, 1..60)) {
        let frames: usize = cuts.iter().sum();
        let sound: Vec<f32> = (0..frames)
            .map(|i| if i / 700 % 2 == 0 { 3.0 * noise(i) } else { 0.05 * noise(i) })
            .collect();
        let (mut left, mut right) = (sound.clone(), sound.clone());
        LookAhead::new(SampleRate::STUDIO).process(&mut left, &mut right);
        let (mut l, mut r) = (sound.clone(), sound);
        let mut limiter = LookAhead::new(SampleRate::STUDIO);
        let mut from = 0;
        for cut in cuts {
            limiter.process(&mut l[from..from + cut], &mut r[from..from + cut]);
            from += cut;
        }
        prop_assert!(l == left && r == right);
    }
}

#[test]
fn what_it_reports_is_what_it_delays() {
    let mut left = [0.0; 400];
    left[7] = 0.2;
    let mut right = left;
    let mut limiter = LookAhead::new(SampleRate::STUDIO);
    limiter.process(&mut left, &mut right);
    let at = left.iter().position(|x| *x != 0.0).unwrap();
    assert_eq!(Frames(at as u64 - 7), limiter.latency());
    assert_eq!(left[at], 0.2);
}

#[test]
fn it_goes_down_before_a_peak_and_comes_back_after_it() {
    let mut left = vec![0.3; 96_000];
    left[1_000] = 4.0;
    let mut right = left.clone();
    let mut limiter = LookAhead::new(SampleRate::STUDIO);
    let smallest = limiter.process(&mut left, &mut right);
    assert!(
        (db(smallest.into()) - db(f64::from(AIM) / 4.0)).abs() < 0.2,
        "{smallest}"
    );
    let steps = left.windows(2).map(|w| (w[1] - w[0]).abs());
    let largest = steps
        .take(1_000 + LATENCY - 1)
        .skip(LATENCY)
        .fold(0.0, f32::max);
    assert!(largest < 0.03, "on its way down it steps by {largest}");
    assert_eq!(left[95_999], 0.3, "two seconds later nothing is left of it");
    assert!(limiter.process(&mut [0.3; 9], &mut [0.3; 9]) == 1.0);
    assert!(!limiter.is_asleep());
    limiter.process(&mut [0.0; 100], &mut [0.0; 100]);
    assert!(limiter.is_asleep());
}

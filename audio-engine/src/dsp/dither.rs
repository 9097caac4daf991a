//! Dither: the noise that lets a 16-bit file hold what is quieter than its last bit.
//!
//! Two even random numbers of one step's width are added before rounding (triangular
//! probability, TPDF): then neither the mean nor the power of the rounding error depends on the
//! sound (Lipshitz, Wannamaker and Vanderkooy, *Quantization and Dither*, J. Audio Eng. Soc.
//! 40(5), 1992), so nothing distorts as it fades away; it only sinks into an even hiss of
//! −93.3 dBFS at 16 bits (a mean square of ¼ step²). The noise comes from a seed: the same sound
//! makes the same file. Pure; used by the thread that writes files.

/// One channel. Two channels need two seeds, or their noises are one noise in the middle.
#[derive(Debug, Clone)]
pub struct Dither {
    /// The largest number, and one less than the smallest is below zero: 2^(bits − 1).
    full_scale: f64,
    state: u64,
}

impl Dither {
    /// For whole numbers of `bits` bits, 8…24; others are taken as the nearest of these.
    pub fn new(bits: u32, seed: u64) -> Dither {
        Dither {
            full_scale: f64::from(1u32 << (bits.clamp(8, 24) - 1)),
            state: seed,
        }
    }

    /// The whole number to be written for `sample` (full scale is ±1), within the range of the
    /// bits: −2^(bits − 1) … 2^(bits − 1) − 1. Not a number is written as silence.
    pub fn quantise(&mut self, sample: f32) -> i32 {
        let steps = f64::from(sample) * self.full_scale + self.triangle();
        let nearest = (steps + 0.5).floor();
        nearest.clamp(-self.full_scale, self.full_scale - 1.0) as i32
    }

    /// The sum of two even numbers in −½…½: within ±1 step, most often near 0.
    fn triangle(&mut self) -> f64 {
        /// 2⁻³².
        const UNIT: f64 = 1.0 / 4_294_967_296.0;
        let bits = self.next();
        let (first, second) = (bits >> 32, bits & 0xFFFF_FFFF);
        // Half a unit more, so that the mean is exactly 0.
        (first as f64 + second as f64 + 1.0) * UNIT - 1.0
    }

    /// `SplitMix64` (Steele, Lea and Flood, 2014): every seed is a good one.
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use realfft::RealFftPlanner;

    const FRAMES: usize = 1 << 18;

    /// What was written less what was sent, in steps of the last bit.
    fn errors(bits: u32, sound: impl Fn(usize) -> f64) -> Vec<f64> {
        let mut dither = Dither::new(bits, 7);
        let scale = f64::from(1u32 << (bits - 1));
        (0..FRAMES)
            .map(|i| {
                let sample = sound(i) as f32;
                f64::from(dither.quantise(sample)) - f64::from(sample) * scale
            })
            .collect()
    }

    fn mean(values: impl Iterator<Item = f64>) -> f64 {
        values.sum::<f64>() / FRAMES as f64
    }

    /// Sounds between, on and far above the steps of 16 bits.
    fn sounds() -> [fn(usize) -> f64; 4] {
        [
            |_| 0.0,
            |_| 0.5 / 32_768.0,
            |i| 0.3 / 32_768.0 * (i as f64 * 0.05).sin(),
            |i| 0.7 * (i as f64 * 0.013).sin(),
        ]
    }

    #[test]
    fn the_hiss_is_as_loud_whatever_the_sound() {
        for (index, sound) in sounds().into_iter().enumerate() {
            let errors = errors(16, sound);
            let offset = mean(errors.iter().copied());
            let power = mean(errors.iter().map(|e| e * e));
            assert!(
                offset.abs() < 0.005,
                "sound {index} is shifted by {offset} steps"
            );
            assert!(
                (power - 0.25).abs() < 0.005,
                "sound {index}: {power} steps²"
            );
        }
        let power = mean(errors(24, sounds()[3]).iter().map(|e| e * e));
        assert!((power - 0.25).abs() < 0.005, "24 bits: {power} steps²");
    }

    #[test]
    fn the_hiss_has_every_pitch_alike() {
        const WINDOW: usize = 1_024;
        let forward = RealFftPlanner::<f64>::new().plan_fft_forward(WINDOW);
        let mut powers = vec![0.0; WINDOW / 2 + 1];
        let mut spectrum = forward.make_output_vec();
        for window in errors(16, sounds()[3]).chunks_mut(WINDOW) {
            forward.process(window, &mut spectrum).unwrap();
            for (power, bin) in powers.iter_mut().zip(&spectrum) {
                *power += bin.norm_sqr();
            }
        }
        let bins = &powers[1..WINDOW / 2];
        let count = bins.len() as f64;
        let arithmetic = bins.iter().sum::<f64>() / count;
        let geometric = (bins.iter().map(|p| p.ln()).sum::<f64>() / count).exp();
        // 256 windows: each bin is off by 1/16 by chance alone, which costs 0.002 of flatness.
        assert!(
            geometric / arithmetic > 0.995,
            "flat to {}",
            geometric / arithmetic
        );
        let loudest = bins.iter().copied().fold(0.0, f64::max) / arithmetic;
        assert!(loudest < 1.35, "one pitch stands out by {loudest}");
    }

    #[test]
    fn the_hiss_knows_nothing_of_the_sound_or_of_itself() {
        let errors = errors(16, sounds()[2]);
        let sound: Vec<f64> = (0..FRAMES).map(|i| (i as f64 * 0.05).sin()).collect();
        let with_sound = mean(errors.iter().zip(&sound).map(|(e, s)| e * s));
        assert!(
            with_sound.abs() < 0.004,
            "follows the sound by {with_sound} steps"
        );
        for lag in 1..20 {
            let itself = mean(errors.iter().zip(&errors[lag..]).map(|(a, b)| a * b)) / 0.25;
            assert!(
                itself.abs() < 0.01,
                "repeats itself after {lag} by {itself}"
            );
        }
    }

    #[test]
    fn a_note_below_the_last_bit_is_still_there() {
        let mut dither = Dither::new(16, 1);
        let turn = |i: usize| (i as f64 * 0.05).sin();
        let heard = mean((0..FRAMES).map(|i| {
            let sample = 0.3 / 32_768.0 * turn(i);
            2.0 * f64::from(dither.quantise(sample as f32)) * turn(i)
        }));
        assert!((heard - 0.3).abs() < 0.01, "{heard} of 0.3 steps");
    }

    #[test]
    fn full_scale_and_beyond_stay_within_the_bits() {
        for (bits, lowest, highest) in [(16, -32_768, 32_767), (24, -8_388_608, 8_388_607)] {
            let mut dither = Dither::new(bits, 3);
            for _ in 0..1_000 {
                assert_eq!(dither.quantise(2.0), highest);
                assert_eq!(dither.quantise(f32::NEG_INFINITY), lowest);
                assert!((lowest..=highest).contains(&dither.quantise(1.0)));
                assert_eq!(dither.quantise(f32::NAN), 0, "broken is silent");
            }
        }
    }

    #[test]
    fn the_same_seed_makes_the_same_file() {
        let written = |seed| {
            let mut dither = Dither::new(16, seed);
            (0..100)
                .map(|i| dither.quantise(i as f32 * 0.001))
                .collect::<Vec<_>>()
        };
        assert_eq!(written(5), written(5));
        assert_ne!(written(5), written(6));
    }
}

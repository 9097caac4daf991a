//! Level to dB and back, for every frame of a detector: logarithm and power without a table or
//! a call, so that whole blocks of them run side by side and every machine gets the same bits.

/// dB in a doubling of amplitude: 20·log₁₀ 2.
pub const DB_PER_OCTAVE: f32 = 6.020_6;

/// −200 dBFS: quieter than this reads as this.
const FLOOR: f32 = 1e-10;

/// 20·log₁₀ of an amplitude from −200 dBFS up, in dB; within 10⁻⁵ dB of the truth.
///
/// The mantissa by the series of the inverse hyperbolic tangent, which converges fastest round 1.
#[inline]
pub fn db_of_amplitude(amplitude: f32) -> f32 {
    /// √½: mantissas are taken from here to √2, so that their logarithm is never above ½.
    const SQRT_HALF: u32 = 0x3F35_04F3;
    let bits = amplitude.max(FLOOR).to_bits();
    let exponent = (bits.wrapping_sub(SQRT_HALF) as i32) >> 23;
    let mantissa = f32::from_bits(bits.wrapping_sub((exponent << 23) as u32));
    let t = (mantissa - 1.0) / (mantissa + 1.0);
    let square = t * t;
    let series = 1.0 + square * (1.0 / 3.0 + square * (0.2 + square * (1.0 / 7.0)));
    let octaves = exponent as f32 + (2.0 * std::f32::consts::LOG2_E) * t * series;
    DB_PER_OCTAVE * octaves
}

/// The amplitude of a gain in dB, −700…+700; 0 dB is exactly 1. Within 10⁻⁵ of the truth.
#[inline]
pub fn amplitude_of_db(db: f32) -> f32 {
    /// Added and taken away again, leaves the nearest whole number: 1.5 × 2²³.
    const WHOLE: f32 = 12_582_912.0;
    let octaves = (db * (1.0 / DB_PER_OCTAVE)).clamp(-125.0, 125.0);
    let shifted = octaves + WHOLE;
    let exponent = shifted.to_bits().wrapping_sub(WHOLE.to_bits());
    let x = (octaves - (shifted - WHOLE)) * std::f32::consts::LN_2;
    // eˣ by its series; the first term left out is below 2·10⁻⁷.
    let power = 1.0
        + x * (1.0
            + x * (0.5
                + x * (1.0 / 6.0 + x * (1.0 / 24.0 + x * (1.0 / 120.0 + x * (1.0 / 720.0))))));
    power * f32::from_bits(exponent.wrapping_add(127) << 23)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_level_reads_what_the_logarithm_says() {
        for step in -190_000..60_000 {
            let db = f64::from(step) / 1000.0;
            let amplitude = 10f64.powf(db / 20.0) as f32;
            let truth = 20.0 * f64::from(amplitude).log10();
            let error = (f64::from(db_of_amplitude(amplitude)) - truth).abs();
            assert!(error < 3e-5, "{db} dB is off by {error} dB");
            let back = f64::from(amplitude_of_db(db as f32));
            let truth = 10f64.powf(f64::from(db as f32) / 20.0);
            assert!((back / truth - 1.0).abs() < 1e-5, "{db} dB comes to {back}");
        }
    }

    #[test]
    fn unity_is_exactly_one_and_silence_is_very_quiet() {
        assert_eq!(amplitude_of_db(0.0), 1.0);
        assert_eq!(db_of_amplitude(1.0), 0.0);
        assert!(db_of_amplitude(0.0) < -199.9);
    }
}

//! Samples as 24-bit PCM, little-endian: what every converter delivers, and 3 bytes each.

use super::format::SAMPLE;

/// Full scale. Symmetric, so that silence stays silence and −1 comes back as −1.
const FULL: f32 = 8_388_607.0;

/// Appends `samples` to `out`. What is beyond full scale is held there; not-a-number is silence.
pub(super) fn encode(samples: &[f32], out: &mut Vec<u8>) {
    for sample in samples {
        let whole = (sample.clamp(-1.0, 1.0) * FULL).round() as i32;
        out.extend_from_slice(&whole.to_le_bytes()[..SAMPLE]);
    }
}

/// The samples in `bytes`.
pub(super) fn decode(bytes: &[u8]) -> impl Iterator<Item = f32> {
    let (samples, _rest) = bytes.as_chunks::<SAMPLE>();
    samples.iter().map(|&[low, middle, high]| {
        // Through the top of an i32, so that the sign comes along.
        (i32::from_le_bytes([0, low, middle, high]) >> 8) as f32 / FULL
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn there_and_back(samples: &[f32]) -> Vec<f32> {
        let mut bytes = Vec::new();
        encode(samples, &mut bytes);
        decode(&bytes).collect()
    }

    #[test]
    fn silence_and_full_scale_come_back_exactly() {
        assert_eq!(there_and_back(&[0.0, 1.0, -1.0]), [0.0, 1.0, -1.0]);
    }

    #[test]
    fn a_shout_beyond_full_scale_is_held_there_and_nonsense_is_silent() {
        assert_eq!(
            there_and_back(&[7.0, -7.0, f32::INFINITY, f32::NAN]),
            [1.0, -1.0, 1.0, 0.0]
        );
    }

    proptest! {
        #[test]
        fn every_sample_comes_back_within_half_a_step(sample in -1.0f32..=1.0) {
            let back = there_and_back(&[sample])[0];
            prop_assert!((f64::from(back) - f64::from(sample)).abs() < 1.0 / 8_000_000.0);
        }
    }
}

//! Where between the speakers: equal power, so that a sound keeps its loudness as it moves.

use crate::units::Pan;

/// What one channel gives to left and right: `left² + right² = 1`.
///
/// A mono sound in the centre is 3 dB down on each side, and as loud as it was alone.
pub fn equal_power(pan: Pan) -> (f32, f32) {
    let (left, right) = quarter_circle(pan);
    (left as f32, right as f32)
}

/// The same for sound that has two channels already: unchanged, bit for bit, at the centre.
pub fn balance(pan: Pan) -> (f32, f32) {
    if pan == Pan::CENTRE {
        return (1.0, 1.0);
    }
    let (left, right) = quarter_circle(pan);
    (
        (left * std::f64::consts::SQRT_2) as f32,
        (right * std::f64::consts::SQRT_2) as f32,
    )
}

fn quarter_circle(pan: Pan) -> (f64, f64) {
    let angle = (f64::from(pan.position()) + 1.0) * std::f64::consts::FRAC_PI_4;
    // cos(π/2) is 6e-17 in floating point; hard right should be nothing at all on the left.
    if pan.position() >= 1.0 {
        (0.0, 1.0)
    } else {
        (angle.cos(), angle.sin())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_sound_is_as_loud_wherever_it_is(position in -1.0f32..=1.0) {
            let (left, right) = equal_power(Pan::new(position));
            prop_assert!((left * left + right * right - 1.0).abs() < 1e-6);
            let (left, right) = balance(Pan::new(position));
            prop_assert!((left * left + right * right - 2.0).abs() < 2e-6);
        }
    }

    #[test]
    fn hard_left_is_silent_on_the_right() {
        assert_eq!(equal_power(Pan::new(-1.0)), (1.0, 0.0));
        assert_eq!(equal_power(Pan::new(1.0)), (0.0, 1.0));
    }
}

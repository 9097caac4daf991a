//! Seeded chance: small, own, and the same on every machine for ever.
//!
//! Sounds are rendered from patterns, and a pattern played twice must give the same bits, so every
//! instrument takes its little unevennesses from here. `SplitMix64` (Steele, Lea and Flood, 2014).

/// A stream of numbers that only its seed decides.
#[derive(Debug, Clone)]
pub(crate) struct Dice(u64);

impl Dice {
    /// The same seed gives the same stream.
    pub(crate) fn new(seed: u64) -> Dice {
        Dice(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// Evenly from 0 up to, not including, 1.
    pub(crate) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Evenly from `low` to `high`.
    pub(crate) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// White noise, −1…+1.
    pub(crate) fn noise(&mut self) -> f32 {
        (self.unit() * 2.0 - 1.0) as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_always_rolls_the_same() {
        let roll = |seed| {
            let mut dice = Dice::new(seed);
            (0..8).map(|_| dice.unit()).collect::<Vec<_>>()
        };
        assert_eq!(roll(84), roll(84));
        assert_ne!(roll(84), roll(85));
    }

    #[test]
    fn noise_is_white_enough_to_have_no_lean() {
        let mut dice = Dice::new(1);
        let mean = (0..100_000).map(|_| f64::from(dice.noise())).sum::<f64>() / 100_000.0;
        assert!(
            mean.abs() < 0.01,
            "noise leaning to {mean} would be a thump at every seam"
        );
    }
}

//! The master limiter: nothing leaves louder than −1 dBFS, and nothing waits for it.
//!
//! It looks ahead by 0 frames, so it adds no latency and an overdub needs no correction for it.
//! The price: a sudden peak is bent along the knee for the few samples in which it rises,
//! instead of being seen coming. Below the knee (−6 dBFS) sound passes bit for bit; music at
//! −20 LUFS rarely meets it.

mod look_ahead;

pub use look_ahead::LookAhead;

use crate::units::SampleRate;

/// −1 dBFS.
pub const CEILING: f32 = 0.891_25;

/// −6 dBFS: up to here nothing happens.
const KNEE: f32 = 0.5;

/// Seconds in which it lets go of a peak by 8.7 dB.
const RELEASE_SECONDS: f64 = 0.12;

/// Both channels share one gain, so the picture between the speakers stays where it is.
#[derive(Debug, Clone)]
pub struct Limiter {
    /// The level of the last peak as it is forgotten; 0 when it is below the knee.
    held: f32,
    release: f32,
}

impl Limiter {
    /// Holds nothing.
    pub fn new(rate: SampleRate) -> Limiter {
        let release = (-1.0 / (RELEASE_SECONDS * f64::from(rate.hz()))).exp() as f32;
        Limiter { held: 0.0, release }
    }

    /// Limits both channels in place; both are finite. Returns the smallest factor used.
    pub fn process(&mut self, left: &mut [f32], right: &mut [f32], peak: f32) -> f32 {
        // With nothing held and nothing above the knee each frame would be multiplied by 1.
        if self.held == 0.0 && peak <= KNEE {
            return 1.0;
        }
        let mut smallest = 1.0f32;
        for (l, r) in left.iter_mut().zip(right) {
            let level = l.abs().max(r.abs()).max(self.held * self.release);
            if level <= KNEE {
                self.held = 0.0;
                continue;
            }
            self.held = level;
            let factor = bent(level) / level;
            *l = (*l * factor).clamp(-CEILING, CEILING);
            *r = (*r * factor).clamp(-CEILING, CEILING);
            smallest = smallest.min(factor);
        }
        smallest
    }
}

/// The knee: leaves it with slope 1 and never quite reaches the ceiling.
fn bent(level: f32) -> f32 {
    let over = (level - KNEE) / (CEILING - KNEE);
    KNEE + (CEILING - KNEE) * over / (1.0 + over)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn limited(mut sound: Vec<f32>) -> Vec<f32> {
        let mut other = vec![0.0; sound.len()];
        let peak = sound.iter().fold(0.0f32, |peak, x| peak.max(x.abs()));
        Limiter::new(SampleRate::STUDIO).process(&mut sound, &mut other, peak);
        sound
    }

    proptest! {
        #[test]
        fn nothing_is_louder_than_the_ceiling(
            sound in prop::collection::vec(-1e6f32..1e6, 0..2000)
        ) {
            prop_assert!(limited(sound).iter().all(|x| x.abs() <= CEILING));
        }

        #[test]
        fn quiet_music_passes_bit_for_bit(
            sound in prop::collection::vec(-0.5f32..=0.5, 0..500)
        ) {
            prop_assert_eq!(limited(sound.clone()), sound);
        }
    }

    #[test]
    fn it_lets_go_after_a_peak() {
        let mut sound = vec![0.4; 48_000];
        sound[0] = 4.0;
        let out = limited(sound);
        assert!(out[1] < 0.1, "pushed down right after the peak");
        assert_eq!(out[47_999], 0.4, "and untouched a second later");
    }
}

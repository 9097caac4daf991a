//! The fade of the whole mix: a quarter of a sine, which the ear hears as even.

use std::f64::consts::FRAC_PI_2;

use crate::units::Frames;

/// An amplitude that comes up like a sine and goes down like a cosine.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fade {
    from: f32,
    to: f32,
    length: u64,
    passed: u64,
}

impl Fade {
    /// Nothing is faded.
    pub const OPEN: Fade = Fade {
        from: 1.0,
        to: 1.0,
        length: 0,
        passed: 0,
    };

    /// Sets out from where it is, to arrive at `to` after `over`.
    pub fn go(&mut self, to: f32, over: Frames) {
        *self = Fade {
            from: self.after(0),
            to,
            length: over.0,
            passed: 0,
        };
    }

    fn after(&self, frames: usize) -> f32 {
        let passed = self.passed + frames as u64;
        if passed >= self.length {
            return self.to;
        }
        let turn = FRAC_PI_2 * passed as f64 / self.length as f64;
        if self.to > self.from {
            self.from + (self.to - self.from) * turn.sin() as f32
        } else {
            self.to + (self.from - self.to) * turn.cos() as f32
        }
    }

    /// Multiplies both channels, and moves on.
    pub fn scale(&mut self, left: &mut [f32], right: &mut [f32]) {
        let frames = left.len();
        if self.passed < self.length || self.to != 1.0 {
            for (i, (l, r)) in left.iter_mut().zip(right).enumerate() {
                let amplitude = self.after(i);
                *l *= amplitude;
                *r *= amplitude;
            }
        }
        self.passed = (self.passed + frames as u64).min(self.length);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_way_down_half_the_power_is_left() {
        let mut fade = Fade::OPEN;
        fade.go(0.0, Frames(100));
        assert!((fade.after(50).powi(2) - 0.5).abs() < 1e-6);
        assert_eq!(fade.after(100), 0.0);
    }
}

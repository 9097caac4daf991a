//! A straight line from one value to the next: no fader jumps, no mute clicks.
//!
//! Every value is computed from how many frames have passed, never added up, so a ramp is the
//! same however it is cut into blocks.

use crate::units::Frames;

/// A value on its way, or arrived.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ramp {
    from: f32,
    to: f32,
    length: u64,
    passed: u64,
    /// One over the length: a product for every frame instead of a quotient.
    per_frame: f32,
}

/// A ramp up to its arrival, for loops over many of them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line {
    from: f32,
    by: f32,
    passed: f32,
    per_frame: f32,
}

impl Line {
    #[inline(always)]
    fn at(&self, frame: f32) -> f32 {
        self.from + self.by * ((self.passed + frame) * self.per_frame)
    }

    /// Multiplies `values` by the next ones, none of which has arrived unless all have.
    pub(crate) fn scale(&self, values: &mut [f32]) {
        if self.by == 0.0 {
            if self.from != 1.0 {
                values.iter_mut().for_each(|value| *value *= self.from);
            }
            return;
        }
        // Counted in 32 bits, which vectors can convert four at a time.
        for (i, value) in (0i32..).zip(values) {
            *value *= self.at(i as f32);
        }
    }
}

/// Up to here `f32` counts frames exactly: 350 s at 48 kHz.
const COUNTED: u64 = 1 << 24;

impl Ramp {
    /// Stands still at `value`.
    pub fn at(value: f32) -> Ramp {
        Ramp {
            from: value,
            to: value,
            length: 0,
            passed: 0,
            per_frame: 0.0,
        }
    }

    /// Sets out from `from`, to arrive at `to` after `over`.
    pub fn between(from: f32, to: f32, over: Frames) -> Ramp {
        Ramp {
            from,
            to,
            length: over.0,
            passed: 0,
            per_frame: 1.0 / over.0.max(1) as f32,
        }
    }

    /// On its way: `passed` frames ago it set out from `from`, for `to` over `length`.
    pub(crate) fn part(from: f32, to: f32, length: u64, passed: u64) -> Ramp {
        Ramp {
            passed: passed.min(length),
            ..Ramp::between(from, to, Frames(length))
        }
    }

    /// Changes its mind: sets out from where it is now.
    pub fn go(&mut self, to: f32, over: Frames) {
        *self = Ramp::between(self.value(), to, over);
    }

    /// Is there at once.
    pub fn arrive(&mut self) {
        self.passed = self.length;
    }

    /// Has it arrived?
    pub fn is_settled(&self) -> bool {
        self.passed >= self.length
    }

    /// Where it is going.
    pub fn target(&self) -> f32 {
        self.to
    }

    /// Frames until it arrives.
    pub fn left(&self) -> Frames {
        Frames(self.length.saturating_sub(self.passed))
    }

    /// Its value for the next frame.
    pub fn value(&self) -> f32 {
        self.after(0)
    }

    /// Its value `frames` from now. The target is met exactly.
    pub fn after(&self, frames: usize) -> f32 {
        let passed = self.passed + frames as u64;
        if passed >= self.length {
            self.to
        } else {
            self.from + (self.to - self.from) * (passed as f32 * self.per_frame)
        }
    }

    /// What its next values are computed from, while it is under way: the value `n` frames from
    /// now is `from + by · ((passed + n) · per_frame)`. At rest nothing is added.
    pub(crate) fn line(&self) -> Line {
        let moving = !self.is_settled();
        Line {
            from: if moving { self.from } else { self.to },
            by: if moving { self.to - self.from } else { 0.0 },
            passed: self.passed as f32,
            per_frame: self.per_frame,
        }
    }

    /// Writes its next values, the same as [`Ramp::after`] gives one by one. Does not move on.
    pub fn fill(&self, values: &mut [f32]) {
        let moving = self.left().0.min(values.len() as u64) as usize;
        let (moving, still) = values.split_at_mut(moving);
        still.fill(self.to);
        if self.length > COUNTED {
            return moving
                .iter_mut()
                .enumerate()
                .for_each(|(i, value)| *value = self.after(i));
        }
        let (from, by, passed) = (self.from, self.to - self.from, self.passed as f32);
        // Counted in 32 bits, which vectors can convert four at a time.
        for (i, value) in (0i32..).zip(moving) {
            *value = from + by * ((passed + i as f32) * self.per_frame);
        }
    }

    /// Time passes.
    pub fn advance(&mut self, frames: usize) {
        self.passed = (self.passed + frames as u64).min(self.length);
    }

    /// Multiplies `block` by the next values, and moves on. At unity it touches nothing.
    pub fn scale(&mut self, blocks: [&mut [f32]; 2]) {
        let frames = blocks[0].len();
        if !self.is_settled() {
            for block in blocks {
                for (i, sample) in block.iter_mut().enumerate() {
                    *sample *= self.after(i);
                }
            }
        } else if self.to != 1.0 {
            for block in blocks {
                block.iter_mut().for_each(|sample| *sample *= self.to);
            }
        }
        self.advance(frames);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ramp_arrives_exactly_and_stays() {
        let mut ramp = Ramp::between(0.0, 0.7, Frames(240));
        ramp.advance(239);
        assert!(ramp.value() < 0.7);
        ramp.advance(1);
        assert_eq!(ramp.value(), 0.7);
        ramp.advance(1000);
        assert_eq!(ramp.value(), 0.7);
    }

    #[test]
    fn turning_round_begins_where_it_is() {
        let mut ramp = Ramp::between(0.0, 1.0, Frames(100));
        ramp.advance(50);
        ramp.go(0.0, Frames(100));
        assert_eq!(ramp.value(), 0.5);
    }

    #[test]
    fn a_ramp_written_down_is_the_ramp_asked_for_frame_by_frame() {
        for length in [0, 1, 7, 240, 48_000, COUNTED + 5] {
            let mut ramp = Ramp::between(0.3, 1.7, Frames(length));
            for advance in [0, 5, 1000] {
                ramp.advance(advance);
                let mut values = [0.0; 256];
                ramp.fill(&mut values);
                let one_by_one: Vec<f32> = (0..256).map(|i| ramp.after(i)).collect();
                assert_eq!(&values[..], one_by_one, "{length} frames, {ramp:?}");
            }
        }
    }

    #[test]
    fn unity_leaves_the_sound_alone() {
        let mut ramp = Ramp::at(1.0);
        let (mut left, mut right) = ([0.1, -0.0], [f32::MIN_POSITIVE, 0.3]);
        ramp.scale([&mut left, &mut right]);
        assert_eq!((left, right), ([0.1, -0.0], [f32::MIN_POSITIVE, 0.3]));
    }
}

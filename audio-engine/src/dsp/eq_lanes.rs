//! The equaliser's inner loop, run across channels: eight at a time, one in each lane.
//!
//! A filter's next sample needs its last one, so a single channel leaves most of the machine
//! waiting. Four stereo tracks wait together: [`gather`] turns planar sound into frames of eight
//! lanes, [`run_still`] or [`run_moving`] filter them, [`scatter`] turns them back. What comes
//! out of a lane does not depend on what is in the others. Left and right of a track are filtered
//! alike, so settings are kept, and worked out while they move, for four.
//!
//! Plain arithmetic on arrays of four; the compiler keeps each in a vector register on SSE2 and
//! NEON. No fused multiply-add, so that every machine gives the same samples.

use std::ops::{Add, Div, Mul, Sub};

use super::eq::Coefficients;

/// Stereo tracks filtered side by side.
pub(crate) const ABREAST: usize = 4;

/// One frame of all of them: their left channels, and their right ones.
pub(crate) type Lanes = [[f32; ABREAST]; 2];

/// One number for each track.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[repr(align(16))]
struct Four([f32; ABREAST]);

impl Four {
    fn all(value: f32) -> Four {
        Four([value; ABREAST])
    }

    #[inline(always)]
    fn with(self, other: Four, f: impl Fn(f32, f32) -> f32) -> Four {
        let mut out = [0.0; ABREAST];
        for (i, out) in out.iter_mut().enumerate() {
            *out = f(self.0[i], other.0[i]);
        }
        Four(out)
    }
}

impl Add for Four {
    type Output = Four;
    #[inline(always)]
    fn add(self, other: Four) -> Four {
        self.with(other, |a, b| a + b)
    }
}

impl Sub for Four {
    type Output = Four;
    #[inline(always)]
    fn sub(self, other: Four) -> Four {
        self.with(other, |a, b| a - b)
    }
}

impl Mul for Four {
    type Output = Four;
    #[inline(always)]
    fn mul(self, other: Four) -> Four {
        self.with(other, |a, b| a * b)
    }
}

impl Div for Four {
    type Output = Four;
    #[inline(always)]
    fn div(self, other: Four) -> Four {
        self.with(other, |a, b| a / b)
    }
}

/// A band's coefficients on their way: after `n` frames they are
/// `from + (to − from) · (passed + n) / length`. Cut where a line arrives.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Line {
    pub(crate) from: Coefficients,
    pub(crate) to: Coefficients,
    /// Frames since it set out; below 2²⁴, so that `f32` counts it exactly.
    pub(crate) passed: u32,
    /// Frames it takes; 0 has arrived.
    pub(crate) length: u32,
}

impl Line {
    /// Stays where it is.
    pub(crate) fn still(at: Coefficients) -> Line {
        Line {
            from: at,
            to: at,
            passed: 0,
            length: 0,
        }
    }

    /// Has it arrived?
    pub(crate) fn is_settled(&self) -> bool {
        self.passed >= self.length
    }

    /// Frames until it arrives; `None` if it has.
    pub(crate) fn left(&self) -> Option<usize> {
        (!self.is_settled()).then_some((self.length - self.passed) as usize)
    }

    /// Time passes.
    pub(crate) fn advance(&mut self, frames: usize) {
        self.passed = (u64::from(self.passed) + frames as u64).min(u64::from(self.length)) as u32;
    }

    /// Its value for the next frame.
    pub(crate) fn value(&self) -> Coefficients {
        if self.is_settled() {
            return self.to;
        }
        let turn = self.passed as f32 * (1.0 / self.length as f32);
        let between = |from: f32, to: f32| from + (to - from) * turn;
        Coefficients {
            g: between(self.from.g, self.to.g),
            k: between(self.from.k, self.to.k),
            m: std::array::from_fn(|i| between(self.from.m[i], self.to.m[i])),
        }
    }
}

/// One band of four tracks.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Band {
    /// `g k m0 m1 m2`.
    from: [Four; 5],
    by: [Four; 5],
    passed: Four,
    per_frame: Four,
    /// What the two integrators hold, left and right.
    memory: [[Four; 2]; 2],
}

impl Band {
    /// Puts a track's settings, and what its filters remember left and right, into a lane.
    pub(crate) fn set(&mut self, lane: usize, line: Line, memory: [[f32; 2]; 2]) {
        let list = |c: Coefficients| [c.g, c.k, c.m[0], c.m[1], c.m[2]];
        let moving = !line.is_settled();
        let to = list(line.to);
        let from = if moving { list(line.from) } else { to };
        for i in 0..5 {
            self.from[i].0[lane] = from[i];
            self.by[i].0[lane] = to[i] - from[i];
        }
        self.passed.0[lane] = if moving { line.passed as f32 } else { 0.0 };
        self.per_frame.0[lane] = if moving {
            1.0 / line.length as f32
        } else {
            0.0
        };
        for (fours, values) in self.memory.iter_mut().zip(memory) {
            for (four, value) in fours.iter_mut().zip(values) {
                four.0[lane] = value;
            }
        }
    }

    /// A lane nobody uses: passes silence.
    pub(crate) fn unused(&mut self, lane: usize) {
        const FLAT: Coefficients = Coefficients {
            g: 0.1,
            k: 1.0,
            m: [1.0, 0.0, 0.0],
        };
        self.set(lane, Line::still(FLAT), [[0.0; 2]; 2]);
    }

    /// What the filters in this lane remember, left and right.
    pub(crate) fn memory(&self, lane: usize) -> [[f32; 2]; 2] {
        self.memory.map(|side| side.map(|four| four.0[lane]))
    }

    #[inline(always)]
    fn at(&self, frame: f32) -> Ready {
        let turn = (self.passed + Four::all(frame)) * self.per_frame;
        let [g, k, m0, m1, m2]: [Four; 5] =
            std::array::from_fn(|i| self.from[i] + self.by[i] * turn);
        let a1 = Four::all(1.0) / (Four::all(1.0) + g * (g + k));
        let a2 = g * a1;
        let a3 = g * a2;
        Ready {
            a: [a1, a2, a3],
            m: [m0, m1, m2],
        }
    }
}

/// Coefficients as the loop wants them.
#[derive(Clone, Copy, Default)]
struct Ready {
    a: [Four; 3],
    m: [Four; 3],
}

impl Ready {
    #[inline(always)]
    fn frame(&self, input: Four, [ic1, ic2]: &mut [Four; 2]) -> Four {
        let v3 = input - *ic2;
        let v1 = self.a[0] * *ic1 + self.a[1] * v3;
        let v2 = *ic2 + self.a[1] * *ic1 + self.a[2] * v3;
        *ic1 = v1 + v1 - *ic1;
        *ic2 = v2 + v2 - *ic2;
        self.m[0] * input + self.m[1] * v1 + self.m[2] * v2
    }
}

/// Filters in place, settings standing still.
pub(crate) fn run_still<const N: usize>(sound: &mut [Lanes], bands: &mut [Band; N]) {
    let ready: [Ready; N] = std::array::from_fn(|i| bands[i].at(0.0));
    let mut memory: [[[Four; 2]; 2]; N] = std::array::from_fn(|i| bands[i].memory);
    for [left, right] in sound {
        let (mut l, mut r) = (Four(*left), Four(*right));
        for i in 0..N {
            l = ready[i].frame(l, &mut memory[i][0]);
            r = ready[i].frame(r, &mut memory[i][1]);
        }
        (*left, *right) = (l.0, r.0);
    }
    for i in 0..N {
        bands[i].memory = memory[i];
    }
}

/// Filters in place, settings on their way; none arrives before the end of `sound`. Settings
/// that stand still give what [`run_still`] gives, bit for bit.
pub(crate) fn run_moving<const N: usize>(sound: &mut [Lanes], bands: &mut [Band; N]) {
    for (n, [left, right]) in (0i32..).zip(sound) {
        let (mut l, mut r) = (Four(*left), Four(*right));
        for band in bands.iter_mut() {
            let ready = band.at(n as f32);
            l = ready.frame(l, &mut band.memory[0]);
            r = ready.frame(r, &mut band.memory[1]);
        }
        (*left, *right) = (l.0, r.0);
    }
}

/// Four stereo sounds, each times its factor, side by side. All are as long as `lanes`.
pub(crate) fn gather(sounds: [([&[f32]; 2], f32); ABREAST], lanes: &mut [Lanes]) {
    for side in 0..2 {
        let [a, b, c, d] = sounds.map(|(sound, factor)| (sound[side], factor));
        let (fours, rest) = lanes.as_chunks_mut::<4>();
        let (fa, ra) = a.0.as_chunks::<4>();
        let (fb, rb) = b.0.as_chunks::<4>();
        let (fc, rc) = c.0.as_chunks::<4>();
        let (fd, rd) = d.0.as_chunks::<4>();
        let quads = fa.iter().zip(fb).zip(fc.iter().zip(fd));
        for (out, ((a4, b4), (c4, d4))) in fours.iter_mut().zip(quads) {
            for f in 0..4 {
                out[f][side][0] = a4[f] * a.1;
                out[f][side][1] = b4[f] * b.1;
                out[f][side][2] = c4[f] * c.1;
                out[f][side][3] = d4[f] * d.1;
            }
        }
        let singles = ra.iter().zip(rb).zip(rc.iter().zip(rd));
        for (out, ((a1, b1), (c1, d1))) in rest.iter_mut().zip(singles) {
            out[side][0] = a1 * a.1;
            out[side][1] = b1 * b.1;
            out[side][2] = c1 * c.1;
            out[side][3] = d1 * d.1;
        }
    }
}

/// Takes the stereo sound of track `j` of four back out of the lanes.
pub(crate) fn scatter(lanes: &[Lanes], j: usize, out: [&mut [f32]; 2]) {
    let j = j.min(ABREAST - 1);
    let [left, right] = out;
    for (frame, (l, r)) in lanes.iter().zip(left.iter_mut().zip(right)) {
        *l = frame[0][j];
        *r = frame[1][j];
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dsp::eq::EqShape;
    use proptest::prelude::*;

    fn bands(db: f32) -> [Band; 3] {
        let mut bands = [Band::default(); 3];
        for (band, shape) in bands.iter_mut().zip(EqShape::ALL) {
            for lane in 0..ABREAST {
                let c = Coefficients::of(shape, 0.05 + 0.01 * lane as f32, db, 0.9);
                band.set(lane, Line::still(c), [[0.0; 2]; 2]);
            }
        }
        bands
    }

    fn sound(frames: usize) -> Vec<Lanes> {
        let sample = |n: usize, lane: usize| ((n * 7 + lane * 31) as f32 * 0.37).sin();
        (0..frames)
            .map(|n| [0, ABREAST].map(|side| std::array::from_fn(|j| sample(n, side + j))))
            .collect()
    }

    #[test]
    fn settings_that_stand_still_sound_the_same_in_both_loops() {
        let (mut a, mut b) = (sound(300), sound(300));
        run_still(&mut a, &mut bands(7.0));
        run_moving(&mut b, &mut bands(7.0));
        assert_eq!(a, b);
    }

    #[test]
    fn a_lane_does_not_hear_its_neighbours() {
        let mut together = sound(200);
        run_still(&mut together, &mut bands(-9.0));
        for (side, lane) in (0..2).flat_map(|side| (0..ABREAST).map(move |lane| (side, lane))) {
            let mut alone = vec![[[0.0; ABREAST]; 2]; 200];
            for (alone, frame) in alone.iter_mut().zip(sound(200)) {
                alone[side][lane] = frame[side][lane];
            }
            run_still(&mut alone, &mut bands(-9.0));
            let mut both = alone.iter().zip(&together);
            assert!(both.all(|(a, b)| a[side][lane] == b[side][lane]));
        }
    }

    #[test]
    fn a_flat_band_passes_every_bit() {
        let (dry, mut wet) = (sound(100), sound(100));
        run_still(&mut wet, &mut bands(0.0));
        assert_eq!(dry, wet);
    }

    proptest! {
        #[test]
        fn what_is_gathered_is_what_is_scattered(frames in 0usize..70) {
            let planar: Vec<[Vec<f32>; 2]> = (0..ABREAST)
                .map(|j| [0, 1].map(|side| {
                    (0..frames).map(|n| (n * 10 + j * 2 + side) as f32).collect()
                }))
                .collect();
            let mut lanes = vec![[[0.0; ABREAST]; 2]; frames];
            let sounds: [([&[f32]; 2], f32); ABREAST] =
                std::array::from_fn(|j| ([&planar[j][0][..], &planar[j][1][..]], 1.0));
            gather(sounds, &mut lanes);
            for (j, sides) in planar.iter().enumerate() {
                let (mut left, mut right) = (vec![0.0; frames], vec![0.0; frames]);
                scatter(&lanes, j, [&mut left, &mut right]);
                prop_assert_eq!(&left, &sides[0]);
                prop_assert_eq!(&right, &sides[1]);
            }
        }
    }
}

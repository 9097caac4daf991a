//! The room as it was first written, frame by frame: what the faster one has to equal.

use super::{
    DAMPING_HZ, DECAY_SECONDS, DELAYS_AT_48K, DIFFUSERS_AT_48K, DIFFUSION, LINES, RETURN, audible,
};
use crate::units::SampleRate;

/// Frames a line can hold; a power of two, so that its end needs no comparison.
const LINE: usize = 16_384;

/// Stereo in, stereo out.
pub struct FrameByFrame {
    lines: [Box<[f32; LINE]>; LINES],
    delays: [usize; LINES],
    feedback: [f32; LINES],
    damped: [f32; LINES],
    damping: f32,
    diffusers: [[Diffuser; 2]; 2],
    at: usize,
    /// Frames for which the whole room has been exactly silent.
    quiet: usize,
    /// After so many of them there is nothing left anywhere.
    memory: usize,
}

/// An all-pass filter: spreads a click in time, changes no note's loudness.
struct Diffuser {
    line: Box<[f32; LINE]>,
    delay: usize,
}

impl FrameByFrame {
    /// An empty room. Allocates; everything after does not.
    pub fn new(rate: SampleRate) -> FrameByFrame {
        let hz = f64::from(rate.hz());
        let scaled = |delay: f64| ((delay * hz / 48_000.0) as usize).clamp(1, LINE - 1);
        let delays = DELAYS_AT_48K.map(scaled);
        let diffusers = DIFFUSERS_AT_48K.map(|side| {
            side.map(|delay| Diffuser {
                line: empty_line(),
                delay: scaled(delay),
            })
        });
        let longest: usize = delays.iter().copied().max().unwrap_or(0);
        FrameByFrame {
            lines: std::array::from_fn(|_| empty_line()),
            delays,
            feedback: delays.map(|d| 10f64.powf(-3.0 * d as f64 / (DECAY_SECONDS * hz)) as f32),
            damped: [0.0; LINES],
            damping: (1.0 - (-std::f64::consts::TAU * DAMPING_HZ / hz).exp()) as f32,
            diffusers,
            at: 0,
            quiet: LINE * 2,
            memory: longest + scaled(700.0) * 2,
        }
    }

    /// Adds the room's answer to `send` into `out`. All blocks are of one length and finite.
    pub fn process(&mut self, send: [&[f32]; 2], out: [&mut [f32]; 2]) {
        if self.is_asleep() && send.iter().all(|side| side.iter().all(|x| *x == 0.0)) {
            return;
        }
        let [out_left, out_right] = out;
        let inputs = send[0].iter().zip(send[1]);
        for ((l, r), (out_l, out_r)) in inputs.zip(out_left.iter_mut().zip(out_right)) {
            let [left, right] = self.frame(*l, *r);
            *out_l += left;
            *out_r += right;
        }
    }

    /// Has everything faded away?
    pub fn is_asleep(&self) -> bool {
        self.quiet >= self.memory
    }

    fn frame(&mut self, left: f32, right: f32) -> [f32; 2] {
        let at = self.at;
        let sent = [left, right];
        let [left_pair, right_pair] = &mut self.diffusers;
        let spread = [
            left_pair
                .iter_mut()
                .fold(left, |x, diffuser| diffuser.frame(x, at)),
            right_pair
                .iter_mut()
                .fold(right, |x, diffuser| diffuser.frame(x, at)),
        ];
        let mut taps = [0.0f32; LINES];
        for ((tap, line), delay) in taps.iter_mut().zip(&self.lines).zip(self.delays) {
            *tap = line[at.wrapping_sub(delay) & (LINE - 1)];
        }
        for (damped, tap) in self.damped.iter_mut().zip(taps) {
            *damped = audible(*damped + self.damping * (tap - *damped));
        }
        // Householder's mirror: every line hears every other, and no energy is made or lost.
        let mixed = self.damped.iter().sum::<f32>() * (2.0 / LINES as f32);
        for i in 0..LINES {
            let input = if i % 2 == 0 { spread[0] } else { spread[1] };
            let back = (self.damped[i] - mixed) * self.feedback[i];
            self.lines[i][at & (LINE - 1)] = audible(back + input);
        }
        self.at = at.wrapping_add(1);
        let silent = sent == [0.0; 2] && taps == [0.0; LINES] && spread == [0.0; 2];
        self.quiet = if silent {
            self.quiet.saturating_add(1)
        } else {
            0
        };
        [
            RETURN * (taps[0] - taps[2] + taps[4] - taps[6]),
            RETURN * (taps[1] - taps[3] + taps[5] - taps[7]),
        ]
    }
}

impl Diffuser {
    fn frame(&mut self, input: f32, at: usize) -> f32 {
        let delayed = self.line[at.wrapping_sub(self.delay) & (LINE - 1)];
        let kept = audible(input + DIFFUSION * delayed);
        self.line[at & (LINE - 1)] = kept;
        delayed - DIFFUSION * kept
    }
}

fn empty_line() -> Box<[f32; LINE]> {
    Box::new([0.0; LINE])
}

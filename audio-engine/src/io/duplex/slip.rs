//! Makes one clock of two crystals: reads the microphone's frames a few millionths faster or
//! slower than they are played, so that it stays where it began.
//!
//! [`Slip`] is the controller: a proportional and integral loop on the distance between the two
//! sides, in frames. It begins quick and grows calm, because the first seconds of a take matter as
//! much as the last. [`Between`] reads between the frames: a windowed sinc, 32 taps, whose look
//! ahead comes out of the ring's cushion, so it adds no latency; at a whole frame it is that frame,
//! bit for bit.

use super::Frame;

/// Frames in the line, and taps of the sinc.
pub(super) const TAPS: usize = 32;
/// Frames the line is ahead of the one being read.
pub(super) const AHEAD: usize = TAPS / 2;
/// Places between two frames for which taps are worked out; between those, they are mixed.
const PLACES: usize = 256;
/// Bandwidth of the loop, in Hz: at first, and in the end.
const OPENING_HZ: f64 = 1.0;
const SETTLED_HZ: f64 = 0.02;
/// Crystals differ by 0.02 % at worst; more is a mistake of ours.
const WORST: f64 = 0.002;

/// How much faster than played the microphone must be read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Slip {
    rate: f64,
    /// Seconds since the start.
    age: f64,
    /// What the loop has learned, in frames per second.
    learned: f64,
    step: f64,
    /// Frames read beyond those played, so far.
    pub(super) slipped: f64,
}

impl Slip {
    pub(super) fn new(rate: f64) -> Slip {
        Slip {
            rate,
            age: 0.0,
            learned: 0.0,
            step: 1.0,
            slipped: 0.0,
        }
    }

    /// Before a callback of `frames`: the ring has come to hold `ahead` frames more than it
    /// should. Returns frames to read for each frame played.
    pub(super) fn steer(&mut self, ahead: f64, frames: usize) -> f64 {
        let seconds = frames as f64 / self.rate;
        self.age += seconds;
        let omega = std::f64::consts::TAU * (1.0 / self.age).clamp(SETTLED_HZ, OPENING_HZ);
        let worst = WORST * self.rate;
        self.learned = (self.learned + omega * omega * ahead * seconds).clamp(-worst, worst);
        let speed = self.learned + std::f64::consts::SQRT_2 * omega * ahead;
        self.step = 1.0 + speed.clamp(-worst, worst) / self.rate;
        self.slipped += (self.step - 1.0) * frames as f64;
        self.step
    }
}

/// Reads a stream of frames at places between them.
pub(super) struct Between {
    line: Box<[Frame; TAPS]>,
    /// Which of [`Between::line`] is the oldest.
    oldest: usize,
    /// Frames that must come before the line is full.
    empty: usize,
    /// How far past the frame being read, 0…1.
    place: f64,
    taps: Box<[[f32; TAPS]]>,
}

impl Between {
    /// Off the audio thread: works out the taps.
    pub(super) fn new() -> Between {
        let tap = |place: usize, k: usize| {
            let x = k as f64 - (AHEAD - 1) as f64 - place as f64 / PLACES as f64;
            (sinc(x) * window(x / AHEAD as f64)) as f32
        };
        let row = |place| std::array::from_fn(|k| tap(place, k));
        Between {
            line: Box::new([[0.0; 2]; TAPS]),
            oldest: 0,
            empty: TAPS,
            place: 0.0,
            taps: (0..=PLACES).map(row).collect(),
        }
    }

    /// Moves on by `step` and returns how many frames must be pushed before the next is read.
    pub(super) fn advance(&mut self, step: f64) -> usize {
        self.place += step;
        let whole = self.place.floor();
        self.place -= whole;
        whole as usize
    }

    pub(super) fn push(&mut self, frame: Frame) {
        self.line[self.oldest] = frame;
        self.oldest = (self.oldest + 1) % TAPS;
        self.empty = self.empty.saturating_sub(1);
    }

    /// `None` until enough has been pushed to read between.
    pub(super) fn read(&self) -> Option<Frame> {
        if self.empty > 0 {
            return None;
        }
        let at = self.place * PLACES as f64;
        let row = (at as usize).min(PLACES - 1);
        let mix = (at - row as f64) as f32;
        let (this, next) = (&self.taps[row], &self.taps[row + 1]);
        let mut frame = [0.0; 2];
        for k in 0..TAPS {
            let tap = this[k] + mix * (next[k] - this[k]);
            let heard = self.line[(self.oldest + k) % TAPS];
            frame[0] += tap * heard[0];
            frame[1] += tap * heard[1];
        }
        Some(frame)
    }
}

fn sinc(x: f64) -> f64 {
    let angle = std::f64::consts::PI * x;
    if angle == 0.0 {
        1.0
    } else if x == x.round() {
        // Exactly nothing at every other frame, so that a whole frame is read unchanged.
        0.0
    } else {
        angle.sin() / angle
    }
}

/// Blackman's, over −1…1.
fn window(x: f64) -> f64 {
    let angle = std::f64::consts::PI * x.clamp(-1.0, 1.0);
    0.42 + 0.5 * angle.cos() + 0.08 * (2.0 * angle).cos()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_the_same_speed_every_frame_comes_through_as_it_was() {
        let mut between = Between::new();
        let frames: Vec<Frame> = (0..200)
            .map(|n| [(n as f32 * 0.37).sin(), n as f32])
            .collect();
        let mut heard = Vec::new();
        for frame in &frames {
            assert_eq!(between.advance(1.0), 1);
            between.push(*frame);
            heard.extend(between.read());
        }
        let first = TAPS - 1 - AHEAD;
        assert_eq!(heard, frames[first..first + heard.len()]);
        assert_eq!(heard.len(), frames.len() - TAPS + 1);
    }

    #[test]
    fn a_tone_read_a_little_faster_stays_a_tone() {
        let mut between = Between::new();
        let (mut pushed, mut worst) = (0_u32, 0.0_f64);
        let step = 1.0001;
        let tone = |at: f64| (at * 0.2).sin();
        for n in 0..20_000_u32 {
            for _ in 0..between.advance(step) {
                between.push([tone(f64::from(pushed)) as f32; 2]);
                pushed += 1;
            }
            let at = f64::from(n + 1) * step - 1.0 - AHEAD as f64;
            if let Some([heard, _]) = between.read() {
                worst = worst.max((f64::from(heard) - tone(at)).abs());
            }
        }
        assert!(worst < 1e-4, "{worst} beside the tone");
    }
}

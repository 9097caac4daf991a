//! The limiter that sees peaks coming: −1 dBTP between the samples too, without bending the wave.
//!
//! ```text
//! in ─┬──────────────── 80 frames ────────────────► × ──► out
//!     └► crests ──► wanted ──► least of ──► let go ──► average of
//!        (4×)       factor     58 frames    slowly     33 frames
//! ```
//! Each crest wants a factor; the least one wanted within reach is held, smoothed by an average
//! no longer than the hold, and so has arrived [`MARGIN`] frames before the crest does and stays
//! until as long after it. Nothing overshoots. All factors are whole numbers, so that sums of
//! them are exact: they are the same however sound is cut into blocks, they never drift, and when
//! nothing is to be limited the factor is exactly 1 and sound passes bit for bit, only later.

use super::CEILING;
use crate::dsp::oversample::{BEFORE, CHUNK, DELAY, Interpolator, SPARE};
use crate::units::{Frames, SampleRate};

/// Frames from in to out: 1.7 ms at 48 kHz. 35 of them are for finding a crest.
const LATENCY: usize = 80;

/// Frames round a crest in which the factor stands still: as far as a crest is made of samples.
const MARGIN: usize = 12;

/// Frames of each of the two averages, one after the other: together they reach from the frame a
/// crest is found to [`MARGIN`] frames before it leaves.
const AVERAGE: usize = (LATENCY - DELAY - MARGIN).div_ceil(2);

/// Frames a wanted factor is held: until [`MARGIN`] frames after its crest has left.
const HOLD: usize = LATENCY - DELAY + MARGIN + 1;

/// Seconds in which it lets go of 63 % of a reduction.
const RELEASE_SECONDS: f64 = 0.12;

/// The factor that changes nothing.
const ONE: u64 = 1 << 40;

/// It lets go by this much per frame at least, and so of all of it: the last bit of a sample.
const ARRIVAL: u64 = ONE >> 24;

/// What every crest is brought down to: 0.4 dB below the ceiling. By so much other meters, which
/// weigh what lies above 20 kHz differently, may read noise higher than ours does.
const AIM: f32 = CEILING * 0.954_993;

/// Stereo in place; both channels share one factor.
pub struct LookAhead {
    interpolator: Interpolator,
    /// The last [`LATENCY`] frames, and room for a chunk and what the interpolator may read.
    sound: [[f32; LATENCY + CHUNK + SPARE]; 2],
    held: Held,
    /// After the release.
    factor: u64,
    /// Of what is left to let go of, in 1/2³² per frame.
    release: u64,
    averages: [Average; 2],
    /// Frames for which every factor was 1.
    open: usize,
    /// Frames for which silence came in.
    quiet: usize,
}

impl LookAhead {
    /// Holds nothing. Allocates nothing either, but is large: keep it in a box.
    pub fn new(rate: SampleRate) -> LookAhead {
        let release = 1.0 - (-1.0 / (RELEASE_SECONDS * f64::from(rate.hz()))).exp();
        LookAhead {
            interpolator: Interpolator::new(),
            sound: [[0.0; LATENCY + CHUNK + SPARE]; 2],
            held: Held::new(),
            factor: ONE,
            release: (release * (1u64 << 32) as f64) as u64,
            averages: [
                Average::full_of(ONE),
                Average::full_of(ONE * AVERAGE as u64),
            ],
            open: usize::MAX,
            quiet: usize::MAX,
        }
    }

    /// What comes out was sent in this much earlier.
    pub fn latency(&self) -> Frames {
        Frames(LATENCY as u64)
    }

    /// Is there nothing left to come out, and nothing held?
    pub fn is_asleep(&self) -> bool {
        self.is_open() && self.quiet >= LATENCY
    }

    /// Limits both channels in place; both are finite and of one length. Returns the smallest
    /// factor used.
    pub fn process(&mut self, left: &mut [f32], right: &mut [f32]) -> f32 {
        let mut smallest = 1.0f32;
        for (left, right) in left.chunks_mut(CHUNK).zip(right.chunks_mut(CHUNK)) {
            smallest = smallest.min(self.chunk(left, right));
        }
        smallest
    }

    fn chunk(&mut self, left: &mut [f32], right: &mut [f32]) -> f32 {
        let frames = left.len().min(right.len());
        let end = LATENCY + frames;
        // Everything a crest that is found now may be made of.
        let reach = LATENCY - BEFORE..end;
        let mut peak = 0.0f32;
        let mut silent = 0;
        for (sound, new) in self.sound.iter_mut().zip([&*left, &*right]) {
            sound[LATENCY..end].copy_from_slice(&new[..frames]);
            peak = sound[reach.clone()]
                .iter()
                .fold(peak, |peak, x| peak.max(x.abs()));
        }
        while silent < frames
            && left[frames - 1 - silent] == 0.0
            && right[frames - 1 - silent] == 0.0
        {
            silent += 1;
        }
        self.quiet = if silent == frames {
            self.quiet.saturating_add(frames)
        } else {
            silent
        };

        let mut factors = [1.0f32; CHUNK];
        let no_crest = peak * Interpolator::MOST <= AIM;
        let smallest = if no_crest && self.is_open() {
            self.held.pass(frames);
            1.0
        } else {
            let mut levels = [0.0f32; CHUNK];
            if !no_crest {
                for sound in &self.sound {
                    self.interpolator
                        .peaks(&sound[reach.start..], &mut levels[..frames]);
                }
            }
            self.follow(&levels[..frames], &mut factors[..frames])
        };
        for (sound, out) in self.sound.iter_mut().zip([left, right]) {
            for ((out, x), factor) in out.iter_mut().zip(&*sound).zip(&factors) {
                *out = if *factor < 1.0 {
                    (x * factor).clamp(-CEILING, CEILING)
                } else {
                    *x
                };
            }
            sound.copy_within(frames..end, 0);
        }
        smallest
    }

    /// The factor for each frame that comes out. Returns the smallest.
    fn follow(&mut self, levels: &[f32], factors: &mut [f32]) -> f32 {
        let mut smallest = 1.0f32;
        for (level, factor) in levels.iter().zip(factors) {
            let wanted = if *level > AIM {
                (f64::from(AIM / level) * ONE as f64) as u64
            } else {
                ONE
            };
            let held = self.held.least(wanted);
            let let_go = ((((ONE - self.factor) >> 8) * self.release) >> 24) + ARRIVAL;
            self.factor = held.min(self.factor + let_go).min(ONE);
            let [first, second] = &mut self.averages;
            let sum = second.push(first.push(self.factor));
            self.open = if wanted == ONE && self.factor == ONE {
                self.open.saturating_add(1)
            } else {
                0
            };
            *factor = (sum as f64 / (ONE * (AVERAGE * AVERAGE) as u64) as f64) as f32;
            smallest = smallest.min(*factor);
        }
        smallest
    }

    /// Have all factors within memory been 1?
    fn is_open(&self) -> bool {
        self.open >= HOLD + 2 * AVERAGE
    }
}

/// The least of the last [`HOLD`] numbers: only those are kept that may yet be the least.
struct Held {
    /// A ring of (number, the frame it came at), rising.
    kept: [(u64, u64); HOLD],
    first: usize,
    count: usize,
    now: u64,
}

impl Held {
    fn new() -> Held {
        Held {
            kept: [(ONE, 0); HOLD],
            first: 0,
            count: 0,
            now: 0,
        }
    }

    fn least(&mut self, new: u64) -> u64 {
        while self.count > 0 && self.kept[(self.first + self.count - 1) % HOLD].0 >= new {
            self.count -= 1;
        }
        if self.count > 0 && self.kept[self.first].1 + HOLD as u64 <= self.now {
            self.first = (self.first + 1) % HOLD;
            self.count -= 1;
        }
        self.kept[(self.first + self.count) % HOLD] = (new, self.now);
        self.count += 1;
        self.now += 1;
        self.kept[self.first].0
    }

    /// Time passes in which every number was the largest there is.
    fn pass(&mut self, frames: usize) {
        self.now += frames as u64;
        self.count = 0;
    }
}

/// The sum of the last [`AVERAGE`] numbers.
struct Average {
    last: [u64; AVERAGE],
    at: usize,
    sum: u64,
}

impl Average {
    fn full_of(number: u64) -> Average {
        Average {
            last: [number; AVERAGE],
            at: 0,
            sum: number * AVERAGE as u64,
        }
    }

    fn push(&mut self, new: u64) -> u64 {
        self.sum = self.sum + new - self.last[self.at];
        self.last[self.at] = new;
        self.at = (self.at + 1) % AVERAGE;
        self.sum
    }
}

#[cfg(test)]
mod tests;

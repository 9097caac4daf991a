//! Where in the wave a rise begins, once its neighbourhood is known.

use crate::units::{Frames, SampleRate};

/// The envelope holds a peak this long, in seconds: longer than half a period of an 80 Hz hum. It
/// looks back only, so that a rise is where it is in the wave.
const HOLD_SECONDS: f32 = 0.007;
/// Where the top of a rise is looked for, around the moment its spectrum grew most, in seconds.
const TOP_SECONDS: [f32; 2] = [0.03, 0.06];
/// A rise takes no longer than this, in seconds; before it lies what it rose from.
const RISE_SECONDS: f32 = 0.12;
/// The rise is read at these shares of its height, and followed back from there to nothing.
const SHARES: [f32; 2] = [0.15, 0.5];
/// The least a rise stands above what was there, as a factor: 3 dB.
const LEAST_RISE: f32 = 1.41;

/// The level of a sound from sample to sample.
pub(super) struct Envelope<'a> {
    samples: &'a [f32],
    held: Vec<f32>,
    rate: f32,
}

impl Envelope<'_> {
    pub fn of(samples: &[f32], rate: SampleRate) -> Envelope<'_> {
        let rate = rate.hz() as f32;
        let hold = (HOLD_SECONDS * rate) as usize;
        Envelope {
            samples,
            held: highest_of_last(samples, hold),
            rate,
        }
    }

    /// Whether the recording begins with a beginning: its first 5 ms are unlike what follows. A
    /// hum or a hiss that was there before the recording is as loud then as later.
    fn begins_with_a_sound(&self) -> bool {
        let power = |from: f32, until: f32| {
            let [from, until] = [from, until].map(|ms| (ms / 1000.0 * self.rate) as usize);
            let part = self.samples.get(from..until.min(self.samples.len()));
            let part = part.unwrap_or_default();
            part.iter().map(|s| s * s).sum::<f32>() / part.len().max(1) as f32
        };
        let (first, later) = (power(0.0, 5.0), power(30.0, 100.0));
        let unlike = LEAST_RISE * LEAST_RISE;
        first > later * unlike || later > first * unlike
    }

    /// Where the rise around `near` begins: the line through 15 % and 50 % of its height, followed
    /// down to where it came from. `None` if nothing rises there.
    pub fn rise_near(&self, near: usize) -> Option<Frames> {
        let frames = |seconds: f32| (seconds * self.rate) as usize;
        let from = near.saturating_sub(frames(TOP_SECONDS[0]));
        let until = (near + frames(TOP_SECONDS[1])).min(self.held.len());
        // The first sample near the highest: a hum goes on as high for long after its rise.
        let highest = self
            .held
            .get(from..until)?
            .iter()
            .copied()
            .fold(0.0, f32::max);
        let top = from
            + self.held[from..until]
                .iter()
                .position(|e| *e >= 0.9 * highest)?;
        let earliest = top.saturating_sub(frames(RISE_SECONDS));
        let base = self.held[earliest..=top]
            .iter()
            .copied()
            .fold(highest, f32::min);
        let base = match earliest {
            0 if top < frames(RISE_SECONDS) / 4 && self.begins_with_a_sound() => 0.0,
            0 if top < frames(RISE_SECONDS) / 4 => return None,
            _ => base,
        };
        if highest < base * LEAST_RISE || highest <= 0.0 {
            return None;
        }
        let [low, high] = SHARES.map(|share| {
            let level = base + share * (highest - base);
            // Back from the top to the last sample under that level.
            let under = self.held[earliest..=top].iter().rposition(|e| *e < level);
            under.map_or(earliest, |under| earliest + under + 1) as f32
        });
        let back = (high - low) * SHARES[0] / (SHARES[1] - SHARES[0]);
        Some(Frames((low - back).max(0.0).round() as u64))
    }
}

/// For every sample the highest of it and the `hold` before it.
fn highest_of_last(samples: &[f32], hold: usize) -> Vec<f32> {
    let mut candidates: std::collections::VecDeque<(usize, f32)> = Default::default();
    samples
        .iter()
        .enumerate()
        .map(|(i, sample)| {
            let level = sample.abs();
            while candidates.back().is_some_and(|(_, last)| *last <= level) {
                candidates.pop_back();
            }
            candidates.push_back((i, level));
            while candidates.front().is_some_and(|(at, _)| at + hold < i) {
                candidates.pop_front();
            }
            candidates.front().map_or(level, |(_, highest)| *highest)
        })
        .collect()
}

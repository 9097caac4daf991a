//! What the microphone hears: a sub-block at a time, as one channel and as two, and how loud it is.

use std::ops::Range;

use super::Mixer;
use crate::rt::blocks::first;
use crate::rt::guard::heal;
use crate::rt::lanes::peak;
use crate::rt::limits::MAX_BLOCK;
use crate::rt::recorder::Heard;

/// How quickly the input's level meter forgets, in seconds.
const METER_SECONDS: f32 = 0.3;

impl Mixer {
    /// Takes the mean of the input channels from `from`. Returns how many samples were broken.
    pub(in crate::rt) fn hear(&mut self, input: &[&[f32]], from: usize, frames: usize) -> u64 {
        let (mono, _) = self.blocks.input.split_at_mut(frames.min(MAX_BLOCK));
        mono.fill(0.0);
        for channel in input {
            let heard = channel.get(from..).unwrap_or_default();
            mono.iter_mut()
                .zip(heard)
                .for_each(|(sum, sample)| *sum += sample);
        }
        if input.len() > 1 {
            let share = 1.0 / input.len() as f32;
            mono.iter_mut().for_each(|sample| *sample *= share);
        }
        let broken = heal(mono);
        self.levels.input = self.levels.input.max(peak(mono));
        let power = mono.iter().map(|x| x * x).sum::<f32>() / frames as f32;
        let weight = (frames as f32 / (METER_SECONDS * self.rate)).min(1.0);
        self.levels.input_power += (power - self.levels.input_power) * weight;
        broken
    }

    /// Takes the first two input channels by themselves; a single one stands for both.
    pub(in crate::rt) fn hear_sides(&mut self, input: &[&[f32]], from: usize, frames: usize) {
        for (index, side) in self.blocks.heard.iter_mut().enumerate() {
            let side = first(side, frames);
            let channel = input.get(index).or(input.first());
            let heard = channel.and_then(|channel| channel.get(from..));
            side.fill(0.0);
            side.iter_mut()
                .zip(heard.unwrap_or_default())
                .for_each(|(side, sample)| *side = *sample);
            // Counted in the mean already.
            heal(side);
        }
    }

    /// What was heard in these frames of the sub-block.
    pub(in crate::rt) fn input(&self, frames: Range<usize>) -> Heard<'_> {
        let [left, right] = &self.blocks.heard;
        let [mono, left, right] = [&self.blocks.input, left, right]
            .map(|block| block.get(frames.clone()).unwrap_or_default());
        Heard {
            mono,
            sides: [left, right],
        }
    }
}

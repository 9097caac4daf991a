//! A piece of sound in memory: planar 32-bit floats, one or two channels, with its rate.
//!
//! Made and freed off the audio thread, which only ever reads it (through an `Arc`).

use std::ops::Range;

use crate::units::{Frames, SampleRate};

/// One or two channels of equal length. Every sample is a finite number.
#[derive(Debug, Clone, PartialEq)]
pub struct Audio {
    rate: SampleRate,
    left: Vec<f32>,
    /// Absent in mono.
    right: Option<Vec<f32>>,
}

impl Audio {
    /// One channel. Samples that are not finite numbers become silence.
    pub fn mono(rate: SampleRate, mut samples: Vec<f32>) -> Audio {
        silence_what_is_not_a_number(&mut samples);
        Audio {
            rate,
            left: samples,
            right: None,
        }
    }

    /// Two channels; the longer one is cut to the length of the shorter.
    pub fn stereo(rate: SampleRate, mut left: Vec<f32>, mut right: Vec<f32>) -> Audio {
        let frames = left.len().min(right.len());
        left.truncate(frames);
        right.truncate(frames);
        silence_what_is_not_a_number(&mut left);
        silence_what_is_not_a_number(&mut right);
        Audio {
            rate,
            left,
            right: Some(right),
        }
    }

    /// `length` of nothing, in one channel, or two if `channels` is more than one.
    pub fn silence(rate: SampleRate, channels: usize, length: Frames) -> Audio {
        let channel = vec![0.0; length.0 as usize];
        let right = (channels > 1).then(|| channel.clone());
        Audio {
            rate,
            left: channel,
            right,
        }
    }

    /// How long it is.
    pub fn frames(&self) -> Frames {
        Frames(self.left.len() as u64)
    }

    /// Frames per second.
    pub fn rate(&self) -> SampleRate {
        self.rate
    }

    /// 1 or 2.
    pub fn channel_count(&self) -> usize {
        1 + usize::from(self.right.is_some())
    }

    /// Channel 0 is the left one, any other the right one; mono answers itself for both.
    pub fn channel(&self, index: usize) -> &[f32] {
        match &self.right {
            Some(right) if index > 0 => right,
            _ => &self.left,
        }
    }

    /// A copy of that part; what lies past the end is left out.
    #[must_use]
    pub fn slice(&self, range: Range<Frames>) -> Audio {
        let end = range.end.0.min(self.frames().0) as usize;
        let start = (range.start.0 as usize).min(end);
        let part = |channel: &[f32]| channel.get(start..end).map(<[f32]>::to_vec);
        Audio {
            rate: self.rate,
            left: part(&self.left).unwrap_or_default(),
            right: self
                .right
                .as_deref()
                .map(|right| part(right).unwrap_or_default()),
        }
    }

    /// Every frame times the next of these factors.
    #[must_use]
    pub(crate) fn scaled_by(mut self, mut factor: impl FnMut() -> f32) -> Audio {
        let Some(right) = &mut self.right else {
            self.left.iter_mut().for_each(|sample| *sample *= factor());
            return self;
        };
        for (left, right) in self.left.iter_mut().zip(right) {
            let factor = factor();
            *left *= factor;
            *right *= factor;
        }
        self
    }

    /// One channel: the mean of both.
    #[must_use]
    pub fn mixed_to_mono(&self) -> Audio {
        let left = match &self.right {
            None => self.left.clone(),
            Some(right) => self
                .left
                .iter()
                .zip(right)
                .map(|(l, r)| 0.5 * (l + r))
                .collect(),
        };
        Audio {
            rate: self.rate,
            left,
            right: None,
        }
    }
}

fn silence_what_is_not_a_number(samples: &mut [f32]) {
    for sample in samples.iter_mut().filter(|sample| !sample.is_finite()) {
        *sample = 0.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: SampleRate = SampleRate::STUDIO;

    #[test]
    fn mono_is_heard_the_same_on_both_sides() {
        let hum = Audio::mono(RATE, vec![0.1, 0.2]);
        assert_eq!(hum.channel(0), hum.channel(1));
    }

    #[test]
    fn a_slice_past_the_end_is_as_long_as_what_is_there() {
        let hum = Audio::mono(RATE, vec![0.1, 0.2, 0.3]);
        assert_eq!(hum.slice(Frames(1)..Frames(9)).channel(0), &[0.2, 0.3]);
        assert_eq!(hum.slice(Frames(7)..Frames(9)).frames(), Frames(0));
    }

    #[test]
    fn broken_samples_are_silent() {
        let broken = Audio::mono(RATE, vec![f32::NAN, f32::INFINITY, 0.5]);
        assert_eq!(broken.channel(0), &[0.0, 0.0, 0.5]);
    }
}

//! Many input channels heard as one voice.
//!
//! A mono microphone often arrives as two channels of which one is never anything but zero; the
//! mean of both would halve it. So only channels that have ever carried sound count. A channel of
//! a real converter is never exactly zero for long, so nothing changes in the middle of a take.

/// Mixes input frames to mono. In the input callback.
#[derive(Debug, Default)]
pub(super) struct Mono {
    /// Bit `i` is set once channel `i` has carried anything; channels above 63 count as silent.
    sounding: u64,
}

impl Mono {
    /// To be shown every frame of a callback before any of them is mixed.
    pub(super) fn listen(&mut self, frame: impl Iterator<Item = f32>) {
        for (channel, sample) in frame.take(64).enumerate() {
            self.sounding |= u64::from(sample != 0.0) << channel;
        }
    }

    /// The mean of the channels that sound.
    pub(super) fn mix(&self, frame: impl Iterator<Item = f32>) -> f32 {
        frame.sum::<f32>() / self.sounding.count_ones().max(1) as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mixed(mono: &mut Mono, frames: &[[f32; 2]]) -> Vec<f32> {
        frames
            .iter()
            .for_each(|frame| mono.listen(frame.iter().copied()));
        frames
            .iter()
            .map(|frame| mono.mix(frame.iter().copied()))
            .collect()
    }

    #[test]
    fn a_microphone_on_one_of_two_channels_is_as_loud_as_it_is() {
        assert_eq!(
            mixed(&mut Mono::default(), &[[0.0, 0.0], [0.5, 0.0]]),
            [0.0, 0.5]
        );
    }

    #[test]
    fn two_channels_that_sound_are_their_mean() {
        let mut mono = Mono::default();
        assert_eq!(mixed(&mut mono, &[[0.5, 0.25]]), [0.375]);
        assert_eq!(
            mixed(&mut mono, &[[0.5, 0.0]]),
            [0.25],
            "and stay it through a rest"
        );
    }
}

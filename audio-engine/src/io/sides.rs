//! Many input channels heard as one voice or as two sides.
//!
//! A mono microphone often arrives as two channels of which one is never anything but zero; half a
//! voice on one side is not what anyone sang. So only channels that have ever carried sound count.
//! A channel of a real converter is never exactly zero for long, so nothing changes in the middle
//! of a take.

use super::duplex::Frame;

/// Makes left and right of what a device gives. In the input callback.
#[derive(Debug)]
#[cfg_attr(
    any(
        not(feature = "streams"),
        target_os = "android",
        feature = "oboe-on-linux"
    ),
    allow(dead_code)
)]
pub(super) struct Sides {
    channels: usize,
    /// Bit `i` is set once channel `i` has carried anything; channels above 63 count as silent.
    sounding: u64,
}

#[cfg_attr(
    any(
        not(feature = "streams"),
        target_os = "android",
        feature = "oboe-on-linux"
    ),
    allow(dead_code)
)]
impl Sides {
    pub(super) fn new(channels: usize) -> Sides {
        Sides {
            channels,
            sounding: 0,
        }
    }

    /// Channels worth passing on: two stay two, anything else is one voice.
    pub(super) fn kept(channels: usize) -> usize {
        if channels == 2 { 2 } else { 1 }
    }

    /// To be shown every frame of a callback before any of them is mixed.
    pub(super) fn listen(&mut self, frame: impl Iterator<Item = f32>) {
        for (channel, sample) in frame.take(64).enumerate() {
            self.sounding |= u64::from(sample != 0.0) << channel;
        }
    }

    /// Left and right of a frame: both sides if both sound, otherwise the mean of what does.
    pub(super) fn mix(&self, mut frame: impl Iterator<Item = f32>) -> Frame {
        if self.channels == 2 && self.sounding == 0b11 {
            return [frame.next().unwrap_or(0.0), frame.next().unwrap_or(0.0)];
        }
        let voice = frame.sum::<f32>() / self.sounding.count_ones().max(1) as f32;
        [voice; 2]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mixed<const N: usize>(sides: &mut Sides, frames: &[[f32; N]]) -> Vec<Frame> {
        frames
            .iter()
            .for_each(|frame| sides.listen(frame.iter().copied()));
        frames
            .iter()
            .map(|frame| sides.mix(frame.iter().copied()))
            .collect()
    }

    #[test]
    fn a_microphone_on_one_of_two_channels_is_as_loud_as_it_is() {
        assert_eq!(
            mixed(&mut Sides::new(2), &[[0.0, 0.0], [0.5, 0.0]]),
            [[0.0; 2], [0.5; 2]]
        );
    }

    #[test]
    fn two_channels_that_sound_are_two_sides_and_stay_it_through_a_rest() {
        let mut sides = Sides::new(2);
        assert_eq!(mixed(&mut sides, &[[0.5, 0.25]]), [[0.5, 0.25]]);
        assert_eq!(mixed(&mut sides, &[[0.5, 0.0]]), [[0.5, 0.0]]);
    }

    #[test]
    fn an_interface_with_eight_inputs_is_one_voice() {
        let mut heard = [0.0; 8];
        (heard[2], heard[5]) = (0.5, 0.25);
        assert_eq!(mixed(&mut Sides::new(8), &[heard]), [[0.375; 2]]);
    }
}

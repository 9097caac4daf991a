//! A recording in place of a microphone, for `--input FILE`: heard in real time, over and over,
//! from the moment the input opens.

use std::sync::Arc;

use super::source::{Run, Source};
use crate::audio::Audio;

pub(super) struct FileMicrophone {
    audio: Arc<Audio>,
    at: usize,
}

impl FileMicrophone {
    /// `audio` is mono and at the engine's rate.
    pub(super) fn new(audio: Arc<Audio>) -> FileMicrophone {
        FileMicrophone { audio, at: 0 }
    }
}

impl Source for FileMicrophone {
    fn channels(&self) -> usize {
        1
    }

    fn begin(&mut self, _frames: usize, _at: f64) {}

    fn pull(&mut self, left: &mut [f32], right: &mut [f32]) -> Run {
        let samples = self.audio.channel(0);
        let mut frames = 0;
        for (left, right) in left.iter_mut().zip(right) {
            let sample = samples.get(self.at).copied().unwrap_or(0.0);
            (*left, *right) = (sample, sample);
            self.at = if self.at + 1 < samples.len() {
                self.at + 1
            } else {
                0
            };
            frames += 1;
        }
        Run::Heard(frames)
    }

    fn lost(&self) -> u64 {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::SampleRate;

    #[test]
    fn the_recording_starts_with_the_input_and_comes_round_again() {
        let audio = Arc::new(Audio::mono(SampleRate::STUDIO, vec![0.1, 0.2, 0.3]));
        let mut microphone = FileMicrophone::new(audio);
        let mut heard = [0.0; 7];
        assert_eq!(microphone.pull(&mut heard, &mut [0.0; 7]), Run::Heard(7));
        assert_eq!(heard, [0.1, 0.2, 0.3, 0.1, 0.2, 0.3, 0.1]);
    }

    #[test]
    fn an_empty_recording_is_silence() {
        let audio = Arc::new(Audio::mono(SampleRate::STUDIO, vec![]));
        let mut heard = [1.0; 3];
        FileMicrophone::new(audio).pull(&mut heard, &mut [1.0; 3]);
        assert_eq!(heard, [0.0; 3]);
    }
}

//! The two things to know about a recording before anything else.

use super::level::FULL_SCALE;
use crate::audio::Audio;

/// Whether any sample reached full scale, where its top may have been cut off.
pub fn clipped(audio: &Audio) -> bool {
    every_sample(audio).any(|sample| sample.abs() >= FULL_SCALE)
}

/// Whether every sample is exactly zero. No room is this quiet: the microphone is switched off, or
/// not allowed, and the system sends zeros instead of saying so.
pub fn is_digital_silence(audio: &Audio) -> bool {
    every_sample(audio).all(|sample| sample == 0.0)
}

fn every_sample(audio: &Audio) -> impl Iterator<Item = f32> + '_ {
    (0..audio.channel_count()).flat_map(|index| audio.channel(index).iter().copied())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{Frames, SampleRate};

    #[test]
    fn a_microphone_that_is_switched_off_sends_digital_silence() {
        assert!(is_digital_silence(&Audio::silence(
            SampleRate::STUDIO,
            2,
            Frames(100)
        )));
        let quiet_room = Audio::mono(SampleRate::STUDIO, vec![0.0, 1e-6, 0.0]);
        assert!(
            !is_digital_silence(&quiet_room),
            "even a quiet room has a little noise"
        );
    }

    #[test]
    fn a_voice_too_near_the_microphone_is_clipped() {
        let both = |left, right| Audio::stereo(SampleRate::STUDIO, vec![left], vec![right]);
        assert!(clipped(&both(0.2, -1.0)));
        assert!(clipped(&both(FULL_SCALE, 0.0)));
        assert!(!clipped(&both(0.99, -0.99)));
    }
}

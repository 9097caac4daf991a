//! The soft voice under the mood field: one note that glides, and sounds whether or not the
//! transport rolls. Everything is carried from frame to frame, so blocks leave no trace.

use std::f32::consts::TAU;

use crate::control::Tone;
use crate::units::SampleRate;

const ATTACK_SECONDS: f32 = 0.04;
const RELEASE_SECONDS: f32 = 0.4;
const GLIDE_SECONDS: f32 = 0.06;

/// Below this (−120 dBFS) the note is over.
const INAUDIBLE: f32 = 1e-6;

/// How much of it goes to the reverb.
pub(crate) const SEND: f32 = 0.3;

/// One oscillator. Audio thread only.
pub(crate) struct ToneVoice {
    rate: f32,
    held: Option<Tone>,
    /// 0..1 of a turn.
    phase: f32,
    hz: f32,
    brightness: f32,
    amplitude: f32,
    target: f32,
}

impl ToneVoice {
    pub(crate) fn new(rate: SampleRate) -> ToneVoice {
        ToneVoice {
            rate: rate.hz() as f32,
            held: None,
            phase: 0.0,
            hz: 0.0,
            brightness: 0.0,
            amplitude: 0.0,
            target: 0.0,
        }
    }

    /// Glides to another note, or lets go.
    pub(crate) fn set(&mut self, tone: Option<Tone>) {
        self.held = tone;
        self.target = tone.map_or(0.0, |tone| tone.gain.amplitude());
        if let Some(tone) = tone.filter(|_| self.amplitude == 0.0) {
            // Nothing sounds yet: there is nothing to glide from.
            (self.hz, self.brightness) = (self.playable(tone.hz), playable_brightness(tone));
        }
    }

    pub(crate) fn is_silent(&self) -> bool {
        self.amplitude == 0.0 && self.target == 0.0
    }

    /// The next sample.
    pub(crate) fn frame(&mut self) -> f32 {
        // Silent, it stands still, as it does while nobody asks: a block that goes on after the
        // note has ended leaves it as one that ends there.
        if self.is_silent() {
            return 0.0;
        }
        // A one-pole filter is within 5 % of its aim after three time constants.
        let seconds = if self.held.is_some() {
            ATTACK_SECONDS
        } else {
            RELEASE_SECONDS
        };
        self.amplitude += (self.target - self.amplitude) * self.step(seconds);
        if self.amplitude < INAUDIBLE && self.target == 0.0 {
            self.amplitude = 0.0;
        }
        if let Some(tone) = self.held {
            let glide = self.step(GLIDE_SECONDS);
            self.hz += (self.playable(tone.hz) - self.hz) * glide;
            self.brightness += (playable_brightness(tone) - self.brightness) * glide;
        }
        self.phase = (self.phase + self.hz / self.rate).fract();
        let (s1, c1) = (TAU * self.phase).sin_cos();
        // Higher partials from the first: sin (n+1)φ = 2 cos φ sin nφ − sin (n−1)φ.
        let s2 = 2.0 * c1 * s1;
        let s3 = 2.0 * c1 * s2 - s1;
        let s4 = 2.0 * c1 * s3 - s2;
        let bright = self.brightness * self.brightness;
        self.amplitude * (s1 + bright * (0.35 * s2 + 0.2 * s3 + 0.1 * s4)) / (1.0 + bright * 0.65)
    }

    fn step(&self, seconds: f32) -> f32 {
        (3.0 / (seconds * self.rate)).min(1.0)
    }

    /// Its fourth partial stays below half the rate, and no number breaks it.
    fn playable(&self, hz: f32) -> f32 {
        if hz.is_finite() {
            hz.clamp(1.0, self.rate / 10.0)
        } else {
            220.0
        }
    }
}

fn playable_brightness(tone: Tone) -> f32 {
    if tone.brightness.is_nan() {
        0.0
    } else {
        tone.brightness.clamp(0.0, 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Gain;

    fn voice(gain: f32) -> ToneVoice {
        let mut voice = ToneVoice::new(SampleRate::STUDIO);
        voice.set(Some(Tone {
            hz: 220.0,
            brightness: 0.5,
            gain: Gain::from_db(gain),
        }));
        voice
    }

    #[test]
    fn a_note_comes_softly_and_is_there_after_forty_ms() {
        let mut voice = voice(0.0);
        assert!(voice.frame().abs() < 0.01);
        (0..1920).for_each(|_| {
            voice.frame();
        });
        assert!((0.9..=1.0).contains(&voice.amplitude));
    }

    #[test]
    fn a_note_let_go_ends_in_silence() {
        let mut voice = voice(-12.0);
        (0..4800).for_each(|_| {
            voice.frame();
        });
        voice.set(None);
        (0..96_000).for_each(|_| {
            voice.frame();
        });
        assert!(voice.is_silent());
    }

    #[test]
    fn a_note_that_is_not_a_number_does_not_break_the_voice() {
        let mut voice = voice(-12.0);
        voice.set(Some(Tone {
            hz: f32::NAN,
            brightness: f32::NAN,
            gain: Gain::UNITY,
        }));
        assert!((0..1000).all(|_| voice.frame().is_finite()));
    }
}

//! A stretch of stereo sound being painted, whose end runs into its beginning.
//!
//! Every loop, bed and stem is made on one. Whatever reaches past the end comes round to the
//! start, and effects are run until they have settled, so the seam is a place like any other.
//! Not for the audio thread: painting allocates.

use crate::analysis::integrated_lufs;
use crate::audio::Audio;
use crate::units::{Frames, SampleRate};

/// Two channels of equal length, joined end to start.
pub(crate) struct Canvas {
    rate: SampleRate,
    pub(crate) left: Vec<f32>,
    pub(crate) right: Vec<f32>,
}

impl Canvas {
    /// A silent canvas.
    pub(crate) fn new(length: Frames, rate: SampleRate) -> Canvas {
        let frames = length.0.max(1) as usize;
        Canvas {
            rate,
            left: vec![0.0; frames],
            right: vec![0.0; frames],
        }
    }

    /// Frames per second, as DSP likes it.
    pub(crate) fn hz(&self) -> f32 {
        self.rate.hz() as f32
    }

    /// Frames from start to seam.
    pub(crate) fn frames(&self) -> usize {
        self.left.len()
    }

    /// The frequency nearest to `hz` that fits a whole number of times into the canvas, so that a
    /// slow swell is where it began when the loop comes round. At least once round.
    pub(crate) fn whole_turns(&self, hz: f32) -> f64 {
        let seconds = self.frames() as f64 / f64::from(self.rate.hz());
        (f64::from(hz) * seconds).round().max(1.0) / seconds
    }

    /// Adds a mono sound from frame `at`, which may lie before the start or after the end.
    /// `pan` −1…+1 with equal power.
    pub(crate) fn add(&mut self, at: i64, sound: &[f32], amplitude: f32, pan: f32) {
        let angle = (pan.clamp(-1.0, 1.0) + 1.0) * std::f32::consts::FRAC_PI_4;
        let (left, right) = (angle.cos() * amplitude, angle.sin() * amplitude);
        let length = self.frames();
        let mut place = at.rem_euclid(length as i64) as usize;
        let mut rest = sound;
        while !rest.is_empty() {
            let (now, later) = rest.split_at(rest.len().min(length - place));
            let lefts = self.left.iter_mut().skip(place);
            let rights = self.right.iter_mut().skip(place);
            for ((l, r), sample) in lefts.zip(rights).zip(now) {
                *l += sample * left;
                *r += sample * right;
            }
            rest = later;
            place = 0;
        }
    }

    /// Runs an effect round the seam: first over the last `settle` seconds unheard, then over
    /// everything. `effect` turns (frame, left, right) into what is heard.
    pub(crate) fn through(
        &mut self,
        settle: f32,
        mut effect: impl FnMut(usize, f32, f32) -> (f32, f32),
    ) {
        let length = self.frames();
        let before = (settle * self.hz()) as usize;
        for back in (1..=before).rev() {
            let frame = (length - back % length) % length;
            effect(frame, self.left[frame], self.right[frame]);
        }
        for frame in 0..length {
            (self.left[frame], self.right[frame]) =
                effect(frame, self.left[frame], self.right[frame]);
        }
    }

    /// Brings it to `lufs` and takes out what would only push the speaker to one side.
    pub(crate) fn finish(mut self, lufs: f64) -> Audio {
        for channel in [&mut self.left, &mut self.right] {
            let lean = channel.iter().map(|s| f64::from(*s)).sum::<f64>() / channel.len() as f64;
            channel.iter_mut().for_each(|sample| *sample -= lean as f32);
        }
        let audio = self.into_audio();
        let heard = integrated_lufs(&audio);
        if heard.is_finite() {
            audio_times(&audio, lufs - heard)
        } else {
            audio
        }
    }

    /// As painted.
    pub(crate) fn into_audio(self) -> Audio {
        Audio::stereo(self.rate, self.left, self.right)
    }
}

/// The same sound, `db` louder.
pub(crate) fn audio_times(audio: &Audio, db: f64) -> Audio {
    let amplitude = 10f64.powf(db / 20.0) as f32;
    let scaled = |index| audio.channel(index).iter().map(|s| s * amplitude).collect();
    match audio.channel_count() {
        1 => Audio::mono(audio.rate(), scaled(0)),
        _ => Audio::stereo(audio.rate(), scaled(0), scaled(1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn small() -> Canvas {
        Canvas::new(Frames(4), SampleRate::STUDIO)
    }

    #[test]
    fn what_rings_past_the_end_comes_round_to_the_start() {
        let mut canvas = small();
        canvas.add(3, &[1.0, 2.0, 3.0], 1.0, -1.0);
        assert_eq!(canvas.left, [2.0, 3.0, 0.0, 1.0]);
    }

    #[test]
    fn a_sound_longer_than_the_loop_laps_itself() {
        let mut canvas = small();
        canvas.add(-1, &[1.0; 9], 1.0, -1.0);
        assert_eq!(canvas.left, [2.0, 2.0, 2.0, 3.0]);
    }

    #[test]
    fn an_effect_has_already_heard_the_end_when_it_begins() {
        let mut canvas = small();
        canvas.left = vec![1.0, 2.0, 3.0, 4.0];
        let mut last = 0.0;
        canvas.through(1.0 / 48_000.0, |_, l, r| {
            (std::mem::replace(&mut last, l), r)
        });
        assert_eq!(
            canvas.left,
            [4.0, 1.0, 2.0, 3.0],
            "a delay of one frame turns the loop by one"
        );
    }

    #[test]
    fn a_swell_fits_the_loop_a_whole_number_of_times() {
        let canvas = Canvas::new(Frames(480_000), SampleRate::STUDIO);
        assert!((canvas.whole_turns(0.26) - 0.3).abs() < 1e-9);
        assert!((canvas.whole_turns(0.001) - 0.1).abs() < 1e-9);
    }
}

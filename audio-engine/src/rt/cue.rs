//! The spoken cue: one voice at a time, before which the music steps back.
//!
//! It follows the clock and not the playhead: a sentence once begun is spoken to its end.
//! Audio thread only.

use std::sync::Arc;

use super::command::Trash;
use super::slate::Slate;
use super::trash::Bin;
use crate::audio::Audio;
use crate::dsp::ramp::Ramp;
use crate::units::{Frames, SampleRate};

/// −9 dB.
const DUCKED: f32 = 0.354_81;
const DOWN_SECONDS: f64 = 0.15;
const UP_SECONDS: f64 = 0.6;

/// What is being said, and what was cut short.
pub(crate) struct Cue {
    speaking: Option<Speaking>,
    leaving: Option<Speaking>,
    /// What will be said within the sub-block that comes.
    later: Slate<Arc<Audio>>,
    /// The music's amplitude.
    duck: Ramp,
    down: Frames,
    up: Frames,
    declick: Frames,
}

struct Speaking {
    audio: Arc<Audio>,
    at: usize,
    /// 1 while it speaks, then to 0.
    amplitude: Ramp,
}

impl Cue {
    /// Allocates.
    pub(crate) fn new(rate: SampleRate, declick: Frames) -> Cue {
        Cue {
            speaking: None,
            leaving: None,
            later: Slate::new(),
            duck: Ramp::at(1.0),
            down: Frames::from_seconds(DOWN_SECONDS, rate),
            up: Frames::from_seconds(UP_SECONDS, rate),
            declick,
        }
    }

    /// Speaks from the next frame on. True if another sentence was cut short for it.
    pub(crate) fn speak(&mut self, audio: Arc<Audio>, bin: &mut Bin) -> bool {
        let cut_short = self.hush(bin);
        self.speaking = Some(Speaking {
            audio,
            at: 0,
            amplitude: Ramp::at(1.0),
        });
        self.duck.go(DUCKED, self.down);
        cut_short
    }

    /// Can this be [left to it](Cue::speak_later)? A sentence of no frames ends where it begins.
    pub(crate) fn can_wait(&self, audio: &Audio) -> bool {
        self.later.has_room() && audio.frames() > Frames::ZERO
    }

    /// Speaks `after` so many frames of the sub-block that comes. True if another sentence will
    /// be cut short for it. Gives it back if it [cannot wait](Cue::can_wait).
    pub(crate) fn speak_later(
        &mut self,
        after: usize,
        audio: Arc<Audio>,
    ) -> Result<bool, Arc<Audio>> {
        // What is being said is never at its end there: the engine cuts its blocks at ends.
        let cut_short = self.speaking.is_some() || self.later.any(|_| true);
        self.later.note(after, audio)?;
        Ok(cut_short)
    }

    /// Fades for 5 ms. True if something was being said.
    pub(crate) fn hush(&mut self, bin: &mut Bin) -> bool {
        let Some(mut speaking) = self.speaking.take() else {
            return false;
        };
        speaking.amplitude.go(0.0, self.declick);
        if let Some(earlier) = self.leaving.replace(speaking) {
            bin.discard(Trash::Audio(earlier.audio));
        }
        self.duck.go(1.0, self.up);
        true
    }

    /// Frames until the sentence ends, so that the music comes back at that very frame.
    pub(crate) fn until_end(&self) -> Option<Frames> {
        self.speaking.as_ref().map(Speaking::left)
    }

    /// Lets the sentence go if it has ended. True if so.
    pub(crate) fn end_if_due(&mut self, bin: &mut Bin) -> bool {
        let over = self
            .leaving
            .take_if(|l| l.amplitude.is_settled() || l.left() == Frames::ZERO);
        if let Some(leaving) = over {
            bin.discard(Trash::Audio(leaving.audio));
        }
        let Some(spoken) = self.speaking.take_if(|s| s.left() == Frames::ZERO) else {
            return false;
        };
        bin.discard(Trash::Audio(spoken.audio));
        self.duck.go(1.0, self.up);
        true
    }

    /// The music's amplitude right now.
    pub(crate) fn ducking(&self) -> f32 {
        self.duck.value()
    }

    /// Holds the music back, and adds what is said, times `bus`, to both sides.
    pub(crate) fn play(
        &mut self,
        bus: impl Fn(usize) -> f32,
        [left, right]: [&mut [f32]; 2],
        bin: &mut Bin,
    ) {
        let (frames, mut done) = (left.len().min(right.len()), 0);
        loop {
            while let Some(audio) = self.later.take_due(done) {
                self.speak(audio, bin);
            }
            if done == frames {
                return;
            }
            let end = done + self.later.until_next(done, frames);
            let [left, right] =
                [&mut *left, &mut *right].map(|side| side.get_mut(done..end).unwrap_or_default());
            self.duck.scale([&mut *left, &mut *right]);
            self.render(|i| bus(done + i), [left, right]);
            done = end;
        }
    }

    fn render(&mut self, bus: impl Fn(usize) -> f32, [left, right]: [&mut [f32]; 2]) {
        for speaking in [&mut self.speaking, &mut self.leaving]
            .into_iter()
            .flatten()
        {
            let frames = left.len();
            let voice = [0, 1].map(|side| {
                speaking
                    .audio
                    .channel(side)
                    .get(speaking.at..)
                    .unwrap_or_default()
            });
            let both = voice[0].iter().zip(voice[1]);
            for (i, ((vl, vr), (l, r))) in
                both.zip(left.iter_mut().zip(right.iter_mut())).enumerate()
            {
                let amplitude = bus(i) * speaking.amplitude.after(i);
                *l += vl * amplitude;
                *r += vr * amplitude;
            }
            speaking.at += frames.min(voice[0].len());
            speaking.amplitude.advance(frames);
        }
    }
}

impl Speaking {
    fn left(&self) -> Frames {
        self.audio.frames() - Frames(self.at as u64)
    }
}

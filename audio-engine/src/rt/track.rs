//! A lane of the mixer: fader, pan, mute, send, and the layers that sound on it.

use super::command::Trash;
use super::lanes::{Buses, Gains};
use super::trash::Bin;
use super::voice::{GainScratch, Voice};
use crate::control::TakeId;
use crate::dsp::ramp::Ramp;
use crate::rt::voice::Source;
use crate::units::Frames;

/// One layer that stays, and up to three still fading away.
const VOICES: usize = 4;

/// Fader, pan and send as three amplitudes that move together.
pub(crate) struct Level {
    left: Ramp,
    right: Ramp,
    send: Ramp,
}

impl Level {
    fn at(gains: Gains) -> Level {
        let Gains { left, right, send } = gains;
        Level {
            left: Ramp::at(left),
            right: Ramp::at(right),
            send: Ramp::at(send),
        }
    }

    fn go(&mut self, to: Gains, over: Frames) {
        self.left.go(to.left, over);
        self.right.go(to.right, over);
        self.send.go(to.send, over);
    }

    pub(crate) fn is_settled(&self) -> bool {
        self.left.is_settled()
    }

    pub(crate) fn after(&self, frames: usize) -> Gains {
        Gains {
            left: self.left.after(frames),
            right: self.right.after(frames),
            send: self.send.after(frames),
        }
    }

    fn advance(&mut self, frames: usize) {
        self.left.advance(frames);
        self.right.advance(frames);
        self.send.advance(frames);
    }
}

/// One track. `declick` is how long its fader takes; `sounding` whether the transport reads it.
pub(crate) struct Track {
    amplitude: f32,
    pan: (f32, f32),
    send: f32,
    muted: bool,
    level: Level,
    voices: [Option<Voice>; VOICES],
}

/// What a fader, pan, mute or send was set to.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Setting {
    Gain(f32),
    Pan(f32, f32),
    Mute(bool),
    Send(f32),
}

impl Track {
    pub(crate) fn new() -> Track {
        let level = Level::at(Gains {
            left: 1.0,
            right: 1.0,
            send: 0.0,
        });
        Track {
            amplitude: 1.0,
            pan: (1.0, 1.0),
            send: 0.0,
            muted: false,
            level,
            voices: std::array::from_fn(|_| None),
        }
    }

    /// While nothing sounds here, the new setting is there at once: it would otherwise depend on
    /// how long ago it was made whether the next note begins with a moving fader.
    pub(crate) fn set(&mut self, setting: Setting, sounding: bool, declick: Frames) {
        match setting {
            Setting::Gain(amplitude) => self.amplitude = amplitude,
            Setting::Pan(left, right) => self.pan = (left, right),
            Setting::Mute(on) => self.muted = on,
            Setting::Send(amplitude) => self.send = amplitude,
        }
        let amplitude = if self.muted { 0.0 } else { self.amplitude };
        let gains = Gains {
            left: amplitude * self.pan.0,
            right: amplitude * self.pan.1,
            send: self.send,
        };
        let is_heard = sounding && self.voices.iter().flatten().any(|voice| !voice.is_over());
        if is_heard {
            self.level.go(gains, declick);
        } else {
            self.level = Level::at(gains);
        }
    }

    /// A new layer; the one before leaves over `fade`.
    pub(crate) fn take(&mut self, voice: Voice, sounding: bool, fade: Frames, bin: &mut Bin) {
        self.clear(sounding, fade, bin);
        let slot = self.free_slot(bin);
        if let Some(slot) = self.voices.get_mut(slot) {
            *slot = Some(voice);
        }
    }

    /// What sounds here leaves over `fade`; at once, if the transport stands still.
    pub(crate) fn clear(&mut self, sounding: bool, fade: Frames, bin: &mut Bin) {
        if !sounding {
            return self
                .voices
                .iter_mut()
                .for_each(|slot| throw_away(slot, bin));
        }
        for voice in self
            .voices
            .iter_mut()
            .flatten()
            .filter(|voice| !voice.leaving)
        {
            voice.leave(fade);
        }
        self.sweep(bin);
    }

    /// An empty slot; if there is none, that of the layer that has nearly left.
    fn free_slot(&mut self, bin: &mut Bin) -> usize {
        let nearly = |voice: &Option<Voice>| voice.as_ref().map(|voice| voice.coming.value());
        let quietest = (0..VOICES).min_by(|a, b| {
            // `None` sorts before every value.
            nearly(&self.voices[*a])
                .partial_cmp(&nearly(&self.voices[*b]))
                .unwrap_or(std::cmp::Ordering::Equal)
        });
        let slot = quietest.unwrap_or(0);
        throw_away(&mut self.voices[slot], bin);
        slot
    }

    /// The transport came to rest: what was leaving has left.
    pub(crate) fn rest(&mut self, bin: &mut Bin) {
        for slot in self
            .voices
            .iter_mut()
            .filter(|slot| slot.as_ref().is_some_and(|v| v.leaving))
        {
            throw_away(slot, bin);
        }
    }

    /// The playhead starts somewhere: whatever is in the middle of a note comes in softly.
    pub(crate) fn enter(&mut self, declick: Frames, bin: &mut Bin) {
        self.rest(bin);
        self.voices
            .iter_mut()
            .flatten()
            .for_each(|voice| voice.enter(declick));
    }

    /// Adds `frames` from playhead `at` to the buses. Returns the loudest sample.
    pub(crate) fn render(
        &mut self,
        at: Frames,
        frames: usize,
        scratch: &mut GainScratch,
        buses: &mut Buses<'_>,
        bin: &mut Bin,
    ) -> f32 {
        let mut peak = 0.0f32;
        for voice in self.voices.iter_mut().flatten() {
            let buses = buses.part(0, frames);
            peak = peak.max(voice.render(at, frames, &self.level, scratch, buses));
        }
        self.level.advance(frames);
        self.sweep(bin);
        peak
    }

    fn sweep(&mut self, bin: &mut Bin) {
        for slot in &mut self.voices {
            if slot.as_ref().is_some_and(Voice::is_over) {
                throw_away(slot, bin);
            }
        }
    }

    /// The loop of this take, if it still sounds here.
    pub(crate) fn recorded(&mut self, wanted: TakeId) -> Option<&mut [f32]> {
        self.voices
            .iter_mut()
            .flatten()
            .find_map(|voice| match &mut voice.source {
                Source::Recorded { take, samples } if *take == wanted => Some(&mut samples[..]),
                Source::Recorded { .. } | Source::Shared(_) => None,
            })
    }
}

fn throw_away(slot: &mut Option<Voice>, bin: &mut Bin) {
    if let Some(voice) = slot.take() {
        let trash: Trash = voice.into_trash();
        bin.discard(trash);
    }
}

//! The mixer: tracks and reverb into Music, Music with Cue and Click into the master.
//!
//! ```text
//! tracks ──┬─ dry ──────────────┐
//! tone ────┴─ send ─► reverb ───┴► Music fader ─► ducking ──┐
//! spoken cue ──────────────────────────► Cue fader ─────────┼► fade ─► limiter ─► out
//! metronome ───────────────────────────► Click fader ───────┘
//! ```
//! Audio thread only. All blocks are [`MAX_BLOCK`] frames or less.

use super::cue::Cue;
use super::guard::heal;
use super::lanes::{Buses, peak};
use super::limits::MAX_BLOCK;
use super::metronome::Metronome;
use super::shared::Shared;
use super::tone::{SEND as TONE_SEND, ToneVoice};
use super::track::Track;
use super::trash::Bin;
use super::voice::GainScratch;
use crate::control::{Bus, EngineConfig};
use crate::dsp::fade::Fade;
use crate::dsp::limiter::Limiter;
use crate::dsp::ramp::Ramp;
use crate::dsp::reverb::Reverb;
use crate::units::Frames;

/// How quickly the input's level meter forgets, in seconds.
const METER_SECONDS: f32 = 0.3;

pub(crate) struct Mixer {
    tracks: Vec<Track>,
    reverb: Reverb,
    music: Ramp,
    cue: Ramp,
    click: Ramp,
    fade: Fade,
    limiter: Limiter,
    blocks: Box<Blocks>,
    levels: Levels,
    rate: f32,
}

/// The memory one sub-block needs.
struct Blocks {
    dry: [[f32; MAX_BLOCK]; 2],
    send: [[f32; MAX_BLOCK]; 2],
    input: [f32; MAX_BLOCK],
    gains: GainScratch,
}

/// What the meters will show.
struct Levels {
    output: [f32; 2],
    limiting: f32,
    input: f32,
    /// Mean square.
    input_power: f32,
}

impl Mixer {
    /// Allocates.
    pub(crate) fn new(config: EngineConfig) -> Mixer {
        let silence = [0.0; MAX_BLOCK];
        Mixer {
            tracks: (0..config.tracks).map(|_| Track::new()).collect(),
            reverb: Reverb::new(config.rate),
            music: Ramp::at(1.0),
            cue: Ramp::at(1.0),
            click: Ramp::at(1.0),
            fade: Fade::OPEN,
            limiter: Limiter::new(config.rate),
            blocks: Box::new(Blocks {
                dry: [silence; 2],
                send: [silence; 2],
                input: silence,
                gains: GainScratch {
                    left: silence,
                    right: silence,
                    send: silence,
                },
            }),
            levels: Levels {
                output: [0.0; 2],
                limiting: 1.0,
                input: 0.0,
                input_power: 0.0,
            },
            rate: config.rate.hz() as f32,
        }
    }

    pub(crate) fn track(&mut self, index: usize) -> Option<&mut Track> {
        self.tracks.get_mut(index)
    }

    pub(crate) fn enter(&mut self, declick: Frames, bin: &mut Bin) {
        self.tracks
            .iter_mut()
            .for_each(|track| track.enter(declick, bin));
    }

    pub(crate) fn rest(&mut self, bin: &mut Bin) {
        self.tracks.iter_mut().for_each(|track| track.rest(bin));
    }

    pub(crate) fn set_bus(&mut self, bus: Bus, amplitude: f32, declick: Frames) {
        match bus {
            Bus::Music => self.music.go(amplitude, declick),
            Bus::Cue => self.cue.go(amplitude, declick),
            Bus::Click => self.click.go(amplitude, declick),
        }
    }

    pub(crate) fn fade(&mut self, to: f32, over: Frames) {
        self.fade.go(to, over);
    }

    /// Takes the mean of the input channels from `from`. Returns how many samples were broken.
    pub(crate) fn hear(&mut self, input: &[&[f32]], from: usize, frames: usize) -> u64 {
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

    /// What was heard in this sub-block.
    pub(crate) fn input(&self, frames: usize) -> &[f32] {
        self.blocks.input.get(..frames).unwrap_or_default()
    }

    pub(crate) fn all_tracks(&mut self) -> &mut [Track] {
        &mut self.tracks
    }

    /// Mixes all tracks from playhead `at`; without it the sub-block is silent so far.
    pub(crate) fn tracks(&mut self, at: Frames, frames: usize, bin: &mut Bin, shared: &Shared) {
        let Blocks {
            dry: [left, right],
            send: [send_left, send_right],
            gains,
            ..
        } = &mut *self.blocks;
        let mut buses = Buses {
            dry: [left, right],
            send: [send_left, send_right],
        };
        for (index, track) in self.tracks.iter_mut().enumerate() {
            let peak = track.render(at, frames, gains, &mut buses, bin);
            if peak > 0.0 {
                shared.meter_track(index, peak);
            }
        }
    }

    /// The last `left` of `declick` frames before the transport rests.
    pub(crate) fn fade_to_stop(&mut self, left: Frames, declick: Frames, frames: usize) {
        let fade = |i: usize| left.0.saturating_sub(i as u64) as f32 / declick.0.max(1) as f32;
        for bus in self.blocks.dry.iter_mut().chain(&mut self.blocks.send) {
            bus.iter_mut()
                .take(frames)
                .enumerate()
                .for_each(|(i, x)| *x *= fade(i));
        }
    }

    pub(crate) fn tone(&mut self, tone: &mut ToneVoice, frames: usize) {
        if tone.is_silent() {
            return;
        }
        let Blocks {
            dry: [left, right],
            send: [send_left, send_right],
            ..
        } = &mut *self.blocks;
        let dry = left.iter_mut().zip(right);
        let send = send_left.iter_mut().zip(send_right);
        for ((l, r), (sl, sr)) in dry.zip(send).take(frames) {
            let sample = tone.frame();
            *l += sample;
            *r += sample;
            *sl += sample * TONE_SEND;
            *sr += sample * TONE_SEND;
        }
    }

    /// Sends through the room and back into Music. Returns how many samples were broken.
    pub(crate) fn reverb(&mut self, frames: usize) -> u64 {
        let Blocks {
            dry: [left, right],
            send: [send_left, send_right],
            ..
        } = &mut *self.blocks;
        let [left, right, send_left, send_right] =
            [left, right, send_left, send_right].map(|block| first(block, frames));
        let broken = heal(send_left) + heal(send_right);
        self.reverb.process([send_left, send_right], [left, right]);
        send_left.fill(0.0);
        send_right.fill(0.0);
        broken
    }

    /// Music through its fader and behind the cue; then cue and click on top.
    pub(crate) fn sum(&mut self, cue: &mut Cue, metronome: &mut Metronome, frames: usize) {
        let [left, right] = self.blocks.dry.each_mut().map(|block| first(block, frames));
        self.music.scale([&mut *left, &mut *right]);
        cue.duck([&mut *left, &mut *right]);
        cue.render(|i| self.cue.after(i), [&mut *left, &mut *right]);
        self.cue.advance(frames);
        metronome.render(|i| self.click.after(i), [left, right]);
        self.click.advance(frames);
    }

    /// The fade of the whole mix, and the limiter. Returns how many samples were broken.
    pub(crate) fn master(&mut self, frames: usize) -> u64 {
        let [left, right] = self.blocks.dry.each_mut().map(|block| first(block, frames));
        self.fade.scale(left, right);
        let broken = heal(left) + heal(right);
        let loudest = [peak(left), peak(right)];
        let factor = self
            .limiter
            .process(left, right, loudest[0].max(loudest[1]));
        self.levels.limiting = self.levels.limiting.min(factor);
        let limited = if factor < 1.0 {
            [peak(left), peak(right)]
        } else {
            loudest
        };
        for (level, loudest) in self.levels.output.iter_mut().zip(limited) {
            *level = level.max(loudest);
        }
        broken
    }

    /// Hands the finished sub-block to the device, from frame `from` on, and begins a new one.
    pub(crate) fn write(&mut self, output: &mut [&mut [f32]], from: usize, frames: usize) {
        let [left, right] = self.blocks.dry.each_mut().map(|block| first(block, frames));
        let mono = output.len() == 1;
        for (index, channel) in output.iter_mut().enumerate() {
            let out = channel.iter_mut().skip(from).zip(left.iter().zip(&*right));
            match index {
                0 if mono => out.for_each(|(out, (l, r))| *out = 0.5 * (l + r)),
                0 => out.for_each(|(out, (l, _))| *out = *l),
                1 => out.for_each(|(out, (_, r))| *out = *r),
                _ => out.for_each(|(out, _)| *out = 0.0),
            }
        }
        left.fill(0.0);
        right.fill(0.0);
    }

    pub(crate) fn publish(&mut self, shared: &Shared) {
        let Levels {
            output: [left, right],
            limiting,
            input,
            input_power,
        } = self.levels;
        shared.meter_output(left, right, limiting);
        shared.meter_input(input, input_power.sqrt());
        self.levels = Levels {
            output: [0.0; 2],
            limiting: 1.0,
            input: 0.0,
            input_power,
        };
    }
}

fn first(block: &mut [f32; MAX_BLOCK], frames: usize) -> &mut [f32] {
    block.get_mut(..frames).unwrap_or_default()
}

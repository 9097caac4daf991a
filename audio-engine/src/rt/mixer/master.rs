//! From Music to the loudspeaker: cue and click on top, whoever hears themselves, the fade of the
//! mix, the limiter, the meters.

use super::Mixer;
use crate::control::{EngineConfig, MasterLimiter};
use crate::dsp::limiter::{Limiter, LookAhead};
use crate::rt::blocks::halves;
use crate::rt::cue::Cue;
use crate::rt::fading::FadeTo;
use crate::rt::guard::heal;
use crate::rt::lanes::peak;
use crate::rt::metronome::Metronome;
use crate::rt::plan::MUSIC;
use crate::rt::shared::Shared;
use crate::rt::trash::Bin;
use crate::units::Frames;

/// What stands before the loudspeaker.
pub(super) enum Master {
    Knee(Limiter),
    LookAhead(Box<LookAhead>),
}

/// What the meters will show.
pub(super) struct Levels {
    pub(super) output: [f32; 2],
    pub(super) limiting: f32,
    pub(super) input: f32,
    /// Mean square.
    pub(super) input_power: f32,
}

impl Master {
    /// Allocates.
    pub(super) fn new(config: EngineConfig) -> Master {
        match config.master {
            MasterLimiter::Knee => Master::Knee(Limiter::new(config.rate)),
            MasterLimiter::LookAhead => Master::LookAhead(Box::new(LookAhead::new(config.rate))),
        }
    }
}

impl Levels {
    pub(super) const SILENT: Levels = Levels {
        output: [0.0; 2],
        limiting: 1.0,
        input: 0.0,
        input_power: 0.0,
    };
}

impl Mixer {
    /// What the limiter looks ahead.
    pub(in crate::rt) fn latency(&self) -> Frames {
        match &self.limiter {
            Master::Knee(_) => Frames::ZERO,
            Master::LookAhead(limiter) => limiter.latency(),
        }
    }

    pub(in crate::rt) fn fade(&mut self, fade: FadeTo) {
        self.fade.go(fade);
    }

    /// Music through its fader and behind the cue; then cue and click on top.
    /// Returns how many samples of the music were broken.
    pub(in crate::rt) fn sum(
        &mut self,
        cue: &mut Cue,
        metronome: &mut Metronome,
        frames: usize,
        bin: &mut Bin,
    ) -> u64 {
        let [left, right] = halves(&mut self.blocks.buses[MUSIC], frames);
        let broken = heal(left) + heal(right);
        let music = &mut self.strips[MUSIC];
        music.compressor.process(left, right);
        music.fader.scale([&mut *left, &mut *right]);
        cue.play(|i| self.cue.after(i), [&mut *left, &mut *right], bin);
        self.cue.advance(frames);
        metronome.render(|i| self.click.after(i), [left, right]);
        self.click.advance(frames);
        broken
    }

    pub(in crate::rt) fn monitor_at(&mut self, amplitude: f32, declick: Frames) {
        self.monitor.go(amplitude, declick);
    }

    /// Adds what is being heard, if somebody wants to hear themselves. After the takes have heard
    /// it, so that it is in none of them.
    pub(in crate::rt) fn monitor(&mut self, frames: usize) {
        if self.monitor.is_settled() && self.monitor.target() == 0.0 {
            return;
        }
        let [left, right] = halves(&mut self.blocks.buses[MUSIC], frames);
        let heard = self.blocks.input.iter().enumerate();
        for ((l, r), (i, sample)) in left.iter_mut().zip(right).zip(heard) {
            let sample = sample * self.monitor.after(i);
            *l += sample;
            *r += sample;
        }
        self.monitor.advance(frames);
    }

    /// The fade of the whole mix, and the limiter. Returns how many samples were broken.
    pub(in crate::rt) fn master(&mut self, frames: usize) -> u64 {
        let [left, right] = halves(&mut self.blocks.buses[MUSIC], frames);
        self.fade.scale(left, right);
        let broken = heal(left) + heal(right);
        let mut loudest = [peak(left), peak(right)];
        let factor = match &mut self.limiter {
            Master::Knee(knee) => knee.process(left, right, loudest[0].max(loudest[1])),
            Master::LookAhead(limiter) => limiter.process(left, right),
        };
        self.levels.limiting = self.levels.limiting.min(factor);
        let as_it_was = factor == 1.0 && matches!(self.limiter, Master::Knee(_));
        if !as_it_was {
            loudest = [peak(left), peak(right)];
        }
        for (level, loudest) in self.levels.output.iter_mut().zip(loudest) {
            *level = level.max(loudest);
        }
        broken
    }

    /// Hands the finished sub-block to the device, from frame `from` on, and begins a new one.
    pub(in crate::rt) fn write(&mut self, output: &mut [&mut [f32]], from: usize, frames: usize) {
        let [left, right] = halves(&mut self.blocks.buses[MUSIC], frames);
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

    pub(in crate::rt) fn publish(&mut self, shared: &Shared) {
        let Levels {
            output: [left, right],
            limiting,
            input,
            input_power,
        } = self.levels;
        shared.meter_output(left, right, limiting);
        shared.meter_input(input, input_power.sqrt());
        self.levels = Levels {
            input_power,
            ..Levels::SILENT
        };
    }
}

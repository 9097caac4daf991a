//! What lies between the tracks and Music, as the plan has it; and how one plan is left for
//! another.

use super::{Blocks, Mixer, Strip};
use crate::dsp::ramp::Ramp;
use crate::rt::blocks::{add_at, first, halves, pass_on};
use crate::rt::command::Trash;
use crate::rt::guard::heal;
use crate::rt::lanes::{TO_DELAY, TO_REVERB};
use crate::rt::plan::{MUSIC, Plan, Step};
use crate::rt::trash::Bin;
use crate::units::Frames;

impl Mixer {
    /// Goes over to another plan, within `declick` of the one before.
    /// Without a crossfade if nothing sounds and `at_once` allows it. Returns how many plans have
    /// been begun.
    pub(in crate::rt) fn follow(
        &mut self,
        plan: Box<Plan>,
        at_once: bool,
        declick: Frames,
        bin: &mut Bin,
    ) -> u64 {
        let free = self.waiting.iter_mut().find(|slot| slot.is_none());
        match free {
            Some(slot) => *slot = Some(plan),
            // The handle counts them, so this does not happen.
            None => bin.discard(Trash::Plan(plan)),
        }
        self.follow_next(at_once, declick, bin)
    }

    /// Goes over to the plan that waits, once the one before has been reached. Returns how many
    /// have been begun.
    pub(in crate::rt) fn follow_next(
        &mut self,
        at_once: bool,
        declick: Frames,
        bin: &mut Bin,
    ) -> u64 {
        let mut begun = 0;
        while self.crossing.is_settled()
            && let Some(plan) = self.waiting[0].take()
        {
            self.waiting.rotate_left(1);
            let silent = at_once && self.reverb.is_asleep() && self.delay.is_asleep();
            let over = if silent { Frames::ZERO } else { declick };
            let left = std::mem::replace(&mut self.plan, plan);
            bin.discard(Trash::Plan(left));
            self.turn_to_the_plan(over);
            begun += 1;
        }
        begun
    }

    fn turn_to_the_plan(&mut self, over: Frames) {
        // A send on its way counts too: the plan after may have its bus come after the reverb.
        self.crossing = if self.plan.is_new() || self.sends_move() {
            Ramp::between(0.0, 1.0, over)
        } else {
            Ramp::at(1.0)
        };
        self.strips[MUSIC].compressor.set(self.plan.music);
        self.delay.set(self.plan.echo);
        for step in &self.plan.steps {
            match *step {
                Step::Group {
                    bus,
                    sends,
                    compression,
                    lead: _,
                } => {
                    let strip = &mut self.strips[bus];
                    strip.compressor.set(compression);
                    for (send, amplitude) in strip.sends.iter_mut().zip(sends) {
                        send.go(amplitude, over);
                    }
                }
                Step::Delay { to_reverb, lead: _ } => self.delay_to_reverb.go(to_reverb, over),
                Step::Reverb { lead: _ } => {}
            }
        }
    }

    /// Does the plan ask a bus, or the delay, to send another amount than it does?
    fn sends_move(&self) -> bool {
        self.plan.steps.iter().any(|step| match *step {
            Step::Group { bus, sends, .. } => {
                let now = self.strips[bus].sends.iter();
                now.zip(sends).any(|(now, wanted)| now.target() != wanted)
            }
            Step::Delay { to_reverb, lead: _ } => self.delay_to_reverb.target() != to_reverb,
            Step::Reverb { lead: _ } => false,
        })
    }

    /// Everything between the tracks and Music, in the order of the plan. Returns how many
    /// samples were broken.
    pub(in crate::rt) fn groups(&mut self, frames: usize) -> u64 {
        let Blocks {
            buses,
            aside,
            crossing,
            sends,
            ..
        } = &mut *self.blocks;
        self.crossing.fill(first(crossing, frames));
        let crossing = (!self.crossing.is_settled()).then(|| &*first(crossing, frames));
        let mut broken = 0;
        for step in &self.plan.steps {
            let lead = match *step {
                Step::Group { bus, lead, .. } => {
                    let Strip {
                        compressor,
                        fader,
                        sends: amounts,
                    } = &mut self.strips[bus];
                    let [left, right] = halves(aside, frames);
                    let bus = halves(&mut buses[bus], frames);
                    for (aside, bus) in [&mut *left, &mut *right].into_iter().zip(bus) {
                        aside.copy_from_slice(bus);
                        bus.fill(0.0);
                        broken += heal(aside);
                    }
                    compressor.process(left, right);
                    fader.scale([left, right]);
                    for (send, amount) in sends.iter_mut().zip(amounts) {
                        add_at(aside, amount, send, frames);
                    }
                    lead
                }
                Step::Reverb { lead } => {
                    let send = halves(&mut sends[TO_REVERB], frames);
                    let [left, right] = halves(aside, frames);
                    left.fill(0.0);
                    right.fill(0.0);
                    let [send_left, send_right] = send;
                    broken += heal(send_left) + heal(send_right);
                    self.reverb
                        .process([send_left, send_right], [&mut *left, &mut *right]);
                    send_left.fill(0.0);
                    send_right.fill(0.0);
                    self.returns[TO_REVERB].scale([left, right]);
                    lead
                }
                Step::Delay { lead, to_reverb: _ } => {
                    let [send_left, send_right] = halves(&mut sends[TO_DELAY], frames);
                    let [left, right] = halves(aside, frames);
                    left.fill(0.0);
                    right.fill(0.0);
                    broken += heal(send_left) + heal(send_right);
                    self.delay
                        .process([send_left, send_right], [&mut *left, &mut *right]);
                    send_left.fill(0.0);
                    send_right.fill(0.0);
                    self.returns[TO_DELAY].scale([left, right]);
                    let reverb = &mut sends[TO_REVERB];
                    add_at(aside, &mut self.delay_to_reverb, reverb, frames);
                    lead
                }
            };
            pass_on(aside, lead, crossing, buses, frames);
        }
        self.crossing.advance(frames);
        // A fader nobody leads to moves as well: it does not wait to be heard.
        for (bus, strip) in self.strips.iter_mut().enumerate().skip(1) {
            if !self.plan.has_group(bus) {
                strip.fader.advance(frames);
            }
        }
        broken
    }
}

//! What a track has to say in a sub-block, walked through from one thing it does to the next.
//!
//! All that a deed depends on is as it will be at its frame: layers move on piece by piece, the
//! filter knows how long nothing has come in, and of the fader a copy goes [ahead](Ahead). What
//! comes of it is written into the deed, for the filter and the fader who come after.

use super::{Says, Track};
use crate::rt::deeds::{Deed, Outcome, What};
use crate::rt::level::Ahead;
use crate::rt::trash::Bin;
use crate::rt::voice::Voice;
use crate::units::Frames;

/// The sub-block a track is asked about.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Span {
    /// Where the playhead is when it begins.
    pub(crate) at: Frames,
    /// [`MAX_BLOCK`](crate::rt::limits::MAX_BLOCK) at most.
    pub(crate) frames: usize,
    /// How long a fader takes.
    pub(crate) declick: Frames,
}

impl Track {
    /// What sounds here, before equaliser and fader, while the track does what it is to do. Mixes
    /// it into `out` if it does not lie in memory as it is. True if it is to be filtered.
    pub(crate) fn say(
        &mut self,
        span: Span,
        deeds: &mut [Deed],
        out: [&mut [f32]; 2],
        bin: &mut Bin,
    ) -> (Says, bool) {
        self.filter.begin();
        let rests = self.filter.until_rung_out(0);
        let whole = deeds.is_empty() && rests.is_none_or(|rests| rests >= span.frames);
        let (says, filtered) = if whole {
            self.say_whole(span, out)
        } else {
            self.say_in_pieces(span, deeds, out, bin)
        };
        if whole {
            self.time_passes(span.frames, bin);
        }
        if !filtered {
            self.filter.pass_over(span.frames, deeds);
        }
        (says, filtered)
    }

    /// The usual case: nothing happens.
    fn say_whole(&mut self, span: Span, out: [&mut [f32]; 2]) -> (Says, bool) {
        let Span { at, frames, .. } = span;
        if self.level.is_shut() {
            return (Says::Nothing, false);
        }
        let (says, heard) = if self.straight(at, frames).is_some() {
            (Says::Straight, frames)
        } else {
            self.mix(at, out)
        };
        (says, self.filter.hear(0, heard, frames))
    }

    fn say_in_pieces(
        &mut self,
        span: Span,
        deeds: &mut [Deed],
        [left, right]: [&mut [f32]; 2],
        bin: &mut Bin,
    ) -> (Says, bool) {
        let frames = span.frames;
        let mut ahead = self.level.ahead();
        let (mut says, mut filtered) = (Says::Nothing, false);
        let (mut done, mut next) = (0, 0);
        while done < frames {
            while let Some(deed) = deeds.get_mut(next).filter(|deed| deed.after <= done) {
                self.act(deed, done, &mut ahead, span.declick, bin);
                next += 1;
            }
            let shut = ahead.at(done).is_shut();
            let rests = self.filter.until_rung_out(done).filter(|_| !shut);
            let mut end = rests.map_or(frames, |rests| frames.min(done + rests));
            while let Some(deed) = deeds.get_mut(next).filter(|deed| deed.after < end) {
                if !self.needs_no_cut(deed, &mut ahead) {
                    end = deed.after;
                    break;
                }
                self.act(deed, deed.after, &mut ahead, span.declick, bin);
                next += 1;
            }
            let at = span.at + Frames(done as u64);
            let out =
                [&mut *left, &mut *right].map(|side| side.get_mut(done..end).unwrap_or_default());
            let heard = if shut {
                silence(out);
                0
            } else if end - done == frames
                && next == deeds.len()
                && self.straight(at, frames).is_some()
            {
                says = Says::Straight;
                frames
            } else {
                let (here, heard) = self.mix(at, out);
                if here == Says::Mixed {
                    says = Says::Mixed;
                }
                heard
            };
            if !shut {
                filtered |= self.filter.hear(done, heard, end - done);
            }
            self.time_passes(end - done, bin);
            done = end;
        }
        // Only where a sub-block was cut short is there anything left, on the frame after it. It
        // may change the layers, so that nothing said before is to be looked for among them.
        for deed in deeds.get_mut(next..).unwrap_or_default() {
            self.act(deed, frames, &mut ahead, span.declick, bin);
        }
        (says, filtered)
    }

    /// Does a fader's deed find everything as it is now? A layer that stays is heard then, too,
    /// and a filter that runs goes on: what the track says does not change.
    fn needs_no_cut(&self, deed: &Deed, ahead: &mut Ahead) -> bool {
        let mut voices = self.voices.iter().flatten();
        match deed.what {
            What::Open(_) => voices.any(|voice| !voice.leaving) && !ahead.at(deed.after).is_shut(),
            What::Layer(_) | What::Clear(_) => false,
        }
    }

    fn act(
        &mut self,
        deed: &mut Deed,
        at: usize,
        ahead: &mut Ahead,
        declick: Frames,
        bin: &mut Bin,
    ) {
        match &mut deed.what {
            What::Layer(layer) => {
                if let Some(layer) = layer.take() {
                    self.take(Voice::new(layer), true, declick, bin);
                }
            }
            What::Clear(fade) => self.clear(true, *fade, bin),
            What::Open(open) => {
                let anew = ahead.at(at).is_shut();
                if anew {
                    self.filter.is_anew();
                }
                let sounds = self.voices.iter().flatten().any(|voice| !voice.is_over());
                let arrives = !sounds && self.filter.has_rung_out(at);
                let over = if arrives { Frames::ZERO } else { declick };
                let open = (*open != ahead.open.target()).then_some((*open, over));
                let outcome = Outcome {
                    open,
                    arrives,
                    anew,
                };
                ahead.obey(outcome);
                deed.outcome = Some(outcome);
            }
        }
    }

    /// Mixes the voices. Returns after how many frames there is only silence, too.
    fn mix(&self, at: Frames, [left, right]: [&mut [f32]; 2]) -> (Says, usize) {
        silence([&mut *left, &mut *right]);
        let voices = self.voices.iter().flatten();
        let heard = voices
            .map(|voice| voice.add(at, [&mut *left, &mut *right]))
            .max();
        match heard.filter(|heard| *heard > 0) {
            None => (Says::Nothing, 0),
            Some(heard) => (Says::Mixed, heard),
        }
    }

    /// Time passes for the voices. Lets go of what has left.
    fn time_passes(&mut self, frames: usize, bin: &mut Bin) {
        for voice in self.voices.iter_mut().flatten() {
            voice.advance(frames);
        }
        self.sweep(bin);
    }
}

fn silence(sides: [&mut [f32]; 2]) {
    for side in sides {
        side.fill(0.0);
    }
}

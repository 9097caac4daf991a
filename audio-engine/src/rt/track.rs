//! A lane of the mixer: the layers that sound on it, equaliser, fader, pan, mute, sends.

mod saying;

pub(crate) use saying::Span;

use super::automation::Lane;
use super::command::Trash;
use super::deeds::Deed;
use super::filter::{BandSetting, Filter};
use super::lanes::{Buses, Curves, TO_DELAY, TO_REVERB, add_moving, add_steady};
use super::level::{CURVES, FIRST_SEND, GAIN, Level, PAN};
use super::trash::Bin;
use super::voice::{Straight, Voice};
use crate::control::{Parameter, TakeId};
use crate::dsp::eq::EqShape;
use crate::dsp::ramp::Ramp;
use crate::rt::voice::Source;
use crate::units::{Frames, SampleRate};

/// One layer that stays, and up to three still fading away.
const VOICES: usize = 4;

/// One track.
pub(crate) struct Track {
    muted: bool,
    soloed: bool,
    /// Others are soloed, and this one is not.
    silenced: bool,
    level: Level,
    filter: Filter,
    voices: [Option<Voice>; VOICES],
}

/// What a fader, pan, mute, send or equaliser was set to.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Setting {
    Gain(f32),
    Pan(f32, f32),
    Mute(bool),
    Solo(bool),
    /// By the solo of others.
    Silenced(bool),
    Send(usize, f32),
    Band(BandSetting),
}

/// When a setting is made.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Now {
    /// Where the playhead is; while it fades to a stop, where it is heard.
    pub(crate) at: Frames,
    /// Are tracks heard at all?
    pub(crate) sounding: bool,
    /// How long a fader takes.
    pub(crate) declick: Frames,
}

/// Where a parameter's curve is kept.
enum Curve {
    Of(usize),
    Band(EqShape),
}

fn curve_of(parameter: Parameter) -> Curve {
    match parameter {
        Parameter::Gain => Curve::Of(GAIN),
        Parameter::Pan => Curve::Of(PAN),
        Parameter::Send => Curve::Of(FIRST_SEND + TO_REVERB),
        Parameter::DelaySend => Curve::Of(FIRST_SEND + TO_DELAY),
        Parameter::Eq(shape) => Curve::Band(shape),
    }
}

/// What a track has to say in a sub-block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Says {
    Nothing,
    /// It lies in memory as it is; see [`Track::straight`].
    Straight,
    /// It has been mixed into the block given.
    Mixed,
}

impl Track {
    pub(crate) fn new(rate: SampleRate) -> Track {
        Track {
            muted: false,
            soloed: false,
            silenced: false,
            level: Level::new(),
            filter: Filter::new(rate),
            voices: std::array::from_fn(|_| None),
        }
    }

    pub(crate) fn is_silenced(&self) -> bool {
        self.silenced
    }

    pub(crate) fn is_soloed(&self) -> bool {
        self.soloed
    }

    /// While nothing sounds here, the new setting is there at once: it would otherwise depend on
    /// how long ago it was made whether the next note begins with a moving fader.
    pub(crate) fn set(&mut self, setting: Setting, now: Now) {
        self.catch_up(now.at);
        self.begin_anew_if_shut();
        let is_heard = self.is_heard(now);
        let over = if is_heard { now.declick } else { Frames::ZERO };
        match setting {
            Setting::Gain(amplitude) => self.level.set(GAIN, [amplitude; 2], over),
            Setting::Pan(left, right) => self.level.set(PAN, [left, right], over),
            Setting::Mute(on) => self.muted = on,
            Setting::Solo(on) => self.soloed = on,
            Setting::Silenced(on) => self.silenced = on,
            Setting::Send(to, amplitude) => {
                let curve = (FIRST_SEND + to).min(CURVES - 1);
                self.level.set(curve, [amplitude; 2], over);
            }
            Setting::Band(band) => self.filter.set(band, over),
        }
        let open = self.is_to_be_open();
        if open != self.level.open.target() {
            self.level.open.go(open, over);
        }
        if !is_heard {
            self.level.all().for_each(Ramp::arrive);
        }
    }

    /// Will be muted, or not, within the sub-block that comes. Until then nobody asks; what the
    /// fader does about it is [noted down](super::deeds).
    pub(crate) fn will_be_muted(&mut self, on: bool) {
        self.muted = on;
    }

    /// The same for a solo.
    pub(crate) fn will_be_soloed(&mut self, on: bool) {
        self.soloed = on;
    }

    /// The same for the solo of others. True if that changes something.
    pub(crate) fn will_be_silenced(&mut self, on: bool) -> bool {
        std::mem::replace(&mut self.silenced, on) != on
    }

    /// A filter behind a fader that is shut has not been run since the track fell silent.
    fn begin_anew_if_shut(&mut self) {
        if self.level.is_shut() {
            self.filter.empty();
        }
    }

    /// Where its gate is going: 1, or 0 while muted or while others are heard alone.
    pub(crate) fn is_to_be_open(&self) -> f32 {
        if self.muted || self.silenced {
            0.0
        } else {
            1.0
        }
    }

    fn is_heard(&self, now: Now) -> bool {
        let sounds = self.voices.iter().flatten().any(|voice| !voice.is_over());
        now.sounding && (sounds || !self.filter.has_rung_out(0))
    }

    /// A track in silence does not look at its curves; what is to be changed starts from where
    /// they would have it.
    fn catch_up(&mut self, at: Frames) {
        self.level.follow(at, 1);
        self.filter.follow(at);
    }

    /// Gives a parameter another curve, or none; it is led there within a declick, if it sounds.
    pub(crate) fn automate(
        &mut self,
        parameter: Parameter,
        lane: Option<Box<Lane>>,
        now: Now,
        bin: &mut Bin,
    ) {
        self.catch_up(now.at);
        self.begin_anew_if_shut();
        let before = match curve_of(parameter) {
            Curve::Of(curve) => self.level.give(curve, lane),
            Curve::Band(shape) => self.filter.give(shape, lane),
        };
        if let Some(before) = before {
            bin.discard(Trash::Lane(before));
        }
        self.let_go(parameter, now);
    }

    /// A hand lets go of a parameter: its curve has it back within a declick.
    pub(crate) fn let_go(&mut self, parameter: Parameter, now: Now) {
        self.catch_up(now.at);
        self.begin_anew_if_shut();
        let (at, declick) = (self.is_heard(now).then_some(now.at), now.declick);
        match curve_of(parameter) {
            Curve::Of(curve) => self.level.let_go(curve, at, declick),
            Curve::Band(shape) => self.filter.let_go(shape, at, declick),
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
        self.filter.empty();
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

    /// Its only voice, if that needs no mixing.
    pub(crate) fn straight(&self, at: Frames, frames: usize) -> Option<Straight<'_>> {
        straight(&self.voices, at, frames)
    }

    /// The filter, and when it will have rung out.
    pub(crate) fn filter(&mut self) -> &mut Filter {
        &mut self.filter
    }

    /// Adds what it says to the buses, through fader and pan, from playhead `at` on; `said` is
    /// what has been mixed or filtered, and `deeds` are what the track has said it does meanwhile.
    /// Returns the loudest sample.
    pub(crate) fn play(
        &mut self,
        at: Frames,
        (says, said): (Says, [&[f32]; 2]),
        mut deeds: &[Deed],
        curves: &mut Curves,
        buses: &mut Buses<'_>,
    ) -> f32 {
        let Track { level, voices, .. } = self;
        let frames = said[0].len();
        let sound = match says {
            Says::Nothing => None,
            Says::Straight => straight(voices, at, frames),
            Says::Mixed => Some(Straight {
                sides: said,
                factor: 1.0,
            }),
        };
        let (mut peak, mut done) = (0.0f32, 0);
        while done < frames {
            let mut piece = level.obey(&mut deeds, done, frames - done);
            if let Some(sound) = sound {
                piece = level.follow(at + Frames(done as u64), piece);
                piece = level.until_arrival(piece);
                // Nothing times what is no number is no number: what is shut is left out.
                if !level.is_shut() {
                    let (sound, buses) = (sound.part(done, piece), &mut buses.part(done, piece));
                    peak = peak.max(if level.is_settled() {
                        add_steady(sound, &level.steady(), buses)
                    } else {
                        let is_sent = level.fill(curves, piece);
                        add_moving(sound, curves, is_sent, buses)
                    });
                }
            }
            level.advance(piece);
            done += piece;
        }
        level.obey(&mut deeds, frames, 0);
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
                Source::Recorded { take, samples, .. } if *take == wanted => Some(&mut samples[..]),
                Source::Recorded { .. } | Source::Shared(_) => None,
            })
    }
}

fn straight(voices: &[Option<Voice>; VOICES], at: Frames, frames: usize) -> Option<Straight<'_>> {
    let mut voices = voices.iter().flatten();
    let (only, more) = (voices.next()?, voices.next());
    only.straight(at, frames).filter(|_| more.is_none())
}

fn throw_away(slot: &mut Option<Voice>, bin: &mut Bin) {
    if let Some(voice) = slot.take() {
        let trash: Trash = voice.into_trash();
        bin.discard(trash);
    }
}

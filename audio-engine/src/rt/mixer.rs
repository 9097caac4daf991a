//! The mixer: tracks and reverb into Music, Music with Cue and Click into the master.
//!
//! ```text
//! layers ─► equaliser ─► fader, pan ─► a group, or ─┐
//!                        ├─ send ─► reverb ─────────┼► Music: compressor, fader ─► ducking ─┐
//!                        └─ send ─► delay ──────────┘                                       │
//! spoken cue ────────────────────────────────────────► Cue fader ───────────────────────────┼► fade ─► limiter ─► out
//! metronome ─────────────────────────────────────────► Click fader ─────────────────────────┤
//! input ─────────────────────────────────────────────► monitor, off at first ───────────────┘
//! ```
//! What lies between the tracks and Music is up to the [`Plan`]; this is the one an engine begins
//! with. Another is moved over to in 5 ms, and one that comes meanwhile waits for that.
//! Audio thread only. All blocks are [`MAX_BLOCK`] frames or less.

mod groups;
mod input;
mod later;
mod master;

use self::master::{Levels, Master};
use super::blocks::{Block, first, halves, mixed, pass_on};
use super::deeds::{Deed, Deeds, of_track};
use super::fading::Fading;
use super::lanes::{Buses, Curves, SENDS, TO_DELAY, TO_REVERB};
use super::limits::{MAX_BLOCK, PLANS};
use super::plan::{BUSES, Lead, MUSIC, Plan};
use super::shared::Shared;
use super::tone::{SEND as TONE_SEND, ToneVoice};
use super::track::{Now, Says, Setting, Span, Track};
use super::trash::Bin;
use super::window::{Four, WINDOW};
use crate::control::{Bus, EngineConfig};
use crate::dsp::compressor::Compressor;
use crate::dsp::delay::Delay;
use crate::dsp::eq_lanes::{ABREAST, Lanes};
use crate::dsp::ramp::Ramp;
use crate::dsp::reverb::Reverb;
use crate::units::Frames;

pub(crate) struct Mixer {
    tracks: Vec<Track>,
    /// What they do in the sub-block that comes.
    deeds: Deeds,
    plan: Box<Plan>,
    /// Plans to go over to, the next one first.
    waiting: [Option<Box<Plan>>; PLANS],
    /// From where things led, 0, to where they lead now, 1.
    crossing: Ramp,
    strips: [Strip; BUSES],
    reverb: Reverb,
    delay: Delay,
    /// The faders of reverb and delay.
    returns: [Ramp; SENDS],
    delay_to_reverb: Ramp,
    cue: Ramp,
    click: Ramp,
    /// How loud the input is heard; on both sides alike.
    monitor: Ramp,
    fade: Fading,
    limiter: Master,
    blocks: Box<Blocks>,
    levels: Levels,
    rate: f32,
}

/// What a bus passes when it is complete. It stays while plans come and go.
struct Strip {
    compressor: Compressor,
    fader: Ramp,
    sends: [Ramp; SENDS],
}

/// The memory one sub-block needs.
struct Blocks {
    buses: [[Block; 2]; BUSES],
    /// What is on its way from one bus to another.
    aside: [Block; 2],
    crossing: Block,
    sends: [[Block; 2]; SENDS],
    input: Block,
    /// The first two channels of it by themselves.
    heard: [Block; 2],
    curves: Curves,
    /// What the tracks of a window say.
    said: [[Block; 2]; WINDOW],
    lanes: [Lanes; MAX_BLOCK],
}

impl Mixer {
    /// Allocates.
    pub(crate) fn new(config: EngineConfig) -> Mixer {
        let silence = [0.0; MAX_BLOCK];
        Mixer {
            tracks: (0..config.tracks)
                .map(|_| Track::new(config.rate))
                .collect(),
            deeds: Deeds::new(),
            plan: Box::new(Plan::first(config.tracks)),
            waiting: [const { None }; PLANS],
            crossing: Ramp::at(1.0),
            strips: std::array::from_fn(|_| Strip {
                compressor: Compressor::new(config.rate),
                fader: Ramp::at(1.0),
                sends: [Ramp::at(0.0); SENDS],
            }),
            reverb: Reverb::new(config.rate),
            delay: Delay::new(config.rate),
            returns: [Ramp::at(1.0); SENDS],
            delay_to_reverb: Ramp::at(0.0),
            cue: Ramp::at(1.0),
            click: Ramp::at(1.0),
            monitor: Ramp::at(0.0),
            fade: Fading::new(),
            limiter: Master::new(config),
            blocks: Box::new(Blocks {
                buses: [[silence; 2]; BUSES],
                aside: [silence; 2],
                crossing: silence,
                sends: [[silence; 2]; SENDS],
                input: silence,
                heard: [silence; 2],
                curves: Curves {
                    sides: [silence; 2],
                    sends: [silence; SENDS],
                },
                said: [[silence; 2]; WINDOW],
                lanes: [[[0.0; ABREAST]; 2]; MAX_BLOCK],
            }),
            levels: Levels::SILENT,
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
        let fader = match bus {
            Bus::Music => Some(&mut self.strips[MUSIC].fader),
            Bus::Group(group) => {
                let strip = self.strips.get_mut(1 + usize::from(group.0));
                strip.map(|strip| &mut strip.fader)
            }
            Bus::Reverb => Some(&mut self.returns[TO_REVERB]),
            Bus::Delay => Some(&mut self.returns[TO_DELAY]),
            Bus::Cue => Some(&mut self.cue),
            Bus::Click => Some(&mut self.click),
        };
        if let Some(fader) = fader {
            fader.go(amplitude, declick);
        }
    }

    pub(crate) fn all_tracks(&mut self) -> &mut [Track] {
        &mut self.tracks
    }

    /// Lets a track be heard alone, with the others that are; or no longer.
    pub(crate) fn solo(&mut self, index: usize, on: bool, now: Now) {
        if let Some(track) = self.tracks.get_mut(index) {
            track.set(Setting::Solo(on), now);
        }
        let any = self.tracks.iter().any(Track::is_soloed);
        for track in &mut self.tracks {
            let silenced = any && !track.is_soloed();
            if track.is_silenced() == silenced {
                continue;
            }
            track.set(Setting::Silenced(silenced), now);
        }
    }

    /// Frames until another plan can be followed: the engine cuts there, so that it happens at
    /// the same frame for every device.
    pub(crate) fn until_change(&self) -> Option<Frames> {
        (!self.crossing.is_settled()).then(|| self.crossing.left())
    }

    /// Mixes all tracks; without it the sub-block is silent so far.
    pub(crate) fn tracks(&mut self, span: Span, bin: &mut Bin, shared: &Shared) {
        let Span { at, frames, .. } = span;
        self.crossing.fill(first(&mut self.blocks.crossing, frames));
        let Blocks {
            buses,
            aside,
            crossing,
            sends,
            curves,
            said,
            lanes,
            ..
        } = &mut *self.blocks;
        let crossing = &*first(crossing, frames);
        let is_crossing = !self.crossing.is_settled();
        let lanes = lanes.get_mut(..frames).unwrap_or_default();
        let mut deeds = self.deeds.by_tracks();
        for (window, tracks) in self.tracks.chunks_mut(WINDOW).enumerate() {
            let mut says = [Says::Nothing; WINDOW];
            let mut filtered = [0; WINDOW];
            let mut count = 0;
            let mut theirs: [&mut [Deed]; WINDOW] = std::array::from_fn(|_| [].as_mut_slice());
            for (i, (track, block)) in tracks.iter_mut().zip(said.iter_mut()).enumerate() {
                theirs[i] = of_track(window * WINDOW + i, &mut deeds);
                let (what, is_filtered) = track.say(span, theirs[i], halves(block, frames), bin);
                says[i] = what;
                filtered[count] = i;
                count += usize::from(is_filtered);
            }
            for four in filtered.get(..count).unwrap_or_default().chunks(ABREAST) {
                let mut four = Four {
                    tracks,
                    which: four,
                    deeds: &theirs,
                };
                four.filter(at, &says, said, lanes);
                four.which.iter().for_each(|i| says[*i] = Says::Mixed);
            }
            for (i, track) in tracks.iter_mut().enumerate() {
                let index = window * WINDOW + i;
                let lead = self.plan.tracks.get(index).copied();
                let lead = lead.unwrap_or(Lead::MUSIC);
                let crosses = is_crossing && lead.is_new();
                let dry = if crosses {
                    &mut *aside
                } else {
                    &mut buses[lead.to]
                };
                let mut to = Buses {
                    dry: halves(dry, frames),
                    sends: sends.each_mut().map(|send| halves(send, frames)),
                };
                let said = mixed(&said[i], frames).sides;
                let peak = track.play(at, (says[i], said), theirs[i], curves, &mut to);
                if crosses {
                    pass_on(aside, lead, Some(crossing), buses, frames);
                }
                if peak > 0.0 {
                    shared.meter_track(index, peak);
                }
            }
        }
        self.deeds.clear(bin);
    }

    /// The last `left` of `declick` frames before the transport rests.
    pub(crate) fn fade_to_stop(&mut self, left: Frames, declick: Frames, frames: usize) {
        let share = |i: usize| left.0.saturating_sub(i as u64) as f32 / declick.0.max(1) as f32;
        let fade: Block = std::array::from_fn(share);
        let Blocks { buses, sends, .. } = &mut *self.blocks;
        let plan = &self.plan;
        let buses = buses.iter_mut().enumerate();
        let used = buses.filter(|(bus, _)| *bus == MUSIC || plan.has_group(*bus));
        for side in used
            .flat_map(|(_, bus)| bus)
            .chain(sends.iter_mut().flatten())
        {
            let faded = side.iter_mut().zip(&fade).take(frames);
            faded.for_each(|(x, fade)| *x *= fade);
        }
    }

    pub(crate) fn tone(&mut self, tone: &mut ToneVoice, frames: usize) {
        if tone.is_silent() {
            return;
        }
        let Blocks { buses, sends, .. } = &mut *self.blocks;
        let [left, right] = &mut buses[MUSIC];
        let [send_left, send_right] = &mut sends[TO_REVERB];
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
}

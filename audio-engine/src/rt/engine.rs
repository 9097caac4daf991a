//! The engine itself: one callback, any number of frames.
//!
//! A callback is cut into sub-blocks of at most [`MAX_BLOCK`] frames, and wherever something
//! changes for everybody: a beat to click, a promised punch, the end of a count-in or a sentence.
//! What somebody wished for at a frame cuts only whom it concerns: one track (`deeds.rs`), or the
//! fade of the mix, whoever speaks, a recording (`slate.rs`). Within a piece nothing changes but
//! ramps, and those are computed from whole frames. So the same frames give the same
//! samples however the device cuts them.

mod takes;
mod wishes;

use std::sync::Arc;

use rtrb::{Consumer, Producer};

use super::agenda::Agenda;
use super::command::{Command, Trash};
use super::cue::Cue;
use super::ear::Ear;
use super::guard::{FlushDenormals, RealTime};
use super::limits::{MAX_BLOCK, TAKES, declick};
use super::metronome::Metronome;
use super::mixer::Mixer;
use super::recorder::Recording;
use super::shared::{Shared, XrunCounter};
use super::tone::ToneVoice;
use super::track::Span;
use super::transport::Transport;
use super::trash::Bin;
use crate::control::{EngineConfig, Event};
use crate::units::{Frames, Grid, SampleRate};

/// The rings and atomics between the engine and its handle.
pub(crate) struct Wires {
    pub(crate) commands: Consumer<Command>,
    pub(crate) trash: Producer<Trash>,
    pub(crate) events: Producer<Event>,
    pub(crate) shared: Arc<Shared>,
}

/// Owned by the device thread. Plays, records and mixes; allocates, locks, waits and panics
/// nowhere after it has been made.
pub struct Engine {
    rate: SampleRate,
    declick: Frames,
    transport: Transport,
    /// Did the playhead move, and did tracks sound, in the sub-block before?
    was: Moved,
    clock: Frames,
    grid: Option<Grid>,
    agenda: Agenda,
    /// Are moves told, to be written down?
    writes: bool,
    takes: [Option<Box<Recording>>; TAKES],
    ear: Option<Box<Ear>>,
    metronome: Metronome,
    cue: Cue,
    tone: ToneVoice,
    mixer: Mixer,
    commands: Consumer<Command>,
    events: Producer<Event>,
    bin: Bin,
    shared: Arc<Shared>,
    late: u64,
    faults: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Moved {
    Still,
    /// Tracks were sounding, but only to fade away.
    Fading,
    Rolling,
}

impl Engine {
    /// Off the audio thread: allocates everything the engine will ever use.
    pub(crate) fn new(config: EngineConfig, wires: Wires) -> Engine {
        let declick = declick(config.rate);
        Engine {
            rate: config.rate,
            declick,
            transport: Transport::Stopped { at: Frames::ZERO },
            was: Moved::Still,
            clock: Frames::ZERO,
            grid: None,
            agenda: Agenda::new(),
            writes: false,
            takes: std::array::from_fn(|_| None),
            ear: None,
            metronome: Metronome::new(config.rate),
            cue: Cue::new(config.rate, declick),
            tone: ToneVoice::new(config.rate),
            mixer: Mixer::new(config),
            commands: wires.commands,
            events: wires.events,
            bin: Bin::new(wires.trash),
            shared: wires.shared,
            late: 0,
            faults: 0,
        }
    }

    /// Frames per second, for life.
    pub fn rate(&self) -> SampleRate {
        self.rate
    }

    /// Frames by which the engine itself delays what it plays: what its limiter looks ahead, and
    /// nothing else.
    pub fn latency(&self) -> Frames {
        self.mixer.latency()
    }

    /// For whoever notices an xrun.
    pub fn xrun_counter(&self) -> XrunCounter {
        Shared::xrun_counter(&self.shared)
    }

    /// Fills `output` from `input`: planar, any number of frames, none included.
    ///
    /// The input's channels are mixed to one. No input channel means that these frames were not
    /// heard: silence, and in a take a gap of that length. One output channel gets
    /// the mean of left and right; channels after the second are silent. The shortest output
    /// channel says how many frames there are.
    pub fn process(&mut self, input: &[&[f32]], output: &mut [&mut [f32]]) {
        let _real_time = RealTime::enter();
        let _guard = FlushDenormals::new();
        let frames = output
            .iter()
            .map(|channel| channel.len())
            .min()
            .unwrap_or(0);
        self.obey_commands();
        let mut done = 0;
        while done < frames {
            let sound = self.first_sound(input, done, frames - done);
            if sound == Some(0) {
                self.begin_on_sound();
            }
            self.obey_the_transport();
            self.obey_what_is_due();
            self.begin_takes();
            self.metronome.strike_if_due(&self.transport, self.grid);
            let most = sound.filter(|at| *at > 0).unwrap_or(frames - done);
            let length = self.until_change(most);
            let length = self.leave_to_whom_it_concerns(length);
            self.faults += self.mixer.hear(input, done, length);
            if self.is_stereo() {
                self.mixer.hear_sides(input, done, length);
            }
            self.hear_takes(input.is_empty(), length);
            self.render(length);
            self.close_takes();
            self.mixer.write(output, done, length);
            self.transport.advance(Frames(length as u64));
            self.clock += Frames(length as u64);
            done += length;
        }
        for channel in output.iter_mut() {
            channel
                .iter_mut()
                .skip(frames)
                .for_each(|sample| *sample = 0.0);
        }
        self.end_takes();
        self.bin.empty();
        self.mixer.publish(&self.shared);
        self.shared.meter_ducking(self.cue.ducking());
        self.shared
            .publish(self.transport, self.clock, self.late, self.faults);
    }

    /// Tells the tracks when the playhead has come to rest, or set out from somewhere.
    fn obey_the_transport(&mut self) {
        let now = match self.transport {
            Transport::Rolling { .. } => Moved::Rolling,
            Transport::Stopping { .. } => Moved::Fading,
            Transport::Stopped { .. } | Transport::CountIn { .. } => Moved::Still,
        };
        match (self.was, now) {
            (Moved::Still | Moved::Fading, Moved::Rolling) => {
                self.mixer.enter(self.declick, &mut self.bin);
            }
            (Moved::Rolling | Moved::Fading, Moved::Still) => self.mixer.rest(&mut self.bin),
            (Moved::Rolling, Moved::Rolling | Moved::Fading)
            | (Moved::Fading, Moved::Fading)
            | (Moved::Still, Moved::Still | Moved::Fading) => {}
        }
        self.was = now;
    }

    /// How long nothing changes: at most `most`, at most [`MAX_BLOCK`], at least one frame.
    fn until_change(&self, most: usize) -> usize {
        let approach = self.approach();
        let takes = self
            .takes
            .iter()
            .flatten()
            .filter_map(|take| take.until_change(approach));
        let changes = [
            self.transport.until_change(),
            self.metronome.until_next(&self.transport, self.grid),
            self.cue.until_end(),
            self.mixer.until_change(),
        ];
        let next = changes
            .into_iter()
            .flatten()
            .chain(takes)
            .min()
            .map_or(u64::MAX, |f| f.0);
        (most.min(MAX_BLOCK) as u64).min(next).max(1) as usize
    }

    /// Where the playhead is, or, in a count-in, how far before its start: below zero if need be.
    fn approach(&self) -> Option<i64> {
        match self.transport {
            Transport::Rolling { at } => Some(at.0 as i64),
            Transport::CountIn { left, at } => Some(at.0 as i64 - left.0 as i64),
            Transport::Stopped { .. } | Transport::Stopping { .. } => None,
        }
    }

    fn render(&mut self, frames: usize) {
        if let Some(at) = self.transport.sounding() {
            let span = Span {
                at,
                frames,
                declick: self.declick,
            };
            self.mixer.tracks(span, &mut self.bin, &self.shared);
        }
        if let Transport::Stopping { left, .. } = self.transport {
            self.mixer.fade_to_stop(left, self.declick, frames);
        }
        self.mixer.tone(&mut self.tone, frames);
        self.faults += self.mixer.groups(frames);
        self.faults += {
            let (cue, metronome) = (&mut self.cue, &mut self.metronome);
            self.mixer.sum(cue, metronome, frames, &mut self.bin)
        };
        self.mixer.monitor(frames);
        self.faults += self.mixer.master(frames);
    }

    fn tell(&mut self, event: Event) {
        tell(&mut self.events, &self.shared, event);
    }
}

/// An event nobody has room for is counted, and told later.
fn tell(events: &mut Producer<Event>, shared: &Shared, event: Event) {
    if events.push(event).is_err() {
        shared.event_dropped();
    }
}

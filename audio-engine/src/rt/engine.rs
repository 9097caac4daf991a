//! The engine itself: one callback, any number of frames.
//!
//! A callback is cut into sub-blocks of at most [`MAX_BLOCK`] frames, and wherever something
//! changes: a planned wish, a beat to click, a punch, the end of a count-in or a sentence. Within
//! a sub-block nothing changes but ramps, and those are computed from whole frames. So the same
//! frames give the same samples however the device cuts them.

use std::sync::Arc;

use rtrb::{Consumer, Producer};

use super::agenda::Agenda;
use super::command::{Action, Command, Trash};
use super::cue::Cue;
use super::ear::Ear;
use super::guard::{FlushDenormals, RealTime};
use super::lanes::{TO_DELAY, TO_REVERB};
use super::limits::{MAX_BLOCK, TAKES, declick};
use super::metronome::Metronome;
use super::mixer::Mixer;
use super::recorder::{Due, Recording};
use super::shared::{Shared, XrunCounter};
use super::tone::ToneVoice;
use super::track::{Now, Setting};
use super::transport::Transport;
use super::trash::Bin;
use super::voice::{Source, Voice};
use crate::control::{At, EngineConfig, Event, Layer, Parameter, TakeId, TrackId};
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
            let length = self.leave_to_the_tracks(length);
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

    /// Everything that has arrived, in order. Batches arrive whole.
    fn obey_commands(&mut self) {
        while let Ok(command) = self.commands.pop() {
            match command.at {
                At::Now => self.obey(command.action),
                At::Frame(frame) => {
                    if let Err(action) = self.agenda.plan(frame, command.action) {
                        self.planned_now(frame, action);
                    }
                }
            }
        }
    }

    fn obey_what_is_due(&mut self) {
        while let Some((frame, action)) = self.agenda.take_due(&self.transport) {
            self.planned_now(frame, action);
        }
        if self.cue.end_if_due(&mut self.bin) {
            self.tell(Event::CueFinished);
        }
        let still = self.transport.sounding().is_none();
        let begun = self.mixer.follow_next(still, self.declick, &mut self.bin);
        self.shared.followed(begun);
    }

    fn planned_now(&mut self, frame: Frames, action: Action) {
        if frame < self.transport.playhead() {
            self.late += 1;
        }
        self.shared.plan_done();
        self.obey(action);
    }

    fn obey(&mut self, action: Action) {
        let (declick, sounding) = (self.declick, self.transport.sounding().is_some());
        match action {
            Action::Grid(grid) => self.grid = Some(grid),
            Action::Play => self.transport.play(),
            Action::CountIn { bars } => {
                let length = self
                    .grid
                    .map_or(Frames::ZERO, |grid| grid.bars(u64::from(bars)));
                self.transport.count_in(length);
            }
            Action::Stop => {
                self.interrupt_takes();
                self.transport.stop(declick);
            }
            Action::Locate(to) => {
                self.interrupt_takes();
                self.transport.locate(to, declick);
            }
            Action::Layer { track, layer } => {
                let Layer {
                    audio,
                    play,
                    fade_in,
                } = layer;
                let voice = Voice::new(Source::Shared(audio), play, fade_in);
                match self.mixer.track(track.0.into()) {
                    Some(track) => track.take(voice, sounding, declick, &mut self.bin),
                    None => self.bin.discard(voice.into_trash()),
                }
                self.tell(Event::LayerStarted { track });
            }
            Action::Clear { track, fade } => {
                if let Some(track) = self.mixer.track(track.0.into()) {
                    track.clear(sounding, fade, &mut self.bin);
                }
            }
            Action::Gain {
                track,
                amplitude,
                db,
            } => {
                self.write(track, Parameter::Gain, db);
                self.set(track.0, Setting::Gain(amplitude));
            }
            Action::Pan {
                track,
                left,
                right,
                position,
            } => {
                self.write(track, Parameter::Pan, position);
                self.set(track.0, Setting::Pan(left, right));
            }
            Action::Mute { track, on } => self.set(track.0, Setting::Mute(on)),
            Action::Solo { track, on } => {
                self.mixer.solo(track.0.into(), on, self.now());
            }
            Action::Send {
                track,
                amplitude,
                db,
            } => {
                self.write(track, Parameter::Send, db);
                self.set(track.0, Setting::Send(TO_REVERB, amplitude));
            }
            Action::DelaySend {
                track,
                amplitude,
                db,
            } => {
                self.write(track, Parameter::DelaySend, db);
                self.set(track.0, Setting::Send(TO_DELAY, amplitude));
            }
            Action::Automate {
                track,
                parameter,
                lane,
            } => {
                let now = self.now();
                match self.mixer.track(track.0.into()) {
                    Some(track) => track.automate(parameter, lane, now, &mut self.bin),
                    None => lane.into_iter().for_each(|lane| {
                        self.bin.discard(Trash::Lane(lane));
                    }),
                }
            }
            Action::LetGo { track, parameter } => {
                if let Some(at) = self.writes_at() {
                    self.tell(Event::LetGo {
                        track,
                        parameter,
                        at,
                    });
                }
                let now = self.now();
                if let Some(track) = self.mixer.track(track.0.into()) {
                    track.let_go(parameter, now);
                }
            }
            Action::WriteAutomation(on) => self.writes = on,
            Action::Follow(plan) => {
                let begun = self.mixer.follow(plan, !sounding, declick, &mut self.bin);
                self.shared.followed(begun);
            }
            Action::Band { track, setting } => {
                self.write(track, Parameter::Eq(setting.shape), setting.db);
                self.set(track.0, Setting::Band(setting));
            }
            Action::BusGain { bus, amplitude } => self.mixer.set_bus(bus, amplitude, declick),
            Action::Fade { to, over } => self.mixer.fade(to, over),
            Action::Cue(audio) => {
                if self.cue.speak(audio, &mut self.bin) {
                    self.tell(Event::CueFinished);
                }
                self.tell(Event::CueStarted);
            }
            Action::StopCue => {
                if self.cue.hush(&mut self.bin) {
                    self.tell(Event::CueFinished);
                }
            }
            Action::Metronome { from, until } => self.metronome.set_range(from, until),
            Action::Tone(tone) => self.tone.set(tone),
            Action::Record(recording) => self.arm(recording),
            Action::PunchOut(take) => {
                for recording in self.takes.iter_mut().flatten().filter(|r| r.take() == take) {
                    recording.punch_out_now();
                }
            }
            Action::CallOff(take) => {
                for recording in self.takes.iter_mut().flatten().filter(|r| r.take() == take) {
                    recording.call_off();
                }
            }
            Action::Listen(ear) => {
                if let Some(ear) = std::mem::replace(&mut self.ear, ear) {
                    self.bin.discard(Trash::Ear(ear));
                }
            }
            Action::Monitor(amplitude) => self.mixer.monitor_at(amplitude, declick),
            Action::Mark { take, word } => {
                for recording in self.takes.iter_mut().flatten().filter(|r| r.take() == take) {
                    recording.note(word);
                }
            }
        }
    }

    fn set(&mut self, track: u16, setting: Setting) {
        let now = self.now();
        if let Some(track) = self.mixer.track(track.into()) {
            track.set(setting, now);
        }
    }

    fn now(&self) -> Now {
        let sounding = self.transport.sounding();
        Now {
            at: sounding.unwrap_or(self.transport.playhead()),
            sounding: sounding.is_some(),
            declick: self.declick,
        }
    }

    /// Where a move would be written, if it is to be.
    fn writes_at(&self) -> Option<Frames> {
        let rolls = self.writes && self.transport.is_rolling();
        rolls.then(|| self.transport.playhead())
    }

    /// Tells where a hand has moved something, if that is to be written down.
    fn write(&mut self, track: TrackId, parameter: Parameter, value: f32) {
        if let Some(at) = self.writes_at() {
            self.tell(Event::Moved {
                track,
                parameter,
                at,
                value,
            });
        }
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

    /// Mutes that are due within the next `length` frames need no cut of their own: each track
    /// keeps its own in mind. Anything else is cut at; returns how many frames are left.
    fn leave_to_the_tracks(&mut self, length: usize) -> usize {
        let Transport::Rolling { at } = self.transport else {
            return length;
        };
        let (now, end) = (self.now(), at + Frames(length as u64));
        while let Some((frame, action)) = self.agenda.next_before(end) {
            let after = (frame - at).0 as usize;
            let Action::Mute { track, on } = *action else {
                return after.max(1);
            };
            match self.mixer.track(track.0.into()) {
                Some(track) if track.can_wait() => track.mute_later(on, after, now),
                Some(_) => return after.max(1),
                None => {}
            }
            drop(self.agenda.take_next());
            self.shared.plan_done();
        }
        length
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
            self.mixer.tracks(at, frames, &mut self.bin, &self.shared);
        }
        if let Transport::Stopping { left, .. } = self.transport {
            self.mixer.fade_to_stop(left, self.declick, frames);
        }
        self.mixer.tone(&mut self.tone, frames);
        self.faults += self.mixer.groups(frames);
        self.faults += self.mixer.sum(&mut self.cue, &mut self.metronome, frames);
        self.mixer.monitor(frames);
        self.faults += self.mixer.master(frames);
    }

    fn arm(&mut self, recording: Box<Recording>) {
        match self.takes.iter_mut().find(|slot| slot.is_none()) {
            Some(slot) => *slot = Some(recording),
            // The handle counts them, so this does not happen; if it did, the reader would see
            // a stream that never finishes, and not a glitch.
            None => self.bin.discard(Trash::Recording(recording)),
        }
    }

    fn interrupt_takes(&mut self) {
        self.takes
            .iter_mut()
            .flatten()
            .for_each(|recording| recording.interrupt());
    }

    /// How many frames from `from` the first sound arrives that a recording waits for; only as
    /// far as one sub-block reaches.
    fn first_sound(&self, input: &[&[f32]], from: usize, most: usize) -> Option<usize> {
        let listens = match self.transport {
            Transport::Stopped { .. } | Transport::Rolling { .. } => true,
            Transport::CountIn { .. } | Transport::Stopping { .. } => false,
        };
        let takes = self.takes.iter().flatten();
        let threshold = takes
            .filter_map(|take| take.listens_for())
            .min_by(f32::total_cmp)
            .filter(|_| listens)?;
        let end = from + most.min(MAX_BLOCK);
        input
            .iter()
            .filter_map(|channel| {
                let heard = channel.get(from..end.min(channel.len()))?;
                heard.iter().position(|x| x.abs() >= threshold)
            })
            .min()
    }

    /// The next frame is the sound that recordings waited for. The most sensitive of them
    /// decides; whoever arms two means both.
    fn begin_on_sound(&mut self) {
        for index in 0..TAKES {
            let Some(recording) = self.takes.get_mut(index).and_then(Option::as_mut) else {
                continue;
            };
            if recording.listens_for().is_none() {
                continue;
            }
            self.transport.sound(recording.sound_arrives_after());
            let due = recording.sound(self.transport.playhead());
            let take = recording.take();
            self.settle(take, due);
        }
    }

    fn begin_takes(&mut self) {
        let approach = self.approach();
        for index in 0..TAKES {
            // A window may open and its punch-out be past, all in one frame.
            while let Some(recording) = self.takes.get_mut(index).and_then(Option::as_mut) {
                let take = recording.take();
                match recording.begin_block(approach) {
                    Due::Nothing => break,
                    due => self.settle(take, due),
                }
            }
        }
    }

    fn settle(&mut self, take: TakeId, due: Due) {
        match due {
            Due::Nothing => {}
            Due::Opens { punch_in } => self.tell(Event::TakeBegun { take, punch_in }),
            Due::Out {
                punch_in,
                length,
                sounds,
            } => {
                self.tell(Event::PunchedOut {
                    take,
                    punch_in,
                    length,
                });
                let (declick, sounding) = (self.declick, self.transport.sounding().is_some());
                if let Some((track, voice)) = sounds {
                    match self.mixer.track(track) {
                        Some(track) => track.take(voice, sounding, declick, &mut self.bin),
                        None => self.bin.discard(voice.into_trash()),
                    }
                }
            }
        }
    }

    fn hear_takes(&mut self, missing: bool, frames: usize) {
        let input = self.mixer.input(frames);
        for recording in self.takes.iter_mut().flatten() {
            if missing {
                recording.miss(frames);
            } else {
                recording.hear(&input);
            }
        }
        let approach = self.approach();
        match &mut self.ear {
            Some(ear) if missing => ear.miss(),
            Some(ear) => ear.hear(approach, &self.mixer.input(frames)),
            None => {}
        }
    }

    /// Does anybody want left and right apart?
    fn is_stereo(&self) -> bool {
        self.takes.iter().flatten().any(|take| take.is_stereo())
            || self.ear.as_ref().is_some_and(|ear| ear.is_stereo())
    }

    fn close_takes(&mut self) {
        for recording in self.takes.iter_mut().flatten() {
            recording.end_block(self.mixer.all_tracks());
        }
    }

    fn end_takes(&mut self) {
        for slot in &mut self.takes {
            let Some(mut recording) = slot.take_if(|recording| recording.is_told()) else {
                continue;
            };
            if let Some(samples) = recording.unused_loop() {
                self.bin.discard(Trash::Loop(samples));
            }
            let finished = Event::TakeFinished {
                take: recording.take(),
            };
            self.bin.discard(Trash::Recording(recording));
            self.shared.take_done();
            tell(&mut self.events, &self.shared, finished);
        }
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

//! What the engine does about wishes: at once, at their frame, or by leaving them to whom they
//! concern.

use super::Engine;
use crate::control::{At, Event, Parameter, TakeId, TrackId};
use crate::rt::command::{Action, Trash};
use crate::rt::fading::FadeTo;
use crate::rt::lanes::{TO_DELAY, TO_REVERB};
use crate::rt::limits::MAX_BLOCK;
use crate::rt::recorder::Told;
use crate::rt::track::{Now, Setting};
use crate::rt::transport::Transport;
use crate::rt::voice::{Coming, Voice};
use crate::units::Frames;

impl Engine {
    /// Everything that has arrived, in order. Batches arrive whole.
    pub(super) fn obey_commands(&mut self) {
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

    pub(super) fn obey_what_is_due(&mut self) {
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

    /// What is wished for within the next `length` frames needs no cut for everybody: whom it
    /// concerns keeps it in mind. What nobody has room for, and what comes of a wish for all, is
    /// cut at; returns how many frames are left.
    pub(super) fn leave_to_whom_it_concerns(&mut self, mut length: usize) -> usize {
        let Transport::Rolling { at } = self.transport else {
            return length;
        };
        while let Some((frame, action)) = self.agenda.next_before(at + Frames(length as u64)) {
            let after = (frame - at).0 as usize;
            if !self.can_leave(action) {
                return after.max(1);
            }
            let Some(action) = self.agenda.take_next() else {
                break;
            };
            self.shared.plan_done();
            if let Some(until) = self.leave(after, action) {
                let until = until.0.clamp(1, MAX_BLOCK as u64) as usize;
                length = length.min(after + until);
            }
        }
        length
    }

    /// Does this concern somebody who has room to keep it in mind?
    fn can_leave(&self, action: &Action) -> bool {
        match action {
            Action::Cue(audio) => self.cue.can_wait(audio),
            Action::Mark { take, word } => self.can_be_told(*take, Told::Word(*word)),
            Action::PunchOut(take) => self.can_be_told(*take, Told::PunchOut),
            action => self.mixer.can_leave(action),
        }
    }

    fn can_be_told(&self, take: TakeId, told: Told) -> bool {
        let takes = self.takes.iter().flatten();
        let mut concerned = takes.filter(|recording| recording.take() == take);
        concerned.all(|recording| recording.can_be_left(told))
    }

    /// Leaves it to them, `after` so many frames. Returns how many frames after that something
    /// comes of it for everybody.
    fn leave(&mut self, after: usize, action: Action) -> Option<Frames> {
        match action {
            Action::Cue(audio) => {
                let length = audio.frames();
                match self.cue.speak_later(after, audio) {
                    Ok(cut_short) => {
                        if cut_short {
                            self.tell(Event::CueFinished);
                        }
                        self.tell(Event::CueStarted);
                        Some(length)
                    }
                    Err(audio) => {
                        self.obey(Action::Cue(audio));
                        None
                    }
                }
            }
            Action::Mark { take, word } => self.leave_to_take(take, after, Told::Word(word)),
            Action::PunchOut(take) => self.leave_to_take(take, after, Told::PunchOut),
            action => {
                if let Action::Layer { track, .. } = action {
                    self.tell(Event::LayerStarted { track });
                }
                if let Some(action) = self.mixer.leave(after, action, &mut self.bin) {
                    self.obey(action);
                }
                None
            }
        }
    }

    fn leave_to_take(&mut self, take: TakeId, after: usize, told: Told) -> Option<Frames> {
        let takes = self.takes.iter_mut().flatten();
        takes
            .filter(|recording| recording.take() == take)
            .filter_map(|recording| recording.leave(after, told))
            .min()
    }

    /// A layer comes to a track with the next frame.
    pub(super) fn sound(&mut self, track: usize, coming: Coming) {
        let (declick, sounding) = (self.declick, self.transport.sounding().is_some());
        let voice = Voice::new(coming);
        match self.mixer.track(track) {
            Some(track) => track.take(voice, sounding, declick, &mut self.bin),
            None => self.bin.discard(voice.into_trash()),
        }
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
                self.sound(track.0.into(), layer.into());
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
            Action::Fade { to, over } => self.mixer.fade(FadeTo { to, over }),
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
}

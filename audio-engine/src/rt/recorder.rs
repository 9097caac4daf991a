//! Recording: raw input into a ring, and, if asked, into a loop where it was heard.
//!
//! | state     | sound         | input window opens | punch-out reached        | window closes | read to its end |
//! |-----------|---------------|--------------------|--------------------------|---------------|-----------------|
//! | Listening | → Running     |                    |                          |               |                 |
//! | Armed     |               | → Running          |                          |               |                 |
//! | Running   |               |                    | the loop starts to sound | → Closing     |                 |
//! | Closing   |               |                    |                          |               | gone            |
//!
//! Positions are on the playhead, and run on below zero into the count-in. Once the window is
//! open they follow the clock: a transport that stops only brings the punch-out forward.
//! Runs in the audio callback: no allocation, lock, I/O, log or panic.

mod looped;
mod memory;
mod told;

use self::looped::{Looped, Window};
use self::memory::Memory;
pub(crate) use self::told::Told;
use super::limits::declick;
use super::slate::Slate;
use super::track::Track;
use super::voice::Coming;
use crate::control::take::{Mark, TakeFeed};
use crate::control::{Channels, Length, RecordSpec, Start, TakeId};
use crate::units::{Frames, SampleRate};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// For the first sound.
    Listening,
    Armed,
    /// The next input frame arrives at playhead `at`.
    Running {
        at: i64,
    },
    /// All input is in; the reader still has to be told.
    Closing,
}

/// One sub-block of input: the mean of all channels, and the first two by themselves.
#[derive(Clone, Copy)]
pub(crate) struct Heard<'a> {
    pub(crate) mono: &'a [f32],
    pub(crate) sides: [&'a [f32]; 2],
}

impl<'a> Heard<'a> {
    /// One channel, or two.
    pub(crate) fn of(&self, channels: Channels) -> [&'a [f32]; 2] {
        match channels {
            Channels::Mono => [self.mono, &[]],
            Channels::Stereo => self.sides,
        }
    }
}

/// A promised recording, with all the memory it needs.
pub(crate) struct Recording {
    spec: RecordSpec,
    edge: i64,
    stage: Stage,
    /// Where the part to keep begins; unknown, and 0, before the sound that starts it.
    punch_in: i64,
    /// Where it ends; moved forward by an early punch-out.
    punch_out: i64,
    /// How long the loop is: the part to keep, or more, if that was cut short.
    length: i64,
    /// It shall not sound.
    is_called_off: bool,
    /// Has the punch-out been told?
    is_out: bool,
    feed: TakeFeed,
    /// Frames that did not fit, and of which the reader does not know yet.
    lost: u64,
    /// What came before the first sound.
    memory: Option<Memory>,
    looped: Option<Looped>,
    /// What it is told within the sub-block that comes.
    later: Slate<Told>,
}

/// What the engine has to do about a recording before a block.
pub(crate) enum Due {
    Nothing,
    /// The window has opened.
    Opens {
        punch_in: Frames,
    },
    /// The part to keep has ended; the loop, if there is one, starts to sound on this track.
    Out {
        punch_in: Frames,
        length: Frames,
        sounds: Option<(usize, Coming)>,
    },
}

impl Recording {
    /// Off the audio thread: allocates.
    pub(crate) fn new(spec: RecordSpec, rate: SampleRate, feed: TakeFeed) -> Recording {
        let edge = declick(rate);
        let most = spec.length.most();
        let looped = spec
            .loop_into
            .map(|track| Looped::new(track, spec.channels, most + edge, spec.round_trip + edge));
        let (stage, punch_in, memory) = match spec.start {
            Start::AtFrame(frame) => (Stage::Armed, frame.0 as i64, None),
            Start::OnSound { lead, threshold: _ } => {
                let before = spec.pre_roll + spec.round_trip + lead;
                (
                    Stage::Listening,
                    0,
                    Some(Memory::new(spec.channels, before)),
                )
            }
        };
        Recording {
            spec,
            edge: edge.0 as i64,
            stage,
            punch_in,
            punch_out: punch_in + most.0 as i64,
            length: most.0 as i64,
            is_called_off: false,
            is_out: false,
            feed,
            lost: 0,
            memory,
            looped,
            later: Slate::new(),
        }
    }

    pub(crate) fn take(&self) -> TakeId {
        self.spec.take
    }

    pub(crate) fn makes_a_loop(&self) -> bool {
        self.looped.is_some()
    }

    pub(crate) fn is_stereo(&self) -> bool {
        self.spec.channels == Channels::Stereo
    }

    /// The amplitude it waits for, if it does.
    pub(crate) fn listens_for(&self) -> Option<f32> {
        match (self.stage, self.spec.start) {
            (Stage::Listening, Start::OnSound { threshold, lead: _ }) => {
                // Silence is no sound, however low the threshold.
                Some(threshold.amplitude().max(f32::MIN_POSITIVE))
            }
            (Stage::Listening | Stage::Armed | Stage::Running { .. } | Stage::Closing, _) => None,
        }
    }

    /// How far into the part to keep the playhead is when the sound it began with arrives: the
    /// sound left the player's hands before, by half the round trip, and what the loudspeaker
    /// plays now they hear half a round trip later.
    pub(crate) fn sound_arrives_after(&self) -> Frames {
        match self.spec.start {
            Start::AtFrame(_) => Frames::ZERO,
            Start::OnSound { lead, threshold: _ } => self.spec.round_trip + lead,
        }
    }

    /// The first sound arrives with the next frame, at playhead `at`. What came before it is
    /// handed over now.
    pub(crate) fn sound(&mut self, at: Frames) -> Due {
        let at = at.0 as i64;
        self.punch_in = (at - self.sound_arrives_after().0 as i64).max(0);
        self.punch_out = self.punch_in + self.length;
        self.stage = Stage::Running { at };
        let Some(memory) = self.memory.take() else {
            return Due::Nothing;
        };
        // What was not heard, because nobody listened yet, keeps its place.
        self.lost = (at - self.opens())
            .unsigned_abs()
            .saturating_sub(memory.held());
        let mut from = at - memory.held() as i64;
        for input in memory.parts() {
            let frames = input[0].len() as i64;
            // Nothing from before the window: a memory may reach past frame 0.
            let early = (self.opens() - from).clamp(0, frames) as usize;
            let input = input.map(|channel| channel.get(early..).unwrap_or_default());
            self.send(input);
            self.write_loop(from + early as i64, input);
            from += frames;
        }
        // Its memory goes back with the recording.
        self.memory = Some(memory);
        Due::Opens {
            punch_in: Frames(self.punch_in as u64),
        }
    }

    fn opens(&self) -> i64 {
        self.punch_in - self.spec.pre_roll.0 as i64
    }

    fn closes(&self) -> i64 {
        self.closes_after(self.punch_out)
    }

    /// When the window would close after this punch-out.
    fn closes_after(&self, punch_out: i64) -> i64 {
        let kept = punch_out > self.punch_in;
        let after = self.spec.round_trip.0 as i64 + self.edge;
        // Nothing was kept: there is no tail to wait for.
        if kept { punch_out + after } else { punch_out }
    }

    /// Frames until something happens, seen from playhead `approach` if it moves.
    pub(crate) fn until_change(&self, approach: Option<i64>) -> Option<Frames> {
        let (at, turns) = match (self.stage, approach) {
            (Stage::Armed, Some(at)) => (at, [self.opens(), i64::MAX]),
            (Stage::Running { at }, _) => (at, [self.punch_out, self.closes()]),
            (Stage::Armed, None) | (Stage::Listening | Stage::Closing, _) => return None,
        };
        let next = turns.into_iter().filter(|turn| *turn > at).min()?;
        Some(Frames(next.abs_diff(at)))
    }

    /// Ends it here; whatever it was to become, nothing of it will sound.
    pub(crate) fn call_off(&mut self) {
        self.is_called_off = true;
        match self.stage {
            Stage::Running { at } if at > self.punch_in => {
                self.punch_out = self.punch_out.min(at);
            }
            Stage::Listening | Stage::Armed | Stage::Running { .. } | Stage::Closing => {
                self.cancel();
            }
        }
    }

    /// The transport stopped or jumped: nothing is played from here on. An armed recording waits
    /// for it to come back.
    pub(crate) fn interrupt(&mut self) {
        let Stage::Running { at } = self.stage else {
            return;
        };
        if at <= self.punch_in {
            return self.cancel();
        }
        if let Length::Open {
            most,
            unit,
            late: _,
        } = self.spec.length
            && at < self.punch_out
        {
            self.length = self.whole_units(at - self.punch_in, unit, most);
        }
        self.punch_out = self.punch_out.min(at);
    }

    /// Nobody played before the punch-in; there is no tail to wait for.
    fn cancel(&mut self) {
        match self.stage {
            Stage::Listening | Stage::Armed | Stage::Running { .. } => {
                self.punch_out = self.punch_in;
                self.stage = Stage::Closing;
            }
            Stage::Closing => {}
        }
    }

    /// As many whole units as hold what was played, and the loop's own need.
    fn whole_units(&self, played: i64, unit: Frames, most: Frames) -> i64 {
        let need = if self.looped.is_some() {
            2 * (self.spec.round_trip.0 as i64 + self.edge)
        } else {
            1
        };
        let (unit, most) = (unit.0.max(1) as i64, most.0 as i64);
        let units = (played.max(need) + unit - 1) / unit;
        (units * unit).min(most)
    }

    /// Before a block that begins at playhead `approach`, if it moves: opens the window, and lets
    /// the loop sound. The engine has split its blocks so that this is never late.
    pub(crate) fn begin_block(&mut self, approach: Option<i64>) -> Due {
        if let (Stage::Armed, Some(at)) = (self.stage, approach)
            && at >= self.opens()
        {
            // Input from before we were asked is lost; saying so keeps the rest in its place.
            let end = self.closes().max(self.opens());
            self.lost = at.min(end).abs_diff(self.opens());
            self.stage = if at < end {
                Stage::Running { at }
            } else {
                Stage::Closing
            };
            return Due::Opens {
                punch_in: Frames(self.punch_in.unsigned_abs()),
            };
        }
        match self.stage {
            Stage::Running { at } if at >= self.punch_out && !self.is_out => self.hand_over(at),
            Stage::Listening | Stage::Armed | Stage::Running { .. } | Stage::Closing => {
                Due::Nothing
            }
        }
    }

    fn window(&self) -> Window {
        Window {
            first: self.punch_in + self.spec.round_trip.0 as i64,
            kept: self.punch_out - self.punch_in,
            length: self.length,
            edge: self.edge as u64,
        }
    }

    fn hand_over(&mut self, at: i64) -> Due {
        self.is_out = true;
        let window = self.window();
        let origin = Frames(self.punch_in.unsigned_abs());
        // Told late, it is in the middle of a note.
        let fade = if at > self.punch_out { self.edge } else { 0 };
        let fade = Frames(fade.unsigned_abs());
        let take = self.spec.take;
        let sounds = self
            .looped
            .as_mut()
            .filter(|_| !self.is_called_off)
            .and_then(|looped| looped.hand_over(at, window, take, origin, fade));
        Due::Out {
            punch_in: origin,
            length: Frames(self.length.unsigned_abs()),
            sounds,
        }
    }

    /// Takes in one block of input, as long as the engine's sub-block.
    pub(crate) fn hear(&mut self, heard: &Heard<'_>) {
        let input = heard.of(self.spec.channels);
        match self.stage {
            Stage::Listening => {
                if let Some(memory) = &mut self.memory {
                    memory.hear(input);
                }
            }
            // A punch-out told late may have closed it already.
            Stage::Running { at } if at < self.closes() => {
                self.send(input);
                self.write_loop(at, input);
                self.stage = Stage::Running {
                    at: at + heard.mono.len() as i64,
                };
            }
            Stage::Armed | Stage::Running { .. } | Stage::Closing => {}
        }
    }

    fn write_loop(&mut self, at: i64, input: [&[f32]; 2]) {
        let window = self.window();
        if let Some(looped) = &mut self.looped {
            looped.write(at, window, input);
        }
    }

    /// No input arrived for so many frames: a gap in the take, silence in the loop. Told with the
    /// next input or the end, so that any split of the frames gives the same gap.
    pub(crate) fn miss(&mut self, frames: usize) {
        match self.stage {
            Stage::Listening => {
                if let Some(memory) = &mut self.memory {
                    memory.forget();
                }
            }
            Stage::Running { at } if at < self.closes() => {
                self.lost += frames as u64;
                self.stage = Stage::Running {
                    at: at + frames as i64,
                };
            }
            Stage::Armed | Stage::Running { .. } | Stage::Closing => {}
        }
    }

    /// After a block has been played: closes the window, if this was its end. Not before, because
    /// the loop's beginning, under which its end fades, may have sounded in this very block.
    pub(crate) fn end_block(&mut self, tracks: &mut [Track]) {
        if let Stage::Running { at } = self.stage
            && at >= self.closes()
        {
            let (take, window) = (self.spec.take, self.window());
            if let Some(looped) = &mut self.looped {
                looped.lay_in_the_end(take, window, tracks);
            }
            self.stage = Stage::Closing;
        }
    }

    fn send(&mut self, input: [&[f32]; 2]) {
        let frames = input[0].len() as u64;
        if self.lost > 0 && (self.feed.room() == 0 || !self.tell_lost()) {
            self.lost += frames;
            return;
        }
        self.lost += frames - self.feed.push(input);
    }

    fn tell_lost(&mut self) -> bool {
        let told = self.feed.mark(Mark::Lost(self.lost));
        if told {
            self.lost = 0;
        }
        told
    }

    /// Tells the reader that this was all, if it is. True once it knows.
    pub(crate) fn is_told(&mut self) -> bool {
        match self.stage {
            Stage::Listening | Stage::Armed | Stage::Running { .. } => false,
            // Nobody is left to be told.
            Stage::Closing if self.feed.is_abandoned() => true,
            Stage::Closing => (self.lost == 0 || self.tell_lost()) && self.feed.mark(Mark::End),
        }
    }

    /// The loop that never came to sound.
    pub(crate) fn unused_loop(&mut self) -> Option<Box<[f32]>> {
        self.looped.as_mut().and_then(Looped::unused)
    }
}

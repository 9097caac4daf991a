//! Virtual time, the streams that live in it, and the order in which they call.
//!
//! A stream counts the ticks of its crystal. Frame `n` of an output is asked for at tick
//! `began + n` and sounds `latency` later; frame `n` of an input is in the air at tick
//! `began + n` and given `latency` after its block is full. Frames that are lost or doubled move
//! `began`, and nothing else: that is all a device does when it loses count.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rtrb::Producer;

use super::air::Speaker;
use super::script::{Direction, Fault, Opening, SimScript, SimSide};
use crate::io::duplex::InputSide;
use crate::io::player::Seat;
use crate::io::stream::News;

/// The stand-in's block, and how often a stream complains that has ended.
const TEN_MS: f64 = 0.01;

/// What a stream does in its callback.
pub(super) enum Role {
    Speaker(Seat),
    Microphone(InputSide, Arc<AtomicU64>),
    /// Plays into nothing.
    StandIn(Seat),
    /// Nobody is there any more; it only complains.
    Ghost,
}

pub(super) struct Stream {
    id: u64,
    role: Role,
    side: SimSide,
    tell: Option<Producer<News>>,
    fault: Option<Fault>,
    /// The tick of its first frame.
    began: i64,
    frames: u64,
    calls: u64,
    next_block: usize,
    /// When its next callback comes, in seconds.
    due: f64,
    calls_on: bool,
}

pub(in crate::io) struct World {
    /// Seconds since the beginning.
    now: f64,
    pub(super) script: SimScript,
    streams: Vec<Stream>,
    next_id: u64,
    dice: u64,
    pub(super) speaker: Speaker,
    pub(super) faults: VecDeque<(Direction, Fault)>,
    pub(super) openings: Vec<Opening>,
    pub(super) plugged: bool,
    /// The most streams that lived at once: outputs, inputs.
    pub(super) most_live: [usize; 2],
    scratch: [Vec<f32>; 2],
}

impl World {
    pub(in crate::io) fn new(script: SimScript) -> World {
        World {
            now: 0.0,
            dice: script.seed | 1,
            script,
            streams: Vec::new(),
            next_id: 0,
            speaker: Speaker::default(),
            faults: VecDeque::new(),
            openings: Vec::new(),
            plugged: true,
            most_live: [0; 2],
            scratch: [Vec::new(), Vec::new()],
        }
    }

    pub(in crate::io) fn now(&self) -> Duration {
        Duration::from_secs_f64(self.now)
    }

    /// The fault planned for the next stream in this direction.
    pub(super) fn take_fault(&mut self, direction: Direction) -> Option<Fault> {
        let at = self.faults.iter().position(|(of, _)| *of == direction)?;
        self.faults.remove(at).map(|(_, fault)| fault)
    }

    /// A stream begins to live, now.
    pub(super) fn begin(
        &mut self,
        role: Role,
        side: SimSide,
        tell: Option<Producer<News>>,
        fault: Option<Fault>,
    ) -> u64 {
        self.next_id += 1;
        let mut stream = Stream {
            id: self.next_id,
            began: (self.now * side.ticks()).ceil() as i64,
            role,
            side,
            tell,
            fault,
            frames: 0,
            calls: 0,
            next_block: 0,
            due: 0.0,
            calls_on: fault != Some(Fault::Silent),
        };
        stream.due = stream.next_due() + self.late(&stream.side.clone());
        self.streams.push(stream);
        self.count_live();
        self.next_id
    }

    fn count_live(&mut self) {
        let count = |is: fn(&Role) -> bool| self.streams.iter().filter(|s| is(&s.role)).count();
        let live = [
            count(|role| matches!(role, Role::Speaker(_))),
            count(|role| matches!(role, Role::Microphone(..))),
        ];
        for (most, live) in self.most_live.iter_mut().zip(live) {
            *most = live.max(*most);
        }
    }

    /// A stream is dropped.
    pub(super) fn end(&mut self, id: u64) {
        let now = self.now;
        for stream in self.streams.iter_mut().filter(|stream| stream.id == id) {
            stream.role = Role::Ghost;
            stream.calls_on = stream.fault == Some(Fault::AfterEnd);
            stream.due = now + TEN_MS;
            if stream.fault == Some(Fault::WhileEnding) {
                stream.complain();
            }
        }
        self.streams
            .retain(|stream| stream.id != id || stream.calls_on);
    }

    /// The device is pulled out: every stream on it says so and calls no more.
    pub(super) fn unplug(&mut self) {
        self.plugged = false;
        for stream in &mut self.streams {
            if matches!(stream.role, Role::Speaker(_) | Role::Microphone(..)) {
                stream.complain();
                stream.calls_on = false;
            }
        }
    }

    /// Moves the count of a direction: above zero, time passes that is not counted.
    pub(super) fn skip(&mut self, direction: Direction, frames: i64) {
        for stream in self.streams.iter_mut().filter(|s| s.is(direction)) {
            stream.began += frames;
            stream.due = stream.next_due();
        }
    }

    /// A live stream says something.
    pub(super) fn say(&mut self, direction: Direction, news: News) {
        for stream in self.streams.iter_mut().filter(|s| s.is(direction)) {
            if let Some(tell) = &mut stream.tell {
                let _ = tell.push(news);
            }
        }
    }

    /// Runs every callback that is due until then.
    pub(in crate::io) fn run_until(&mut self, until: Duration) {
        let until = until.as_secs_f64();
        while let Some(next) = self.next_stream(until) {
            let mut stream = self.streams.swap_remove(next);
            self.now = stream.due.max(self.now);
            self.call(&mut stream);
            self.streams.push(stream);
        }
        self.now = until.max(self.now);
    }

    fn next_stream(&self, until: f64) -> Option<usize> {
        (0..self.streams.len())
            .filter(|i| self.streams[*i].calls_on && self.streams[*i].due <= until)
            .min_by(|a, b| {
                let (a, b) = (&self.streams[*a], &self.streams[*b]);
                a.due.total_cmp(&b.due).then(a.id.cmp(&b.id))
            })
    }

    fn call(&mut self, stream: &mut Stream) {
        let frames = stream.block();
        stream.calls += 1;
        match stream.fault {
            Some(Fault::InCallback(call)) if stream.calls == call => {
                stream.complain();
                stream.calls_on = false;
                return;
            }
            Some(Fault::Insists(call)) if stream.calls >= call => {
                stream.complain();
                stream.due += TEN_MS;
                return;
            }
            Some(Fault::Starves(call)) if stream.calls > call => {
                stream.calls_on = false;
                return;
            }
            _ => {}
        }
        match &mut stream.role {
            Role::Speaker(seat) => {
                let at = stream.began + stream.frames as i64 + stream.side.latency.0 as i64;
                let speaker = &mut self.speaker;
                speaker.make_room(at as u64 + frames as u64);
                seat.play(frames, self.now, |from, left, right| {
                    speaker.sound(at as u64 + from as u64, left, right);
                });
            }
            Role::Microphone(side, calls) => {
                calls.fetch_add(1, Ordering::Relaxed);
                let first = stream.began + stream.frames as i64;
                let [left, right] = &mut self.scratch;
                left.clear();
                right.clear();
                let ratio = self.script.output.ticks() / stream.side.ticks();
                for n in 0..frames as i64 {
                    let tick = (first + n) as f64 * ratio;
                    let noise = self.script.air.noise * throw(&mut self.dice);
                    let heard = self.speaker.heard(&self.script.air, tick) + noise;
                    left.push(heard);
                    // The other side of a stereo microphone stands a little further away.
                    right.push(if stream.side.channels == 2 {
                        0.5 * heard
                    } else {
                        heard
                    });
                }
                let pairs = left.iter().zip(&*right);
                side.push(pairs.map(|(left, right)| [*left, *right]), self.now);
            }
            Role::StandIn(seat) => seat.play(frames, self.now, |_, _, _| {}),
            Role::Ghost => {
                stream.complain();
                stream.due += TEN_MS;
                return;
            }
        }
        stream.frames += frames as u64;
        let late = self.late(&stream.side);
        stream.due = stream.next_due() + late;
    }

    fn late(&mut self, side: &SimSide) -> f64 {
        if side.late.is_zero() {
            return 0.0;
        }
        f64::from(0.5 + 0.5 * throw(&mut self.dice)) * side.late.as_secs_f64()
    }
}

impl Stream {
    fn is(&self, direction: Direction) -> bool {
        match direction {
            Direction::Output => matches!(self.role, Role::Speaker(_)),
            Direction::Input => matches!(self.role, Role::Microphone(..)),
        }
    }

    fn complain(&mut self) {
        if let Some(tell) = &mut self.tell {
            let _ = tell.push(News::Lost);
        }
    }

    /// The size of the callback to come.
    fn coming(&self) -> u32 {
        let blocks = &self.side.blocks;
        blocks
            .get(self.next_block % blocks.len().max(1))
            .copied()
            .unwrap_or(256)
            .max(1)
    }

    fn block(&mut self) -> usize {
        let size = self.coming();
        self.next_block += 1;
        size as usize
    }

    /// When the next callback would come if it were on time.
    fn next_due(&self) -> f64 {
        let frames = match &self.role {
            Role::Speaker(_) | Role::StandIn(_) | Role::Ghost => self.frames,
            Role::Microphone(..) => self.frames + u64::from(self.coming()) + self.side.latency.0,
        };
        (self.began + frames as i64) as f64 / self.side.ticks()
    }
}

impl SimSide {
    /// Frames per true second.
    fn ticks(&self) -> f64 {
        f64::from(self.rate) * (1.0 + self.ppm * 1e-6)
    }
}

/// −1…1.
fn throw(dice: &mut u64) -> f32 {
    *dice ^= *dice << 13;
    *dice ^= *dice >> 7;
    *dice ^= *dice << 17;
    (*dice >> 40) as f32 / (1u32 << 23) as f32 - 1.0
}

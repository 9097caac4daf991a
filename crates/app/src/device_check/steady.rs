//! Twenty seconds of quiet: three of the room, then a soft note, all of it recorded into nothing,
//! while as much sound is written to the disk. What goes wrong meanwhile is counted.
//!
//! Runs in the tick. The recording stays in memory as far as its level needs, and is dropped.

use std::time::Duration;

use audio_engine::control::{RecordSpec, Snapshot, TakeId, TakeLevel, TakeRead, TakeStream, Tone};
use audio_engine::units::{Frames, Gain, Grid, Tempo};
use store::{Store, StoreError, WriteSpeed};

use super::findings::{Microphone, Steadiness, Storage};
use crate::job::{Job, Progress};
use crate::session::wish;
use crate::sound::Sound;

/// How long is counted, in seconds.
pub const SECONDS: f64 = 20.0;
/// How long the room is listened to before the note, in seconds: more than the tenth of the take
/// that tells the room.
const ROOM: f64 = 3.0;
/// From the wish to the first recorded frame, in seconds.
const SOON: f64 = 0.2;
/// A disk or a device that takes this much longer is not waited for.
const PATIENCE: Duration = Duration::from_secs(10);
/// The engine's number for the recording; far from any session's, and from the probes'.
const TAKE: TakeId = TakeId((1 << 32) + 64);

pub struct Steady {
    began: Duration,
    before: Snapshot,
    stream: Option<TakeStream>,
    level: TakeLevel,
    lost: u64,
    ended: bool,
    sounding: bool,
    writing: Option<Job<Result<WriteSpeed, StoreError>>>,
    storage: Storage,
    pub lost_device: bool,
}

impl Steady {
    /// Begins; `listens` if the microphone is open.
    pub fn begin(listens: bool, sound: &mut Sound, store: &Store, mono: Duration) -> Steady {
        let rate = sound.rate();
        let grid = Grid {
            rate,
            tempo: Tempo::BREATHING,
            beats_per_bar: 1,
        };
        let at = Frames::from_seconds(SOON, rate);
        let length = Frames::from_seconds(SECONDS - SOON, rate);
        let stream = wish(&mut sound.engine, |batch| {
            batch.stop();
            batch.tone(None);
            batch.grid(grid);
            batch.locate(Frames::ZERO);
            batch.play();
            listens.then(|| batch.record(RecordSpec::fixed(TAKE, at, length)))
        });
        sound.engine.take_tally();
        let (writing, speed) = match store.try_writing(rate.hz()) {
            Ok(trial) => {
                let seconds = SECONDS as u32;
                let write = move || trial.run(seconds, PATIENCE);
                (Some(Job::start("try the disk", write)), None)
            }
            Err(error) => (None, Some(Err(error))),
        };
        Steady {
            began: mono,
            before: sound.engine.snapshot(),
            level: TakeLevel::new(rate, audio_engine::control::Channels::Mono),
            ended: !listens,
            stream: stream.flatten(),
            lost: 0,
            sounding: false,
            writing,
            storage: Storage {
                speed,
                room_minutes: store.room().ok(),
            },
            lost_device: false,
        }
    }

    /// 0…1 of it.
    pub fn done(&self, mono: Duration) -> f32 {
        (mono.saturating_sub(self.began).as_secs_f64() / SECONDS).min(1.0) as f32
    }

    /// Moves on with time; `true` when there is no more to wait for.
    pub fn tick(&mut self, sound: &mut Sound, mono: Duration) -> bool {
        let passed = mono.saturating_sub(self.began);
        if !self.sounding && passed.as_secs_f64() >= ROOM {
            self.sounding = true;
            wish(&mut sound.engine, |batch| batch.tone(Some(note())));
        }
        self.listen();
        self.follow_writing(sound.is_virtual());
        let is_whole = passed.as_secs_f64() >= SECONDS;
        let is_all = self.ended && self.writing.is_none();
        is_whole && (is_all || passed.as_secs_f64() >= SECONDS + PATIENCE.as_secs_f64())
    }

    fn listen(&mut self) {
        let Some(stream) = &mut self.stream else {
            return;
        };
        let mut heard = vec![];
        loop {
            match stream.read(&mut heard) {
                TakeRead::Nothing => break,
                TakeRead::Frames(_) | TakeRead::Mark(_) => {}
                TakeRead::Gap(frames) => {
                    self.level.feed(&std::mem::take(&mut heard));
                    self.level.gap();
                    self.lost += frames;
                }
                TakeRead::Finished => {
                    self.ended = true;
                    break;
                }
            }
        }
        self.level.feed(&heard);
    }

    fn follow_writing(&mut self, at_once: bool) {
        let Some(mut job) = self.writing.take() else {
            return;
        };
        if at_once {
            self.storage.speed = job.wait();
            return;
        }
        match job.poll() {
            Progress::Working => self.writing = Some(job),
            Progress::Lost => {}
            Progress::Done(speed) => self.storage.speed = Some(speed),
        }
    }

    /// Silence; what was found. `ears` if nobody listened, `probe_db` if the probe was heard.
    pub fn end(
        self,
        heard: Result<Option<f32>, super::Ears>,
        sound: &mut Sound,
        mono: Duration,
    ) -> (Steadiness, Microphone, Storage) {
        stop(sound);
        let (before, now) = (self.before, sound.engine.snapshot());
        let steadiness = Steadiness {
            seconds: mono.saturating_sub(self.began).as_secs_f64(),
            frames: now.clock.0.saturating_sub(before.clock.0),
            rate: sound.rate().hz(),
            glitches: now.xruns.saturating_sub(before.xruns),
            tally: sound.engine.take_tally(),
            late: now.late_events.saturating_sub(before.late_events),
            faults: now.faults.saturating_sub(before.faults),
            lost_device: self.lost_device,
            counted: sound.description().is_some(),
            recorded: self.stream.is_some(),
        };
        let microphone = match heard {
            Err(ears) => Microphone::NotTried(ears),
            Ok(probe_db) => Microphone::Heard {
                level: self.level.report(),
                lost: self.lost,
                probe_db,
            },
        };
        (steadiness, microphone, self.storage)
    }
}

/// D3, as soft as a note can be and still keep every device awake.
fn note() -> Tone {
    Tone {
        hz: 146.83,
        brightness: 0.2,
        gain: Gain::from_db(-36.0),
    }
}

/// Nothing of ours sounds or listens any more.
pub fn stop(sound: &mut Sound) {
    wish(&mut sound.engine, |batch| {
        batch.call_off(TAKE);
        batch.tone(None);
        batch.stop();
    });
    sound.close_input();
}

//! From the engine's rings to the disk: one thread for all takes, or one step at a time.
//!
//! The thread is a loop around [`Recorder::step`]; virtual time calls the step itself. What has
//! been counted as safe is on the disk. A disk that keeps one take waiting keeps the others
//! waiting too; their rings hold six seconds.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use audio_engine::control::{LevelReport, TakeLevel, TakeRead, TakeStream};
use audio_engine::units::{Frames, SampleRate};
use store::{SealedTake, StoreError, TakeWriter};

/// So long nothing but zeros, in seconds, and a switch is off: a microphone that hears, hisses.
const SWITCHED_OFF: f64 = 2.0;
/// How often the thread looks into the rings. They hold seconds.
const PAUSE: Duration = Duration::from_millis(20);

/// How a take stands, read by the tick while another thread writes it.
#[derive(Debug, Default)]
pub struct TakeProgress {
    /// Frames on the disk.
    safe_frames: AtomicU64,
    /// The samples so far, for drawing and for what is made from the take.
    samples: Mutex<Vec<f32>>,
    /// Nothing has arrived for a while.
    is_silent: AtomicBool,
    finished: Mutex<Option<Finished>>,
    is_finished: AtomicBool,
}

/// What became of a take.
#[derive(Debug)]
pub struct Finished {
    /// The file, ready to be entered; or why it could not be closed. What was safe then is on the
    /// disk and is entered at the next start.
    pub sealed: Result<SealedTake, StoreError>,
    /// Why nothing more was written before the end (a full disk); what came until then is sealed.
    pub stopped: Option<StoreError>,
    /// Everything that arrived; lost frames are silence.
    pub samples: Vec<f32>,
    /// How loud it was.
    pub level: LevelReport,
}

impl TakeProgress {
    /// Frames on the disk.
    pub fn safe_frames(&self) -> u64 {
        self.safe_frames.load(Ordering::Acquire)
    }

    /// Has nothing been arriving for three seconds, or for two seconds not the least noise? That is
    /// a switch of the system's, or one on the microphone. It is recorded on all the same.
    pub fn is_silent(&self) -> bool {
        self.is_silent.load(Ordering::Acquire)
    }

    /// A copy of what arrived so far.
    pub fn samples(&self) -> Vec<f32> {
        self.samples
            .lock()
            .map(|samples| samples.clone())
            .unwrap_or_default()
    }

    /// The end of the take, once.
    pub fn finished(&self) -> Option<Finished> {
        if !self.is_finished.load(Ordering::Acquire) {
            return None;
        }
        self.finished.lock().ok()?.take()
    }
}

/// Carries one take.
pub struct Recorder {
    stream: TakeStream,
    /// `None` once it could not write any more.
    writer: Option<TakeWriter>,
    failure: Option<StoreError>,
    chunk: Vec<f32>,
    level: TakeLevel,
    /// How many samples in a row were zero, and how many of them mean that nobody listens.
    zeros: u64,
    too_many: u64,
    progress: Arc<TakeProgress>,
}

/// Whoever carries the takes that run.
#[derive(Default)]
pub struct Recorders {
    /// Stepped by the tick: in virtual time, or if the system has no thread to give.
    here: Vec<Recorder>,
    /// To the writer thread, once there has been a take.
    thread: Option<Sender<Recorder>>,
}

impl Recorders {
    /// Carries a take on a thread that may wait for the disk. It ends with these recorders, after
    /// the last take.
    pub fn carry(&mut self, recorder: Recorder) {
        if self.thread.is_none() {
            self.thread = writer_thread();
        }
        let back = match &self.thread {
            Some(thread) => thread.send(recorder).err().map(|back| back.0),
            None => Some(recorder),
        };
        if let Some(recorder) = back {
            self.carry_here(recorder);
        }
    }

    /// Carries a take with every [`Recorders::step`].
    pub fn carry_here(&mut self, recorder: Recorder) {
        self.here.push(recorder);
    }

    /// Moves on what is carried here.
    pub fn step(&mut self) {
        self.here.retain_mut(Recorder::step);
    }
}

fn writer_thread() -> Option<Sender<Recorder>> {
    let (hand, in_hand) = channel();
    let thread = std::thread::Builder::new()
        .name("take writer".into())
        .spawn(move || write_takes(&in_hand));
    match thread {
        Ok(_) => Some(hand),
        Err(error) => {
            log::warn!("no thread for takes: {error}");
            None
        }
    }
}

/// Until nobody can hand over a take any more, and all are complete.
fn write_takes(in_hand: &Receiver<Recorder>) {
    let mut carried: Vec<Recorder> = vec![];
    loop {
        if carried.is_empty() {
            match in_hand.recv() {
                Ok(recorder) => carried.push(recorder),
                Err(_) => return,
            }
        }
        match in_hand.try_recv() {
            Ok(recorder) => {
                carried.push(recorder);
                continue;
            }
            Err(TryRecvError::Empty | TryRecvError::Disconnected) => {}
        }
        carried.retain_mut(Recorder::step);
        std::thread::sleep(PAUSE);
    }
}

impl Recorder {
    /// A take about to arrive on `stream` at `rate`, to be kept by `writer`.
    #[must_use]
    pub fn new(
        stream: TakeStream,
        rate: SampleRate,
        writer: TakeWriter,
    ) -> (Recorder, Arc<TakeProgress>) {
        let progress = Arc::new(TakeProgress::default());
        let recorder = Recorder {
            level: TakeLevel::new(rate, stream.channels()),
            zeros: 0,
            too_many: Frames::from_seconds(SWITCHED_OFF, rate).0 * stream.channels().count() as u64,
            stream,
            writer: Some(writer),
            failure: None,
            chunk: Vec::new(),
            progress: Arc::clone(&progress),
        };
        (recorder, progress)
    }

    /// Moves what has arrived; `false` when the take is complete.
    pub fn step(&mut self) -> bool {
        loop {
            self.chunk.clear();
            match self.stream.read(&mut self.chunk) {
                TakeRead::Nothing => return true,
                TakeRead::Frames(_) => self.keep(),
                TakeRead::Gap(frames) => self.keep_gap(frames),
                TakeRead::Mark(word) => self.write(|writer| writer.mark(&word.to_string())),
                TakeRead::Finished => {
                    self.finish();
                    return false;
                }
            }
        }
    }

    fn keep(&mut self) {
        if let Ok(mut samples) = self.progress.samples.lock() {
            samples.extend_from_slice(&self.chunk);
        }
        self.level.feed(&self.chunk);
        let at_the_end = self.chunk.iter().rev().take_while(|x| **x == 0.0).count();
        self.zeros = match at_the_end == self.chunk.len() {
            true => self.zeros + at_the_end as u64,
            false => at_the_end as u64,
        };
        self.hear_silence();
        let chunk = std::mem::take(&mut self.chunk);
        self.write(|writer| writer.append(&chunk));
        self.chunk = chunk;
    }

    fn keep_gap(&mut self, frames: u64) {
        if let Ok(mut samples) = self.progress.samples.lock() {
            let length = samples.len() + frames as usize * self.stream.channels().count();
            samples.resize(length, 0.0);
        }
        self.level.gap();
        self.zeros = 0;
        self.hear_silence();
        self.write(|writer| writer.gap(frames));
    }

    fn hear_silence(&self) {
        let is_silent = self.level.is_silent() || self.zeros >= self.too_many;
        self.progress.is_silent.store(is_silent, Ordering::Release);
    }

    /// One write; the first failure closes the file and is told at the end.
    fn write(&mut self, what: impl FnOnce(&mut TakeWriter) -> Result<(), StoreError>) {
        let Some(writer) = self.writer.as_mut().filter(|_| self.failure.is_none()) else {
            return;
        };
        let result = what(writer);
        self.progress
            .safe_frames
            .store(writer.on_disk(), Ordering::Release);
        if let Err(error) = result {
            log::warn!("a take could not be written on: {error}");
            self.failure = Some(error);
        }
    }

    fn finish(&mut self) {
        let Some(writer) = self.writer.take() else {
            return;
        };
        let finished = Finished {
            sealed: writer.seal(),
            stopped: self.failure.take(),
            samples: self.progress.samples(),
            level: self.level.report(),
        };
        if let Ok(mut slot) = self.progress.finished.lock() {
            *slot = Some(finished);
        }
        self.progress.is_finished.store(true, Ordering::Release);
    }
}

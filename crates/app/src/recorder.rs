//! From the engine's ring to the disk: one take, one thread, or one step at a time.
//!
//! The thread is a loop around [`Recorder::step`]; virtual time calls the step itself. What has
//! been counted as safe is on the disk.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use audio_engine::control::{TakeRead, TakeStream};
use store::{SealedTake, StoreError, TakeWriter};

/// How often the thread looks into the ring. The ring holds seconds.
const PAUSE: Duration = Duration::from_millis(20);

/// How a take stands, read by the tick while another thread writes it.
#[derive(Debug, Default)]
pub struct TakeProgress {
    /// Frames on the disk.
    safe_frames: AtomicU64,
    /// The samples so far, for drawing and for what is made from the take.
    samples: Mutex<Vec<f32>>,
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
}

impl TakeProgress {
    /// Frames on the disk.
    pub fn safe_frames(&self) -> u64 {
        self.safe_frames.load(Ordering::Acquire)
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
    progress: Arc<TakeProgress>,
}

impl Recorder {
    /// A take about to arrive on `stream`, to be kept by `writer`.
    #[must_use]
    pub fn new(stream: TakeStream, writer: TakeWriter) -> (Recorder, Arc<TakeProgress>) {
        let progress = Arc::new(TakeProgress::default());
        let recorder = Recorder {
            stream,
            writer: Some(writer),
            failure: None,
            chunk: Vec::new(),
            progress: Arc::clone(&progress),
        };
        (recorder, progress)
    }

    /// Gives the take a thread of its own. `None` if the system has none; then step it.
    pub fn run(mut self) -> Option<Recorder> {
        let (hand, in_hand) = std::sync::mpsc::channel::<Recorder>();
        let thread = std::thread::Builder::new()
            .name("take writer".into())
            .spawn(move || {
                let Ok(mut recorder) = in_hand.recv() else {
                    return;
                };
                while recorder.step() {
                    std::thread::sleep(PAUSE);
                }
            });
        match thread {
            Ok(_) => match hand.send(self) {
                Ok(()) => None,
                Err(back) => Some(back.0),
            },
            Err(error) => {
                log::warn!("no thread for a take: {error}");
                self.step();
                Some(self)
            }
        }
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
        let chunk = std::mem::take(&mut self.chunk);
        self.write(|writer| writer.append(&chunk));
        self.chunk = chunk;
    }

    fn keep_gap(&mut self, frames: u64) {
        if let Ok(mut samples) = self.progress.samples.lock() {
            let length = samples.len() + frames as usize;
            samples.resize(length, 0.0);
        }
        self.write(|writer| writer.gap(frames));
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
        };
        if let Ok(mut slot) = self.progress.finished.lock() {
            *slot = Some(finished);
        }
        self.progress.is_finished.store(true, Ordering::Release);
    }
}

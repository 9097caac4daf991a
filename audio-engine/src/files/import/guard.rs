//! A thread for work that may panic, never end, or be called off.

use std::io::{self, Read, Seek, SeekFrom};
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use super::ImportError;

/// Between two looks at how the work is doing.
const LOOK: Duration = Duration::from_millis(20);

/// What the work may take to notice that it should stop. After it, the thread is left behind.
const GRACE: Duration = Duration::from_secs(1);

/// Shared by the work and whoever waits for it.
#[derive(Debug, Clone)]
pub(super) struct Watch {
    stopped: Arc<AtomicBool>,
    /// How far, in 1/65 536.
    done: Arc<AtomicU32>,
    deadline: Instant,
}

impl Watch {
    pub(super) fn until(time: Duration) -> Watch {
        Watch {
            stopped: Arc::default(),
            done: Arc::default(),
            deadline: Instant::now() + time,
        }
    }

    /// Should the work stop, and why? Asked between packets, and whenever bytes are read.
    pub(super) fn check(&self) -> Result<(), ImportError> {
        if self.stopped.load(Ordering::Relaxed) {
            Err(ImportError::Cancelled)
        } else if Instant::now() > self.deadline {
            Err(ImportError::TooSlow)
        } else {
            Ok(())
        }
    }

    fn is_over(&self) -> bool {
        self.check().is_err()
    }

    fn tell(&self, at: u64, of: u64) {
        let done = (at.min(of) * 65_536).checked_div(of).unwrap_or(0);
        self.done.store(done as u32, Ordering::Relaxed);
    }

    fn done(&self) -> f32 {
        self.done.load(Ordering::Relaxed) as f32 / 65_536.0
    }
}

/// Does `work` on a thread of its own and waits for it; `progress` is told meanwhile, and may call
/// it off. Work that panics is a damaged file; work that does not end in `time` is left behind.
pub(super) fn guarded<T: Send + 'static>(
    time: Duration,
    mut progress: impl FnMut(f32) -> ControlFlow<()>,
    work: impl FnOnce(&Watch) -> Result<T, ImportError> + Send + 'static,
) -> Result<T, ImportError> {
    let watch = Watch::until(time);
    let (sender, result) = channel();
    let watched = watch.clone();
    std::thread::Builder::new()
        .name("import".into())
        .spawn(move || {
            let answer = catch_unwind(AssertUnwindSafe(|| work(&watched)));
            // Nobody waits any more if it came too late.
            let _ = sender.send(answer);
        })?;
    let mut left_behind = watch.deadline + GRACE;
    loop {
        match result.recv_timeout(LOOK) {
            Ok(Ok(answer)) => {
                // The last word is that it is all done.
                if answer.is_ok() {
                    let _ = progress(1.0);
                }
                return answer;
            }
            Ok(Err(_)) | Err(RecvTimeoutError::Disconnected) => {
                return Err(ImportError::damaged("its packets make no sense"));
            }
            Err(RecvTimeoutError::Timeout) if Instant::now() > left_behind => {
                return Err(match watch.stopped.load(Ordering::Relaxed) {
                    true => ImportError::Cancelled,
                    false => ImportError::TooSlow,
                });
            }
            Err(RecvTimeoutError::Timeout) => {}
        }
        if progress(watch.done()).is_break() && !watch.stopped.swap(true, Ordering::Relaxed) {
            left_behind = Instant::now() + GRACE;
        }
    }
}

/// A file that tells how far it has been read, and ends when the work has to.
pub(super) struct Watched<R> {
    source: R,
    size: u64,
    at: u64,
    watch: Watch,
}

impl<R> Watched<R> {
    pub(super) fn new(source: R, size: u64, watch: &Watch) -> Watched<R> {
        Watched {
            source,
            size,
            at: 0,
            watch: watch.clone(),
        }
    }

    pub(super) fn size(&self) -> u64 {
        self.size
    }

    /// From now on it is longer than it is. Some readers give up on a file that was cut off before
    /// they come to the cut; so they come to it.
    pub(super) fn pretend_to_be(&mut self, size: u64) {
        self.size = size;
    }
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.watch.is_over() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        let read = self.source.read(into)?;
        self.at += read as u64;
        self.watch.tell(self.at, self.size);
        Ok(read)
    }
}

impl<R: Seek> Seek for Watched<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.at = self.source.seek(match to {
            SeekFrom::End(past) => SeekFrom::Start(self.size.saturating_add_signed(past)),
            to => to,
        })?;
        Ok(self.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn go_on(_: f32) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    #[test]
    fn a_decoder_that_panics_costs_one_file() {
        let answer: Result<(), _> = guarded(GRACE, go_on, |_| panic!("a slip, as intended"));
        assert!(matches!(answer, Err(ImportError::Damaged { .. })));
    }

    #[test]
    fn a_decoder_that_never_ends_is_left_behind() {
        let (sender, parked) = channel::<()>();
        let answer: Result<(), _> = guarded(Duration::from_millis(50), go_on, move |_| {
            let _ = parked.recv();
            Ok(())
        });
        assert!(matches!(answer, Err(ImportError::TooSlow)));
        drop(sender);
    }

    #[test]
    fn reading_ends_when_the_person_has_had_enough() {
        let mut looks = 0;
        let enough = |_| {
            looks += 1;
            if looks == 3 {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        };
        let answer: Result<(), _> = guarded(Duration::from_secs(600), enough, |watch| {
            let mut endless = Watched::new(io::repeat(0), u64::MAX, watch);
            let mut few = [0; 64];
            while endless.read(&mut few).is_ok() {
                std::thread::sleep(Duration::from_millis(1));
            }
            watch.check()
        });
        assert!(matches!(answer, Err(ImportError::Cancelled)));
    }
}

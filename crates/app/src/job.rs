//! Work that takes longer than a tick: rendering, decoding, measuring.

use std::sync::mpsc::{Receiver, TryRecvError, channel};

/// Something being worked out on a thread of its own. Dropping it forgets the result, not the work.
#[derive(Debug)]
pub struct Job<T> {
    result: Receiver<T>,
}

impl<T: Send + 'static> Job<T> {
    /// Starts `work`. If the system has no thread to give, it is done here and now.
    pub fn start(name: &str, work: impl FnOnce() -> T + Send + 'static) -> Job<T> {
        let (sender, result) = channel();
        let (hand, work_in_hand) = channel::<Box<dyn FnOnce() -> T + Send>>();
        let sent = sender.clone();
        let thread = std::thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || {
                if let Ok(work) = work_in_hand.recv() {
                    let _ = sent.send(work());
                }
            });
        match thread {
            Ok(_) => drop(hand.send(Box::new(work))),
            Err(error) => {
                log::warn!("no thread for {name}: {error}");
                let _ = sender.send(work());
            }
        }
        Job { result }
    }

    /// Something that is already known.
    pub fn done(result: T) -> Job<T> {
        let (sender, receiver) = channel();
        let _ = sender.send(result);
        Job { result: receiver }
    }

    /// How it stands. The result is given once.
    pub fn poll(&mut self) -> Progress<T> {
        match self.result.try_recv() {
            Ok(result) => Progress::Done(result),
            Err(TryRecvError::Empty) => Progress::Working,
            Err(TryRecvError::Disconnected) => Progress::Lost,
        }
    }

    /// Waits for the result; `None` if the work was lost.
    pub fn wait(self) -> Option<T> {
        self.result.recv().ok()
    }
}

/// How a job stands.
#[derive(Debug)]
pub enum Progress<T> {
    /// Not done yet.
    Working,
    /// Here it is.
    Done(T),
    /// The work ended without a result; nobody has to wait for it.
    Lost,
}

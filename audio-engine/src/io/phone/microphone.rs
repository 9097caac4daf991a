//! The phone's microphone: read, without waiting, inside the output's callback.
//!
//! Start-up first (`start_up`), then everything that came goes through the same alignment as on a
//! computer, which notices losses by our own count and keeps the round trip where it was.
//! Runs in the audio callback, except making and dropping it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rtrb::Producer;

use super::start_up::{Input, StartUp};
use crate::io::duplex::{Clocks, DuplexSpec, InputSide, OutputSide, duplex};
use crate::io::source::{Run, Source};
use crate::io::stream::News;

/// Frames read at once.
const READ: usize = 512;
/// Reads in one callback: two seconds of backlog at the most, so that it ends.
const READS: usize = 188;

/// The stream was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::io) struct Gone;

/// An input stream that can be read without waiting.
pub(in crate::io) trait Reader: Send {
    /// Fills as much of `out` as there is, mono; returns how many frames that was.
    fn read(&mut self, out: &mut [f32]) -> Result<usize, Gone>;
}

/// Owns the stream: it must live as long as the callback reads it, and is dropped by the
/// supervisor, who gets it back through a ring.
pub(in crate::io) struct PhoneMicrophone<R> {
    reader: R,
    start_up: StartUp,
    into: InputSide,
    out_of: OutputSide,
    scratch: Box<[f32; READ]>,
    reads: Arc<AtomicU64>,
    tell: Producer<News>,
    gone: bool,
}

impl<R: Reader> PhoneMicrophone<R> {
    /// `reads` counts callbacks in which something came: while it grows, the microphone lives.
    pub(in crate::io) fn new(
        reader: R,
        rate: u32,
        burst: u32,
        reads: Arc<AtomicU64>,
        tell: Producer<News>,
    ) -> PhoneMicrophone<R> {
        let (into, out_of) = duplex(DuplexSpec {
            rate,
            block: burst,
            channels: 1,
            // Both directions of a phone run on one crystal; a headset with its own comes through
            // the phone's mixer, which makes one clock of them.
            clocks: Clocks::Shared,
        });
        PhoneMicrophone {
            reader,
            start_up: StartUp::new(),
            into,
            out_of,
            scratch: Box::new([0.0; READ]),
            reads,
            tell,
            gone: false,
        }
    }

    /// Reads all there is. True if that was anything.
    fn read_all(&mut self, keep: bool, at: f64) -> bool {
        let mut came = false;
        for _ in 0..READS {
            let frames = match self.reader.read(&mut self.scratch[..]) {
                Ok(frames) => frames.min(READ),
                Err(Gone) => {
                    if !self.gone {
                        let _ = self.tell.push(News::Lost);
                    }
                    self.gone = true;
                    return came;
                }
            };
            came |= frames > 0;
            if keep && frames > 0 {
                let heard = self.scratch[..frames].iter();
                self.into.push(heard.map(|sample| [*sample; 2]), at);
            }
            if frames < READ {
                return came;
            }
        }
        came
    }
}

impl<R: Reader> Source for PhoneMicrophone<R> {
    fn channels(&self) -> usize {
        1
    }

    fn begin(&mut self, frames: usize, at: f64) {
        let came = match self.start_up.wants() {
            Input::Throw => self.read_all(false, at),
            Input::Leave => false,
            Input::Keep => self.read_all(true, at),
        };
        self.start_up = self.start_up.after(came);
        if came {
            self.reads.fetch_add(1, Ordering::Relaxed);
        }
        self.out_of.begin(frames, at);
    }

    fn pull(&mut self, left: &mut [f32], right: &mut [f32]) -> Run {
        self.out_of.pull(left, right)
    }

    fn lost(&self) -> u64 {
        self.out_of.lost()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::stream::news;
    use std::sync::Mutex;

    const BURST: usize = 192;

    /// A phone's input: the numbers 1, 2, 3…, in bursts, as time goes by.
    #[derive(Clone, Default)]
    struct FakeInput(Arc<Mutex<Fake>>);

    #[derive(Default)]
    struct Fake {
        next: u32,
        waiting: Vec<f32>,
        gone: bool,
    }

    impl FakeInput {
        fn arrives(&self, frames: usize) {
            let mut fake = self.0.lock().unwrap();
            for _ in 0..frames {
                fake.next += 1;
                let sample = fake.next as f32;
                fake.waiting.push(sample);
            }
        }

        fn loses(&self, frames: usize) {
            self.0.lock().unwrap().next += frames as u32;
        }
    }

    impl Reader for FakeInput {
        fn read(&mut self, out: &mut [f32]) -> Result<usize, Gone> {
            let mut fake = self.0.lock().unwrap();
            if fake.gone {
                return Err(Gone);
            }
            let frames = out.len().min(fake.waiting.len());
            for (out, sample) in out.iter_mut().zip(fake.waiting.drain(..frames)) {
                *out = sample;
            }
            Ok(frames)
        }
    }

    struct Phone {
        input: FakeInput,
        microphone: PhoneMicrophone<FakeInput>,
        news: rtrb::Consumer<News>,
        blocks: u64,
    }

    impl Phone {
        fn new() -> Phone {
            let input = FakeInput::default();
            let (tell, news) = news();
            let reads = Arc::new(AtomicU64::new(0));
            let microphone = PhoneMicrophone::new(input.clone(), 48_000, BURST as u32, reads, tell);
            Phone {
                input,
                microphone,
                news,
                blocks: 0,
            }
        }

        /// One output callback. Returns output position less input number of its last frame.
        fn callback(&mut self) -> Option<i64> {
            self.blocks += 1;
            let at = self.blocks as f64 * BURST as f64 / 48_000.0;
            self.microphone.begin(BURST, at);
            let (mut left, mut right) = ([0.0; BURST], [0.0; BURST]);
            let (mut done, mut last) = (0, None);
            while done < BURST {
                match self.microphone.pull(&mut left[done..], &mut right[done..]) {
                    Run::Heard(frames) => {
                        done += frames;
                        let at = self.blocks as i64 * BURST as i64 + done as i64;
                        last = Some(at - left[done - 1] as i64);
                    }
                    Run::Missing(frames) => done += frames,
                }
            }
            last
        }

        fn run(&mut self, callbacks: u32) -> Option<i64> {
            let mut last = None;
            for _ in 0..callbacks {
                self.input.arrives(BURST);
                last = self.callback();
            }
            last
        }
    }

    #[test]
    fn the_bursts_of_the_beginning_never_reach_a_take() {
        let mut phone = Phone::new();
        // Nothing for 200 ms, then all of it at once.
        for _ in 0..50 {
            assert_eq!(phone.callback(), None);
        }
        phone.input.arrives(50 * BURST);
        let mut callbacks = 0;
        while phone.run(1).is_none() {
            callbacks += 1;
            assert!(callbacks < 200, "it never comes to rest");
        }
        assert!(
            callbacks > 50,
            "heard after {callbacks} callbacks, in the middle of the start"
        );
        let pairing = phone.run(1);
        assert_eq!(phone.run(500), pairing, "and from then on nothing moves");
        assert_eq!(phone.microphone.lost(), 0);
    }

    #[test]
    fn what_the_phone_loses_leaves_the_rest_in_place() {
        let mut phone = Phone::new();
        let pairing = phone.run(200);
        assert!(pairing.is_some());
        phone.input.loses(2 * BURST);
        phone.callback();
        phone.callback();
        assert_eq!(phone.run(200), pairing);
        assert!(phone.microphone.lost() >= 2 * BURST as u64);
    }

    #[test]
    fn a_burst_that_comes_late_costs_nothing() {
        let mut phone = Phone::new();
        let pairing = phone.run(200);
        phone.callback();
        phone.input.arrives(BURST);
        assert_eq!(phone.run(200), pairing);
        assert_eq!(phone.microphone.lost(), 0);
    }

    #[test]
    fn a_microphone_that_is_lost_says_so_once() {
        let mut phone = Phone::new();
        phone.run(200);
        phone.input.0.lock().unwrap().gone = true;
        phone.run(50);
        assert_eq!(phone.news.pop(), Ok(News::Lost));
        assert!(phone.news.pop().is_err());
    }
}

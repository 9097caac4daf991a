//! One clock for two callbacks: the microphone's frames, lined up with the speaker's.
//!
//! Outside Android the input and the output arrive in two callbacks that know nothing of each
//! other. The input side pushes what it hears into a ring; the output side takes from it exactly
//! as many frames as it plays. What must never change while a stream runs is *which* input frame
//! meets *which* output frame: that is the round trip, and takes are placed by it.
//!
//! |          | nothing heard yet | heard something        | settled              | frames lost |
//! |----------|-------------------|------------------------|----------------------|-------------|
//! | Waiting  | ·                 | → Draining             |                      |             |
//! | Draining | ·                 | throw away, → Cushion  |                      |             |
//! | Cushion  | ·                 | keep, watch the clocks | trim to it, → Steady |             |
//! | Steady   | silence, an xrun  | deliver                |                      | re-anchor   |
//!
//! `·` and everything before Steady gives silence. The first callbacks of a stream come in bursts
//! (hundreds of milliseconds on some devices), so they are thrown away; then both callbacks are
//! watched for [`WINDOW`] rounds to see how they lie in time; then the ring is trimmed so that a
//! constant cushion is left, whichever of the two is called first.
//!
//! Lost frames are found by the clock, not by the ring: a side that has delivered `n` frames at
//! time `t` has the phase `n − t·rate`. A late callback has a lower phase for a moment; the highest
//! of the last [`WINDOW`] is where the side truly is. When the two sides' distance has changed by
//! half a block or more and stays so, frames were lost or played twice: silence goes in or frames
//! come out until the distance is what it was, and all of them are counted. Nothing is ever
//! stretched or smeared.
//!
//! Both halves run in audio callbacks: no allocation, lock, syscall or panic.

use rtrb::{Consumer, Producer, RingBuffer};

/// Callbacks with sound that are thrown away when the input starts.
const DRAINED: u32 = 12;
/// Callbacks over which a side's phase is taken; about 130 ms at 256 frames.
const WINDOW: usize = 24;
/// Callbacks for which a distance changed by whole blocks must hold. When both sides stall
/// together, one window forgets the time before a callback or two ahead of the other.
const PATIENCE: u32 = 8;
/// Callbacks for which any other change must hold: on most devices it is a busy machine, and passes.
const LONG_PATIENCE: u32 = 96;
/// Blocks left in the ring after a callback has taken its own when both sides are on time. One,
/// because either side may be called first; one more for a callback that is late.
const CUSHION_BLOCKS: f64 = 2.0;
/// The ring holds this many blocks, and never less than a second.
const RING_BLOCKS: usize = 64;

/// Where one side stood when it was last called.
#[derive(Debug, Clone, Copy)]
struct Mark {
    /// Frames this side has handled since it began, this callback included.
    frames: u64,
    /// Monotonic time of the callback, in seconds. Only differences count.
    at: f64,
}

/// Makes the two ends. `block` is the size asked for, in frames; any size may come.
pub(super) fn duplex(rate: u32, block: u32) -> (InputSide, OutputSide) {
    let block = block.max(1);
    let room = (rate as usize).max(block as usize * RING_BLOCKS);
    let (samples_in, samples_out) = RingBuffer::new(room);
    let (marks_in, marks_out) = RingBuffer::new(1_024);
    let input = InputSide {
        samples: samples_in,
        marks: marks_in,
        frames: 0,
    };
    let output = OutputSide {
        samples: samples_out,
        marks: marks_out,
        rate: f64::from(rate),
        block: f64::from(block),
        taken: 0,
        played_frames: 0,
        heard: Phase::default(),
        played: Phase::default(),
        debt: 0,
        state: Pairing::Waiting,
        lost: 0,
    };
    (input, output)
}

/// Owned by the input callback.
pub(super) struct InputSide {
    samples: Producer<f32>,
    marks: Producer<Mark>,
    frames: u64,
}

impl InputSide {
    /// Takes one callback's frames, mono, heard up to the time `at` (monotonic, seconds).
    /// If nobody is reading and the ring is full, the rest is lost; the other side notices.
    pub(super) fn push(&mut self, frames: impl Iterator<Item = f32>, at: f64) {
        frames.for_each(|frame| self.write(frame));
        // A full ring of marks loses one observation, no more.
        let _ = self.marks.push(Mark {
            frames: self.frames,
            at,
        });
    }

    fn write(&mut self, frame: f32) {
        // A full ring drops the frame without counting it here: not counted as handled, it shows
        // as a fall of this side's phase, as any other lost frame does.
        if self.samples.push(frame).is_ok() {
            self.frames += 1;
        }
    }
}

/// Owned by the output callback.
pub(super) struct OutputSide {
    samples: Consumer<f32>,
    marks: Consumer<Mark>,
    rate: f64,
    /// The larger of the block asked for and the blocks seen.
    block: f64,
    /// Frames taken out of the ring, delivered or not.
    taken: u64,
    played_frames: u64,
    heard: Phase,
    played: Phase,
    /// Above zero: so many frames of the ring must be thrown away before the next is delivered.
    /// Below: so many frames of silence go in first.
    debt: i64,
    state: Pairing,
    lost: u64,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Pairing {
    Waiting,
    Draining {
        callbacks_left: u32,
    },
    Cushion,
    /// The distance of the two phases that must hold, in frames, and for how many callbacks it has
    /// not.
    Steady {
        distance: f64,
        astray: u32,
    },
}

impl OutputSide {
    /// Fills `out` with the frames that belong to this output callback, called at time `at`.
    pub(super) fn pull(&mut self, out: &mut [f32], at: f64) {
        let heard_something = self.read_marks();
        self.played_frames += out.len() as u64;
        self.played.see(
            Mark {
                frames: self.played_frames,
                at,
            },
            self.rate,
        );
        self.block = self.block.max(out.len() as f64);
        match self.state {
            Pairing::Waiting => {
                if heard_something {
                    self.state = Pairing::Draining {
                        callbacks_left: DRAINED,
                    };
                }
                out.fill(0.0);
            }
            Pairing::Draining { callbacks_left } => {
                // Whole callbacks only: a piece of the one being written now would shift the round
                // trip by as much as is missing, another piece at each start.
                let whole = self.heard.frames.saturating_sub(self.taken);
                self.discard(usize::try_from(whole).unwrap_or(0));
                if heard_something {
                    self.state = match callbacks_left {
                        0 => self.begin_cushion(),
                        left => Pairing::Draining {
                            callbacks_left: left - 1,
                        },
                    };
                }
                out.fill(0.0);
            }
            Pairing::Cushion => {
                if self.heard.is_known() && self.played.is_known() {
                    self.trim_to_cushion();
                }
                out.fill(0.0);
            }
            Pairing::Steady { distance, astray } => {
                self.re_anchor(distance, astray);
                self.deliver(out);
            }
        }
    }

    /// Frames lost, invented or thrown away since the input became steady. Each is an xrun's work.
    pub(super) fn lost(&self) -> u64 {
        self.lost
    }

    /// True once input frames are being delivered.
    #[cfg(test)]
    fn is_steady(&self) -> bool {
        matches!(self.state, Pairing::Steady { .. })
    }

    fn read_marks(&mut self) -> bool {
        let mut any = false;
        while let Ok(mark) = self.marks.pop() {
            self.block = self.block.max(self.heard.see(mark, self.rate));
            any = true;
        }
        any
    }

    fn begin_cushion(&mut self) -> Pairing {
        self.heard.forget();
        self.played.forget();
        Pairing::Cushion
    }

    /// Throws away what is more than the cushion.
    fn trim_to_cushion(&mut self) {
        let distance = self.heard.highest() - self.played.highest();
        // Frames in the ring if both sides were exactly on time. Rounded to blocks, so that a few
        // microseconds of lateness do not shift the round trip from one start to the next.
        let on_time = distance + (self.played_frames as f64 - self.taken as f64);
        let whole = (on_time / self.block).round() * self.block;
        self.debt = (whole - CUSHION_BLOCKS * self.block).round() as i64;
        self.state = Pairing::Steady {
            distance,
            astray: 0,
        };
    }

    /// Corrects the debt if one side has lost or repeated frames.
    fn re_anchor(&mut self, distance: f64, astray: u32) {
        let moved = self.heard.highest() - self.played.highest() - distance;
        if moved.abs() < 0.5 * self.block {
            self.state = Pairing::Steady {
                distance,
                astray: 0,
            };
            return;
        }
        // Devices lose whole blocks; a measured 250 of 256 frames is a block and some jitter.
        let blocks = (moved / self.block).round();
        let near_blocks = (moved - blocks * self.block).abs() < 0.25 * self.block;
        if astray < if near_blocks { PATIENCE } else { LONG_PATIENCE } {
            self.state = Pairing::Steady {
                distance,
                astray: astray + 1,
            };
            return;
        }
        let frames = if near_blocks {
            blocks * self.block
        } else {
            moved.round()
        };
        self.debt += frames as i64;
        self.lost += frames.abs() as u64;
        self.state = Pairing::Steady {
            distance: distance + frames,
            astray: 0,
        };
    }

    fn deliver(&mut self, out: &mut [f32]) {
        if self.debt > 0 {
            let owed = usize::try_from(self.debt).unwrap_or(usize::MAX);
            self.debt -= self.discard(owed.min(self.samples.slots())) as i64;
        }
        for frame in out {
            *frame = if self.debt < 0 {
                self.debt += 1;
                0.0
            } else if self.debt == 0
                && let Ok(sample) = self.samples.pop()
            {
                self.taken += 1;
                sample
            } else {
                // Not here yet. Silence now, and one frame to throw away when it comes too late.
                self.debt += 1;
                self.lost += 1;
                0.0
            };
        }
    }

    fn discard(&mut self, frames: usize) -> usize {
        if let Ok(chunk) = self.samples.read_chunk(frames) {
            chunk.commit_all();
            self.taken += frames as u64;
            return frames;
        }
        0
    }
}

/// One side's place against the clock, over its last [`WINDOW`] callbacks.
#[derive(Debug, Clone, Copy, Default)]
struct Phase {
    /// `frames − at·rate` of each callback, the oldest overwritten.
    seen: [f64; WINDOW],
    count: usize,
    frames: u64,
}

impl Phase {
    /// Returns the size of this callback, in frames; 0 for the first.
    fn see(&mut self, mark: Mark, rate: f64) -> f64 {
        let size = if self.frames == 0 {
            0
        } else {
            mark.frames.saturating_sub(self.frames)
        };
        self.seen[self.count % WINDOW] = mark.frames as f64 - mark.at * rate;
        self.count += 1;
        self.frames = mark.frames;
        size as f64
    }

    fn is_known(&self) -> bool {
        self.count >= WINDOW
    }

    fn forget(&mut self) {
        self.count = 0;
    }

    fn highest(&self) -> f64 {
        let known = self.count.min(WINDOW);
        self.seen[..known]
            .iter()
            .fold(f64::NEG_INFINITY, |most, phase| most.max(*phase))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: u32 = 48_000;
    const BLOCK: u32 = 256;

    /// Two callbacks of a device with one clock. The microphone hears the numbers 1, 2, 3…, one a
    /// frame, so every delivered frame says which one it is.
    struct Desk {
        input: InputSide,
        output: OutputSide,
        /// Blocks of device time gone by.
        blocks: u64,
        next: u32,
        played: Vec<f32>,
        order: Order,
    }

    #[derive(Clone, Copy)]
    enum Order {
        InputFirst,
        OutputFirst,
    }

    impl Desk {
        fn new(order: Order) -> Desk {
            let (input, output) = duplex(RATE, BLOCK);
            Desk {
                input,
                output,
                blocks: 0,
                next: 1,
                played: Vec::new(),
                order,
            }
        }

        fn now(&self, late_ms: f64) -> f64 {
            self.blocks as f64 * f64::from(BLOCK) / f64::from(RATE) + late_ms / 1_000.0
        }

        fn hear(&mut self, late_ms: f64) {
            let from = self.next;
            self.next += BLOCK;
            self.input
                .push((from..from + BLOCK).map(|n| n as f32), self.now(late_ms));
        }

        fn play(&mut self, late_ms: f64) {
            let mut out = [f32::NAN; BLOCK as usize];
            self.output.pull(&mut out, self.now(late_ms));
            self.played.extend(out);
        }

        fn run(&mut self, blocks: u64) {
            for _ in 0..blocks {
                self.blocks += 1;
                match self.order {
                    Order::InputFirst => (self.hear(0.0), self.play(0.05)),
                    Order::OutputFirst => (self.play(0.0), self.hear(0.05)),
                };
            }
        }

        /// Output position less input number of the last frame delivered: what must not change.
        fn pairing(&self) -> i64 {
            let (at, sample) = self
                .played
                .iter()
                .enumerate()
                .rfind(|(_, s)| **s > 0.0)
                .expect("something heard");
            at as i64 - *sample as i64
        }

        /// No frame twice, none out of order; silence is 0.
        fn assert_in_order(&self) {
            let heard: Vec<f32> = self.played.iter().copied().filter(|s| *s > 0.0).collect();
            assert!(
                heard.windows(2).all(|pair| pair[0] < pair[1]),
                "frames repeated or swapped"
            );
        }
    }

    #[test]
    fn the_microphone_is_heard_whole_and_in_order_once_it_is_steady() {
        for order in [Order::InputFirst, Order::OutputFirst] {
            let mut desk = Desk::new(order);
            desk.run(80);
            assert!(desk.output.is_steady());
            let from = desk.played.iter().position(|s| *s > 0.0).expect("heard");
            assert!(
                desk.played[from..].windows(2).all(|w| w[1] - w[0] == 1.0),
                "no gap after it"
            );
            assert_eq!(desk.output.lost(), 0);
        }
    }

    #[test]
    fn which_callback_comes_first_may_change_at_any_time() {
        let mut desk = Desk::new(Order::InputFirst);
        desk.run(80);
        let pairing = desk.pairing();
        for round in 0..20 {
            desk.order = if round % 2 == 0 {
                Order::OutputFirst
            } else {
                Order::InputFirst
            };
            desk.run(17);
            assert_eq!(desk.pairing(), pairing);
        }
        assert_eq!(desk.output.lost(), 0);
    }

    #[test]
    fn a_late_callback_costs_nothing() {
        let mut desk = Desk::new(Order::InputFirst);
        desk.run(80);
        let pairing = desk.pairing();
        // One input callback comes 6 ms late, after the next output callback.
        desk.blocks += 1;
        desk.play(0.0);
        desk.hear(6.0);
        desk.run(80);
        assert_eq!(desk.pairing(), pairing);
        assert_eq!(desk.output.lost(), 0);
    }

    #[test]
    fn a_stall_of_the_input_is_silence_where_it_was_and_nothing_moves() {
        let mut desk = Desk::new(Order::InputFirst);
        desk.run(80);
        let pairing = desk.pairing();
        for _ in 0..6 {
            desk.blocks += 1;
            desk.play(0.0);
        }
        for _ in 0..6 {
            desk.hear(0.1);
        }
        desk.run(80);
        assert_eq!(
            desk.pairing(),
            pairing,
            "late frames are dropped, not played late"
        );
        assert!(
            desk.output.lost() >= u64::from(BLOCK),
            "counted: {}",
            desk.output.lost()
        );
        desk.assert_in_order();
    }

    #[test]
    fn frames_the_input_lost_become_silence_and_the_rest_stays_in_place() {
        for order in [Order::InputFirst, Order::OutputFirst] {
            let mut desk = Desk::new(order);
            desk.run(80);
            let pairing = desk.pairing();
            desk.blocks += 1;
            desk.next += BLOCK; // sung, and never delivered
            desk.play(0.0);
            desk.run(80);
            assert_eq!(
                desk.pairing(),
                pairing,
                "one block of silence goes in for the one lost"
            );
            assert!(desk.output.lost() >= u64::from(BLOCK));
            desk.assert_in_order();
        }
    }

    #[test]
    fn frames_the_output_missed_leave_the_round_trip_as_it_was() {
        let mut desk = Desk::new(Order::InputFirst);
        desk.run(80);
        let pairing = desk.pairing();
        desk.blocks += 1;
        desk.hear(0.0); // the speaker got nothing this time: all we play is a block later
        desk.run(80);
        // The engine's next frame is heard a block later, so the input must be a block later too.
        assert_eq!(desk.pairing(), pairing - i64::from(BLOCK));
        assert_eq!(desk.output.lost(), u64::from(BLOCK));
        desk.assert_in_order();
    }

    #[test]
    fn a_stall_of_everything_counts_as_nothing_lost_between_the_two() {
        let mut desk = Desk::new(Order::InputFirst);
        desk.run(80);
        let pairing = desk.pairing();
        desk.blocks += 10;
        desk.next += 10 * BLOCK;
        desk.run(80);
        assert_eq!(desk.pairing() + 10 * i64::from(BLOCK), pairing);
        assert_eq!(desk.output.lost(), 0);
    }

    #[test]
    fn two_starts_pair_the_same_frames() {
        let distance = |order, late_start: u64| {
            let mut desk = Desk::new(order);
            for _ in 0..late_start {
                desk.blocks += 1;
                desk.next += BLOCK;
                desk.play(0.0);
            }
            desk.run(80);
            desk.pairing()
        };
        let first = distance(Order::InputFirst, 0);
        assert_eq!(distance(Order::InputFirst, 3), first);
        assert_eq!(distance(Order::OutputFirst, 5), first);
    }

    #[test]
    fn a_start_in_the_middle_of_an_input_callback_pairs_the_same_frames() {
        let distance = |piece: u32| {
            let mut desk = Desk::new(Order::InputFirst);
            for _ in 0..80 {
                desk.blocks += 1;
                let (from, at) = (desk.next, desk.now(0.0));
                desk.next += BLOCK;
                let mut frames = (from..from + BLOCK).map(|n| n as f32);
                // The output is called while the input is still writing.
                for frame in frames.by_ref().take(piece as usize) {
                    desk.input.write(frame);
                }
                desk.play(0.0);
                desk.input.push(frames, at);
            }
            desk.pairing()
        };
        assert_eq!(distance(60), distance(0));
        assert_eq!(distance(255), distance(0));
    }

    #[test]
    fn callbacks_of_any_size_are_served() {
        let (mut input, mut output) = duplex(RATE, BLOCK);
        let (mut heard, mut played, mut next) = (0_u32, 0_u32, 1_u32);
        let mut all = Vec::new();
        for (i, size) in [1_usize, 441, 256, 1_020, 7, 300]
            .iter()
            .cycle()
            .take(600)
            .enumerate()
        {
            played += *size as u32;
            while heard < played {
                let frames = [128, 512, 64][i % 3];
                heard += frames;
                let at = f64::from(heard) / f64::from(RATE);
                input.push((next..next + frames).map(|n| n as f32), at);
                next += frames;
            }
            let mut out = vec![f32::NAN; *size];
            output.pull(&mut out, f64::from(played) / f64::from(RATE));
            all.extend(out);
        }
        let from = all.iter().position(|s| *s > 0.0).expect("heard");
        assert!(
            all[from..].windows(2).all(|w| w[1] - w[0] == 1.0),
            "whole and in order"
        );
        assert_eq!(output.lost(), 0);
    }
}

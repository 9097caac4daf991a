use super::*;
use crate::io::source::{Run, Source};

const RATE: u32 = 48_000;
const BLOCK: u32 = 256;
const SPEC: DuplexSpec = DuplexSpec {
    rate: RATE,
    block: BLOCK,
    channels: 1,
    clocks: Clocks::Shared,
};

/// One output callback: what was heard, 0 where nothing was.
fn pull(output: &mut OutputSide, out: &mut [f32], at: f64) {
    output.begin(out.len(), at);
    let mut done = 0;
    while done < out.len() {
        let mut right = vec![0.0; out.len() - done];
        match output.pull(&mut out[done..], &mut right) {
            Run::Heard(frames) => done += frames,
            Run::Missing(frames) => {
                out[done..done + frames].fill(0.0);
                done += frames;
            }
        }
    }
}

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

fn frame(number: u32) -> Frame {
    [number as f32; 2]
}

#[derive(Clone, Copy)]
enum Order {
    InputFirst,
    OutputFirst,
}

impl Desk {
    fn new(order: Order) -> Desk {
        let (input, output) = duplex(SPEC);
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
            .push((from..from + BLOCK).map(frame), self.now(late_ms));
    }

    fn play(&mut self, late_ms: f64) {
        let mut out = [f32::NAN; BLOCK as usize];
        let now = self.now(late_ms);
        pull(&mut self.output, &mut out, now);
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
fn a_busy_start_does_not_move_what_comes_after_a_loss() {
    // Never earlier than this while it starts, in ms: 15, 24 and 48 frames.
    for late in [0.3, 0.5, 1.0] {
        let mut desk = Desk::new(Order::InputFirst);
        for round in 0..80 {
            desk.blocks += 1;
            desk.hear(late + f64::from(round * 7 % 10) / 5.0);
            desk.play(f64::from(round * 3 % 10) / 5.0);
        }
        desk.run(120);
        let pairing = desk.pairing();
        desk.blocks += 1;
        desk.next += BLOCK; // sung, and never delivered
        desk.play(0.05);
        desk.run(120);
        assert_eq!(desk.pairing(), pairing, "{late} ms");
    }
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
            let mut frames = (from..from + BLOCK).map(frame);
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
    let (mut input, mut output) = duplex(SPEC);
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
            input.push((next..next + frames).map(frame), at);
            next += frames;
        }
        let mut out = vec![f32::NAN; *size];
        pull(&mut output, &mut out, f64::from(played) / f64::from(RATE));
        all.extend(out);
    }
    let from = all.iter().position(|s| *s > 0.0).expect("heard");
    assert!(
        all[from..].windows(2).all(|w| w[1] - w[0] == 1.0),
        "whole and in order"
    );
    assert_eq!(output.lost(), 0);
}

#[test]
fn what_was_not_heard_is_said_to_be_missing_and_not_silent() {
    let mut desk = Desk::new(Order::InputFirst);
    desk.run(80);
    desk.blocks += 1;
    desk.next += BLOCK; // sung, and never delivered
    desk.play(0.0);
    let mut missing = 0;
    for _ in 0..80 {
        desk.blocks += 1;
        desk.hear(0.0);
        let now = desk.now(0.0);
        desk.output.begin(BLOCK as usize, now);
        let mut done = 0;
        while done < BLOCK as usize {
            let (mut left, mut right) = ([0.0; BLOCK as usize], [0.0; BLOCK as usize]);
            match desk.output.pull(&mut left[done..], &mut right[done..]) {
                Run::Heard(frames) => done += frames,
                Run::Missing(frames) => {
                    missing += frames;
                    done += frames;
                }
            }
        }
    }
    assert_eq!(missing, BLOCK as usize, "the length of what was lost");
}

/// Ten minutes on two crystals. The microphone hears its own time, in seconds of the speaker's.
fn drift_after_ten_minutes(ppm: f64, late_us: f64) -> f64 {
    let (mut input, mut output) = duplex(DuplexSpec {
        clocks: Clocks::Apart,
        ..SPEC
    });
    let rate = f64::from(RATE);
    let faster = 1.0 + ppm * 1e-6;
    let (mut heard, mut played) = (0_u64, 0_u64);
    let mut dice = 1_u64;
    let mut late = || {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (dice >> 33) as f64 / f64::from(1u32 << 31) * late_us * 1e-6
    };
    let (mut first, mut worst) = (None, 0.0_f64);
    while played < u64::from(RATE) * 600 {
        played += u64::from(BLOCK);
        let now = played as f64 / rate;
        while (heard + u64::from(BLOCK)) as f64 / (rate * faster) <= now {
            let from = heard;
            heard += u64::from(BLOCK);
            // Left and right are an angle that says which instant it was.
            let frames = (from..heard).map(|n| {
                let at = n as f64 / faster;
                let [low, high] = [(at * 0.01).sin() as f32, (at * 0.01).cos() as f32];
                [low, high]
            });
            input.push(frames, heard as f64 / (rate * faster) + late());
        }
        output.begin(BLOCK as usize, now + late());
        let (mut left, mut right) = ([0.0; BLOCK as usize], [0.0; BLOCK as usize]);
        let mut done = 0;
        while done < BLOCK as usize {
            match output.pull(&mut left[done..], &mut right[done..]) {
                Run::Heard(frames) => {
                    let angle = f64::from(left[done]).atan2(f64::from(right[done]));
                    let instant = angle / 0.01;
                    let turn = std::f64::consts::TAU / 0.01;
                    let behind =
                        (played as f64 - f64::from(BLOCK) + done as f64 - instant).rem_euclid(turn);
                    done += frames;
                    // The loop finds the speed in the time a measurement takes to prepare.
                    if played < 4 * u64::from(RATE) {
                        continue;
                    }
                    let first = *first.get_or_insert(behind);
                    let off = (behind - first + 1.5 * turn).rem_euclid(turn) - 0.5 * turn;
                    worst = worst.max(off.abs());
                }
                Run::Missing(frames) => done += frames,
            }
        }
    }
    assert_eq!(output.lost(), 0, "drift is not a loss");
    worst
}

#[test]
fn two_crystals_stay_within_a_frame_for_ten_minutes() {
    for ppm in [-100.0, 0.0, 100.0] {
        let worst = drift_after_ten_minutes(ppm, 100.0);
        println!("{ppm} ppm: {worst:.2} frames off at worst");
        assert!(worst <= 1.0, "{ppm} ppm: {worst} frames");
    }
}

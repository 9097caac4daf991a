//! A room: eight delay lines that feed each other (Jot and Chaigne's feedback delay network,
//! *Digital Delay Networks for Designing Artificial Reverberators*, AES 90, 1991).
//!
//! ```text
//! send ──► two all-passes a side ──►(+)──► line 1…8 ──┬──► signs ──► added to out
//!                                    ▲                ▼
//!                                    └── × decay ◄── mirror ◄── low-pass
//! ```
//! Two short all-pass filters a side (Schroeder, 1962) make the first echoes dense. Each line
//! loses high notes a little faster than low ones. Sounds too quiet to hear (−180 dBFS) become
//! exactly nothing, so a room that has faded away costs nothing until somebody sings into it
//! again.
//!
//! No line is shorter than a chunk, so all that comes out of the lines in a chunk is read before
//! anything of it goes back in, and the chunk's frames are worked on side by side; every sample
//! still comes of the same sums in the same order as frame by frame.

use crate::units::{Frames, SampleRate};

const LINES: usize = 8;

/// In frames at 48 kHz: mutually prime, 30 to 80 ms, so that no echoes of two lines coincide.
const DELAYS_AT_48K: [f64; LINES] = [
    1433.0, 1663.0, 1933.0, 2203.0, 2539.0, 2903.0, 3343.0, 3821.0,
];

/// The all-pass filters in front, in frames at 48 kHz: left pair, right pair. All prime.
const DIFFUSERS_AT_48K: [[f64; 2]; 2] = [[241.0, 587.0], [263.0, 631.0]];

/// Of the all-pass filters: how much of a sound goes round again. By ear, on claps.
const DIFFUSION: f32 = 0.6;

/// Longer than any all-pass filter, in frames at 48 kHz: what they may still hold.
const DIFFUSERS_HOLD_AT_48K: f64 = 700.0;

/// Seconds until a low note in the room is 60 dB quieter (T60).
const DECAY_SECONDS: f64 = 2.2;

/// Above this the walls swallow more, in Hz: a one-pole low-pass, once per way through a line.
const DAMPING_HZ: f64 = 5_200.0;

/// Steady sound comes back about 10 dB quieter than it was sent.
const RETURN: f32 = 0.17;

/// What is quieter than this is nothing: −180 dBFS.
const INAUDIBLE: f32 = 1e-9;

/// The longest line, in frames: rates up to 192 kHz are scaled, higher ones get a smaller room.
const LONGEST: usize = 16_383;

/// Frames worked on together, if every line is as long; only for speed.
const CHUNK: usize = 128;

/// One number for each frame of a chunk.
type Chunk = [f32; CHUNK];

/// One number for each of four lines; or four frames of one.
type Four = [f32; 4];

/// Stereo in, stereo out.
pub struct Reverb {
    lines: [Line; LINES],
    /// What is left of a sound on its way through each line.
    feedback: [f32; LINES],
    damped: [Four; 2],
    /// How much of a new sample the low-pass takes.
    damping: f32,
    diffusers: [[Line; 2]; 2],
    scratch: Box<Scratch>,
    /// Frames that can be worked on together: no line is shorter.
    together: usize,
    /// Frames for which the whole room has been exactly silent.
    quiet: usize,
    /// After so many of them there is nothing left anywhere.
    memory: usize,
}

/// A ring as long as its delay: what is about to be overwritten is what comes out.
struct Line {
    ring: Box<[f32]>,
    at: usize,
}

/// The memory one chunk needs; nothing in it outlives the chunk.
struct Scratch {
    /// What went in, spread by the all-pass filters.
    spread: [Chunk; 2],
    /// What came out of the lines, and then what goes back in.
    taps: [Chunk; LINES],
    delayed: Chunk,
    kept: Chunk,
}

impl Reverb {
    /// An empty room. Allocates; everything after does not.
    pub fn new(rate: SampleRate) -> Reverb {
        let hz = f64::from(rate.hz());
        let scaled = |delay: f64| ((delay * hz / 48_000.0) as usize).clamp(1, LONGEST);
        let delays = DELAYS_AT_48K.map(scaled);
        let diffusers = DIFFUSERS_AT_48K.map(|side| side.map(scaled));
        let all = || delays.iter().chain(diffusers.iter().flatten()).copied();
        let longest = delays.iter().copied().max().unwrap_or(0);
        Reverb {
            feedback: delays.map(|d| 10f64.powf(-3.0 * d as f64 / (DECAY_SECONDS * hz)) as f32),
            lines: delays.map(Line::new),
            damped: [[0.0; 4]; 2],
            damping: (1.0 - (-std::f64::consts::TAU * DAMPING_HZ / hz).exp()) as f32,
            together: all().min().unwrap_or(1).min(CHUNK),
            diffusers: diffusers.map(|side| side.map(Line::new)),
            scratch: Box::new(Scratch {
                spread: [[0.0; CHUNK]; 2],
                taps: [[0.0; CHUNK]; LINES],
                delayed: [0.0; CHUNK],
                kept: [0.0; CHUNK],
            }),
            quiet: usize::MAX,
            memory: longest + scaled(DIFFUSERS_HOLD_AT_48K) * 2,
        }
    }

    /// Adds the room's answer to `send` into `out`. All blocks are of one length and finite.
    pub fn process(&mut self, send: [&[f32]; 2], out: [&mut [f32]; 2]) {
        if self.is_asleep() && send.iter().all(|side| side.iter().all(|x| *x == 0.0)) {
            return;
        }
        let [left, right] = send.map(|side| side.chunks(self.together));
        let [out_left, out_right] = out.map(|side| side.chunks_mut(self.together));
        for ((left, right), (out_left, out_right)) in left.zip(right).zip(out_left.zip(out_right)) {
            self.chunk([left, right], [out_left, out_right]);
        }
    }

    /// Has everything faded away?
    pub fn is_asleep(&self) -> bool {
        self.quiet >= self.memory
    }

    /// The dry sound is not delayed.
    pub fn latency(&self) -> Frames {
        Frames::ZERO
    }
}

impl Reverb {
    /// At most [`Reverb::together`] frames.
    fn chunk(&mut self, send: [&[f32]; 2], out: [&mut [f32]; 2]) {
        let frames = send[0].len().min(send[1].len()).min(CHUNK);
        let Scratch {
            spread,
            taps,
            delayed,
            kept,
        } = &mut *self.scratch;
        for ((spread, send), pair) in spread.iter_mut().zip(send).zip(&mut self.diffusers) {
            spread[..frames].copy_from_slice(&send[..frames]);
            for diffuser in pair {
                diffuser.read(&mut delayed[..frames]);
                diffuse(spread, delayed, kept, frames);
                diffuser.write(&kept[..frames]);
            }
        }
        for (tap, line) in taps.iter_mut().zip(&self.lines) {
            line.read(&mut tap[..frames]);
        }
        let [out_left, out_right] = out;
        hear(out_left, [&taps[0], &taps[2], &taps[4], &taps[6]]);
        hear(out_right, [&taps[1], &taps[3], &taps[5], &taps[7]]);
        let silent = silent_at_the_end(send, spread, taps, frames);
        self.quiet = if silent == frames {
            self.quiet.saturating_add(frames)
        } else {
            silent
        };
        damp(&mut self.damped, self.damping, taps, frames);
        mirror(taps, frames);
        for (index, (back, line)) in taps.iter_mut().zip(&mut self.lines).enumerate() {
            let (feedback, spread) = (self.feedback[index], &spread[index % 2]);
            for (back, input) in back.iter_mut().zip(spread).take(whole(frames)) {
                *back = audible(*back * feedback + input);
            }
            line.write(&back[..frames]);
        }
    }
}

/// An all-pass filter: spreads a click in time, changes no note's loudness.
fn diffuse(chunk: &mut Chunk, delayed: &Chunk, kept: &mut Chunk, frames: usize) {
    let frames = chunk.iter_mut().zip(delayed).zip(kept).take(whole(frames));
    for ((x, delayed), kept) in frames {
        *kept = audible(*x + DIFFUSION * delayed);
        *x = delayed - DIFFUSION * *kept;
    }
}

/// The low-pass of every line, in place: all in step, for each waits for the sample before.
fn damp(damped: &mut [Four; 2], damping: f32, taps: &mut [Chunk; LINES], frames: usize) {
    let [mut low, mut high] = *damped;
    let fours = frames.min(CHUNK) / 4;
    let [a, b, c, d, e, f, g, h] = taps.each_mut().map(|tap| tap.as_chunks_mut().0);
    for at in 0..fours {
        // Four frames of each line are turned, so that the lines lie side by side, and back.
        let lows = turned([a[at], b[at], c[at], d[at]]);
        let highs = turned([e[at], f[at], g[at], h[at]]);
        let (low_0, high_0) = (step(low, lows[0], damping), step(high, highs[0], damping));
        let (low_1, high_1) = (
            step(low_0, lows[1], damping),
            step(high_0, highs[1], damping),
        );
        let (low_2, high_2) = (
            step(low_1, lows[2], damping),
            step(high_1, highs[2], damping),
        );
        (low, high) = (
            step(low_2, lows[3], damping),
            step(high_2, highs[3], damping),
        );
        [a[at], b[at], c[at], d[at]] = turned([low_0, low_1, low_2, low]);
        [e[at], f[at], g[at], h[at]] = turned([high_0, high_1, high_2, high]);
    }
    let [a, b, c, d, e, f, g, h] = taps;
    for at in fours * 4..frames.min(CHUNK) {
        low = step(low, [a[at], b[at], c[at], d[at]], damping);
        high = step(high, [e[at], f[at], g[at], h[at]], damping);
        [a[at], b[at], c[at], d[at]] = low;
        [e[at], f[at], g[at], h[at]] = high;
    }
    *damped = [low, high];
}

/// For how many frames at the end nothing went in, and nothing came from anywhere.
fn silent_at_the_end(
    send: [&[f32]; 2],
    spread: &[Chunk; 2],
    taps: &[Chunk; LINES],
    frames: usize,
) -> usize {
    let silent = |i: &usize| {
        send.iter().all(|side| side.get(*i) == Some(&0.0))
            && spread
                .iter()
                .chain(taps)
                .all(|chunk| chunk.get(*i) == Some(&0.0))
    };
    (0..frames).rev().take_while(silent).count()
}

impl Line {
    fn new(delay: usize) -> Line {
        Line {
            ring: vec![0.0; delay].into_boxed_slice(),
            at: 0,
        }
    }

    /// What comes out in the next frames, no more of them than the line is long.
    fn read(&self, into: &mut [f32]) {
        let (wrapped, from_here) = self.ring.split_at(self.at);
        let (before, after) = into.split_at_mut(from_here.len().min(into.len()));
        before.copy_from_slice(&from_here[..before.len()]);
        after.copy_from_slice(&wrapped[..after.len()]);
    }

    /// What goes in instead; time passes.
    fn write(&mut self, from: &[f32]) {
        let (wrapped, from_here) = self.ring.split_at_mut(self.at);
        let (before, after) = from.split_at(from_here.len().min(from.len()));
        from_here[..before.len()].copy_from_slice(before);
        wrapped[..after.len()].copy_from_slice(after);
        self.at += from.len();
        if self.at >= self.ring.len() {
            self.at -= self.ring.len();
        }
    }
}

/// One frame of four lines through their low-passes.
#[inline]
fn step(damped: Four, tap: Four, damping: f32) -> Four {
    let mut next = damped;
    for (damped, tap) in next.iter_mut().zip(tap) {
        *damped = audible(*damped + damping * (tap - *damped));
    }
    next
}

/// Rows become columns.
#[inline]
fn turned([a, b, c, d]: [Four; 4]) -> [Four; 4] {
    [
        [a[0], b[0], c[0], d[0]],
        [a[1], b[1], c[1], d[1]],
        [a[2], b[2], c[2], d[2]],
        [a[3], b[3], c[3], d[3]],
    ]
}

/// Householder's mirror: every line hears every other, and no energy is made or lost.
fn mirror(lines: &mut [Chunk; LINES], frames: usize) {
    for i in 0..whole(frames) {
        let sum: f32 = lines.iter().map(|line| line[i]).sum();
        let mixed = sum * (2.0 / LINES as f32);
        lines.iter_mut().for_each(|line| line[i] -= mixed);
    }
}

/// Every second line with the other sign, so that they do not add up to a comb.
fn hear(out: &mut [f32], taps: [&Chunk; 4]) {
    let [a, b, c, d] = taps;
    for ((((out, a), b), c), d) in out.iter_mut().zip(a).zip(b).zip(c).zip(d) {
        *out += RETURN * (a - b + c - d);
    }
}

/// Whole lanes of a chunk.
#[inline]
fn whole(frames: usize) -> usize {
    frames.next_multiple_of(8).min(CHUNK)
}

#[inline]
fn audible(sample: f32) -> f32 {
    if sample.abs() < INAUDIBLE {
        0.0
    } else {
        sample
    }
}

#[cfg(test)]
mod oracle;
#[cfg(test)]
mod tests;

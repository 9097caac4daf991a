//! A room: eight delay lines that feed each other (Jot and Chaigne's feedback delay network).
//!
//! Two short all-pass filters a side make the first echoes dense. Each line loses high notes a
//! little faster than low ones. Sounds too quiet to hear (−180 dBFS) become exactly nothing, so a
//! room that has faded away costs nothing until somebody sings into it again.

use crate::units::SampleRate;

const LINES: usize = 8;

/// Frames a line can hold; a power of two, so that its end needs no comparison.
const LINE: usize = 16_384;

/// Mutually prime at 48 kHz, between 30 and 80 ms.
const DELAYS_AT_48K: [f64; LINES] = [
    1433.0, 1663.0, 1933.0, 2203.0, 2539.0, 2903.0, 3343.0, 3821.0,
];

/// The all-pass filters in front, at 48 kHz: left pair, right pair.
const DIFFUSERS_AT_48K: [[f64; 2]; 2] = [[241.0, 587.0], [263.0, 631.0]];
const DIFFUSION: f32 = 0.6;

/// Seconds until a note in the room is 60 dB quieter.
const DECAY_SECONDS: f64 = 2.2;

/// Above this the walls swallow more, in Hz.
const DAMPING_HZ: f64 = 5_200.0;

/// Steady sound comes back about 10 dB quieter than it was sent.
const RETURN: f32 = 0.17;

/// What is quieter than this is nothing.
const INAUDIBLE: f32 = 1e-9;

/// Stereo in, stereo out.
pub struct Reverb {
    lines: [Box<[f32; LINE]>; LINES],
    delays: [usize; LINES],
    feedback: [f32; LINES],
    damped: [f32; LINES],
    damping: f32,
    diffusers: [[Diffuser; 2]; 2],
    at: usize,
    /// Frames for which the whole room has been exactly silent.
    quiet: usize,
    /// After so many of them there is nothing left anywhere.
    memory: usize,
}

/// An all-pass filter: spreads a click in time, changes no note's loudness.
struct Diffuser {
    line: Box<[f32; LINE]>,
    delay: usize,
}

impl Reverb {
    /// An empty room. Allocates; everything after does not.
    pub fn new(rate: SampleRate) -> Reverb {
        let hz = f64::from(rate.hz());
        let scaled = |delay: f64| ((delay * hz / 48_000.0) as usize).clamp(1, LINE - 1);
        let delays = DELAYS_AT_48K.map(scaled);
        let diffusers = DIFFUSERS_AT_48K.map(|side| {
            side.map(|delay| Diffuser {
                line: empty_line(),
                delay: scaled(delay),
            })
        });
        let longest: usize = delays.iter().copied().max().unwrap_or(0);
        Reverb {
            lines: std::array::from_fn(|_| empty_line()),
            delays,
            feedback: delays.map(|d| 10f64.powf(-3.0 * d as f64 / (DECAY_SECONDS * hz)) as f32),
            damped: [0.0; LINES],
            damping: (1.0 - (-std::f64::consts::TAU * DAMPING_HZ / hz).exp()) as f32,
            diffusers,
            at: 0,
            quiet: LINE * 2,
            memory: longest + scaled(700.0) * 2,
        }
    }

    /// Adds the room's answer to `send` into `out`. All blocks are of one length and finite.
    pub fn process(&mut self, send: [&[f32]; 2], out: [&mut [f32]; 2]) {
        if self.is_asleep() && send.iter().all(|side| side.iter().all(|x| *x == 0.0)) {
            return;
        }
        let [out_left, out_right] = out;
        let inputs = send[0].iter().zip(send[1]);
        for ((l, r), (out_l, out_r)) in inputs.zip(out_left.iter_mut().zip(out_right)) {
            let [left, right] = self.frame(*l, *r);
            *out_l += left;
            *out_r += right;
        }
    }

    /// Has everything faded away?
    pub fn is_asleep(&self) -> bool {
        self.quiet >= self.memory
    }

    fn frame(&mut self, left: f32, right: f32) -> [f32; 2] {
        let at = self.at;
        let sent = [left, right];
        let [left_pair, right_pair] = &mut self.diffusers;
        let spread = [
            left_pair
                .iter_mut()
                .fold(left, |x, diffuser| diffuser.frame(x, at)),
            right_pair
                .iter_mut()
                .fold(right, |x, diffuser| diffuser.frame(x, at)),
        ];
        let mut taps = [0.0f32; LINES];
        for ((tap, line), delay) in taps.iter_mut().zip(&self.lines).zip(self.delays) {
            *tap = line[at.wrapping_sub(delay) & (LINE - 1)];
        }
        for (damped, tap) in self.damped.iter_mut().zip(taps) {
            *damped = audible(*damped + self.damping * (tap - *damped));
        }
        // Householder's mirror: every line hears every other, and no energy is made or lost.
        let mixed = self.damped.iter().sum::<f32>() * (2.0 / LINES as f32);
        for i in 0..LINES {
            let input = if i % 2 == 0 { spread[0] } else { spread[1] };
            let back = (self.damped[i] - mixed) * self.feedback[i];
            self.lines[i][at & (LINE - 1)] = audible(back + input);
        }
        self.at = at.wrapping_add(1);
        let silent = sent == [0.0; 2] && taps == [0.0; LINES] && spread == [0.0; 2];
        self.quiet = if silent {
            self.quiet.saturating_add(1)
        } else {
            0
        };
        [
            RETURN * (taps[0] - taps[2] + taps[4] - taps[6]),
            RETURN * (taps[1] - taps[3] + taps[5] - taps[7]),
        ]
    }
}

impl Diffuser {
    fn frame(&mut self, input: f32, at: usize) -> f32 {
        let delayed = self.line[at.wrapping_sub(self.delay) & (LINE - 1)];
        let kept = audible(input + DIFFUSION * delayed);
        self.line[at & (LINE - 1)] = kept;
        delayed - DIFFUSION * kept
    }
}

fn audible(sample: f32) -> f32 {
    if sample.abs() < INAUDIBLE {
        0.0
    } else {
        sample
    }
}

fn empty_line() -> Box<[f32; LINE]> {
    Box::new([0.0; LINE])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What comes back, both sides, from `seconds` after this was sent.
    fn room(send: impl Fn(usize) -> f32, seconds: usize) -> Vec<f32> {
        let mut reverb = Reverb::new(SampleRate::STUDIO);
        let sent: Vec<f32> = (0..48_000 * seconds).map(send).collect();
        let (mut left, mut right) = (vec![0.0; sent.len()], vec![0.0; sent.len()]);
        reverb.process([&sent, &sent], [&mut left, &mut right]);
        left
    }

    fn level_db(sound: &[f32]) -> f32 {
        let power = sound.iter().map(|x| f64::from(*x).powi(2)).sum::<f64>() / sound.len() as f64;
        10.0 * power.log10() as f32
    }

    /// Deterministic noise, so that no pitch is favoured.
    fn noise(frame: usize) -> f32 {
        let bits = (frame as u32)
            .wrapping_mul(0x9E37_79B9)
            .rotate_left(13)
            .wrapping_mul(0x85EB_CA6B);
        (bits >> 8) as f32 / 8_388_608.0 - 1.0
    }

    #[test]
    fn a_clap_fades_by_sixty_db_in_about_two_seconds() {
        let tail = room(|i| if i < 480 { noise(i) } else { 0.0 }, 4);
        let early = level_db(&tail[9_600..14_400]);
        let late = level_db(&tail[9_600 + 48_000..14_400 + 48_000]);
        let decay = 60.0 / (early - late);
        assert!((1.2..=2.4).contains(&decay), "−60 dB in {decay} s");
    }

    #[test]
    fn steady_sound_comes_back_quieter_than_it_was_sent() {
        let back = level_db(&room(|i| 0.5 * noise(i), 4)[96_000..]);
        let sent = level_db(&(0..96_000).map(|i| 0.5 * noise(i)).collect::<Vec<_>>());
        assert!(
            (-16.0..=-6.0).contains(&(back - sent)),
            "{} dB",
            back - sent
        );
    }

    #[test]
    fn an_empty_room_falls_asleep_and_costs_nothing() {
        let mut reverb = Reverb::new(SampleRate::STUDIO);
        assert!(reverb.is_asleep());
        let (mut left, mut right) = ([0.0; 480], [0.0; 480]);
        reverb.process([&[1.0; 480], &[1.0; 480]], [&mut left, &mut right]);
        assert!(!reverb.is_asleep());
        for _ in 0..1500 {
            reverb.process([&[0.0; 480], &[0.0; 480]], [&mut left, &mut right]);
        }
        assert!(reverb.is_asleep(), "fifteen seconds after the last sound");
    }
}

//! Echoes: what was sent comes back after a whole number of frames, and again, each time quieter.
//!
//! ```text
//! send ──►(+)──► line ──► tap, `time` later ──┬──► added to out
//!          ▲                                  │
//!          └── × feedback ◄── low-pass ◄──────┘
//! ```
//! With the low-pass open, echo k = 0, 1, 2 … comes (k + 1) · `time` after the sound, at
//! feedbackᵏ times its amplitude. A new time is faded over to: nothing clicks, no pitch sweeps.
//! Sounds too quiet to hear (−180 dBFS) become exactly nothing; when the whole line is empty it
//! sleeps. The same samples come back however they are cut into blocks.

use std::ops::RangeInclusive;

use super::ramp::Ramp;
use crate::units::{Frames, Grid, SampleRate};

/// The longest time between two echoes, in seconds.
const LONGEST_SECONDS: f64 = 2.0;

/// Seconds in which one time fades over to the next.
const FADE_SECONDS: f64 = 0.02;

/// Seconds in which the feedback glides to a new value.
const GLIDE_SECONDS: f64 = 0.01;

/// What is quieter than this is nothing: −180 dBFS.
const INAUDIBLE: f32 = 1e-9;

/// Frames worked on together; only for speed.
const CHUNK: usize = 64;

/// Which echoes. Values outside a range are taken as its nearest end; not a number as the range's
/// beginning.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Echo {
    /// From a sound to its echo, and from that to the next: 1 frame … 2 s.
    pub time: Frames,
    /// The amplitude of each echo, of the one before.
    pub feedback: f32,
    /// Each echo loses what lies above this, in Hz, a little more (a one-pole low-pass). From the
    /// range's end on, nothing.
    pub damping_hz: f32,
}

impl Echo {
    /// Of [`Echo::feedback`]: after 0.95, −60 dB takes 135 echoes; 1 would never end.
    pub const FEEDBACK: RangeInclusive<f32> = 0.0..=0.95;
    /// Of [`Echo::damping_hz`].
    pub const DAMPING_HZ: RangeInclusive<f32> = 500.0..=20_000.0;

    /// Sets the time to `part` of a whole note: (1, 8) is a quaver, (3, 16) a dotted one, (1, 12)
    /// one of a triplet. The nearest whole frame, taken from the bar, so that it stays with loops.
    #[must_use]
    pub fn on_the_beat(self, part: (u32, u32), grid: &Grid) -> Echo {
        let (count, of) = (u64::from(part.0), u64::from(part.1.max(1)));
        let quarters_a_bar = u64::from(grid.beats_per_bar.max(1));
        let divisor = of * quarters_a_bar;
        let time = (grid.bar() * (4 * count)).0.saturating_add(divisor / 2) / divisor;
        Echo {
            time: Frames(time),
            ..self
        }
    }
}

impl Default for Echo {
    /// Half a second at 48 kHz; three or four echoes are heard, each duller than the last.
    fn default() -> Echo {
        Echo {
            time: Frames(24_000),
            feedback: 0.35,
            damping_hz: 4_000.0,
        }
    }
}

/// Stereo in, stereo out; each side echoes on its own.
pub struct Delay {
    rate: SampleRate,
    /// A power of two long, so that its end needs no comparison.
    lines: [Box<[f32]>; 2],
    /// Where the next frame is written, before it is wrapped.
    at: usize,
    /// Frames between write and tap, at least 1 and less than a line.
    time: usize,
    /// The time asked for last; faded over to as soon as no other fade runs.
    wanted: usize,
    /// On the way to another time.
    fade: Option<Fade>,
    fade_length: usize,
    feedback: Ramp,
    /// How much of a new sample the low-pass takes; 1 when it is open.
    damping: f32,
    damped: [f32; 2],
    /// Frames for which nothing went in and nothing was left of the last.
    quiet: usize,
}

#[derive(Debug, Clone, Copy)]
struct Fade {
    to: usize,
    passed: usize,
}

impl Delay {
    /// An empty line, set to [`Echo::default`]. Allocates; everything after does not.
    pub fn new(rate: SampleRate) -> Delay {
        let longest = Frames::from_seconds(LONGEST_SECONDS, rate).0 as usize;
        let length = (longest + CHUNK).next_power_of_two();
        let line = || vec![0.0; length].into_boxed_slice();
        let mut delay = Delay {
            rate,
            lines: [line(), line()],
            at: 0,
            time: 1,
            wanted: 1,
            fade: None,
            fade_length: Frames::from_seconds(FADE_SECONDS, rate).0.max(1) as usize,
            feedback: Ramp::at(0.0),
            damping: 1.0,
            damped: [0.0; 2],
            quiet: length,
        };
        delay.set(Echo::default());
        delay
    }

    /// From the next frame on; while something echoes, by a fade. No allocation.
    pub fn set(&mut self, echo: Echo) {
        let within = |value: f32, range: RangeInclusive<f32>| {
            // `max` first: it prefers a number to what is not one.
            value.max(*range.start()).min(*range.end())
        };
        let asleep = self.is_asleep();
        let longest = Frames::from_seconds(LONGEST_SECONDS, self.rate).0;
        self.wanted = echo.time.0.clamp(1, longest.max(1)) as usize;
        let feedback = within(echo.feedback, Echo::FEEDBACK);
        let damping_hz = within(echo.damping_hz, Echo::DAMPING_HZ);
        self.damping = if damping_hz < *Echo::DAMPING_HZ.end() {
            let turn = std::f64::consts::TAU * f64::from(damping_hz);
            (1.0 - (-turn / f64::from(self.rate.hz())).exp()) as f32
        } else {
            1.0
        };
        if asleep {
            self.time = self.wanted;
            self.feedback = Ramp::at(feedback);
        } else {
            if feedback != self.feedback.target() {
                let glide = Frames::from_seconds(GLIDE_SECONDS, self.rate);
                self.feedback.go(feedback, glide);
            }
            self.begin_fade();
        }
    }

    /// Adds the echoes of `send` to `out`. All blocks are of one length and finite.
    pub fn process(&mut self, send: [&[f32]; 2], out: [&mut [f32]; 2]) {
        if self.is_asleep() && send.iter().all(|side| side.iter().all(|x| *x == 0.0)) {
            return;
        }
        let [mut left, mut right] = send;
        let [mut out_left, mut out_right] = out;
        while !left.is_empty() {
            let frames = self.together().min(left.len()).min(right.len());
            let (l, rest_l) = left.split_at(frames);
            let (r, rest_r) = right.split_at(frames);
            let (out_l, rest_out_l) = out_left.split_at_mut(frames.min(out_left.len()));
            let (out_r, rest_out_r) = out_right.split_at_mut(frames.min(out_right.len()));
            let nothing = [self.side(0, l, out_l), self.side(1, r, out_r)];
            self.pass(frames, nothing[0].min(nothing[1]));
            (left, right, out_left, out_right) = (rest_l, rest_r, rest_out_l, rest_out_r);
            if frames == 0 {
                return;
            }
        }
    }

    /// Has every echo faded away?
    pub fn is_asleep(&self) -> bool {
        let empty = self
            .lines
            .first()
            .is_some_and(|line| self.quiet >= line.len());
        empty && self.fade.is_none() && self.feedback.is_settled()
    }

    /// What is sent never comes back before its echo: the dry sound is not delayed.
    pub fn latency(&self) -> Frames {
        Frames::ZERO
    }

    /// How many frames can be read before the first of them is written, all of one fade.
    fn together(&self) -> usize {
        let (nearest, left) = match self.fade {
            Some(Fade { to, passed }) => (self.time.min(to), self.fade_length - passed),
            None => (self.time, CHUNK),
        };
        nearest.min(left).clamp(1, CHUNK)
    }

    /// One side of one chunk. Returns for how many frames at its end nothing was left.
    fn side(&mut self, index: usize, send: &[f32], out: &mut [f32]) -> usize {
        let (Some(line), Some(damped)) = (self.lines.get_mut(index), self.damped.get_mut(index))
        else {
            return 0;
        };
        let frames = send.len();
        let mut wet = [0.0f32; CHUNK];
        read(line, self.at.wrapping_sub(self.time), wet.get_mut(..frames));
        if let Some(Fade { to, passed }) = self.fade {
            let mut next = [0.0f32; CHUNK];
            read(line, self.at.wrapping_sub(to), next.get_mut(..frames));
            let step = 1.0 / self.fade_length as f32;
            for (i, (wet, next)) in wet.iter_mut().zip(next).enumerate() {
                *wet += (next - *wet) * ((passed + i) as f32 * step);
            }
        }
        out.iter_mut().zip(&wet).for_each(|(out, wet)| *out += wet);

        let (take, keep) = (self.damping, 1.0 - self.damping);
        let mut nothing = 0;
        for (i, (wet, send)) in wet.iter_mut().zip(send).enumerate() {
            *damped = audible(keep * *damped + take * *wet);
            let kept = audible(send + self.feedback.after(i) * *damped);
            let silent = kept == 0.0 && *damped == 0.0;
            nothing = if silent { nothing + 1 } else { 0 };
            *wet = kept;
        }
        write(line, self.at, wet.get(..frames));
        nothing
    }

    /// Time passes; at the end of it nothing was left for `nothing` frames.
    fn pass(&mut self, frames: usize, nothing: usize) {
        self.at = self.at.wrapping_add(frames);
        self.feedback.advance(frames);
        self.quiet = if nothing == frames {
            self.quiet.saturating_add(frames)
        } else {
            nothing
        };
        if let Some(fade) = &mut self.fade {
            fade.passed += frames;
            if fade.passed >= self.fade_length {
                self.time = fade.to;
                self.fade = None;
                self.begin_fade();
            }
        }
    }

    fn begin_fade(&mut self) {
        if self.fade.is_none() && self.wanted != self.time {
            self.fade = Some(Fade {
                to: self.wanted,
                passed: 0,
            });
        }
    }
}

/// Copies out of the ring, from `at` on, wrapped.
fn read(line: &[f32], at: usize, into: Option<&mut [f32]>) {
    let (Some(into), from) = (into, at & (line.len() - 1)) else {
        return;
    };
    let (before, after) = into.split_at_mut(into.len().min(line.len() - from));
    before
        .iter_mut()
        .zip(line.iter().skip(from))
        .for_each(|(x, y)| *x = *y);
    after.iter_mut().zip(line).for_each(|(x, y)| *x = *y);
}

/// Copies into the ring, from `at` on, wrapped.
fn write(line: &mut [f32], at: usize, from: Option<&[f32]>) {
    let (Some(from), to) = (from, at & (line.len() - 1)) else {
        return;
    };
    let (before, after) = from.split_at(from.len().min(line.len() - to));
    line.iter_mut()
        .skip(to)
        .zip(before)
        .for_each(|(x, y)| *x = *y);
    line.iter_mut().zip(after).for_each(|(x, y)| *x = *y);
}

fn audible(sample: f32) -> f32 {
    if sample.abs() < INAUDIBLE {
        0.0
    } else {
        sample
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Tempo;

    const OPEN: Echo = Echo {
        time: Frames(700),
        feedback: 0.5,
        damping_hz: 20_000.0,
    };

    fn delay(echo: Echo) -> Delay {
        let mut delay = Delay::new(SampleRate::STUDIO);
        delay.set(echo);
        delay
    }

    /// What comes back on the left after `sent` on the left and nothing on the right.
    fn heard(delay: &mut Delay, sent: &[f32]) -> Vec<f32> {
        let silence = vec![0.0; sent.len()];
        let (mut left, mut right) = (silence.clone(), silence.clone());
        delay.process([sent, &silence], [&mut left, &mut right]);
        assert!(right.iter().all(|x| *x == 0.0), "the sides do not mix");
        left
    }

    fn clap(frames: usize) -> Vec<f32> {
        let mut clap = vec![0.0; frames];
        clap[0] = 1.0;
        clap
    }

    #[test]
    fn every_echo_comes_on_its_frame_and_as_loud_as_it_should() {
        for (time, feedback) in [(1, 0.25), (63, 0.5), (700, 0.5), (96_000, 0.75)] {
            let echo = Echo {
                time: Frames(time as u64),
                feedback,
                ..OPEN
            };
            let back = heard(&mut delay(echo), &clap(time * 6));
            for (frame, sample) in back.iter().enumerate() {
                let expected = if frame > 0 && frame % time == 0 {
                    feedback.powi((frame / time) as i32 - 1)
                } else {
                    0.0
                };
                assert_eq!(*sample, expected, "frame {frame} of time {time}");
            }
        }
    }

    #[test]
    fn damping_takes_from_each_echo_what_a_low_pass_takes() {
        let echo = Echo {
            damping_hz: 2_000.0,
            time: Frames(4_800),
            ..OPEN
        };
        let back = heard(&mut delay(echo), &clap(19_200));
        // A clap through the low-pass once: take·keepⁿ; all of it together is as loud as before.
        let take = 1.0 - (-std::f64::consts::TAU * 2_000.0 / 48_000.0).exp();
        for n in 0..40 {
            let expected = 0.5 * take * (1.0 - take).powi(n);
            let sample = f64::from(back[9_600 + n as usize]);
            assert!(
                (sample - expected).abs() < 1e-6,
                "{n}: {sample}, not {expected}"
            );
        }
        let whole: f32 = back[9_600..14_400].iter().sum();
        assert!(
            (whole - 0.5).abs() < 1e-4,
            "low notes lose only the feedback: {whole}"
        );
    }

    #[test]
    fn a_new_time_neither_clicks_nor_bends_the_pitch() {
        let mut delay = delay(Echo {
            feedback: 0.0,
            ..OPEN
        });
        let hum = |i: usize| (i as f32 * 0.02).sin();
        let sent: Vec<f32> = (0..9_600).map(hum).collect();
        heard(&mut delay, &sent[..4_800]);
        delay.set(Echo {
            time: Frames(1_111),
            feedback: 0.0,
            ..OPEN
        });
        let back = heard(&mut delay, &sent[4_800..]);
        for (i, sample) in back.iter().enumerate() {
            // Two hums of one pitch, one fading over to the other: nothing else.
            let over = (i as f32 / 960.0).min(1.0);
            let now = 4_800 + i;
            let expected = (1.0 - over) * hum(now - 700) + over * hum(now - 1_111);
            assert!(
                (sample - expected).abs() < 1e-5,
                "frame {i}: {sample}, not {expected}"
            );
        }
    }

    #[test]
    fn of_many_times_asked_for_at_once_the_last_is_kept() {
        let mut delay = delay(Echo {
            feedback: 0.0,
            ..OPEN
        });
        heard(&mut delay, &clap(100));
        for time in [300, 500, 900] {
            delay.set(Echo {
                time: Frames(time),
                feedback: 0.0,
                ..OPEN
            });
            heard(&mut delay, &[0.0; 10]);
        }
        heard(&mut delay, &[0.0; 2_000]);
        let back = heard(&mut delay, &clap(2_000));
        assert_eq!(back[900], 1.0);
        assert_eq!(back.iter().filter(|x| **x != 0.0).count(), 1);
    }

    #[test]
    fn an_echo_that_can_no_longer_be_heard_is_over_exactly() {
        let mut delay = delay(OPEN);
        assert!(delay.is_asleep());
        heard(&mut delay, &clap(1));
        assert!(!delay.is_asleep());
        // 0.5ᵏ falls below −180 dBFS at k = 30.
        let back = heard(&mut delay, &vec![0.0; 700 * 40 + 131_072]);
        let last = back.iter().rposition(|x| *x != 0.0).unwrap();
        assert_eq!(
            last + 1,
            700 * 30,
            "the thirtieth echo, at −175 dBFS, is the last"
        );
        assert!(
            delay.is_asleep(),
            "and once it has left the line there is nothing to do"
        );
    }

    #[test]
    fn asleep_it_takes_a_new_time_at_once_and_echoes_nothing_old() {
        let mut delay = delay(OPEN);
        heard(&mut delay, &clap(400_000));
        assert!(delay.is_asleep());
        delay.set(Echo {
            time: Frames(90_000),
            ..OPEN
        });
        let back = heard(&mut delay, &clap(100_000));
        assert_eq!(back.iter().position(|x| *x != 0.0), Some(90_000));
    }

    #[test]
    fn a_dotted_quaver_at_ninety_is_half_a_second() {
        let tempo = Tempo::from_bpm(90.0).unwrap();
        for beats_per_bar in [3, 4, 5] {
            let grid = Grid {
                rate: SampleRate::STUDIO,
                tempo,
                beats_per_bar,
            };
            let echo = Echo::default().on_the_beat((3, 16), &grid);
            assert_eq!(echo.time, Frames(24_000));
        }
    }

    #[test]
    fn a_setting_nobody_could_mean_still_fades_away() {
        let mut delay = delay(Echo {
            time: Frames(u64::MAX),
            feedback: f32::INFINITY,
            damping_hz: f32::NAN,
        });
        let back = heard(&mut delay, &clap(200_000));
        assert!(back.iter().all(|x| x.is_finite() && x.abs() <= 1.0));
        assert!(back[96_000] == 1.0, "two seconds at most");
    }
}

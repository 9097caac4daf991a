//! The eight loops of the sound grid: any of them goes with any other.
//!
//! They share one round of chords (`harmony`), one tempo and one key, each keeps to its own
//! register, and each is [`LOOP_LUFS`] loud. A loop's bar 0 belongs on a bar of the timeline that
//! is a multiple of its length: layers that all loop from the same origin agree in every bar.

use super::LOOP_LUFS;
use super::harmony::{ROUND, chord_of_bar};
use super::instruments::{bass_round, bell_soft, epiano, glass, kalimba, kit_soft, rain};
use super::key::Key;
use super::part::{Part, Strike};
use super::pattern::degrees;
use super::room::Room;
use crate::audio::Audio;
use crate::units::Grid;

/// One of the eight.
#[derive(Debug)]
pub struct GridLoop {
    /// As exercises and pieces write it.
    pub id: &'static str,
    /// As people read it.
    pub name: &'static str,
    /// Its length: 4, or 8 when it goes once round the chords.
    pub bars: u64,
    /// As rendered, in LUFS.
    lufs: f64,
    play: fn(&mut Part),
}

/// Seeds carry further than they measure, and their peaks stand higher.
const SEEDS_LUFS: f64 = LOOP_LUFS - 1.8;

static LOOPS: [GridLoop; 8] = [
    GridLoop {
        id: "lp_frame44",
        name: "Frame drum",
        bars: 4,
        lufs: LOOP_LUFS,
        play: frame_drum,
    },
    GridLoop {
        id: "lp_shaker8",
        name: "Shaker",
        bars: 4,
        lufs: SEEDS_LUFS,
        play: shaker,
    },
    GridLoop {
        id: "lp_bass",
        name: "Round bass",
        bars: ROUND,
        lufs: LOOP_LUFS,
        play: bass,
    },
    GridLoop {
        id: "lp_keys",
        name: "Soft keys",
        bars: ROUND,
        lufs: LOOP_LUFS,
        play: keys,
    },
    GridLoop {
        id: "lp_kalimba",
        name: "Kalimba",
        bars: ROUND,
        lufs: LOOP_LUFS,
        play: thumb_piano,
    },
    GridLoop {
        id: "lp_glass",
        name: "Glass",
        bars: ROUND,
        lufs: LOOP_LUFS,
        play: glasses,
    },
    GridLoop {
        id: "lp_bell",
        name: "Bell",
        bars: ROUND,
        lufs: LOOP_LUFS,
        play: bell,
    },
    GridLoop {
        id: "lp_rain",
        name: "Rain",
        bars: ROUND,
        lufs: LOOP_LUFS,
        play: falling_rain,
    },
];

/// The eight, in the order they are shown.
pub fn grid_loops() -> &'static [GridLoop] {
    &LOOPS
}

/// Renders a loop: stereo, whole bars of `grid`, seamless. `None` if there is no such loop.
pub fn render_loop(id: &str, grid: Grid, key: Key) -> Option<Audio> {
    let (seed, wanted) = (1u64..).zip(&LOOPS).find(|(_, each)| each.id == id)?;
    let mut part = Part::new(grid, key, wanted.bars, seed);
    (wanted.play)(&mut part);
    Some(part.canvas.finish(wanted.lufs))
}

/// Hands on a skin; the fourth bar turns back to the first.
fn frame_drum(part: &mut Part) {
    const LOW: [&str; 4] = [
        "X-------x---x---",
        "X-------x-------",
        "X-------x---x---",
        "X-----g-x---x---",
    ];
    const HIGH: [&str; 4] = [
        "----x-------x-g-",
        "----x--g----x---",
        "----x-------x-g-",
        "----x---g---x-gg",
    ];
    for bar in 0..part.bars {
        part.drum(kit_soft::frame_low, bar, LOW[bar as usize % 4], 0.85, -0.08);
        part.drum(
            kit_soft::frame_high,
            bar,
            HIGH[bar as usize % 4],
            0.62,
            0.14,
        );
    }
    Room::PARLOUR.around(&mut part.canvas, 0.10);
}

/// Seeds, leaning into the second and fourth beat.
fn shaker(part: &mut Part) {
    const BARS: [&str; 4] = [
        "x-g-X-g-x-g-X-g-",
        "x-g-X-g-x-ggX-g-",
        "x-g-X-g-x-g-X-g-",
        "x-g-X-g-x-g-X---",
    ];
    for bar in 0..part.bars {
        part.drum(kit_soft::shaker, bar, BARS[bar as usize % 4], 0.9, 0.28);
    }
    Room::PARLOUR.around(&mut part.canvas, 0.12);
}

/// Root and fifth, with one soft answer in every second bar.
fn bass(part: &mut Part) {
    let register = part.key.from(38);
    for bar in 0..part.bars {
        let chord = chord_of_bar(part.key, bar);
        let pattern = if bar % 2 == 0 {
            "1-------5-------"
        } else {
            "1-------5---1---"
        };
        for (step, nth) in degrees(pattern) {
            // Between the low A of a bass and the D an octave and a half up: felt, and on small
            // speakers still heard.
            let hz = register.hz(chord.near(nth, -1));
            let (velocity, steps) = if step == 12 { (0.5, 3.4) } else { (0.85, 7.2) };
            let steps = if step == 8 && bar % 2 == 1 {
                3.6
            } else {
                steps
            };
            part.play(
                bass_round::play,
                Strike {
                    bar,
                    step,
                    velocity,
                    pan: 0.0,
                },
                hz,
                steps,
            );
        }
    }
}

/// The chords themselves: root below, three close voices above that move as little as they can.
fn keys(part: &mut Part) {
    let register = part.key.from(45);
    for bar in 0..part.bars {
        let chord = chord_of_bar(part.key, bar);
        let touches: &[(u32, f32, f32)] = if bar % 2 == 0 {
            &[(0, 0.8, 9.5), (10, 0.45, 5.6)]
        } else {
            &[(0, 0.6, 15.0)]
        };
        let mut voices = [
            chord.near(3, 5),
            chord.near(5, 5),
            chord.near(colour(bar), 5),
        ];
        voices.sort_unstable();
        for &(step, velocity, steps) in touches {
            if step == 0 {
                let low = Strike {
                    bar,
                    step,
                    velocity: velocity * 0.8,
                    pan: -0.1,
                };
                part.play(epiano::play, low, register.hz(chord.near(1, -2)), steps);
            }
            for (place, degree) in voices.into_iter().enumerate() {
                let pan = -0.2 + 0.2 * place as f32;
                let strike = Strike {
                    bar,
                    step,
                    velocity: velocity * 0.7,
                    pan,
                };
                part.play(epiano::play, strike, register.hz(degree), steps);
            }
        }
    }
    tremolo(part);
    Room::PARLOUR.around(&mut part.canvas, 0.14);
}

/// The colour of a chord: its ninth (for minor chords that becomes the fourth), or its seventh,
/// which a major chord answers with the octave.
fn colour(bar: u64) -> i32 {
    match bar % ROUND / 2 {
        1 => 7,
        _ => 2,
    }
}

/// The amplifier's tremolo: 4 Hz, gently from side to side.
fn tremolo(part: &mut Part) {
    let rate = f64::from(part.canvas.hz());
    let turn = std::f64::consts::TAU * part.canvas.whole_turns(4.0) / rate;
    part.canvas.through(0.0, |frame, left, right| {
        let sway = 0.13 * (turn * frame as f64).sin() as f32;
        (left * (1.0 + sway), right * (1.0 - sway))
    });
}

/// An ostinato that follows the chords; every other bar leaves a hole to breathe in.
fn thumb_piano(part: &mut Part) {
    const BARS: [&str; 4] = [
        "1-3-5-3-6-5-3-2-",
        "1-3-5---8-5-3---",
        "1-3-5-3-6-5-3-2-",
        "1-5-3---5-3-----",
    ];
    let register = part.key.from(60);
    for bar in 0..part.bars {
        let chord = chord_of_bar(part.key, bar).lowest_from(-1);
        for (step, nth) in degrees(BARS[bar as usize % 4]) {
            let velocity = match (step, nth) {
                (0, _) => 0.85,
                // Notes that only colour the chord are passed over lightly.
                (_, 2 | 6) => 0.40,
                (8, _) => 0.72,
                _ => 0.56,
            };
            let pan = -0.3 + 0.06 * nth as f32;
            let strike = Strike {
                bar,
                step,
                velocity,
                pan,
            };
            part.play(kalimba::play, strike, chord.hz(nth, register), 2.0);
        }
    }
    Room::PARLOUR.around(&mut part.canvas, 0.16);
}

/// An arpeggio from side to side.
fn glasses(part: &mut Part) {
    let register = part.key.from(65);
    for bar in 0..part.bars {
        let chord = chord_of_bar(part.key, bar).lowest_from(-3);
        let pattern = if bar % 4 == 3 {
            "1-5-8-5-1-5-9-8-"
        } else {
            "1-5-8-5-1-5-8-5-"
        };
        for (step, nth) in degrees(pattern) {
            let velocity = if step % 8 == 0 { 0.7 } else { 0.5 };
            let pan = if step % 4 == 0 { -0.5 } else { 0.5 };
            let strike = Strike {
                bar,
                step,
                velocity,
                pan,
            };
            part.play(glass::play, strike, chord.hz(nth, register), 4.0);
        }
    }
    Room::CHAPEL.around(&mut part.canvas, 0.14);
}

/// The fifth of each chord, once; twice in the round a softer answer.
fn bell(part: &mut Part) {
    let register = part.key.from(57);
    for bar in 0..part.bars {
        let chord = chord_of_bar(part.key, bar);
        let (step, degree, velocity) = match bar {
            even if even % 2 == 0 => (0, chord.near(5, 3), 0.8),
            bar if bar % 4 == 3 => (8, chord.near(1, 3), 0.45),
            _ => continue,
        };
        let strike = Strike {
            bar,
            step,
            velocity,
            pan: if step == 0 { -0.2 } else { 0.25 },
        };
        part.play(bell_soft::play, strike, register.hz(degree), 1.0);
    }
    Room::CHAPEL.around(&mut part.canvas, 0.22);
}

fn falling_rain(part: &mut Part) {
    rain::fall(&mut part.canvas, 8);
}

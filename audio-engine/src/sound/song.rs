//! Songs in stems, to be mixed: a small piece each, not a loop repeated.
//!
//! `song_river`: sixteen bars in C at 72. Four bars say the tune, four answer it, four go down to
//! the minor, four come home; the last bar leans back into the first, so it may go round.

use super::SONG_LUFS;
use super::canvas::{Canvas, audio_times};
use super::harmony::Chord;
use super::instruments::{bass_round, kalimba, kit_soft};
use super::key::Key;
use super::part::{Part, Strike};
use super::pattern::tune;
use super::room::Room;
use crate::analysis::integrated_lufs;
use crate::audio::Audio;
use crate::units::{Grid, SampleRate, Tempo};

/// A piece in stems that belong together.
#[derive(Debug)]
pub struct Song {
    /// Its time.
    pub grid: Grid,
    /// All of the same length, whole bars; together [`SONG_LUFS`] loud.
    pub stems: Vec<Stem>,
}

/// One fader's worth of a song.
#[derive(Debug)]
pub struct Stem {
    /// As exercises write it.
    pub id: &'static str,
    /// As people read it.
    pub name: &'static str,
    /// The sound, seamless.
    pub audio: Audio,
}

/// Renders a song. `None` if there is no such song.
pub fn song(name: &str, rate: SampleRate) -> Option<Song> {
    match name {
        "song_river" => river(rate),
        _ => None,
    }
}

const BARS: u64 = 16;
/// The degree each bar's chord stands on: C Am F G · C Em F G · Am F C G · F G C C.
const CHORDS: [i32; 16] = [1, 6, 4, 5, 1, 3, 4, 5, 6, 4, 1, 5, 4, 5, 1, 1];

/// Eighth notes, as degrees; 1 is middle C. Said, answered, down to the minor, home.
const TUNE: [&str; 16] = [
    "5 . 8 . 9 . 10 .",
    "10 . . 9 8 . 6 .",
    "6 . 8 . 10 . 9 8",
    "9 . . . 7 . . .",
    "5 . 8 . 9 . 10 .",
    "12 . . 10 9 . 7 .",
    "8 . 6 . 8 . 10 9",
    "9 . . . . . . .",
    "10 . 10 11 12 . 10 .",
    "13 . . 12 10 . 8 .",
    "12 . . 10 8 . 10 .",
    "9 . . 8 7 . . .",
    "6 . 8 . 10 . 8 .",
    "9 . 7 . 9 . 11 .",
    "10 . . 9 8 . . .",
    "8 . . . . . 3 4",
];

/// Eighth notes of the bass, as steps of the bar's chord; `.` lets a note ring.
const BASS: [&str; 16] = [
    "1 . . . 5 . . .",
    "1 . . . 5 . . .",
    "1 . . 1 5 . . .",
    "1 . . . 5 . 3 .",
    "1 . . . 5 . . .",
    "1 . . . 5 . . .",
    "1 . . 1 5 . . .",
    "1 . . . 5 . 1 .",
    "1 . . 1 5 . . 5",
    "1 . . 1 5 . . .",
    "1 . . 1 5 . . 3",
    "1 . . . 5 . 3 .",
    "1 . . . 5 . . .",
    "1 . . . 5 . 3 .",
    "1 . . . 5 . . .",
    "1 . . . . . 5 .",
];

fn river(rate: SampleRate) -> Option<Song> {
    let grid = Grid {
        rate,
        tempo: Tempo::from_bpm(72.0)?,
        beats_per_bar: 4,
    };
    // Together they sit a few dB apart, as a first balance; the person decides the rest.
    let stems = [
        ("drums", "Drums", river_drums(grid), -27.0),
        ("bass", "Bass", river_bass(grid), -26.5),
        ("tune", "Tune", river_tune(grid), -22.5),
    ];
    let stems = stems.map(|(id, name, canvas, lufs)| (id, name, canvas.finish(lufs)));
    let together = together(&stems.each_ref().map(|(_, _, audio)| audio))?;
    let gain = SONG_LUFS - integrated_lufs(&together);
    let stems = stems
        .into_iter()
        .map(|(id, name, audio)| Stem {
            id,
            name,
            audio: audio_times(&audio, gain),
        })
        .collect();
    Some(Song { grid, stems })
}

fn together(stems: &[&Audio]) -> Option<Audio> {
    let mut canvas = Canvas::new(stems.first()?.frames(), stems.first()?.rate());
    for stem in stems {
        for (sum, index) in [(&mut canvas.left, 0), (&mut canvas.right, 1)] {
            sum.iter_mut()
                .zip(stem.channel(index))
                .for_each(|(sum, sample)| *sum += sample);
        }
    }
    Some(canvas.into_audio())
}

/// Hands and a soft kick; seeds join for the answer, a block for the middle, a turn every four.
fn river_drums(grid: Grid) -> Canvas {
    let mut part = Part::new(grid, Key::C, BARS, 51);
    for bar in 0..BARS {
        let (section, last) = (bar / 4, bar % 4 == 3);
        let kick = if last {
            "X-------x-----g-"
        } else {
            "X-------x-------"
        };
        part.drum(kit_soft::kick, bar, kick, 0.8, 0.0);
        let low = if bar % 2 == 1 {
            "------x-----x---"
        } else {
            "------x---------"
        };
        part.drum(kit_soft::frame_low, bar, low, 0.5, -0.1);
        let high = match (section, last) {
            (3, true) => "----x-----------",
            (_, true) => "----x-------x-gg",
            (0, _) => "----x-------x---",
            _ => "----x--g----x-g-",
        };
        part.drum(kit_soft::frame_high, bar, high, 0.55, 0.15);
        let seeds = match (section, last) {
            (0, _) => "",
            (3, true) => "x-g-x-----------",
            (_, true) => "x-g-x-g-x-g-x---",
            _ => "x-g-x-g-x-g-x-g-",
        };
        part.drum(kit_soft::shaker, bar, seeds, 0.26, 0.35);
        if section == 2 {
            part.drum(kit_soft::wood, bar, "---x------x-----", 0.22, -0.4);
        }
    }
    Room::PARLOUR.around(&mut part.canvas, 0.10);
    part.canvas
}

fn river_bass(grid: Grid) -> Canvas {
    let mut part = Part::new(grid, Key::C, BARS, 52);
    let register = Key::C.from(36);
    for (bar, words) in (0u64..).zip(BASS) {
        let chord = Chord::on(Key::C, CHORDS[bar as usize]);
        for (eighth, nth, length) in tune(words) {
            let velocity = if eighth == 0 { 0.9 } else { 0.7 };
            let strike = Strike {
                bar,
                step: 2 * eighth,
                velocity,
                pan: 0.0,
            };
            let hz = register.hz(chord.near(nth, -1));
            part.play(bass_round::play, strike, hz, 2.0 * length as f32 - 0.6);
        }
    }
    part.canvas
}

/// The tune, and under it two quiet thumbs on the chord.
fn river_tune(grid: Grid) -> Canvas {
    let mut part = Part::new(grid, Key::C, BARS, 53).loose(0.006, 1.5);
    let register = Key::C.from(60);
    for (bar, words) in (0u64..).zip(TUNE) {
        let chord = Chord::on(Key::C, CHORDS[bar as usize]);
        for (eighth, degree, length) in tune(words) {
            // Long notes are leant into, as a singer would.
            let velocity = 0.62 + 0.06 * length.min(4) as f32;
            let strike = Strike {
                bar,
                step: 2 * eighth,
                velocity,
                pan: 0.12,
            };
            part.play(kalimba::play, strike, register.hz(degree), 2.0);
        }
        // The last bars of each four leave the tune alone.
        let thumbs: &[(u32, i32)] = if bar % 4 == 3 {
            &[(2, 1), (6, 5)]
        } else {
            &[(2, 1), (6, 5), (10, 3), (14, 5)]
        };
        for &(step, nth) in thumbs {
            let strike = Strike {
                bar,
                step,
                velocity: 0.26,
                pan: -0.28,
            };
            part.play(kalimba::play, strike, register.hz(chord.near(nth, -2)), 2.0);
        }
    }
    Room::CHAPEL.around(&mut part.canvas, 0.10);
    part.canvas
}

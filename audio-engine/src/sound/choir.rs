//! The choir: soft voices on the notes that fit, for humming along or in place of a microphone.

use super::canvas::Canvas;
use super::instruments::voice_mm;
use super::key::Key;
use super::room::Room;
use super::tone::Note;
use crate::audio::Audio;
use crate::units::Grid;

/// How loud a hum comes, in LUFS: as loud as a person close to a microphone, after its gain.
const HUM_LUFS: f64 = -24.0;

/// A note that fits over the drone, by where it lies from home.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HumNote {
    /// The note of the drone.
    Home,
    /// Sweet: major or minor as the key is.
    ThirdAbove,
    /// Open and strong.
    FifthAbove,
    /// Bright, for those who sing high.
    OctaveAbove,
    /// The fifth from below.
    FourthBelow,
    /// Deep and calm.
    OctaveBelow,
}

const NOTES: [HumNote; 6] = [
    HumNote::Home,
    HumNote::ThirdAbove,
    HumNote::FifthAbove,
    HumNote::OctaveAbove,
    HumNote::FourthBelow,
    HumNote::OctaveBelow,
];

impl HumNote {
    /// As people read it.
    pub fn name(self) -> &'static str {
        match self {
            HumNote::Home => "Home",
            HumNote::ThirdAbove => "A third above",
            HumNote::FifthAbove => "A fifth above",
            HumNote::OctaveAbove => "An octave above",
            HumNote::FourthBelow => "A fourth below",
            HumNote::OctaveBelow => "An octave below",
        }
    }

    /// Its degree in the key; 1 is home.
    fn degree(self) -> i32 {
        match self {
            HumNote::Home => 1,
            HumNote::ThirdAbove => 3,
            HumNote::FifthAbove => 5,
            HumNote::OctaveAbove => 8,
            HumNote::FourthBelow => -2,
            HumNote::OctaveBelow => -6,
        }
    }

    /// Its pitch, in Hz. Home lies between 130 and 247 Hz, where most people hum at ease.
    pub fn hz(self, key: Key) -> f32 {
        key.from(48).hz(self.degree())
    }
}

/// Every note that fits, in the order they are shown.
pub fn hum_notes() -> &'static [HumNote] {
    &NOTES
}

/// `bars` bars (at least one) of three soft voices on one note, a slow breath every two bars.
/// Seamless.
pub fn hum(grid: Grid, key: Key, note: HumNote, bars: u64) -> Audio {
    let bars = bars.max(1);
    let mut canvas = Canvas::new(grid.bars(bars), grid.rate);
    sing(&mut canvas, grid, bars, note.hz(key), 1.0, 41 + note as u64);
    Room::PARLOUR.around(&mut canvas, 0.12);
    canvas.finish(HUM_LUFS)
}

/// Adds three singers on one note, who breathe every two bars, not quite together.
pub(crate) fn sing(canvas: &mut Canvas, grid: Grid, bars: u64, hz: f32, amplitude: f32, seed: u64) {
    const SINGERS: [(f32, f64, f32); 3] = [(-0.35, -6.0, 0.9), (0.05, 0.0, 1.0), (0.4, 5.0, 0.85)];
    let phrase = if bars.is_multiple_of(2) { 2 } else { 1 };
    let seconds = grid.bars(phrase).seconds(grid.rate) as f32;
    for bar in (0..bars).step_by(phrase as usize) {
        for (singer, (pan, cents, strength)) in (0u64..).zip(SINGERS) {
            let note = Note {
                rate: canvas.hz(),
                hz: hz * 2f64.powf(cents / 1200.0) as f32,
                // The breath is taken in what is left, at least a fifth of the phrase.
                seconds: (seconds * 0.8 - 0.45).max(0.5),
                velocity: 0.8 * strength,
                seed: seed * 1000 + bar * 10 + singer,
            };
            let late = (0.03 * singer as f32 * canvas.hz()) as i64;
            let at = grid.frame_of_bar(bar).0 as i64 + late;
            canvas.add(at, &voice_mm::play(&note), amplitude, pan);
        }
    }
}

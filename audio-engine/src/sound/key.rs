//! Keys: a home note and a scale, and the pitch of every step in it.
//!
//! Degrees are counted as singers count them: 1 is home, 8 the octave, 0 the step below home.

use std::fmt;
use std::str::FromStr;

/// The colour of a scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mode {
    /// Bright: do re mi.
    Major,
    /// Darker: the natural minor.
    Minor,
    /// Minor with a raised sixth: soft and open.
    Dorian,
}

impl Mode {
    /// Semitones above home of the seven steps.
    fn steps(self) -> [i32; 7] {
        match self {
            Mode::Major => [0, 2, 4, 5, 7, 9, 11],
            Mode::Minor => [0, 2, 3, 5, 7, 8, 10],
            Mode::Dorian => [0, 2, 3, 5, 7, 9, 10],
        }
    }
}

/// A home note and its scale, written `D`, `A_min`, `Bb` or `D_dorian`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key {
    tonic: u8,
    mode: Mode,
}

/// The text is no key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not a key; a key is written like D, F#, A_min or D_dorian")]
pub struct NotAKey(pub String);

const NAMES: [&str; 12] = [
    "C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B",
];

impl Key {
    /// `tonic` counts semitones up from C; `None` from 12 on.
    pub fn new(tonic: u8, mode: Mode) -> Option<Key> {
        (tonic < 12).then_some(Key { tonic, mode })
    }

    /// C major.
    pub const C: Key = Key {
        tonic: 0,
        mode: Mode::Major,
    };
    /// D major, the home of the first exercise.
    pub const D: Key = Key {
        tonic: 2,
        mode: Mode::Major,
    };

    /// Semitones of the home note above C, 0…11.
    pub fn tonic(self) -> u8 {
        self.tonic
    }

    /// Which scale.
    pub fn mode(self) -> Mode {
        self.mode
    }

    /// Semitones from home to `degree` (1 = home, 8 = the octave, 0 = the step below).
    pub fn semitones(self, degree: i32) -> i32 {
        let step = degree - 1;
        self.mode.steps()[step.rem_euclid(7) as usize] + 12 * step.div_euclid(7)
    }

    /// This key with its home note at `lowest` (a MIDI note number) or less than an octave above.
    pub(crate) fn from(self, lowest: i32) -> Register {
        Register {
            key: self,
            home: lowest + (i32::from(self.tonic) - lowest).rem_euclid(12),
        }
    }
}

/// A key placed on the keyboard, so that its degrees have a pitch.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Register {
    key: Key,
    home: i32,
}

impl Register {
    /// The MIDI note number of a degree.
    pub(crate) fn midi(self, degree: i32) -> i32 {
        self.home + self.key.semitones(degree)
    }

    /// The pitch of a degree, in Hz.
    pub(crate) fn hz(self, degree: i32) -> f32 {
        hz_of_midi(self.midi(degree))
    }
}

/// Equal temperament, A4 = 440 Hz = MIDI 69.
pub(crate) fn hz_of_midi(midi: i32) -> f32 {
    (440.0 * 2f64.powf(f64::from(midi - 69) / 12.0)) as f32
}

impl FromStr for Key {
    type Err = NotAKey;

    fn from_str(text: &str) -> Result<Key, NotAKey> {
        let not_a_key = || NotAKey(text.to_owned());
        let (note, mode) = text.split_once('_').unwrap_or((text, "maj"));
        let mode = match mode {
            "maj" | "major" => Mode::Major,
            "min" | "minor" => Mode::Minor,
            "dorian" => Mode::Dorian,
            _ => return Err(not_a_key()),
        };
        let mut letters = note.chars();
        let natural: i32 = match letters.next() {
            Some('C') => 0,
            Some('D') => 2,
            Some('E') => 4,
            Some('F') => 5,
            Some('G') => 7,
            Some('A') => 9,
            Some('B') => 11,
            _ => return Err(not_a_key()),
        };
        let shift = match letters.as_str() {
            "" => 0,
            "#" | "♯" => 1,
            "b" | "♭" => -1,
            _ => return Err(not_a_key()),
        };
        Ok(Key {
            tonic: (natural + shift).rem_euclid(12) as u8,
            mode,
        })
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mode = match self.mode {
            Mode::Major => "",
            Mode::Minor => "_min",
            Mode::Dorian => "_dorian",
        };
        write!(f, "{}{mode}", NAMES[usize::from(self.tonic) % 12])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_as_they_are_written() {
        for text in ["D", "A_min", "D_dorian", "Bb", "F#", "Eb_min"] {
            assert_eq!(text.parse::<Key>().unwrap().to_string(), text);
        }
        assert_eq!("Cb".parse::<Key>().unwrap().to_string(), "B");
    }

    #[test]
    fn what_is_no_key_is_refused_by_name() {
        for text in ["", "H", "d", "D_", "D_blue", "Dbb", "_min"] {
            assert_eq!(text.parse::<Key>(), Err(NotAKey(text.to_owned())));
        }
    }

    #[test]
    fn degrees_are_counted_the_way_singers_count() {
        let a4 = Key::new(9, Mode::Minor).unwrap().from(60);
        assert!((a4.hz(1) - 440.0).abs() < 0.01);
        assert_eq!(a4.midi(8) - a4.midi(1), 12, "eight is the octave");
        assert_eq!(a4.midi(1) - a4.midi(0), 2, "nought is the step below home");
        assert_eq!(a4.midi(3) - a4.midi(1), 3, "a minor third");
        assert_eq!(Key::D.from(60).midi(3), 66, "F sharp");
    }

    #[test]
    fn every_key_lies_within_an_octave_of_where_the_instrument_begins() {
        for tonic in 0..12 {
            let home = Key::new(tonic, Mode::Major).unwrap().from(43).midi(1);
            assert!((43..55).contains(&home));
        }
    }
}

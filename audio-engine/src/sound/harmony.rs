//! Chords, and the slow round of four that every loop follows.
//!
//! All eight loops of a palette read the same [`chord_of_bar`], and colour their chords only with
//! [`Chord::kind`] notes. That is the whole reason why every choice sounds good together.

use super::key::{Key, Mode, Register};

/// The loops go once round the chords in this many bars, two bars a chord.
pub(crate) const ROUND: u64 = 8;

/// The three notes on one step of a key, and the steps around them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Chord {
    key: Key,
    /// The degree it stands on, 1…7.
    pub(crate) root: i32,
}

impl Chord {
    /// The chord standing on `root`.
    pub(crate) fn on(key: Key, root: i32) -> Chord {
        Chord { key, root }
    }

    /// Semitones from the root up to the chord's `nth` step (1 = the root, 3 = its third).
    fn above_root(self, nth: i32) -> i32 {
        self.key.semitones(self.root + nth - 1) - self.key.semitones(self.root)
    }

    /// The chord's `nth` step as a degree of the key, or its kindest neighbour.
    ///
    /// 1, 3 and 5 are the chord itself. Between them, a major chord welcomes a whole-tone second
    /// and a sixth, a minor chord a fourth and a minor seventh: none of these is a semitone away
    /// from a chord note, so none of them can rub.
    pub(crate) fn kind(self, nth: i32) -> i32 {
        let octave = (nth - 1).div_euclid(7) * 7;
        let minor = self.above_root(3) == 3;
        let step = match (nth - 1).rem_euclid(7) + 1 {
            2 | 4 if minor => {
                if self.above_root(4) == 5 {
                    4
                } else {
                    5
                }
            }
            6 | 7 if minor => {
                if self.above_root(7) == 10 {
                    7
                } else {
                    5
                }
            }
            2 => {
                if self.above_root(2) == 2 {
                    2
                } else {
                    1
                }
            }
            4 => 3,
            6 => {
                if self.above_root(6) == 9 {
                    6
                } else {
                    5
                }
            }
            7 => 8,
            chord_note => chord_note,
        };
        self.root + step - 1 + octave
    }

    /// The pitch of [`Chord::kind`] in a register.
    pub(crate) fn hz(self, nth: i32, register: Register) -> f32 {
        register.hz(self.kind(nth))
    }

    /// The same chord in the octave whose root is `low` or less than an octave above it.
    pub(crate) fn lowest_from(self, low: i32) -> Chord {
        Chord {
            root: low + (self.root - low).rem_euclid(7),
            ..self
        }
    }

    /// The degree of the chord's `nth` note of three, brought into `low..low + 7` degrees, so that
    /// voices move to the next chord by the shortest way.
    pub(crate) fn near(self, nth: i32, low: i32) -> i32 {
        low + (self.kind(nth) - low).rem_euclid(7)
    }

    /// The twelve pitch classes: 2 for chord notes, 1 for notes that colour it kindly, 0 for others.
    #[cfg(test)]
    pub(crate) fn welcome(self) -> [u8; 12] {
        let mut classes = [0; 12];
        for (nth, weight) in [(2, 1), (4, 1), (6, 1), (7, 1), (1, 2), (3, 2), (5, 2)] {
            let semitone = i32::from(self.key.tonic()) + self.key.semitones(self.kind(nth));
            classes[semitone.rem_euclid(12) as usize] = weight;
        }
        classes
    }
}

/// The chord of a bar, counted from the top of the round: I–vi–IV–V, two bars each.
pub(crate) fn chord_of_bar(key: Key, bar: u64) -> Chord {
    let round = match key.mode() {
        Mode::Major | Mode::Minor => [1, 6, 4, 5],
        // The sixth step of the Dorian scale carries a diminished chord; the seventh a major one.
        Mode::Dorian => [1, 7, 4, 5],
    };
    Chord::on(key, round[(bar % ROUND / 2) as usize])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_round_in_d_is_d_b_minor_g_a() {
        let roots: Vec<i32> = (0..8)
            .map(|bar| (2 + Key::D.semitones(chord_of_bar(Key::D, bar).root)) % 12)
            .collect();
        assert_eq!(roots, [2, 2, 11, 11, 7, 7, 9, 9]);
    }

    #[test]
    fn a_kind_note_never_rubs_against_its_chord() {
        for mode in [Mode::Major, Mode::Minor, Mode::Dorian] {
            let key = Key::new(0, mode).unwrap();
            for bar in 0..ROUND {
                let chord = chord_of_bar(key, bar);
                let triad: Vec<i32> = [1, 3, 5].map(|n| key.semitones(chord.kind(n))).to_vec();
                for nth in 1..=8 {
                    let note = key.semitones(chord.kind(nth));
                    let rub = triad
                        .iter()
                        .any(|t| matches!((note - t).rem_euclid(12), 1 | 11));
                    assert!(
                        !rub,
                        "step {nth} over {} in {mode:?} is a semitone from the chord",
                        chord.root
                    );
                }
            }
        }
    }
}

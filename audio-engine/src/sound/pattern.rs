//! Patterns: music as short strings, one character a step, sixteen steps a bar.
//!
//! Hits are written `X` accent, `x` normal, `g` ghost; notes as degrees `1`…`9`; `-` is a rest.
//! Spaces are for the reader. Tunes, which need more than nine degrees, are written as words, one
//! an eighth note: `5 . 8 .` where `.` lets the last note ring.

/// How firmly something is struck.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Touch {
    /// `X`
    Accent,
    /// `x`
    Normal,
    /// `g`: felt more than heard.
    Ghost,
}

impl Touch {
    /// Amplitude beside an accent: 0, −4 and −12 dB.
    pub(crate) fn velocity(self) -> f32 {
        match self {
            Touch::Accent => 1.0,
            Touch::Normal => 0.63,
            Touch::Ghost => 0.25,
        }
    }
}

/// The hits of a pattern, as (step, touch).
pub(crate) fn hits(pattern: &str) -> impl Iterator<Item = (u32, Touch)> + '_ {
    steps(pattern).filter_map(|(step, mark)| match mark {
        'X' => Some((step, Touch::Accent)),
        'x' => Some((step, Touch::Normal)),
        'g' => Some((step, Touch::Ghost)),
        _ => None,
    })
}

/// The notes of a pattern, as (step, degree).
pub(crate) fn degrees(pattern: &str) -> impl Iterator<Item = (u32, i32)> + '_ {
    steps(pattern).filter_map(|(step, mark)| Some((step, mark.to_digit(10)? as i32)))
}

fn steps(pattern: &str) -> impl Iterator<Item = (u32, char)> + '_ {
    (0u32..).zip(pattern.chars().filter(|mark| !mark.is_whitespace()))
}

/// The notes of a tune, as (eighth, degree, eighths until the next note or the end).
pub(crate) fn tune(words: &str) -> Vec<(u32, i32, u32)> {
    let mut notes: Vec<(u32, i32, u32)> = Vec::new();
    for (eighth, word) in (0u32..).zip(words.split_whitespace()) {
        match (word.parse(), notes.last_mut()) {
            (Ok(degree), _) => notes.push((eighth, degree, 1)),
            (Err(_), Some(ringing)) => ringing.2 += 1,
            (Err(_), None) => {}
        }
    }
    notes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hits_keep_their_place_and_their_weight() {
        let read: Vec<_> = hits("X--g ---x").collect();
        assert_eq!(
            read,
            [(0, Touch::Accent), (3, Touch::Ghost), (7, Touch::Normal)]
        );
    }

    #[test]
    fn degrees_are_read_where_they_stand() {
        assert_eq!(
            degrees("1-5-8-5-").collect::<Vec<_>>(),
            [(0, 1), (2, 5), (4, 8), (6, 5)]
        );
    }

    #[test]
    fn a_dot_lets_the_note_before_it_ring() {
        assert_eq!(tune(". 5 . . 12 ."), [(1, 5, 3), (4, 12, 2)]);
    }
}

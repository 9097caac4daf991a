//! How a person says they are: a point on the mood field and a tension.

use serde::{Deserialize, Serialize};

/// A point on the mood field.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Mood {
    /// Rough −4 … +4 good.
    pub valence: f32,
    /// Low energy −4 … +4 high energy.
    pub arousal: f32,
}

/// Where on the field a mood lies, for choosing what fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Quadrant {
    /// Rough, high energy.
    Tense,
    /// Rough, low energy.
    Low,
    /// Good, low energy.
    Calm,
    /// Good, high energy.
    Lively,
    /// Within one step of the centre: nothing in particular.
    Middle,
}

impl Mood {
    /// The edge of the field on both axes.
    pub const EDGE: f32 = 4.0;

    /// `None` outside the field, or if either is not a number.
    #[must_use]
    pub fn new(valence: f32, arousal: f32) -> Option<Mood> {
        let inside = |x: f32| (-Self::EDGE..=Self::EDGE).contains(&x);
        (inside(valence) && inside(arousal)).then_some(Mood { valence, arousal })
    }

    /// The quarter this mood lies in.
    #[must_use]
    pub fn quadrant(self) -> Quadrant {
        if self.valence.abs() < 1.0 && self.arousal.abs() < 1.0 {
            return Quadrant::Middle;
        }
        match (self.valence < 0.0, self.arousal < 0.0) {
            (true, false) => Quadrant::Tense,
            (true, true) => Quadrant::Low,
            (false, true) => Quadrant::Calm,
            (false, false) => Quadrant::Lively,
        }
    }
}

/// One check-in. Skipping is not a check-in: it is none.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CheckIn {
    pub mood: Mood,
    /// 0 not at all … 10 as much as can be imagined.
    pub tension: f32,
}

impl CheckIn {
    /// `None` if any value is outside its range.
    #[must_use]
    pub fn new(valence: f32, arousal: f32, tension: f32) -> Option<CheckIn> {
        let mood = Mood::new(valence, arousal)?;
        (0.0..=10.0)
            .contains(&tension)
            .then_some(CheckIn { mood, tension })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_four_corners_have_their_names_and_the_middle_is_nothing_in_particular() {
        let of = |v, a| Mood::new(v, a).map(Mood::quadrant);
        assert_eq!(of(-3.0, 3.0), Some(Quadrant::Tense));
        assert_eq!(of(-3.0, -3.0), Some(Quadrant::Low));
        assert_eq!(of(3.0, -3.0), Some(Quadrant::Calm));
        assert_eq!(of(3.0, 3.0), Some(Quadrant::Lively));
        assert_eq!(of(0.5, -0.9), Some(Quadrant::Middle));
    }

    #[test]
    fn a_point_off_the_field_is_no_mood() {
        assert_eq!(Mood::new(4.1, 0.0), None);
        assert_eq!(Mood::new(f32::NAN, 0.0), None);
        assert_eq!(CheckIn::new(0.0, 0.0, 10.5), None);
    }
}

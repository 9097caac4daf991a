//! Days off that are known beforehand: a journey, a full week, a rest.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Days off in a row, practice days, both ends among them. Never the wrong way round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Away {
    from: Date,
    until: Date,
}

impl Away {
    /// In days. Whoever wants none for longer has another way to say so.
    pub const LONGEST: i32 = 366;

    /// `None` if it ends before it begins, or lasts longer than [`Away::LONGEST`].
    #[must_use]
    pub fn between(from: Date, until: Date) -> Option<Away> {
        let nights = (until - from).get_days();
        (0..Away::LONGEST)
            .contains(&nights)
            .then_some(Away { from, until })
    }

    #[must_use]
    pub fn from(self) -> Date {
        self.from
    }

    #[must_use]
    pub fn until(self) -> Date {
        self.until
    }

    #[must_use]
    pub fn covers(self, day: Date) -> bool {
        (self.from..=self.until).contains(&day)
    }

    /// All of them in order, `more` among them. Those that share a day become one.
    #[must_use]
    pub fn and(more: Away, others: &[Away]) -> Vec<Away> {
        let mut all: Vec<Away> = others.iter().copied().chain([more]).collect();
        all.sort();
        let mut joined: Vec<Away> = vec![];
        for away in all {
            match joined.last_mut() {
                Some(last) if away.from <= last.until => last.until = last.until.max(away.until),
                _ => joined.push(away),
            }
        }
        joined
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn december(from: i8, until: i8) -> Away {
        Away::between(date(2026, 12, from), date(2026, 12, until)).unwrap()
    }

    #[test]
    fn one_day_is_days_off_too_and_none_is_not() {
        let day = date(2026, 12, 24);
        assert!(december(24, 24).covers(day));
        assert_eq!(Away::between(day, date(2026, 12, 23)), None);
        assert_eq!(Away::between(day, date(2028, 12, 24)), None, "two years");
    }

    #[test]
    fn the_first_and_the_last_day_are_off_and_their_neighbours_are_not() {
        let off = |day| december(24, 28).covers(date(2026, 12, day));
        assert_eq!([23, 24, 28, 29].map(off), [false, true, true, false]);
    }

    #[test]
    fn what_shares_a_day_becomes_one_and_neighbours_stay_apart() {
        let one = Away::and(december(20, 25), &[december(1, 3), december(24, 28)]);
        assert_eq!(one, [december(1, 3), december(20, 28)]);
        let two = Away::and(december(4, 5), &one);
        assert_eq!(two, [december(1, 3), december(4, 5), december(20, 28)]);
        let all = Away::and(december(2, 30), &two);
        assert_eq!(all, [december(1, 30)]);
    }

    proptest! {
        #[test]
        fn however_they_are_added_the_same_days_are_off(
            ranges in prop::collection::vec((1..29i8, 0..9i8), 0..8),
        ) {
            let ranges: Vec<Away> = ranges
                .iter()
                .map(|(from, more)| december(*from, (from + more).min(31)))
                .collect();
            let joined = ranges.iter().fold(vec![], |all, away| Away::and(*away, &all));
            for day in (1..=31).map(|day| date(2026, 12, day)) {
                let times = joined.iter().filter(|away| away.covers(day)).count();
                prop_assert_eq!(times, usize::from(ranges.iter().any(|away| away.covers(day))));
            }
        }
    }
}

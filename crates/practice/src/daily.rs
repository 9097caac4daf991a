//! Which exercise Today offers: one card, something different, and something tiny.
//!
//! By fit to the last check-in, and by what was played lately. It never optimises for time spent or
//! days in a row, and it learns nothing yet from how sessions went. Deterministic: the same history
//! gives the same cards; ties go to fewer minutes, then to the id.

use crate::checkin::Quadrant;
use crate::exercise::Exercise;
use crate::{CheckIn, safety};

/// One sitting that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Past {
    pub exercise: String,
    /// Practice days between then and today; 0 is today.
    pub days_ago: u32,
}

/// What the choice looks at.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// Newest first.
    pub history: &'a [Past],
    /// The last one given, if it is from today or yesterday.
    pub check_in: Option<&'a CheckIn>,
}

/// Why a card is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// The very first piece.
    First,
    /// A heavy check-in: kept light.
    Gentle,
    /// It fits the last check-in.
    Fits(Quadrant),
    /// Never played.
    New,
    /// Not for two weeks.
    Curious,
    /// Nothing special: it is a good one.
    Today,
}

impl Why {
    /// The sentence on the card.
    #[must_use]
    pub fn sentence(self, exercise: &Exercise) -> String {
        match self {
            Why::First => {
                "A good first one: every choice sounds good, and you finish with a piece.".into()
            }
            Why::Gentle => "You marked today as heavy, so this one stays light.".into(),
            Why::Fits(Quadrant::Tense) => {
                "You were wound up, so here is something that settles.".into()
            }
            Why::Fits(Quadrant::Low) => {
                "You said rough and low. Starting small is a good way in.".into()
            }
            Why::Fits(Quadrant::Calm) => "You were at rest. This one leaves room for that.".into(),
            Why::Fits(Quadrant::Lively) => {
                "You had some energy to spend. This one takes it.".into()
            }
            Why::New => "Something you have not tried yet.".into(),
            Why::Curious => "You have not played this for a while.".into(),
            Why::Fits(Quadrant::Middle) | Why::Today => exercise.goal.clone(),
        }
    }
}

/// The three doors of Today. `different` and `tiny` are absent when there is nothing else to offer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Choice<'a> {
    pub today: (&'a Exercise, Why),
    pub different: Option<(&'a Exercise, Why)>,
    /// Played in its two-minute version.
    pub tiny: Option<&'a Exercise>,
}

/// The exercise of the very first day.
const FIRST: &str = "lp01";

/// `None` only if there is no exercise at all.
#[must_use]
pub fn choose<'a>(exercises: &'a [Exercise], known: &Known) -> Option<Choice<'a>> {
    let heavy = known
        .check_in
        .is_some_and(|check_in| safety::before(check_in).is_some());
    let mut order: Vec<&Exercise> = exercises.iter().collect();
    order.sort_by(|a, b| {
        let by_score = score(b, exercises, known).total_cmp(&score(a, exercises, known));
        by_score
            .then(a.minutes.cmp(&b.minutes))
            .then(a.id.cmp(&b.id))
    });
    let is_light = |exercise: &&Exercise| exercise.level == 1 && !exercise.records();
    let first = if known.history.is_empty() {
        exercises.iter().find(|exercise| exercise.id == FIRST)
    } else if heavy {
        order.iter().copied().find(is_light)
    } else {
        None
    };
    let today = first.or(order.first().copied())?;
    let different = order
        .iter()
        .copied()
        .find(|e| e.family != today.family && (!heavy || is_light(e)));
    let tiny = order
        .iter()
        .copied()
        .filter(is_light)
        .min_by_key(|e| (e.minutes, &e.id));
    Some(Choice {
        today: (today, why(today, known, heavy)),
        different: different.map(|exercise| (exercise, why(exercise, known, heavy))),
        tiny,
    })
}

fn score(exercise: &Exercise, all: &[Exercise], known: &Known) -> f32 {
    let fit = known
        .check_in
        .map_or(0.5, |check_in| exercise.fit.of(check_in.mood.quadrant()));
    let family_of = |id: &str| all.iter().find(|e| e.id == id).map(|e| &e.family);
    let same_family = known
        .history
        .iter()
        .take(2)
        .filter(|past| family_of(&past.exercise) == Some(&exercise.family))
        .count();
    let days = last_played(exercise, known.history);
    let is_new = if days.is_none_or(|days| days >= 14) {
        0.05
    } else {
        0.0
    };
    let was_yesterday = if days.is_some_and(|days| days <= 1) {
        0.15
    } else {
        0.0
    };
    0.15 * fit / 2.0 + is_new - 0.25 * same_family as f32 - was_yesterday
}

fn last_played(exercise: &Exercise, history: &[Past]) -> Option<u32> {
    history
        .iter()
        .filter(|past| past.exercise == exercise.id)
        .map(|past| past.days_ago)
        .min()
}

fn why(exercise: &Exercise, known: &Known, heavy: bool) -> Why {
    if known.history.is_empty() && exercise.id == FIRST {
        return Why::First;
    }
    if heavy {
        return Why::Gentle;
    }
    if let Some(check_in) = known.check_in {
        let quadrant = check_in.mood.quadrant();
        if exercise.fit.of(quadrant) >= 1.0 && quadrant != Quadrant::Middle {
            return Why::Fits(quadrant);
        }
    }
    match last_played(exercise, known.history) {
        None => Why::New,
        Some(14..) => Why::Curious,
        Some(_) => Why::Today,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exercise::{Fit, Intent, Step};

    fn exercise(id: &str, family: &str, level: u8, fit: [i8; 4]) -> Exercise {
        Exercise {
            id: id.into(),
            title: id.into(),
            family: family.into(),
            level,
            minutes: 6,
            goal: "A goal.".into(),
            intents: vec![Intent::Calm],
            fit: Fit {
                tense: fit[0],
                low: fit[1],
                calm: fit[2],
                lively: fit[3],
            },
            depth: 0,
            prerequisites: vec![],
            steps: Vec::<Step>::new(),
            two_minutes: vec![],
            easier: String::new(),
            caution: String::new(),
            flags: vec![],
        }
    }

    fn three() -> Vec<Exercise> {
        vec![
            exercise("lp01", "loops", 1, [1, 2, 2, 1]),
            exercise("mx01", "mixing", 1, [1, 1, 2, 1]),
            exercise("vs02", "voice", 2, [1, 1, 1, 2]),
        ]
    }

    fn played(days: &[(&str, u32)]) -> Vec<Past> {
        days.iter()
            .map(|(id, days)| Past {
                exercise: (*id).into(),
                days_ago: *days,
            })
            .collect()
    }

    #[test]
    fn the_first_day_is_three_warm_layers() {
        let all = three();
        let choice = choose(
            &all,
            &Known {
                history: &[],
                check_in: None,
            },
        )
        .expect("a card");
        assert_eq!(choice.today.0.id, "lp01");
        assert_eq!(choice.today.1, Why::First);
    }

    #[test]
    fn yesterdays_exercise_is_not_todays_and_something_different_is_another_family() {
        let all = three();
        let history = played(&[("lp01", 1)]);
        let choice = choose(
            &all,
            &Known {
                history: &history,
                check_in: None,
            },
        )
        .expect("a card");
        assert_ne!(choice.today.0.id, "lp01");
        let different = choice.different.expect("there are three families");
        assert_ne!(different.0.family, choice.today.0.family);
    }

    #[test]
    fn a_lively_mood_brings_the_choir() {
        let all = three();
        let history = played(&[("lp01", 3), ("mx01", 4)]);
        let lively = CheckIn::new(3.0, 3.0, 2.0).expect("on the field");
        let known = Known {
            history: &history,
            check_in: Some(&lively),
        };
        let choice = choose(&all, &known).expect("a card");
        assert_eq!(
            (choice.today.0.id.as_str(), choice.today.1),
            ("vs02", Why::Fits(Quadrant::Lively))
        );
    }

    #[test]
    fn a_heavy_day_stays_light() {
        let all = three();
        let history = played(&[("lp01", 1), ("mx01", 2)]);
        let heavy = CheckIn::new(-4.0, 3.0, 9.5).expect("on the field");
        let choice = choose(
            &all,
            &Known {
                history: &history,
                check_in: Some(&heavy),
            },
        )
        .expect("a card");
        assert_eq!(choice.today.0.level, 1);
        assert_eq!(choice.today.1, Why::Gentle);
        assert!(
            choice
                .different
                .is_none_or(|(exercise, _)| exercise.level == 1)
        );
    }

    #[test]
    fn missing_a_month_changes_no_word() {
        let all = three();
        let history = played(&[("lp01", 40)]);
        let choice = choose(
            &all,
            &Known {
                history: &history,
                check_in: None,
            },
        )
        .expect("a card");
        let sentence = choice.today.1.sentence(choice.today.0);
        assert!(!sentence.to_lowercase().contains("miss"), "{sentence}");
    }
}

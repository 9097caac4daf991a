//! When to invite somebody back, and in which words.
//!
//! Pure: [`plan`] is told what a person wished ([`Wish`]), what has been ([`Past`]) and what time
//! it is, and answers with the next fourteen days that are not off as one-shots. Whoever shows them (a phone's
//! alarms, a computer's own clock) is handed the [`difference`] from what it has, and nothing is
//! ever scheduled anywhere else. So the plan can be thrown away and made again at every start, zone
//! change and finished session.
//!
//! What is promised, whatever clocks and zones do:
//! - one a practice day at most (04:00 to 04:00), and once more only when a person asks for it;
//! - none on a day with music, or a day off;
//! - rarer when nobody answers, and at last silent: see [`Pace`];
//! - nothing in quiet hours, and nothing about how anybody is.
//!
//! The plan assumes that nobody answers. If somebody does, it is made again; if nobody opens the
//! app, a phone that was armed two weeks ago has become quieter all the same.

mod away;
mod calendar;
mod past;
mod plan;
mod texts;
mod wish;

pub use away::Away;
pub use calendar::calendar;
pub use past::{Answer, Pace, Past, Shown, Snooze};
pub use plan::{DAYS, Difference, Due, Reminder, ReminderId, difference, due, plan};
pub use texts::Text;
pub use wish::{Cue, Quiet, When, Wish};

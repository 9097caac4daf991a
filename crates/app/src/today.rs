//! Today: what to offer, from what was played and how the person last said they were.

use jiff::{ToSpan, Zoned};
use practice::CheckIn;
use practice::daily::{self, Known, Past, Why};
use practice::exercise::{Exercise, Flag};
use store::{SessionRow, SessionState, Store, StoreError};

use crate::content::Content;
use crate::ipc::{DayDot, ExerciseCard, IpcError, Length, TodayView};
use crate::pieces::today as practice_day_now;
use crate::words;

/// As far back as the choice looks.
const HISTORY: u32 = 200;
/// A check-in older than this many practice days says nothing about today.
const CHECK_IN_DAYS: u32 = 1;

/// The whole screen.
///
/// # Errors
/// The store cannot be read, or there is no exercise at all.
pub fn view(store: &Store, content: &Content, now: &Zoned) -> Result<TodayView, IpcError> {
    let rows = store.sessions(HISTORY).map_err(crate::error::of_store)?;
    let today = practice_day_now(now);
    let ago = |row: &SessionRow| (today - row.practice_day).get_days().max(0) as u32;
    let played: Vec<&SessionRow> = rows.iter().filter(|row| has_sounded(row)).collect();
    let history: Vec<Past> = played
        .iter()
        .map(|row| Past {
            exercise: row.exercise.clone(),
            days_ago: ago(row),
        })
        .collect();
    let check_in = last_check_in(store, &rows, ago).map_err(crate::error::of_store)?;
    let known = Known {
        history: &history,
        check_in: check_in.as_ref(),
    };
    let choice = daily::choose(&content.exercises, &known).ok_or_else(|| IpcError::NotFound {
        what: "exercise".into(),
    })?;
    let full = |(exercise, why): (&Exercise, Why)| {
        card(content, exercise, Length::Full, why.sentence(exercise))
    };
    let monday = today - i64::from(today.weekday().to_monday_zero_offset()).days();
    let week: Vec<DayDot> = (0..7i64)
        .map(|day| monday + day.days())
        .map(|day| DayDot {
            music: played.iter().any(|row| row.practice_day == day),
            today: day == today,
        })
        .collect();
    Ok(TodayView {
        day: words::day(now),
        greeting: words::greeting(now),
        week_line: words::week_line(week.iter().filter(|day| day.music).count()),
        week,
        card: full(choice.today),
        different: choice.different.map(full),
        tiny: choice.tiny.map(|exercise| {
            card(
                content,
                exercise,
                Length::TwoMinutes,
                "Two minutes. It counts.".into(),
            )
        }),
        unfinished: None,
        first_run: history.is_empty(),
    })
}

/// A session that is over and was heard, however short; one left at its check-in was not.
fn has_sounded(row: &SessionRow) -> bool {
    matches!(row.state, SessionState::Ended(_)) && (row.completed_steps > 0 || row.active_ms > 0)
}

fn last_check_in(
    store: &Store,
    rows: &[SessionRow],
    ago: impl Fn(&SessionRow) -> u32,
) -> Result<Option<CheckIn>, StoreError> {
    let Some(row) = store.latest_checkin()? else {
        return Ok(None);
    };
    let is_fresh = rows
        .iter()
        .any(|session| session.id == row.session && ago(session) <= CHECK_IN_DAYS);
    let answers = row.answers.filter(|_| is_fresh);
    Ok(answers.and_then(|given| CheckIn::new(given.valence, given.arousal, given.tension)))
}

/// A card for one exercise.
#[must_use]
pub fn card(content: &Content, exercise: &Exercise, length: Length, why: String) -> ExerciseCard {
    ExerciseCard {
        id: exercise.id.clone(),
        title: exercise.title.clone(),
        minutes: match length {
            Length::Full => exercise.minutes,
            Length::TwoMinutes => 2,
        },
        length,
        why,
        microphone: exercise.records(),
        headphones: exercise.flags.contains(&Flag::Headphones),
        motif: content.motif(&exercise.id),
    }
}

//! Between the wish as a person writes it and the wish as it is planned by.

use jiff::civil::{Date, Time};
use jiff::{ToSpan, Zoned};
use practice::day::practice_day;
use practice::reminders::{Cue, Quiet, When, Wish};

use crate::ipc::{IpcError, ReminderCue, ReminderTime, ReminderWish};

/// Letters in a person's own cue.
const LONGEST_CUE: usize = 80;

/// A wish that can be planned by, decided on the practice day `since`.
///
/// # Errors
/// `InvalidInput`: `week`, `time`, `cue`, or `quiet` if quiet hours leave nothing of it.
pub fn wish(said: &ReminderWish, since: Date) -> Result<Wish, IpcError> {
    let days: Vec<Option<When>> = said
        .week
        .iter()
        .map(|day| day.as_ref().map(when).transpose())
        .collect::<Result<_, _>>()?;
    let week = <[Option<When>; 7]>::try_from(days).map_err(|_| invalid("week"))?;
    let quiet = said.quiet.as_ref().map(|hours| -> Result<Quiet, IpcError> {
        let until = hours.until.as_deref().ok_or_else(|| invalid("quiet"))?;
        Ok(Quiet {
            from: time(&hours.from)?,
            until: time(until)?,
        })
    });
    let wish = Wish {
        week,
        cue: said.cue.as_ref().map(cue).transpose()?,
        quiet: quiet.transpose()?,
        since,
    };
    let is_never = (0..7).all(|n| wish.on(since + n.days()).is_none());
    if is_never && !wish.is_off() {
        return Err(invalid("quiet"));
    }
    Ok(wish)
}

/// As a person reads it.
#[must_use]
pub fn said(wish: &Wish) -> ReminderWish {
    ReminderWish {
        week: wish
            .week
            .iter()
            .map(|day| day.as_ref().map(said_when))
            .collect(),
        cue: wish.cue.as_ref().map(|cue| match cue {
            Cue::Coffee => ReminderCue::Coffee,
            Cue::Lunch => ReminderCue::Lunch,
            Cue::Work => ReminderCue::Work,
            Cue::Dinner => ReminderCue::Dinner,
            Cue::Bed => ReminderCue::Bed,
            Cue::Own(words) => ReminderCue::Own {
                words: words.clone(),
            },
        }),
        quiet: wish.quiet.map(|hours| ReminderTime {
            from: clock(hours.from),
            until: Some(clock(hours.until)),
        }),
    }
}

/// What is offered after the first piece: the same time tomorrow, and every other day after it.
#[must_use]
pub fn offer(now: &Zoned) -> ReminderWish {
    // Nobody remembers 19:07.
    let minute = now.minute() - now.minute() % 5;
    let time = ReminderTime {
        from: format!("{}:{minute:02}", now.strftime("%H")),
        until: None,
    };
    let tomorrow = practice_day(now) + 1.day();
    let first = usize::from(tomorrow.weekday().to_monday_zero_offset().unsigned_abs());
    let mut week = vec![None; 7];
    for n in [0, 2, 4, 6] {
        week[(first + n) % 7] = Some(time.clone());
    }
    ReminderWish {
        week,
        cue: None,
        quiet: None,
    }
}

fn when(said: &ReminderTime) -> Result<When, IpcError> {
    let from = time(&said.from)?;
    match &said.until {
        None => Ok(When::At(from)),
        Some(until) => Ok(When::Between {
            from,
            until: time(until)?,
        }),
    }
}

fn said_when(when: &When) -> ReminderTime {
    match when {
        When::At(time) => ReminderTime {
            from: clock(*time),
            until: None,
        },
        When::Between { from, until } => ReminderTime {
            from: clock(*from),
            until: Some(clock(*until)),
        },
    }
}

fn cue(said: &ReminderCue) -> Result<Cue, IpcError> {
    Ok(match said {
        ReminderCue::Coffee => Cue::Coffee,
        ReminderCue::Lunch => Cue::Lunch,
        ReminderCue::Work => Cue::Work,
        ReminderCue::Dinner => Cue::Dinner,
        ReminderCue::Bed => Cue::Bed,
        ReminderCue::Own { words } => {
            let words = words.trim();
            if words.is_empty() || words.chars().count() > LONGEST_CUE {
                return Err(invalid("cue"));
            }
            Cue::Own(words.to_owned())
        }
    })
}

fn time(text: &str) -> Result<Time, IpcError> {
    Time::strptime("%H:%M", text).map_err(|_| invalid("time"))
}

fn clock(time: Time) -> String {
    time.strftime("%H:%M").to_string()
}

fn invalid(field: &str) -> IpcError {
    IpcError::InvalidInput {
        field: field.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn tuesday_evening() -> Zoned {
        "2026-11-24T19:12:00+01:00[Europe/Berlin]".parse().unwrap()
    }

    #[test]
    fn the_same_time_tomorrow_is_offered_for_four_days_of_the_week() {
        let offer = offer(&tuesday_evening());
        let days: Vec<Option<&str>> = offer
            .week
            .iter()
            .map(|day| day.as_ref().map(|time| time.from.as_str()))
            .collect();
        let at = Some("19:10");
        // Wednesday, Friday, Sunday and Tuesday.
        assert_eq!(days, [None, at, at, None, at, None, at]);
    }

    #[test]
    fn what_was_said_is_said_back() {
        let mut wished = offer(&tuesday_evening());
        wished.cue = Some(ReminderCue::Own {
            words: "after the dishes".into(),
        });
        wished.week[0] = Some(ReminderTime {
            from: "18:00".into(),
            until: Some("20:00".into()),
        });
        wished.quiet = Some(ReminderTime {
            from: "22:00".into(),
            until: Some("07:00".into()),
        });
        let planned = wish(&wished, date(2026, 11, 24)).unwrap();
        assert_eq!(said(&planned), wished);
    }

    #[test]
    fn what_makes_no_sense_is_named() {
        let good = offer(&tuesday_evening());
        let field = |wished: &ReminderWish| match wish(wished, date(2026, 11, 24)) {
            Err(IpcError::InvalidInput { field }) => field,
            other => panic!("{other:?}"),
        };
        let mut short = good.clone();
        short.week.pop();
        assert_eq!(field(&short), "week");
        let mut odd = good.clone();
        odd.week[1] = Some(ReminderTime {
            from: "25:00".into(),
            until: None,
        });
        assert_eq!(field(&odd), "time");
        let mut empty = good.clone();
        empty.cue = Some(ReminderCue::Own { words: "  ".into() });
        assert_eq!(field(&empty), "cue");
        let mut never = good;
        never.quiet = Some(ReminderTime {
            from: "19:00".into(),
            until: Some("05:00".into()),
        });
        assert_eq!(field(&never), "quiet");
    }
}

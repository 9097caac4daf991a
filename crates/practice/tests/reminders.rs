//! What is promised of reminders, for any wish, any past, any zone and any hour.

#![allow(clippy::unwrap_used)] // a test says why it stops

use std::collections::BTreeSet;

use jiff::civil::{Date, Time, date, time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, Zoned};
use practice::day::practice_day;
use practice::reminders::{
    Answer, Away, Cue, DAYS, Past, Quiet, Reminder, ReminderId, Shown, Snooze, Text, When, Wish,
    difference, due, plan,
};
use proptest::prelude::*;

/// Half-hour and quarter-hour offsets, a half-hour summer time, zones that skipped a day, changed
/// their minds, change at midnight, or fast.
const ZONES: [&str; 14] = [
    "Europe/Berlin",
    "America/New_York",
    "America/Sao_Paulo",
    "America/Havana",
    "America/St_Johns",
    "Asia/Kathmandu",
    "Asia/Beirut",
    "Africa/Casablanca",
    "Africa/Cairo",
    "Australia/Lord_Howe",
    "Antarctica/Troll",
    "Pacific/Apia",
    "Pacific/Kiritimati",
    "UTC",
];

fn a_time() -> impl Strategy<Value = Time> {
    (0..24i8, 0..60i8).prop_map(|(hour, minute)| time(hour, minute, 0, 0))
}

fn a_moment() -> impl Strategy<Value = Zoned> {
    // 2011 to 2038, and often the nights in which Berlin's clocks change.
    let any = 1_300_000_000i64..2_150_000_000;
    let nights = prop::sample::select(vec![1_774_746_000i64, 1_792_890_000, 1_711_846_800]);
    let moment =
        prop_oneof![3 => any, 1 => nights.prop_flat_map(|night| night - 90_000..night + 90_000)];
    (moment, prop::sample::select(ZONES.to_vec())).prop_map(|(second, zone)| {
        let at = Timestamp::from_second(second).unwrap();
        at.in_tz(zone).unwrap()
    })
}

fn a_wish(since: Date) -> impl Strategy<Value = Wish> {
    let when = prop_oneof![
        a_time().prop_map(When::At),
        (a_time(), a_time()).prop_map(|(from, until)| When::Between { from, until }),
    ];
    let quiet =
        prop::option::of((a_time(), a_time()).prop_map(|(from, until)| Quiet { from, until }));
    let cue = prop::option::of(Just(Cue::Coffee));
    (
        prop::array::uniform7(prop::option::weighted(0.8, when)),
        cue,
        quiet,
    )
        .prop_map(move |(week, cue, quiet)| Wish {
            week,
            cue,
            quiet,
            since,
        })
}

fn shown_as(text: Text, answer: Option<Answer>) -> Shown {
    Shown {
        text,
        answer,
        exercise: None,
    }
}

/// The day after the last that is planned for: fourteen from today on that are not off.
fn horizon(past: &Past, today: Date) -> Date {
    let days = (0..400i32).map(|n| today + n.days());
    let open: Vec<Date> = days
        .filter(|day| !past.is_away(*day))
        .take(DAYS as usize)
        .collect();
    *open.last().unwrap() + 1.days()
}

fn a_past(today: Date) -> impl Strategy<Value = Past> {
    // A clock that was wrong for a while has left days that have not been yet.
    let day = || (-40..6i32).prop_map(move |n| today + n.days());
    let answer = prop::sample::select(vec![
        None,
        None,
        Some(Answer::Opened),
        Some(Answer::NotToday),
    ]);
    let shown = prop::collection::btree_map(
        day(),
        (prop::sample::select(Text::ALL.to_vec()), answer),
        0..20,
    );
    (
        prop::collection::btree_set(day(), 0..8),
        prop::collection::btree_set(day(), 0..3),
        shown,
        prop::collection::vec((day(), 0..40i32), 0..3),
        any::<bool>(),
    )
        .prop_map(|(practised, days_off, shown, away, has_piece)| Past {
            practised,
            days_off,
            shown: shown
                .into_iter()
                .map(|(day, (text, answer))| (day, shown_as(text, answer)))
                .collect(),
            away: away
                .into_iter()
                .filter_map(|(from, days)| Away::between(from, from + days.days()))
                .fold(vec![], |all, away| Away::and(away, &all)),
            snooze: None,
            has_piece,
        })
}

fn anybody() -> impl Strategy<Value = (Wish, Past, Zoned)> {
    (a_moment(), 0..60i32).prop_flat_map(|(now, decided)| {
        let today = practice_day(&now);
        (a_wish(today - decided.days()), a_past(today), Just(now))
    })
}

/// Not in the hour that is missing, nor in the one that comes twice: there the wall clock is no guide.
fn is_ordinary(wish: &Wish, day: Date, zone: &TimeZone) -> bool {
    let asked = wish.on(day);
    asked.is_some_and(|local| !zone.to_ambiguous_zoned(local).is_ambiguous())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn one_a_day_at_most_never_after_music_never_in_quiet_hours((wish, past, now) in anybody()) {
        let planned = plan(&wish, &past, &now);
        let today = practice_day(&now);
        let days: BTreeSet<Date> = planned.iter().map(|one| one.day).collect();
        prop_assert_eq!(days.len(), planned.len(), "two on one day");
        prop_assert!(planned.len() <= DAYS as usize);
        prop_assert!(planned.windows(2).all(|pair| pair[0].at < pair[1].at));
        for one in &planned {
            let wall = one.at.to_zoned(now.time_zone().clone());
            prop_assert!(one.at > now.timestamp());
            prop_assert_eq!(practice_day(&wall), one.day, "{} is another day", &wall);
            prop_assert!((today..horizon(&past, today)).contains(&one.day));
            prop_assert!(!past.is_away(one.day) && !past.practised.contains(&one.day) && !past.days_off.contains(&one.day));
            prop_assert!(!past.shown.contains_key(&one.day));
            prop_assert!(wish.quiet.is_none_or(|quiet| !quiet.covers(wall.time())), "{} is quiet", &wall);
        }
    }

    #[test]
    fn it_comes_when_it_was_asked_for((wish, past, now) in anybody()) {
        let loud = Wish { quiet: None, ..wish };
        for one in plan(&loud, &past, &now) {
            let weekday = one.day.weekday().to_monday_zero_offset() as usize;
            let asked = loud.week[weekday];
            if let (Some(When::At(time)), true) = (asked, is_ordinary(&loud, one.day, now.time_zone())) {
                prop_assert_eq!(one.local.time(), time);
            }
            prop_assert!(asked.is_some(), "nobody asked for {}", one.day);
        }
    }

    #[test]
    fn the_same_words_never_come_twice_in_a_row((wish, past, now) in anybody()) {
        let planned = plan(&wish, &past, &now);
        let last = past.last_shown(practice_day(&now)).map(|(_, shown)| shown.text);
        let said: Vec<Text> = last.into_iter().chain(planned.iter().map(|one| one.text)).collect();
        prop_assert!(said.windows(2).all(|pair| pair[0] != pair[1]), "{:?}", said);
        prop_assert!(past.has_piece || planned.iter().all(|one| one.text != Text::YourLoop));
    }

    /// Whoever carries the plan out, step by step, finds the same plan at every step.
    #[test]
    fn showing_what_was_planned_changes_nothing_about_the_rest((wish, past, now) in anybody()) {
        // Days a wrong clock left behind come into force one by one, and may well change it.
        let today = practice_day(&now);
        let past = Past {
            shown: past.shown.into_iter().filter(|(day, _)| *day <= today).collect(),
            practised: past.practised.into_iter().filter(|day| *day <= today).collect(),
            ..past
        };
        let planned = plan(&wish, &past, &now);
        let Some(first) = planned.first() else { return Ok(()) };
        let mut later = past.clone();
        later.shown.insert(first.day, shown_as(first.text, None));
        let at = first.at.to_zoned(now.time_zone().clone());
        let horizon = horizon(&past, practice_day(&now));
        let then: Vec<Reminder> = plan(&wish, &later, &at).into_iter().filter(|one| one.day < horizon).collect();
        prop_assert_eq!(&then[..], &planned[1..]);
    }

    #[test]
    fn the_difference_leads_from_any_plan_to_any_other(
        (wish, past, now) in anybody(),
        (other_wish, other_past, other_now) in anybody(),
    ) {
        let (before, after) = (plan(&wish, &past, &now), plan(&other_wish, &other_past, &other_now));
        let change = difference(&before, &after);
        let mut armed = before;
        armed.retain(|one| !change.disarm.contains(&one.id));
        armed.extend(change.arm);
        armed.sort_by_key(|one| one.at);
        prop_assert_eq!(armed, after);
    }

    /// A clock set forward by months, or a lid closed for weeks.
    #[test]
    fn however_far_the_clock_jumps_one_is_shown_and_only_for_today(
        (wish, past, now) in anybody(),
        jump in -20_000_000i64..20_000_000,
    ) {
        let mut armed = plan(&wish, &past, &now);
        let then = now.checked_add(jump.seconds()).unwrap();
        let first = due(&armed, &wish, &past, &then);
        armed.retain(|one| !first.over.contains(&one.id));
        if let Some(shown) = &first.show {
            prop_assert_eq!(shown.day, practice_day(&then));
            prop_assert!(shown.at <= then.timestamp());
            prop_assert!(wish.is_loud(then.time()));
            let mut past = past.clone();
            past.shown.insert(shown.day, shown_as(shown.text, None));
            prop_assert_eq!(due(&armed, &wish, &past, &then).show, None, "a second one");
            let again = plan(&wish, &past, &then);
            prop_assert!(again.iter().all(|one| one.day != shown.day), "planned once more");
        }
    }

    #[test]
    fn an_hour_later_is_the_same_day_or_not_at_all(
        (wish, past, now) in anybody(),
        minutes in 1..300i64,
    ) {
        let today = practice_day(&now);
        let at = now.timestamp() + minutes.minutes();
        let past = Past { snooze: Some(Snooze { day: today, at }), ..past };
        let planned = plan(&wish, &past, &now);
        let again: Vec<&Reminder> = planned.iter().filter(|one| one.again).collect();
        prop_assert!(again.len() <= 1);
        for one in again {
            let wall = one.at.to_zoned(now.time_zone().clone());
            prop_assert_eq!(practice_day(&wall), today);
            prop_assert!(one.at >= at && past.wants(today) && wish.is_loud(wall.time()));
            prop_assert!(planned.iter().filter(|other| other.day == today).count() == 1);
        }
    }
}

#[test]
fn names_of_days_never_meet() {
    let mut names = BTreeSet::new();
    let wish = Wish {
        week: [Some(When::At(time(12, 0, 0, 0))); 7],
        cue: None,
        quiet: None,
        since: date(2000, 1, 1),
    };
    for n in 0..4000 {
        let day = date(2024, 1, 1) + n.days();
        let morning = day.at(9, 0, 0, 0).in_tz("UTC").unwrap();
        let id: ReminderId = plan(&wish, &Past::default(), &morning)[0].id;
        assert!(id.0 > 0 && names.insert(id), "{day} shares its name");
    }
}

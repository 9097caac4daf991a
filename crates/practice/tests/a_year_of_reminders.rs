//! A year of a thousand people in twenty zones: they practise, travel, restart, change their minds,
//! set their clocks wrong and let batteries die in the middle of things. The plan lives in what the
//! store keeps; the alarms in something that only knows how to go off.
//!
//! `UNDERSONG_PEOPLE=100` for fewer of them.

#![allow(clippy::unwrap_used, clippy::panic)] // a test says why it stops

use std::collections::{BTreeMap, BTreeSet};
use std::thread;

use jiff::civil::{Date, time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, Zoned};
use practice::day::practice_day;
use practice::reminders::{
    Answer, Past, Quiet, Reminder, ReminderId, Shown, Snooze, When, Wish, difference, due, plan,
};

const ZONES: [&str; 20] = [
    "Pacific/Kiritimati",
    "Pacific/Apia",
    "Pacific/Auckland",
    "Australia/Lord_Howe",
    "Australia/Adelaide",
    "Asia/Tokyo",
    "Asia/Kathmandu",
    "Asia/Kolkata",
    "Asia/Beirut",
    "Africa/Cairo",
    "Europe/Helsinki",
    "Europe/Berlin",
    "Africa/Casablanca",
    "UTC",
    "America/Sao_Paulo",
    "America/St_Johns",
    "America/New_York",
    "America/Havana",
    "America/Los_Angeles",
    "Pacific/Niue",
];

/// Chance that is the same every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        for multiplier in [0xbf58_476d_1ce4_e5b9, 0x94d0_49bb_1331_11eb_u64] {
            bits = (bits ^ (bits >> 30)).wrapping_mul(multiplier);
        }
        (bits ^ (bits >> 31)) % n
    }

    fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }
}

/// What the app keeps, and nothing else survives a restart.
#[derive(Clone, serde::Serialize, serde::Deserialize)]
struct Kept {
    wish: Wish,
    past: Past,
    /// What may be armed: written before anything is armed, so that nothing can be forgotten.
    armed: Vec<Reminder>,
}

struct Person {
    number: u64,
    dice: Dice,
    now: Timestamp,
    zone: TimeZone,
    kept: Kept,
    /// The phone: goes off whatever the app thinks.
    alarms: BTreeMap<ReminderId, Reminder>,
    /// One in so many steps is music; zero is somebody who never comes.
    keen: u64,
    seen: Seen,
}

/// What somebody at this person's side would have written down.
#[derive(Debug, Default)]
struct Seen {
    music: BTreeSet<Date>,
    shown: BTreeMap<Date, (u32, u32)>,
    asked_again: BTreeSet<Date>,
    /// Days on which a zone, a clock, a wish or a battery changed: there, one may not come.
    unruly: BTreeSet<Date>,
    /// In a row, without music or an answer.
    ignored: u32,
    last_shown: Option<Date>,
    /// Shown while the clock was wrong: they count on the day they claim to be.
    odd: BTreeSet<Date>,
    /// Whether `ignored` is beyond doubt, which it is not after a wrong clock.
    doubt: bool,
    checked: Option<Date>,
    came: u64,
    expected: u64,
}

/// How far an app gets with a change before its battery is empty.
#[derive(Clone, Copy, PartialEq)]
enum Until {
    Written,
    Disarmed,
    HalfArmed,
    Armed,
    Done,
}

impl Person {
    fn new(number: u64) -> Person {
        let mut dice = Dice(number * 7919 + 1);
        let zone = ZONES[(number % 20) as usize];
        let start = "2027-01-01T12:00:00Z".parse::<Timestamp>().unwrap();
        let keen = [2, 4, 12, 0][dice.below(4) as usize];
        let zone = TimeZone::get(zone).unwrap();
        let today = practice_day(&start.to_zoned(zone.clone()));
        let wish = wish(&mut dice, today);
        let past = Past {
            has_piece: true,
            practised: BTreeSet::from([today]),
            ..Past::default()
        };
        let seen = Seen {
            music: past.practised.clone(),
            ..Seen::default()
        };
        let mut person = Person {
            number,
            dice,
            now: start,
            zone,
            kept: Kept {
                wish,
                past,
                armed: vec![],
            },
            alarms: BTreeMap::new(),
            keen,
            seen,
        };
        person.launch();
        person
    }

    fn here(&self) -> Zoned {
        self.now.to_zoned(self.zone.clone())
    }

    fn today(&self) -> Date {
        practice_day(&self.here())
    }

    /// Brings the alarms to what is planned now.
    fn replan(&mut self, until: Until) {
        let wanted = plan(&self.kept.wish, &self.kept.past, &self.here());
        let change = difference(&self.kept.armed, &wanted);
        let mut both = self.kept.armed.clone();
        both.retain(|one| !wanted.contains(one));
        both.extend(wanted.iter().cloned());
        self.kept.armed = both;
        if until == Until::Written {
            return;
        }
        for id in &change.disarm {
            self.alarms.remove(id);
        }
        if until == Until::Disarmed {
            return;
        }
        for (n, one) in change.arm.into_iter().enumerate() {
            if until == Until::HalfArmed && n > 2 {
                return;
            }
            self.alarms.insert(one.id, one);
        }
        if until == Until::Armed {
            return;
        }
        self.kept.armed = wanted;
    }

    /// At every start: nothing that was armed before is believed in.
    fn launch(&mut self) {
        // Not each time: writing a year down takes longer than living a day of it.
        if self.dice.one_in(8) {
            let text = serde_json::to_string(&self.kept).unwrap();
            self.kept = serde_json::from_str(&text).unwrap();
        }
        for one in std::mem::take(&mut self.kept.armed) {
            self.alarms.remove(&one.id);
        }
        self.replan(Until::Done);
    }

    /// Time goes by, and what goes off goes off.
    fn until(&mut self, then: Timestamp) {
        loop {
            let next = self
                .alarms
                .values()
                .map(|one| one.at)
                .filter(|at| *at <= then)
                .min();
            let Some(next) = next else { break };
            self.now = self.now.max(next);
            self.check_days();
            self.goes_off();
        }
        self.now = then;
        self.check_days();
    }

    fn goes_off(&mut self) {
        let armed: Vec<Reminder> = self.alarms.values().cloned().collect();
        let here = self.here();
        let due = due(&armed, &self.kept.wish, &self.kept.past, &here);
        for id in &due.over {
            self.alarms.remove(id);
        }
        self.kept.armed.retain(|one| !due.over.contains(&one.id));
        // What waits for the end of quiet hours is looked at again a minute later.
        if due.over.is_empty() {
            let waiting: Vec<ReminderId> = self
                .alarms
                .values()
                .filter(|one| one.at <= self.now)
                .map(|one| one.id)
                .collect();
            for id in waiting {
                let later = self.now + 1.minute();
                if let Some(one) = self.alarms.get_mut(&id) {
                    one.at = later;
                }
            }
        }
        if let Some(shown) = due.show {
            self.sees(&shown);
        }
    }

    /// The laws, by what this person has seen and not by what the app believes.
    fn sees(&mut self, shown: &Reminder) {
        let (who, today, here) = (self.number, self.today(), self.here());
        assert_eq!(
            shown.day, today,
            "person {who}: {here} is not the day it is for"
        );
        assert!(
            !self.seen.music.contains(&today),
            "person {who}: after music, at {here}"
        );
        let quiet = self.kept.wish.quiet;
        assert!(
            quiet.is_none_or(|q| !q.covers(here.time())),
            "person {who}: in quiet hours, at {here}"
        );
        let count = self.seen.shown.entry(today).or_default();
        if shown.again {
            count.1 += 1;
            assert!(
                self.seen.asked_again.contains(&today),
                "person {who}: nobody asked for more"
            );
        } else {
            count.0 += 1;
            let pause = pause(self.seen.ignored);
            let is_soon = self
                .seen
                .last_shown
                .is_some_and(|last| last <= today && i64::from((today - last).get_days()) < pause);
            assert!(
                !is_soon || self.seen.doubt,
                "person {who}: {} ignored, and again at {here}",
                self.seen.ignored
            );
        }
        assert!(
            count.0 <= 1 && count.1 <= 1,
            "person {who}: {count:?} on {today}"
        );
        self.seen.came += 1;
        if !shown.again {
            // What comes on the day of a decision is still part of making it.
            self.seen.ignored += u32::from(today != self.kept.wish.since);
            self.seen.last_shown = Some(today);
        }
        let mut answer = None;
        match self.dice.below(8) {
            0 if !shown.again => {
                answer = Some(Answer::Later);
                let at = self.now + 1.hour();
                self.kept.past.snooze = Some(Snooze { day: today, at });
                self.seen.asked_again.insert(today);
            }
            1 => {
                answer = Some(Answer::NotToday);
                self.kept.past.days_off.insert(today);
                self.seen.unruly.insert(today);
            }
            _ => {}
        }
        if answer.is_some() {
            self.seen.ignored = 0;
            self.seen.doubt = false;
        }
        if shown.again {
            self.kept.past.snooze = None;
            if let Some(first) = self.kept.past.shown.get_mut(&today) {
                first.answer = answer.or(first.answer);
            }
        } else {
            let text = shown.text;
            let exercise = None;
            self.kept.past.shown.insert(
                today,
                Shown {
                    text,
                    answer,
                    exercise,
                },
            );
        }
        self.replan(Until::Done);
    }

    /// None lost: a day on which one was due and nothing odd happened has had one.
    fn check_days(&mut self) {
        let today = self.today();
        let last = self.seen.checked.unwrap_or(today);
        self.seen.checked = Some(today);
        if self
            .seen
            .odd
            .range(last.min(today)..=last.max(today))
            .next()
            .is_some()
        {
            self.seen.doubt = true;
        }
        if (today - last).get_days() != 1 || self.seen.doubt {
            return;
        }
        let (seen, wish) = (&self.seen, &self.kept.wish);
        let neighbours = [last - 1.day(), last, today];
        let is_plain = neighbours.iter().all(|day| !seen.unruly.contains(day));
        let could = wish.on(last).is_some_and(|local| {
            // The hour that is not there, or comes twice, may be moved out of the day.
            !self.zone.to_ambiguous_zoned(local).is_ambiguous()
        });
        let before_it = seen.last_shown.filter(|day| *day < last);
        let came = seen.shown.get(&last).is_some_and(|count| count.0 == 1);
        let is_time =
            before_it.is_none_or(|day| i64::from((last - day).get_days()) >= pause(seen.ignored));
        if is_plain && could && !seen.music.contains(&last) && !came && is_time {
            panic!(
                "person {}: the one on {last} was lost, at {}: {:?} {:?}",
                self.number,
                self.here(),
                self.kept.wish,
                self.seen
            );
        }
        if is_plain && could && came {
            self.seen.expected += 1;
        }
    }

    fn plays(&mut self) {
        let today = self.today();
        self.kept.past.practised.insert(today);
        self.seen.music.insert(today);
        self.seen.ignored = 0;
        self.seen.doubt = false;
        self.replan(Until::Done);
    }

    fn unruly(&mut self) {
        let today = self.today();
        self.seen.unruly.insert(today);
    }

    fn step(&mut self) {
        let minutes = 20 + self.dice.below(60 * 15) as i64;
        self.until(self.now + minutes.minutes());
        if self.keen > 0 && self.dice.one_in(self.keen) {
            self.plays();
        }
        match self.dice.below(160) {
            0..40 => self.launch(),
            40..60 => self.replan(Until::Done),
            // A day is taken off, and the battery dies while alarms are being changed.
            60..64 => {
                let at = [
                    Until::Written,
                    Until::Disarmed,
                    Until::HalfArmed,
                    Until::Armed,
                ];
                let today = self.today();
                self.kept.past.days_off.insert(today);
                self.unruly();
                let until = at[self.dice.below(4) as usize];
                self.replan(until);
                self.launch();
            }
            64..67 => {
                self.unruly();
                let there = ZONES[self.dice.below(20) as usize];
                self.zone = TimeZone::get(there).unwrap();
                self.unruly();
                self.seen.checked = None;
                self.replan(Until::Done);
            }
            67 => {
                self.unruly();
                let (today, dice) = (self.today(), &mut self.dice);
                self.kept.wish = wish(dice, today);
                self.seen.ignored = 0;
                self.replan(Until::Done);
            }
            // Somebody sets the clock wrong for a while, and right again.
            68 => {
                let (right, back) = (self.now, self.dice.one_in(2));
                let days = 1 + self.dice.below(90) as i64;
                let wrong = right + (if back { -24 } else { 24 } * days).hours();
                self.unruly();
                self.now = wrong;
                self.goes_off();
                self.seen.odd.insert(self.today());
                self.unruly();
                self.seen.checked = None;
                self.replan(Until::Done);
                self.now = right;
                self.seen.doubt = true;
                self.seen.checked = None;
                self.unruly();
                self.replan(Until::Done);
            }
            _ => {}
        }
    }
}

/// Days between, by the words of the design and not by the code.
fn pause(ignored: u32) -> i64 {
    match ignored {
        0..3 => 1,
        3..10 => 2,
        10..14 => 7,
        _ => i64::MAX,
    }
}

fn wish(dice: &mut Dice, since: Date) -> Wish {
    let hour = |dice: &mut Dice| time(dice.below(24) as i8, dice.below(60) as i8, 0, 0);
    let same = match dice.below(3) {
        0 => When::Between {
            from: time(18, 0, 0, 0),
            until: time(20, 0, 0, 0),
        },
        _ => When::At(hour(dice)),
    };
    let weekend = When::At(hour(dice));
    let mut week = [Some(same); 7];
    if dice.one_in(3) {
        week[5..].fill(Some(weekend));
    }
    for day in &mut week {
        if dice.one_in(3) {
            *day = None;
        }
    }
    let quiet = dice.one_in(2).then(|| Quiet {
        from: time(22, 30, 0, 0),
        until: time(7, 30, 0, 0),
    });
    Wish {
        week,
        cue: None,
        quiet,
        since,
    }
}

/// What one of them has lived through: reminders that came, and those on days on which nothing odd
/// happened.
fn a_year_of(number: u64) -> (u64, u64) {
    let end = "2028-03-02T00:00:00Z".parse::<Timestamp>().unwrap();
    let mut person = Person::new(number);
    while person.now < end {
        person.step();
    }
    (person.seen.came, person.seen.expected)
}

#[test]
fn never_two_a_day_never_one_after_music_and_none_lost() {
    let people = std::env::var("UNDERSONG_PEOPLE").ok();
    let people: u64 = people.and_then(|text| text.parse().ok()).unwrap_or(1_000);
    let cores = thread::available_parallelism().map_or(1, usize::from);
    // Nobody knows anybody, so they need not live one after the other.
    let all: Vec<(u64, u64)> = thread::scope(|scope| {
        let share = |core| (core as u64..people).step_by(cores);
        let shares: Vec<_> = (0..cores)
            .map(|core| scope.spawn(move || share(core).map(a_year_of).collect::<Vec<_>>()))
            .collect();
        let lived = shares.into_iter().flat_map(|share| share.join().unwrap());
        lived.collect()
    });
    let came: u64 = all.iter().map(|(came, _)| came).sum();
    let expected: u64 = all.iter().map(|(_, expected)| expected).sum();
    let days = people * 426;
    println!("{people} people, {days} days: {came} reminders, {expected} on plain days");
    // The laws must have had something to judge.
    assert!(
        came > people * 40 && expected > people * 20,
        "{came} came, {expected} on plain days"
    );
}

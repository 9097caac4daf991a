//! Both sides of the border, without a phone: the worker is asked for one step at a time.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use jiff::Zoned;
use jiff::civil::{date, time};
use practice::reminders::{Cue, Past, When, Wish, plan};
use tauri_plugin_reminders::Happened as Said;

use super::*;

/// What crossed, and what the phone will say.
#[derive(Default)]
struct Border {
    kept: Vec<Keep>,
    shown: Vec<Entry>,
    rehearsed: Vec<(Entry, Duration)>,
    news: VecDeque<News>,
    /// It refuses everything.
    refuses: bool,
}

#[derive(Clone, Default)]
struct Beyond(Arc<Mutex<Border>>);

impl Beyond {
    fn with<T>(&self, look: impl FnOnce(&mut Border) -> T) -> T {
        look(&mut self.0.lock().expect("nobody panicked"))
    }

    fn unless_refused(&self, look: impl FnOnce(&mut Border)) -> Result<(), String> {
        self.with(|border| {
            if border.refuses {
                return Err("no".into());
            }
            look(border);
            Ok(())
        })
    }
}

impl Phone for Beyond {
    fn keep(&self, keep: &Keep) -> Result<(), String> {
        self.unless_refused(|border| border.kept.push(keep.clone()))
    }

    fn show(&self, reminder: &Entry) -> Result<(), String> {
        self.unless_refused(|border| border.shown.push(reminder.clone()))
    }

    fn rehearse(&self, reminder: &Entry, after: Duration) -> Result<(), String> {
        self.unless_refused(|border| border.rehearsed.push((reminder.clone(), after)))
    }

    fn withdraw(&self, _: i32) -> Result<(), String> {
        self.unless_refused(|_| {})
    }

    fn ask(&self) {}

    fn news(&self) -> Result<News, String> {
        self.with(|border| border.news.pop_front().ok_or_else(|| "nothing".into()))
    }
}

struct Both {
    reminders: PhoneReminders,
    worker: Worker<Beyond>,
    to_do: Receiver<Task>,
    beyond: Beyond,
}

impl Both {
    fn new() -> Both {
        let (tasks, to_do) = channel();
        let (said, heard) = channel();
        let beyond = Beyond::default();
        Both {
            reminders: PhoneReminders::new(tasks, heard),
            worker: Worker {
                phone: beyond.clone(),
                heard: said,
            },
            to_do,
            beyond,
        }
    }

    /// The worker does what there is to do.
    fn works(&mut self) {
        for task in self.to_do.try_iter() {
            self.worker.step(task);
        }
    }

    /// The app asks, as it does every tick; then the worker works.
    fn ticks(&mut self) -> Vec<Meanwhile> {
        let meanwhile = self.reminders.meanwhile();
        self.works();
        meanwhile
    }

    fn news(&mut self, permission: Allowed, happened: Vec<Said>) {
        let news = News {
            permission,
            happened,
        };
        self.beyond.with(|border| border.news.push_back(news));
        self.worker.step(Task::News);
    }

    /// The first moments, with nothing to tell.
    fn met() -> Both {
        let mut both = Both::new();
        both.news(Allowed::Granted, vec![]);
        both.ticks();
        both.ticks();
        both.beyond.with(|border| border.kept.clear());
        both
    }

    /// The last list that crossed: ids.
    fn kept(&self) -> Vec<i32> {
        self.beyond.with(|border| {
            let last = border.kept.last().expect("a list crossed");
            last.reminders.iter().map(|entry| entry.id).collect()
        })
    }

    fn crossings(&self) -> usize {
        self.beyond.with(|border| border.kept.len())
    }
}

fn said(id: i32, what: &str, text: &str) -> Said {
    Said {
        id,
        at: 1_795_543_200_000,
        what: what.into(),
        text: text.into(),
    }
}

fn two_weeks() -> Vec<Reminder> {
    let wish = Wish {
        week: [Some(When::At(time(19, 0, 0, 0))); 7],
        cue: Some(Cue::Own("after my pills".into())),
        quiet: None,
        since: date(2026, 1, 1),
    };
    let now: Zoned = "2026-11-24T12:00:00[Europe/Berlin]"
        .parse()
        .expect("a moment");
    plan(&wish, &Past::default(), &now)
}

#[test]
fn a_plan_crosses_as_one_list_and_only_when_it_changed() {
    let mut both = Both::met();
    let plan = two_weeks();
    plan.iter().for_each(|one| both.reminders.arm(one));
    both.ticks();
    assert_eq!(both.kept().len(), plan.len());
    // The same plan once more: taken away and armed again, within one tick.
    plan.iter().for_each(|one| both.reminders.disarm(one.id));
    plan.iter().for_each(|one| both.reminders.arm(one));
    both.ticks();
    assert_eq!(both.crossings(), 1);
    both.reminders.disarm(plan[0].id);
    both.ticks();
    assert_eq!(both.kept()[0], plan[1].id.0);
}

#[test]
fn the_first_list_waits_for_what_the_phone_did_meanwhile() {
    let mut both = Both::new();
    two_weeks().iter().for_each(|one| both.reminders.arm(one));
    both.ticks();
    assert_eq!(both.crossings(), 0);
    let later = said(202_611_240, "later", "");
    both.news(Allowed::Granted, vec![later]);
    let meanwhile = both.ticks();
    assert_eq!(meanwhile[0].what, Happened::Replied(Reply::Later));
    assert_eq!(both.crossings(), 0, "the app has only just heard");
    // It plans anew, with one more; and that is the first list the phone sees.
    let mut again = two_weeks()[0].clone();
    again.id = ReminderId(202_611_241);
    both.reminders.arm(&again);
    both.ticks();
    assert!(both.kept().contains(&202_611_241));
    assert_eq!(both.crossings(), 1);
}

#[test]
fn what_happened_is_told_once() {
    let mut both = Both::new();
    let shown = said(202_611_240, "shown", "oneSmallBeat");
    both.news(Allowed::Granted, vec![shown, said(202_611_240, "open", "")]);
    let told: Vec<Happened> = both.ticks().iter().map(|one| one.what).collect();
    let opened = Happened::Replied(Reply::Start(Length::Full));
    assert_eq!(told, [Happened::Shown(Text::OneSmallBeat), opened]);
    assert_eq!(both.ticks(), []);
}

#[test]
fn an_answer_after_midnight_names_its_own_day() {
    let meant = meant(&said(202_611_240, "not-today", "")).expect("it is known");
    assert_eq!(meant.id.day(), Some(date(2026, 11, 24)));
    assert_eq!(meant.at.as_millisecond(), 1_795_543_200_000);
}

#[test]
fn every_button_comes_back_as_what_it_says_and_anything_else_is_left_out() {
    let reply = |what: &str| match meant(&said(1, what, "")) {
        Some(Meanwhile {
            what: Happened::Replied(reply),
            ..
        }) => Some(reply.words()),
        _ => None,
    };
    let words = words();
    assert_eq!(reply("two-minutes"), Some(words.two_minutes.as_str()));
    assert_eq!(reply("later"), Some(words.later.as_str()));
    assert_eq!(reply("not-today"), Some(words.not_today.as_str()));
    assert_eq!(reply("sung"), None);
    let odd = Said {
        at: i64::MAX,
        ..said(1, "open", "")
    };
    assert_eq!(meant(&odd), None);
}

#[test]
fn every_text_comes_back_as_itself_and_an_old_one_as_some_text() {
    for text in Text::ALL {
        let shown = meant(&said(202_611_240, "shown", &name(text))).expect("it is known");
        assert_eq!(shown.what, Happened::Shown(text));
    }
    let old = meant(&said(202_611_240, "shown", "hurryUp")).expect("it was shown");
    assert_eq!(old.what, Happened::Shown(Text::TwoMinutes));
}

#[test]
fn nothing_a_person_wrote_crosses() {
    let entries: Vec<Entry> = two_weeks().iter().map(entry).collect();
    assert_eq!(entries[0].local.as_deref(), Some("2026-11-24T19:00:00"));
    let crossing = serde_json::to_string(&entries).expect("it is text");
    assert!(!crossing.contains("pills"));
}

#[test]
fn one_that_is_tried_crosses_at_once_and_apart_from_the_list() {
    let mut both = Both::met();
    two_weeks().iter().for_each(|one| both.reminders.arm(one));
    both.ticks();
    let trial = Invitation {
        id: ReminderId(1),
        title: "Undersong".into(),
        body: "This is how a reminder comes.".into(),
        can_wait: false,
    };
    let after = Duration::from_secs(10);
    assert!(both.reminders.rehearse(&trial, after));
    both.ticks();
    let crossed = both.beyond.with(|border| border.rehearsed.clone());
    let [(entry, waits)] = &crossed[..] else {
        panic!("one crosses: {crossed:?}")
    };
    assert_eq!((entry.id, &entry.day, *waits), (1, &None, after));
    assert_eq!(both.crossings(), 1, "the list stays as it was");
    assert!(!both.kept().contains(&1));
    assert!(both.beyond.with(|border| border.shown.is_empty()));
}

#[test]
fn a_list_that_was_refused_crosses_with_the_next_news_and_nobody_is_pestered() {
    let mut both = Both::met();
    both.beyond.with(|border| border.refuses = true);
    two_weeks().iter().for_each(|one| both.reminders.arm(one));
    both.ticks();
    both.beyond.with(|border| border.refuses = false);
    for _ in 0..10 {
        both.ticks();
    }
    assert_eq!(both.crossings(), 0);
    both.news(Allowed::Granted, vec![]);
    both.ticks();
    assert_eq!(both.crossings(), 1);
}

#[test]
fn a_phone_without_words_is_armed_all_the_same() {
    let mut both = Both::new();
    both.reminders.arm(&two_weeks()[0]);
    both.worker.step(Task::News);
    both.ticks();
    both.ticks();
    assert_eq!(both.kept(), [202_611_240]);
}

#[test]
fn permission_is_known_once_the_phone_has_said_it() {
    let mut both = Both::new();
    assert_eq!(both.reminders.permission(), Permission::Unavailable);
    both.news(Allowed::Prompt, vec![]);
    both.ticks();
    assert_eq!(both.reminders.permission(), Permission::Prompt);
}

#[test]
fn more_than_a_phone_keeps_is_cut_at_the_far_end() {
    let mut both = Both::met();
    let one = &two_weeks()[0];
    for day in 0..60 {
        let mut other = one.clone();
        other.id = ReminderId(202_611_240 + day * 10);
        both.reminders.arm(&other);
    }
    both.ticks();
    assert_eq!(both.kept().len(), MOST);
    assert_eq!(both.kept()[0], 202_611_240);
}

#[test]
fn a_worker_of_its_own_carries_across() {
    let beyond = Beyond::default();
    beyond.with(|border| border.news.push_back(News::default()));
    let there = beyond.clone();
    let mut reminders = PhoneReminders::begin(move |_| Some(there));
    reminders.arm(&two_weeks()[0]);
    while beyond.with(|border| border.kept.is_empty()) {
        reminders.meanwhile();
        thread::yield_now();
    }
    assert_eq!(reminders.permission(), Permission::Denied);
}

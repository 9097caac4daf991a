//! Reminders on a phone: the app's plan on one side, what the phone keeps of it on the other.
//!
//! The phone answers on its main thread, and the app is held by a lock while it speaks; so the two
//! never wait for each other. What the app wants is collected here; a worker carries it across, one
//! thing after another, and brings the news back.
//!
//! |  | until the first news were taken | from then on |
//! |---|---|---|
//! | the list | is collected | crosses when it differs from what crossed last |
//! | showing, trying, withdrawing, asking | cross at once | cross at once |
//!
//! The list waits because it was planned before anybody knew what the phone had done meanwhile: it
//! would take away an "in an hour" that was asked for at breakfast.

#[cfg(mobile)]
mod real;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use app::ipc::Length;
use app::{
    Happened, Invitation, Meanwhile, Permission, Quiet, Reminder, ReminderId, ReminderSink, Reply,
    Text,
};
use jiff::Timestamp;
use tauri_plugin_reminders::{Allowed, Entry, Hours, Keep, News, Words};

#[cfg(mobile)]
pub use real::find;

/// An iPhone keeps 64 and throws away the rest without a word. The plan never has more than 15.
const MOST: usize = 40;

/// The phone, as it is called: on the worker, which may be kept waiting.
pub trait Phone: Send + 'static {
    fn keep(&self, keep: &Keep) -> Result<(), String>;
    fn show(&self, reminder: &Entry) -> Result<(), String>;
    fn rehearse(&self, reminder: &Entry, after: Duration) -> Result<(), String>;
    fn withdraw(&self, id: i32) -> Result<(), String>;
    /// Does not wait for the answer.
    fn ask(&self);
    fn news(&self) -> Result<News, String>;
}

/// What a person reads around a reminder, on every phone.
#[must_use]
pub fn words() -> Words {
    Words {
        name: "Undersong".into(),
        channel: "Reminders".into(),
        about: "One a day at most, on the days you chose.".into(),
        two_minutes: Reply::Start(Length::TwoMinutes).words().into(),
        later: Reply::Later.words().into(),
        not_today: Reply::NotToday.words().into(),
    }
}

/// The app's way to a phone's reminders.
pub struct PhoneReminders {
    tasks: Sender<Task>,
    heard: Receiver<Heard>,
    permission: Permission,
    wanted: BTreeMap<i32, Entry>,
    quiet: Option<Hours>,
    /// As it crossed last; `None` if the phone may have something else.
    told: Option<Keep>,
    /// There is a reason to compare the two.
    is_touched: bool,
    start: Start,
}

/// How far the phone and the app have got in knowing each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Start {
    Waiting,
    /// The app has the first news and makes of them what it will.
    Handed,
    Done,
}

/// What the worker is to do.
#[derive(Debug, PartialEq, Eq)]
pub enum Task {
    Keep(Keep),
    Show(Entry),
    Rehearse(Entry, Duration),
    Withdraw(i32),
    Ask,
    News,
}

enum Heard {
    News(News),
    /// The phone has no words for it.
    NoNews,
    /// The list did not cross. It does with the next change or news, and not over and over.
    NotKept,
}

/// The half that waits.
struct Worker<P> {
    phone: P,
    heard: Sender<Heard>,
}

impl PhoneReminders {
    /// `connect` is called on the worker, once: it is given the phone's ear, which asks for news
    /// whenever it is called.
    pub fn begin<P: Phone>(
        connect: impl FnOnce(Box<dyn Fn() + Send + Sync>) -> Option<P> + Send + 'static,
    ) -> PhoneReminders {
        let (tasks, to_do) = channel();
        let (said, heard) = channel();
        let ear = tasks.clone();
        let working = move || {
            // Nobody listens any more once the app is closed, here and below.
            let hear = Box::new(move || drop(ear.send(Task::News)));
            let Some(phone) = connect(hear) else {
                return;
            };
            let worker = Worker { phone, heard: said };
            worker.step(Task::News);
            for task in to_do {
                worker.step(task);
            }
        };
        if let Err(error) = thread::Builder::new()
            .name("reminders".into())
            .spawn(working)
        {
            log::warn!("no thread for the phone's reminders: {error}");
        }
        PhoneReminders::new(tasks, heard)
    }

    fn new(tasks: Sender<Task>, heard: Receiver<Heard>) -> PhoneReminders {
        PhoneReminders {
            tasks,
            heard,
            permission: Permission::Unavailable,
            wanted: BTreeMap::new(),
            quiet: None,
            told: None,
            is_touched: true,
            start: Start::Waiting,
        }
    }

    fn send(&self, task: Task) -> bool {
        self.tasks.send(task).is_ok()
    }

    /// The list crosses, if the phone has another.
    fn tell(&mut self) {
        if !std::mem::take(&mut self.is_touched) {
            return;
        }
        if self.wanted.len() > MOST {
            log::warn!(
                "{} reminders are more than a phone keeps",
                self.wanted.len()
            );
        }
        let keep = Keep {
            reminders: self.wanted.values().take(MOST).cloned().collect(),
            quiet: self.quiet.clone(),
        };
        if self.told.as_ref() != Some(&keep) && self.send(Task::Keep(keep.clone())) {
            self.told = Some(keep);
        }
    }
}

impl ReminderSink for PhoneReminders {
    fn keeps_time(&self) -> bool {
        true
    }

    fn permission(&mut self) -> Permission {
        self.permission
    }

    fn ask(&mut self) {
        self.send(Task::Ask);
    }

    fn arm(&mut self, reminder: &Reminder) {
        let entry = entry(reminder);
        self.is_touched = true;
        self.wanted.insert(entry.id, entry);
    }

    fn disarm(&mut self, id: ReminderId) {
        self.is_touched = true;
        self.wanted.remove(&id.0);
    }

    fn quiet(&mut self, hours: Option<Quiet>) {
        self.is_touched = true;
        self.quiet = hours.map(|hours| Hours {
            from: hours.from.strftime("%H:%M:%S").to_string(),
            until: hours.until.strftime("%H:%M:%S").to_string(),
        });
    }

    fn tells(&self) -> bool {
        true
    }

    fn meanwhile(&mut self) -> Vec<Meanwhile> {
        if self.start == Start::Handed {
            self.start = Start::Done;
        }
        let mut all = vec![];
        for heard in self.heard.try_iter() {
            match heard {
                Heard::NotKept => {
                    self.told = None;
                    continue;
                }
                Heard::NoNews => {}
                Heard::News(news) => {
                    self.permission = match news.permission {
                        Allowed::Prompt => Permission::Prompt,
                        Allowed::Granted => Permission::Granted,
                        Allowed::Denied => Permission::Denied,
                    };
                    all.extend(news.happened.iter().filter_map(meant));
                }
            }
            self.is_touched = true;
            if self.start == Start::Waiting {
                self.start = Start::Handed;
            }
        }
        if self.start == Start::Done {
            self.tell();
        }
        all
    }

    fn show(&mut self, invitation: &Invitation) -> bool {
        self.send(Task::Show(shown(invitation)))
    }

    fn rehearse(&mut self, invitation: &Invitation, after: Duration) -> bool {
        self.send(Task::Rehearse(shown(invitation), after))
    }

    fn withdraw(&mut self, id: ReminderId) {
        self.send(Task::Withdraw(id.0));
    }

    fn replies(&mut self) -> Vec<(ReminderId, Reply)> {
        vec![]
    }
}

impl<P: Phone> Worker<P> {
    /// One thing. What goes wrong goes to the log; the next start puts it right.
    fn step(&self, task: Task) {
        let phone = &self.phone;
        let (what, done) = match task {
            Task::Keep(keep) => ("arm", phone.keep(&keep)),
            Task::Show(entry) => ("show", phone.show(&entry)),
            Task::Rehearse(entry, after) => ("try", phone.rehearse(&entry, after)),
            Task::Withdraw(id) => ("withdraw", phone.withdraw(id)),
            Task::Ask => {
                phone.ask();
                return;
            }
            Task::News => {
                let news = phone.news();
                let heard = news
                    .inspect_err(|error| log::warn!("the phone says nothing of reminders: {error}"))
                    .map_or(Heard::NoNews, Heard::News);
                let _ = self.heard.send(heard);
                return;
            }
        };
        if let Err(error) = done {
            log::warn!("the phone did not {what} a reminder: {error}");
            if what == "arm" {
                let _ = self.heard.send(Heard::NotKept);
            }
        }
    }
}

/// As it crosses. A person's own cue stays here; see [`Reminder::title`].
fn entry(reminder: &Reminder) -> Entry {
    Entry {
        id: reminder.id.0,
        day: Some(reminder.day.to_string()),
        local: Some(reminder.local.strftime("%Y-%m-%dT%H:%M:%S").to_string()),
        title: reminder.title(),
        body: reminder.body().into(),
        text: name(reminder.text),
        can_wait: !reminder.again,
    }
}

/// As it crosses to be shown now, or to be tried.
fn shown(invitation: &Invitation) -> Entry {
    let id = invitation.id;
    Entry {
        id: id.0,
        day: id.day().map(|day| day.to_string()),
        local: None,
        title: invitation.title.clone(),
        body: invitation.body.clone(),
        // No text of the plan's: shown now, the app knows; tried, it is none of them.
        text: String::new(),
        can_wait: invitation.can_wait,
    }
}

/// A text's name, as the store has it too.
fn name(text: Text) -> String {
    let name = serde_json::to_value(text).ok();
    name.and_then(|name| name.as_str().map(str::to_owned))
        .unwrap_or_default()
}

/// What the phone's word means; `None` if nobody knows.
fn meant(said: &tauri_plugin_reminders::Happened) -> Option<Meanwhile> {
    let what = match said.what.as_str() {
        // From an older version, with a text that is no more: some text was shown.
        "shown" => Happened::Shown(
            serde_json::from_value(said.text.as_str().into()).unwrap_or(Text::TwoMinutes),
        ),
        "open" => Happened::Replied(Reply::Start(Length::Full)),
        "two-minutes" => Happened::Replied(Reply::Start(Length::TwoMinutes)),
        "later" => Happened::Replied(Reply::Later),
        "not-today" => Happened::Replied(Reply::NotToday),
        other => {
            log::warn!("a phone said {other:?} of a reminder, and nobody knows what it means");
            return None;
        }
    };
    let at = Timestamp::from_millisecond(said.at)
        .inspect_err(|error| log::warn!("a phone's clock is no clock: {error}"))
        .ok()?;
    let id = ReminderId(said.id);
    Some(Meanwhile { id, at, what })
}

//! Where reminders are shown. The app decides when; a sink knows how.

use std::time::Duration;

use jiff::Timestamp;
use practice::reminders::{Quiet, Reminder, ReminderId, Text};

use crate::ipc::Length;

/// Whether anything may be shown outside the app.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Permission {
    /// There is no way: no notification service, or none we speak to.
    #[default]
    Unavailable,
    /// Not asked yet.
    Prompt,
    Granted,
    /// Only the person can change this, in the system's settings.
    Denied,
}

/// What is shown. It carries its own exercise, so that a tap opens that one whenever it comes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    pub id: ReminderId,
    pub title: String,
    pub body: String,
    /// Whether "In an hour" is offered: once, not over and over.
    pub can_wait: bool,
}

/// What a person did with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reply {
    /// Touched it: the whole exercise, or two minutes of it.
    Start(Length),
    /// In an hour.
    Later,
    NotToday,
}

impl Reply {
    /// As a button says it; touching the reminder itself is "Open".
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Reply::Start(Length::TwoMinutes) => "Start two minutes",
            Reply::Start(_) => "Open",
            Reply::Later => "In an hour",
            Reply::NotToday => "Not today",
        }
    }
}

/// What happened outside while nobody was there to see it, as a system that keeps time tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meanwhile {
    pub id: ReminderId,
    /// When it happened, which may be days ago.
    pub at: Timestamp,
    pub what: Happened,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Happened {
    /// The system showed it, with this text.
    Shown(Text),
    Replied(Reply),
}

/// A way to show reminders. Every call returns at once.
pub trait ReminderSink: Send {
    /// The system itself shows armed reminders, also when the app is not running. Otherwise the
    /// app's own clock does, and a person is told that it has to be open.
    fn keeps_time(&self) -> bool;

    fn permission(&mut self) -> Permission;

    /// Asks the person, where systems do. The answer is [`ReminderSink::permission`]'s, later.
    fn ask(&mut self);

    /// For systems that keep time; the same id again replaces.
    fn arm(&mut self, reminder: &Reminder);
    fn disarm(&mut self, id: ReminderId);

    /// For systems that keep time: from now on nothing is shown in these hours, not even "in an
    /// hour" from a button pressed while the app is closed.
    fn quiet(&mut self, _hours: Option<Quiet>) {}

    /// For systems that keep time: shows this one `after` from now, the way it shows what is armed,
    /// so that whoever waits for it learns whether that way works; also when the app is not running
    /// by then. It is apart from what is armed: nothing but another one takes it away. That it was
    /// shown is told by [`ReminderSink::meanwhile`]. `false` if the app has to do it.
    fn rehearse(&mut self, _invitation: &Invitation, _after: Duration) -> bool {
        false
    }

    /// It remembers what it showed and what was answered while the app was closed, and tells by
    /// [`ReminderSink::meanwhile`]. Of a system that keeps time and does not tell, whatever was
    /// armed and has come is taken as shown.
    fn tells(&self) -> bool {
        false
    }

    /// What happened outside since the last call, oldest first; each thing is told once.
    fn meanwhile(&mut self) -> Vec<Meanwhile> {
        vec![]
    }

    /// Shows it now. `false` if it could not be shown: then the app's own card is all there is.
    fn show(&mut self, invitation: &Invitation) -> bool;

    /// Takes it away again, if it is still there.
    fn withdraw(&mut self, id: ReminderId);

    /// What people did since the last call.
    fn replies(&mut self) -> Vec<(ReminderId, Reply)>;

    /// The app closes. Where a touch reaches it only while it is open, what is still on the screen
    /// goes; the one call that may take a moment.
    fn leave(&mut self) {}
}

/// No notifications at all: the terminal, or a system without them. The app's own card is left.
#[derive(Debug, Clone, Copy, Default)]
pub struct CardOnly;

impl ReminderSink for CardOnly {
    fn keeps_time(&self) -> bool {
        false
    }

    fn permission(&mut self) -> Permission {
        Permission::Unavailable
    }

    fn ask(&mut self) {}
    fn arm(&mut self, _: &Reminder) {}
    fn disarm(&mut self, _: ReminderId) {}

    fn show(&mut self, _: &Invitation) -> bool {
        false
    }

    fn withdraw(&mut self, _: ReminderId) {}

    fn replies(&mut self) -> Vec<(ReminderId, Reply)> {
        vec![]
    }
}

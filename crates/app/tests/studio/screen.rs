//! Where reminders are shown, as a test plays it: a desktop, or a phone that keeps time by itself.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use app::ipc::{Act, Length, ReminderTime, ReminderWish};
use app::{
    Happened, Invitation, Meanwhile, Permission, Quiet, Reminder, ReminderId, ReminderSink, Reply,
};
use jiff::Timestamp;

use super::Studio;

/// What it has in its memory, which outlives the app.
#[derive(Default)]
pub struct Shows {
    pub permission: Permission,
    /// It shows what is armed by itself,
    pub keeps_time: bool,
    /// and says so afterwards.
    pub tells: bool,
    /// It cannot show anything after all.
    pub is_broken: bool,
    pub asked: u32,
    pub armed: Vec<Reminder>,
    pub quiet: Option<Quiet>,
    pub shown: Vec<Invitation>,
    /// To be tried, and after how long.
    pub rehearsed: Vec<(Invitation, Duration)>,
    pub withdrawn: Vec<ReminderId>,
    touched: Vec<(ReminderId, Reply)>,
    news: Vec<Meanwhile>,
}

/// One end; the other is in the app.
#[derive(Clone, Default)]
pub struct Screen(Arc<Mutex<Shows>>);

impl Screen {
    /// One whose owner has said this about notifications.
    pub fn with(permission: Permission) -> Screen {
        let screen = Screen::default();
        screen.look().permission = permission;
        screen
    }

    pub fn desktop() -> Screen {
        Screen::with(Permission::Granted)
    }

    pub fn phone() -> Screen {
        let phone = Screen::desktop();
        phone.look().keeps_time = true;
        phone.look().tells = true;
        phone
    }

    pub fn look(&self) -> MutexGuard<'_, Shows> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The texts that were shown, oldest first.
    pub fn shown(&self) -> Vec<String> {
        let shows = self.look();
        shows.shown.iter().map(|one| one.body.clone()).collect()
    }

    /// Touches the newest one.
    pub fn touch(&self, reply: Reply) {
        let mut shows = self.look();
        let id = shows.shown.last().expect("one was shown").id;
        shows.touched.push((id, reply));
    }

    /// The phone did this by itself, at `at` in UTC.
    pub fn happened(&self, id: i32, at: &str, what: Happened) {
        let at: Timestamp = format!("{at}Z").parse().expect("a moment");
        let id = ReminderId(id);
        self.look().news.push(Meanwhile { id, at, what });
    }

    /// Days of the month that are armed, earliest first.
    pub fn days(&self) -> Vec<i8> {
        let mut armed = self.look().armed.clone();
        armed.sort_by_key(|one| one.at);
        armed.iter().map(|one| one.day.day()).collect()
    }
}

impl ReminderSink for Screen {
    fn keeps_time(&self) -> bool {
        self.look().keeps_time
    }

    fn permission(&mut self) -> Permission {
        self.look().permission
    }

    fn ask(&mut self) {
        self.look().asked += 1;
    }

    fn arm(&mut self, reminder: &Reminder) {
        self.disarm(reminder.id);
        self.look().armed.push(reminder.clone());
    }

    fn disarm(&mut self, id: ReminderId) {
        self.look().armed.retain(|one| one.id != id);
    }

    fn quiet(&mut self, hours: Option<Quiet>) {
        self.look().quiet = hours;
    }

    fn rehearse(&mut self, invitation: &Invitation, after: Duration) -> bool {
        let mut shows = self.look();
        if shows.tells {
            shows.rehearsed.push((invitation.clone(), after));
        }
        shows.tells
    }

    fn tells(&self) -> bool {
        self.look().tells
    }

    fn meanwhile(&mut self) -> Vec<Meanwhile> {
        std::mem::take(&mut self.look().news)
    }

    fn show(&mut self, invitation: &Invitation) -> bool {
        let mut shows = self.look();
        shows.shown.push(invitation.clone());
        !shows.is_broken
    }

    fn withdraw(&mut self, id: ReminderId) {
        self.look().withdrawn.push(id);
    }

    fn replies(&mut self) -> Vec<(ReminderId, Reply)> {
        std::mem::take(&mut self.look().touched)
    }
}

impl Studio {
    /// From now on reminders are shown there.
    pub fn reminded_on(&mut self, screen: &Screen) {
        let sink = Box::new(screen.clone());
        self.app.remind_through(sink).expect("the store is there");
    }

    pub fn wishes_to_be_reminded(&mut self, wish: &ReminderWish) {
        let decided = self.app.decide_reminders(Some(wish));
        decided.expect("it makes sense");
    }

    /// A short one, kept.
    pub fn makes_a_piece(&mut self) {
        self.begin("lp01", Length::Full);
        self.act(Act::Start);
        self.seconds(4.0);
        self.act(Act::Slot { index: 2, on: true });
        self.seconds(20.0);
        self.act(Act::Stop);
        self.until_the_end();
        self.app.leave().expect("back to today");
    }

    /// The clock on the wall is set, in UTC.
    pub fn clock_shows(&mut self, moment: &str) {
        let then = format!("{moment}[UTC]").parse().expect("a moment");
        self.app.set_clock(then);
    }

    /// The wall clock moves on, and one look follows: a lid closed and opened.
    pub fn sleeps_until(&mut self, moment: &str) {
        self.clock_shows(moment);
        self.seconds(1.1);
    }
}

/// Without a cue or quiet hours.
pub fn every_day_at(time: &str) -> ReminderWish {
    let time = ReminderTime {
        from: time.into(),
        until: None,
    };
    ReminderWish {
        week: vec![Some(time); 7],
        cue: None,
        quiet: None,
    }
}

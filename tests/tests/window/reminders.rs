//! Reminders in the real window while the clock on the wall does what clocks do: it goes forward
//! and back in spring and autumn, is set by somebody, and moves on while a lid is closed.

use std::fs;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use jiff::Zoned;
use serde_json::json;
use undersong_tests::notifications::Service;
use undersong_tests::wall_clock::WallClock;
use undersong_tests::webdriver::{PATIENCE, until};
use undersong_tests::window::{Home, Window};

use super::EVERY_DAY_AT;

/// Longer than the app takes to look at the clock, and the clock to be noticed.
const A_MOMENT: Duration = Duration::from_secs(3);

/// Anna's computer in Berlin, with a clock of its own and something that shows notifications.
struct Computer {
    home: Home,
    clock: WallClock,
    notifications: Service,
}

impl Computer {
    fn at(now: &str) -> Result<Computer> {
        let now = berlin(now)?;
        let mut home = Home::new(vec![])?;
        let notifications = Service::start(home.folder(), home.display())?;
        let clock = WallClock::hang_up(home.folder(), &now)?;
        home.tell(notifications.env());
        for variable in clock.env()? {
            home.tell(variable);
        }
        store::fixtures::anna_with_three_weeks_of_humming(&home.kept(), &now)?.close()?;
        Ok(Computer {
            home,
            clock,
            notifications,
        })
    }

    /// The lid is closed, and opened at `then`.
    fn sleeps_until(&self, window: &Window, then: &str) -> Result<()> {
        window.signal("STOP")?;
        self.clock.set(&berlin(then)?)?;
        window.signal("CONT")
    }

    /// One comes, not before `planned`, and is alone; then it is closed without an answer.
    fn is_reminded_at(&self, planned: &str) -> Result<()> {
        let planned = berlin(planned)?;
        until(PATIENCE, &format!("one comes at {planned}"), || {
            (self.notifications.waiting().ok()? > 0).then_some(())
        })?;
        let came = self.clock.now()?;
        ensure!(came >= planned, "planned for {planned}, it came at {came}");
        thread::sleep(A_MOMENT);
        let count = self.notifications.waiting()?;
        ensure!(count == 1, "{count} came at {planned}");
        self.notifications.close_all()
    }

    /// Nothing comes until `over`.
    fn is_left_alone_until(&self, over: &str) -> Result<()> {
        let over = berlin(over)?;
        until(PATIENCE, &format!("it is {over}"), || {
            (self.clock.now().ok()? >= over).then_some(())
        })?;
        let count = self.notifications.waiting()?;
        ensure!(count == 0, "{count} came by {over}");
        Ok(())
    }

    /// How many have been closed so far.
    fn came(&self) -> Result<usize> {
        Ok(self.notifications.history()?.len())
    }
}

/// "2027-03-28T19:00+02:00", in Berlin.
fn berlin(at: &str) -> Result<Zoned> {
    format!("{at}[Europe/Berlin]")
        .parse()
        .context(at.to_owned())
}

fn remind_every_day_at(window: &Window, time: &str, button: &str) -> Result<()> {
    window.press("button", button)?;
    window.run(EVERY_DAY_AT, &json!([time]))?;
    window.press("button", "Save")?;
    window.wait_for_text(&format!("every day at {time}"))
}

#[test]
fn a_reminder_comes_once_a_day_however_the_clock_moves() -> Result<()> {
    let anna = Computer::at("2027-03-27T12:00+01:00")?;
    let window = anna.home.open("clock", &[])?;
    window.press("link", "Settings")?;
    remind_every_day_at(&window, "19:00", "Set a reminder")?;
    window.wait_for_text("Next: Sat 19:00")?;

    // In the night between, clocks go forward: seven is seven, an hour earlier than the day before.
    anna.sleeps_until(&window, "2027-03-28T18:59:55+02:00")?;
    anna.is_reminded_at("2027-03-28T19:00+02:00")?;
    ensure!(anna.came()? == 1, "Saturday's was slept through");

    // Somebody sets the clock back, and it is seven once more.
    anna.clock.set(&berlin("2027-03-28T18:59:56+02:00")?)?;
    anna.is_left_alone_until("2027-03-28T19:00:04+02:00")?;
    window.wait_for_text("Next: Mon 19:00")?;

    // Ten days and five reminders later somebody opens the lid.
    anna.sleeps_until(&window, "2027-04-07T21:30+02:00")?;
    anna.is_reminded_at("2027-04-07T19:00+02:00")?;
    ensure!(anna.came()? == 2, "one for all of them");

    // In autumn there are two half past twos, and one reminder.
    anna.sleeps_until(&window, "2027-10-30T12:00+02:00")?;
    remind_every_day_at(&window, "02:30", "Change")?;
    window.wait_for_text("Next: Sun 2:30")?;
    anna.sleeps_until(&window, "2027-10-31T02:29:55+02:00")?;
    anna.is_reminded_at("2027-10-31T02:30+02:00")?;
    anna.sleeps_until(&window, "2027-10-31T02:29:56+01:00")?;
    anna.is_left_alone_until("2027-10-31T02:30:04+01:00")?;
    ensure!(anna.came()? == 3, "three evenings, three reminders");

    // One that nobody has answered goes with the window: its buttons would do nothing.
    anna.sleeps_until(&window, "2027-11-01T02:30:01+01:00")?;
    let one = || (anna.notifications.waiting().ok()? == 1).then_some(());
    until(PATIENCE, "one comes the night after", one)?;
    window.close()?;
    let none = || (anna.notifications.waiting().ok()? == 0).then_some(());
    until(PATIENCE, "it is taken away", none)
}

/// The file the desktop reads, the command in it, and what that does when a reminder has come while
/// the computer was off.
#[test]
fn a_computer_that_opens_undersong_at_login_says_what_came_meanwhile() -> Result<()> {
    let anna = Computer::at("2027-06-01T12:00+02:00")?;
    let window = anna.home.open("login", &[])?;
    window.press("link", "Settings")?;
    remind_every_day_at(&window, "19:00", "Set a reminder")?;
    let entry = anna
        .home
        .folder()
        .join("config/autostart/app.undersong.desktop");
    let login = ("switch", "Start Undersong when I log in");
    window.find(login.0, login.1)?;
    ensure!(!entry.exists(), "nobody has asked for it");
    window.press(login.0, login.1)?;
    until(PATIENCE, "it is written down", || {
        entry.exists().then_some(())
    })?;
    let text = fs::read_to_string(&entry)?;
    let command = text.lines().find_map(|line| line.strip_prefix("Exec="));
    let command = command.context("a command")?.to_owned();
    window.press(login.0, login.1)?;
    until(PATIENCE, "it is gone again", || {
        (!entry.exists()).then_some(())
    })?;
    window.close()?;

    let kept = anna.home.kept().display().to_string();
    let program = std::env::current_exe()?;
    let program = program.ancestors().nth(2).context("a folder")?;
    let program = program.join("undersong").display().to_string();
    let expected = format!("\"{program}\" \"--quiet\" \"--data\" \"{kept}\"");
    ensure!(command == expected, "{command}");

    anna.clock.set(&berlin("2027-06-01T20:00+02:00")?)?;
    let window = anna.home.open("login-quiet", &["--quiet"])?;
    let one = || (anna.notifications.waiting().ok()? == 1).then_some(());
    until(PATIENCE, "it is shown, though the app was only opened", one)?;
    anna.notifications.touch()?;
    window.find("heading", "Where are you right now?")?;
    window.close()
}

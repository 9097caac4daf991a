//! Reminders as desktop notifications, by the freedesktop.org specification.
//!
//! Spoken over the bus that GTK has open anyway. Neither of the libraries made for it fits: Tauri's
//! own plugin shows no buttons on a computer and shows at once what was scheduled
//! (tauri-apps/plugins-workspace#2141), and `notify-rust` brings a second D-Bus with some thirty
//! crates for the three calls made here.
//!
//! The app is held by a lock while it shows something, and a bus may take its time; so every call
//! is made on a thread of its own. Signals arrive on the main thread.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use app::ipc::Length;
use app::{Invitation, Permission, Reminder, ReminderId, ReminderSink, Reply};
use gio::prelude::*;
use gio::{
    BusNameWatcherFlags, BusType, Cancellable, DBusCallFlags, DBusConnection, DBusSignalFlags,
};
use glib::{Variant, VariantTy};

const SERVICE: &str = "org.freedesktop.Notifications";
const PLACE: &str = "/org/freedesktop/Notifications";
/// Nobody is kept waiting longer by a service that does not answer.
const PATIENCE_MS: i32 = 3_000;

/// The bus, and what is on the screen.
pub struct Notifications {
    bus: DBusConnection,
    shared: Arc<Shared>,
    replies: Receiver<(ReminderId, Reply)>,
}

#[derive(Default)]
struct Shared {
    /// Somebody on the bus shows notifications.
    is_there: AtomicBool,
    /// By the number the service gave.
    shown: Mutex<HashMap<u32, ReminderId>>,
}

impl Shared {
    /// Which of ours the service means by this number.
    fn whose(&self, number: u32) -> Option<ReminderId> {
        held(&self.shown).get(&number).copied()
    }

    /// The service is gone, and what it showed with it. Started again it counts from the beginning,
    /// and gives the same numbers to notifications of other programs.
    fn gone(&self) {
        held(&self.shown).clear();
    }
}

impl Notifications {
    /// Looks for the service. Call it on the main thread: answers arrive there. `None` without a
    /// session bus.
    #[must_use]
    pub fn find() -> Option<Notifications> {
        let bus = gio::bus_get_sync(BusType::Session, Cancellable::NONE);
        let bus = bus
            .map_err(|error| log::info!("no reminders outside the window: {error}"))
            .ok()?;
        // A bus that goes away takes the reminders with it, not the music.
        bus.set_exit_on_close(false);
        let shared = Arc::new(Shared::default());
        let (sender, replies) = channel();
        listen(&bus, &shared, sender);
        wait_for_it(&bus, &shared);
        let (asked, answer) = (bus.clone(), Arc::clone(&shared));
        thread::spawn(move || {
            let found = call(&asked, "GetServerInformation", None);
            answer.is_there.store(found.is_some(), Ordering::Release);
        });
        Some(Notifications {
            bus,
            shared,
            replies,
        })
    }
}

impl ReminderSink for Notifications {
    fn keeps_time(&self) -> bool {
        false
    }

    fn permission(&mut self) -> Permission {
        if self.shared.is_there.load(Ordering::Acquire) {
            Permission::Granted
        } else {
            Permission::Unavailable
        }
    }

    fn ask(&mut self) {}
    fn arm(&mut self, _: &Reminder) {}
    fn disarm(&mut self, _: ReminderId) {}

    fn show(&mut self, invitation: &Invitation) -> bool {
        if self.permission() != Permission::Granted {
            return false;
        }
        let (bus, shared) = (self.bus.clone(), Arc::clone(&self.shared));
        let (id, words) = (invitation.id, notification(invitation));
        thread::spawn(move || {
            let number = call(&bus, "Notify", Some(&words));
            match number.and_then(|number| number.child_value(0).get::<u32>()) {
                Some(number) => {
                    held(&shared.shown).insert(number, id);
                }
                None => shared.is_there.store(false, Ordering::Release),
            }
        });
        true
    }

    fn withdraw(&mut self, id: ReminderId) {
        let mut shown = held(&self.shared.shown);
        let number = shown.iter().find(|(_, other)| **other == id);
        let Some(number) = number.map(|(number, _)| *number) else {
            return;
        };
        shown.remove(&number);
        let bus = self.bus.clone();
        thread::spawn(move || call(&bus, "CloseNotification", Some(&(number,).to_variant())));
    }

    fn replies(&mut self) -> Vec<(ReminderId, Reply)> {
        self.replies.try_iter().collect()
    }

    /// Nobody would hear their buttons.
    fn leave(&mut self) {
        let shown = std::mem::take(&mut *held(&self.shared.shown));
        for number in shown.into_keys() {
            call(
                &self.bus,
                "CloseNotification",
                Some(&(number,).to_variant()),
            );
        }
    }
}

/// Hears which button was pressed.
fn listen(bus: &DBusConnection, shared: &Arc<Shared>, sender: Sender<(ReminderId, Reply)>) {
    let shared = Arc::clone(shared);
    let heard = move |_: &DBusConnection, _: &str, _: &str, _: &str, _: &str, said: &Variant| {
        let Some((number, key)) = said.get::<(u32, String)>() else {
            return;
        };
        if let Some(pressed) = shared.whose(number).zip(reply(&key)) {
            // Nobody listens any more once the app is closed.
            let _ = sender.send(pressed);
        }
    };
    let (name, place) = (Some(SERVICE), Some(PLACE));
    let signal = Some("ActionInvoked");
    bus.signal_subscribe(
        name,
        name,
        signal,
        place,
        None,
        DBusSignalFlags::NONE,
        heard,
    );
}

/// Notices a service that comes later: at login, a desktop starts in any order. One that goes away
/// may be started again by the bus when it is next asked, so its going means only that nothing of
/// ours is on the screen any more.
fn wait_for_it(bus: &DBusConnection, shared: &Arc<Shared>) {
    let (shared, left) = (Arc::clone(shared), Arc::clone(shared));
    let came = move |_: DBusConnection, _: &str, _: &str| {
        shared.is_there.store(true, Ordering::Release);
    };
    let went = move |_: DBusConnection, _: &str| left.gone();
    let flags = BusNameWatcherFlags::NONE;
    gio::bus_watch_name_on_connection(bus, SERVICE, flags, came, went);
}

/// What a button means; `default` is the notification itself.
fn reply(key: &str) -> Option<Reply> {
    match key {
        "default" => Some(Reply::Start(Length::Full)),
        "two-minutes" => Some(Reply::Start(Length::TwoMinutes)),
        "later" => Some(Reply::Later),
        "not-today" => Some(Reply::NotToday),
        _ => None,
    }
}

/// The arguments of `Notify`.
fn notification(invitation: &Invitation) -> Variant {
    let mut actions = vec!["default", "Open"];
    // One that is only tried has no day to begin, to put off or to leave.
    if invitation.id.day().is_some() {
        actions.extend(["two-minutes", "Start two minutes"]);
        if invitation.can_wait {
            actions.extend(["later", "In an hour"]);
        }
        actions.extend(["not-today", "Not today"]);
    }
    // Normal: neither pushed forward nor held back. Nothing is kept in a list that others see.
    let hints = HashMap::from([
        ("urgency", 1u8.to_variant()),
        ("transient", true.to_variant()),
    ]);
    let (replaces, icon, until_read) = (0u32, "app.undersong", -1i32);
    (
        "Undersong",
        replaces,
        icon,
        invitation.title.as_str(),
        invitation.body.as_str(),
        actions,
        hints,
        until_read,
    )
        .to_variant()
}

/// One call; what went wrong goes to the log.
fn call(bus: &DBusConnection, method: &str, with: Option<&Variant>) -> Option<Variant> {
    let answer = bus.call_sync(
        Some(SERVICE),
        PLACE,
        SERVICE,
        method,
        with,
        None::<&VariantTy>,
        DBusCallFlags::NONE,
        PATIENCE_MS,
        Cancellable::NONE,
    );
    answer
        .map_err(|error| log::info!("the notification service said no to {method}: {error}"))
        .ok()
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn invitation(can_wait: bool) -> Invitation {
        Invitation {
            id: ReminderId(202_611_240),
            title: "Undersong, after coffee".into(),
            body: "One small beat today?".into(),
            can_wait,
        }
    }

    #[test]
    fn what_is_sent_has_the_shape_the_specification_asks_for() {
        let sent = notification(&invitation(true));
        assert_eq!(sent.type_().as_str(), "(susssasa{sv}i)");
    }

    #[test]
    fn every_button_means_something_and_an_hour_is_offered_once() {
        let buttons = |can_wait| -> Vec<String> {
            let actions: Vec<String> = notification(&invitation(can_wait))
                .child_value(5)
                .get()
                .unwrap();
            actions.into_iter().step_by(2).collect()
        };
        assert_eq!(
            buttons(true),
            ["default", "two-minutes", "later", "not-today"]
        );
        assert!(buttons(true).iter().all(|key| reply(key).is_some()));
        assert_eq!(buttons(false), ["default", "two-minutes", "not-today"]);
        assert_eq!(reply("settings"), None);
    }

    #[test]
    fn a_number_from_before_the_service_was_started_again_is_nobody_s() {
        let shared = Shared::default();
        held(&shared.shown).insert(3, ReminderId(202_611_240));
        assert_eq!(shared.whose(3), Some(ReminderId(202_611_240)));
        shared.gone();
        assert_eq!(shared.whose(3), None, "another program has it now");
    }

    #[test]
    fn one_that_is_tried_has_nothing_to_press_but_itself() {
        let trial = Invitation {
            id: ReminderId(1),
            ..invitation(true)
        };
        let actions: Vec<String> = notification(&trial).child_value(5).get().unwrap();
        assert_eq!(actions, ["default", "Open"]);
    }
}

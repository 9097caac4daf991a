//! The [`Session`]: what the shell holds.
//!
//! | | thread | may wait |
//! |---|---|---|
//! | every method | any | for a lock that is held for microseconds |
//! | messages | the native half's, mostly the phone's main thread | for the same lock |
//! | orders | one of their own, in their order | as long as the system takes |

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Instant;

use app::host::{Hold, MicrophoneAccess, Outside, SettingsPage};

use crate::message;
use crate::order::Order;
use crate::surroundings::Surroundings;

/// The system around a session. Clones are the same one.
#[derive(Clone)]
pub struct Session {
    shared: Arc<Shared>,
}

struct Shared {
    around: Mutex<Surroundings>,
    orders: Sender<Order>,
    beats: Arc<Beats>,
    knows: fn(SettingsPage) -> bool,
}

/// A beat that comes late is worse than none, so at most one waits.
#[derive(Default)]
struct Beats {
    one_waits: AtomicBool,
}

/// What carries orders out, on a thread of their own.
pub type Carry = Box<dyn FnMut(Order) + Send>;

impl Session {
    /// `begin` runs on the thread that will carry out every order, and is given the session to
    /// speak to; `knows` which pages of the settings can be opened.
    ///
    /// # Errors
    /// The system gives no thread.
    pub(crate) fn new(
        microphone: MicrophoneAccess,
        knows: fn(SettingsPage) -> bool,
        begin: impl FnOnce(Ear) -> Carry + Send + 'static,
    ) -> std::io::Result<Session> {
        let (orders, taken) = channel();
        let beats = Arc::new(Beats::default());
        let session = Session {
            shared: Arc::new(Shared {
                around: Mutex::new(Surroundings::new(microphone)),
                orders,
                beats: Arc::clone(&beats),
                knows,
            }),
        };
        let ear = Ear {
            shared: Arc::downgrade(&session.shared),
        };
        thread::Builder::new()
            .name("surroundings".to_owned())
            .spawn(move || carry_out(&taken, &beats, begin(ear)))?;
        Ok(session)
    }

    /// Whether we may listen, as far as the system has said.
    #[must_use]
    pub fn microphone(&self) -> MicrophoneAccess {
        self.around().microphone()
    }

    /// Shows the system's question if it would show it. Either way the answer is among the
    /// [`Session::events`].
    pub fn ask_for_microphone(&self) {
        let order = self.around().ask();
        self.shared.send(order);
    }

    /// Whether a switch of this phone's can give every app silence instead of the microphone.
    #[must_use]
    pub fn can_be_muted(&self) -> bool {
        self.around().can_be_muted()
    }

    /// What the app needs from now on.
    pub fn hold(&self, hold: &Hold) {
        let order = self.around().hold(hold);
        self.shared.send(order);
    }

    /// A tap that is felt. None is made up for if the phone is busy.
    pub fn beat(&self) {
        if !self.shared.beats.one_waits.swap(true, Ordering::AcqRel) {
            self.shared.send(Some(Order::Beat));
        }
    }

    /// `false` where we know no way to that page.
    #[must_use]
    pub fn open_settings(&self, page: SettingsPage) -> bool {
        let knows = (self.shared.knows)(page);
        if knows {
            self.shared.send(Some(Order::Settings(page)));
        }
        knows
    }

    /// What happened since the last call, in its order.
    #[must_use]
    pub fn events(&self) -> Vec<Outside> {
        self.around().events(Instant::now())
    }

    fn around(&self) -> MutexGuard<'_, Surroundings> {
        self.shared.around()
    }
}

impl Shared {
    /// Nothing in there is left half-changed by a panic.
    fn around(&self) -> MutexGuard<'_, Surroundings> {
        self.around.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn send(&self, order: Option<Order>) {
        if let Some(order) = order {
            // The thread ends with the last session, so it is there.
            let _ = self.orders.send(order);
        }
    }
}

/// Where the native half speaks to. Outlives the session without keeping it.
#[derive(Clone)]
pub struct Ear {
    shared: std::sync::Weak<Shared>,
}

impl Ear {
    /// One message, as JSON.
    #[cfg_attr(desktop, allow(dead_code, reason = "a computer says nothing yet"))]
    pub fn hear(&self, json: &str) {
        let Some((shared, message)) = self.shared.upgrade().zip(message::read(json)) else {
            return;
        };
        let order = shared.around().hear(message, Instant::now());
        shared.send(order);
    }
}

fn carry_out(orders: &Receiver<Order>, beats: &Beats, mut carry: Carry) {
    for order in orders {
        if order == Order::Beat {
            beats.one_waits.store(false, Ordering::Release);
        }
        // wry panics when a call finds no activity (0.57, `android::dispatch`), and Android may
        // take ours away at any time. The next order may find one.
        if catch_unwind(AssertUnwindSafe(|| carry(order))).is_err() {
            log::warn!("an order to the system was lost");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::time::Duration;

    use app::host::Button;

    use super::*;
    use crate::order::Wish;

    /// A session on a phone that notes what it is told, after `first` let it.
    fn phone(first: impl FnOnce() + Send + 'static) -> (Session, Ear, Receiver<Order>) {
        let (noted, notes) = channel();
        let (given, ear) = channel();
        let session = Session::new(
            MicrophoneAccess::Prompt,
            |_| true,
            move |ear| {
                given.send(ear).unwrap();
                first();
                Box::new(move |order| {
                    assert_ne!(order, Order::Ask, "this phone breaks when it is asked");
                    noted.send(order).unwrap();
                })
            },
        );
        (session.unwrap(), ear.recv().unwrap(), notes)
    }

    fn next(notes: &Receiver<Order>) -> Order {
        notes.recv_timeout(Duration::from_secs(20)).unwrap()
    }

    #[test]
    fn orders_arrive_in_their_order() {
        let (session, _, notes) = phone(|| ());
        let hold = Hold {
            awake: true,
            ..Hold::default()
        };
        session.hold(&hold);
        assert!(session.open_settings(SettingsPage::Notifications));
        session.hold(&Hold::default());
        let awake = Wish {
            awake: true,
            ..Wish::default()
        };
        assert_eq!(next(&notes), Order::Hold(awake));
        assert_eq!(next(&notes), Order::Settings(SettingsPage::Notifications));
        assert_eq!(next(&notes), Order::Hold(Wish::default()));
    }

    #[test]
    fn beats_that_a_busy_phone_missed_do_not_come_in_a_heap() {
        let (go, waits) = mpsc::channel();
        let (session, _, notes) = phone(move || waits.recv().unwrap());
        for _ in 0..5 {
            session.beat();
        }
        assert!(session.open_settings(SettingsPage::App));
        go.send(()).unwrap();
        assert_eq!(next(&notes), Order::Beat);
        assert_eq!(next(&notes), Order::Settings(SettingsPage::App));
        session.beat();
        assert_eq!(next(&notes), Order::Beat, "and the next one is felt again");
    }

    #[test]
    fn a_phone_that_breaks_down_over_one_order_still_hears_the_next() {
        let (session, _, notes) = phone(|| ());
        session.ask_for_microphone();
        session.beat();
        assert_eq!(next(&notes), Order::Beat);
    }

    #[test]
    fn what_the_phone_says_comes_out_as_what_happened() {
        let (session, ear, _notes) = phone(|| ());
        ear.hear(r#"{"event":"button","button":"pause"}"#);
        ear.hear("gibberish");
        ear.hear(r#"{"event":"noisy"}"#);
        let expected = [Outside::Button(Button::Pause), Outside::Noisy];
        assert_eq!(session.events(), expected);
    }

    #[test]
    fn a_phone_may_speak_after_the_session_is_over() {
        let (session, ear, notes) = phone(|| ());
        drop(session);
        ear.hear(r#"{"event":"noisy"}"#);
        assert!(notes.recv().is_err(), "the thread has ended");
    }
}

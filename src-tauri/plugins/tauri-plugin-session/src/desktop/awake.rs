//! Keeps the screen on, by the freedesktop.org interface that GNOME, KDE and Xfce answer.
//!
//! The promise is tied to our place on the bus: if we end without taking it back, the service does.

use gio::prelude::*;
use gio::{BusType, Cancellable, DBusCallFlags, DBusConnection};
use glib::{Variant, VariantTy};

const SERVICE: &str = "org.freedesktop.ScreenSaver";
const PLACE: &str = "/org/freedesktop/ScreenSaver";
/// Nobody is kept waiting longer by a service that does not answer.
const PATIENCE_MS: i32 = 3_000;

/// The bus, and what was promised. Every call waits for the service.
pub struct Awake {
    /// `None` without a session bus: then the screen goes dark as it likes.
    bus: Option<DBusConnection>,
    /// The service's receipt for a promise, while there is one.
    promise: Option<u32>,
}

impl Awake {
    /// On the session bus.
    pub fn find() -> Awake {
        let bus = gio::bus_get_sync(BusType::Session, Cancellable::NONE)
            .map_err(|error| log::info!("nobody here keeps the screen on: {error}"))
            .ok();
        if let Some(bus) = &bus {
            // Otherwise a bus that goes away takes us with it.
            bus.set_exit_on_close(false);
        }
        Awake::on(bus)
    }

    fn on(bus: Option<DBusConnection>) -> Awake {
        Awake { bus, promise: None }
    }

    /// From now on. Where it does not work it is tried again the next time.
    pub fn hold(&mut self, awake: bool) {
        match (awake, self.promise) {
            (true, None) => {
                let why = ("Undersong", "A practice session is going on").to_variant();
                self.promise = self
                    .call("Inhibit", &why)
                    .and_then(|receipt| receipt.try_child_value(0)?.get());
            }
            (false, Some(receipt)) => {
                self.call("UnInhibit", &(receipt,).to_variant());
                self.promise = None;
            }
            (true, Some(_)) | (false, None) => {}
        }
    }

    fn call(&self, method: &str, with: &Variant) -> Option<Variant> {
        let answer = self.bus.as_ref()?.call_sync(
            Some(SERVICE),
            PLACE,
            SERVICE,
            method,
            Some(with),
            None::<&VariantTy>,
            DBusCallFlags::NONE,
            PATIENCE_MS,
            Cancellable::NONE,
        );
        answer
            .map_err(|error| log::info!("the screen saver said no to {method}: {error}"))
            .ok()
    }
}

impl Drop for Awake {
    fn drop(&mut self) {
        self.hold(false);
    }
}

#[cfg(test)]
#[path = "awake_tests.rs"]
mod tests;

//! A computer: nothing is asked, nothing intrudes; the screen stays on where we know how, and the
//! settings open where we know the way.

#[cfg(target_os = "linux")]
mod awake;
mod settings;

use app::host::MicrophoneAccess;

use crate::order::Order;
use crate::session::Session;

/// A desktop lets every program listen, or asks by itself when a device is opened.
pub fn session() -> std::io::Result<Session> {
    Session::new(MicrophoneAccess::Granted, settings::knows, |_| {
        #[cfg(target_os = "linux")]
        let mut awake = awake::Awake::find();
        Box::new(move |order| match order {
            #[cfg(target_os = "linux")]
            Order::Hold(wish) => awake.hold(wish.awake),
            #[cfg(not(target_os = "linux"))]
            Order::Hold(_) => {}
            Order::Settings(page) => settings::open(page),
            // Never asked, as access is known; and nothing here can be felt.
            Order::Ask | Order::Beat => {}
        })
    })
}

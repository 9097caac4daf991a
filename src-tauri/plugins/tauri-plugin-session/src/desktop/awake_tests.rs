use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

use gio::{DBusConnectionFlags, DBusNodeInfo};
use glib::{MainContext, MainLoop};

use super::*;

/// The part of the interface that we use.
const INTERFACE: &str = r#"<node><interface name="org.freedesktop.ScreenSaver">
    <method name="Inhibit"><arg type="s" direction="in"/><arg type="s" direction="in"/>
        <arg type="u" direction="out"/></method>
    <method name="UnInhibit"><arg type="u" direction="in"/></method>
</interface></node>"#;

/// A real session bus of the test's own, in a folder of its own.
struct Bus {
    daemon: Child,
    address: String,
}

impl Bus {
    fn start(folder: &Path) -> Bus {
        let socket = folder.join("bus");
        let address = format!("unix:path={}", socket.display());
        let mut daemon = Command::new("dbus-daemon")
            .args(["--session", "--nofork", "--nopidfile", "--print-address=1"])
            .args(["--address", &address])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("dbus-daemon runs (Debian package dbus)");
        // It says where it is once it listens there; its socket is to be seen a moment before.
        let mut said = String::new();
        let stdout = daemon.stdout.take().expect("it is piped");
        BufReader::new(stdout).read_line(&mut said).unwrap();
        assert!(said.starts_with(&address), "the bus said {said:?}");
        Bus { daemon, address }
    }

    fn join(&self) -> DBusConnection {
        let flags = DBusConnectionFlags::AUTHENTICATION_CLIENT
            | DBusConnectionFlags::MESSAGE_BUS_CONNECTION;
        DBusConnection::for_address_sync(&self.address, flags, None, Cancellable::NONE).unwrap()
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
    }
}

/// Somebody on the bus who keeps screens on, and what they were asked.
struct ScreenSaver {
    asked: Arc<Mutex<Vec<String>>>,
    turning: MainLoop,
    thread: Option<JoinHandle<()>>,
}

impl ScreenSaver {
    /// Gives the receipt 17 to everybody.
    fn on(bus: &Bus) -> ScreenSaver {
        let asked = Arc::new(Mutex::new(vec![]));
        let context = MainContext::new();
        let turning = MainLoop::new(Some(&context), false);
        let (joined, asking, inner) = (bus.join(), Arc::clone(&asked), turning.clone());
        let (ready, is_ready) = std::sync::mpsc::channel();
        let serve = move || {
            let node = DBusNodeInfo::for_xml(INTERFACE).unwrap();
            let interface = node.lookup_interface(SERVICE).unwrap();
            let answer = move |_: DBusConnection,
                               _: &str,
                               _: &str,
                               _: &str,
                               method: &str,
                               with: Variant,
                               call: gio::DBusMethodInvocation| {
                asking.lock().unwrap().push(format!("{method}{with}"));
                let receipt = (method == "Inhibit").then(|| (17u32,).to_variant());
                call.return_value(receipt.as_ref());
            };
            let nothing = |_: DBusConnection, _: &str, _: &str, _: &str, _: &str| ().to_variant();
            joined
                .register_object(PLACE, &interface, answer, nothing, |_, _, _, _, _, _| false)
                .unwrap();
            joined
                .call_sync(
                    Some("org.freedesktop.DBus"),
                    "/org/freedesktop/DBus",
                    "org.freedesktop.DBus",
                    "RequestName",
                    Some(&(SERVICE, 0u32).to_variant()),
                    None::<&VariantTy>,
                    DBusCallFlags::NONE,
                    PATIENCE_MS,
                    Cancellable::NONE,
                )
                .unwrap();
            ready.send(()).unwrap();
            inner.run();
        };
        let thread = thread::spawn(move || context.with_thread_default(serve).unwrap());
        is_ready.recv().unwrap();
        ScreenSaver {
            asked,
            turning,
            thread: Some(thread),
        }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

impl Drop for ScreenSaver {
    fn drop(&mut self) {
        self.turning.quit();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

const INHIBIT: &str = "Inhibit('Undersong', 'A practice session is going on')";
const UNINHIBIT: &str = "UnInhibit(uint32 17,)";

#[test]
fn the_screen_stays_on_from_the_first_wish_to_the_last() {
    let folder = tempfile::tempdir().unwrap();
    let bus = Bus::start(folder.path());
    let saver = ScreenSaver::on(&bus);
    let mut awake = Awake::on(Some(bus.join()));
    awake.hold(false);
    assert!(saver.asked().is_empty(), "nothing was promised");
    awake.hold(true);
    awake.hold(true);
    assert_eq!(saver.asked(), [INHIBIT]);
    awake.hold(false);
    awake.hold(false);
    assert_eq!(saver.asked(), [INHIBIT, UNINHIBIT]);
}

#[test]
fn a_session_that_ends_takes_its_wish_back() {
    let folder = tempfile::tempdir().unwrap();
    let bus = Bus::start(folder.path());
    let saver = ScreenSaver::on(&bus);
    let mut awake = Awake::on(Some(bus.join()));
    awake.hold(true);
    drop(awake);
    assert_eq!(saver.asked(), [INHIBIT, UNINHIBIT]);
}

#[test]
fn a_desktop_without_a_screen_saver_lets_the_music_play() {
    let folder = tempfile::tempdir().unwrap();
    let bus = Bus::start(folder.path());
    let mut awake = Awake::on(Some(bus.join()));
    awake.hold(true);
    let saver = ScreenSaver::on(&bus);
    awake.hold(true);
    assert_eq!(saver.asked(), [INHIBIT], "tried again once there is one");
    let mut alone = Awake::on(None);
    alone.hold(true);
    alone.hold(false);
}

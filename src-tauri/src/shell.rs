//! The one [`App`] and who may touch it when.
//!
//! |  | thread | holds the lock for |
//! |---|---|---|
//! | opening | its own, once | the store and the sound device |
//! | the ticker | its own, every [`TICK`] | moving time on; microseconds |
//! | a command | Tauri's blocking pool | one request |
//! | closing | the main thread, once | keeping a running take |
//!
//! The window is drawn while the app is still opening: until then commands wait, and none of them
//! ever waits on the main thread.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use app::host::Host;
use app::ipc::{Begin, Changed, IpcError, Length};
use app::{App, AppConfig, Clock, ReminderSink, SoundChoice};
use tauri::ipc::Channel;

/// How often time moves on. Guidance is placed in frames by the engine; this only has to be well
/// under the shortest notice it is given, one bar.
const TICK: Duration = Duration::from_millis(8);

/// Tauri's state: what commands are given.
pub struct Shell {
    shared: Arc<Shared>,
}

struct Shared {
    /// Empty while opening; an error when it never will open; `None` inside once it is closed.
    app: OnceLock<Result<Mutex<Option<App>>, IpcError>>,
    /// The window's ear; a reloaded page brings a new one.
    listener: Mutex<Option<Channel<Changed>>>,
    /// A reminder was taken up before there was a window to hear of it: its touch opened the app.
    unheard: AtomicBool,
    /// Brings the window to the front.
    raise: Box<dyn Fn() + Send + Sync>,
    closing: AtomicBool,
    /// How often exports were called off: whoever began before the last time has to stop.
    called_off: AtomicU64,
}

/// One export's ear for being called off.
pub struct CallOff {
    shared: Arc<Shared>,
    /// As it was when it began.
    called_off: u64,
}

impl CallOff {
    /// Has it been called off, or is the app closing?
    pub fn is_wanted(&self) -> bool {
        self.shared.called_off.load(Ordering::Acquire) != self.called_off
            || self.shared.closing.load(Ordering::Acquire)
    }
}

impl Shell {
    /// Begins to open everything kept in `data_dir`; `input` is played into the microphone, and
    /// `exercise` is begun before anything else is asked. `at_login` if nobody is at the screen yet.
    /// Reminders go through `sink`; who takes one up finds the window in front, by way of `raise`.
    /// Around it all is `host`.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn open(
        data_dir: PathBuf,
        input: Option<PathBuf>,
        exercise: Option<String>,
        at_login: bool,
        sink: Option<Box<dyn ReminderSink>>,
        host: Option<impl Host + 'static>,
        raise: impl Fn() + Send + Sync + 'static,
    ) -> std::io::Result<Shell> {
        let shared = Arc::new(Shared {
            app: OnceLock::new(),
            listener: Mutex::new(None),
            unheard: AtomicBool::new(false),
            raise: Box::new(raise),
            closing: AtomicBool::new(false),
            called_off: AtomicU64::new(0),
        });
        let ticking = Arc::clone(&shared);
        thread::Builder::new()
            .name("conductor".to_owned())
            .spawn(move || {
                let config = AppConfig {
                    data_dir,
                    sound: SoundChoice::Device { input_file: input },
                    clock: Clock::System,
                };
                let began = Instant::now();
                let opened = App::open(config)
                    .map(|app| reminding(living(app, host), sink, at_login))
                    .map(|app| Mutex::new(Some(begun(app, exercise))))
                    .map_err(|error| IpcError::from(&error));
                match &opened {
                    Ok(_) => log::info!("open after {} ms", began.elapsed().as_millis()),
                    Err(why) => log::error!("the app did not open: {why}"),
                }
                // Nobody else sets it: the cell was empty.
                let _ = ticking.app.set(opened);
                ticking.tick_until_closing();
            })?;
        Ok(Shell { shared })
    }

    /// Puts one question to the app, off the main thread.
    ///
    /// # Errors
    /// The question's own; or the app never opened, is closed, or stopped half-way.
    pub async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&mut App) -> Result<T, IpcError> + Send + 'static,
    ) -> Result<T, IpcError> {
        let shared = Arc::clone(&self.shared);
        let asked = move || match shared.app.wait() {
            Ok(app) => unlocked(app)
                .as_mut()
                .map_or(Err(IpcError::NotNow), question),
            Err(why) => Err(why.clone()),
        };
        tauri::async_runtime::spawn_blocking(asked)
            .await
            .unwrap_or_else(|_| Err(unexpected("a request stopped half-way")))
    }

    /// For an export that begins now.
    pub fn call_off(&self) -> CallOff {
        CallOff {
            shared: Arc::clone(&self.shared),
            called_off: self.shared.called_off.load(Ordering::Acquire),
        }
    }

    /// Every export that runs ends soon, and leaves nothing.
    pub fn call_off_exports(&self) {
        self.shared.called_off.fetch_add(1, Ordering::AcqRel);
    }

    /// From now on `listener` hears what changed; and a reminder that was taken up before.
    pub fn listen(&self, listener: Channel<Changed>) {
        *unlocked(&self.shared.listener) = Some(listener);
        if self.shared.unheard.swap(false, Ordering::AcqRel) {
            self.shared.tell(&[Changed::TakenUp]);
        }
    }

    /// Keeps what is running and lets go of the sound device. The second call does nothing.
    pub fn close(&self) {
        if self.shared.closing.swap(true, Ordering::AcqRel) {
            return;
        }
        if let Some(Ok(app)) = self.shared.app.get()
            && let Some(app) = unlocked(app).take()
        {
            app.close();
        }
    }
}

impl Shared {
    fn tick_until_closing(&self) {
        let Some(Ok(app)) = self.app.get() else {
            return;
        };
        while !self.closing.load(Ordering::Acquire) {
            let began = Instant::now();
            let changed = unlocked(app).as_mut().map(App::tick).unwrap_or_default();
            if !changed.is_empty() {
                self.tell(&changed);
            }
            thread::sleep(TICK.saturating_sub(began.elapsed()));
        }
    }

    /// Nobody listening is fine: whoever comes asks for everything first, and only what they are to
    /// do next has to wait for them.
    fn tell(&self, changed: &[Changed]) {
        let taken_up = changed.contains(&Changed::TakenUp);
        if taken_up {
            (self.raise)();
        }
        let listener = unlocked(&self.listener);
        if taken_up && listener.is_none() {
            self.unheard.store(true, Ordering::Release);
        }
        if let Some(listener) = listener.as_ref() {
            for what in changed {
                if let Err(error) = listener.send(*what) {
                    log::warn!("the window did not hear that something changed: {error}");
                }
            }
        }
    }
}

/// In the system around it, if there is more to that than a window.
fn living(mut app: App, host: Option<impl Host + 'static>) -> App {
    if let Some(host) = host {
        app.live_in(Box::new(host));
    }
    app
}

/// With somewhere to show reminders.
fn reminding(mut app: App, sink: Option<Box<dyn ReminderSink>>, at_login: bool) -> App {
    if at_login {
        app.started_at_login();
    }
    if let Some(sink) = sink
        && let Err(error) = app.remind_through(sink)
    {
        log::warn!("reminders stay inside the window: {error}");
    }
    app
}

/// With this exercise chosen, so that its check-in is the first screen; one nobody knows leaves
/// Today.
fn begun(mut app: App, exercise: Option<String>) -> App {
    if let Some(exercise) = exercise {
        let begin = Begin {
            exercise,
            length: Length::Full,
        };
        if let Err(error) = app.begin(&begin) {
            log::warn!("the exercise asked for did not begin: {error}");
        }
    }
    app
}

/// A request that panicked has been answered and logged; everything durable is in the store, so the
/// app goes on rather than refusing every request after it.
fn unlocked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn unexpected(what: &str) -> IpcError {
    IpcError::Unexpected {
        detail: what.to_owned(),
    }
}

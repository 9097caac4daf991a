//! The app: one store, one device, at most one session or one piece sounding.
//!
//! Here it is opened, moved on and closed; what a person can ask of it stands beside: [`practice`]
//! (Today, check-ins, the session), [`album`] (pieces), [`desk`] (settings, help, meters),
//! [`checking`] (this device) and [`reminding`]; what the system around it reports and allows, in
//! [`surroundings`].

mod album;
mod checking;
mod desk;
mod practice;
mod reminding;
mod surroundings;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use audio_engine::io::HostEvent;
use jiff::Zoned;
use store::{Opening, Store, StoreReport};

use crate::calibration::Measurement;
use crate::clock::Clock;
use crate::content::Content;
use crate::device_check::DeviceCheck;
use crate::error::{AppError, of_store};
use crate::host::Alone;
use crate::ipc::{Act, Changed, IpcError, Notice, SessionPhase};
use crate::leftovers::{self, Unfinished};
use crate::notices::Notices;
use crate::recorder::Recorders;
use crate::reminders::Reminders;
use crate::session::{Session, Studio};
use crate::settings::Preferences;
use crate::sound::{Sound, SoundChoice};

use album::Player;
use surroundings::Surroundings;

/// In virtual time, how much passes between two ticks.
const TICK: Duration = Duration::from_millis(8);

/// Less than this of a take, in seconds, is no take to tell of.
const SHORTEST_TOLD: f64 = 0.5;

/// A sound server that is only starting is given so long before anybody is told.
const PATIENCE: Duration = Duration::from_secs(3);

/// What an app is opened with.
#[derive(Debug, Clone)]
pub struct AppConfig {
    /// Everything is kept in here, and nowhere else.
    pub data_dir: PathBuf,
    pub sound: SoundChoice,
    pub clock: Clock,
}

/// A person's Undersong. `Send`; shells keep it behind a lock that is held briefly.
pub struct App {
    store: Store,
    sound: Sound,
    content: Content,
    clock: Clock,
    folder: PathBuf,
    preferences: Preferences,
    notices: Notices,
    session: Option<Session>,
    /// A session of today that was cut off; nobody has decided about it yet.
    unfinished: Option<Unfinished>,
    recorders: Recorders,
    player: Option<Player>,
    measurement: Option<Measurement>,
    /// The last one heard nothing it could trust.
    not_heard: bool,
    device_check: DeviceCheck,
    /// No device has been found since; nobody was told yet.
    silent_since: Option<Instant>,
    reminders: Reminders,
    surroundings: Surroundings,
    started: Instant,
    /// Virtual time that went by since.
    passed: Duration,
}

impl App {
    /// Opens the store and the sound. What an earlier run left behind is a session to carry on with,
    /// or pieces.
    ///
    /// # Errors
    /// The store or the input file cannot be opened; nothing was changed.
    pub fn open(config: AppConfig) -> Result<App, AppError> {
        let now = config.clock.now();
        let (mut store, opening) = Store::open(&config.data_dir, now.timestamp())?;
        let preferences = Preferences::load(&store)?;
        let sound = Sound::open(&config.sound, &preferences.devices())?;
        let mut notices = Notices::default();
        let content = Content::embedded()?;
        let unfinished = tell(&opening, &mut store, &content, &sound, &now, &mut notices);
        if sound.is_silent() {
            notices.raise(Notice::NoSound);
        }
        if opening.read_only.is_none()
            && let Err(error) = store.sweep_bin(now.timestamp())
        {
            log::warn!("the bin was not swept: {error}");
        }
        let reminders = Reminders::open(&store)?;
        Ok(App {
            store,
            sound,
            content,
            clock: config.clock,
            folder: config.data_dir,
            preferences,
            notices,
            session: None,
            unfinished,
            recorders: Recorders::default(),
            player: None,
            measurement: None,
            not_heard: false,
            device_check: DeviceCheck::default(),
            silent_since: None,
            reminders,
            surroundings: Surroundings::of(Box::new(Alone)),
            started: Instant::now(),
            passed: Duration::ZERO,
        })
    }

    /// Keeps what is running and closes the store.
    pub fn close(mut self) {
        if self.session.is_some() {
            self.stop_everything();
        }
        self.reminders.leave();
        drop(self.sound);
        if let Err(error) = self.store.close() {
            log::error!("the store did not close cleanly: {error}");
        }
    }

    /// A running session ends as if the person had stopped it, without its fade.
    fn stop_everything(&mut self) {
        for _ in 0..2 {
            let _ = self.with_session(|session, studio| session.act(&Act::Stop, studio));
        }
        // Long enough for the take's last frames to arrive and be sealed.
        let deadline = Instant::now() + Duration::from_secs(2);
        while self
            .session
            .as_ref()
            .is_some_and(|s| s.phase != SessionPhase::Ended)
            && Instant::now() < deadline
        {
            if self.sound.is_virtual() {
                self.advance(Duration::from_millis(50));
            } else {
                self.tick();
                std::thread::sleep(TICK);
            }
        }
    }

    /// Moves everything on. Call it every 10 ms or less. Answers what should be asked for again.
    pub fn tick(&mut self) -> Vec<Changed> {
        let mut changed = vec![];
        for event in self.sound.poll() {
            self.take_in(&event);
            changed.push(Changed::Settings);
        }
        changed.extend(self.follow_outside());
        self.recorders.step();
        if self.with_session(|session, studio| Ok(session.tick(studio))) == Ok(true) {
            changed.push(Changed::Session);
        }
        if self.follow_player() {
            changed.push(Changed::Pieces);
        }
        if self.follow_measurement() {
            changed.push(Changed::Settings);
        }
        if self
            .silent_since
            .is_some_and(|since| since.elapsed() > PATIENCE)
        {
            self.silent_since = None;
            self.notices.raise(Notice::NoSound);
        }
        changed.extend(self.follow_reminders());
        self.feel_the_beat();
        self.tell_host();
        if self.follow_device_check() {
            changed.push(Changed::DeviceCheck);
        }
        if self.notices.take_changed() {
            changed.push(Changed::Notices);
        }
        changed
    }

    /// Lets virtual time pass, tick by tick. A real device's time passes by itself.
    pub fn advance(&mut self, by: Duration) -> Vec<Changed> {
        let mut changed = vec![];
        let mut left = by;
        while left > Duration::ZERO {
            let step = left.min(TICK);
            self.sound.advance(step);
            self.clock.advance(step);
            self.passed += step;
            changed.extend(self.tick());
            left -= step;
        }
        changed
    }

    fn take_in(&mut self, event: &HostEvent) {
        match event {
            HostEvent::Lost { .. } | HostEvent::InputLost => {
                self.device_check.lose_device();
                let kept = self
                    .session
                    .as_ref()
                    .filter(|session| session.is_recording());
                let kept_seconds = kept.map(Session::safe_seconds);
                self.notices.raise(Notice::DeviceLost { kept_seconds });
                let _ = self.with_session(|session, studio| {
                    session.pause(studio);
                    Ok(())
                });
            }
            HostEvent::Restored { name } => {
                let was_told =
                    |notice: &Notice| matches!(notice, Notice::DeviceLost { .. } | Notice::NoSound);
                self.silent_since = None;
                if self.notices.all().iter().any(was_told) {
                    self.notices.lower(was_told);
                    self.notices
                        .raise(Notice::DeviceBack { name: name.clone() });
                }
            }
            HostEvent::FellBackToNull => self.silent_since = Some(Instant::now()),
            HostEvent::InputRestored => {
                self.notices
                    .lower(|notice| matches!(notice, Notice::DeviceLost { .. }));
            }
        }
    }

    /// Lends the session everything it needs for one call.
    fn with_session<R>(
        &mut self,
        call: impl FnOnce(&mut Session, &mut Studio) -> Result<R, IpcError>,
    ) -> Result<R, IpcError> {
        let Some(session) = &mut self.session else {
            return Err(IpcError::NotNow);
        };
        let mut studio = Studio {
            sound: &mut self.sound,
            store: &mut self.store,
            notices: &mut self.notices,
            recorders: &mut self.recorders,
            now: self.clock.now(),
            voice: self.preferences.voice,
            in_sight: self.surroundings.is_in_sight(),
            can_be_muted: self.surroundings.can_be_muted(),
        };
        call(session, &mut studio)
    }

    /// Now, as this app is told it.
    #[must_use]
    pub fn now(&self) -> Zoned {
        self.clock.now()
    }

    /// What virtual loudspeakers have played so far.
    #[must_use]
    pub fn heard(&self) -> Option<audio_engine::audio::Audio> {
        self.sound.heard()
    }

    /// Changes what virtual air carries to the microphone.
    pub fn set_microphone(&mut self, microphone: audio_engine::io::Microphone) {
        self.sound.set_microphone(microphone);
    }

    /// A virtual driver starves for so many frames.
    pub fn starve(&mut self, frames: audio_engine::units::Frames) {
        self.sound.starve(frames);
    }

    /// The content that came with the app.
    #[must_use]
    pub fn content(&self) -> &Content {
        &self.content
    }

    /// What is kept, for looking at (`doctor`, `sessions`).
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Opens everything that was kept and says how it is.
    ///
    /// # Errors
    /// The disk fails.
    pub fn check(&self) -> Result<StoreReport, IpcError> {
        self.store.check().map_err(of_store)
    }
}

/// Says what was found at the opening, and takes stock of what was left behind.
fn tell(
    opening: &Opening,
    store: &mut Store,
    content: &Content,
    sound: &Sound,
    now: &Zoned,
    notices: &mut Notices,
) -> Option<Unfinished> {
    if opening.read_only.is_some() {
        notices.raise(Notice::ReadOnly);
        return None;
    }
    if !opening.damaged.is_empty() {
        notices.raise(Notice::TakesUnreadable {
            takes: opening.damaged.len() as u32,
        });
    }
    match leftovers::take_stock(store, &opening.salvaged, content, sound, now) {
        Ok((kept, unfinished)) => {
            let pieces = kept.pieces.len() as u32;
            let longest = opening.salvaged.iter().map(|take| {
                let sung = take.frames.saturating_sub(take.header.pre_roll);
                sung as f64 / f64::from(take.header.rate)
            });
            let seconds = longest.fold(0.0, f64::max);
            if pieces > 0 || seconds >= SHORTEST_TOLD {
                notices.raise(Notice::TakeRecovered { seconds, pieces });
            }
            unfinished
        }
        Err(error) => {
            log::error!("what was left behind waits for the next start: {error}");
            None
        }
    }
}

//! The app: one store, one device, at most one session or one piece sounding.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use audio_engine::control::{At, Tone, TrackId};
use audio_engine::io::HostEvent;
use audio_engine::units::{Frames, Gain};
use jiff::Zoned;
use practice::{CheckIn, safety, words as said};
use store::{
    Calibration, NewSession, Opening, PickedBy, PieceId, SessionLength, Store, StoreReport,
};

use crate::calibration::{Measurement, Outcome};
use crate::clock::Clock;
use crate::content::Content;
use crate::error::{AppError, of_device, of_store};
use crate::ipc::{
    Act, AfterView, Begin, CalibrationView, Changed, CheckInAnswers, CheckInPhase, CheckInReply,
    CheckInView, Exported, ExtraItem, HelpView, IpcError, Length, MeterFrame, Notice, PiecePlaying,
    PieceView, PiecesView, SafetyCard, SessionPhase, SessionView, SettingsChange, SettingsView,
    TodayView,
};
use crate::job::{Job, Progress};
use crate::notices::Notices;
use crate::piece::{Export, Unheard};
use crate::pieces;
use crate::recorder::Recorder;
use crate::session::{Session, Studio, wish};
use crate::settings::{self, Preferences};
use crate::sound::{Sound, SoundChoice};
use crate::today;

/// In virtual time, how much passes between two ticks.
const TICK: Duration = Duration::from_millis(8);

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
    recorders: Vec<Recorder>,
    player: Option<Player>,
    measurement: Option<Measurement>,
    /// The last one heard nothing it could trust.
    not_heard: bool,
    /// No device has been found since; nobody was told yet.
    silent_since: Option<Instant>,
}

/// A piece that sounds, or is about to.
struct Player {
    piece: PieceId,
    seconds: f64,
    rendering: Option<Job<Option<audio_engine::bounce::Score>>>,
    ends_at: Frames,
}

impl App {
    /// Opens the store and the sound. Takes that were running when the app went away are pieces
    /// afterwards.
    ///
    /// # Errors
    /// The store or the input file cannot be opened; nothing was changed.
    pub fn open(config: AppConfig) -> Result<App, AppError> {
        let now = config.clock.now();
        let (mut store, opening) = Store::open(&config.data_dir, now.timestamp())?;
        let preferences = Preferences::load(&store)?;
        let sound = Sound::open(&config.sound, &preferences.devices())?;
        let mut notices = Notices::default();
        tell(&opening, &mut store, &sound, &mut notices);
        if sound.is_silent() {
            notices.raise(Notice::NoSound);
        }
        if opening.read_only.is_none()
            && let Err(error) = store.sweep_bin(now.timestamp())
        {
            log::warn!("the bin was not swept: {error}");
        }
        Ok(App {
            store,
            sound,
            content: Content::embedded()?,
            clock: config.clock,
            folder: config.data_dir,
            preferences,
            notices,
            session: None,
            recorders: vec![],
            player: None,
            measurement: None,
            not_heard: false,
            silent_since: None,
        })
    }

    /// Keeps what is running and closes the store.
    pub fn close(mut self) {
        if self.session.is_some() {
            self.stop_everything();
        }
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
        self.recorders.retain_mut(Recorder::step);
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
            changed.extend(self.tick());
            left -= step;
        }
        changed
    }

    fn take_in(&mut self, event: &HostEvent) {
        match event {
            HostEvent::Lost { .. } | HostEvent::InputLost => {
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

/// Says what was found at the opening, and makes pieces of what was left behind.
fn tell(opening: &Opening, store: &mut Store, sound: &Sound, notices: &mut Notices) {
    if opening.read_only.is_some() {
        notices.raise(Notice::ReadOnly);
        return;
    }
    if !opening.damaged.is_empty() {
        notices.raise(Notice::TakesUnreadable {
            takes: opening.damaged.len() as u32,
        });
    }
    match pieces::recover(store, &opening.salvaged, sound.rate()) {
        Ok(0) => {}
        Ok(pieces) => {
            let longest = opening.salvaged.iter().map(|take| {
                let sung = take.frames.saturating_sub(take.header.pre_roll);
                sung as f64 / f64::from(take.header.rate)
            });
            let seconds = longest.fold(0.0, f64::max);
            notices.raise(Notice::TakeRecovered { seconds, pieces });
        }
        Err(error) => log::error!("what was left behind waits for the next start: {error}"),
    }
}

/// Today, check-ins and the session.
impl App {
    /// The Today screen.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn today(&self) -> Result<TodayView, IpcError> {
        today::view(&self.store, &self.content, &self.clock.now())
    }

    /// The lines on top.
    #[must_use]
    pub fn notices(&self) -> Vec<Notice> {
        self.notices.all()
    }

    /// One was read.
    pub fn dismiss_notice(&mut self, index: usize) {
        self.notices.dismiss(index);
    }

    /// Chooses an exercise. A session that still runs is ended first, and kept.
    ///
    /// # Errors
    /// There is no such exercise, or the store refuses.
    pub fn begin(&mut self, begin: &Begin) -> Result<SessionView, IpcError> {
        let exercise = self.content.exercise(&begin.exercise);
        let exercise = exercise
            .ok_or_else(|| IpcError::NotFound {
                what: "exercise".into(),
            })?
            .clone();
        self.begin_exercise(&exercise, begin)
    }

    /// As [`App::begin`], with an exercise that did not come with the app.
    ///
    /// # Errors
    /// The store refuses.
    pub fn begin_exercise(
        &mut self,
        exercise: &practice::Exercise,
        begin: &Begin,
    ) -> Result<SessionView, IpcError> {
        if self.measurement.is_some() {
            return Err(IpcError::NotNow);
        }
        self.stop_piece();
        self.leave()?;
        let picked_by = match begin.length {
            Length::TwoMinutes => PickedBy::Tiny,
            Length::Full => match self.today() {
                Ok(today) if today.card.id == exercise.id => PickedBy::Suggested,
                _ => PickedBy::Other,
            },
        };
        let id = self.store.insert_session(&NewSession {
            exercise: exercise.id.clone(),
            length: match begin.length {
                Length::Full => SessionLength::Full,
                Length::TwoMinutes => SessionLength::TwoMinutes,
            },
            easier: false,
            without_microphone: false,
            picked_by,
            started: self.clock.now(),
        });
        let id = id.map_err(of_store)?;
        let session = Session::begin(id, exercise, begin, &self.sound);
        let view = session.view(Frames::ZERO);
        self.session = Some(session);
        Ok(view)
    }

    /// The check-in screen of the session.
    ///
    /// # Errors
    /// `NotNow` without a session.
    pub fn check_in(&self, phase: CheckInPhase) -> Result<CheckInView, IpcError> {
        let session = self.session.as_ref().ok_or(IpcError::NotNow)?;
        let extra = match phase {
            CheckInPhase::Before => None,
            CheckInPhase::After => said::extra_item(&session.exercise),
        };
        Ok(CheckInView {
            phase,
            before: self.answers(store::Phase::Before)?,
            extra: extra.map(|item| ExtraItem {
                id: item.id.into(),
                text: item.text.into(),
            }),
        })
    }

    fn answers(&self, phase: store::Phase) -> Result<Option<CheckInAnswers>, IpcError> {
        let Some(session) = &self.session else {
            return Ok(None);
        };
        let rows = self.store.checkins(session.id).map_err(of_store)?;
        let row = rows.into_iter().find(|row| row.phase == phase);
        Ok(row.and_then(|row| row.answers).map(|given| CheckInAnswers {
            valence: given.valence,
            arousal: given.arousal,
            tension: given.tension,
            extra: given.extra.map(|(_, value)| value),
        }))
    }

    /// Keeps a check-in; `None` is Skip.
    ///
    /// # Errors
    /// `NotNow` without a session, `InvalidInput` off the field, or the store refuses.
    pub fn answer(
        &mut self,
        phase: CheckInPhase,
        answers: Option<CheckInAnswers>,
    ) -> Result<CheckInReply, IpcError> {
        self.field_tone(None);
        let given = answers.map(checked).transpose()?;
        let session = self.session.as_ref().ok_or(IpcError::NotNow)?;
        let (id, item) = (session.id, said::extra_item(&session.exercise));
        let in_store = |phase| match phase {
            CheckInPhase::Before => store::Phase::Before,
            CheckInPhase::After => store::Phase::After,
        };
        let row = answers.map(|answers| store::CheckIn {
            valence: answers.valence,
            arousal: answers.arousal,
            tension: answers.tension,
            extra: item
                .zip(answers.extra)
                .map(|(item, value)| (item.id.to_owned(), value)),
        });
        self.store
            .save_checkin(id, in_store(phase), row.as_ref())
            .map_err(of_store)?;
        let card = |card: safety::Card| SafetyCard {
            text: card.text().into(),
        };
        Ok(match phase {
            CheckInPhase::Before => CheckInReply {
                line: None,
                card: given.as_ref().and_then(safety::before).map(card),
            },
            CheckInPhase::After => {
                let before = self
                    .answers(store::Phase::Before)?
                    .map(checked)
                    .transpose()?;
                let pair = before.as_ref().zip(given.as_ref());
                CheckInReply {
                    line: Some(said::after_line(before.as_ref(), given.as_ref()).into()),
                    card: pair
                        .and_then(|(before, after)| safety::after(before, after))
                        .map(card),
                }
            }
        })
    }

    /// The soft voice under the mood field: higher with energy, brighter with good.
    pub fn field_tone(&mut self, point: Option<(f32, f32)>) {
        // Two octaves around D4, so that every point is a comfortable note.
        let tone = point.map(|(valence, arousal)| Tone {
            hz: 293.66 * 2f32.powf(arousal.clamp(-4.0, 4.0) / 4.0),
            brightness: (valence.clamp(-4.0, 4.0) + 4.0) / 8.0,
            gain: Gain::from_db(-24.0),
        });
        wish(&mut self.sound.engine, |batch| batch.tone(tone));
    }

    /// The running session, or the one that just ended.
    #[must_use]
    pub fn session(&self) -> Option<SessionView> {
        let playhead = self.sound.engine.snapshot().playhead;
        self.session.as_ref().map(|session| session.view(playhead))
    }

    /// Carries out what hands ask for.
    ///
    /// # Errors
    /// `NotNow`, `InvalidInput`, or why the microphone does not open.
    pub fn act(&mut self, act: &Act) -> Result<SessionView, IpcError> {
        self.with_session(|session, studio| session.act(act, studio))?;
        self.session().ok_or(IpcError::NotNow)
    }

    /// The After screen.
    ///
    /// # Errors
    /// `NotNow` while nothing has ended, or the store refuses.
    pub fn after(&self) -> Result<AfterView, IpcError> {
        let session = self.session.as_ref().ok_or(IpcError::NotNow)?;
        let row = session
            .piece
            .map(|piece| self.store.piece(piece))
            .transpose()
            .map_err(of_store)?;
        let (layers, voices) = row
            .as_ref()
            .and_then(pieces::manifest)
            .map_or((0, 0), |manifest| {
                (manifest.layers.len(), manifest.takes().count())
            });
        Ok(AfterView {
            session: session.id.to_string(),
            title: session.exercise.title.clone(),
            piece: row.map(|row| self.piece_view(&row, None)),
            line: said::made_line(layers, voices).into(),
        })
    }

    /// Back to Today. A session that still runs is ended, and kept.
    ///
    /// # Errors
    /// Never for now; a shell treats it like any other request.
    pub fn leave(&mut self) -> Result<(), IpcError> {
        if self
            .session
            .as_ref()
            .is_some_and(|session| session.phase != SessionPhase::Ended)
        {
            self.stop_everything();
        }
        self.stop_piece();
        self.session = None;
        Ok(())
    }
}

fn checked(answers: CheckInAnswers) -> Result<CheckIn, IpcError> {
    let extra_is_fine = answers
        .extra
        .is_none_or(|value| (0.0..=10.0).contains(&value));
    CheckIn::new(answers.valence, answers.arousal, answers.tension)
        .filter(|_| extra_is_fine)
        .ok_or_else(|| IpcError::InvalidInput {
            field: "check-in".into(),
        })
}

/// The album.
impl App {
    /// Album and bin.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn pieces(&self) -> Result<PiecesView, IpcError> {
        let album = self.store.pieces().map_err(of_store)?;
        let bin = self
            .store
            .bin(self.clock.now().timestamp())
            .map_err(of_store)?;
        Ok(PiecesView {
            pieces: album.iter().map(|row| self.piece_view(row, None)).collect(),
            bin: bin
                .iter()
                .map(|(row, days)| self.piece_view(row, Some(*days)))
                .collect(),
            playing: self.player.as_ref().map(|player| PiecePlaying {
                id: player.piece.to_string(),
                seconds: player.seconds,
            }),
        })
    }

    fn piece_view(&self, row: &store::PieceRow, bin_days: Option<u32>) -> PieceView {
        pieces::view(row, bin_days, &self.content, &self.clock.now())
    }

    fn piece_row(&self, id: &str) -> Result<store::PieceRow, IpcError> {
        let id: PieceId = id.parse().map_err(|_| IpcError::NotFound {
            what: "piece".into(),
        })?;
        self.store.piece(id).map_err(of_store)
    }

    /// Plays a piece from its beginning; it is rendered first, and [`Changed::Pieces`] says when it
    /// sounds and when it is over.
    ///
    /// # Errors
    /// There is no such piece, or a session is under way.
    pub fn play_piece(&mut self, id: &str) -> Result<(), IpcError> {
        let is_under_way =
            |session: &Session| !matches!(session.phase, SessionPhase::Ready | SessionPhase::Ended);
        if self.session.as_ref().is_some_and(is_under_way) || self.measurement.is_some() {
            return Err(IpcError::NotNow);
        }
        self.stop_piece();
        let row = self.piece_row(id)?;
        let Export {
            manifest,
            mut shelf,
            rate,
            unheard,
        } = self.prepare_export(id)?;
        if unheard != Unheard::default() {
            let lost_seconds = unheard.seconds;
            let kept_seconds = (row.seconds - lost_seconds).max(0.0);
            self.notices.raise(Notice::TakeDamaged {
                kept_seconds,
                lost_seconds,
            });
        }
        let job = Job::start("render piece", move || manifest.score(&mut shelf, rate));
        self.player = Some(Player {
            piece: row.id,
            seconds: row.seconds,
            rendering: Some(job),
            ends_at: Frames::ZERO,
        });
        Ok(())
    }

    /// Silence, without a click.
    pub fn stop_piece(&mut self) {
        if self.player.take().is_some() {
            wish(&mut self.sound.engine, |batch| {
                batch.stop();
                for track in 0..crate::sound::TRACKS {
                    batch.clear(TrackId(track), Frames(240), At::Now);
                }
            });
        }
    }

    /// `true` when a piece has just begun or ended.
    fn follow_player(&mut self) -> bool {
        let Some(player) = &mut self.player else {
            return false;
        };
        if let Some(job) = &mut player.rendering {
            let score = match job.poll() {
                Progress::Working => return false,
                Progress::Lost => None,
                Progress::Done(score) => score,
            };
            player.rendering = None;
            let Some(score) = score else {
                self.player = None;
                return true;
            };
            player.ends_at = score.length;
            wish(&mut self.sound.engine, |batch| {
                batch.stop();
                batch.tone(None);
                batch.locate(Frames::ZERO);
            });
            if let Err(error) = score.play_on(&mut self.sound.engine, TrackId(0), Frames::ZERO) {
                log::warn!("the engine refused a piece: {error}");
                self.player = None;
                return true;
            }
            wish(&mut self.sound.engine, audio_engine::control::Batch::play);
            return true;
        }
        if self.sound.engine.snapshot().playhead >= player.ends_at {
            self.stop_piece();
            return true;
        }
        false
    }

    /// A person's own name for it.
    ///
    /// # Errors
    /// `InvalidInput` if it is empty or too long; `NotFound`; the store refuses.
    pub fn rename_piece(&mut self, id: &str, name: &str) -> Result<PieceView, IpcError> {
        let name = name.trim();
        if name.is_empty() || name.chars().count() > pieces::LONGEST_NAME {
            return Err(IpcError::InvalidInput {
                field: "name".into(),
            });
        }
        let row = self.piece_row(id)?;
        self.store.rename_piece(row.id, name).map_err(of_store)?;
        Ok(self.piece_view(&self.piece_row(id)?, None))
    }

    /// Into the bin, for 30 days.
    ///
    /// # Errors
    /// `NotFound`, or the store refuses.
    pub fn delete_piece(&mut self, id: &str) -> Result<(), IpcError> {
        let row = self.piece_row(id)?;
        if self
            .player
            .as_ref()
            .is_some_and(|player| player.piece == row.id)
        {
            self.stop_piece();
        }
        self.store
            .delete_piece(row.id, self.clock.now().timestamp())
            .map_err(of_store)
    }

    /// Out of the bin.
    ///
    /// # Errors
    /// `NotFound`, or the store refuses.
    pub fn restore_piece(&mut self, id: &str) -> Result<(), IpcError> {
        let row = self.piece_row(id)?;
        self.store.restore_piece(row.id).map_err(of_store)
    }

    /// Everything an export needs, so that it can be written while the app goes on.
    ///
    /// # Errors
    /// `NotFound` if there is no such piece, or only a newer Undersong can play it.
    pub fn prepare_export(&self, id: &str) -> Result<Export, IpcError> {
        let row = self.piece_row(id)?;
        let manifest = pieces::manifest(&row).ok_or_else(|| IpcError::NotFound {
            what: "sound in this piece".into(),
        })?;
        let rate = self.sound.rate();
        let (shelf, unheard) = manifest.shelf(&self.store, rate);
        Ok(Export {
            manifest,
            shelf,
            rate,
            unheard,
        })
    }

    /// Writes a piece as a WAV file. Slow.
    ///
    /// # Errors
    /// As [`App::prepare_export`] and [`Export::write`].
    pub fn export_piece_to(&self, id: &str, path: &std::path::Path) -> Result<Exported, IpcError> {
        self.prepare_export(id)?.write(path)
    }
}

/// Settings, help and meters.
impl App {
    /// The Settings screen.
    #[must_use]
    pub fn settings(&self) -> SettingsView {
        let calibration = if self.measurement.is_some() {
            CalibrationView::Measuring
        } else if self.not_heard {
            CalibrationView::NotHeard
        } else {
            self.calibration_view()
        };
        settings::view(
            &self.preferences,
            calibration,
            &self.sound,
            &self.store,
            &self.folder,
        )
    }

    fn calibration_view(&self) -> CalibrationView {
        match self.store.calibration(&self.sound.route_key()) {
            Ok(Some(known)) => CalibrationView::Measured {
                round_trip_ms: known.round_trip * 1000.0 / f64::from(self.sound.rate().hz()),
                confidence: known.confidence,
                measured_at: known.measured_at.to_string(),
            },
            Ok(None) => CalibrationView::NotMeasured,
            Err(error) => {
                log::warn!("the calibration cannot be read: {error}");
                CalibrationView::NotMeasured
            }
        }
    }

    /// Changes what is given.
    ///
    /// # Errors
    /// A device that does not open, a value that makes no sense, or the store refuses; then
    /// everything stays as it was.
    pub fn change_settings(&mut self, change: &SettingsChange) -> Result<SettingsView, IpcError> {
        let changed = self.preferences.with(change)?;
        if changed.devices() != self.preferences.devices() {
            self.sound.select(&changed.devices()).map_err(of_device)?;
            self.not_heard = false;
        }
        changed.save(&mut self.store).map_err(of_store)?;
        self.preferences = changed;
        Ok(self.settings())
    }

    /// Begins to measure the round trip; [`Changed::Settings`] says when it is over.
    ///
    /// # Errors
    /// While something else sounds, or without a microphone.
    pub fn calibrate(&mut self) -> Result<SettingsView, IpcError> {
        let is_under_way = |session: &Session| session.phase != SessionPhase::Ended;
        if self.session.as_ref().is_some_and(is_under_way) || self.measurement.is_some() {
            return Err(IpcError::NotNow);
        }
        self.stop_piece();
        self.sound.open_input().map_err(of_device)?;
        self.measurement = Measurement::begin(&mut self.sound);
        self.not_heard = self.measurement.is_none();
        Ok(self.settings())
    }

    fn follow_measurement(&mut self) -> bool {
        let Some(measurement) = &mut self.measurement else {
            return false;
        };
        let Some(outcome) = measurement.tick(&mut self.sound) else {
            return false;
        };
        self.measurement = None;
        self.not_heard = outcome == Outcome::NotHeard;
        if let Outcome::Heard {
            round_trip,
            confidence,
        } = outcome
        {
            let calibration = Calibration {
                route_key: self.sound.route_key(),
                round_trip,
                confidence,
                measured_at: self.clock.now().timestamp(),
            };
            if let Err(error) = self.store.save_calibration(&calibration) {
                log::warn!("the calibration was not kept: {error}");
            }
        }
        true
    }

    /// The help card.
    #[must_use]
    pub fn help(&self) -> HelpView {
        self.content
            .help(self.preferences.country.clone(), self.clock.now().date())
    }

    /// Somebody needs help now: the music makes room. Nothing is written down.
    pub fn open_help(&mut self) {
        let _ = self.with_session(|session, studio| {
            session.pause(studio);
            Ok(())
        });
        self.stop_piece();
        self.field_tone(None);
    }

    /// What moves. Peaks are those since the last call.
    pub fn meters(&mut self) -> MeterFrame {
        let now = self.sound.engine.snapshot();
        let levels = self.sound.engine.take_meters();
        let session = self.session.as_ref();
        MeterFrame {
            playhead: now.playhead.seconds(self.sound.rate()),
            rolling: now.rolling,
            output_peak: levels.output,
            input_peak: levels.input_peak,
            input_rms: levels.input_rms,
            ducking_db: levels.ducking_db,
            xruns: now.xruns as u32,
            safe_seconds: session.map_or(0.0, Session::safe_seconds),
            recording: session.map(Session::record_phase).unwrap_or_default(),
            generation: session.map_or(0, Session::generation),
        }
    }
}

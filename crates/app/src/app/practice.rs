//! Today, check-ins and the session.

use audio_engine::control::Tone;
use audio_engine::units::Gain;
use practice::{CheckIn, safety, words as said};
use store::{NewSession, PickedBy, SessionLength};

use crate::error::of_store;
use crate::ipc::{
    Act, AfterView, Begin, CheckInAnswers, CheckInPhase, CheckInReply, CheckInView, ExtraItem,
    IpcError, Length, Notice, PieceView, SafetyCard, SessionPhase, SessionView, TodayView,
};
use crate::pieces;
use crate::session::{Session, wish};
use crate::today;

use super::App;
use super::surroundings::Wish;

impl App {
    /// The Today screen.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn today(&self) -> Result<TodayView, IpcError> {
        let mut view = today::view(&self.store, &self.content, &self.clock.now())?;
        let unfinished = self.unfinished.as_ref();
        view.unfinished = unfinished.and_then(|session| session.view(&self.content));
        // Somebody has been here before, even if nothing is finished yet.
        view.first_run &= view.unfinished.is_none();
        Ok(view)
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

    /// Goes on with the session that was cut off: the step it was in, who was on stage, and what was
    /// recorded. It is Ready; its check-in was answered.
    ///
    /// # Errors
    /// `NotNow` when there is none.
    pub fn carry_on(&mut self) -> Result<SessionView, IpcError> {
        if self.measurement.is_some() {
            return Err(IpcError::NotNow);
        }
        self.leave()?;
        let left = self.unfinished.take().ok_or(IpcError::NotNow)?;
        let session = left.carry_on(&self.content, &self.store, &self.sound);
        self.session = session;
        self.session().ok_or(IpcError::NotNow)
    }

    /// Ends the session that was cut off as it is. Answers a piece of it; `None` if nothing of it
    /// was to be kept, or there is none.
    ///
    /// # Errors
    /// The store refuses; then it is still there.
    pub fn keep_unfinished(&mut self) -> Result<Option<PieceView>, IpcError> {
        let Some(left) = &self.unfinished else {
            return Ok(None);
        };
        let now = self.clock.now().timestamp();
        let rate = self.sound.rate();
        let kept = left
            .keep_as_it_is(&mut self.store, rate, now)
            .map_err(of_store)?;
        self.unfinished = None;
        let piece = kept.pieces.last().map(|piece| self.store.piece(*piece));
        let piece = piece.transpose().map_err(of_store)?;
        Ok(piece.map(|row| self.piece_view(&row, None)))
    }

    /// Chooses an exercise. A session that still runs is ended first, and kept; one that was cut off
    /// is kept as it is.
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
        // Whoever would rather play is not asked to wait.
        self.call_off_device_check();
        self.stop_piece();
        self.leave()?;
        self.keep_unfinished()?;
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
        self.session = Some(session);
        self.session().ok_or(IpcError::NotNow)
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
        self.session.as_ref().map(|session| SessionView {
            microphone: self.microphone(),
            ..session.view(session.playhead(&self.sound))
        })
    }

    /// Carries out what hands ask for. What opens the microphone for the first time waits for the
    /// person's answer to the system, and goes on by itself when it is yes.
    ///
    /// # Errors
    /// `NotNow`, `InvalidInput`, or why the microphone does not open.
    pub fn act(&mut self, act: &Act) -> Result<SessionView, IpcError> {
        if !self.waits_for_permission(Wish::Act(act.clone()))? {
            if *act == Act::Start {
                // One that is heard at the check-in: its end would be the session's.
                self.stop_piece();
            }
            self.with_session(|session, studio| session.act(act, studio))?;
        }
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
        self.surroundings.forget_wish();
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

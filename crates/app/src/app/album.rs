//! The album: looking, playing, naming, letting go, taking along.

use std::ops::ControlFlow;

use audio_engine::control::{At, TrackId};
use audio_engine::units::Frames;
use store::PieceId;

use crate::error::of_store;
use crate::ipc::{
    ExportFormat, Exported, IpcError, Notice, PiecePlaying, PieceView, PiecesView, SessionPhase,
};
use crate::job::{Job, Progress};
use crate::piece::{Export, Unheard};
use crate::pieces;
use crate::playhead::Playhead;
use crate::session::{Session, wish};

use super::App;

/// A piece that sounds, or is about to.
pub(super) struct Player {
    piece: PieceId,
    name: String,
    seconds: f64,
    rendering: Option<Job<Option<audio_engine::bounce::Score>>>,
    playhead: Playhead,
    ends_at: Frames,
}

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
            formats: ExportFormat::OFFERED.to_vec(),
        })
    }

    pub(super) fn piece_view(&self, row: &store::PieceRow, bin_days: Option<u32>) -> PieceView {
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
        if self.session.as_ref().is_some_and(is_under_way) || self.is_measuring() {
            return Err(IpcError::NotNow);
        }
        self.stop_piece();
        self.sound.wake();
        let row = self.piece_row(id)?;
        let Export {
            manifest,
            mut shelf,
            rate,
            unheard,
            ..
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
            name: row.name,
            seconds: row.seconds,
            rendering: Some(job),
            playhead: Playhead::default(),
            ends_at: Frames::ZERO,
        });
        Ok(())
    }

    /// What the piece that sounds is called.
    pub(super) fn piece_name(&self) -> Option<String> {
        self.player.as_ref().map(|player| player.name.clone())
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
    pub(super) fn follow_player(&mut self) -> bool {
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
            player.playhead = Playhead::set_out(Frames::ZERO, &self.sound.engine);
            return true;
        }
        player.playhead.follow(&self.sound.engine);
        if player.playhead.at(&self.sound.engine) >= player.ends_at {
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

    /// Moves the take of layer `layer` (from 0, in the order of the recipe) by `ms`, positive
    /// later, with everything made from it; answers how many ms it then lies from where it was
    /// recorded. The take itself is not touched: the same nudge back makes the same piece again.
    ///
    /// # Errors
    /// `InvalidInput` if nobody recorded that layer, or it would lie more than
    /// [`pieces::FURTHEST_NUDGE_MS`] away; `NotFound`; the store refuses.
    pub fn nudge_piece(&mut self, id: &str, layer: usize, ms: f64) -> Result<f64, IpcError> {
        let row = self.piece_row(id)?;
        let moved = pieces::nudge(&mut self.store, &row, layer, ms);
        let playing = |player: &Player| player.piece == row.id;
        if self.player.as_ref().is_some_and(playing) {
            self.stop_piece();
        }
        moved
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
        let made = row.made.to_zoned(self.clock.now().time_zone().clone());
        Ok(Export {
            manifest,
            shelf,
            rate,
            unheard,
            name: row.name,
            day: made.date().to_string(),
        })
    }

    /// Writes a piece to `place`. Slow.
    ///
    /// # Errors
    /// As [`App::prepare_export`] and [`Export::write`].
    pub fn export_piece_to(
        &self,
        id: &str,
        place: &std::path::Path,
        format: ExportFormat,
        progress: impl FnMut(f32) -> ControlFlow<()>,
    ) -> Result<Option<Exported>, IpcError> {
        self.prepare_export(id)?.write(place, format, progress)
    }
}

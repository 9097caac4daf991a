//! The ending: what was made is kept before anything fades, and written down when it has.

use std::time::Duration;

use audio_engine::control::{At, TrackId};
use audio_engine::units::{Frames, Gain};

use crate::ipc::SessionPhase;

use super::stage::wish;
use super::surface::Mode;
use super::{Session, Studio};

impl Session {
    /// Lets everything fade; what was made is kept first.
    pub(super) fn soften(&mut self, over: Duration, studio: &mut Studio) {
        self.stop_recording(studio);
        self.keep_piece(studio);
        let playhead = self.playhead.at(&studio.sound.engine);
        let over = Frames::from_seconds(over.as_secs_f64(), self.plan.grid.rate);
        wish(&mut studio.sound.engine, |batch| {
            batch.stop_cue();
            batch.fade(Gain::SILENCE, over, At::Now);
            // Stopped before it faded: a pause is not in the way of an ending.
            batch.play();
        });
        self.ends_at = playhead + over;
        self.phase = SessionPhase::Ending;
        self.mode = Mode::Listen;
        self.cursor.prompt = "Let it fade. What you made is kept.".into();
        self.save_draft(studio);
        self.changed();
    }

    /// Silence: the session is over, and whatever came in while it faded is kept as well.
    pub(super) fn end(&mut self, studio: &mut Studio) {
        wish(&mut studio.sound.engine, |batch| {
            batch.stop();
            for track in 0..crate::sound::TRACKS {
                batch.clear(TrackId(track), Frames::ZERO, At::Now);
            }
        });
        studio.sound.close_input();
        self.phase = SessionPhase::Ended;
        // A take may have come in while it faded.
        self.keep_piece(studio);
        self.keep_fragments(studio);
        let finished = self.completed as usize >= self.plan.steps.len();
        let reason = if finished {
            store::EndReason::Finished
        } else {
            store::EndReason::Stopped
        };
        let playhead = self.playhead.at(&studio.sound.engine);
        let active = playhead.max(self.sounded).seconds(self.plan.grid.rate);
        let active_ms = (active * 1000.0) as u64;
        if let Err(error) = studio
            .store
            .end_session(self.id, reason, self.completed, active_ms)
        {
            log::warn!("the end of a session was not written: {error}");
        }
        self.changed();
    }

    /// Writes the piece, or writes it again with what came in since.
    fn keep_piece(&mut self, studio: &mut Studio) {
        let Some(manifest) = self.arrangement() else {
            return;
        };
        match crate::pieces::keep(self, &manifest, studio) {
            Ok(piece) => self.piece = Some(piece),
            Err(error) => log::error!("a piece was not written: {error}"),
        }
        self.changed();
    }
}

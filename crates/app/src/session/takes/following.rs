//! Following a running take: its state, what the session waits for, and a microphone that is muted.

use audio_engine::units::Frames;

use crate::ipc::{Length, Notice, RecordState};

use super::TakeRun;
use crate::session::surface::Mode;
use crate::session::{Session, Studio};

impl Session {
    /// The state that the playhead says.
    pub(in crate::session) fn follow_takes(&mut self, playhead: Frames) {
        let rate = self.plan.grid.rate;
        let click = |take: &TakeRun| take.punch_in - self.plan.grid.bars(take.count_in);
        let mut has_changed = false;
        for take in self
            .takes
            .iter_mut()
            .filter(|take| take.is_running() && !take.cut)
        {
            let state = if playhead < click(take) {
                RecordState::Waiting
            } else if playhead < take.punch_in {
                RecordState::CountIn
            } else {
                RecordState::Recording
            };
            has_changed |= state != take.state;
            take.state = state;
        }
        // The wave grows on the ring four times a second.
        let is_recording = self
            .takes
            .iter()
            .any(|take| take.state == RecordState::Recording);
        if is_recording && playhead >= self.redrawn_at + Frames::from_seconds(0.25, rate) {
            self.redrawn_at = playhead;
            has_changed = true;
        }
        if has_changed {
            self.changed();
        }
    }

    /// A step does not end under a running take, and goes on by itself when the take has been heard.
    pub(in crate::session) fn hold_for_take(&mut self) {
        let Mode::Record { take } = self.mode else {
            return;
        };
        let Some(take) = self
            .takes
            .get(take)
            .filter(|take| take.is_running() && !take.cut)
        else {
            return;
        };
        let over =
            self.plan.grid.bar_at(take.punch_in + take.length) + 1 + self.hearings() * take.bars;
        self.cursor.ends = over.max(self.cursor.starts + 1);
    }

    /// A finished take is heard so often before the session goes on by itself.
    fn hearings(&self) -> u64 {
        match self.length {
            Length::Full => 2,
            Length::TwoMinutes => 1,
        }
    }

    /// Says once when no sound has been arriving, and takes it back with the first that does. The
    /// take goes on: a muted microphone can be unmuted in the middle of a bar.
    pub(super) fn tell_silence(&mut self, studio: &mut Studio) {
        for take in &mut self.takes {
            let Some(progress) = &take.progress else {
                continue;
            };
            let is_silent = progress.is_silent();
            if is_silent && !take.silence_told {
                studio.notices.raise(studio.silent_input());
            } else if !is_silent && take.silence_told {
                studio
                    .notices
                    .lower(|notice| matches!(notice, Notice::SilentInput { .. }));
            }
            take.silence_told = is_silent;
        }
    }
}

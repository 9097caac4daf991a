//! What a recording is told while it runs, at frames within the sub-block that comes: a word to
//! leave, or that the part to keep ends. Audio thread.

use super::{Due, Recording, Stage};
use crate::control::Length;
use crate::control::take::Mark;
use crate::units::Frames;

/// One thing it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Told {
    /// See [`Recording::note`].
    Word(u32),
    /// See [`Recording::punch_out_now`].
    PunchOut,
}

impl Recording {
    /// Can this be left to it? Of punch-outs one, because the first decides where the second
    /// finds it.
    pub(crate) fn can_be_left(&self, told: Told) -> bool {
        let another = || self.later.any(|noted| *noted == Told::PunchOut);
        self.later.has_room() && !(told == Told::PunchOut && another())
    }

    /// Leaves it to the recording, `after` so many frames. Returns how many frames after that
    /// there is something to do for everybody. Without [room](Recording::can_be_left) it is left
    /// undone.
    pub(crate) fn leave(&mut self, after: usize, told: Told) -> Option<Frames> {
        self.later.note(after, told).ok()?;
        match told {
            Told::Word(_) => None,
            Told::PunchOut => self.until_change_once_out(after),
        }
    }

    /// Does what it is told `done` frames into a sub-block.
    pub(crate) fn obey(&mut self, done: usize) {
        while let Some(told) = self.later.take_due(done) {
            match told {
                Told::Word(word) => self.note(word),
                Told::PunchOut => self.punch_out_now(),
            }
        }
    }

    /// After [`Recording::obey`], within a sub-block: has its part to keep ended?
    pub(crate) fn is_now_out(&mut self) -> Due {
        // Its window has opened already, if it is out.
        self.begin_block(None)
    }

    /// For how many frames after `done` it is told nothing: at most up to frame `end`.
    pub(crate) fn until_told(&self, done: usize, end: usize) -> usize {
        self.later.until_next(done, end)
    }

    /// Ends the part to keep where its length allows it: now, or, for an open length, at the end
    /// of the unit it is in. Before the punch-in there will have been nothing.
    pub(crate) fn punch_out_now(&mut self) {
        let Stage::Running { at } = self.stage else {
            return self.cancel();
        };
        match self.out_at(at) {
            None => self.cancel(),
            Some((punch_out, length)) => (self.punch_out, self.length) = (punch_out, length),
        }
    }

    /// Where the part to keep ends, and how long the loop is, if it is told to end at `at`.
    /// `None` if nothing has been played by then.
    fn out_at(&self, at: i64) -> Option<(i64, i64)> {
        if at <= self.punch_in {
            return None;
        }
        // Its loop sounds, and has the length it has.
        if self.is_out {
            return Some((self.punch_out, self.length));
        }
        let length = match self.spec.length {
            Length::Fixed(_) => return Some((self.punch_out.min(at), self.length)),
            Length::Open { most, unit, late } => {
                self.whole_units(at - self.punch_in - late.0 as i64, unit, most)
            }
        };
        Some((self.punch_out.min(self.punch_in + length), length))
    }

    /// Told to end `after` so many frames, how soon it then comes to something for which the
    /// engine cuts its blocks: its loop's beginning, or the end of its window.
    fn until_change_once_out(&self, after: usize) -> Option<Frames> {
        let Stage::Running { at } = self.stage else {
            return None;
        };
        let at = at + after as i64;
        let (punch_out, _) = self.out_at(at)?;
        let turns = [punch_out, self.closes_after(punch_out)];
        let next = turns.into_iter().filter(|turn| *turn > at).min()?;
        Some(Frames(next.abs_diff(at)))
    }

    /// Leaves a word at the next frame to arrive, if any is being kept. A reader who is far
    /// behind does without.
    pub(crate) fn note(&mut self, word: u32) {
        if let Stage::Running { at } = self.stage
            && at < self.closes()
            && (self.lost == 0 || self.tell_lost())
            && self.feed.has_room_for_words()
        {
            self.feed.mark(Mark::Word(word));
        }
    }
}

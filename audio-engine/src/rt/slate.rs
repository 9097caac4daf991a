//! What one part of the engine does at frames within the sub-block that comes: the fade of the mix,
//! whoever speaks, a recording. Each cuts its own work there, and nobody else's.
//!
//! Noted down as the playhead meets it, and wiped off in that order. Audio thread only, but for
//! [`Slate::new`].

use std::collections::VecDeque;

use super::limits::NOTES;

/// Notes for one sub-block.
pub(crate) struct Slate<T> {
    /// Each with the frames of the sub-block that come before it. All of them, if the sub-block
    /// was cut short.
    notes: VecDeque<(usize, T)>,
}

impl<T> Slate<T> {
    /// Allocates room for [`NOTES`].
    pub(crate) fn new() -> Slate<T> {
        Slate {
            notes: VecDeque::with_capacity(NOTES),
        }
    }

    pub(crate) fn has_room(&self) -> bool {
        self.notes.len() < NOTES
    }

    /// Is there anything it notes?
    pub(crate) fn any(&self, is_it: impl Fn(&T) -> bool) -> bool {
        self.notes.iter().any(|(_, what)| is_it(what))
    }

    /// Notes it down, later than all before it or on the same frame. Gives it back if there is no
    /// room, for which whoever calls has asked.
    pub(crate) fn note(&mut self, after: usize, what: T) -> Result<(), T> {
        if !self.has_room() {
            return Err(what);
        }
        self.notes.push_back((after, what));
        Ok(())
    }

    /// Wipes off the next thing to do, once `done` frames of the sub-block are over.
    pub(crate) fn take_due(&mut self, done: usize) -> Option<T> {
        let is_due = self.notes.front().is_some_and(|(after, _)| *after <= done);
        if !is_due {
            return None;
        }
        self.notes.pop_front().map(|(_, what)| what)
    }

    /// How many frames after `done` nothing is to be done: at most up to frame `end`.
    pub(crate) fn until_next(&self, done: usize, end: usize) -> usize {
        let next = self.notes.front().map_or(end, |(after, _)| *after);
        next.min(end) - done
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_thing_is_done_at_its_frame_and_those_of_one_frame_as_they_came() {
        let mut slate = Slate::new();
        for (after, what) in [(3, 'a'), (3, 'b'), (5, 'c'), (8, 'd')] {
            assert!(slate.note(after, what).is_ok());
        }
        let (mut seen, mut done) = (String::new(), 0);
        loop {
            seen.extend(std::iter::from_fn(|| slate.take_due(done)));
            if done == 8 {
                break;
            }
            let piece = slate.until_next(done, 8);
            seen.push_str(&".".repeat(piece));
            done += piece;
        }
        assert_eq!(seen, "...ab..c...d");
    }

    #[test]
    fn a_full_slate_gives_back_what_it_has_no_room_for() {
        let mut slate = Slate::new();
        for nth in 0..NOTES {
            assert!(slate.note(nth, nth).is_ok());
        }
        assert_eq!(slate.note(NOTES, 7), Err(7));
    }
}

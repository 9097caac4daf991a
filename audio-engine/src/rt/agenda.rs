//! Wishes that wait for their frame, the next one last. Audio thread only.

use super::command::Action;
use super::limits;
use super::transport::Transport;
use crate::units::Frames;

/// One wish that waits.
struct Planned {
    frame: Frames,
    action: Action,
}

/// What is planned, in the order in which it will happen.
pub(crate) struct Agenda {
    /// Latest first, so that the next one is taken from the end.
    planned: Vec<Planned>,
}

impl Agenda {
    /// Allocates room for all the handle lets through.
    pub(crate) fn new() -> Agenda {
        Agenda {
            planned: Vec::with_capacity(limits::PLANNED),
        }
    }

    /// Notes it down, after everything planned for the same frame. Gives it back if there is no
    /// room, which the handle's counting rules out.
    pub(crate) fn plan(&mut self, frame: Frames, action: Action) -> Result<(), Action> {
        if self.planned.len() == self.planned.capacity() {
            return Err(action);
        }
        let after = self.planned.partition_point(|other| other.frame > frame);
        self.planned.insert(after, Planned { frame, action });
        Ok(())
    }

    /// The next wish whose time has come, and its frame.
    pub(crate) fn take_due(&mut self, transport: &Transport) -> Option<(Frames, Action)> {
        let due = self
            .planned
            .last()
            .is_some_and(|next| transport.is_due(next.frame));
        if !due {
            return None;
        }
        self.planned.pop().map(|next| (next.frame, next.action))
    }

    /// The next wish before `end`: its frame, and what it is.
    pub(crate) fn next_before(&self, end: Frames) -> Option<(Frames, &Action)> {
        let next = self.planned.last().filter(|next| next.frame < end)?;
        Some((next.frame, &next.action))
    }

    /// Takes out the next wish.
    pub(crate) fn take_next(&mut self) -> Option<Action> {
        self.planned.pop().map(|next| next.action)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wishes_come_in_order_and_those_for_one_frame_as_they_were_made() {
        let mut agenda = Agenda::new();
        for (frame, bars) in [(5, 1), (3, 2), (5, 3), (4, 4)] {
            assert!(agenda.plan(Frames(frame), Action::CountIn { bars }).is_ok());
        }
        let rolling = Transport::Rolling { at: Frames(5) };
        let order: Vec<u32> = std::iter::from_fn(|| agenda.take_due(&rolling))
            .map(|(_, action)| match action {
                Action::CountIn { bars } => bars,
                _ => 0,
            })
            .collect();
        assert_eq!(order, [2, 4, 1, 3]);
    }

    #[test]
    fn what_is_planned_for_the_first_frame_waits_until_it_plays() {
        let mut agenda = Agenda::new();
        assert!(agenda.plan(Frames(0), Action::Play).is_ok());
        assert!(
            agenda
                .take_due(&Transport::Stopped { at: Frames(0) })
                .is_none()
        );
        assert!(
            agenda
                .take_due(&Transport::Rolling { at: Frames(0) })
                .is_some()
        );
    }
}

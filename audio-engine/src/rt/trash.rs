//! Where the audio thread puts what it has done with. Freeing memory may wait for a lock, so it
//! is done elsewhere: things go back through a ring, and wait in a parking lot while that is full.

use rtrb::{Producer, PushError};

use super::command::Trash;
use super::limits;

/// Audio thread only.
pub(crate) struct Bin {
    ring: Producer<Trash>,
    /// Room for everything ever lent at one time: the handle counts, so it never runs over.
    parked: Vec<Trash>,
}

impl Bin {
    pub(crate) fn new(ring: Producer<Trash>) -> Bin {
        Bin {
            ring,
            parked: Vec::with_capacity(limits::LENT),
        }
    }

    /// Takes it out of the audio thread's hands.
    pub(crate) fn discard(&mut self, trash: Trash) {
        let Err(PushError::Full(trash)) = self.ring.push(trash) else {
            return;
        };
        if self.parked.len() < self.parked.capacity() {
            self.parked.push(trash);
        } else {
            // More than was lent cannot come back. If it did, a leak is kinder than a glitch.
            std::mem::forget(trash);
        }
    }

    /// Sends on what was parked, as far as there is room again.
    pub(crate) fn empty(&mut self) {
        while let Some(trash) = self.parked.pop() {
            if let Err(PushError::Full(trash)) = self.ring.push(trash) {
                self.parked.push(trash);
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audio::Audio;
    use crate::units::{Frames, SampleRate};
    use rtrb::RingBuffer;
    use std::sync::Arc;

    fn silence() -> Arc<Audio> {
        Arc::new(Audio::silence(SampleRate::STUDIO, 1, Frames(1)))
    }

    #[test]
    fn what_does_not_fit_is_parked_and_comes_back_later() {
        let (ring, mut collected) = RingBuffer::new(2);
        let mut bin = Bin::new(ring);
        for _ in 0..5 {
            bin.discard(Trash::Loop(Box::new([0.0])));
        }
        assert_eq!(
            bin.parked.len(),
            3,
            "nothing is dropped on the audio thread"
        );
        let mut back = 0;
        for _ in 0..3 {
            back += std::iter::from_fn(|| collected.pop().ok()).count();
            bin.empty();
        }
        assert_eq!(back + collected.slots(), 5);
    }

    /// What the two threads do, in one order out of all.
    #[derive(Debug, Clone, Copy, PartialEq)]
    enum Step {
        /// The audio thread has done with something.
        Discard,
        /// A callback ends.
        Empty,
        /// The handle collects one thing.
        Collect,
    }

    /// Every order of so many steps of each kind.
    fn every_order(left: [usize; 3], so_far: &mut Vec<Step>, check: &mut impl FnMut(&[Step])) {
        if left == [0; 3] {
            return check(so_far);
        }
        for (kind, step) in [Step::Discard, Step::Empty, Step::Collect]
            .into_iter()
            .enumerate()
        {
            let mut left = left;
            if let Some(fewer) = left[kind].checked_sub(1) {
                left[kind] = fewer;
                so_far.push(step);
                every_order(left, so_far, check);
                so_far.pop();
            }
        }
    }

    #[test]
    fn in_whatever_order_two_threads_come_each_thing_comes_back_once() {
        // A push or a pop of the ring is one step to the other thread: so these are all orders.
        for size in 1..=3 {
            let mut orders = 0;
            every_order([4, 3, 4], &mut Vec::new(), &mut |order| {
                orders += 1;
                let (ring, mut collected) = RingBuffer::new(size);
                let mut bin = Bin::new(ring);
                let things: [Arc<Audio>; 4] = std::array::from_fn(|_| silence());
                let mut waiting = things.iter();
                let mut back = 0;
                for step in order {
                    match step {
                        Step::Discard => {
                            let next = waiting.next().map(Arc::clone);
                            next.into_iter()
                                .for_each(|thing| bin.discard(Trash::Audio(thing)));
                        }
                        Step::Empty => bin.empty(),
                        Step::Collect => back += usize::from(collected.pop().is_ok()),
                    }
                }
                for _ in 0..4 {
                    back += std::iter::from_fn(|| collected.pop().ok()).count();
                    bin.empty();
                }
                assert_eq!(back, 4, "after {order:?} in a ring of {size}");
                let freed = things.iter().all(|thing| Arc::strong_count(thing) == 1);
                assert!(freed, "after {order:?} in a ring of {size}");
            });
            assert_eq!(orders, 11_550);
        }
    }
}

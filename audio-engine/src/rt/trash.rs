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
    use rtrb::RingBuffer;

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
}

//! What was heard lately, while nobody knows yet that it will be kept: the pre-roll of a sound
//! that has not come. Audio thread; a fixed ring, the oldest frame gives way.

use crate::control::Channels;
use crate::units::Frames;

pub(crate) struct Memory {
    channels: usize,
    /// Channel after channel, each `size` frames.
    samples: Box<[f32]>,
    size: usize,
    /// Where the next frame goes.
    next: usize,
    held: usize,
}

impl Memory {
    /// Off the audio thread: allocates.
    pub(crate) fn new(channels: Channels, size: Frames) -> Memory {
        let (channels, size) = (channels.count(), size.0 as usize);
        Memory {
            channels,
            samples: vec![0.0; channels * size].into_boxed_slice(),
            size,
            next: 0,
            held: 0,
        }
    }

    /// Frames it holds.
    pub(crate) fn held(&self) -> u64 {
        self.held as u64
    }

    /// Takes in what fits; of more, the end.
    pub(crate) fn hear(&mut self, input: [&[f32]; 2]) {
        if self.size == 0 {
            return;
        }
        let frames = input[0].len();
        let used = frames.min(self.size);
        let mut place = self.next;
        for (channel, input) in self.samples.chunks_mut(self.size).zip(input) {
            place = self.next;
            for sample in input.get(frames - used..).unwrap_or_default() {
                channel[place] = *sample;
                place = if place + 1 == self.size { 0 } else { place + 1 };
            }
        }
        self.next = place;
        self.held = (self.held + used).min(self.size);
    }

    /// Something was not heard: what came before it no longer joins what comes after.
    pub(crate) fn forget(&mut self) {
        self.held = 0;
    }

    /// What it holds, oldest first, in two parts.
    pub(crate) fn parts(&self) -> [[&[f32]; 2]; 2] {
        let start = (self.next + self.size - self.held).checked_rem(self.size);
        let start = start.unwrap_or(0);
        let first = self.held.min(self.size - start);
        [(start, first), (0, self.held - first)].map(|(from, length)| {
            std::array::from_fn(|channel| {
                if channel >= self.channels {
                    return [].as_slice();
                }
                let from = channel * self.size + from;
                self.samples.get(from..from + length).unwrap_or_default()
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(memory: &Memory) -> Vec<f32> {
        memory
            .parts()
            .iter()
            .flat_map(|part| part[0].to_vec())
            .collect()
    }

    #[test]
    fn it_holds_the_last_of_what_was_heard_however_that_came_in() {
        for cut in 1..7 {
            let mut memory = Memory::new(Channels::Mono, Frames(5));
            let heard: Vec<f32> = (0..13u8).map(f32::from).collect();
            heard.chunks(cut).for_each(|part| memory.hear([part, &[]]));
            assert_eq!(
                all(&memory),
                [8.0, 9.0, 10.0, 11.0, 12.0],
                "in parts of {cut}"
            );
        }
    }

    #[test]
    fn before_it_is_full_it_holds_what_there_was() {
        let mut memory = Memory::new(Channels::Stereo, Frames(5));
        memory.hear([&[0.1, 0.2], &[0.3, 0.4]]);
        assert_eq!(all(&memory), [0.1, 0.2]);
        assert_eq!(memory.parts()[0][1], [0.3, 0.4]);
    }
}

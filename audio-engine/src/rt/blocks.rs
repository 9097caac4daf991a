//! Blocks of sound on their way through the mixer, and the two ways they are added together.

use super::limits::MAX_BLOCK;
use super::plan::{BUSES, Lead};
use super::voice::Straight;
use crate::dsp::ramp::Ramp;

/// One channel of one sub-block, or of its beginning.
pub(super) type Block = [f32; MAX_BLOCK];

/// Adds what lies aside to the bus it leads to; while that changes, to both, and empties it.
pub(super) fn pass_on(
    aside: &mut [Block; 2],
    lead: Lead,
    crossing: Option<&[f32]>,
    buses: &mut [[Block; 2]; BUSES],
    frames: usize,
) {
    for (side, sound) in halves(aside, frames).into_iter().enumerate() {
        match crossing.filter(|_| lead.is_new()) {
            None => {
                let bus = &mut buses[lead.to][side];
                bus.iter_mut().zip(&*sound).for_each(|(bus, x)| *bus += x);
            }
            Some(crossing) => {
                let there = buses[lead.to][side].iter_mut().zip(crossing);
                for ((bus, share), x) in there.zip(&*sound) {
                    *bus += x * share;
                }
                let here = buses[lead.from][side].iter_mut().zip(crossing);
                for ((bus, share), x) in here.zip(&*sound) {
                    *bus += x * (1.0 - share);
                }
            }
        }
        sound.fill(0.0);
    }
}

/// Adds what lies aside to a send, and moves that on.
pub(super) fn add_at(aside: &[Block; 2], amount: &mut Ramp, send: &mut [Block; 2], frames: usize) {
    if !amount.is_settled() || amount.target() != 0.0 {
        let mut amounts = [0.0; MAX_BLOCK];
        amount.fill(first(&mut amounts, frames));
        for (send, sound) in send.iter_mut().zip(aside) {
            for ((send, x), amount) in send.iter_mut().zip(sound).zip(&amounts).take(frames) {
                *send += x * amount;
            }
        }
    }
    amount.advance(frames);
}

pub(super) fn mixed(block: &[Block; 2], frames: usize) -> Straight<'_> {
    Straight {
        sides: block
            .each_ref()
            .map(|side| side.get(..frames).unwrap_or_default()),
        factor: 1.0,
    }
}

pub(super) fn halves(block: &mut [Block; 2], frames: usize) -> [&mut [f32]; 2] {
    block.each_mut().map(|side| first(side, frames))
}

pub(super) fn first(block: &mut [f32; MAX_BLOCK], frames: usize) -> &mut [f32] {
    block.get_mut(..frames).unwrap_or_default()
}

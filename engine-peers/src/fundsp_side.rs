//! fundsp 0.23: one expression of types, summed by type as well, in its own blocks of 64.

use std::hint::black_box;
use std::sync::Arc;

use anyhow::{Result, bail};
use fundsp::audionode::AudioNode;
use fundsp::audiounit::AudioUnit;
use fundsp::buffer::{BufferRef, BufferVec};
use fundsp::combinator::An;
use fundsp::prelude32::{
    U0, U1, U2, U4, bell_hz, highshelf_hz, limiter_stereo, lowshelf_hz, mul, multipass, multisink,
    playwave, reverb_stereo, sumi,
};
use fundsp::typenum::{U64, U256};
use fundsp::wave::Wave;

use crate::stopwatch::{Costs, Now};
use crate::work::{
    BLOCK, Desk, EQ, GAIN_DB, RATE, SEND_DB, Work, amplitude, loop_of, place_of, power,
};

/// What it processes at a time.
const ITS_BLOCK: usize = 64;

pub struct Fundsp {
    unit: Box<dyn AudioUnit>,
    out: BufferVec,
    left: [f32; BLOCK],
    right: [f32; BLOCK],
}

/// Left and right of one track, at equal power.
fn sides(track: u16, tracks: u16) -> (f32, f32) {
    let angle = (place_of(track, tracks) + 1.0) * std::f32::consts::FRAC_PI_4;
    let gain = amplitude(GAIN_DB) * std::f32::consts::SQRT_2;
    (gain * angle.cos(), gain * angle.sin())
}

/// Both channels of one loop.
fn source(
    waves: &[Arc<Wave>],
    track: u64,
) -> An<impl AudioNode<Inputs = U0, Outputs = U2> + use<>> {
    let wave = &waves[track as usize];
    playwave(wave, 0, Some(0)) | playwave(wave, 1, Some(0))
}

/// Three bands on one channel.
fn eq() -> An<impl AudioNode<Inputs = U1, Outputs = U1>> {
    let [low, bell, high] = EQ;
    lowshelf_hz(low.hz, low.q, amplitude(low.db))
        >> bell_hz(bell.hz, bell.q, amplitude(bell.db))
        >> highshelf_hz(high.hz, high.q, amplitude(high.db))
}

/// Both channels dry, and both again for the reverb.
fn full(waves: &[Arc<Wave>], track: u64) -> An<impl AudioNode<Inputs = U0, Outputs = U4> + use<>> {
    let (left, right) = sides(track as u16, waves.len() as u16);
    let send = amplitude(SEND_DB);
    source(waves, track)
        >> (eq() | eq())
        >> mul((left, right))
        >> (multipass::<U2>() ^ mul((send, send)))
}

fn dry(waves: &[Arc<Wave>], track: u64) -> An<impl AudioNode<Inputs = U0, Outputs = U2> + use<>> {
    let (left, right) = sides(track as u16, waves.len() as u16);
    source(waves, track) >> mul((left, right))
}

/// The reverb beside the dry sound, and the limiter after both.
fn master() -> An<impl AudioNode<Inputs = U4, Outputs = U2>> {
    let dry = multipass::<U2>() | multisink::<U2>();
    let room = multisink::<U2>() | reverb_stereo(10.0, 2.0, 0.5);
    (dry & room) >> limiter_stereo(0.0013, 0.1)
}

impl Fundsp {
    pub fn new(work: Work) -> Result<Fundsp> {
        let waves: Vec<Arc<Wave>> = (0..work.tracks)
            .map(|track| {
                let mut wave = Wave::new(0, f64::from(RATE));
                for side in loop_of(track) {
                    wave.push_channel(&side);
                }
                Arc::new(wave)
            })
            .collect();
        let waves = &waves[..];
        let mut unit: Box<dyn AudioUnit> = match (work.tracks, work.full) {
            (64, true) => Box::new(sumi::<U64, _, _>(|track| full(waves, track)) >> master()),
            (256, true) => Box::new(sumi::<U256, _, _>(|track| full(waves, track)) >> master()),
            (256, false) => Box::new(sumi::<U256, _, _>(|track| dry(waves, track))),
            (tracks, _) => bail!("no type was written down for {tracks} tracks"),
        };
        unit.set_sample_rate(f64::from(RATE));
        unit.allocate();
        Ok(Fundsp {
            unit,
            out: BufferVec::new(2),
            left: [0.0; BLOCK],
            right: [0.0; BLOCK],
        })
    }
}

impl Desk for Fundsp {
    fn turn(&mut self, blocks: usize, costs: &mut Costs) -> Result<()> {
        for _ in 0..blocks {
            let began = Now::begin();
            for half in 0..BLOCK / ITS_BLOCK {
                let out = &mut self.out.buffer_mut();
                self.unit.process(ITS_BLOCK, &BufferRef::empty(), out);
                let at = half * ITS_BLOCK..(half + 1) * ITS_BLOCK;
                self.left[at.clone()].copy_from_slice(&self.out.channel_f32(0)[..ITS_BLOCK]);
                self.right[at].copy_from_slice(&self.out.channel_f32(1)[..ITS_BLOCK]);
            }
            black_box((&self.left, &self.right));
            costs.block_since(began);
        }
        Ok(())
    }

    fn power(&self) -> f64 {
        power(&self.left, &self.right)
    }
}

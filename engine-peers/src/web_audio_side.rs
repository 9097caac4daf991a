//! web-audio-api 1.7: an offline context a turn, stopped at every block to read the clocks.
//!
//! Its render thread is not public; offline it renders on the calling thread, one quantum of 128
//! frames after another. A turn builds its graph anew, untimed, and plays past the beginning.

use std::sync::{Arc, Mutex};

use anyhow::{Context, Result, anyhow};
use web_audio_api::AudioBuffer;
use web_audio_api::context::{BaseAudioContext, OfflineAudioContext};
use web_audio_api::node::{AudioNode, AudioScheduledSourceNode, BiquadFilterType};

use crate::stopwatch::{Costs, Now};
use crate::work::{
    BLOCK, CEILING_DB, Desk, EQ, GAIN_DB, RATE, SEND_DB, Work, amplitude, loop_of, place_of, power,
};

/// Blocks before the clocks are read: the graph is taken over, buffers are made.
const UNTIMED: usize = 24;

pub struct WebAudio {
    work: Work,
    loops: Vec<AudioBuffer>,
    /// One second that fades, for the convolver.
    room: AudioBuffer,
    last: f64,
}

impl WebAudio {
    pub fn new(work: Work) -> WebAudio {
        let rate = RATE as f32;
        let loops = (0..work.tracks)
            .map(|track| AudioBuffer::from(loop_of(track).to_vec(), rate))
            .collect();
        let tail = loop_of(7).map(|side| {
            let second = side.into_iter().take(RATE as usize).enumerate();
            second
                .map(|(i, x)| x * (-6.9 * i as f32 / rate).exp())
                .collect()
        });
        WebAudio {
            work,
            loops,
            room: AudioBuffer::from(tail.to_vec(), rate),
            last: 0.0,
        }
    }

    fn build(&self, context: &OfflineAudioContext) {
        let bus = context.create_gain();
        if self.work.full {
            let limiter = context.create_dynamics_compressor();
            limiter.threshold().set_value(CEILING_DB);
            limiter.ratio().set_value(20.0);
            limiter.knee().set_value(0.0);
            bus.connect(&limiter);
            limiter.connect(&context.destination());
        } else {
            bus.connect(&context.destination());
        }
        let mut room = context.create_convolver();
        if self.work.full {
            room.set_buffer(self.room.clone());
            room.connect(&bus);
        }
        for (track, audio) in (0..self.work.tracks).zip(&self.loops) {
            let mut source = context.create_buffer_source();
            source.set_buffer(audio.clone());
            source.set_loop(true);
            let gain = context.create_gain();
            gain.gain().set_value(amplitude(GAIN_DB));
            let pan = context.create_stereo_panner();
            pan.pan().set_value(place_of(track, self.work.tracks));
            gain.connect(&pan);
            pan.connect(&bus);
            if self.work.full {
                let kinds = [
                    BiquadFilterType::Lowshelf,
                    BiquadFilterType::Peaking,
                    BiquadFilterType::Highshelf,
                ];
                let bands = kinds.map(|kind| {
                    let mut band = context.create_biquad_filter();
                    band.set_type(kind);
                    band
                });
                for (band, wanted) in bands.iter().zip(EQ) {
                    band.frequency().set_value(wanted.hz);
                    band.gain().set_value(wanted.db);
                    band.q().set_value(wanted.q);
                }
                let [low, bell, high] = &bands;
                source
                    .connect(low)
                    .connect(bell)
                    .connect(high)
                    .connect(&gain);
                let send = context.create_gain();
                send.gain().set_value(amplitude(SEND_DB));
                pan.connect(&send).connect(&room);
            } else {
                source.connect(&gain);
            }
            source.start();
        }
    }
}

impl Desk for WebAudio {
    fn turn(&mut self, blocks: usize, costs: &mut Costs) -> Result<()> {
        let length = (UNTIMED + blocks + 2) * BLOCK;
        let mut context = OfflineAudioContext::new(2, length, RATE as f32);
        self.build(&context);
        let timed = Arc::new(Mutex::new((Costs::default(), None::<Now>)));
        for block in 0..=blocks {
            let timed = Arc::clone(&timed);
            // A time is rounded up to the next block; the middle of the one before is safe.
            let at = ((UNTIMED + block) as f64 - 0.5) * BLOCK as f64 / f64::from(RATE);
            context.suspend_sync(at, move |_| {
                if let Ok(mut timed) = timed.lock() {
                    let (costs, began) = &mut *timed;
                    if let Some(began) = began.take() {
                        costs.block_since(began);
                    }
                    *began = Some(Now::begin());
                }
            });
        }
        let played = context.start_rendering_sync();
        let from = (UNTIMED + blocks) * BLOCK;
        let side = |channel| &played.get_channel_data(channel)[from..from + BLOCK];
        self.last = power(side(0), side(1));
        let mut timed = timed.lock().map_err(|_| anyhow!("a callback failed"))?;
        if timed.0.cpu.len() != blocks {
            return Err(anyhow!("{} of {blocks} blocks", timed.0.cpu.len()))
                .context("web-audio-api was not stopped at every block");
        }
        costs.cpu.append(&mut timed.0.cpu);
        costs.wall.append(&mut timed.0.wall);
        Ok(())
    }

    fn power(&self) -> f64 {
        self.last
    }
}

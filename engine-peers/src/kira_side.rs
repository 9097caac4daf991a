//! kira 0.12: one sub-track a loop with its filters, one send track with its reverb, a compressor
//! on the main track in place of the limiter it does not have.

use std::hint::black_box;
use std::sync::Arc;

use anyhow::{Result, anyhow};
use kira::backend::{Backend, Renderer};
use kira::effect::compressor::CompressorBuilder;
use kira::effect::eq_filter::{EqFilterBuilder, EqFilterKind};
use kira::effect::reverb::ReverbBuilder;
use kira::sound::static_sound::{StaticSoundData, StaticSoundHandle, StaticSoundSettings};
use kira::track::{MainTrackBuilder, SendTrackBuilder, SendTrackHandle, TrackBuilder, TrackHandle};
use kira::{AudioManager, AudioManagerSettings, Capacities, Frame, Mix, Panning};

use crate::stopwatch::{Costs, Now};
use crate::work::{
    BLOCK, CEILING_DB, Desk, EQ, GAIN_DB, RATE, SEND_DB, Work, loop_of, place_of, power,
};

/// Keeps kira's renderer where we can call it.
struct Bench {
    renderer: Option<Renderer>,
}

impl Backend for Bench {
    type Settings = ();
    type Error = ();

    fn setup((): (), _internal_buffer_size: usize) -> Result<(Bench, u32), ()> {
        Ok((Bench { renderer: None }, RATE))
    }

    fn start(&mut self, renderer: Renderer) -> Result<(), ()> {
        self.renderer = Some(renderer);
        Ok(())
    }
}

pub struct Kira {
    manager: AudioManager<Bench>,
    out: [f32; BLOCK * 2],
    /// Dropping these would end what they stand for.
    _room: SendTrackHandle,
    _tracks: Vec<(TrackHandle, StaticSoundHandle)>,
}

impl Kira {
    pub fn new(work: Work) -> Result<Kira> {
        let mut main = MainTrackBuilder::new();
        if work.full {
            let limiter = CompressorBuilder::new()
                .threshold(f64::from(CEILING_DB))
                .ratio(100.0);
            main = main.with_effect(limiter);
        }
        let mut manager = AudioManager::<Bench>::new(AudioManagerSettings {
            capacities: Capacities {
                sub_track_capacity: 256,
                ..Capacities::default()
            },
            main_track_builder: main,
            internal_buffer_size: BLOCK,
            backend_settings: (),
        })
        .map_err(|()| anyhow!("kira did not start"))?;
        let reverb = ReverbBuilder::new().mix(Mix::WET);
        let room = manager.add_send_track(SendTrackBuilder::new().with_effect(reverb))?;
        let mut playing = Vec::new();
        for track in 0..work.tracks {
            let mut lane = TrackBuilder::new().volume(GAIN_DB);
            if work.full {
                lane = lane.with_send(room.id(), SEND_DB);
                let kinds = [
                    EqFilterKind::LowShelf,
                    EqFilterKind::Bell,
                    EqFilterKind::HighShelf,
                ];
                for (kind, band) in kinds.into_iter().zip(EQ) {
                    let (hz, q) = (f64::from(band.hz), f64::from(band.q));
                    lane = lane.with_effect(EqFilterBuilder::new(kind, hz, band.db, q));
                }
            }
            let mut lane = manager.add_sub_track(lane)?;
            let [left, right] = loop_of(track);
            let frames: Arc<[Frame]> = left
                .into_iter()
                .zip(right)
                .map(|(left, right)| Frame { left, right })
                .collect();
            let settings = StaticSoundSettings::new()
                .panning(Panning(place_of(track, work.tracks)))
                .loop_region(0.0..4.0);
            let sound = StaticSoundData {
                sample_rate: RATE,
                frames,
                settings,
                slice: None,
            };
            let sound = lane
                .play(sound)
                .map_err(|why| anyhow!("kira would not play: {why:?}"))?;
            playing.push((lane, sound));
        }
        Ok(Kira {
            manager,
            out: [0.0; BLOCK * 2],
            _room: room,
            _tracks: playing,
        })
    }
}

impl Desk for Kira {
    fn turn(&mut self, blocks: usize, costs: &mut Costs) -> Result<()> {
        let renderer = self.manager.backend_mut().renderer.as_mut();
        let renderer = renderer.ok_or_else(|| anyhow!("kira has no renderer"))?;
        for _ in 0..blocks {
            let began = Now::begin();
            renderer.on_start_processing();
            renderer.process(&mut self.out, 2);
            black_box(&self.out);
            costs.block_since(began);
        }
        Ok(())
    }

    fn power(&self) -> f64 {
        power(&self.out, &[])
    }
}

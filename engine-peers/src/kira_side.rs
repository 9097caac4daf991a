//! kira 0.12: one sub-track a loop, one send track with its reverb, a compressor on the main
//! track in place of the limiter it does not have.

use std::hint::black_box;
use std::sync::Arc;

use anyhow::{Result, anyhow};
use kira::backend::{Backend, Renderer};
use kira::effect::compressor::CompressorBuilder;
use kira::effect::reverb::ReverbBuilder;
use kira::sound::static_sound::{StaticSoundData, StaticSoundHandle, StaticSoundSettings};
use kira::track::{MainTrackBuilder, SendTrackBuilder, SendTrackHandle, TrackBuilder, TrackHandle};
use kira::{AudioManager, AudioManagerSettings, Capacities, Frame, Mix, Panning};

use crate::our_side::{loop_of, place_of};
use crate::{BLOCK, Mixer, RATE};

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

pub struct KiraMixer {
    manager: AudioManager<Bench>,
    out: [f32; BLOCK * 2],
    /// Dropping these would end what they stand for.
    _room: SendTrackHandle,
    _tracks: Vec<(TrackHandle, StaticSoundHandle)>,
}

impl KiraMixer {
    pub fn new(tracks: u16) -> Result<KiraMixer> {
        let limiter = CompressorBuilder::new().threshold(-1.0).ratio(100.0);
        let mut manager = AudioManager::<Bench>::new(AudioManagerSettings {
            capacities: Capacities {
                sub_track_capacity: 256,
                ..Capacities::default()
            },
            main_track_builder: MainTrackBuilder::new().with_effect(limiter),
            internal_buffer_size: BLOCK,
            backend_settings: (),
        })
        .map_err(|()| anyhow!("kira did not start"))?;
        let reverb = ReverbBuilder::new().mix(Mix::WET);
        let room = manager.add_send_track(SendTrackBuilder::new().with_effect(reverb))?;
        let mut playing = Vec::new();
        for track in 0..tracks {
            let lane = TrackBuilder::new().volume(-6.0).with_send(room.id(), -12.0);
            let mut lane = manager.add_sub_track(lane)?;
            let [left, right] = loop_of(track);
            let frames: Arc<[Frame]> = left
                .into_iter()
                .zip(right)
                .map(|(left, right)| Frame { left, right })
                .collect();
            let settings = StaticSoundSettings::new()
                .panning(Panning(place_of(track, tracks)))
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
        Ok(KiraMixer {
            manager,
            out: [0.0; BLOCK * 2],
            _room: room,
            _tracks: playing,
        })
    }
}

impl Mixer for KiraMixer {
    fn block(&mut self) {
        if let Some(renderer) = &mut self.manager.backend_mut().renderer {
            renderer.on_start_processing();
            renderer.process(&mut self.out, 2);
        }
        black_box(&self.out);
    }
}

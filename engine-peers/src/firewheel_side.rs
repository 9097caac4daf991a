//! Firewheel 0.14: sampler → three state-variable filters → volume and pan → output, and through a
//! volume node into its Freeverb. It has no limiter; its side plays without one.

use std::hint::black_box;
use std::num::{NonZeroU32, NonZeroUsize};
use std::ops::Range;
use std::time::Duration;

use anyhow::{Result, anyhow};
use audioadapter_buffers::direct::InterleavedSlice;
use firewheel::backend::BackendProcessInfo;
use firewheel::core::node::{NodeError, StreamStatus};
use firewheel::core::sample_resource::{SampleResource, SampleResourceInfo};
use firewheel::nodes::freeverb::FreeverbNode;
use firewheel::nodes::sampler::{RepeatMode, SamplerNode};
use firewheel::nodes::svf::SvfNode;
use firewheel::nodes::volume::VolumeNode;
use firewheel::nodes::volume_pan::VolumePanNode;
use firewheel::processor::FirewheelProcessor;
use firewheel::{ActivateInfo, FirewheelConfig, FirewheelContext, Volume};

use crate::stopwatch::{Costs, Now};
use crate::work::{BLOCK, Desk, EQ, GAIN_DB, RATE, SEND_DB, Work, loop_of, place_of, power};

pub struct Firewheel {
    processor: FirewheelProcessor,
    context: FirewheelContext,
    out: Vec<f32>,
    played: u32,
}

/// A loop as Firewheel takes it.
struct Loop([Vec<f32>; 2]);

impl SampleResourceInfo for Loop {
    fn num_channels(&self) -> NonZeroUsize {
        NonZeroUsize::MIN.saturating_add(1)
    }

    fn len_frames(&self) -> u64 {
        self.0[0].len() as u64
    }

    fn sample_rate(&self) -> Option<NonZeroU32> {
        NonZeroU32::new(RATE)
    }
}

impl SampleResource for Loop {
    fn fill_buffers(&self, out: &mut [&mut [f32]], range: Range<usize>, start: u64) -> usize {
        let start = start as usize;
        let frames = range.len().min(self.0[0].len().saturating_sub(start));
        for (out, side) in out.iter_mut().zip(&self.0) {
            out[range.start..range.start + frames].copy_from_slice(&side[start..start + frames]);
        }
        frames
    }
}

/// Its errors may not cross threads, so they become words.
#[expect(clippy::needless_pass_by_value, reason = "as `map_err` hands it over")]
fn refused(why: NodeError) -> anyhow::Error {
    anyhow!("a node was refused: {}", why.0)
}

impl Firewheel {
    pub fn new(work: Work) -> Result<Firewheel> {
        let mut context = FirewheelContext::new(FirewheelConfig {
            initial_node_capacity: 2_048,
            initial_edge_capacity: 8_192,
            channel_capacity: 4_096,
            event_queue_capacity: 8_192,
            immediate_event_capacity: 8_192,
            ..FirewheelConfig::default()
        });
        let out = context.graph_out_node_id();
        let room = if work.full {
            let room = context
                .add_node(FreeverbNode::default(), None)
                .map_err(refused)?;
            context.connect_stereo(room, out, false)?;
            Some(room)
        } else {
            None
        };
        let mut samplers = Vec::new();
        for track in 0..work.tracks {
            let mut sampler = SamplerNode {
                repeat_mode: RepeatMode::RepeatEndlessly,
                ..SamplerNode::default()
            };
            let source = context.add_node(sampler, None).map_err(refused)?;
            sampler.start_or_restart();
            samplers.push((source, sampler, track));
            let mut last = source;
            if work.full {
                let [low, bell, high] = EQ;
                let db = |db: f32| Volume::Decibels(db);
                for band in [
                    SvfNode::<2>::from_lowshelf(low.hz, db(low.db), low.q),
                    SvfNode::<2>::from_bell(bell.hz, db(bell.db), bell.q),
                    SvfNode::<2>::from_highshelf(high.hz, db(high.db), high.q),
                ] {
                    let band = context.add_node(band, None).map_err(refused)?;
                    context.connect_stereo(last, band, false)?;
                    last = band;
                }
            }
            let (gain, pan) = (Volume::Decibels(GAIN_DB), place_of(track, work.tracks));
            let place = VolumePanNode::from_volume_pan(gain, pan);
            let place = context.add_node(place, None).map_err(refused)?;
            context.connect_stereo(last, place, false)?;
            context.connect_stereo(place, out, false)?;
            if let Some(room) = room {
                let send = VolumeNode {
                    volume: Volume::Decibels(SEND_DB),
                    ..VolumeNode::default()
                };
                let send = context.add_node(send, None).map_err(refused)?;
                context.connect_stereo(place, send, false)?;
                context.connect_stereo(send, room, false)?;
            }
        }
        let processor = context.activate(ActivateInfo {
            sample_rate: NonZeroU32::new(RATE).ok_or_else(|| anyhow!("a rate"))?,
            max_block_frames: NonZeroU32::new(BLOCK as u32).ok_or_else(|| anyhow!("a block"))?,
            num_stream_in_channels: 0,
            num_stream_out_channels: 2,
            input_to_output_latency_seconds: 0.0,
        })?;
        context.update()?;
        for (id, sampler, track) in samplers {
            context.queue_event_for(id, SamplerNode::set_sample_event(Loop(loop_of(track))));
            context.queue_event_for(id, sampler.sync_repeat_mode_event());
            context.queue_event_for(id, sampler.sync_play_from_event());
            context.queue_event_for(id, sampler.sync_play_event());
        }
        context.update()?;
        Ok(Firewheel {
            processor,
            context,
            out: vec![0.0; BLOCK * 2],
            played: 0,
        })
    }

    fn block(&mut self) -> Result<()> {
        let since = Duration::from_secs(1) * self.played * BLOCK as u32 / RATE;
        self.played += 1;
        let info = BackendProcessInfo {
            frames: BLOCK,
            process_timestamp: None,
            duration_since_stream_start: since,
            input_stream_status: StreamStatus::empty(),
            output_stream_status: StreamStatus::empty(),
            dropped_frames: 0,
            process_to_playback_delay: None,
        };
        let nothing = InterleavedSlice::new(&[], 0, BLOCK)?;
        let mut out = InterleavedSlice::new_mut(&mut self.out, 2, BLOCK)?;
        self.processor.process(&nothing, &mut out, info);
        Ok(())
    }
}

impl Desk for Firewheel {
    fn turn(&mut self, blocks: usize, costs: &mut Costs) -> Result<()> {
        for _ in 0..blocks {
            let began = Now::begin();
            self.block()?;
            black_box(&self.out);
            costs.block_since(began);
        }
        // Its other half, between turns, as an app would.
        self.context.update()?;
        Ok(())
    }

    fn power(&self) -> f64 {
        power(&self.out, &[])
    }
}

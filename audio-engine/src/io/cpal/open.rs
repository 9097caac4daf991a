//! Opens a device: the configuration nearest to ours, started, and waited for.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use cpal::traits::{DeviceTrait, StreamTrait};
use cpal::{
    BufferSize, Device, Error, Host, SampleFormat, StreamConfig, SupportedBufferSize,
    SupportedStreamConfig, SupportedStreamConfigRange,
};

use super::callbacks::{build_input, build_output};
use super::choice::name_of;
use super::{UNDER_SESSION, refusal};
use crate::io::duplex::{Clocks, DuplexSpec, Frame, duplex};
use crate::io::player::Seat;
use crate::io::realtime::{Promotion, promote_server_threads};
use crate::io::sides::Sides;
use crate::io::stream::{BLOCK, Input, Output, news, wait_for};
use crate::io::words::DeviceError;
use crate::units::SampleRate;

/// A stream that has not called back by then has nothing to play on.
const FIRST_CALLBACK: Duration = Duration::from_millis(1_500);
/// Callbacks after which an input has settled; see `duplex`.
const SETTLED: u64 = 48;

pub(super) fn output_on(
    host: &Host,
    device: &Device,
    rate: Option<SampleRate>,
    epoch: Instant,
) -> Result<Output, DeviceError> {
    let ranges = device
        .supported_output_configs()
        .map_err(refusal)?
        .collect();
    let config = pick(ranges, rate, device.default_output_config())?;
    let seat = Seat::default();
    let (tell, news) = news();
    let stream = build_output(device, &config, &seat, tell, epoch)?;
    stream.play().map_err(refusal)?;
    promote_server_threads();
    if wait_for(|| seat.callbacks(), 3, FIRST_CALLBACK) == 0 {
        return Err(DeviceError::Gone);
    }
    Ok(Output {
        stream: Box::new(stream),
        seat,
        news,
        backend: host.id().name(),
        id: device.id().map(|id| id.to_string()).unwrap_or_default(),
        name: name_of(device),
        rate: config.sample_rate(),
    })
}

pub(super) fn input_on(
    host: &Host,
    device: &Device,
    rate: SampleRate,
    epoch: Instant,
) -> Result<Input, DeviceError> {
    let ranges = device.supported_input_configs().map_err(refusal)?.collect();
    let config = pick(ranges, Some(rate), device.default_input_config())?;
    let (mut input, output) = duplex(DuplexSpec {
        rate: rate.hz(),
        block: BLOCK,
        channels: Sides::kept(usize::from(config.channels())),
        clocks: clocks_of(host),
    });
    let callbacks = Arc::new(AtomicU64::new(0));
    let counter = Arc::clone(&callbacks);
    let (tell, news) = news();
    let mut promotion = Promotion::default();
    let push = move |frames: &mut dyn Iterator<Item = Frame>| {
        promotion.once();
        counter.fetch_add(1, Ordering::Relaxed);
        input.push(frames, epoch.elapsed().as_secs_f64());
    };
    let stream = build_input(device, &config, push, tell)?;
    stream.play().map_err(refusal)?;
    promote_server_threads();
    if wait_for(
        || callbacks.load(Ordering::Relaxed),
        SETTLED,
        FIRST_CALLBACK,
    ) == 0
    {
        return Err(DeviceError::NoMicrophone);
    }
    Ok(Input {
        stream: Box::new(stream),
        source: Some(Box::new(output)),
        news,
        callbacks,
        id: device.id().map(|id| id.to_string()).unwrap_or_default(),
        name: name_of(device),
    })
}

/// A sound server gives everybody its own clock; elsewhere a microphone may have another.
fn clocks_of(host: &Host) -> Clocks {
    match host.id().name() {
        "PipeWire" | "JACK" | "PulseAudio" => Clocks::Shared,
        _ => Clocks::Apart,
    }
}

/// The configuration nearest to ours: the rate first, then floats, then stereo.
fn pick(
    ranges: Vec<SupportedStreamConfigRange>,
    rate: Option<SampleRate>,
    default: Result<SupportedStreamConfig, Error>,
) -> Result<SupportedStreamConfig, DeviceError> {
    let wanted = rate.unwrap_or(SampleRate::STUDIO).hz();
    let format_rank = |format: SampleFormat| match format {
        SampleFormat::F32 => 0,
        SampleFormat::I32 => 1,
        SampleFormat::I16 => 2,
        _ => 3,
    };
    let best = ranges
        .into_iter()
        .filter(|range| (range.min_sample_rate()..=range.max_sample_rate()).contains(&wanted))
        .filter(|range| format_rank(range.sample_format()) < 3)
        .min_by_key(|r| (format_rank(r.sample_format()), r.channels().abs_diff(2)));
    match (best, default) {
        (Some(best), _) => Ok(best.with_sample_rate(wanted)),
        // Not our rate; whatever the device likes, if we may choose.
        (None, Ok(default)) if rate.is_none_or(|rate| rate.hz() == default.sample_rate()) => {
            Ok(default)
        }
        // Headphones with a rate of their own, and an engine that has one already: Apple's
        // input/output unit converts between a stream's rate and the device's.
        (None, Ok(default)) if UNDER_SESSION => Ok(SupportedStreamConfig::new(
            default.channels(),
            wanted,
            *default.buffer_size(),
            default.sample_format(),
        )),
        (None, Ok(_)) => Err(DeviceError::System(format!(
            "the device has no {wanted} Hz stream"
        ))),
        (None, Err(error)) => Err(refusal(error)),
    }
}

/// Our block size if the device allows it, then whatever it likes.
pub(super) fn configs(config: &SupportedStreamConfig) -> [StreamConfig; 2] {
    let any = StreamConfig {
        buffer_size: BufferSize::Default,
        ..config.config()
    };
    if UNDER_SESSION {
        // Asked for once, for both directions, by the session.
        return [any, any];
    }
    let block = match config.buffer_size() {
        SupportedBufferSize::Range { min, max } if min <= max && *max > 0 => {
            BLOCK.clamp(*min, *max)
        }
        _ => BLOCK,
    };
    [
        StreamConfig {
            buffer_size: BufferSize::Fixed(block),
            ..any
        },
        any,
    ]
}

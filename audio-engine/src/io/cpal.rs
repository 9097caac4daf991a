//! Sound devices of Linux, macOS, iOS and Windows. The only file that names `cpal` and `alsa`.
//!
//! `cpal` gives output and input as two streams with two callbacks; `duplex` puts them on one
//! clock. Everything here runs on the supervisor's thread, except the closures handed to `cpal`:
//! the data closures are the audio callback, the error closures only push into a ring.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use cpal::traits::{DeviceTrait, HostTrait, StreamTrait};
use cpal::{
    BufferSize, Device, Error, ErrorKind, FromSample, Host, HostId, Sample, SampleFormat,
    SizedSample, Stream, StreamConfig, SupportedBufferSize, SupportedStreamConfig,
    SupportedStreamConfigRange,
};
use rtrb::Producer;

use super::duplex::duplex;
use super::mono::Mono;
use super::player::Seat;
use super::realtime::{Promotion, promote_server_threads};
use super::stream::{BLOCK, Input, News, Output, news, wait_for};
use super::words::{DeviceError, DeviceInfo, DeviceList, DevicePrefs};
use crate::units::SampleRate;

/// A stream that has not called back by then has nothing to play on.
const FIRST_CALLBACK: Duration = Duration::from_millis(1_500);
/// How long a device may take to open.
const OPENING: Duration = Duration::from_secs(3);
/// Callbacks after which an input has settled; see `duplex`.
const SETTLED: u64 = 48;

/// The hosts to try, best first. On Linux the sound server that runs, spoken to in its own
/// language: through ALSA's PipeWire plug-in the latency changes from run to run by up to 18 ms.
#[cfg(target_os = "linux")]
fn hosts() -> Vec<HostId> {
    vec![HostId::PipeWire, HostId::Alsa]
}

#[cfg(not(target_os = "linux"))]
fn hosts() -> Vec<HostId> {
    vec![cpal::default_host().id()]
}

/// ALSA writes a screenful to the terminal for each device that is not there, and we look again
/// every second. What it has to say on this thread goes into a buffer, emptied each time.
#[cfg(target_os = "linux")]
fn quieten_alsa() {
    // Refused: it goes on writing to the terminal, which harms nothing.
    let _ = alsa::Output::local_error_handler();
}

#[cfg(not(target_os = "linux"))]
fn quieten_alsa() {}

/// Opens the chosen output, or the default one of the first host that has any.
///
/// `rate` is demanded if given, otherwise 48 kHz if it can be had. `only` keeps to one backend.
pub(super) fn open_output(
    prefs: &DevicePrefs,
    only: Option<&str>,
    rate: Option<SampleRate>,
    epoch: Instant,
) -> Result<Output, DeviceError> {
    quieten_alsa();
    let chosen = prefs
        .output
        .as_deref()
        .and_then(|id| id.parse::<cpal::DeviceId>().ok());
    let mut order = hosts();
    if let Some(chosen) = &chosen {
        order.sort_by_key(|host| *host != chosen.host());
    }
    let mut last = DeviceError::Gone;
    for id in order
        .into_iter()
        .filter(|id| only.is_none_or(|name| name == id.name()))
    {
        let Ok(host) = cpal::host_from_id(id) else {
            continue;
        };
        let preferred = chosen.as_ref().and_then(|chosen| host.device_by_id(chosen));
        for device in preferred.into_iter().chain(host.default_output_device()) {
            match output_on(&host, &device, rate, epoch) {
                Ok(output) => return Ok(output),
                Err(error) => {
                    log::info!("{}: {device}: {error}", id.name());
                    last = error;
                }
            }
        }
    }
    Err(last)
}

/// Opens the chosen input, or the default one, of the backend that plays.
pub(super) fn open_input(
    prefs: &DevicePrefs,
    backend: &str,
    rate: SampleRate,
    epoch: Instant,
) -> Result<Input, DeviceError> {
    quieten_alsa();
    let host = hosts()
        .into_iter()
        .find(|id| id.name() == backend)
        .ok_or(DeviceError::Gone)?;
    let host = cpal::host_from_id(host).map_err(refusal)?;
    let chosen = prefs
        .input
        .as_deref()
        .and_then(|id| id.parse::<cpal::DeviceId>().ok());
    let preferred = chosen.and_then(|chosen| host.device_by_id(&chosen));
    let mut last = DeviceError::NoMicrophone;
    for device in preferred.into_iter().chain(host.default_input_device()) {
        match input_on(&device, rate, epoch) {
            Ok(input) => return Ok(input),
            Err(error) => last = error,
        }
    }
    Err(last)
}

/// What there is to choose from, on the first host that has anything.
pub(super) fn list() -> DeviceList {
    quieten_alsa();
    for id in hosts() {
        let Ok(host) = cpal::host_from_id(id) else {
            continue;
        };
        let list = list_of(&host);
        if !list.outputs.is_empty() {
            return list;
        }
    }
    DeviceList::default()
}

fn list_of(host: &Host) -> DeviceList {
    let devices: Vec<Device> = host.devices().map(Iterator::collect).unwrap_or_default();
    // PipeWire lists other programs' streams too; only real nodes say what made them.
    let real = |device: &Device| {
        let Ok(description) = device.description() else {
            return false;
        };
        host.id().name() != "PipeWire" || description.driver().is_some()
    };
    let default = |device: Option<Device>| -> Vec<DeviceInfo> {
        device
            .iter()
            .filter_map(|device| info(device, true))
            .collect()
    };
    let mut list = DeviceList {
        outputs: default(host.default_output_device()),
        inputs: default(host.default_input_device()),
    };
    for device in devices.iter().filter(|device| real(device)) {
        let Some(info) = info(device, false) else {
            continue;
        };
        let known = |list: &[DeviceInfo]| list.iter().any(|other| other.id == info.id);
        if device.supports_output() && !known(&list.outputs) {
            list.outputs.push(info.clone());
        }
        if device.supports_input() && !known(&list.inputs) {
            list.inputs.push(info);
        }
    }
    list
}

fn info(device: &Device, default: bool) -> Option<DeviceInfo> {
    let id = device.id().ok()?.to_string();
    Some(DeviceInfo {
        id,
        name: name_of(device),
        default,
    })
}

/// The name a person knows it by.
fn name_of(device: &Device) -> String {
    match device.description() {
        // What PipeWire's host calls "whichever device is the default".
        Ok(description) if description.name().starts_with("default_") => "System default".into(),
        Ok(description) => description.name().to_owned(),
        Err(_) => "Unnamed device".into(),
    }
}

fn output_on(
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

fn input_on(device: &Device, rate: SampleRate, epoch: Instant) -> Result<Input, DeviceError> {
    let ranges = device.supported_input_configs().map_err(refusal)?.collect();
    let config = pick(ranges, Some(rate), device.default_input_config())?;
    let (mut input, output) = duplex(rate.hz(), BLOCK);
    let callbacks = Arc::new(AtomicU64::new(0));
    let counter = Arc::clone(&callbacks);
    let (tell, news) = news();
    let mut promotion = Promotion::default();
    let push = move |frames: &mut dyn Iterator<Item = f32>| {
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
        (None, Ok(_)) => Err(DeviceError::System(format!(
            "the device has no {wanted} Hz stream"
        ))),
        (None, Err(error)) => Err(refusal(error)),
    }
}

/// Our block size if the device allows it, then whatever it likes.
fn configs(config: &SupportedStreamConfig) -> [StreamConfig; 2] {
    let any = StreamConfig {
        buffer_size: BufferSize::Default,
        ..config.config()
    };
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

fn build_output(
    device: &Device,
    config: &SupportedStreamConfig,
    seat: &Seat,
    tell: Producer<News>,
    epoch: Instant,
) -> Result<Stream, DeviceError> {
    match config.sample_format() {
        SampleFormat::F32 => output_of::<f32>(device, config, seat, tell, epoch),
        SampleFormat::I32 => output_of::<i32>(device, config, seat, tell, epoch),
        SampleFormat::I16 => output_of::<i16>(device, config, seat, tell, epoch),
        other => Err(DeviceError::System(format!(
            "the device only speaks {other}"
        ))),
    }
}

fn output_of<T: SizedSample + FromSample<f32>>(
    device: &Device,
    supported: &SupportedStreamConfig,
    seat: &Seat,
    tell: Producer<News>,
    epoch: Instant,
) -> Result<Stream, DeviceError> {
    let channels = usize::from(supported.channels());
    let mut tell = Some(tell);
    let mut last = DeviceError::Gone;
    for config in configs(supported) {
        let seat = seat.clone();
        let mut promotion = Promotion::default();
        let play = move |out: &mut [T], _: &cpal::OutputCallbackInfo| {
            promotion.once();
            out.fill(T::EQUILIBRIUM);
            let at = epoch.elapsed().as_secs_f64();
            seat.play(out.len() / channels, at, |from, left, right| {
                write_interleaved(&mut out[from * channels..], channels, left, right);
            });
        };
        // The first attempt keeps the ring; a second one, after the first was refused, does
        // without news: the watchdog hears of its end as well.
        let error = reporter(tell.take());
        match device.build_output_stream::<T, _, _>(config, play, error, Some(OPENING)) {
            Ok(stream) => return Ok(stream),
            Err(error) => last = refusal(error),
        }
    }
    Err(last)
}

fn write_interleaved<T: Sample + FromSample<f32>>(
    out: &mut [T],
    channels: usize,
    left: &[f32],
    right: &[f32],
) {
    for ((frame, left), right) in out.chunks_exact_mut(channels).zip(left).zip(right) {
        match frame {
            [only] => *only = T::from_sample(0.5 * (left + right)),
            [l, r, ..] => {
                *l = T::from_sample(*left);
                *r = T::from_sample(*right);
            }
            [] => {}
        }
    }
}

fn build_input(
    device: &Device,
    config: &SupportedStreamConfig,
    push: impl FnMut(&mut dyn Iterator<Item = f32>) + Send + 'static,
    tell: Producer<News>,
) -> Result<Stream, DeviceError> {
    let channels = usize::from(config.channels());
    let [config_of_our_size, _] = configs(config);
    let stream = match config.sample_format() {
        SampleFormat::F32 => input_of::<f32>(device, config_of_our_size, channels, push, tell),
        SampleFormat::I32 => input_of::<i32>(device, config_of_our_size, channels, push, tell),
        SampleFormat::I16 => input_of::<i16>(device, config_of_our_size, channels, push, tell),
        other => {
            return Err(DeviceError::System(format!(
                "the device only speaks {other}"
            )));
        }
    };
    stream.map_err(refusal)
}

fn input_of<T: SizedSample>(
    device: &Device,
    config: StreamConfig,
    channels: usize,
    mut push: impl FnMut(&mut dyn Iterator<Item = f32>) + Send + 'static,
    tell: Producer<News>,
) -> Result<Stream, Error>
where
    f32: FromSample<T>,
{
    let channels = channels.max(1);
    let mut mono = Mono::default();
    let hear = move |heard: &[T], _: &cpal::InputCallbackInfo| {
        let frames = || {
            heard
                .chunks_exact(channels)
                .map(|f| f.iter().map(|s| f32::from_sample(*s)))
        };
        frames().for_each(|frame| mono.listen(frame));
        push(&mut frames().map(|frame| mono.mix(frame)));
    };
    device.build_input_stream::<T, _, _>(config, hear, reporter(Some(tell)), Some(OPENING))
}

/// An error closure. It may be called on the audio thread, and after we have stopped the stream
/// ourselves (PipeWire does): the ring's other end is gone by then, and nobody hears it.
fn reporter(mut tell: Option<Producer<News>>) -> impl FnMut(Error) + Send + 'static {
    move |error| {
        let news = match error.kind() {
            ErrorKind::Xrun => News::Xrun,
            ErrorKind::DeviceChanged => News::Rerouted,
            // No real-time priority from cpal: we have asked for it ourselves.
            ErrorKind::RealtimeDenied | ErrorKind::DeviceBusy => return,
            _ => News::Lost,
        };
        if let Some(tell) = &mut tell {
            // Full: 64 others wait to be read, and one of them says as much.
            let _ = tell.push(news);
        }
    }
}

/// By value, for `map_err`.
#[allow(clippy::needless_pass_by_value)]
fn refusal(error: Error) -> DeviceError {
    match error.kind() {
        ErrorKind::PermissionDenied => DeviceError::MicrophoneRefused,
        ErrorKind::DeviceNotAvailable | ErrorKind::HostUnavailable => DeviceError::Gone,
        _ => DeviceError::System(error.to_string()),
    }
}

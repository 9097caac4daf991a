//! The closures `cpal` calls: the audio callbacks, and the ears for what goes wrong.

use std::time::{Duration, Instant};

use cpal::traits::DeviceTrait;
use cpal::{
    Device, Error, ErrorKind, FromSample, Sample, SampleFormat, SizedSample, Stream, StreamConfig,
    SupportedStreamConfig,
};
use rtrb::Producer;

use super::open::configs;
use super::{UNDER_SESSION, refusal};
use crate::io::duplex::Frame;
use crate::io::player::Seat;
use crate::io::realtime::Promotion;
use crate::io::sides::Sides;
use crate::io::stream::News;
use crate::io::words::DeviceError;

/// How long a device may take to open.
const OPENING: Duration = Duration::from_secs(3);

pub(super) fn build_output(
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

pub(super) fn build_input(
    device: &Device,
    config: &SupportedStreamConfig,
    push: impl FnMut(&mut dyn Iterator<Item = Frame>) + Send + 'static,
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
    mut push: impl FnMut(&mut dyn Iterator<Item = Frame>) + Send + 'static,
    tell: Producer<News>,
) -> Result<Stream, Error>
where
    f32: FromSample<T>,
{
    let channels = channels.max(1);
    let mut sides = Sides::new(channels);
    let hear = move |heard: &[T], _: &cpal::InputCallbackInfo| {
        let frames = || {
            heard
                .chunks_exact(channels)
                .map(|f| f.iter().map(|s| f32::from_sample(*s)))
        };
        frames().for_each(|frame| sides.listen(frame));
        push(&mut frames().map(|frame| sides.mix(frame)));
    };
    device.build_input_stream::<T, _, _>(config, hear, reporter(Some(tell)), Some(OPENING))
}

/// An error closure. It may be called on the audio thread, and after we have stopped the stream
/// ourselves (PipeWire does): the ring's other end is gone by then, and nobody hears it.
fn reporter(mut tell: Option<Producer<News>>) -> impl FnMut(Error) + Send + 'static {
    move |error| {
        let news = match error.kind() {
            ErrorKind::Xrun => News::Xrun,
            ErrorKind::DeviceChanged if !UNDER_SESSION => News::Rerouted,
            // No real-time priority from cpal: we have asked for it ourselves.
            ErrorKind::RealtimeDenied | ErrorKind::DeviceBusy => return,
            // On iOS `cpal` calls a stream invalid at every change of the session, also at those
            // we asked for; `phone::session` hears the same news and knows which are ours.
            ErrorKind::DeviceChanged
            | ErrorKind::StreamInvalidated
            | ErrorKind::DeviceNotAvailable
                if UNDER_SESSION =>
            {
                return;
            }
            _ => News::Lost,
        };
        if let Some(tell) = &mut tell {
            // Full: 64 others wait to be read, and one of them says as much.
            let _ = tell.push(news);
        }
    }
}

//! Sound devices of Android. The only file that names `oboe`.
//!
//! One callback for both directions: the output's, which first reads, without waiting, what the
//! microphone has, then plays. Both streams are exclusive and low-latency where the phone allows
//! it, the microphone without the phone's voice processing. Type-checked in every test run; see
//! the README for what has run on a device.
//!
//! A stream that is lost (a cable, a call, another route) is closed by Oboe, which then tells us
//! on a thread of its own; the supervisor opens another. Nothing is closed in a callback.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use oboe::{
    AudioApi, AudioInputStreamSync, AudioOutputCallback, AudioOutputStreamSafe, AudioStream,
    AudioStreamAsync, AudioStreamBase, AudioStreamBuilder, AudioStreamSafe, AudioStreamSync,
    DataCallbackResult, Error, InputPreset, Mono, Output as Playing, PerformanceMode,
    SampleRateConversionQuality, Stereo, Usage,
};
use rtrb::Producer;

use super::duplex::{InputSide, OutputSide, duplex};
use super::player::{Seat, Source};
use super::stream::{BLOCK, Input, News, Output, news, wait_for};
use super::words::{DeviceError, DeviceInfo, DeviceList, DevicePrefs};
use crate::units::SampleRate;

const BACKEND: &str = "oboe";
const FIRST_CALLBACK: Duration = Duration::from_millis(1_500);
/// Frames read from the microphone at once.
const READ: usize = 512;
/// Callbacks before the buffer is tuned: the first ones of a stream starve without meaning it.
const TUNED_AFTER: u32 = 8;

/// Opens the phone's own choice of output: headphones if they are in. Android routes, not we.
pub(super) fn open_output(
    _prefs: &DevicePrefs,
    _only: Option<&str>,
    rate: Option<SampleRate>,
    epoch: Instant,
) -> Result<Output, DeviceError> {
    let seat = Seat::default();
    let (tell, news) = news();
    let mut builder = AudioStreamBuilder::default()
        .set_output()
        .set_audio_api(AudioApi::AAudio)
        .set_exclusive()
        .set_performance_mode(PerformanceMode::LowLatency)
        .set_usage(Usage::Media)
        .set_f32()
        .set_stereo();
    // Any rate but the phone's own costs the low latency, so only one we must have is asked for.
    if let Some(rate) = rate {
        builder = builder
            .set_sample_rate(i32::try_from(rate.hz()).unwrap_or(i32::MAX))
            .set_sample_rate_conversion_quality(SampleRateConversionQuality::Medium);
    }
    let speaker = Speaker {
        seat: seat.clone(),
        tell,
        epoch,
        tuner: Tuner::default(),
    };
    let mut stream = builder
        .set_callback(speaker)
        .open_stream()
        .map_err(refusal)?;
    // Two bursts: one plays while the other is filled.
    let burst = stream.get_frames_per_burst();
    let _ = stream.set_buffer_size_in_frames(2 * burst);
    stream.start().map_err(refusal)?;
    let rate = u32::try_from(stream.get_sample_rate()).unwrap_or_default();
    if wait_for(|| seat.callbacks(), 3, FIRST_CALLBACK) == 0 {
        return Err(DeviceError::Gone);
    }
    Ok(Output {
        id: format!("android:{}", stream.get_device_id()),
        stream: Box::new(AnyThread(stream)),
        seat,
        news,
        backend: BACKEND,
        name: "Phone".into(),
        rate,
    })
}

/// Opens the microphone. It is read by the output's callback, from the moment the engine has it.
pub(super) fn open_input(
    _prefs: &DevicePrefs,
    _backend: &str,
    rate: SampleRate,
    _epoch: Instant,
) -> Result<Input, DeviceError> {
    let mut stream = AudioStreamBuilder::default()
        .set_input()
        .set_audio_api(AudioApi::AAudio)
        .set_exclusive()
        .set_performance_mode(PerformanceMode::LowLatency)
        .set_input_preset(InputPreset::Unprocessed)
        .set_sample_rate(i32::try_from(rate.hz()).unwrap_or(i32::MAX))
        .set_sample_rate_conversion_quality(SampleRateConversionQuality::None)
        .set_f32()
        .set_mono()
        .open_stream()
        .map_err(refusal)?;
    stream.start().map_err(refusal)?;
    let (tell, news) = news();
    let callbacks = Arc::new(AtomicU64::new(0));
    let id = format!("android:{}", stream.get_device_id());
    let (into, out_of) = duplex(rate.hz(), BLOCK);
    let microphone = PhoneMicrophone {
        stream: AnyThread(stream),
        into,
        out_of,
        scratch: [0.0; READ],
        callbacks: Arc::clone(&callbacks),
        tell,
    };
    Ok(Input {
        // The source owns the stream: it must live as long as the callback reads it.
        stream: Box::new(()),
        source: Some(Box::new(microphone)),
        news,
        callbacks,
        id,
        name: "Phone microphone".into(),
    })
}

/// Android chooses the route; the person does so with the cable.
pub(super) fn list() -> DeviceList {
    let only = |id: &str, name: &str| {
        vec![DeviceInfo {
            id: id.into(),
            name: name.into(),
            default: true,
        }]
    };
    DeviceList {
        outputs: only("android:output", "Phone"),
        inputs: only("android:input", "Phone microphone"),
    }
}

/// The output's callback.
struct Speaker {
    seat: Seat,
    tell: Producer<News>,
    epoch: Instant,
    tuner: Tuner,
}

impl AudioOutputCallback for Speaker {
    type FrameType = (f32, Stereo);

    fn on_audio_ready(
        &mut self,
        stream: &mut dyn AudioOutputStreamSafe,
        out: &mut [(f32, f32)],
    ) -> DataCallbackResult {
        out.fill((0.0, 0.0));
        let at = self.epoch.elapsed().as_secs_f64();
        self.seat.play(out.len(), at, |from, left, right| {
            for ((frame, left), right) in out[from..].iter_mut().zip(left).zip(right) {
                *frame = (*left, *right);
            }
        });
        if self.tuner.tune(stream) {
            let _ = self.tell.push(News::Xrun);
        }
        DataCallbackResult::Continue
    }

    fn on_error_after_close(&mut self, _stream: &mut dyn AudioOutputStreamSafe, _error: Error) {
        let _ = self.tell.push(News::Lost);
    }
}

/// Gives the buffer one burst more each time it starves, up to all there is.
#[derive(Default)]
struct Tuner {
    callbacks: u32,
    xruns: i32,
}

impl Tuner {
    /// True if the device has starved since the last callback.
    fn tune(&mut self, stream: &mut dyn AudioOutputStreamSafe) -> bool {
        self.callbacks = self.callbacks.saturating_add(1);
        let xruns = stream.get_xrun_count().unwrap_or(self.xruns);
        let starved = xruns > self.xruns;
        self.xruns = xruns;
        if starved && self.callbacks > TUNED_AFTER {
            let more = stream.get_buffer_size_in_frames() + stream.get_frames_per_burst();
            let _ =
                stream.set_buffer_size_in_frames(more.min(stream.get_buffer_capacity_in_frames()));
        }
        starved
    }
}

/// The microphone, read in the output's callback.
struct PhoneMicrophone {
    stream: AnyThread<AudioStreamSync<oboe::Input, (f32, Mono)>>,
    into: InputSide,
    out_of: OutputSide,
    scratch: [f32; READ],
    callbacks: Arc<AtomicU64>,
    tell: Producer<News>,
}

impl Source for PhoneMicrophone {
    fn pull(&mut self, out: &mut [f32], at: f64) {
        // As long as whole reads come, there may be more.
        loop {
            match self.stream.0.read(&mut self.scratch, 0) {
                Ok(0) => break,
                Ok(frames) => {
                    let frames = usize::try_from(frames).unwrap_or(0).min(READ);
                    self.into.push(self.scratch[..frames].iter().copied(), at);
                    self.callbacks.fetch_add(1, Ordering::Relaxed);
                    if frames < READ {
                        break;
                    }
                }
                Err(_) => {
                    let _ = self.tell.push(News::Lost);
                    break;
                }
            }
        }
        self.out_of.pull(out, at);
    }

    fn lost(&self) -> u64 {
        self.out_of.lost()
    }
}

/// An Oboe stream, which may be used and closed on any one thread at a time.
struct AnyThread<T>(T);

// SAFETY: Oboe's streams hold no thread-local state, and its functions may be called from any
// thread as long as calls on one stream do not overlap. They do not: a stream has one owner, which
// moves. Only the wrapped oboe types below are ever put in here.
unsafe impl Send for AnyThread<AudioStreamAsync<Playing, Speaker>> {}
// SAFETY: as above.
unsafe impl Send for AnyThread<AudioStreamSync<oboe::Input, (f32, Mono)>> {}

fn refusal(error: Error) -> DeviceError {
    match error {
        Error::Disconnected | Error::Unavailable | Error::NoService => DeviceError::Gone,
        other => DeviceError::System(format!("{other:?}")),
    }
}

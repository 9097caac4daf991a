//! Sound devices of Android. The only file that names `oboe`.
//!
//! One callback for both directions: the output's, which first reads, without waiting, what the
//! microphone has, then plays. Both streams are exclusive and low-latency where the phone allows
//! it, the microphone without the phone's voice processing. What there is to decide is in `phone`
//! and tested there; this is glue. `pretend-phone` runs it through the real Oboe on a scripted phone;
//! see the README for what has run on a device.
//!
//! A stream that is lost (a cable, a call, another route) is closed by Oboe, which then tells us
//! on a thread of its own; the supervisor opens another: output first, then the input. Nothing is
//! closed in a callback, and `getTimestamp`, which ends the process on some phones (oboe #1489), is
//! never asked.

use std::ffi::{CStr, c_char, c_int};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::{Duration, Instant};

use oboe::{
    AudioApi, AudioInputStreamSync, AudioOutputCallback, AudioOutputStreamSafe, AudioStream,
    AudioStreamAsync, AudioStreamBase, AudioStreamBuilder, AudioStreamSafe, AudioStreamSync,
    DataCallbackResult, Error, InputPreset, Mono, Output as Playing, PerformanceMode,
    SampleRateConversionQuality, SharingMode, Stereo, Usage,
};
use rtrb::Producer;

use super::backend::Backend;
use super::phone::{Buffer, Gone, Phone, PhoneMicrophone, Quirks, Reader, Tuner};
use super::player::Seat;
use super::stream::{BLOCK, Input, News, Output, news, wait_for};
use super::words::{DeviceError, DeviceInfo, DeviceList, DevicePrefs};
use crate::units::SampleRate;

const BACKEND: &str = "oboe";
const FIRST_CALLBACK: Duration = Duration::from_millis(1_500);

/// The phone's devices.
pub(super) struct Devices {
    epoch: Instant,
    quirks: Quirks,
    /// Of the output that is open, in frames: the input's is twice that, as Oboe asks.
    capacity: i32,
}

impl Devices {
    pub(super) fn new() -> Devices {
        Devices {
            epoch: Instant::now(),
            quirks: Quirks::of(&this_phone()),
            capacity: 0,
        }
    }
}

impl Backend for Devices {
    /// The phone's own choice of output: headphones if they are in. Android routes, not we.
    fn open_output(
        &mut self,
        _prefs: &DevicePrefs,
        _only: Option<&str>,
        rate: Option<SampleRate>,
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
        // Any rate but the phone's own costs the low latency, so only one we must have is asked.
        if let Some(rate) = rate {
            builder = builder
                .set_sample_rate(i32::try_from(rate.hz()).unwrap_or(i32::MAX))
                .set_sample_rate_conversion_quality(SampleRateConversionQuality::Medium);
        }
        let speaker = Speaker {
            seat: seat.clone(),
            tell,
            epoch: self.epoch,
            tuner: Tuner::default(),
        };
        let mut stream = Ends(
            builder
                .set_callback(speaker)
                .open_stream()
                .map_err(refusal)?,
        );
        let burst = stream.0.get_frames_per_burst();
        let _ = stream.0.set_buffer_size_in_frames(Tuner::first(burst));
        // Lost between opening and starting (oboe #1629) is lost.
        stream.0.start().map_err(refusal)?;
        if wait_for(|| seat.callbacks(), 3, FIRST_CALLBACK) == 0 {
            return Err(DeviceError::Gone);
        }
        self.capacity = stream.0.get_buffer_capacity_in_frames();
        Ok(Output {
            id: format!("android:{}", stream.0.get_device_id()),
            rate: u32::try_from(stream.0.get_sample_rate()).unwrap_or_default(),
            stream: Box::new(stream),
            seat,
            news,
            backend: BACKEND,
            name: "Phone".into(),
        })
    }

    /// The microphone. It is read by the output's callback, from the moment the player has it.
    fn open_input(
        &mut self,
        _prefs: &DevicePrefs,
        _system: &str,
        rate: SampleRate,
    ) -> Result<Input, DeviceError> {
        let sharing = if self.quirks.exclusive_input {
            SharingMode::Exclusive
        } else {
            SharingMode::Shared
        };
        let builder = AudioStreamBuilder::default()
            .set_input()
            .set_audio_api(AudioApi::AAudio)
            .set_sharing_mode(sharing)
            .set_performance_mode(PerformanceMode::LowLatency)
            .set_input_preset(InputPreset::Unprocessed)
            .set_sample_rate(i32::try_from(rate.hz()).unwrap_or(i32::MAX))
            .set_sample_rate_conversion_quality(SampleRateConversionQuality::None)
            .set_buffer_capacity_in_frames(2 * self.capacity)
            .set_mono();
        let stream = builder.set_f32().open_stream().map_err(refusal)?;
        let mut stream = Ends(stream);
        stream.0.start().map_err(refusal)?;
        let (tell, news) = news();
        let callbacks = Arc::new(AtomicU64::new(0));
        let id = format!("android:{}", stream.0.get_device_id());
        let burst = u32::try_from(stream.0.get_frames_per_burst()).unwrap_or(BLOCK);
        let reads = Arc::clone(&callbacks);
        let microphone = PhoneMicrophone::new(stream, rate.hz(), burst, reads, tell);
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

    fn sources_own_streams(&self) -> bool {
        true
    }

    fn epoch(&self) -> Instant {
        self.epoch
    }
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
        let xruns = stream.get_xrun_count().unwrap_or_default();
        if self.tuner.has_starved(xruns) {
            let _ = self.tell.push(News::Xrun);
        }
        let buffer = Buffer {
            size: stream.get_buffer_size_in_frames(),
            burst: stream.get_frames_per_burst(),
            capacity: stream.get_buffer_capacity_in_frames(),
        };
        if let Some(size) = self.tuner.tune(xruns, buffer) {
            let _ = stream.set_buffer_size_in_frames(size);
        }
        DataCallbackResult::Continue
    }

    fn on_error_after_close(&mut self, _stream: &mut dyn AudioOutputStreamSafe, _error: Error) {
        let _ = self.tell.push(News::Lost);
    }
}

type PlayingStream = AudioStreamAsync<Playing, Speaker>;
type ListeningStream = AudioStreamSync<oboe::Input, (f32, Mono)>;

/// A stream that is stopped, and its callback waited for, before it is closed: closed under a
/// running callback, older Oboes use what they have freed (oboe #2320, #2354).
struct Ends<S: AudioStream>(S);

impl<S: AudioStream> Drop for Ends<S> {
    fn drop(&mut self) {
        // Refused: it has stopped by itself.
        let _ = self.0.stop();
    }
}

// SAFETY: Oboe's streams hold no thread-local state, and its functions may be called from any
// thread as long as calls on one stream do not overlap. They do not: a stream has one owner, which
// moves.
unsafe impl Send for Ends<PlayingStream> {}
// SAFETY: as above.
unsafe impl Send for Ends<ListeningStream> {}

impl Reader for Ends<ListeningStream> {
    fn read(&mut self, out: &mut [f32]) -> Result<usize, Gone> {
        let frames = self.0.read(out, 0).map_err(|_| Gone)?;
        Ok(usize::try_from(frames).unwrap_or(0))
    }
}

/// The longest value of a property, with the zero at its end.
const PROP_VALUE_MAX: usize = 92;

unsafe extern "C" {
    /// Android's: the value's length.
    fn __system_property_get(name: *const c_char, value: *mut c_char) -> c_int;
}

fn this_phone() -> Phone {
    let chip = property(c"ro.soc.model").or_else(|| property(c"ro.hardware.chipname"));
    Phone {
        chip: chip.unwrap_or_default().to_lowercase(),
        api: property(c"ro.build.version.sdk")
            .and_then(|api| api.parse().ok())
            .unwrap_or_default(),
    }
}

fn property(name: &CStr) -> Option<String> {
    let mut value = [0_u8; PROP_VALUE_MAX];
    // SAFETY: the name ends with a zero, and a value is at most PROP_VALUE_MAX with its own.
    let length = unsafe { __system_property_get(name.as_ptr(), value.as_mut_ptr().cast()) };
    let value = value.get(..usize::try_from(length).ok()?)?;
    let text = std::str::from_utf8(value).ok()?;
    (!text.is_empty()).then(|| text.to_owned())
}

fn refusal(error: Error) -> DeviceError {
    match error {
        Error::Disconnected | Error::Unavailable | Error::NoService => DeviceError::Gone,
        other => DeviceError::System(format!("{other:?}")),
    }
}

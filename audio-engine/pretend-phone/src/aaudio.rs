//! AAudio, as far as Oboe calls it, by the names Oboe looks up.
//!
//! An output has a thread that calls back; an input is only read. A builder is a `Box`, a stream an
//! `Arc` whose one strong count outside is Oboe's, from opening to closing.
#![allow(
    clippy::missing_safety_doc,
    reason = "one contract for all: pointers are what AAudio gave out, and not closed"
)]

use std::ffi::{c_char, c_void};
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::phone::{Opening, phone};

const OK: i32 = 0;
const DISCONNECTED: i32 = -899;
const UNIMPLEMENTED: i32 = -890;
const TIMEOUT: i32 = -885;
const RATE: i32 = 48_000;
const INPUT: i32 = 1;
const EXCLUSIVE: i32 = 0;
const SHARED: i32 = 1;

/// States of a stream, in AAudio's numbers.
const OPEN: i32 = 2;
const STARTED: i32 = 4;
const STOPPED: i32 = 10;
const GONE: i32 = 13;

type DataCallback = unsafe extern "C" fn(*const Stream, *mut c_void, *mut c_void, i32) -> i32;
type ErrorCallback = unsafe extern "C" fn(*const Stream, *mut c_void, i32);

#[derive(Clone, Copy)]
struct Builder {
    direction: i32,
    sharing: i32,
    channels: i32,
    format: i32,
    performance: i32,
    preset: i32,
    usage: i32,
    data: Option<DataCallback>,
    error: Option<ErrorCallback>,
    user: *mut c_void,
}

// SAFETY: the pointer is Oboe's, which lends it to the thread that calls back.
unsafe impl Send for Builder {}
// SAFETY: as above.
unsafe impl Sync for Builder {}

struct Stream {
    asked: Builder,
    sharing: i32,
    burst: i32,
    capacity: i32,
    size: AtomicI32,
    state: AtomicI32,
    runs: AtomicBool,
    /// Cables pulled when it was opened: one more, and it is gone.
    pulled: u64,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Stream {
    fn is_gone(&self) -> bool {
        phone().pulled != self.pulled
    }

    /// The output's thread.
    fn play(&self) {
        let channels = usize::try_from(self.asked.channels).unwrap_or(1);
        let mut out = vec![0.0_f32; usize::try_from(self.burst).unwrap_or(1) * channels];
        let began = Instant::now();
        let mut burst = 0_u32;
        while self.runs.load(Ordering::Acquire) {
            if self.is_gone() {
                self.state.store(GONE, Ordering::Release);
                if let Some(error) = self.asked.error {
                    // SAFETY: the stream is open: closing it waits for this thread.
                    unsafe { error(self, self.asked.user, DISCONNECTED) };
                }
                return;
            }
            if let Some(data) = self.asked.data {
                // SAFETY: as above, and `out` holds a burst.
                unsafe { data(self, self.asked.user, out.as_mut_ptr().cast(), self.burst) };
            }
            phone().sounds(&out);
            burst += 1;
            let frames = f64::from(burst) * f64::from(self.burst);
            let due = began + Duration::from_secs_f64(frames / f64::from(RATE));
            thread::sleep(due.saturating_duration_since(Instant::now()));
        }
    }

    fn ends(&self) {
        self.runs.store(false, Ordering::Release);
        let thread = self
            .thread
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(thread) = thread {
            let _ = thread.join();
        }
    }
}

unsafe extern "C" fn create_builder(builder: *mut *mut Builder) -> i32 {
    let made = Box::new(Builder {
        direction: 0,
        sharing: SHARED,
        channels: 0,
        format: 0,
        performance: 0,
        preset: 0,
        usage: 0,
        data: None,
        error: None,
        user: std::ptr::null_mut(),
    });
    // SAFETY: Oboe gives room for it.
    unsafe { *builder = Box::into_raw(made) };
    OK
}

unsafe extern "C" fn delete_builder(builder: *mut Builder) -> i32 {
    // SAFETY: made above, and not used again.
    drop(unsafe { Box::from_raw(builder) });
    OK
}

/// One setter a line.
macro_rules! setters {
    ($($name:ident $field:ident),* $(,)?) => {$(
        unsafe extern "C" fn $name(builder: *mut Builder, value: i32) {
            // SAFETY: made by us, and not deleted.
            unsafe { (*builder).$field = value };
        }
    )*};
}

setters!(
    set_direction direction,
    set_sharing sharing,
    set_channels channels,
    set_format format,
    set_performance performance,
    set_preset preset,
    set_usage usage,
);

/// Rates, capacities, sessions and devices are the phone's own choice.
unsafe extern "C" fn set_nothing(_: *mut Builder, _: i32) {}

unsafe extern "C" fn set_data(builder: *mut Builder, data: DataCallback, user: *mut c_void) {
    // SAFETY: made by us, and not deleted.
    let builder = unsafe { &mut *builder };
    (builder.data, builder.user) = (Some(data), user);
}

unsafe extern "C" fn set_error(builder: *mut Builder, error: ErrorCallback, _: *mut c_void) {
    // SAFETY: made by us, and not deleted.
    unsafe { (*builder).error = Some(error) };
}

unsafe extern "C" fn open(builder: *mut Builder, stream: *mut *const Stream) -> i32 {
    // SAFETY: made by us, and not deleted.
    let asked = unsafe { *builder };
    let mut phone = phone();
    let script = phone.script.clone();
    phone.openings.push(Opening {
        input: asked.direction == INPUT,
        exclusive: asked.sharing == EXCLUSIVE,
        preset: asked.preset,
    });
    if asked.direction == INPUT {
        phone.begin_to_listen();
    }
    let made = Arc::new(Stream {
        asked,
        sharing: if script.refuses_exclusive {
            SHARED
        } else {
            asked.sharing
        },
        burst: script.burst,
        capacity: script.capacity,
        size: AtomicI32::new(script.capacity),
        state: AtomicI32::new(OPEN),
        runs: AtomicBool::new(false),
        pulled: phone.pulled,
        thread: Mutex::new(None),
    });
    // SAFETY: Oboe gives room for it.
    unsafe { *stream = Arc::into_raw(made) };
    OK
}

unsafe extern "C" fn close(stream: *const Stream) -> i32 {
    // SAFETY: opened by us, and not used again.
    let stream = unsafe { Arc::from_raw(stream) };
    stream.ends();
    if stream.asked.direction == INPUT {
        phone().listens = false;
    }
    OK
}

unsafe extern "C" fn start(stream: *const Stream) -> i32 {
    // SAFETY: open: one count is given to the thread, the other stays Oboe's.
    let shared = unsafe {
        Arc::increment_strong_count(stream);
        Arc::from_raw(stream)
    };
    if shared.is_gone() {
        return DISCONNECTED;
    }
    shared.state.store(STARTED, Ordering::Release);
    if shared.asked.data.is_some() && !shared.runs.swap(true, Ordering::AcqRel) {
        let plays = Arc::clone(&shared);
        let thread = thread::spawn(move || plays.play());
        *shared.thread.lock().unwrap_or_else(PoisonError::into_inner) = Some(thread);
    }
    OK
}

unsafe extern "C" fn stop(stream: *const Stream) -> i32 {
    // SAFETY: open.
    let stream = unsafe { &*stream };
    stream.runs.store(false, Ordering::Release);
    stream.state.store(STOPPED, Ordering::Release);
    OK
}

unsafe extern "C" fn read(stream: *const Stream, to: *mut c_void, frames: i32, _: i64) -> i32 {
    // SAFETY: open, and `to` has room for as many frames, of one sample each.
    let (stream, out) = unsafe {
        let frames = usize::try_from(frames).unwrap_or(0);
        (
            &*stream,
            std::slice::from_raw_parts_mut(to.cast::<f32>(), frames),
        )
    };
    if stream.is_gone() {
        return DISCONNECTED;
    }
    i32::try_from(phone().hears(out)).unwrap_or(0)
}

unsafe extern "C" fn wait(stream: *const Stream, from: i32, to: *mut i32, nanos: i64) -> i32 {
    // SAFETY: open.
    let state = unsafe { &(*stream).state };
    if state.load(Ordering::Acquire) == from {
        thread::sleep(Duration::from_nanos(
            nanos.clamp(0, 5_000_000).unsigned_abs(),
        ));
    }
    let now = state.load(Ordering::Acquire);
    if !to.is_null() {
        // SAFETY: Oboe gives room for it.
        unsafe { *to = now };
    }
    if now == from { TIMEOUT } else { OK }
}

unsafe extern "C" fn timestamp(_: *const Stream, _: i32, _: *mut i64, _: *mut i64) -> i32 {
    UNIMPLEMENTED
}

unsafe extern "C" fn set_size(stream: *const Stream, frames: i32) -> i32 {
    // SAFETY: open.
    let stream = unsafe { &*stream };
    let frames = frames.min(stream.capacity);
    stream.size.store(frames, Ordering::Release);
    if stream.asked.direction != INPUT {
        phone().sizes.push(frames);
    }
    frames
}

unsafe extern "C" fn frames(_: *const Stream) -> i64 {
    0
}

unsafe extern "C" fn words(_: i32) -> *const c_char {
    c"as scripted".as_ptr()
}

/// One question a line, and how a stream answers it.
macro_rules! getters {
    ($($name:ident $answer:expr),* $(,)?) => {$(
        unsafe extern "C" fn $name(stream: *const Stream) -> i32 {
            let answer: fn(&Stream) -> i32 = $answer;
            // SAFETY: open.
            answer(unsafe { &*stream })
        }
    )*};
}

getters!(
    get_burst | stream | stream.burst,
    get_capacity | stream | stream.capacity,
    get_channels | stream | stream.asked.channels,
    get_device | stream | 1 + stream.asked.direction,
    get_format | stream | stream.asked.format,
    get_performance | stream | stream.asked.performance,
    get_preset | stream | stream.asked.preset,
    get_rate | _ | RATE,
    get_session | _ | -1,
    get_sharing | stream | stream.sharing,
    get_size | stream | stream.size.load(Ordering::Acquire),
    get_state | stream | stream.state.load(Ordering::Acquire),
    get_usage | stream | stream.asked.usage,
    get_xruns | _ | phone().xruns,
);

/// The function of that name; `None` if this AAudio is too old for it.
pub(crate) fn function(name: &str) -> Option<*mut c_void> {
    /// Names and functions, one a line.
    macro_rules! table {
        ($($named:literal $function:expr),* $(,)?) => {
            match name.strip_prefix("AAudio")? {
                $($named => Some($function as *mut c_void),)*
                _ => None,
            }
        };
    }
    table!(
        "_createStreamBuilder" create_builder,
        "_convertResultToText" words,
        "StreamBuilder_delete" delete_builder,
        "StreamBuilder_openStream" open,
        "StreamBuilder_setBufferCapacityInFrames" set_nothing,
        "StreamBuilder_setChannelCount" set_channels,
        "StreamBuilder_setContentType" set_nothing,
        "StreamBuilder_setDataCallback" set_data,
        "StreamBuilder_setDeviceId" set_nothing,
        "StreamBuilder_setDirection" set_direction,
        "StreamBuilder_setErrorCallback" set_error,
        "StreamBuilder_setFormat" set_format,
        "StreamBuilder_setFramesPerDataCallback" set_nothing,
        "StreamBuilder_setInputPreset" set_preset,
        "StreamBuilder_setPerformanceMode" set_performance,
        "StreamBuilder_setSampleRate" set_nothing,
        "StreamBuilder_setSessionId" set_nothing,
        "StreamBuilder_setSharingMode" set_sharing,
        "StreamBuilder_setUsage" set_usage,
        "Stream_close" close,
        "Stream_getBufferCapacityInFrames" get_capacity,
        "Stream_getBufferSizeInFrames" get_size,
        "Stream_getChannelCount" get_channels,
        "Stream_getContentType" get_usage,
        "Stream_getDeviceId" get_device,
        "Stream_getFormat" get_format,
        "Stream_getFramesPerBurst" get_burst,
        "Stream_getFramesRead" frames,
        "Stream_getFramesWritten" frames,
        "Stream_getInputPreset" get_preset,
        "Stream_getPerformanceMode" get_performance,
        "Stream_getSampleRate" get_rate,
        "Stream_getSessionId" get_session,
        "Stream_getSharingMode" get_sharing,
        "Stream_getState" get_state,
        "Stream_getTimestamp" timestamp,
        "Stream_getUsage" get_usage,
        "Stream_getXRunCount" get_xruns,
        "Stream_read" read,
        "Stream_requestStart" start,
        "Stream_requestStop" stop,
        "Stream_setBufferSizeInFrames" set_size,
        "Stream_waitForStateChange" wait,
    )
}

//! What calls the engine: a simulated device, a silent one, and real ones.
//!
//! `backend` is what opens streams, `supervisor` who owns them, `player` what their callbacks
//! play, `duplex` how a microphone's callbacks are lined up with a loudspeaker's.

mod null;
mod sim;
mod words;

mod backend;
mod block;
mod duplex;
mod file_microphone;
mod host;
#[cfg(any(
    test,
    target_os = "android",
    target_os = "ios",
    feature = "oboe-on-linux"
))]
mod phone;
mod player;
mod sides;
mod source;
mod stand_in;
mod stream;
mod supervisor;
mod watch;

#[cfg(all(
    feature = "streams",
    not(any(target_os = "android", feature = "oboe-on-linux"))
))]
mod cpal;
#[cfg(all(feature = "streams", target_os = "ios"))]
mod ios;
#[cfg(not(feature = "streams"))]
mod no_devices;
#[cfg(all(
    feature = "streams",
    any(target_os = "android", feature = "oboe-on-linux")
))]
mod oboe;
#[cfg(all(
    feature = "streams",
    not(any(target_os = "android", feature = "oboe-on-linux"))
))]
mod realtime;

pub use host::AudioHost;
pub use null::NullDevice;
pub use sim::{
    Air, Direction, Fault, Microphone, Opening, SimDevice, SimHost, SimScript, SimSide, SimSpec,
};
pub use words::{DeviceError, DeviceInfo, DeviceList, DevicePrefs, HostEvent, StreamInfo};

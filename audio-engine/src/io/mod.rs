//! What calls the engine: a simulated device, a silent one, and real ones.

mod null;
mod sim;

#[cfg(all(feature = "devices", not(target_os = "android")))]
mod cpal;
#[cfg(feature = "devices")]
mod duplex;
#[cfg(feature = "devices")]
mod file_microphone;
#[cfg(feature = "devices")]
mod host;
#[cfg(all(feature = "devices", not(target_os = "android")))]
mod mono;
#[cfg(all(feature = "devices", target_os = "android"))]
mod oboe;
#[cfg(feature = "devices")]
mod player;
#[cfg(all(feature = "devices", not(target_os = "android")))]
mod realtime;
#[cfg(feature = "devices")]
#[cfg(feature = "devices")]
mod stand_in;
#[cfg(feature = "devices")]
mod stream;
#[cfg(feature = "devices")]
mod supervisor;
#[cfg(feature = "devices")]
mod watch;
#[cfg(feature = "devices")]
mod words;

#[cfg(feature = "devices")]
pub use host::AudioHost;
pub use null::NullDevice;
pub use sim::{Microphone, SimDevice, SimSpec};
#[cfg(feature = "devices")]
pub use words::{DeviceError, DeviceInfo, DeviceList, DevicePrefs, HostEvent, StreamInfo};

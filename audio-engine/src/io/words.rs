//! The words in which the app and the sound devices speak of each other. Values only.

/// Which devices the person chose, by the ids of [`DeviceList`]. `None` follows the system.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DevicePrefs {
    /// Where we are heard.
    pub output: Option<String>,
    /// Where we hear.
    pub input: Option<String>,
}

/// One device a person can choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceInfo {
    /// Stays the same from one start to the next.
    pub id: String,
    /// As the system shows it.
    pub name: String,
    /// The one used when nothing was chosen.
    pub default: bool,
}

/// What there is to choose from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeviceList {
    /// Loudspeakers and headphones.
    pub outputs: Vec<DeviceInfo>,
    /// Microphones and line inputs.
    pub inputs: Vec<DeviceInfo>,
}

/// What is open now, as it was granted, not as it was asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StreamInfo {
    /// `PipeWire`, `JACK`, `ALSA`, `CoreAudio`, `WASAPI`, `oboe`, or `none`: no device, in silence.
    pub backend: String,
    /// The output's name; `None` without a device.
    pub output: Option<String>,
    /// The input's name; `None` while it is closed or gone.
    pub input: Option<String>,
    /// Frames per second.
    pub rate: u32,
    /// Frames in nearly every callback; where they are of all sizes, the longest so far.
    pub block: u32,
    /// Names this route for a latency measurement: another device, rate or block is another route.
    pub route_key: String,
}

/// What happened to the devices by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HostEvent {
    /// The output is gone: unplugged, or its server went away. The engine goes on in silence.
    Lost {
        /// The device that was lost.
        name: String,
    },
    /// Sound again, through this device.
    Restored {
        /// The device now open.
        name: String,
    },
    /// No output was found; the engine runs in silence and looks again every second.
    FellBackToNull,
    /// The microphone is gone. What it would have heard is silence.
    InputLost,
    /// The microphone is back.
    InputRestored,
}

/// Why a device did not open.
#[derive(Debug, thiserror::Error)]
pub enum DeviceError {
    /// Only the person can change this, in the system's settings.
    #[error("the microphone is not allowed")]
    MicrophoneRefused,
    /// There is none, or none that sends anything.
    #[error("there is no microphone")]
    NoMicrophone,
    /// Unplugged, or its server is not running. Worth trying again.
    #[error("the audio device is gone")]
    Gone,
    /// Nothing to do but tell; the cause is for the log.
    #[error("the audio system failed: {0}")]
    System(String),
}

//! What the app plays and listens through: a device, the silent device, or virtual time.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use audio_engine::audio::Audio;
use audio_engine::control::{EngineConfig, EngineHandle, engine};
use audio_engine::files;
use audio_engine::io::{
    AudioHost, DeviceError, DeviceInfo, DevicePrefs, HostEvent, Microphone, NullDevice, SimDevice,
    SimSpec,
};
use audio_engine::latency::{Route, RouteEnd};
use audio_engine::units::{Frames, SampleRate};

/// Tracks of the mixer: eight loops, three takes with room for retakes, a bed, a calibration.
pub const TRACKS: u16 = 32;

/// What to play through.
#[derive(Debug, Clone)]
pub enum SoundChoice {
    /// The computer's or phone's own devices; without any, silently. `input_file` is heard instead
    /// of the microphone.
    Device { input_file: Option<PathBuf> },
    /// No device, in real time.
    Silent,
    /// Virtual time: as fast as it computes, the same every time.
    Virtual(SimSpec),
}

/// An open device with the handle to its engine.
pub struct Sound {
    pub engine: EngineHandle,
    device: Device,
    /// The microphone was opened, and not closed since.
    listening: bool,
}

enum Device {
    Host(Box<AudioHost>),
    /// Kept for its thread.
    Silent {
        _device: NullDevice,
    },
    Virtual {
        device: Box<SimDevice>,
        spec: SimSpec,
    },
}

impl Sound {
    /// Opens it. Always gives something to play on; only an input file can be refused.
    ///
    /// # Errors
    /// The input file cannot be read.
    pub fn open(choice: &SoundChoice, prefs: &DevicePrefs) -> Result<Sound, files::FileError> {
        Ok(match choice {
            SoundChoice::Device { input_file } => {
                let input = input_file.as_deref().map(files::read_wav).transpose()?;
                let (host, engine) = AudioHost::open(prefs, input.map(Arc::new));
                Sound {
                    engine,
                    device: Device::Host(Box::new(host)),
                    listening: false,
                }
            }
            SoundChoice::Silent => {
                let (handle, engine) = engine(config());
                Sound {
                    engine: handle,
                    device: Device::Silent {
                        _device: NullDevice::start(engine),
                    },
                    listening: false,
                }
            }
            SoundChoice::Virtual(spec) => {
                let (handle, engine) = engine(config());
                let device = Box::new(SimDevice::new(engine, spec.clone()));
                Sound {
                    engine: handle,
                    device: Device::Virtual {
                        device,
                        spec: spec.clone(),
                    },
                    listening: false,
                }
            }
        })
    }

    /// Frames per second.
    #[must_use]
    pub fn rate(&self) -> SampleRate {
        self.engine.rate()
    }

    /// Whether time passes by [`Sound::advance`] alone.
    #[must_use]
    pub fn is_virtual(&self) -> bool {
        matches!(self.device, Device::Virtual { .. })
    }

    /// Whether it was opened without a device. One that is lost later says so in [`Sound::poll`].
    #[must_use]
    pub fn is_silent(&self) -> bool {
        matches!(self.device, Device::Silent { .. })
    }

    /// Lets virtual time pass; real devices do so by themselves.
    pub fn advance(&mut self, by: Duration) {
        let rate = self.rate();
        if let Device::Virtual { device, .. } = &mut self.device {
            device.advance(Frames::from_seconds(by.as_secs_f64(), rate));
        }
    }

    /// What virtual loudspeakers have played so far, if they keep it.
    #[must_use]
    pub fn heard(&self) -> Option<Audio> {
        match &self.device {
            Device::Virtual { device, .. } => Some(device.output()),
            Device::Host(_) | Device::Silent { .. } => None,
        }
    }

    /// Changes what virtual air carries to the microphone.
    pub fn set_microphone(&mut self, microphone: Microphone) {
        if let Device::Virtual { device, spec } = &mut self.device {
            spec.microphone = microphone.clone();
            device.set_microphone(microphone);
        }
    }

    /// A virtual driver starves for so many frames.
    pub fn starve(&mut self, frames: Frames) {
        if let Device::Virtual { device, .. } = &mut self.device {
            device.starve(frames);
        }
    }

    /// What happened to the device since the last call. Call it every tick.
    pub fn poll(&mut self) -> Vec<HostEvent> {
        self.engine.collect();
        match &mut self.device {
            Device::Host(host) => host.poll(),
            Device::Silent { .. } | Device::Virtual { .. } => vec![],
        }
    }

    /// A person is about to hear something: if the system has given our sound to somebody else, it
    /// is asked back.
    pub fn wake(&mut self) {
        if let Device::Host(host) = &mut self.device {
            host.wake();
        }
    }

    /// Opens the microphone, if it is not open yet.
    ///
    /// # Errors
    /// There is none, or it may not be used.
    pub fn open_input(&mut self) -> Result<(), DeviceError> {
        let opened = match &mut self.device {
            Device::Host(host) => host.open_input(),
            Device::Silent { .. } => Err(DeviceError::NoMicrophone),
            Device::Virtual { spec, .. } => match spec.microphone {
                Microphone::Absent => Err(DeviceError::NoMicrophone),
                _ => Ok(()),
            },
        };
        self.listening |= opened.is_ok();
        opened
    }

    /// Nobody listens any more.
    pub fn close_input(&mut self) {
        self.listening = false;
        if let Device::Host(host) = &mut self.device {
            host.close_input();
        }
    }

    /// Whether the microphone is open, or looked for.
    #[must_use]
    pub fn is_listening(&self) -> bool {
        self.listening
    }

    /// Changes to other devices.
    ///
    /// # Errors
    /// The device does not open; the one before goes on.
    pub fn select(&mut self, prefs: &DevicePrefs) -> Result<(), DeviceError> {
        match &mut self.device {
            Device::Host(host) => host.select(prefs),
            Device::Silent { .. } | Device::Virtual { .. } => Ok(()),
        }
    }

    /// The devices there are: outputs, inputs.
    #[must_use]
    pub fn devices(&self) -> (Vec<DeviceInfo>, Vec<DeviceInfo>) {
        match &self.device {
            Device::Host(_) => {
                let list = AudioHost::list();
                (list.outputs, list.inputs)
            }
            Device::Silent { .. } | Device::Virtual { .. } => (vec![], vec![]),
        }
    }

    /// What is open, for the settings: "PipeWire · 48 kHz · 256 frames". `None` when silent.
    #[must_use]
    pub fn description(&self) -> Option<String> {
        match &self.device {
            Device::Host(host) => {
                let info = host.info();
                info.output.as_ref()?;
                let khz = f64::from(info.rate) / 1000.0;
                Some(format!(
                    "{} · {khz} kHz · {} frames",
                    info.backend, info.block
                ))
            }
            Device::Silent { .. } => None,
            Device::Virtual { .. } => Some("virtual time".into()),
        }
    }

    /// The way sound takes, for its calibration.
    #[must_use]
    pub fn route(&self) -> Route {
        let of_time = |backend: &str| Route {
            backend: backend.into(),
            rate: self.rate().hz(),
            ..Route::default()
        };
        match &self.device {
            Device::Host(host) => {
                let info = host.info();
                let mut route = Route::of_key(&info.route_key).unwrap_or_default();
                // A name for people says what an id may not: "AirPods".
                for (end, name) in [
                    (&mut route.output, &info.output),
                    (&mut route.input, &info.input),
                ] {
                    *end = RouteEnd::of(&end.id, name.as_deref().unwrap_or_default());
                }
                route.system = system_build();
                route
            }
            Device::Silent { .. } => of_time("silent"),
            Device::Virtual { .. } => of_time("virtual"),
        }
    }

    /// What we are heard through, in its own name; `None` when silent.
    #[must_use]
    pub fn output_name(&self) -> Option<String> {
        match &self.device {
            Device::Host(host) => host.info().output,
            Device::Silent { .. } | Device::Virtual { .. } => None,
        }
    }

    /// The round trip where nobody has to measure it: virtual time was told, silence has none.
    #[must_use]
    pub fn known_round_trip(&self) -> Option<Frames> {
        match &self.device {
            Device::Host(_) => None,
            Device::Silent { .. } => Some(Frames::ZERO),
            Device::Virtual { spec, .. } => Some(spec.round_trip),
        }
    }
}

/// The system's build, where it says so without being asked twice: an update may bring other
/// drivers, and with them another delay.
pub fn system_build() -> String {
    std::fs::read_to_string("/proc/sys/kernel/osrelease")
        .map(|release| release.trim().to_owned())
        .unwrap_or_default()
}

fn config() -> EngineConfig {
    EngineConfig {
        rate: SampleRate::STUDIO,
        tracks: TRACKS,
        ..EngineConfig::default()
    }
}

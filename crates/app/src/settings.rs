//! What a person has chosen about devices and looks, and how it is kept.

use audio_engine::io::DevicePrefs;
use serde::{Deserialize, Serialize};
use store::{Store, StoreError};

use crate::ipc::{CalibrationView, DeviceView, IpcError, SettingsChange, SettingsView, Theme};
use crate::sound::Sound;

/// Under this name in the store.
const KEY: &str = "preferences";

/// A person's choices. Absent ones follow the system.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Preferences {
    pub output: Option<String>,
    pub input: Option<String>,
    pub theme: Theme,
    /// Spoken cues.
    pub voice: bool,
    /// A tap that is felt on each beat.
    pub felt_beat: bool,
    /// For the help card.
    pub country: Option<String>,
}

impl Default for Preferences {
    fn default() -> Self {
        Preferences {
            output: None,
            input: None,
            theme: Theme::System,
            voice: true,
            felt_beat: false,
            country: None,
        }
    }
}

impl Preferences {
    /// As kept, or as they are for a new person.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn load(store: &Store) -> Result<Preferences, StoreError> {
        Ok(store.get(KEY)?.unwrap_or_default())
    }

    /// Keeps them.
    ///
    /// # Errors
    /// The store refuses.
    pub fn save(&self, store: &mut Store) -> Result<(), StoreError> {
        store.set(KEY, self)
    }

    /// Which devices to open.
    #[must_use]
    pub fn devices(&self) -> DevicePrefs {
        DevicePrefs {
            output: self.output.clone(),
            input: self.input.clone(),
        }
    }

    /// These, changed.
    ///
    /// # Errors
    /// `InvalidInput` names the field that makes no sense.
    pub fn with(&self, change: &SettingsChange) -> Result<Preferences, IpcError> {
        let chosen = |id: &Option<String>, before: &Option<String>| match id {
            None => before.clone(),
            Some(id) if id.is_empty() => None,
            Some(id) => Some(id.clone()),
        };
        let country = match &change.country {
            Some(code) if code.len() > 2 => {
                return Err(IpcError::InvalidInput {
                    field: "country".into(),
                });
            }
            other => chosen(other, &self.country),
        };
        Ok(Preferences {
            output: chosen(&change.output, &self.output),
            input: chosen(&change.input, &self.input),
            theme: change.theme.unwrap_or(self.theme),
            voice: change.voice.unwrap_or(self.voice),
            felt_beat: change.felt_beat.unwrap_or(self.felt_beat),
            country,
        })
    }
}

/// The whole screen.
#[must_use]
pub fn view(
    preferences: &Preferences,
    calibration: CalibrationView,
    sound: &Sound,
    can_be_felt: bool,
    store: &Store,
    folder: &std::path::Path,
) -> SettingsView {
    let (outputs, inputs) = sound.devices();
    let shown = |devices: Vec<audio_engine::io::DeviceInfo>| {
        let one = |device: audio_engine::io::DeviceInfo| DeviceView {
            id: device.id,
            name: device.name,
            default: device.default,
        };
        devices.into_iter().map(one).collect()
    };
    SettingsView {
        outputs: shown(outputs),
        inputs: shown(inputs),
        output: preferences.output.clone(),
        input: preferences.input.clone(),
        sound: sound.description(),
        calibration,
        theme: preferences.theme,
        voice: preferences.voice,
        felt_beat: can_be_felt.then_some(preferences.felt_beat),
        room_minutes: crate::notices::low_room(store),
        version: env!("CARGO_PKG_VERSION").into(),
        data_folder: folder
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned(),
    }
}

//! A phone's system as a test plays it: what it reports is put in, what it was asked for is kept.

use std::sync::{Arc, Mutex, PoisonError};

use app::host::{Hold, Host, MicrophoneAccess, Outside, SettingsPage};

/// One end; the other is in the app.
#[derive(Clone, Default)]
pub struct Phone(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    microphone: MicrophoneAccess,
    has_switch: bool,
    asked: u32,
    settings: Vec<SettingsPage>,
    events: Vec<Outside>,
    held: Vec<Hold>,
    beats: u32,
}

impl Phone {
    /// One whose owner has allowed the microphone.
    pub fn that_may_listen() -> Phone {
        let phone = Phone::default();
        phone.with(|state| state.microphone = MicrophoneAccess::Granted);
        phone
    }

    /// It has a switch that gives every app silence.
    pub fn with_a_switch(self) -> Phone {
        self.with(|state| state.has_switch = true);
        self
    }

    fn with<T>(&self, look: impl FnOnce(&mut State) -> T) -> T {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub fn reports(&self, event: Outside) {
        self.with(|state| {
            if let Outside::Microphone(access) = event {
                state.microphone = access;
            }
            state.events.push(event);
        });
    }

    /// Changed in the system's settings; nobody reports that.
    pub fn allows(&self, access: MicrophoneAccess) {
        self.with(|state| state.microphone = access);
    }

    pub fn asked(&self) -> u32 {
        self.with(|state| state.asked)
    }

    pub fn settings_opened(&self) -> Vec<SettingsPage> {
        self.with(|state| state.settings.clone())
    }

    /// Everything it was told to hold, in order.
    pub fn held(&self) -> Vec<Hold> {
        self.with(|state| state.held.clone())
    }

    /// How often it was felt.
    pub fn beats(&self) -> u32 {
        self.with(|state| state.beats)
    }

    pub fn holds(&self) -> Hold {
        self.held().pop().unwrap_or_default()
    }
}

impl Host for Phone {
    fn microphone(&mut self) -> MicrophoneAccess {
        self.with(|state| state.microphone)
    }

    fn can_be_muted(&self) -> bool {
        self.with(|state| state.has_switch)
    }

    fn ask_for_microphone(&mut self) {
        self.with(|state| state.asked += 1);
    }

    fn hold(&mut self, hold: &Hold) {
        self.with(|state| state.held.push(hold.clone()));
    }

    fn can_be_felt(&self) -> bool {
        true
    }

    fn beat(&mut self) {
        self.with(|state| state.beats += 1);
    }

    fn open_settings(&mut self, page: SettingsPage) -> bool {
        self.with(|state| state.settings.push(page));
        true
    }

    fn events(&mut self) -> Vec<Outside> {
        self.with(|state| std::mem::take(&mut state.events))
    }
}

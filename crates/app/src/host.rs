//! The system around the app, where it is more than a window: a phone.
//!
//! Two directions, and no more. The app says what it needs at present ([`Hold`], a state, so that
//! saying it twice changes nothing); the system says what happened ([`Outside`]). What follows from
//! either is decided in here and tested without a phone; a shell only carries it across.

/// Whether we may listen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MicrophoneAccess {
    /// Nobody was asked: the system will, with its own words.
    #[default]
    Prompt,
    /// The question is on the screen.
    Prompting,
    Granted,
    /// Refused once; asking again is possible.
    Denied,
    /// Only the person can change it, in the system's settings.
    Blocked,
    /// Allowed, but a switch of the system's gives every app silence.
    PrivacyBlocked,
    /// This device has no microphone.
    Unavailable,
}

/// What happened outside, in the order in which it happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outside {
    /// Out of sight: another app, or the screen is off.
    Suspended,
    /// In sight again.
    Resumed,
    /// Something else needs the loudspeaker: a call, an alarm, another player. It gives it back by
    /// itself, or not.
    Interrupted {
        for_good: bool,
    },
    /// What interrupted is over. The person decides whether to go on.
    InterruptionOver,
    /// What was listened through is gone: headphones were pulled out.
    Noisy,
    /// Sound goes another way now.
    Rerouted(WayOut),
    Microphone(MicrophoneAccess),
    /// A button outside the window: on the lock screen, on the headphones.
    Button(Button),
}

/// Buttons that work with the screen off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Button {
    Pause,
    Resume,
    Stop,
}

/// What sound leaves through.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WayOut {
    pub kind: WayOutKind,
    /// As the person knows it, if it has a name: "Kitchen".
    pub name: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum WayOutKind {
    #[default]
    Speaker,
    /// The one for calls.
    Earpiece,
    Wired,
    Usb,
    /// 150 to 300 ms late.
    Bluetooth,
    /// A television, a car: nobody knows how late.
    Other,
}

/// What the app needs of the system as long as it says so.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Hold {
    /// The screen stays on.
    pub awake: bool,
    /// Sound goes on with the screen off; this is what it is called there.
    pub playing: Option<String>,
    /// It stands still at present, under that name.
    pub paused: bool,
    /// The microphone is in use.
    pub listening: bool,
}

/// A page of the system's settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettingsPage {
    /// What this app may do: the microphone among it.
    App,
    /// The switch that gives every app silence.
    Microphone,
    Notifications,
}

/// The system, as the app reaches it. Every call returns at once.
pub trait Host: Send {
    fn microphone(&mut self) -> MicrophoneAccess;

    /// A switch of the system's can give every app silence, and need not say so: then a take that is
    /// empty is the first to tell.
    fn can_be_muted(&self) -> bool {
        false
    }

    /// Asks the person. The answer comes as [`Outside::Microphone`].
    fn ask_for_microphone(&mut self);

    /// From now on, until it is called again.
    fn hold(&mut self, hold: &Hold);

    /// Whether anything can be felt: a phone in the hand.
    fn can_be_felt(&self) -> bool {
        false
    }

    /// A tap that is felt, on the beat, where something can be felt.
    fn beat(&mut self);

    /// `false` where the system has no such page, or we do not know the way.
    fn open_settings(&mut self, page: SettingsPage) -> bool;

    /// What happened since the last call.
    fn events(&mut self) -> Vec<Outside>;
}

/// A window on a computer, or none: everything is allowed, nothing is asked, nothing intrudes.
#[derive(Debug, Clone, Copy, Default)]
pub struct Alone;

impl Host for Alone {
    fn microphone(&mut self) -> MicrophoneAccess {
        MicrophoneAccess::Granted
    }

    fn ask_for_microphone(&mut self) {}
    fn hold(&mut self, _: &Hold) {}
    fn beat(&mut self) {}

    fn open_settings(&mut self, _: SettingsPage) -> bool {
        false
    }

    fn events(&mut self) -> Vec<Outside> {
        vec![]
    }
}

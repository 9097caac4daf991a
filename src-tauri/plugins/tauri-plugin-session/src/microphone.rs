//! Whether we may listen, and whether asking is worth it.
//!
//! The native half reports facts and concludes nothing; what they mean is decided here.
//!
//! |                     | check              | resume    | answer    | ask              |
//! |---------------------|--------------------|-----------|-----------|------------------|
//! | `Known`, may ask    | as facts           | as facts  | as facts  | → Asking, asks   |
//! | `Known`, otherwise  | as facts           | as facts  | as facts  | ·                |
//! | `Asking`            | as facts if granted | as facts | as facts  | ·                |
//!
//! *may ask* is `Prompt` or `Denied`; `·` changes nothing. **check**: facts that came by themselves.
//! **resume**: facts on coming back into sight, which is also where a question ends whose answer got
//! lost. **answer**: facts after the question. **ask**: the app wants to listen. Pure.
//!
//! Some phones have a switch that gives every app silence, and do not say that it is off. Then a take
//! tells, and the app asks whether there is such a switch; nothing is refused because of it, for it
//! may be on again a moment later and nobody would say so.

use app::host::MicrophoneAccess;
use serde::Deserialize;

/// Below this no person has read the question: the system answered in their place, because it
/// will not show it any more. In ms.
const NOBODY_SAW_IT_MS: u64 = 400;

/// What the system says about the microphone at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(tag = "system", rename_all = "camelCase")]
pub enum Facts {
    /// Android never says "blocked"; it has to be found out.
    #[serde(rename_all = "camelCase")]
    Android {
        /// This device has a microphone.
        device: bool,
        granted: bool,
        /// Android would have us explain before asking: somebody refused once, and may be asked
        /// again.
        rationale: bool,
        /// The last refusal; `None` if there was none, or access was given since.
        refusal: Option<Refusal>,
        /// A switch of the system's gives every app silence at present.
        muted: bool,
        /// This device has such a switch (Android 12 and newer).
        switch: bool,
    },
    /// Asks once in the app's life, and says so.
    #[serde(rename_all = "camelCase")]
    Apple { permission: ApplePermission },
}

/// A "no" to the question, as far as it can be told apart from no answer at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Refusal {
    /// From the question to the answer, in ms.
    pub after_ms: u64,
    /// [`Facts::Android::rationale`], just before asking.
    pub rationale: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ApplePermission {
    Undetermined,
    Denied,
    Granted,
}

impl Facts {
    /// What they come to, with nobody being asked at the moment.
    pub fn access(self) -> MicrophoneAccess {
        match self {
            Facts::Android { device: false, .. } => MicrophoneAccess::Unavailable,
            Facts::Android {
                granted: true,
                muted,
                ..
            } => {
                if muted {
                    MicrophoneAccess::PrivacyBlocked
                } else {
                    MicrophoneAccess::Granted
                }
            }
            Facts::Android {
                rationale: true, ..
            } => MicrophoneAccess::Denied,
            Facts::Android { refusal: None, .. } => MicrophoneAccess::Prompt,
            // Without a rationale Android will not ask again. Or the question was waved away, or
            // the time of "only this time" is over; those leave none either, and may be asked.
            Facts::Android {
                refusal: Some(refusal),
                ..
            } => {
                if refusal.rationale || refusal.after_ms < NOBODY_SAW_IT_MS {
                    MicrophoneAccess::Blocked
                } else {
                    MicrophoneAccess::Prompt
                }
            }
            Facts::Apple { permission } => match permission {
                ApplePermission::Undetermined => MicrophoneAccess::Prompt,
                ApplePermission::Denied => MicrophoneAccess::Blocked,
                ApplePermission::Granted => MicrophoneAccess::Granted,
            },
        }
    }

    fn has_switch(self) -> bool {
        matches!(self, Facts::Android { switch: true, .. })
    }
}

/// Why facts came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Cause {
    Check,
    Resume,
    Answer,
}

/// The microphone, as we know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Microphone {
    state: State,
    has_switch: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Known(MicrophoneAccess),
    /// The question is on the screen.
    Asking,
}

impl Microphone {
    /// Before the system said anything.
    pub fn known(access: MicrophoneAccess) -> Microphone {
        Microphone {
            state: State::Known(access),
            has_switch: false,
        }
    }

    pub fn access(&self) -> MicrophoneAccess {
        match self.state {
            State::Known(access) => access,
            State::Asking => MicrophoneAccess::Prompting,
        }
    }

    /// A switch of the system's can give every app silence.
    pub fn has_switch(&self) -> bool {
        self.has_switch
    }

    /// The system said something.
    pub fn learn(&mut self, cause: Cause, facts: Facts) {
        self.has_switch = facts.has_switch();
        let access = facts.access();
        let is_news = match (self.state, cause) {
            (_, Cause::Resume | Cause::Answer) | (State::Known(_), Cause::Check) => true,
            (State::Asking, Cause::Check) => access == MicrophoneAccess::Granted,
        };
        if is_news {
            self.state = State::Known(access);
        }
    }

    /// The app wants to listen. `true` if the question has to be shown now.
    pub fn ask(&mut self) -> bool {
        let may_ask = matches!(
            self.state,
            State::Known(MicrophoneAccess::Prompt | MicrophoneAccess::Denied)
        );
        if may_ask {
            self.state = State::Asking;
        }
        may_ask
    }
}

#[cfg(test)]
#[path = "microphone_tests.rs"]
mod tests;

//! What the hands have in this step.

/// The surface of the running step. Numbers are indices into the stage's layers.
#[derive(Debug, Clone, PartialEq)]
pub enum Mode {
    Listen,
    Grid,
    /// An index into the session's takes.
    Record {
        take: usize,
    },
    /// Without a microphone: which of the notes that fit.
    Notes {
        name: String,
        label: String,
        bars: u64,
        chosen: Option<usize>,
    },
    /// Each fader moves one layer or several; the result is kept under `mix`.
    Faders {
        groups: Vec<Vec<usize>>,
        mix: Option<String>,
    },
    Pan {
        tracks: Vec<usize>,
    },
    /// Letter and name of each mix. They take turns until somebody touches one.
    Choose {
        options: Vec<(String, String)>,
        playing: Option<usize>,
        chosen: Option<usize>,
        by_hand: bool,
    },
    Keep,
}

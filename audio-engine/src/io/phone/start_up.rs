//! How a microphone that is read inside the output's callback comes to rest.
//!
//! | state      | each output callback                                  | then                          |
//! |------------|-------------------------------------------------------|-------------------------------|
//! | Draining   | read all there is, throw it away                      | after 20 with input → Cushion |
//! | Cushion    | leave it alone, so that we are not at its heels       | after 1 → Discarding          |
//! | Discarding | read all there is, throw it away: both find a balance | after 30 → Steady             |
//! | Steady     | read and keep                                         |                               |
//!
//! After Oboe's `FullDuplexStream.h` (its numbers): at the start of a duplex pair the first frames
//! of both directions may lie hundreds of milliseconds apart (oboe #165, #730, #1231).
//! Runs in the audio callback.

/// Callbacks with input that are thrown away.
const DRAINED: u32 = 20;
/// Callbacks during which the input fills.
const CUSHION: u32 = 1;
/// Callbacks thrown away while both directions come to a balance.
const DISCARDED: u32 = 30;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StartUp {
    Draining { left: u32 },
    Cushion { left: u32 },
    Discarding { left: u32 },
    Steady,
}

/// What to do with the input in this callback.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Input {
    Throw,
    Leave,
    Keep,
}

impl StartUp {
    pub(super) fn new() -> StartUp {
        StartUp::Draining { left: DRAINED }
    }

    /// At the start of a callback.
    pub(super) fn wants(self) -> Input {
        match self {
            StartUp::Draining { .. } | StartUp::Discarding { .. } => Input::Throw,
            StartUp::Cushion { .. } => Input::Leave,
            StartUp::Steady => Input::Keep,
        }
    }

    /// At its end; `came` says whether there was any input.
    pub(super) fn after(self, came: bool) -> StartUp {
        match self {
            StartUp::Draining { left } if !came => StartUp::Draining { left },
            StartUp::Draining { left: 0 | 1 } => StartUp::Cushion { left: CUSHION },
            StartUp::Draining { left } => StartUp::Draining { left: left - 1 },
            StartUp::Cushion { left: 0 | 1 } => StartUp::Discarding { left: DISCARDED },
            StartUp::Cushion { left } => StartUp::Cushion { left: left - 1 },
            StartUp::Discarding { left: 0 | 1 } | StartUp::Steady => StartUp::Steady,
            StartUp::Discarding { left } => StartUp::Discarding { left: left - 1 },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twenty_callbacks_are_drained_one_waits_and_thirty_are_discarded() {
        let mut state = StartUp::new();
        let mut done = Vec::new();
        while state != StartUp::Steady {
            done.push(state.wants());
            state = state.after(true);
        }
        let wanted: Vec<Input> = std::iter::repeat_n(Input::Throw, 20)
            .chain([Input::Leave])
            .chain(std::iter::repeat_n(Input::Throw, 30))
            .collect();
        assert_eq!(done, wanted);
        assert_eq!(state.wants(), Input::Keep);
    }

    #[test]
    fn a_microphone_that_comes_half_a_second_late_is_waited_for() {
        let mut state = StartUp::new();
        for _ in 0..125 {
            state = state.after(false);
        }
        assert_eq!(state, StartUp::new());
    }
}

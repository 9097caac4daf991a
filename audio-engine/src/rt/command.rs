//! What travels from the handle to the engine, and back to be freed.
//!
//! Everything owned moves in whole: the audio thread makes and frees nothing.

use std::sync::Arc;

use super::automation::Lane;
use super::ear::Ear;
use super::filter::BandSetting;
use super::plan::Plan;
use super::recorder::Recording;
use crate::audio::Audio;
use crate::control::{At, Bus, Layer, Parameter, TakeId, Tone, TrackId};
use crate::units::{Frames, Grid};

/// One wish and its time.
pub(crate) struct Command {
    pub(crate) at: At,
    pub(crate) action: Action,
}

/// The wishes. Gains are amplitudes here: dB were converted on the way in.
pub(crate) enum Action {
    Grid(Grid),
    Play,
    CountIn {
        bars: u32,
    },
    Stop,
    Locate(Frames),
    Layer {
        track: TrackId,
        layer: Layer,
    },
    Clear {
        track: TrackId,
        fade: Frames,
    },
    /// In dB as well, for whoever writes it down.
    Gain {
        track: TrackId,
        amplitude: f32,
        db: f32,
    },
    /// For a stereo layer; 1 and 1 at the centre.
    Pan {
        track: TrackId,
        left: f32,
        right: f32,
        position: f32,
    },
    Mute {
        track: TrackId,
        on: bool,
    },
    Solo {
        track: TrackId,
        on: bool,
    },
    Send {
        track: TrackId,
        amplitude: f32,
        db: f32,
    },
    DelaySend {
        track: TrackId,
        amplitude: f32,
        db: f32,
    },
    Automate {
        track: TrackId,
        parameter: Parameter,
        lane: Option<Box<Lane>>,
    },
    LetGo {
        track: TrackId,
        parameter: Parameter,
    },
    WriteAutomation(bool),
    Follow(Box<Plan>),
    Band {
        track: TrackId,
        setting: BandSetting,
    },
    BusGain {
        bus: Bus,
        amplitude: f32,
    },
    Fade {
        to: f32,
        over: Frames,
    },
    Cue(Arc<Audio>),
    StopCue,
    Metronome {
        from: Frames,
        until: Frames,
    },
    Tone(Option<Tone>),
    Record(Box<Recording>),
    PunchOut(TakeId),
    CallOff(TakeId),
    /// Somebody listens from now on, or nobody.
    Listen(Option<Box<Ear>>),
    /// How loud the input is heard.
    Monitor(f32),
    Mark {
        take: TakeId,
        word: u32,
    },
}

/// Something the audio thread has done with. Only ever dropped elsewhere.
pub(crate) enum Trash {
    Audio(#[expect(dead_code, reason = "kept only to be dropped")] Arc<Audio>),
    Lane(#[expect(dead_code, reason = "kept only to be dropped")] Box<Lane>),
    Plan(#[expect(dead_code, reason = "kept only to be dropped")] Box<Plan>),
    Loop(#[expect(dead_code, reason = "kept only to be dropped")] Box<[f32]>),
    Recording(#[expect(dead_code, reason = "kept only to be dropped")] Box<Recording>),
    Ear(#[expect(dead_code, reason = "kept only to be dropped")] Box<Ear>),
}

/// How many of its owned things a command lends: each comes back as one [`Trash`].
pub(crate) fn lent_by(action: &Action) -> usize {
    match action {
        Action::Layer { .. } | Action::Cue(_) | Action::Follow(_) | Action::Listen(Some(_)) => 1,
        Action::Automate { lane, .. } => usize::from(lane.is_some()),
        Action::Record(recording) => 1 + usize::from(recording.makes_a_loop()),
        Action::Grid(_)
        | Action::Play
        | Action::CountIn { .. }
        | Action::Stop
        | Action::Locate(_)
        | Action::Clear { .. }
        | Action::Gain { .. }
        | Action::Pan { .. }
        | Action::Mute { .. }
        | Action::Solo { .. }
        | Action::Send { .. }
        | Action::DelaySend { .. }
        | Action::Band { .. }
        | Action::LetGo { .. }
        | Action::WriteAutomation(_)
        | Action::BusGain { .. }
        | Action::Fade { .. }
        | Action::StopCue
        | Action::Metronome { .. }
        | Action::Tone(_)
        | Action::PunchOut(_)
        | Action::CallOff(_)
        | Action::Listen(None)
        | Action::Monitor(_)
        | Action::Mark { .. } => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_stays_small_enough_to_be_copied_through_a_ring() {
        assert!(size_of::<Command>() <= 64, "{} bytes", size_of::<Command>());
    }
}

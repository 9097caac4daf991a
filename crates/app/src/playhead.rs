//! Where a session or a piece has come to, and never what sounded before it.
//!
//! The engine has one playhead for everything, and tells where it was when the device last asked
//! for sound. Before something sets out, that is the place where the evening's last piece stopped;
//! and for a block or two afterwards as well, longer on a device that is only waking up. Whoever
//! took it for their own would find all their steps over before the first.

use audio_engine::control::EngineHandle;
use audio_engine::units::Frames;

/// The engine's playhead, once it is ours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Playhead {
    /// Not told to roll yet.
    #[default]
    Waiting,
    /// Told to roll from `from`, which the engine may not have heard. `clock` is its clock when it
    /// was last looked at, and `blocks` how often that has moved since.
    SettingOut {
        from: Frames,
        clock: Frames,
        blocks: u8,
    },
    /// What the engine says is ours.
    Ours,
}

/// The block that was under way when the engine was told may end without having heard of it; the
/// one after it begins by obeying.
const HEARD_AFTER: u8 = 2;

impl Playhead {
    /// The engine was told, just before, to locate `from` and play.
    #[must_use]
    pub fn set_out(from: Frames, engine: &EngineHandle) -> Playhead {
        Playhead::SettingOut {
            from,
            clock: engine.snapshot().clock,
            blocks: 0,
        }
    }

    /// Looks whether the engine has obeyed by now. Call it every tick.
    pub fn follow(&mut self, engine: &EngineHandle) {
        let Playhead::SettingOut { clock, blocks, .. } = self else {
            return;
        };
        let now = engine.snapshot().clock;
        if now == *clock {
            return;
        }
        (*clock, *blocks) = (now, *blocks + 1);
        if *blocks >= HEARD_AFTER {
            *self = Playhead::Ours;
        }
    }

    /// Where it is: 0 before it was told to roll.
    #[must_use]
    pub fn at(&self, engine: &EngineHandle) -> Frames {
        match *self {
            Playhead::Waiting => Frames::ZERO,
            Playhead::SettingOut { from, .. } => from,
            Playhead::Ours => engine.snapshot().playhead,
        }
    }
}

//! Where the playhead must be: the transport's table, written down once more.

use super::DECLICK;

/// What the transport does, and where it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Expected {
    Stopped(u64),
    CountIn(u64, u64),
    Rolling(u64),
    Stopping(u64, u64, Then),
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Then {
    Stay,
    Roll,
    CountIn(u64),
}

pub use Expected::{CountIn, Rolling, Stopped, Stopping};

impl Expected {
    pub fn playhead(self) -> u64 {
        match self {
            Stopped(at) | CountIn(_, at) | Rolling(at) | Stopping(_, at, _) => at,
        }
    }

    pub fn play(self) -> Expected {
        match self {
            Stopped(at) => Rolling(at),
            Stopping(left, at, _) => Stopping(left, at, Then::Roll),
            CountIn(..) | Rolling(_) => self,
        }
    }

    pub fn count_in(self, length: u64) -> Expected {
        match self {
            Stopped(at) => CountIn(length, at),
            Stopping(left, at, _) => Stopping(left, at, Then::CountIn(length)),
            CountIn(..) | Rolling(_) => self,
        }
    }

    pub fn stop(self) -> Expected {
        match self {
            Stopped(at) | CountIn(_, at) => Stopped(at),
            Rolling(at) => Stopping(DECLICK, at, Then::Stay),
            Stopping(left, at, _) => Stopping(left, at, Then::Stay),
        }
    }

    pub fn locate(self, to: u64) -> Expected {
        match self {
            Stopped(_) => Stopped(to),
            CountIn(left, _) => CountIn(left, to),
            Rolling(_) => Stopping(DECLICK, to, Then::Roll),
            Stopping(left, _, then) => Stopping(left, to, then),
        }
    }

    pub fn after(self, frames: u64) -> Expected {
        match self {
            Stopped(at) => Stopped(at),
            Rolling(at) => Rolling(at + frames),
            CountIn(left, at) if frames < left => CountIn(left - frames, at),
            CountIn(left, at) => Rolling(at).after(frames - left),
            Stopping(left, at, then) if frames < left => Stopping(left - frames, at, then),
            Stopping(left, at, then) => match then {
                Then::Stay => Stopped(at),
                Then::Roll => Rolling(at),
                Then::CountIn(length) => CountIn(length, at),
            }
            .after(frames - left),
        }
    }
}

//! The phone's script: what it grants, what the air carries, and what goes wrong.
//!
//! One crystal for both directions: with every burst the loudspeaker plays, the microphone hears
//! the burst that left it [`Script::air`] frames ago. Bursts come in real time; one that comes late
//! is followed by the next at once, as on a device.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A phone's sound.
#[derive(Debug, Clone)]
pub struct Script {
    /// Frames in a callback.
    pub burst: i32,
    /// Frames in the whole of a buffer.
    pub capacity: i32,
    /// Another app has the exclusive way already.
    pub refuses_exclusive: bool,
    /// Frames from the loudspeaker to the microphone.
    pub air: usize,
    /// Frames of rubbish that wait in the microphone when it is opened.
    pub rubbish: usize,
}

impl Default for Script {
    fn default() -> Self {
        Script {
            burst: 192,
            capacity: 192 * 8,
            refuses_exclusive: false,
            air: 1_000,
            rubbish: 9_600,
        }
    }
}

/// One stream that was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opening {
    pub input: bool,
    /// As it was asked for.
    pub exclusive: bool,
    /// `AAUDIO_INPUT_PRESET_UNPROCESSED` is 9.
    pub preset: i32,
}

/// Everything the script has seen.
#[derive(Debug, Default)]
pub struct Phone {
    pub script: Script,
    pub openings: Vec<Opening>,
    /// Every size the output's buffer was set to.
    pub sizes: Vec<i32>,
    /// Times the output has starved.
    pub xruns: i32,
    /// A cable is pulled: all streams end. Counts cables.
    pub pulled: u64,
    /// Bursts the microphone keeps back before it gives all at once.
    pub late: u32,
    /// Whether the microphone is open.
    pub listens: bool,
    on_its_way: VecDeque<f32>,
    waiting: VecDeque<f32>,
}

static PHONE: Mutex<Option<Phone>> = Mutex::new(None);

/// The one phone there is.
pub fn phone() -> impl std::ops::DerefMut<Target = Phone> {
    struct Guard(MutexGuard<'static, Option<Phone>>);
    impl std::ops::Deref for Guard {
        type Target = Phone;
        fn deref(&self) -> &Phone {
            self.0.as_ref().expect("made when it was taken up")
        }
    }
    impl std::ops::DerefMut for Guard {
        fn deref_mut(&mut self) -> &mut Phone {
            self.0.get_or_insert_with(Phone::default)
        }
    }
    let mut phone = PHONE.lock().unwrap_or_else(PoisonError::into_inner);
    phone.get_or_insert_with(Phone::default);
    Guard(phone)
}

impl Phone {
    /// Another phone, out of the box.
    pub fn becomes(&mut self, script: Script) {
        *self = Phone {
            pulled: self.pulled,
            script,
            ..Phone::default()
        };
    }

    /// The microphone opens, with what it has in it.
    pub(crate) fn begin_to_listen(&mut self) {
        self.listens = true;
        self.waiting = std::iter::repeat_n(1.0, self.script.rubbish).collect();
    }

    /// The loudspeaker has played this, stereo; the microphone hears.
    pub(crate) fn sounds(&mut self, frames: &[f32]) {
        let mono = frames
            .chunks_exact(2)
            .map(|frame| (frame[0] + frame[1]) / 2.0);
        self.on_its_way.extend(mono);
        while self.on_its_way.len() > self.script.air {
            let heard = self.on_its_way.pop_front().unwrap_or(0.0);
            if self.listens {
                self.waiting.push_back(heard);
            }
        }
        self.late = self.late.saturating_sub(1);
    }

    /// Fills as much of `out` as there is.
    pub(crate) fn hears(&mut self, out: &mut [f32]) -> usize {
        if self.late > 0 {
            return 0;
        }
        let frames = out.len().min(self.waiting.len());
        for (out, heard) in out.iter_mut().zip(self.waiting.drain(..frames)) {
            *out = heard;
        }
        frames
    }
}

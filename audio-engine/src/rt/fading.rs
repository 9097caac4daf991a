//! The fade of the whole mix, and the frames at which it sets out for somewhere else. Audio thread
//! only, but for [`Fading::new`].

use super::slate::Slate;
use crate::dsp::fade::Fade;
use crate::units::Frames;

/// Where the mix is faded to, and over how long.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct FadeTo {
    /// An amplitude.
    pub(crate) to: f32,
    pub(crate) over: Frames,
}

/// The fade, and what it will do in the sub-block that comes.
pub(crate) struct Fading {
    fade: Fade,
    later: Slate<FadeTo>,
}

impl Fading {
    /// Nothing is faded. Allocates.
    pub(crate) fn new() -> Fading {
        Fading {
            fade: Fade::OPEN,
            later: Slate::new(),
        }
    }

    /// Sets out with the next frame.
    pub(crate) fn go(&mut self, FadeTo { to, over }: FadeTo) {
        self.fade.go(to, over);
    }

    pub(crate) fn has_room(&self) -> bool {
        self.later.has_room()
    }

    /// Sets out `after` so many frames. Gives it back if there is [no room](Fading::has_room).
    pub(crate) fn go_later(&mut self, after: usize, fade: FadeTo) -> Result<(), FadeTo> {
        self.later.note(after, fade)
    }

    /// Fades one sub-block, and moves on.
    pub(crate) fn scale(&mut self, left: &mut [f32], right: &mut [f32]) {
        let (frames, mut done) = (left.len().min(right.len()), 0);
        loop {
            while let Some(fade) = self.later.take_due(done) {
                self.go(fade);
            }
            if done == frames {
                return;
            }
            let end = done + self.later.until_next(done, frames);
            let [left, right] =
                [&mut *left, &mut *right].map(|side| side.get_mut(done..end).unwrap_or_default());
            self.fade.scale(left, right);
            done = end;
        }
    }
}

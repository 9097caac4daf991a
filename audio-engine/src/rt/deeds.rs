//! What tracks do within the sub-block that comes, each at a frame of its own.
//!
//! A wish for one track cuts the frames of that track and of nobody else: 64 wishes on 64 frames
//! cost about as much as on one. Cut for everybody they cost thirteen blocks, because each piece
//! gathers and loads all tracks' filters again. They are noted down as the playhead meets them,
//! sorted once, and handed out track by track. Audio thread only.

use super::limits;
use super::trash::Bin;
use super::voice::{Coming, Voice};
use crate::units::Frames;

/// One thing one track does.
pub(crate) struct Deed {
    track: u16,
    /// How many deeds were noted down before it.
    nth: u16,
    /// Frames of the sub-block that come before it. All of them, if the sub-block was cut short.
    pub(crate) after: usize,
    pub(crate) what: What,
    /// What comes of it for fader and filter, once the track has looked ahead to it.
    pub(crate) outcome: Option<Outcome>,
}

/// What it is that a track does.
pub(crate) enum What {
    /// Is to be heard, 1, or not, 0: a mute, or the solo of somebody.
    Open(f32),
    /// A new layer; it is taken out when its frame has come.
    Layer(Option<Coming>),
    /// What sounds leaves over so many frames.
    Clear(Frames),
}

/// How a fader obeys, and whether a filter begins anew.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Outcome {
    /// Where the fader's gate goes, and how long that takes; nowhere, if it is there.
    pub(crate) open: Option<(f32, Frames)>,
    /// Nothing sounds: whatever is on its way is there at once.
    pub(crate) arrives: bool,
    /// The fader was shut, and what the filter remembers is of no certain time.
    pub(crate) anew: bool,
}

/// All deeds of one sub-block.
pub(crate) struct Deeds {
    list: Vec<Deed>,
}

impl Deed {
    /// Does the track's filter begin anew with it?
    pub(crate) fn is_anew(&self) -> bool {
        self.outcome.is_some_and(|outcome| outcome.anew)
    }
}

impl Deeds {
    /// Allocates room for [`limits::DEEDS`], and for the loops of all recordings.
    pub(crate) fn new() -> Deeds {
        Deeds {
            list: Vec::with_capacity(limits::DEEDS + limits::TAKES),
        }
    }

    /// How many more wishes can be noted down. Room for loops is not given away to them.
    pub(crate) fn room(&self) -> usize {
        limits::DEEDS.saturating_sub(self.list.len())
    }

    /// Notes one down, to be done after all those for the same frame before it. Whoever calls has
    /// asked for [room](Deeds::room); without it the deed is left undone, and what it lends is
    /// thrown away.
    pub(crate) fn note(&mut self, track: u16, after: usize, what: What, bin: &mut Bin) {
        if self.list.len() == self.list.capacity() {
            return throw_away(what, bin);
        }
        let nth = self.list.len() as u16;
        self.list.push(Deed {
            track,
            nth,
            after,
            what,
            outcome: None,
        });
    }

    /// All of them: by tracks, and each track's in the order in which it does them.
    pub(crate) fn by_tracks(&mut self) -> &mut [Deed] {
        self.list
            .sort_unstable_by_key(|deed| (deed.track, deed.after, deed.nth));
        &mut self.list
    }

    /// The sub-block is over, and all is done.
    pub(crate) fn clear(&mut self, bin: &mut Bin) {
        while let Some(deed) = self.list.pop() {
            throw_away(deed.what, bin);
        }
    }
}

/// Takes this track's deeds off the beginning of those that are left.
pub(crate) fn of_track<'a>(track: usize, left: &mut &'a mut [Deed]) -> &'a mut [Deed] {
    let of_it = |deed: &Deed| usize::from(deed.track) == track;
    let count = left.iter().take_while(|deed| of_it(deed)).count();
    let (own, others) = std::mem::take(left).split_at_mut(count);
    *left = others;
    own
}

fn throw_away(what: What, bin: &mut Bin) {
    if let What::Layer(Some(layer)) = what {
        bin.discard(Voice::new(layer).into_trash());
    }
}

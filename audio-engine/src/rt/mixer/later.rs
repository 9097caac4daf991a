//! Wishes that are left to the tracks they are for, at frames within the sub-block that comes.

use super::Mixer;
use crate::control::TrackId;
use crate::rt::command::Action;
use crate::rt::deeds::What;
use crate::rt::trash::Bin;

impl Mixer {
    /// Does this wish concern tracks alone, and is there room to leave it to them?
    pub(in crate::rt) fn can_leave(&self, action: &Action) -> bool {
        let deeds = match action {
            Action::Mute { .. } | Action::Layer { .. } | Action::Clear { .. } => 1,
            // It may silence all, or let all be heard again.
            Action::Solo { .. } => self.tracks.len(),
            _ => return false,
        };
        deeds <= self.deeds.room()
    }

    /// Leaves it to them, `after` so many frames. Gives back what is not theirs.
    pub(in crate::rt) fn leave(
        &mut self,
        after: usize,
        action: Action,
        bin: &mut Bin,
    ) -> Option<Action> {
        match action {
            Action::Mute { track, on } => {
                let of_it = self.tracks.get_mut(usize::from(track.0));
                if let Some(open) = of_it.map(|track| track.will_be_muted(on)) {
                    self.deeds.note(track.0, after, What::Open(open), bin);
                }
            }
            Action::Solo { track, on } => self.solo_later(after, track, on, bin),
            Action::Layer { track, layer } => {
                self.deeds
                    .note(track.0, after, What::Layer(Some(layer)), bin);
            }
            Action::Clear { track, fade } => {
                self.deeds.note(track.0, after, What::Clear(fade), bin);
            }
            action => return Some(action),
        }
        None
    }

    /// The one it is for, and all whom it silences or lets be heard again.
    fn solo_later(&mut self, after: usize, track: TrackId, on: bool, bin: &mut Bin) {
        let is_it = |index: usize| index == usize::from(track.0);
        let others = self.tracks.iter().enumerate();
        let any = on || others.into_iter().any(|(i, t)| !is_it(i) && t.is_soloed());
        for (index, of_it) in self.tracks.iter_mut().enumerate() {
            if let Some(open) = of_it.will_be_soloed(is_it(index).then_some(on), any) {
                self.deeds.note(index as u16, after, What::Open(open), bin);
            }
        }
    }
}

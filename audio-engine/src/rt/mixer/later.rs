//! Wishes that are left to the tracks they are for, at frames within the sub-block that comes.

use super::Mixer;
use crate::control::TrackId;
use crate::rt::command::Action;
use crate::rt::deeds::What;
use crate::rt::track::Track;
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
                if let Some(of_it) = of_it {
                    of_it.will_be_muted(on);
                    let open = What::Open(of_it.is_to_be_open());
                    self.deeds.note(track.0, after, open, bin);
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

    /// The one it is for; and, if it is the first to be soloed or the last, all whom it silences
    /// or lets be heard again.
    fn solo_later(&mut self, after: usize, track: TrackId, on: bool, bin: &mut Bin) {
        let soloed = usize::from(track.0);
        let any = |tracks: &[Track]| tracks.iter().any(Track::is_soloed);
        let before = any(&self.tracks);
        let Some(of_it) = self.tracks.get_mut(soloed) else {
            return;
        };
        of_it.will_be_soloed(on);
        let after_it = any(&self.tracks);
        let concerned = if before == after_it {
            soloed..soloed + 1
        } else {
            0..self.tracks.len()
        };
        let tracks = self.tracks.iter_mut().enumerate();
        for (index, of_it) in tracks.skip(concerned.start).take(concerned.len()) {
            let changes = of_it.will_be_silenced(after_it && !of_it.is_soloed());
            if changes || index == soloed {
                let open = What::Open(of_it.is_to_be_open());
                self.deeds.note(index as u16, after, open, bin);
            }
        }
    }
}

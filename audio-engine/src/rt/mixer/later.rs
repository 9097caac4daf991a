//! Wishes that are left to whom they concern, at frames within the sub-block that comes: one
//! track, or the fade of the mix.

use super::Mixer;
use crate::control::TrackId;
use crate::rt::command::Action;
use crate::rt::deeds::What;
use crate::rt::fading::FadeTo;
use crate::rt::track::Track;
use crate::rt::trash::Bin;
use crate::rt::voice::Coming;

impl Mixer {
    /// Does this wish concern tracks or the fade alone, and is there room to leave it to them?
    pub(in crate::rt) fn can_leave(&self, action: &Action) -> bool {
        let deeds = match action {
            Action::Mute { .. } | Action::Layer { .. } | Action::Clear { .. } => 1,
            // It may silence all, or let all be heard again.
            Action::Solo { .. } => self.tracks.len(),
            Action::Fade { .. } => return self.fade.has_room(),
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
                    .note(track.0, after, What::Layer(Some(layer.into())), bin);
            }
            Action::Fade { to, over } => {
                let full = self.fade.go_later(after, FadeTo { to, over }).err();
                return full.map(|FadeTo { to, over }| Action::Fade { to, over });
            }
            Action::Clear { track, fade } => {
                self.deeds.note(track.0, after, What::Clear(fade), bin);
            }
            action => return Some(action),
        }
        None
    }

    /// A loop that has been recorded comes to its track, `after` so many frames.
    pub(in crate::rt) fn sound_later(
        &mut self,
        after: usize,
        track: usize,
        coming: Coming,
        bin: &mut Bin,
    ) {
        let coming = What::Layer(Some(coming));
        self.deeds.note(track as u16, after, coming, bin);
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

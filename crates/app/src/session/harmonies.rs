//! Soft copies of a voice: made on a thread of their own, brought on when they are there.

use std::sync::Arc;

use audio_engine::sound;
use audio_engine::units::Frames;

use crate::job::{Job, Progress};
use crate::piece::{Sounding, Source};

use super::stage::{Actor, Role, Settings};
use super::surface::Mode;
use super::{Session, Studio};

/// Soft copies of a voice, under the names the exercise gives them.
pub(super) type Copies = Vec<(String, Sounding)>;

impl Session {
    pub(super) fn ask_for_harmonies(&mut self, of: &str, names: &[String], studio: &mut Studio) {
        self.mode = Mode::Listen;
        let Some(index) = self.stage.find(of) else {
            return;
        };
        if names.iter().all(|name| self.stage.find(name).is_some()) {
            return;
        }
        let audio = Arc::clone(&self.stage.actors[index].sounding.audio);
        let names = names.to_vec();
        let mut job = Job::start("harmonies", move || -> Vec<(String, Sounding)> {
            let copies = sound::harmonies(&audio).map(|copy| Sounding::new(Arc::new(copy)));
            names.into_iter().zip(copies).collect()
        });
        if studio.sound.is_virtual() {
            // Virtual time does not pass while a thread works: the result has to be there at once.
            job = Job::done(job.wait().unwrap_or_default());
        }
        self.harmonies = Some((index, job));
    }

    /// Takes them in when they are made.
    pub(super) fn collect_harmonies(&mut self, playhead: Frames, studio: &mut Studio) {
        let Some((of, job)) = &mut self.harmonies else {
            return;
        };
        let of = *of;
        match job.poll() {
            Progress::Working => {}
            Progress::Lost => self.harmonies = None,
            Progress::Done(copies) => {
                self.harmonies = None;
                self.bring_harmonies(of, copies, playhead, studio);
            }
        }
    }

    /// The soft copies arrive on the next bar line, one left, one right.
    fn bring_harmonies(
        &mut self,
        of: usize,
        copies: Vec<(String, Sounding)>,
        playhead: Frames,
        studio: &mut Studio,
    ) {
        let Some(lead) = self.stage.actors.get(of).cloned() else {
            return;
        };
        let bar = self.plan.grid.bars(self.soonest(playhead) - 1);
        for (voice, (name, sounding)) in copies.into_iter().enumerate() {
            let source = Source::Harmony {
                of: Box::new(lead.source.clone()),
                voice,
            };
            self.shelf.put(source.clone(), sounding.clone());
            let above = voice == 0;
            let actor = Actor {
                id: name,
                label: if above {
                    "Soft copy, above"
                } else {
                    "Soft copy, below"
                }
                .into(),
                color: if above { 3 } else { 4 },
                role: Role::Voice,
                source,
                sounding,
                origin: lead.origin,
                on_since: Some(bar),
                settings: Settings {
                    gain_db: -6.0,
                    pan: if above { 0.5 } else { -0.5 },
                    muted: false,
                },
            };
            self.stage.add(actor, &mut studio.sound.engine);
        }
        self.changed();
    }
}

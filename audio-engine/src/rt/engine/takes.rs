//! What the engine does about recordings: it opens their windows, hands input on, closes them.

use super::{Engine, tell};
use crate::control::{Event, TakeId};
use crate::rt::command::Trash;
use crate::rt::limits::{MAX_BLOCK, TAKES};
use crate::rt::recorder::{Due, Recording};
use crate::rt::transport::Transport;

impl Engine {
    pub(super) fn arm(&mut self, recording: Box<Recording>) {
        match self.takes.iter_mut().find(|slot| slot.is_none()) {
            Some(slot) => *slot = Some(recording),
            // The handle counts them, so this does not happen; if it did, the reader would see
            // a stream that never finishes, and not a glitch.
            None => self.bin.discard(Trash::Recording(recording)),
        }
    }

    pub(super) fn interrupt_takes(&mut self) {
        self.takes
            .iter_mut()
            .flatten()
            .for_each(|recording| recording.interrupt());
    }

    /// How many frames from `from` the first sound arrives that a recording waits for; only as
    /// far as one sub-block reaches.
    pub(super) fn first_sound(&self, input: &[&[f32]], from: usize, most: usize) -> Option<usize> {
        let listens = match self.transport {
            Transport::Stopped { .. } | Transport::Rolling { .. } => true,
            Transport::CountIn { .. } | Transport::Stopping { .. } => false,
        };
        let takes = self.takes.iter().flatten();
        let threshold = takes
            .filter_map(|take| take.listens_for())
            .min_by(f32::total_cmp)
            .filter(|_| listens)?;
        let end = from + most.min(MAX_BLOCK);
        input
            .iter()
            .filter_map(|channel| {
                let heard = channel.get(from..end.min(channel.len()))?;
                heard.iter().position(|x| x.abs() >= threshold)
            })
            .min()
    }

    /// The next frame is the sound that recordings waited for. The most sensitive of them
    /// decides; whoever arms two means both.
    pub(super) fn begin_on_sound(&mut self) {
        for index in 0..TAKES {
            let Some(recording) = self.takes.get_mut(index).and_then(Option::as_mut) else {
                continue;
            };
            if recording.listens_for().is_none() {
                continue;
            }
            self.transport.sound(recording.sound_arrives_after());
            let due = recording.sound(self.transport.playhead());
            let take = recording.take();
            self.settle(take, due);
        }
    }

    pub(super) fn begin_takes(&mut self) {
        let approach = self.approach();
        for index in 0..TAKES {
            // A window may open and its punch-out be past, all in one frame.
            while let Some(recording) = self.takes.get_mut(index).and_then(Option::as_mut) {
                let take = recording.take();
                match recording.begin_block(approach) {
                    Due::Nothing => break,
                    due => self.settle(take, due),
                }
            }
        }
    }

    fn settle(&mut self, take: TakeId, due: Due) {
        match due {
            Due::Nothing => {}
            Due::Opens { punch_in } => self.tell(Event::TakeBegun { take, punch_in }),
            Due::Out {
                punch_in,
                length,
                sounds,
            } => {
                self.tell(Event::PunchedOut {
                    take,
                    punch_in,
                    length,
                });
                if let Some((track, coming)) = sounds {
                    self.sound(track, coming);
                }
            }
        }
    }

    pub(super) fn hear_takes(&mut self, missing: bool, frames: usize) {
        for index in 0..TAKES {
            self.hear_take(index, missing, frames);
        }
        let approach = self.approach();
        match &mut self.ear {
            Some(ear) if missing => ear.miss(),
            Some(ear) => ear.hear(approach, &self.mixer.input(0..frames)),
            None => {}
        }
    }

    /// One of them; what it is told meanwhile cuts its input, and nobody else's.
    fn hear_take(&mut self, index: usize, missing: bool, frames: usize) {
        let mut done = 0;
        while let Some(recording) = self.takes.get_mut(index).and_then(Option::as_mut) {
            recording.obey(done);
            if done == frames {
                return;
            }
            // At first everybody has been asked already.
            if done > 0
                && let Due::Out {
                    punch_in,
                    length,
                    sounds,
                } = recording.is_now_out()
            {
                let take = recording.take();
                if let Some((track, coming)) = sounds {
                    self.mixer.sound_later(done, track, coming, &mut self.bin);
                }
                self.tell(Event::PunchedOut {
                    take,
                    punch_in,
                    length,
                });
                continue;
            }
            let end = done + recording.until_told(done, frames);
            if missing {
                recording.miss(end - done);
            } else {
                recording.hear(&self.mixer.input(done..end));
            }
            done = end;
        }
    }

    /// Does anybody want left and right apart?
    pub(super) fn is_stereo(&self) -> bool {
        self.takes.iter().flatten().any(|take| take.is_stereo())
            || self.ear.as_ref().is_some_and(|ear| ear.is_stereo())
    }

    pub(super) fn close_takes(&mut self) {
        for recording in self.takes.iter_mut().flatten() {
            recording.end_block(self.mixer.all_tracks());
        }
    }

    pub(super) fn end_takes(&mut self) {
        for slot in &mut self.takes {
            let Some(mut recording) = slot.take_if(|recording| recording.is_told()) else {
                continue;
            };
            if let Some(samples) = recording.unused_loop() {
                self.bin.discard(Trash::Loop(samples));
            }
            let finished = Event::TakeFinished {
                take: recording.take(),
            };
            self.bin.discard(Trash::Recording(recording));
            self.shared.take_done();
            tell(&mut self.events, &self.shared, finished);
        }
    }
}

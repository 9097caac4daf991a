//! Recording a layer: promised, begun, pass after pass, ended or taken back.

use std::collections::VecDeque;

use super::beginning::Approach;
use super::layer::{Layer, LayerState, Mix};
use super::tree::LayerId;
use super::words::{Begin, Refusal, What, When};
use super::{Doing, Looper};
use crate::control::{At, Batch, EngineHandle, Event, RecordSpec, Start, TakeId, TrackId};
use crate::units::{Frames, Gain, Grid, Pan};

/// What is being recorded.
pub(super) struct Run {
    what: What,
    /// As promised; those after the first pass of an overdub differ only in when.
    spec: RecordSpec,
    /// Promised and not yet over, in order.
    passes: VecDeque<Pass>,
}

/// One recording of a run.
#[derive(Debug, Clone, Copy)]
struct Pass {
    take: TakeId,
    track: TrackId,
    /// Unknown until its sound has come.
    punch_in: Option<Frames>,
}

impl Looper {
    /// Promises a recording.
    ///
    /// # Errors
    ///
    /// [`Refusal::Busy`] while another is promised or runs; [`Refusal::LoopThere`] for a first
    /// loop that is not the first, [`Refusal::NoLoop`] for anything else before it;
    /// [`Refusal::NoTempo`] to count or wait for a bar without one; [`Refusal::NoTrack`];
    /// [`Refusal::TooLong`]; the engine's. Then nothing has changed.
    pub fn record(
        &mut self,
        what: What,
        begin: Begin,
        handle: &mut EngineHandle,
    ) -> Result<(), Refusal> {
        self.not_busy()?;
        self.latency = handle.latency();
        let length = self.length_of(what)?;
        let (start, approach) = self.start_of(what, begin, handle.snapshot())?;
        let track = self.desk.claim().ok_or(Refusal::NoTrack)?;
        let spec = RecordSpec {
            take: TakeId(self.next_take),
            start,
            length,
            channels: self.config.channels,
            pre_roll: self.config.pre_roll,
            round_trip: self.round_trip,
            loop_into: Some(track),
        };
        let grid = self.grid();
        let promised = handle.batch(|batch| {
            set_time(grid, batch);
            prepare(track, batch);
            // Before the playhead moves: a promise made after its frame would lose its beginning.
            let stream = batch.record(spec);
            approach.put(batch);
            stream
        });
        let stream = match promised {
            Ok(stream) => stream,
            Err(why) => {
                self.desk.release(track);
                return Err(why.into());
            }
        };
        match approach {
            Approach::WaitAtStart | Approach::RollFrom(_) => {
                self.settled = Frames::ZERO;
            }
            Approach::AsItIs | Approach::CountInto(..) | Approach::Click(..) => {}
        }
        self.next_take += 1;
        self.streams.push((spec.take, stream));
        let pass = Pass {
            take: spec.take,
            track,
            punch_in: None,
        };
        self.doing = Doing::Waiting(Run {
            what,
            spec,
            passes: VecDeque::from([pass]),
        });
        Ok(())
    }

    /// Ends what is being recorded: an overdub here, a first loop with its bar, anything else with
    /// its loop. What has not begun is called off.
    ///
    /// # Errors
    ///
    /// [`Refusal::NothingRuns`], or the engine's.
    pub fn finish(&mut self, handle: &mut EngineHandle) -> Result<(), Refusal> {
        let at = handle.snapshot().playhead;
        let late = self.bar().map_or(Frames::ZERO, |bar| self.late(bar));
        let run = match &self.doing {
            Doing::Nothing => return Err(Refusal::NothingRuns),
            Doing::Waiting(_) => return self.cancel(handle),
            Doing::Finishing(_) => return Ok(()),
            Doing::Recording(run) => run,
        };
        // A pass that has hardly begun was not meant.
        let is_meant = |pass: &&Pass| {
            let is_first = pass.take == run.spec.take;
            let patience = if is_first { Frames::ZERO } else { late };
            pass.punch_in.is_some_and(|from| at > from + patience)
        };
        let meant = run.passes.iter().filter(is_meant).count();
        if meant == 0 {
            return self.cancel(handle);
        }
        let passes: Vec<Pass> = run.passes.iter().copied().collect();
        let (ended, not_meant) = passes.split_at(meant);
        handle.batch(|batch| {
            for pass in ended {
                batch.punch_out(pass.take, At::Now);
            }
            for pass in not_meant {
                call_off(pass, batch);
            }
        })?;
        for pass in not_meant {
            self.desk.release(pass.track);
        }
        if let Doing::Recording(mut run) = std::mem::replace(&mut self.doing, Doing::Nothing) {
            run.passes.truncate(meant);
            self.doing = Doing::Finishing(run);
        }
        Ok(())
    }

    /// Takes back what is being recorded, as if it had not been begun. Passes of an overdub that
    /// are over stay. Nothing running is fine too.
    ///
    /// # Errors
    ///
    /// The engine's.
    pub fn cancel(&mut self, handle: &mut EngineHandle) -> Result<(), Refusal> {
        let run = match &self.doing {
            Doing::Nothing => return Ok(()),
            Doing::Waiting(run) | Doing::Recording(run) | Doing::Finishing(run) => run,
        };
        // Those that gave way come back after the frame on which they did, or were to: planned for
        // it too, so that it is obeyed after that, however late either is.
        let from = run.passes.front().and_then(|pass| pass.punch_in);
        let back = from.map_or(At::Now, At::Frame);
        let gave_way = match run.what {
            What::Replace => self.heard(),
            What::First { .. } | What::Overdub | What::Multiply => vec![],
        };
        let passes: Vec<Pass> = run.passes.iter().copied().collect();
        handle.batch(|batch| {
            for pass in &passes {
                call_off(pass, batch);
            }
            for track in gave_way {
                batch.mute(track, false, back);
            }
            batch.metronome(Frames::ZERO, Frames::ZERO);
        })?;
        for pass in passes {
            self.desk.release(pass.track);
        }
        self.doing = Doing::Nothing;
        Ok(())
    }

    /// Tracks whose layers are not muted by hand.
    fn heard(&self) -> Vec<TrackId> {
        let is_heard = |layer: LayerId| {
            let layer = self.layers.get(layer.0);
            layer.is_some_and(|layer| !layer.state.mix.muted)
        };
        let layers = self.desk.layers().filter(|(layer, _)| is_heard(*layer));
        layers.map(|(_, track)| track).collect()
    }

    /// Takes in what happened. Tell it every event; those about others it ignores.
    ///
    /// # Errors
    ///
    /// The engine's, if what follows could not be promised; what was recorded is kept all the
    /// same.
    pub fn hear(&mut self, event: &Event, handle: &mut EngineHandle) -> Result<(), Refusal> {
        match *event {
            Event::TakeBegun { take, punch_in } => self.take_begun(take, punch_in, handle),
            Event::PunchedOut {
                take,
                punch_in,
                length,
            } => self.punched_out(take, punch_in, length, handle),
            // Without a punch-out before it: somebody else has stopped the playhead before the
            // punch-in, or sent it past the place, and nothing was played.
            Event::TakeFinished { take } if self.records(take) => self.cancel(handle),
            Event::TakeFinished { .. }
            | Event::LayerStarted { .. }
            | Event::Moved { .. }
            | Event::LetGo { .. }
            | Event::CueStarted
            | Event::CueFinished
            | Event::EventsDropped(_) => Ok(()),
        }
    }

    fn take_begun(
        &mut self,
        take: TakeId,
        punch_in: Frames,
        handle: &mut EngineHandle,
    ) -> Result<(), Refusal> {
        let Some((mut run, is_ending)) = self.take_run_of(take) else {
            return Ok(());
        };
        let mut result = Ok(());
        let is_last = run.passes.back().is_some_and(|pass| pass.take == take);
        if let Some(pass) = run.passes.iter_mut().find(|pass| pass.take == take) {
            pass.punch_in = Some(punch_in);
            result = match run.what {
                What::Overdub if is_last && !is_ending => {
                    self.promise_next_pass(&mut run, punch_in, handle)
                }
                What::Replace => self.give_way(punch_in, handle),
                What::First { .. } | What::Overdub | What::Multiply => Ok(()),
            };
        }
        self.doing = if is_ending {
            Doing::Finishing(run)
        } else {
            Doing::Recording(run)
        };
        result
    }

    /// Takes the run out, if this is one of its recordings; and whether it is ending.
    fn take_run_of(&mut self, take: TakeId) -> Option<(Run, bool)> {
        if !self.records(take) {
            return None;
        }
        match std::mem::replace(&mut self.doing, Doing::Nothing) {
            Doing::Nothing => None,
            Doing::Waiting(run) | Doing::Recording(run) => Some((run, false)),
            Doing::Finishing(run) => Some((run, true)),
        }
    }

    /// Is this one of the recordings that are promised or running?
    pub(super) fn records(&self, take: TakeId) -> bool {
        match &self.doing {
            Doing::Nothing => false,
            Doing::Waiting(run) | Doing::Recording(run) | Doing::Finishing(run) => {
                run.passes.iter().any(|pass| pass.take == take)
            }
        }
    }

    /// An overdub goes on: the pass after this one. Without a track for it, it ends by itself.
    fn promise_next_pass(
        &mut self,
        run: &mut Run,
        punch_in: Frames,
        handle: &mut EngineHandle,
    ) -> Result<(), Refusal> {
        let Some(track) = self.desk.claim() else {
            return Ok(());
        };
        let from = punch_in + run.spec.length.most();
        let spec = RecordSpec {
            take: TakeId(self.next_take),
            start: Start::AtFrame(from),
            loop_into: Some(track),
            ..run.spec
        };
        let promised = handle.batch(|batch| {
            prepare(track, batch);
            batch.record(spec)
        });
        match promised {
            Ok(stream) => {
                self.next_take += 1;
                self.streams.push((spec.take, stream));
                run.passes.push_back(Pass {
                    take: spec.take,
                    track,
                    punch_in: Some(from),
                });
                Ok(())
            }
            Err(why) => {
                self.desk.release(track);
                Err(why.into())
            }
        }
    }

    fn give_way(&mut self, punch_in: Frames, handle: &mut EngineHandle) -> Result<(), Refusal> {
        let tracks = self.heard();
        Ok(handle.batch(|batch| {
            for track in tracks {
                batch.mute(track, true, At::Frame(punch_in));
            }
        })?)
    }

    fn punched_out(
        &mut self,
        take: TakeId,
        punch_in: Frames,
        length: Frames,
        handle: &mut EngineHandle,
    ) -> Result<(), Refusal> {
        let Some((mut run, is_ending)) = self.take_run_of(take) else {
            return Ok(());
        };
        let index = run.passes.iter().position(|pass| pass.take == take);
        let pass = index.and_then(|index| run.passes.remove(index));
        let spec = run.spec;
        let what = run.what;
        self.doing = match (run.passes.is_empty(), is_ending) {
            (true, _) => Doing::Nothing,
            (false, true) => Doing::Finishing(run),
            (false, false) => Doing::Recording(run),
        };
        let Some(pass) = pass else {
            return Ok(());
        };
        let id = LayerId(self.layers.len());
        let mut layer = Layer::new(LayerState {
            take,
            punch_in,
            length,
            pre_roll: spec.pre_roll,
            round_trip: spec.round_trip + self.latency,
            mix: Mix::AS_PLAYED,
        });
        if let Some(early) = self.early.iter().position(|(other, _)| *other == take) {
            layer.arrived(self.early.swap_remove(early).1);
        }
        self.layers.push(layer);
        let had_tempo = self.grid().is_some();
        let metre = match self.tree.here().metre {
            Some(metre) => Some(metre),
            None => self.found_metre(length),
        };
        let mut layers = match what {
            What::First { .. } | What::Replace => vec![],
            What::Overdub | What::Multiply => self.tree.here().layers.clone(),
        };
        layers.push(id);
        self.desk.put(id, pass.track);
        self.tree.grow(layers, metre);
        match what {
            // Those that gave way leave for good, and a new tempo is there.
            What::Replace => self.apply(When::Now, handle),
            What::First { .. } if !had_tempo => self.apply(When::Now, handle),
            What::First { .. } | What::Overdub | What::Multiply => Ok(()),
        }
    }
}

/// Bars as they are now, or none.
pub(super) fn set_time(grid: Option<Grid>, batch: &mut Batch) {
    match grid {
        Some(grid) => batch.grid(grid),
        None => batch.forget_grid(),
    }
}

/// A track as if nothing had been on it.
fn prepare(track: TrackId, batch: &mut Batch) {
    batch.mute(track, false, At::Now);
    batch.gain(track, Gain::UNITY);
    batch.pan(track, Pan::CENTRE);
}

/// Its sound is not wanted; its input still goes where it was promised.
fn call_off(pass: &Pass, batch: &mut Batch) {
    batch.call_off(pass.take);
    batch.clear(pass.track, Frames::ZERO, At::Now);
}

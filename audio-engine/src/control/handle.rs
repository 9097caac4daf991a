//! The app's end of the engine: sends batches, reads what happened. Never blocks.

use std::sync::Arc;

use rtrb::{Consumer, Producer};

use super::batch::Batch;
use super::routing::Routing;
use super::words::{At, BatchError, EngineConfig, Event};
use crate::rt::command::Action;
use crate::rt::command::{Command, Trash, lent_by};
use crate::rt::limits;
use crate::rt::shared::{Meters, Shared, Snapshot};
use crate::rt::tally::Tally;
use crate::units::{Frames, Grid, SampleRate};

/// Owned by the app; moves between threads, one at a time.
pub struct EngineHandle {
    pub(super) commands: Producer<Command>,
    pub(super) trash: Consumer<Trash>,
    pub(super) events: Consumer<Event>,
    pub(super) shared: Arc<Shared>,
    pub(super) config: EngineConfig,
    pub(super) latency: Frames,
    pub(super) grid: Option<Grid>,
    /// As last sent.
    pub(super) routing: Routing,
    /// Owned things the audio thread holds and has not handed back.
    pub(super) lent: usize,
    /// Timed wishes sent since the start.
    pub(super) planned: u64,
    /// Recordings promised since the start.
    pub(super) takes: u64,
    /// Plans sent since the start.
    pub(super) plans: u64,
}

impl EngineHandle {
    /// Collects wishes and sends them together. All of them take effect in one block, or, with
    /// an error, none does.
    pub fn batch<R>(&mut self, wishes: impl FnOnce(&mut Batch) -> R) -> Result<R, BatchError> {
        self.collect();
        let mut batch = Batch {
            commands: Vec::new(),
            refused: None,
            grid: self.grid,
            routing: self.routing.clone(),
            rate: self.config.rate,
            latency: self.latency,
            tracks: self.config.tracks,
        };
        let answer = wishes(&mut batch);
        match batch.refused {
            Some(why) => Err(why),
            None => self.send(batch).map(|()| answer),
        }
    }

    /// The audio thread has room for so much that waits. We count what it holds, so that it
    /// never has to say no.
    fn send(&mut self, batch: Batch) -> Result<(), BatchError> {
        let lent: usize = batch
            .commands
            .iter()
            .map(|command| lent_by(&command.action))
            .sum();
        let planned = batch.commands.iter().filter(|c| c.at != At::Now).count() as u64;
        let takes = batch
            .commands
            .iter()
            .filter(|c| matches!(c.action, Action::Record(_)))
            .count() as u64;
        let plans = batch
            .commands
            .iter()
            .filter(|c| matches!(c.action, Action::Follow(_)))
            .count() as u64;
        let waiting = self.planned - self.shared.planned_done();
        let recording = self.takes - self.shared.takes_done();
        if self.lent + lent > limits::LENT
            || waiting + planned > limits::PLANNED as u64
            || recording + takes > limits::TAKES as u64
            || self.plans - self.shared.plans_followed() + plans > limits::PLANS as u64
        {
            return Err(BatchError::QueueFull);
        }
        let room = self.commands.write_chunk_uninit(batch.commands.len());
        // One commit for all of them: the audio thread sees the whole batch or none of it.
        room.map_err(|_| BatchError::QueueFull)?
            .fill_from_iter(batch.commands);
        self.grid = batch.grid;
        self.routing = batch.routing;
        self.lent += lent;
        self.planned += planned;
        self.takes += takes;
        self.plans += plans;
        Ok(())
    }

    /// Where everything stands, as of the last finished callback.
    pub fn snapshot(&self) -> Snapshot {
        self.shared.snapshot()
    }

    /// Levels since the last call.
    pub fn take_meters(&mut self) -> Meters {
        self.shared.take_meters(self.config.tracks)
    }

    /// How the device called, and what it lost, since the last call.
    pub fn take_tally(&mut self) -> Tally {
        self.shared.take_tally()
    }

    /// What happened since the last call, in order; but for a punch-out that was wished for, which
    /// may come after what happened within 256 frames of it.
    pub fn events(&mut self) -> Vec<Event> {
        let mut events: Vec<Event> = std::iter::from_fn(|| self.events.pop().ok()).collect();
        match self.shared.take_events_dropped() {
            0 => {}
            lost => events.push(Event::EventsDropped(lost)),
        }
        events
    }

    /// Frees what the audio thread has handed back. Call it every tick.
    pub fn collect(&mut self) {
        while let Ok(trash) = self.trash.pop() {
            drop(trash);
            self.lent = self.lent.saturating_sub(1);
        }
    }

    /// How many owned things (layers, cues, recordings) the audio thread holds, or has handed
    /// back and nobody has collected.
    pub fn lent(&self) -> usize {
        self.lent
    }

    /// Frames per second, for life.
    pub fn rate(&self) -> SampleRate {
        self.config.rate
    }

    /// Frames by which the engine delays what it plays. What is recorded live is placed for it;
    /// whoever places a stored take adds it to the round trip.
    pub fn latency(&self) -> Frames {
        self.latency
    }

    /// Tracks in the mixer.
    pub fn tracks(&self) -> u16 {
        self.config.tracks
    }
}

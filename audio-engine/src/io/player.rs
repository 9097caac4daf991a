//! What a device's callback plays: the engine, with a microphone before it.
//!
//! The [`Player`] belongs to no device. It sits in the [`Seat`] of the stream that is open, and is
//! moved to another when that one dies, so transport, takes and layers survive. The seat is a lock
//! that nobody ever waits for: the callback only tries it and plays silence for one block if it is
//! taken, the supervisor tries it and sleeps in between. So no thread is ever woken through it.
//!
//! `Player::play` and `Seat::play` run in the audio callback: no allocation, wait, syscall or panic.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, TryLockError};
use std::thread;
use std::time::{Duration, Instant};

use rtrb::{Consumer, Producer, RingBuffer};

use super::block::BlockSize;
use super::source::{Run, Source};
use crate::clock::{Dll, Seen};
use crate::rt::guard::RealTime;
use crate::rt::{Engine, XrunCounter};
use crate::units::SampleRate;

/// Callbacks longer than this are played in pieces; the sound is the same.
const LONGEST_PIECE: usize = 4_096;
/// Microphones on their way to or from the player. The app opens one at a time.
const SOURCES_UNDER_WAY: usize = 8;

/// Takes what was played: the number of its first frame in this callback, its left, its right.
type Write<'a> = dyn FnMut(usize, &[f32], &[f32]) + 'a;

/// The engine and its microphone.
pub(super) struct Player {
    engine: Engine,
    source: Option<Box<dyn Source>>,
    next_sources: Consumer<Option<Box<dyn Source>>>,
    spent_sources: Producer<Box<dyn Source>>,
    xruns: XrunCounter,
    lost: u64,
    /// Of the device it sits at; and the frames it has played there.
    clock: Dll,
    played: u64,
    left: Box<[f32]>,
    right: Box<[f32]>,
    heard: [Box<[f32]>; 2],
}

/// The supervisor's end: changes the player's microphone without touching the player.
pub(super) struct SourceWires {
    next: Producer<Option<Box<dyn Source>>>,
    spent: Consumer<Box<dyn Source>>,
}

impl SourceWires {
    /// Gives the player another microphone, or none. Heard from the next callback on.
    pub(super) fn send(&mut self, source: Option<Box<dyn Source>>) {
        self.collect();
        if self.next.push(source).is_err() {
            log::warn!(
                "the audio callback has not taken its last microphones; this one is dropped"
            );
        }
    }

    /// Waits until the player has given its microphone back, and frees it; or as long as `patience`.
    pub(super) fn take_back(&mut self, patience: Duration) {
        let began = Instant::now();
        while self.next.slots() < SOURCES_UNDER_WAY && began.elapsed() < patience {
            thread::sleep(Duration::from_millis(1));
        }
        self.collect();
    }

    /// Frees the microphones the player is done with. Every tick.
    pub(super) fn collect(&mut self) {
        while self.spent.pop().is_ok() {}
    }
}

impl Player {
    pub(super) fn new(engine: Engine) -> (Box<Player>, SourceWires) {
        let (next, next_sources) = RingBuffer::new(SOURCES_UNDER_WAY);
        let (spent_sources, spent) = RingBuffer::new(SOURCES_UNDER_WAY);
        let piece = || vec![0.0; LONGEST_PIECE].into_boxed_slice();
        let player = Player {
            xruns: engine.xrun_counter(),
            clock: Dll::new(f64::from(engine.rate().hz()), 1),
            played: 0,
            engine,
            source: None,
            next_sources,
            spent_sources,
            lost: 0,
            left: piece(),
            right: piece(),
            heard: [piece(), piece()],
        };
        (Box::new(player), SourceWires { next, spent })
    }

    pub(in crate::io) fn rate(&self) -> SampleRate {
        self.engine.rate()
    }

    pub(super) fn xruns(&self) -> XrunCounter {
        self.xruns.clone()
    }

    /// Another device calls from now on, with a clock of its own.
    fn sit_down(&mut self) {
        self.clock = Dll::new(f64::from(self.rate().hz()), 1);
        self.played = 0;
    }

    /// Plays `frames`, in pieces, in order.
    fn play(&mut self, frames: usize, at: f64, write: &mut Write) {
        self.change_source();
        self.xruns.called(frames);
        self.count_skips(frames, at);
        if let Some(source) = &mut self.source {
            source.begin(frames, at);
        }
        let mut played = 0;
        while played < frames {
            let piece = (frames - played).min(LONGEST_PIECE);
            let [one, two] = &mut self.heard;
            let run = match &mut self.source {
                Some(source) => source.pull(&mut one[..piece], &mut two[..piece]),
                None => Run::Missing(piece),
            };
            let channels = self.source.as_ref().map_or(0, |source| source.channels());
            let (Run::Heard(piece) | Run::Missing(piece)) = run;
            let (left, right) = (&mut self.left[..piece], &mut self.right[..piece]);
            let heard = [&one[..piece], &two[..piece]];
            // Without an input channel the engine knows that these frames were not heard.
            let heard = match run {
                Run::Heard(_) => &heard[..channels],
                Run::Missing(_) => &[],
            };
            self.engine.process(heard, &mut [left, right]);
            write(played, &self.left[..piece], &self.right[..piece]);
            played += piece;
        }
        self.count_losses();
    }

    /// The device has called back for fewer or more frames than time has passed: it skipped, or
    /// played some twice. Found by our own count, as hosts do not always say so.
    fn count_skips(&mut self, frames: usize, at: f64) {
        self.played += frames as u64;
        match self.clock.see(self.played, Some((at * 1e9) as u64)) {
            Seen::Lost(frames) | Seen::Doubled(frames) => self.xruns.skipped(frames),
            Seen::Unknown | Seen::Steady | Seen::Astray => {}
        }
    }

    fn change_source(&mut self) {
        // Only while there is room to hand the old one back: it must not be freed here.
        while !self.spent_sources.is_full()
            && let Ok(next) = self.next_sources.pop()
        {
            self.lost = 0;
            if let Some(old) = std::mem::replace(&mut self.source, next) {
                let _ = self.spent_sources.push(old);
            }
        }
    }

    fn count_losses(&mut self) {
        let lost = self.source.as_ref().map_or(0, |source| source.lost());
        if lost > self.lost {
            self.xruns.unheard(lost - self.lost);
        }
        self.lost = lost;
    }
}

/// Where the player of one stream sits. Clones are the same seat.
#[derive(Clone, Default)]
pub(super) struct Seat(Arc<Inner>);

#[derive(Default)]
struct Inner {
    player: Mutex<Option<Box<Player>>>,
    callbacks: AtomicU64,
    block: BlockSize,
}

impl Seat {
    /// From the callback. Without a player nothing is written, so write silence first.
    pub(super) fn play(
        &self,
        frames: usize,
        at: f64,
        mut write: impl FnMut(usize, &[f32], &[f32]),
    ) {
        let _real_time = RealTime::enter();
        let inner = &*self.0;
        inner.callbacks.fetch_add(1, Ordering::Relaxed);
        inner.block.see(frames);
        let mut player = match inner.player.try_lock() {
            Ok(player) => player,
            Err(TryLockError::Poisoned(player)) => player.into_inner(),
            Err(TryLockError::WouldBlock) => return,
        };
        if let Some(player) = &mut *player {
            player.play(frames, at, &mut write);
        }
    }

    /// Callbacks so far: while this grows, the stream lives.
    pub(super) fn callbacks(&self) -> u64 {
        self.0.callbacks.load(Ordering::Relaxed)
    }

    /// What callbacks are for as a rule, in frames.
    pub(super) fn block(&self) -> u32 {
        self.0.block.frames()
    }

    /// The player sits down here. Off the audio thread.
    pub(super) fn sit(&self, mut player: Box<Player>) {
        player.sit_down();
        let mut player = Some(player);
        self.when_free(Duration::MAX, |seat| *seat = player.take());
    }

    /// The player gets up. `None` if the seat is empty, or if a callback has hung for `patience`.
    pub(super) fn leave(&self, patience: Duration) -> Option<Box<Player>> {
        self.when_free(patience, Option::take).flatten()
    }

    fn when_free<R>(
        &self,
        patience: Duration,
        act: impl FnOnce(&mut Option<Box<Player>>) -> R,
    ) -> Option<R> {
        let began = Instant::now();
        loop {
            match self.0.player.try_lock() {
                Ok(mut player) => return Some(act(&mut player)),
                Err(TryLockError::Poisoned(player)) => return Some(act(&mut player.into_inner())),
                Err(TryLockError::WouldBlock) if began.elapsed() > patience => return None,
                // Callbacks take a fraction of a millisecond.
                Err(TryLockError::WouldBlock) => thread::sleep(Duration::from_micros(200)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::{EngineConfig, engine};

    struct Hum(f32);
    impl Source for Hum {
        fn channels(&self) -> usize {
            1
        }
        fn begin(&mut self, _frames: usize, _at: f64) {}
        fn pull(&mut self, left: &mut [f32], _right: &mut [f32]) -> Run {
            left.fill(self.0);
            Run::Heard(left.len())
        }
        fn lost(&self) -> u64 {
            0
        }
    }

    #[test]
    fn the_engine_moves_from_seat_to_seat_and_its_clock_goes_on() {
        let (handle, engine) = engine(EngineConfig::default());
        let (player, _wires) = Player::new(engine);
        let (first, second) = (Seat::default(), Seat::default());
        first.sit(player);
        first.play(10_000, 0.0, |_, _, _| {});
        let player = first.leave(Duration::from_secs(1)).expect("it sat there");
        first.play(10_000, 0.0, |_, _, _| panic!("nobody sits here any more"));
        second.sit(player);
        second.play(240, 0.0, |_, _, _| {});
        assert_eq!(handle.snapshot().clock.0, 10_240);
        assert_eq!((first.callbacks(), second.block()), (2, 240));
    }

    #[test]
    fn a_long_callback_is_written_whole_and_in_order() {
        let (_handle, engine) = engine(EngineConfig::default());
        let (player, _wires) = Player::new(engine);
        let seat = Seat::default();
        seat.sit(player);
        let mut next = 0;
        seat.play(9_001, 0.0, |from, left, right| {
            assert_eq!((from, left.len()), (next, right.len()));
            next += left.len();
        });
        assert_eq!(next, 9_001);
    }

    #[test]
    fn a_microphone_can_be_changed_while_it_plays() {
        let (mut handle, engine) = engine(EngineConfig::default());
        let (player, mut wires) = Player::new(engine);
        let seat = Seat::default();
        seat.sit(player);
        wires.send(Some(Box::new(Hum(0.25))));
        seat.play(480, 0.0, |_, _, _| {});
        assert_eq!(handle.take_meters().input_peak, 0.25);
        wires.send(Some(Box::new(Hum(0.5))));
        seat.play(480, 0.0, |_, _, _| {});
        assert_eq!(handle.take_meters().input_peak, 0.5);
        wires.send(None);
        seat.play(480, 0.0, |_, _, _| {});
        assert_eq!(handle.take_meters().input_peak, 0.0, "and closed");
    }
}

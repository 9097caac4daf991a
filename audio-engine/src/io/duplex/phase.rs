//! Where one side of a duplex stands against the clock.
//!
//! A side that has handled `n` frames at time `t` has the phase `n − t·rate`. A late callback has
//! a lower phase for a moment; the highest of the last [`WINDOW`] is where the side truly is. A
//! mean, or a loop that filters, would move with the load of the machine.

/// Rounds over which a side's phase is taken. A round is a callback, or as many small ones as make
/// up a block; 24 of them are about 130 ms at 256 frames.
pub(super) const WINDOW: usize = 24;

/// Where one side stood when it was last called.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark {
    /// Frames this side has handled since it began, this callback included.
    pub(super) frames: u64,
    /// Monotonic time of the callback, in seconds. Only differences count.
    pub(super) at: f64,
}

/// One side's phase over its last [`WINDOW`] rounds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Phase {
    /// Frames in a round, at least.
    round: u64,
    /// The highest and the lowest `frames − at·rate` of each round, the oldest overwritten.
    high: [f64; WINDOW],
    low: [f64; WINDOW],
    pub(super) rounds: usize,
    round_began: u64,
    pub(super) frames: u64,
}

impl Phase {
    pub(super) fn new(round: u32) -> Phase {
        Phase {
            round: u64::from(round),
            high: [0.0; WINDOW],
            low: [0.0; WINDOW],
            rounds: 0,
            round_began: 0,
            frames: 0,
        }
    }

    /// Returns the size of this callback, in frames; 0 for the first.
    pub(super) fn see(&mut self, mark: Mark, rate: f64) -> f64 {
        let size = if self.frames == 0 {
            0
        } else {
            mark.frames.saturating_sub(self.frames)
        };
        let phase = mark.frames as f64 - mark.at * rate;
        if self.rounds == 0 || mark.frames - self.round_began >= self.round {
            let slot = self.rounds % WINDOW;
            (self.high[slot], self.low[slot]) = (phase, phase);
            self.rounds += 1;
            self.round_began = mark.frames;
        } else {
            let slot = (self.rounds - 1) % WINDOW;
            self.high[slot] = self.high[slot].max(phase);
            self.low[slot] = self.low[slot].min(phase);
        }
        self.frames = mark.frames;
        size as f64
    }

    pub(super) fn is_known(&self) -> bool {
        self.rounds >= WINDOW
    }

    pub(super) fn forget(&mut self) {
        self.rounds = 0;
    }

    /// How much the last `count` rounds differ, in frames: 0 if all were on time.
    pub(super) fn spread(&self, count: usize) -> f64 {
        let known = self.rounds.min(WINDOW).min(count);
        let last = (1..=known).map(|back| self.high[(self.rounds - back) % WINDOW]);
        let (low, high) = last.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), phase| {
            (low.min(phase), high.max(phase))
        });
        (high - low).max(0.0)
    }

    /// How late callbacks usually are, in frames: all but the two latest of the window.
    pub(super) fn lateness(&self) -> f64 {
        let highest = self.highest();
        let mut latest = [0.0_f64; 3];
        for low in &self.low[..self.rounds.min(WINDOW)] {
            let mut late = highest - low;
            for slot in &mut latest {
                if late > *slot {
                    std::mem::swap(&mut late, slot);
                }
            }
        }
        latest[2]
    }

    pub(super) fn highest(&self) -> f64 {
        let known = self.rounds.min(WINDOW);
        self.high[..known]
            .iter()
            .fold(f64::NEG_INFINITY, |most, phase| most.max(*phase))
    }
}

//! A delay-locked loop over a device's callbacks: frames against nanoseconds.
//!
//! After Fons Adriaensen, *Using a DLL to filter time* (Linux Audio Conference 2005): a second
//! order loop that predicts when the next callback comes, and moves its prediction and its idea of
//! the rate by a little of each error. What is left is smooth although callbacks are not.
//!
//! Two things are ours. Callbacks may have any size, so the loop's gains follow from the time
//! each one spans. And an error of more than half a block is not smeared into the clock: the loop
//! runs on by itself, and if the next callbacks say the same, frames were lost or doubled. How many
//! is then known to the frame as well as the timestamps are, and the clock is set anew from there.
//!
//! Times are monotonic nanoseconds from any origin. Runs in audio callbacks: no allocation, lock,
//! syscall or panic.

/// Timestamps dropped at the start: the first of a stream are often from another world
/// (cpal #507, #710).
const DROPPED: u32 = 4;
/// Bandwidth of the loop once it has settled, in Hz. Slow enough that a callback late by a
/// millisecond moves the clock by a few microseconds.
const BANDWIDTH_HZ: f64 = 0.1;
/// Bandwidth at the start, falling to [`BANDWIDTH_HZ`] as time goes by.
const OPENING_HZ: f64 = 2.0;
/// Callbacks in a row that must disagree before frames count as lost. A late callback is followed
/// by early ones; a loss stays.
const PATIENCE: u32 = 12;
/// Of those, the last ones tell how many: frames that come twice come in a burst, and the first
/// callbacks of it know of a part only.
const TELLING: u32 = 4;
/// The loop never believes a clock that is off by more than this: crystals keep within 0.02 %.
const WORST_RATE: f64 = 0.002;

/// What a callback told the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// Not locked yet, or no timestamp: nothing can be said.
    Unknown,
    /// Where it should be, give or take the jitter of callbacks.
    Steady,
    /// More than half a block off, and not yet for long enough to be sure.
    Astray,
    /// So many frames were lost before this callback: time has passed that was not counted.
    Lost(u64),
    /// So many frames came twice, or out of nowhere: counted without time passing.
    Doubled(u64),
}

/// The clock of one direction of one stream.
#[derive(Debug, Clone)]
pub struct Dll {
    nominal: f64,
    /// Frames counted when the last callback with a timestamp was done.
    frames: u64,
    /// When that was, filtered, in ns.
    at: f64,
    /// Nanoseconds a frame lasts, filtered.
    frame_ns: f64,
    /// Half of this is the error beyond which the count is doubted, in frames.
    block: f64,
    /// Timestamps taken in, the dropped ones included.
    stamps: u32,
    /// Seconds since the lock.
    locked_for: f64,
    astray: u32,
    /// The least of the errors since it went astray, by magnitude, in ns.
    least: f64,
}

impl Dll {
    /// `rate` is the granted one, in Hz; `block` the largest callback expected, in frames.
    pub fn new(rate: f64, block: u32) -> Dll {
        let rate = rate.max(1.0);
        Dll {
            nominal: rate,
            frames: 0,
            at: 0.0,
            frame_ns: 1e9 / rate,
            block: f64::from(block.max(1)),
            stamps: 0,
            locked_for: 0.0,
            astray: 0,
            least: f64::INFINITY,
        }
    }

    /// A callback at `at_ns` brought the count to `frames`. A timestamp that is missing or runs
    /// backwards is passed over.
    pub fn see(&mut self, frames: u64, at_ns: Option<u64>) -> Seen {
        let Some(now) = at_ns.map(|ns| ns as f64) else {
            return Seen::Unknown;
        };
        if self.stamps <= DROPPED {
            self.stamps += 1;
            (self.frames, self.at) = (frames, now);
            return Seen::Unknown;
        }
        let size = frames.saturating_sub(self.frames) as f64;
        if size == 0.0 {
            return Seen::Unknown;
        }
        self.block = self.block.max(size.min(self.nominal));
        let predicted = self.at + size * self.frame_ns;
        let error = now - predicted;
        if error.abs() > 0.5 * self.block * self.frame_ns {
            return self.doubt(frames, predicted, error);
        }
        self.astray = 0;
        self.follow(frames, predicted, error, size);
        Seen::Steady
    }

    fn follow(&mut self, frames: u64, predicted: f64, error: f64, size: f64) {
        let seconds = size * self.frame_ns * 1e-9;
        self.locked_for += seconds;
        let bandwidth = (1.0 / self.locked_for.max(1e-3)).clamp(BANDWIDTH_HZ, OPENING_HZ);
        // Adriaensen's b and c for this span, kept stable for callbacks of a second or more.
        let omega = (std::f64::consts::TAU * bandwidth * seconds).min(0.5);
        self.at = predicted + std::f64::consts::SQRT_2 * omega * error;
        let nominal = 1e9 / self.nominal;
        self.frame_ns = (self.frame_ns + omega * omega * error / size)
            .clamp(nominal * (1.0 - WORST_RATE), nominal * (1.0 + WORST_RATE));
        self.frames = frames;
    }

    /// The clock runs on by itself. Callbacks that are late have errors of their own lateness; the
    /// least of several is what really happened.
    fn doubt(&mut self, frames: u64, predicted: f64, error: f64) -> Seen {
        let same_side =
            self.astray == 0 || error.is_sign_positive() == self.least.is_sign_positive();
        if !same_side {
            self.astray = 0;
        }
        if self.astray <= PATIENCE - TELLING || error.abs() < self.least.abs() {
            self.least = error;
        }
        self.astray += 1;
        (self.frames, self.at) = (frames, predicted);
        if self.astray < PATIENCE {
            return Seen::Astray;
        }
        let off = (self.least.abs() / self.frame_ns).round() as u64;
        self.at += self.least;
        self.astray = 0;
        if self.least > 0.0 {
            Seen::Lost(off)
        } else {
            Seen::Doubled(off)
        }
    }

    /// True once frames and times can be turned into each other.
    pub fn is_locked(&self) -> bool {
        self.stamps > DROPPED
    }

    /// Frames per second on the timestamps' clock.
    pub fn rate(&self) -> f64 {
        1e9 / self.frame_ns
    }

    /// This clock's rate against the granted one: 1 is exact, 1.0001 is 100 ppm fast.
    pub fn ratio(&self) -> f64 {
        self.rate() / self.nominal
    }

    /// When frame `frame` passes, in ns. `None` before the lock.
    pub fn time_of(&self, frame: f64) -> Option<f64> {
        self.is_locked()
            .then_some(self.at + (frame - self.frames as f64) * self.frame_ns)
    }

    /// Which frame passes at `at_ns`. `None` before the lock.
    pub fn frame_at(&self, at_ns: f64) -> Option<f64> {
        self.is_locked()
            .then_some(self.frames as f64 + (at_ns - self.at) / self.frame_ns)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: f64 = 48_000.0;

    /// A device whose crystal is off by `ppm`, and whose callbacks come late by up to `jitter_us`.
    struct Device {
        dll: Dll,
        ppm: f64,
        jitter_us: f64,
        /// Frames that really passed, and frames we were given.
        passed: u64,
        counted: u64,
        dice: u64,
    }

    impl Device {
        fn new(ppm: f64, jitter_us: f64) -> Device {
            Device {
                dll: Dll::new(RATE, 256),
                ppm,
                jitter_us,
                passed: 0,
                counted: 0,
                dice: 1,
            }
        }

        fn throw(&mut self) -> f64 {
            self.dice = self
                .dice
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (self.dice >> 33) as f64 / f64::from(1u32 << 31)
        }

        fn true_ns(&self) -> f64 {
            self.passed as f64 / (RATE * (1.0 + self.ppm * 1e-6)) * 1e9
        }

        fn callback(&mut self, size: u64) -> Seen {
            self.passed += size;
            self.counted += size;
            let late = self.throw() * self.jitter_us * 1e3;
            self.dll.see(
                self.counted,
                Some((self.true_ns() + late) as u64 + 7_000_000_000),
            )
        }

        fn run(&mut self, callbacks: u32) -> Vec<Seen> {
            (0..callbacks)
                .map(|_| self.callback(256))
                .filter(|seen| !matches!(seen, Seen::Unknown | Seen::Steady))
                .collect()
        }
    }

    #[test]
    fn a_crystal_that_is_off_is_measured_through_jitter() {
        for ppm in [-100.0, 0.0, 100.0] {
            let mut device = Device::new(ppm, 500.0);
            assert_eq!(device.run(20_000), [], "{ppm} ppm is no loss");
            let measured = (device.dll.ratio() - 1.0) * 1e6;
            assert!((measured - ppm).abs() < 15.0, "{measured} for {ppm} ppm");
        }
    }

    #[test]
    fn frames_and_times_turn_into_each_other() {
        let mut device = Device::new(50.0, 300.0);
        device.run(8_000);
        let at = device.dll.time_of(device.counted as f64).expect("locked");
        let truth = device.true_ns() + 7e9;
        // Callbacks are never early, so the clock sits in the middle of their lateness.
        assert!((at - truth - 150e3).abs() < 50e3, "{} ns off", at - truth);
        let frame = device.dll.frame_at(at + 1e9).expect("locked");
        assert!((frame - device.counted as f64 - 48_002.4).abs() < 1.0);
    }

    #[test]
    fn lost_frames_are_found_and_counted_to_the_frame() {
        for lost in [200, 256, 300, 1_000, 48_000] {
            let mut device = Device::new(0.0, 10.0);
            device.run(500);
            device.passed += lost;
            let seen = device.run(200);
            let [.., Seen::Lost(found)] = seen[..] else {
                panic!("{lost} frames went unnoticed: {seen:?}")
            };
            assert!(found.abs_diff(lost) <= 1, "{found} of {lost}");
            assert_eq!(seen.len() as u32, PATIENCE, "told once: {seen:?}");
        }
    }

    #[test]
    fn doubled_frames_are_found_as_well() {
        let mut device = Device::new(0.0, 10.0);
        device.run(500);
        device.counted += 512;
        let seen = device.run(200);
        assert!(
            matches!(seen[..], [.., Seen::Doubled(511..=513)]),
            "{seen:?}"
        );
    }

    #[test]
    fn one_late_callback_is_not_a_loss() {
        let mut device = Device::new(0.0, 10.0);
        device.run(500);
        device.passed += 256;
        device.counted += 256;
        let late = device.true_ns() + 12e6 + 7e9;
        assert_eq!(
            device.dll.see(device.counted, Some(late as u64)),
            Seen::Astray
        );
        assert_eq!(device.run(500), [], "the next ones are where they were");
    }

    #[test]
    fn missing_and_broken_timestamps_do_no_harm() {
        let mut device = Device::new(80.0, 100.0);
        for n in 0..20_000_u64 {
            device.callback(256);
            if n % 3 == 0 {
                device.passed += 256;
                device.counted += 256;
                assert_eq!(device.dll.see(device.counted, None), Seen::Unknown);
            }
        }
        let measured = (device.dll.ratio() - 1.0) * 1e6;
        assert!((measured - 80.0).abs() < 15.0, "{measured} ppm");
    }

    #[test]
    fn the_first_timestamps_may_be_from_another_world() {
        let mut device = Device::new(0.0, 10.0);
        for n in 0..4 {
            device.passed += 256;
            device.counted += 256;
            let _ = device.dll.see(device.counted, Some(n * 900_000_000_000));
        }
        assert_eq!(device.run(500), []);
    }

    #[test]
    fn callbacks_of_any_size_keep_the_clock_locked() {
        let mut device = Device::new(-60.0, 200.0);
        let sizes = [1, 441, 256, 1_020, 7, 300, 512, 2];
        for size in sizes.iter().cycle().take(40_000) {
            assert!(!matches!(
                device.callback(*size),
                Seen::Lost(_) | Seen::Doubled(_)
            ));
        }
        let measured = (device.dll.ratio() - 1.0) * 1e6;
        assert!((measured + 60.0).abs() < 15.0, "{measured} ppm");
    }
}

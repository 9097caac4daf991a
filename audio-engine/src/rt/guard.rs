//! What stands between the engine's arithmetic and the machine.
//!
//! [`RealTime`] marks the code that must not wait. Nothing in a usual build; under `--cfg rtsan`
//! (`cargo xtask test realtime`) LLVM's `RealtimeSanitizer` ends the process at the first
//! allocation, lock that waits, or other system call made while one lives.

/// While it lives, this thread must not allocate, free, wait or ask anything of the system.
pub(crate) struct RealTime(());

impl RealTime {
    pub(crate) fn enter() -> RealTime {
        #[cfg(rtsan)]
        sanitizer::enter();
        RealTime(())
    }
}

impl Drop for RealTime {
    fn drop(&mut self) {
        #[cfg(rtsan)]
        sanitizer::exit();
    }
}

/// The five lines that a compiler with the attribute would write for us.
#[cfg(rtsan)]
pub mod sanitizer {
    use std::sync::{Mutex, OnceLock};
    use std::time::Duration;

    unsafe extern "C" {
        fn __rtsan_ensure_initialized();
        fn __rtsan_realtime_enter();
        fn __rtsan_realtime_exit();
    }

    /// What must not be done: a sanitizer that lets it pass is not there.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum Sin {
        Allocate,
        Free,
        /// For a lock that somebody else holds.
        Wait,
        OpenAFile,
    }

    /// Read in the middle of real time too, where one stretch lies within another: never a lock.
    static WANTED: OnceLock<Sin> = OnceLock::new();
    static HELD: Mutex<()> = Mutex::new(());

    /// From now on every stretch of real time begins with this.
    pub fn sin_from_now_on(sin: Sin) {
        let _ = WANTED.set(sin);
    }

    pub(super) fn enter() {
        let sin = WANTED.get().copied();
        let lent = (sin == Some(Sin::Free)).then(|| vec![0u8; 64]);
        if sin == Some(Sin::Wait) {
            hold_for_a_while();
        }
        // SAFETY: takes and gives nothing; counts how deep this thread is in real time.
        unsafe {
            __rtsan_ensure_initialized();
            __rtsan_realtime_enter();
        }
        match sin {
            None => {}
            Some(Sin::Allocate) => drop(std::hint::black_box(vec![0u8; 64])),
            Some(Sin::Free) => drop(std::hint::black_box(lent)),
            Some(Sin::Wait) => drop(HELD.lock()),
            Some(Sin::OpenAFile) => drop(std::fs::File::open("/dev/null")),
        }
    }

    pub(super) fn exit() {
        // SAFETY: follows exactly one `enter` on this thread.
        unsafe { __rtsan_realtime_exit() }
    }

    fn hold_for_a_while() {
        let (tell, told) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let held = HELD.lock();
            let _ = tell.send(());
            // Longer than any machine keeps the callback from coming to the lock.
            std::thread::sleep(Duration::from_secs(20));
            drop(held);
        });
        let _ = told.recv();
    }
}

/// While it lives, numbers too small to matter count as zero on this thread.
///
/// A reverb that fades into denormal numbers costs a hundred times as much as a loud one.
pub(crate) struct FlushDenormals {
    before: Control,
}

#[cfg(target_arch = "x86_64")]
type Control = u32;
#[cfg(target_arch = "aarch64")]
type Control = u64;
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
type Control = ();

impl FlushDenormals {
    pub(crate) fn new() -> FlushDenormals {
        let before = read();
        write(flushing(before));
        FlushDenormals { before }
    }
}

impl Drop for FlushDenormals {
    fn drop(&mut self) {
        write(self.before);
    }
}

#[cfg(target_arch = "x86_64")]
fn flushing(control: Control) -> Control {
    // FTZ is bit 15, DAZ bit 6.
    control | 0x8040
}

#[cfg(target_arch = "x86_64")]
fn read() -> Control {
    let mut control = 0u32;
    // SAFETY: stores the SSE control register into memory we own; every x86-64 has it.
    unsafe {
        std::arch::asm!("stmxcsr [{}]", in(reg) &raw mut control, options(nostack));
    }
    control
}

#[cfg(target_arch = "x86_64")]
fn write(control: Control) {
    // SAFETY: loads a value this register gave us, plus two bits every x86-64 has. Only rounding
    // of tiny numbers changes, and only until it is written back.
    unsafe {
        std::arch::asm!("ldmxcsr [{}]", in(reg) &raw const control, options(nostack, readonly));
    }
}

#[cfg(target_arch = "aarch64")]
fn flushing(control: Control) -> Control {
    // FZ is bit 24.
    control | 1 << 24
}

#[cfg(target_arch = "aarch64")]
fn read() -> Control {
    let control: u64;
    // SAFETY: reads a register user code may read.
    unsafe {
        std::arch::asm!("mrs {}, fpcr", out(reg) control, options(nomem, nostack));
    }
    control
}

#[cfg(target_arch = "aarch64")]
fn write(control: Control) {
    // SAFETY: writes back what was read, plus a bit that only changes how tiny numbers round.
    unsafe {
        std::arch::asm!("msr fpcr, {}", in(reg) control, options(nomem, nostack));
    }
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
fn flushing(_: Control) -> Control {}
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
fn read() -> Control {}
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
fn write(_: Control) {}

/// Samples above this (+120 dBFS) are a fault, not music, and would overflow further on.
const ABSURD: f32 = 1e6;

fn is_broken(sample: f32) -> bool {
    sample.is_nan() | (sample.abs() > ABSURD)
}

/// Replaces what is not a sound by silence; returns how many samples that were.
pub(crate) fn heal(block: &mut [f32]) -> u64 {
    // No branch per sample, so that the usual answer is found eight samples at a time.
    let broken = block.iter().fold(false, |broken, x| broken | is_broken(*x));
    if !broken {
        return 0;
    }
    let mut healed = 0;
    for sample in block.iter_mut().filter(|x| is_broken(**x)) {
        *sample = 0.0;
        healed += 1;
    }
    healed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
    fn tiny_numbers_are_zero_only_while_guarded() {
        let tiny = std::hint::black_box(f32::MIN_POSITIVE);
        let guard = FlushDenormals::new();
        assert_eq!(std::hint::black_box(tiny * std::hint::black_box(0.5)), 0.0);
        drop(guard);
        assert!(std::hint::black_box(tiny * std::hint::black_box(0.5)) > 0.0);
    }

    #[test]
    fn what_is_not_a_sound_becomes_silence_and_is_counted() {
        let mut block = [0.5, f32::NAN, -0.5, f32::NEG_INFINITY, 2e6];
        assert_eq!(heal(&mut block), 3);
        assert_eq!(block, [0.5, 0.0, -0.5, 0.0, 0.0]);
    }
}

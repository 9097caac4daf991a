//! What stands between the engine's arithmetic and the machine.

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

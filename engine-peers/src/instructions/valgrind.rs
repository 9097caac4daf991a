//! What a program can ask of the valgrind it runs under: a few rotations that do nothing anywhere
//! else. The numbers are those of `valgrind.h` and `callgrind.h`.

use std::ffi::CStr;

/// Whether we know the rotations of this processor.
pub const CAN_BE_ASKED: bool = cfg!(target_arch = "x86_64");

const CALLGRIND: usize = ((b'C' as usize) << 24) | ((b'T' as usize) << 16);
const ZERO_STATS: usize = CALLGRIND + 1;
const DUMP_STATS_AT: usize = CALLGRIND + 3;
const START_INSTRUMENTATION: usize = CALLGRIND + 4;

/// From here on instructions are counted.
pub fn start() {
    ask([START_INSTRUMENTATION, 0, 0, 0, 0, 0]);
}

/// Forgets what was counted.
pub fn zero() {
    ask([ZERO_STATS, 0, 0, 0, 0, 0]);
}

/// Writes down what was counted since, under this name.
pub fn dump(name: &CStr) {
    ask([DUMP_STATS_AT, name.as_ptr() as usize, 0, 0, 0, 0]);
}

#[cfg(target_arch = "x86_64")]
fn ask(request: [usize; 6]) {
    // SAFETY: four rotations that add up to none, and an exchange of a register with itself.
    // Valgrind recognises the sequence, reads the six words at rax and answers in rdx.
    unsafe {
        std::arch::asm!(
            "rol rdi, 3",
            "rol rdi, 13",
            "rol rdi, 61",
            "rol rdi, 51",
            "xchg rbx, rbx",
            in("rax") request.as_ptr(),
            inout("rdx") 0usize => _,
            options(nostack),
        );
    }
}

#[cfg(not(target_arch = "x86_64"))]
fn ask(_: [usize; 6]) {}

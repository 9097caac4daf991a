//! Two clocks around every block: the wall's, and the one that stops while others run.

use std::time::Instant;

use anyhow::Result;

use crate::work::Desk;

/// What every block of a run cost, in µs.
#[derive(Default)]
pub struct Costs {
    pub wall: Vec<f64>,
    pub cpu: Vec<f64>,
}

/// Both clocks, at one instant.
#[derive(Clone, Copy)]
pub struct Now {
    wall: Instant,
    cpu: f64,
}

impl Now {
    /// The wall is read last, and first when it ends: reading the other is not what costs.
    pub fn begin() -> Now {
        let cpu = thread_seconds();
        Now {
            wall: Instant::now(),
            cpu,
        }
    }
}

impl Costs {
    /// What was done since `began` is one block.
    pub fn block_since(&mut self, began: Now) {
        self.wall.push(began.wall.elapsed().as_secs_f64() * 1e6);
        self.cpu.push((thread_seconds() - began.cpu) * 1e6);
    }
}

/// The given part of them is not dearer than this, 0..=1.
pub fn percentile(costs: &[f64], part: f64) -> f64 {
    let mut sorted = costs.to_vec();
    sorted.sort_by(f64::total_cmp);
    let last = sorted.len().saturating_sub(1);
    sorted
        .get((last as f64 * part).round() as usize)
        .copied()
        .unwrap_or(0.0)
}

/// What the clocks themselves cost, and how often this machine looks away: a turn of nothing.
pub struct Nothing;

impl Desk for Nothing {
    fn turn(&mut self, blocks: usize, costs: &mut Costs) -> Result<()> {
        for _ in 0..blocks {
            let began = Now::begin();
            std::hint::black_box(());
            costs.block_since(began);
        }
        Ok(())
    }

    fn power(&self) -> f64 {
        0.0
    }
}

/// CPU time of this thread.
pub fn thread_seconds() -> f64 {
    let mut time = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: writes one timespec that we own; this clock exists on every Unix we bench on.
    unsafe {
        libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &raw mut time);
    }
    time.tv_sec as f64 + time.tv_nsec as f64 * 1e-9
}

/// Stays on the core it runs on now, so that caches are not left behind. False where that cannot
/// be asked for.
pub fn stay_on_one_core() -> bool {
    #[cfg(target_os = "linux")]
    {
        // SAFETY: asks for a number; then lends a set of cores that we own, for this thread.
        unsafe {
            let Ok(core) = usize::try_from(libc::sched_getcpu()) else {
                return false;
            };
            let mut cores: libc::cpu_set_t = std::mem::zeroed();
            libc::CPU_SET(core, &mut cores);
            libc::sched_setaffinity(0, size_of::<libc::cpu_set_t>(), &raw const cores) == 0
        }
    }
    #[cfg(not(target_os = "linux"))]
    false
}

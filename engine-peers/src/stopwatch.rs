//! Two clocks around every block: the wall's, and the one that stops while others run.

use std::time::Instant;

use crate::Mixer;

/// What every block of a run cost, in µs.
#[derive(Default)]
pub struct Costs {
    pub wall: Vec<f64>,
    pub cpu: Vec<f64>,
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

/// Runs so many blocks, and notes what each cost.
pub fn time(mixer: &mut impl Mixer, blocks: usize, costs: &mut Costs) {
    for _ in 0..blocks {
        let cpu = thread_seconds();
        let wall = Instant::now();
        mixer.block();
        costs.wall.push(wall.elapsed().as_secs_f64() * 1e6);
        costs.cpu.push((thread_seconds() - cpu) * 1e6);
    }
}

/// What the clocks themselves cost, and how often this machine looks away: a run of nothing.
pub fn noise_floor() -> Costs {
    struct Nothing;
    impl Mixer for Nothing {
        fn block(&mut self) {
            std::hint::black_box(());
        }
    }
    let mut costs = Costs::default();
    time(&mut Nothing, 100_000, &mut costs);
    costs
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

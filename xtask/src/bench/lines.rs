//! What the engine is to reach, line by line, and who measures it.
//!
//! Ratios and costs come from `engine-peers`, which measures everybody in one run and knows its
//! own targets. The rest is measured by tests, which print [figures](crate::figures).

/// One row of the table that a test fills.
pub struct Line {
    /// As it is shown.
    pub name: &'static str,
    /// The figure that a test prints.
    pub figure: &'static str,
    pub target: f64,
    pub unit: &'static str,
    pub good: Good,
}

/// Which side of its target a figure should be on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Good {
    AtMost,
    AtLeast,
}

impl Good {
    pub fn holds(self, measured: f64, target: f64) -> bool {
        match self {
            Good::AtMost => measured <= target,
            Good::AtLeast => measured >= target,
        }
    }
}

/// Rows that must come from `engine-peers`.
pub const FROM_PEERS: [&str; 19] = [
    "full chain, 64 tracks, share of the deadline, p50",
    "full chain, 64 tracks, kira's p50 over ours",
    "full chain, 64 tracks, web-audio-api's p50 over ours",
    "full chain, 64 tracks, fundsp's p50 over ours",
    "full chain, 64 tracks, Firewheel's p50 over ours",
    "full chain, 256 tracks, share of the deadline, p50",
    "full chain, 256 tracks, kira's share of the deadline, p50",
    "full chain, 256 tracks, web-audio-api's share of the deadline, p50",
    "full chain, 256 tracks, fundsp's share of the deadline, p50",
    "full chain, 256 tracks, Firewheel's share of the deadline, p50",
    "gain and pan, 256 tracks, share of the deadline, p50",
    "gain and pan, 256 tracks, kira's p50 over ours",
    "gain and pan, 256 tracks, fundsp's p50 over ours",
    "noise floor, p99",
    "bounce, 8 tracks, full chain",
    "bounce, 64 tracks, full chain",
    "latency the engine adds",
    "latency of the look-ahead limiter that is not told",
    "worst block by instructions, over the median",
];

const NONE: Line = Line {
    name: "",
    figure: "",
    target: 0.0,
    unit: "violations",
    good: Good::AtMost,
};

/// Rows that tests fill.
pub const FROM_TESTS: &[Line] = &[
    Line {
        name: "overdub alignment, simulated device",
        figure: "alignment on the simulated device",
        unit: "frames",
        ..NONE
    },
    Line {
        name: "overdub alignment, PipeWire, in one session",
        figure: "alignment on PipeWire",
        unit: "frames",
        ..NONE
    },
    Line {
        name: "allocations, locks, system calls in the callback",
        figure: "calls the callback must not make",
        ..NONE
    },
    Line {
        name: "sins of the canary that were noticed",
        figure: "sins noticed by the sanitizer",
        target: 4.0,
        unit: "of 4",
        good: Good::AtLeast,
    },
    Line {
        name: "output that depends on the partition into callbacks",
        figure: "partitions that sound different",
        unit: "partitions",
        ..NONE
    },
    Line {
        name: "kill −9 at random while recording, most audio lost",
        figure: "kill at random",
        target: 1.0,
        unit: "s",
        ..NONE
    },
    Line {
        name: "SIGKILL at every storage call",
        figure: "kill at every storage call",
        ..NONE
    },
    Line {
        name: "ENOSPC at every write",
        figure: "disk full at every write",
        ..NONE
    },
    Line {
        name: "EIO at every write and sync",
        figure: "disk failing at every call",
        ..NONE
    },
    Line {
        name: "EIO on 1 % of writes",
        figure: "one write in a hundred failing",
        ..NONE
    },
    Line {
        name: "PipeWire killed mid-take, loss seen after",
        figure: "device loss seen after",
        target: 1.0,
        unit: "s",
        ..NONE
    },
    Line {
        name: "PipeWire killed mid-take, takes lost",
        figure: "takes lost with the sound server",
        unit: "takes",
        ..NONE
    },
    Line {
        name: "long play in virtual time, drift",
        figure: "soak, drift",
        unit: "frames",
        ..NONE
    },
    Line {
        name: "long play in virtual time, samples that are no sound",
        figure: "soak, not a number",
        unit: "samples",
        ..NONE
    },
    Line {
        name: "long play in virtual time, memory gained",
        figure: "soak, memory",
        target: 16.0,
        unit: "KiB",
        ..NONE
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_a_name_of_its_own() {
        let mut names: Vec<&str> = FROM_PEERS
            .into_iter()
            .chain(FROM_TESTS.iter().map(|line| line.name))
            .collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all);
    }

    #[test]
    fn less_is_better_for_losses_and_more_for_what_is_noticed() {
        assert!(Good::AtMost.holds(0.2, 1.0) && !Good::AtMost.holds(1.1, 1.0));
        assert!(Good::AtLeast.holds(4.0, 4.0) && !Good::AtLeast.holds(3.0, 4.0));
    }
}

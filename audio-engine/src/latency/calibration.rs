//! A calibration: what was measured of one route, how, and when it is no longer true.
//!
//! Pure: the caller brings the runs, the route in use and the time.

use super::measure::Measured;
use super::route::Route;

/// Older than this, in days, a device may have had another driver, app or cable since.
const OLD_DAYS: i64 = 180;
const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// Fewer runs than this do not show how far they scatter.
const FEWEST_RUNS: usize = 3;
/// Runs that scatter more (median absolute deviation, in seconds) did not hear the same thing.
const AGREEMENT_SECONDS: f64 = 0.0005;
/// The least confidence that is believed.
const BELIEVED: f32 = 0.6;
/// A delay this near a whole number of blocks from the one known has jumped by them.
const JUMP_SLACK: f64 = 0.1;

/// How the delay is known, the surest first: the order is the precedence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Method {
    /// Our probe through a cable, or a loopback of the system.
    Cable,
    /// Our probe through the air.
    Acoustic,
    /// A person moved a take until it was right.
    TapAlign,
    /// The system says so. Off by 20 to 400 ms on some devices.
    Reported,
    /// Nobody said anything: the usual number of blocks.
    Table,
}

impl Method {
    /// Every method, with its word for a file.
    pub const ALL: [(Method, &'static str); 5] = [
        (Method::Cable, "cable"),
        (Method::Acoustic, "acoustic"),
        (Method::TapAlign, "tapAlign"),
        (Method::Reported, "reported"),
        (Method::Table, "table"),
    ];

    /// Its word for a file.
    pub fn word(self) -> &'static str {
        let found = Self::ALL.iter().find(|(method, _)| *method == self);
        found.map_or("table", |(_, word)| word)
    }

    /// The method of a word.
    pub fn of_word(word: &str) -> Option<Method> {
        let found = Self::ALL.iter().find(|(_, known)| *known == word);
        found.map(|(method, _)| *method)
    }
}

/// The round trip of one route.
#[derive(Debug, Clone, PartialEq)]
pub struct Calibration {
    /// Where it was measured; it is not true anywhere else.
    pub route: Route,
    /// Speaker → air → microphone → us, in frames at the route's rate.
    pub round_trip: f64,
    /// How it is known.
    pub method: Method,
    /// 0…1. Under 0.5 a person is told that it is approximate.
    pub confidence: f32,
    /// How far the runs scattered: the median of their distances from the median, in frames.
    pub mad: f64,
    /// How many runs agreed on it; 0 if it was not measured.
    pub runs: u32,
    /// When, in milliseconds since 1970 (UTC).
    pub measured_at_ms: i64,
}

/// Why a calibration is not what the route in use needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stale {
    /// Other devices, or another sound system. Says nothing about this route.
    OtherDevices,
    /// Another sample rate. Says nothing about this route.
    OtherRate,
    /// Another block. Says nothing about this route.
    OtherBlock,
    /// Another sharing or performance mode. Says nothing about this route.
    OtherMode,
    /// The system was updated since: likely still true.
    SystemUpdated,
    /// Measured more than half a year ago: likely still true.
    Old,
    /// A clock was put back: nobody knows how old it is.
    FromTheFuture,
}

impl Stale {
    /// Whether it was measured on what is now another route: then it is never used.
    pub fn is_another_route(self) -> bool {
        match self {
            Stale::OtherDevices | Stale::OtherRate | Stale::OtherBlock | Stale::OtherMode => true,
            Stale::SystemUpdated | Stale::Old | Stale::FromTheFuture => false,
        }
    }
}

/// What a second look at a delay that is known says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recheck {
    /// As it was.
    Same,
    /// Off by whole blocks, as a sound server is from one start of its streams to the next. The
    /// fraction still holds.
    Jumped {
        /// How many blocks later than it was known; negative is earlier.
        blocks: i64,
    },
    /// Something else: measure again.
    Different,
}

impl Calibration {
    /// What several runs of the probe say together: the median. `None` if there were fewer than
    /// three, if they scatter by more than half a millisecond, or if one of them was not certain.
    pub fn from_runs(
        route: Route,
        runs: &[Measured],
        method: Method,
        measured_at_ms: i64,
    ) -> Option<Calibration> {
        if runs.len() < FEWEST_RUNS {
            return None;
        }
        let delays: Vec<f64> = runs.iter().map(|run| run.delay).collect();
        let round_trip = median(delays.clone())?;
        let mad = median(
            delays
                .iter()
                .map(|delay| (delay - round_trip).abs())
                .collect(),
        )?;
        let confidence = runs.iter().map(|run| run.confidence).fold(1.0, f32::min);
        if mad > AGREEMENT_SECONDS * f64::from(route.rate) || confidence < BELIEVED {
            return None;
        }
        Some(Calibration {
            route,
            round_trip,
            method,
            confidence,
            mad,
            runs: runs.len() as u32,
            measured_at_ms,
        })
    }

    /// Why this is not, or not surely, the delay of `route` at `now_ms`. Empty if it is. What a
    /// route does not say (an older key knew no mode and no system) is not held against it.
    pub fn stale(&self, route: &Route, now_ms: i64) -> Vec<Stale> {
        let differ = |was: &str, is: &str| !was.is_empty() && !is.is_empty() && was != is;
        let known = &self.route;
        let reasons = [
            (!known.has_devices_of(route), Stale::OtherDevices),
            (known.rate != route.rate, Stale::OtherRate),
            (known.block != route.block, Stale::OtherBlock),
            (differ(&known.mode, &route.mode), Stale::OtherMode),
            (differ(&known.system, &route.system), Stale::SystemUpdated),
            (now_ms - self.measured_at_ms > OLD_DAYS * DAY_MS, Stale::Old),
            (now_ms < self.measured_at_ms - DAY_MS, Stale::FromTheFuture),
        ];
        let holding = reasons.into_iter().filter(|(holds, _)| *holds);
        holding.map(|(_, reason)| reason).collect()
    }

    /// What a second look, `round_trip` frames, says about this.
    pub fn recheck(&self, round_trip: f64) -> Recheck {
        let off = round_trip - self.round_trip;
        let slack = (AGREEMENT_SECONDS * f64::from(self.route.rate)).max(3.0 * self.mad);
        if off.abs() <= slack {
            return Recheck::Same;
        }
        let blocks = off / f64::from(self.route.block.max(1));
        let whole = blocks.round();
        if whole != 0.0 && whole.abs() <= 8.0 && (blocks - whole).abs() <= JUMP_SLACK {
            Recheck::Jumped {
                blocks: whole as i64,
            }
        } else {
            Recheck::Different
        }
    }
}

/// Between the middle two of an even number.
fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let upper = *values.get(values.len() / 2)?;
    let lower = *values.get((values.len() - 1) / 2)?;
    Some(0.5 * (lower + upper))
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::route::RouteEnd;
    use super::*;

    pub fn desk() -> Route {
        Route {
            backend: "PipeWire".into(),
            output: RouteEnd::of("alsa_output.usb-desk", ""),
            input: RouteEnd::of("alsa_input.usb-desk", ""),
            rate: 48_000,
            block: 256,
            mode: String::new(),
            system: "6.1.0".into(),
        }
    }

    pub fn measured(delay: f64, confidence: f32) -> Measured {
        Measured {
            delay,
            confidence,
            likeness: 0.9,
            inverted: false,
        }
    }

    pub fn at_noon(method: Method) -> Calibration {
        let runs = [1000.25, 1000.0, 1000.5].map(|delay| measured(delay, 0.9));
        Calibration::from_runs(desk(), &runs, method, 0).unwrap()
    }

    #[test]
    fn several_runs_are_their_median_and_tell_how_they_scatter() {
        let known = at_noon(Method::Acoustic);
        assert_eq!(
            (known.round_trip, known.mad, known.runs),
            (1000.25, 0.25, 3)
        );
        assert_eq!(known.confidence, 0.9);
        // One run that heard a door: the median does not care.
        let runs = [1000.0, 1000.0, 1000.0, 1000.0, 9000.0].map(|delay| measured(delay, 0.8));
        let known = Calibration::from_runs(desk(), &runs, Method::Acoustic, 0).unwrap();
        assert_eq!((known.round_trip, known.mad), (1000.0, 0.0));
    }

    #[test]
    fn runs_that_disagree_or_doubt_or_are_two_say_nothing() {
        let of = |delays: &[f64], confidence| {
            let runs: Vec<Measured> = delays.iter().map(|d| measured(*d, confidence)).collect();
            Calibration::from_runs(desk(), &runs, Method::Acoustic, 0)
        };
        // Half a millisecond is 24 frames.
        assert!(of(&[1000.0, 1020.0, 1040.0], 0.9).is_some());
        assert_eq!(of(&[1000.0, 1030.0, 1060.0], 0.9), None);
        assert_eq!(of(&[1000.0, 1000.0, 1000.0], 0.59), None);
        assert_eq!(of(&[1000.0, 1000.0], 0.9), None);
    }

    #[test]
    fn a_calibration_is_true_on_its_own_route_only() {
        let known = at_noon(Method::Cable);
        assert_eq!(known.stale(&desk(), 0), []);
        type Change = (fn(&mut Route), Stale);
        let others: [Change; 6] = [
            (|r| r.output.id = "hdmi".into(), Stale::OtherDevices),
            (|r| r.input.id = "webcam".into(), Stale::OtherDevices),
            (|r| r.backend = "ALSA".into(), Stale::OtherDevices),
            (|r| r.rate = 44_100, Stale::OtherRate),
            (|r| r.block = 512, Stale::OtherBlock),
            (|r| r.system = "6.2.0".into(), Stale::SystemUpdated),
        ];
        for (change, reason) in others {
            let mut route = desk();
            change(&mut route);
            assert_eq!(known.stale(&route, 0), [reason]);
        }
        let on_a_phone = |mode: &str| Route {
            mode: mode.into(),
            ..desk()
        };
        let mut exclusive = known.clone();
        exclusive.route = on_a_phone("exclusive");
        assert_eq!(
            exclusive.stale(&on_a_phone("shared"), 0),
            [Stale::OtherMode]
        );
        assert!(Stale::OtherMode.is_another_route() && !Stale::Old.is_another_route());
    }

    #[test]
    fn half_a_year_is_old_and_a_clock_put_back_is_doubted() {
        let known = at_noon(Method::Acoustic);
        assert_eq!(known.stale(&desk(), 179 * DAY_MS), []);
        assert_eq!(known.stale(&desk(), 181 * DAY_MS), [Stale::Old]);
        assert_eq!(known.stale(&desk(), -2 * DAY_MS), [Stale::FromTheFuture]);
    }

    #[test]
    fn what_an_old_key_did_not_know_is_not_held_against_it() {
        let mut known = at_noon(Method::Acoustic);
        known.route.system = String::new();
        assert_eq!(known.stale(&desk(), 0), []);
    }

    #[test]
    fn a_server_that_started_a_block_later_has_jumped() {
        let known = at_noon(Method::Acoustic);
        assert_eq!(known.recheck(1001.0), Recheck::Same);
        assert_eq!(
            known.recheck(1000.25 + 256.0),
            Recheck::Jumped { blocks: 1 }
        );
        assert_eq!(
            known.recheck(1003.0 - 512.0),
            Recheck::Jumped { blocks: -2 }
        );
        assert_eq!(known.recheck(1128.0), Recheck::Different);
        assert_eq!(known.recheck(1000.25 + 256.0 * 40.0), Recheck::Different);
    }
}

//! Which round trip to use for a take: the surest that is true of the route in use.
//!
//! Cable before air before a person's ear before what the system reports before the usual number
//! of blocks. Never one of another route. Asked once, when a take is armed: nothing measured later
//! moves a take that runs.

use super::calibration::{Calibration, Method, Stale};
use super::route::Route;

/// What nobody measured is taken for two blocks of ours each way and two of the device's.
const USUAL_BLOCKS: f64 = 4.0;
/// And this much more over Bluetooth, in seconds: the middle of 150 to 300 ms.
const USUAL_BLUETOOTH_SECONDS: f64 = 0.2;
/// What is left of confidence in what was measured before an update, or long ago.
const AGED: f32 = 0.55;
/// Bluetooth is never surer: its delay wanders by tens of milliseconds.
const BLUETOOTH: f32 = 0.45;
/// How sure a guess is.
const GUESS: f32 = 0.1;
/// Under this, a person is told that it is approximate.
const SURE: f32 = 0.5;

/// The round trip to use, and what to say about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// In frames at the route's rate.
    pub round_trip: f64,
    /// How it is known.
    pub method: Method,
    /// 0…1, as it is today on this route.
    pub confidence: f32,
    /// When it was measured, in milliseconds since 1970; `None` if it was not.
    pub measured_at_ms: Option<i64>,
    /// Why to measure again, if there is a reason. With [`Method::Table`], why nothing that was
    /// measured with these devices could be used.
    pub reasons: Vec<Stale>,
}

impl Choice {
    /// Whether a person should be told that layers may lie a little late.
    pub fn is_approximate(&self) -> bool {
        self.confidence < SURE
    }
}

/// The surest of `known` for `route` at `now_ms`, or the usual delay of such a route.
pub fn choose(known: &[Calibration], route: &Route, now_ms: i64) -> Choice {
    let with_reasons = known
        .iter()
        .map(|calibration| (calibration, calibration.stale(route, now_ms)));
    let usable = with_reasons
        .clone()
        .filter(|(_, reasons)| !reasons.iter().any(|reason| reason.is_another_route()));
    // Fresh before aged, then the surer method, then the newer.
    let best = usable.min_by_key(|(calibration, reasons)| {
        (
            !reasons.is_empty(),
            calibration.method,
            -calibration.measured_at_ms,
        )
    });
    if let Some((calibration, reasons)) = best {
        let aged = if reasons.is_empty() { 1.0 } else { AGED };
        let most = if route.is_bluetooth() { BLUETOOTH } else { 1.0 };
        return Choice {
            round_trip: calibration.round_trip,
            method: calibration.method,
            confidence: (calibration.confidence * aged).min(most),
            measured_at_ms: Some(calibration.measured_at_ms),
            reasons,
        };
    }
    let air = if route.is_bluetooth() {
        USUAL_BLUETOOTH_SECONDS
    } else {
        0.0
    };
    // Of the same devices, the newest says what has changed since.
    let newest = with_reasons
        .filter(|(_, reasons)| !reasons.contains(&Stale::OtherDevices))
        .max_by_key(|(calibration, _)| calibration.measured_at_ms);
    Choice {
        round_trip: USUAL_BLOCKS * f64::from(route.block) + air * f64::from(route.rate),
        method: Method::Table,
        confidence: GUESS,
        measured_at_ms: None,
        reasons: newest.map(|(_, reasons)| reasons).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::calibration::tests::{at_noon, desk};
    use super::*;

    const DAY: i64 = 24 * 60 * 60 * 1000;

    fn known(method: Method, round_trip: f64, day: i64) -> Calibration {
        Calibration {
            round_trip,
            measured_at_ms: day * DAY,
            ..at_noon(method)
        }
    }

    #[test]
    fn the_surest_method_wins_and_of_one_method_the_newest() {
        let all = [
            known(Method::Reported, 1.0, 9),
            known(Method::TapAlign, 2.0, 8),
            known(Method::Acoustic, 3.0, 7),
            known(Method::Cable, 4.0, 6),
            known(Method::Cable, 5.0, 5),
        ];
        for (count, expected) in [(1, 1.0), (2, 2.0), (3, 3.0), (4, 4.0), (5, 4.0)] {
            let choice = choose(&all[..count], &desk(), 10 * DAY);
            assert_eq!(choice.round_trip, expected);
            assert_eq!(choice.reasons, []);
        }
    }

    #[test]
    fn what_is_fresh_goes_before_what_was_surer_half_a_year_ago() {
        let all = [
            known(Method::Cable, 1.0, 0),
            known(Method::Acoustic, 2.0, 199),
        ];
        assert_eq!(choose(&all, &desk(), 200 * DAY).round_trip, 2.0);
        let aged = choose(&all[..1], &desk(), 200 * DAY);
        assert_eq!(
            (aged.round_trip, &aged.reasons[..]),
            (1.0, &[Stale::Old][..])
        );
        assert!(aged.confidence < 0.5 && aged.is_approximate());
    }

    #[test]
    fn a_route_never_borrows_from_another() {
        let all = [known(Method::Cable, 900.0, 1)];
        let mut other = desk();
        other.block = 512;
        let guess = choose(&all, &other, DAY);
        assert_eq!((guess.method, guess.round_trip), (Method::Table, 2048.0));
        assert_eq!(guess.reasons, [Stale::OtherBlock], "it says why");
        other.output.id = "kitchen".into();
        let guess = choose(&all, &other, DAY);
        assert_eq!((guess.method, &guess.reasons[..]), (Method::Table, &[][..]));
        assert!(guess.is_approximate());
    }

    #[test]
    fn bluetooth_is_approximate_however_it_was_measured() {
        let mut route = desk();
        route.output = super::super::route::RouteEnd::of("bluez_output.AA", "Headphones");
        let guess = choose(&[], &route, 0);
        assert_eq!(guess.round_trip, 1024.0 + 9600.0);
        let mut on_air = known(Method::Acoustic, 11_000.0, 0);
        on_air.route = route.clone();
        let choice = choose(&[on_air], &route, 0);
        assert_eq!(choice.round_trip, 11_000.0);
        assert!(choice.is_approximate());
    }
}

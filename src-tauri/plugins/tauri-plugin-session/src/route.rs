//! What sound leaves through, and when it is worth saying.
//!
//! The native half sends what it sees: on Android 13 and newer, and on iOS, where our sound goes;
//! on older Android everything that is connected, of which we take what Android's own policy
//! prefers. Pulling a plug brings three or four such lists within a moment, so a way out counts
//! once it has stood for [`SETTLED`].

use std::time::{Duration, Instant};

use app::host::{WayOut, WayOutKind};
use serde::Deserialize;

/// How long a way out has to stand.
pub const SETTLED: Duration = Duration::from_millis(250);
/// Nobody reads more of a name, in characters.
const LONGEST_NAME: usize = 60;

/// One way out, as a system names it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Port {
    #[serde(rename = "type")]
    pub kind: PortKind,
    #[serde(default)]
    pub name: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum PortKind {
    /// Android's `AudioDeviceInfo.TYPE_…`.
    Number(i64),
    /// iOS's `AVAudioSession.Port`.
    Name(String),
}

impl PortKind {
    /// `None` for what music never leaves through: a telephone line, a recording of the screen.
    fn meaning(&self) -> Option<WayOutKind> {
        match self {
            PortKind::Number(number) => match number {
                1 => Some(WayOutKind::Earpiece),
                // The second is the same loudspeaker, quieter.
                2 | 24 => Some(WayOutKind::Speaker),
                // Headset, headphones, a line out.
                3..=6 => Some(WayOutKind::Wired),
                // A2DP, hearing aid, LE headset, LE loudspeaker, LE broadcast. Not 7, the same
                // headset once more for calls.
                8 | 23 | 26 | 27 | 30 => Some(WayOutKind::Bluetooth),
                11 | 12 | 22 => Some(WayOutKind::Usb),
                // HDMI and its return channels, docks, an aux line, a network, a car.
                9 | 10 | 29 | 13 | 31 | 19 | 20 | 21 => Some(WayOutKind::Other),
                _ => None,
            },
            PortKind::Name(name) => Some(match name.as_str() {
                "Speaker" => WayOutKind::Speaker,
                "Receiver" => WayOutKind::Earpiece,
                "Headphones" | "LineOut" => WayOutKind::Wired,
                "USBAudio" => WayOutKind::Usb,
                "BluetoothA2DPOutput" | "BluetoothHFP" | "BluetoothLE" => WayOutKind::Bluetooth,
                _ => WayOutKind::Other,
            }),
        }
    }
}

/// Which of several a phone plays through; the highest wins.
fn preference(kind: WayOutKind) -> u8 {
    match kind {
        WayOutKind::Earpiece => 0,
        WayOutKind::Speaker => 1,
        WayOutKind::Other => 2,
        WayOutKind::Wired => 3,
        WayOutKind::Usb => 4,
        WayOutKind::Bluetooth => 5,
    }
}

/// The way out among `ports`; `None` if they say nothing.
pub fn way_out(ports: &[Port]) -> Option<WayOut> {
    let known = ports
        .iter()
        .filter_map(|port| Some((port.kind.meaning()?, port.name.as_deref())));
    // Of equals the first: `max_by_key` would take the last.
    let (kind, name) = known.rev().max_by_key(|(kind, _)| preference(*kind))?;
    let name = name.map(str::trim).filter(|name| !name.is_empty());
    // What is built in, or hangs on a plain cable, calls itself like the phone.
    let has_name = !matches!(
        kind,
        WayOutKind::Speaker | WayOutKind::Earpiece | WayOutKind::Wired
    );
    Some(WayOut {
        kind,
        name: name
            .filter(|_| has_name)
            .map(|name| name.chars().take(LONGEST_NAME).collect()),
    })
}

/// The way out as the app knows it, and as it may be.
#[derive(Debug, Default)]
pub struct Settling {
    /// The app begins with the loudspeaker, as we do.
    told: WayOut,
    /// Seen, and since when.
    seen: Option<(WayOut, Instant)>,
}

impl Settling {
    /// The system says that it goes this way now.
    pub fn see(&mut self, way: WayOut, now: Instant) {
        if way == self.told {
            self.seen = None;
        } else if self.seen.as_ref().is_none_or(|(seen, _)| *seen != way) {
            self.seen = Some((way, now));
        }
    }

    /// Once for every way out that has settled.
    pub fn settled(&mut self, now: Instant) -> Option<WayOut> {
        let (way, _) = self
            .seen
            .take_if(|(_, since)| now.saturating_duration_since(*since) >= SETTLED)?;
        self.told.clone_from(&way);
        Some(way)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn android(ports: &[(i64, &str)]) -> Option<WayOut> {
        let port = |(kind, name): &(i64, &str)| Port {
            kind: PortKind::Number(*kind),
            name: Some((*name).to_owned()),
        };
        way_out(&ports.iter().map(port).collect::<Vec<_>>())
    }

    fn way(kind: WayOutKind, name: Option<&str>) -> WayOut {
        WayOut {
            kind,
            name: name.map(str::to_owned),
        }
    }

    #[test]
    fn a_phone_with_nothing_connected_plays_through_its_loudspeaker() {
        let bare = [(1, "Pixel 9"), (2, "Pixel 9"), (18, "Pixel 9")];
        assert_eq!(android(&bare), Some(way(WayOutKind::Speaker, None)));
    }

    #[test]
    fn what_was_connected_on_purpose_comes_before_what_is_built_in() {
        let cases = [
            ((8, "Kitchen"), way(WayOutKind::Bluetooth, Some("Kitchen"))),
            ((3, "Pixel 9"), way(WayOutKind::Wired, None)),
            (
                (22, "USB-C headset"),
                way(WayOutKind::Usb, Some("USB-C headset")),
            ),
            (
                (9, "Living room"),
                way(WayOutKind::Other, Some("Living room")),
            ),
        ];
        for (connected, expected) in cases {
            let ports = [(1, "Pixel 9"), connected, (2, "Pixel 9")];
            assert_eq!(android(&ports), Some(expected), "{connected:?}");
        }
    }

    #[test]
    fn a_headset_that_is_there_for_calls_only_is_not_played_through() {
        let ports = [(2, "Pixel 9"), (7, "Car kit")];
        assert_eq!(android(&ports), Some(way(WayOutKind::Speaker, None)));
    }

    #[test]
    fn a_port_of_a_later_android_says_nothing() {
        assert_eq!(android(&[(99, "Hologram")]), None);
        assert_eq!(android(&[]), None);
    }

    #[test]
    fn an_iphone_names_its_way_out() {
        for (name, expected) in [
            ("Speaker", way(WayOutKind::Speaker, None)),
            ("Receiver", way(WayOutKind::Earpiece, None)),
            ("Headphones", way(WayOutKind::Wired, None)),
            (
                "BluetoothA2DPOutput",
                way(WayOutKind::Bluetooth, Some("Anna's")),
            ),
            ("AirPlay", way(WayOutKind::Other, Some("Anna's"))),
            ("CarAudio", way(WayOutKind::Other, Some("Anna's"))),
        ] {
            let port = Port {
                kind: PortKind::Name(name.to_owned()),
                name: Some(" Anna's ".to_owned()),
            };
            assert_eq!(way_out(&[port]), Some(expected), "{name}");
        }
    }

    #[test]
    fn a_name_that_never_ends_is_cut() {
        let long = "Ж".repeat(500);
        let found = android(&[(8, long.as_str())]).unwrap();
        assert_eq!(found.name.unwrap().chars().count(), LONGEST_NAME);
    }

    #[test]
    fn a_plug_that_is_pulled_is_told_once_and_when_it_has_settled() {
        let mut settling = Settling::default();
        let start = Instant::now();
        let at = |ms| start + Duration::from_millis(ms);
        let headphones = way(WayOutKind::Wired, None);
        settling.see(way(WayOutKind::Bluetooth, Some("Kitchen")), at(0));
        settling.see(headphones.clone(), at(40));
        settling.see(headphones.clone(), at(200));
        assert_eq!(settling.settled(at(270)), None);
        assert_eq!(settling.settled(at(290)), Some(headphones));
        assert_eq!(settling.settled(at(900)), None, "told already");
    }

    #[test]
    fn there_and_back_again_is_nothing() {
        let mut settling = Settling::default();
        let start = Instant::now();
        settling.see(way(WayOutKind::Wired, None), start);
        settling.see(WayOut::default(), start + Duration::from_millis(100));
        assert_eq!(settling.settled(start + Duration::from_secs(5)), None);
    }
}

//! A route: one way from us through a loudspeaker and a microphone back to us.
//!
//! Its delay is a property of all of it: another device, sample rate, block, sharing mode or
//! version of the system is another route, and a delay measured on one is never used on another.

use std::fmt::Write;

/// What a device is, as far as it changes the delay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum DeviceKind {
    /// Nobody says. Taken for one with a wire.
    #[default]
    Unknown,
    /// Built in.
    BuiltIn,
    /// On a wire: jack, USB, HDMI.
    Wired,
    /// Over the air: 150 to 300 ms late, and not the same from minute to minute.
    Bluetooth,
    /// Not a device: a file, a monitor, a loopback.
    Virtual,
}

impl DeviceKind {
    const WORDS: [(DeviceKind, &'static str); 5] = [
        (DeviceKind::Unknown, "unknown"),
        (DeviceKind::BuiltIn, "builtin"),
        (DeviceKind::Wired, "wired"),
        (DeviceKind::Bluetooth, "bluetooth"),
        (DeviceKind::Virtual, "virtual"),
    ];

    /// What the system's id and name of a device give away.
    pub fn told_by(id: &str, name: &str) -> DeviceKind {
        let told = format!("{id} {name}").to_lowercase();
        let says = |words: &[&str]| words.iter().any(|word| told.contains(word));
        if says(&[
            "bluez",
            "bluetooth",
            "airpods",
            "a2dp",
            "hands-free",
            "bthhfenum",
        ]) {
            DeviceKind::Bluetooth
        } else if says(&[
            "monitor",
            "loopback",
            "blackhole",
            "null",
            "virtual",
            "file",
        ]) {
            DeviceKind::Virtual
        } else if says(&["usb", "hdmi", "headphone", "headset", "line", "scarlett"]) {
            DeviceKind::Wired
        } else if says(&["built-in", "internal", "pci-", "speaker"]) {
            DeviceKind::BuiltIn
        } else {
            DeviceKind::Unknown
        }
    }

    fn word(self) -> &'static str {
        let found = Self::WORDS.iter().find(|(kind, _)| *kind == self);
        found.map_or("unknown", |(_, word)| word)
    }

    fn of_word(word: &str) -> DeviceKind {
        let found = Self::WORDS.iter().find(|(_, known)| *known == word);
        found.map_or(DeviceKind::Unknown, |(kind, _)| *kind)
    }
}

/// One end of a route.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct RouteEnd {
    /// What it is.
    pub kind: DeviceKind,
    /// As the system names it; empty for its own choice.
    pub id: String,
}

impl RouteEnd {
    /// A device by its id and its name for people.
    pub fn of(id: &str, name: &str) -> RouteEnd {
        RouteEnd {
            kind: DeviceKind::told_by(id, name),
            id: id.to_owned(),
        }
    }
}

/// Everything the delay depends on, as it was granted, not as it was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Route {
    /// Sound system: `PipeWire`, `CoreAudio`, `oboe`, …
    pub backend: String,
    /// Where we are heard.
    pub output: RouteEnd,
    /// Where we hear.
    pub input: RouteEnd,
    /// Frames per second.
    pub rate: u32,
    /// Frames in a callback.
    pub block: u32,
    /// Sharing and performance mode: `exclusive+low-latency`. Empty where there is only one.
    pub mode: String,
    /// The build of the operating system; empty if it does not say.
    pub system: String,
}

/// Keys that say which device is of which kind begin with this; the first ones did not.
const SECOND: &str = "2";

impl Route {
    /// The route in one line, to keep a calibration under.
    pub fn key(&self) -> String {
        let mut key = SECOND.to_owned();
        let mut field = |text: &str| {
            let _ = write!(key, "|{}", text.replace('%', "%25").replace('|', "%7C"));
        };
        field(&self.backend);
        for end in [&self.output, &self.input] {
            field(end.kind.word());
            field(&end.id);
        }
        field(&self.rate.to_string());
        field(&self.block.to_string());
        field(&self.mode);
        field(&self.system);
        key
    }

    /// The route of a key, of today's or of the first kind (`backend|output|input|rate|block`).
    /// `None` for anything else.
    pub fn of_key(key: &str) -> Option<Route> {
        let fields: Vec<String> = key
            .split('|')
            .map(|field| field.replace("%7C", "|").replace("%25", "%"))
            .collect();
        match fields.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            [
                SECOND,
                backend,
                out_kind,
                out_id,
                in_kind,
                in_id,
                rate,
                block,
                mode,
                system,
            ] => {
                let end = |kind: &str, id: &str| RouteEnd {
                    kind: DeviceKind::of_word(kind),
                    id: id.to_owned(),
                };
                Some(Route {
                    backend: backend.to_owned(),
                    output: end(out_kind, out_id),
                    input: end(in_kind, in_id),
                    rate: rate.parse().ok()?,
                    block: block.parse().ok()?,
                    mode: mode.to_owned(),
                    system: system.to_owned(),
                })
            }
            [backend, output, input, rate, block] => Some(Route {
                backend: backend.to_owned(),
                output: RouteEnd::of(output, ""),
                input: RouteEnd::of(input, ""),
                rate: rate.parse().ok()?,
                block: block.parse().ok()?,
                ..Route::default()
            }),
            _ => None,
        }
    }

    /// The same two devices on the same sound system, whatever is set on them.
    pub fn has_devices_of(&self, other: &Route) -> bool {
        (&self.backend, &self.output.id, &self.input.id)
            == (&other.backend, &other.output.id, &other.input.id)
    }

    /// Whether sound goes through the air on either way.
    pub fn is_bluetooth(&self) -> bool {
        [self.output.kind, self.input.kind].contains(&DeviceKind::Bluetooth)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_route_is_read_back_from_its_key(
            backend in "[A-Za-z|%]{0,8}", output in ".{0,12}", input in ".{0,12}",
            rate: u32, block: u32, mode in "[a-z+|]{0,9}", system in "[ -~]{0,9}",
        ) {
            let route = Route {
                backend,
                output: RouteEnd { kind: DeviceKind::Bluetooth, id: output },
                input: RouteEnd { kind: DeviceKind::Wired, id: input },
                rate, block, mode, system,
            };
            prop_assert_eq!(Route::of_key(&route.key()), Some(route));
        }
    }

    #[test]
    fn a_key_of_the_first_kind_is_still_read() {
        let key = "PipeWire|bluez_output.AA|alsa_input.usb-Focusrite|48000|256";
        let route = Route::of_key(key).unwrap();
        assert_eq!((route.rate, route.block), (48_000, 256));
        assert_eq!(route.output.kind, DeviceKind::Bluetooth);
        assert_eq!(route.input.kind, DeviceKind::Wired);
        assert!(route.is_bluetooth());
        assert_eq!(Route::of_key("virtual"), None);
        assert_eq!(Route::of_key("a|b|c|fast|256"), None);
    }

    #[test]
    fn a_device_gives_itself_away_by_its_name() {
        for (id, name, kind) in [
            (
                "bluez_output.38_18",
                "Kitchen headphones",
                DeviceKind::Bluetooth,
            ),
            (
                "BuiltInSpeakerDevice",
                "MacBook Pro Speakers",
                DeviceKind::BuiltIn,
            ),
            (
                "alsa_output.pci-0000_00_1f.3.analog-stereo",
                "",
                DeviceKind::BuiltIn,
            ),
            (
                "alsa_input.usb-Focusrite_Scarlett",
                "Scarlett Solo",
                DeviceKind::Wired,
            ),
            ("nullsink.monitor", "Monitor of Null", DeviceKind::Virtual),
            ("{0.0.0}", "Realtek", DeviceKind::Unknown),
        ] {
            assert_eq!(DeviceKind::told_by(id, name), kind, "{id}");
        }
    }
}

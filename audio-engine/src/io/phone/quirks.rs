//! Phones that do not do as Android says. Each line: which, what, from where, since when we know.
//!
//! A line is added when a person reports it or Oboe's issues do, and taken out when nobody owns
//! such a phone any more.

/// What a phone says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::io) struct Phone {
    /// `ro.soc.model`, or `ro.hardware.chipname` before Android 12; lower case.
    pub(in crate::io) chip: String,
    /// `ro.build.version.sdk`.
    pub(in crate::io) api: u32,
}

/// What to do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::io) struct Quirks {
    /// Ask for the microphone exclusively. Elsewhere it records silence or rubbish that way.
    pub(in crate::io) exclusive_input: bool,
}

struct Line {
    chip: &'static str,
    /// Up to this API level.
    until: u32,
}

/// Chips on which an exclusive (MMAP) recording is corrupt or silent.
const BROKEN_EXCLUSIVE_INPUT: &[Line] = &[
    // Mono is really stereo: oboe #824 (2020-04), #1247 (2021-04). Samsung, all versions.
    Line {
        chip: "exynos9810",
        until: u32::MAX,
    },
    Line {
        chip: "exynos850",
        until: u32::MAX,
    },
    // Silence after a while: oboe #1110 (2020-12). Samsung S20 family.
    Line {
        chip: "exynos990",
        until: u32::MAX,
    },
    // Rubbish until Android 10: oboe #892 (2020-06), #1121 (2021-01).
    Line {
        chip: "sm8150",
        until: 28,
    },
];

impl Quirks {
    pub(in crate::io) fn of(phone: &Phone) -> Quirks {
        let broken = BROKEN_EXCLUSIVE_INPUT
            .iter()
            .any(|line| phone.chip.contains(line.chip) && phone.api <= line.until);
        Quirks {
            exclusive_input: !broken,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quirks(chip: &str, api: u32) -> Quirks {
        Quirks::of(&Phone {
            chip: chip.into(),
            api,
        })
    }

    #[test]
    fn an_ordinary_phone_is_asked_for_the_best_it_has() {
        let best = Quirks {
            exclusive_input: true,
        };
        assert_eq!(quirks("gs201", 34), best);
        assert_eq!(
            quirks("", 34),
            best,
            "one that does not say what it is, too"
        );
    }

    #[test]
    fn a_microphone_that_would_record_rubbish_is_shared() {
        assert!(!quirks("exynos9810", 29).exclusive_input);
        assert!(!quirks("samsung exynos850", 33).exclusive_input);
        assert!(!quirks("sm8150", 28).exclusive_input);
        assert!(quirks("sm8150", 29).exclusive_input, "mended in Android 10");
    }
}

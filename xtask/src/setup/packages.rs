//! What we ask of the system, by purpose, with one reason each.
//!
//! The Debian column is what our tests run on; the others follow the same names and have not
//! been tried on a machine of that family.

use super::Manager;

/// What a command wants to do. Each includes the ones before it, but for the last, which stands alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// Guides an exercise in the terminal: sound, but no window.
    Terminal,
    /// Opens the window.
    Window,
    /// Runs every test: a browser, a screen and a sound server that nobody sees or hears.
    Test,
    /// Everything before, and renders voice cues.
    Voice,
    /// Compiles the phones' Kotlin.
    Kotlin,
}

impl Need {
    fn includes(self, other: Need) -> bool {
        self == other || self != Need::Kotlin && other < self
    }
}

struct Wish {
    need: Need,
    why: &'static str,
    apt: &'static [&'static str],
    dnf: &'static [&'static str],
    pacman: &'static [&'static str],
    brew: &'static [&'static str],
}

const WISHES: &[Wish] = &[
    Wish {
        need: Need::Terminal,
        why: "compiles SQLite and links everything",
        apt: &["gcc", "libc6-dev"],
        dnf: &["gcc"],
        pacman: &["gcc"],
        brew: &[],
    },
    Wish {
        need: Need::Test,
        why: "compiles Oboe, which plays on Android, for a pretended phone",
        apt: &["g++"],
        dnf: &["gcc-c++"],
        pacman: &["gcc"],
        brew: &[],
    },
    Wish {
        need: Need::Terminal,
        why: "finds the system's libraries",
        apt: &["pkg-config"],
        dnf: &["pkgconf-pkg-config"],
        pacman: &["pkgconf"],
        brew: &[],
    },
    Wish {
        need: Need::Terminal,
        why: "sound on any Linux",
        apt: &["libasound2-dev"],
        dnf: &["alsa-lib-devel"],
        pacman: &["alsa-lib"],
        brew: &[],
    },
    Wish {
        need: Need::Terminal,
        why: "sound through PipeWire, with less delay",
        apt: &["libpipewire-0.3-dev"],
        dnf: &["pipewire-devel"],
        pacman: &["libpipewire"],
        brew: &[],
    },
    Wish {
        need: Need::Terminal,
        why: "reads PipeWire's headers for Rust",
        apt: &["libclang-dev"],
        dnf: &["clang-devel"],
        pacman: &["clang"],
        brew: &[],
    },
    Wish {
        need: Need::Window,
        why: "draws the window",
        apt: &["libwebkit2gtk-4.1-dev"],
        dnf: &["webkit2gtk4.1-devel"],
        pacman: &["webkit2gtk-4.1"],
        brew: &[],
    },
    Wish {
        need: Need::Test,
        why: "the screens in a real browser",
        apt: &["chromium"],
        dnf: &["chromium"],
        pacman: &["chromium"],
        brew: &["chromium"],
    },
    Wish {
        need: Need::Test,
        why: "letters in a browser that has no fonts of its own",
        apt: &["fonts-dejavu-core"],
        dnf: &["dejavu-sans-fonts"],
        pacman: &["ttf-dejavu"],
        brew: &[],
    },
    Wish {
        need: Need::Test,
        why: "touches the real window from a test",
        apt: &["webkit2gtk-driver"],
        dnf: &["webkit2gtk4.1"],
        pacman: &["webkit2gtk-4.1"],
        brew: &[],
    },
    Wish {
        need: Need::Test,
        why: "a screen nobody has to look at",
        apt: &["xvfb", "xauth"],
        dnf: &["xorg-x11-server-Xvfb", "xorg-x11-xauth"],
        pacman: &["xorg-server-xvfb", "xorg-xauth"],
        brew: &[],
    },
    Wish {
        need: Need::Window,
        why: "reminders and a screen that stays on, by the session bus; one of the tests' own",
        apt: &["dbus"],
        dnf: &["dbus-daemon"],
        pacman: &["dbus"],
        brew: &[],
    },
    Wish {
        need: Need::Test,
        why: "shows notifications on that bus",
        apt: &["dunst"],
        dnf: &["dunst"],
        pacman: &["dunst"],
        brew: &[],
    },
    Wish {
        need: Need::Test,
        why: "runs what an Android phone does about reminders",
        apt: &["default-jdk-headless"],
        dnf: &["java-devel"],
        pacman: &["jdk-openjdk"],
        brew: &["openjdk"],
    },
    Wish {
        need: Need::Test,
        why: "a clock on the wall that a test sets",
        apt: &["faketime"],
        dnf: &["libfaketime"],
        pacman: &["libfaketime"],
        brew: &[],
    },
    Wish {
        need: Need::Test,
        why: "a sound server of the test's own",
        apt: &["pipewire", "pipewire-bin", "libspa-0.2-modules"],
        dnf: &["pipewire", "pipewire-utils"],
        pacman: &["pipewire"],
        brew: &[],
    },
    Wish {
        need: Need::Test,
        why: "connects that server's streams",
        apt: &["wireplumber"],
        dnf: &["wireplumber"],
        pacman: &["wireplumber"],
        brew: &[],
    },
    Wish {
        need: Need::Test,
        why: "recordings of a human voice, for the microphone",
        apt: &["alsa-utils"],
        dnf: &["alsa-utils"],
        pacman: &["alsa-utils"],
        brew: &[],
    },
    Wish {
        need: Need::Test,
        why: "makes the disk fail at a chosen call",
        apt: &["strace"],
        dnf: &["strace"],
        pacman: &["strace"],
        brew: &[],
    },
    Wish {
        need: Need::Test,
        why: "counts instructions, which no other program can disturb",
        apt: &["valgrind"],
        dnf: &["valgrind"],
        pacman: &["valgrind"],
        brew: &[],
    },
    Wish {
        need: Need::Voice,
        why: "runs the speech synthesiser",
        apt: &["python3-venv"],
        dnf: &["python3"],
        pacman: &["python"],
        brew: &["python"],
    },
    Wish {
        need: Need::Voice,
        why: "encodes the cues",
        apt: &["vorbis-tools"],
        dnf: &["vorbis-tools"],
        pacman: &["vorbis-tools"],
        brew: &["vorbis-tools"],
    },
    Wish {
        need: Need::Kotlin,
        why: "compiles Java, and runs the Kotlin compiler",
        apt: &["default-jdk-headless"],
        dnf: &["java-devel"],
        pacman: &["jdk-openjdk"],
        brew: &["openjdk"],
    },
    Wish {
        need: Need::Kotlin,
        why: "unpacks the Kotlin compiler",
        apt: &["python3-venv"],
        dnf: &["python3"],
        pacman: &["python"],
        brew: &["python"],
    },
    Wish {
        need: Need::Kotlin,
        why: "the JSON that Tauri's Kotlin reads and writes",
        apt: &["libjackson2-databind-java", "libandroid-json-java"],
        dnf: &["jackson-databind"],
        pacman: &[],
        brew: &[],
    },
];

/// Every package for `need` under the name `manager` knows, each once, with its reason.
pub fn wanted(need: Need, manager: Manager) -> Vec<(&'static str, &'static str)> {
    let mut wanted: Vec<(&str, &str)> = Vec::new();
    for wish in WISHES.iter().filter(|wish| need.includes(wish.need)) {
        let names = match manager {
            Manager::Apt => wish.apt,
            Manager::Dnf => wish.dnf,
            Manager::Pacman => wish.pacman,
            Manager::Brew => wish.brew,
        };
        for name in names {
            if !wanted.iter().any(|(there, _)| there == name) {
                wanted.push((name, wish.why));
            }
        }
    }
    wanted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(need: Need, manager: Manager) -> Vec<&'static str> {
        wanted(need, manager)
            .into_iter()
            .map(|(name, _)| name)
            .collect()
    }

    #[test]
    fn practising_in_a_terminal_asks_for_no_window() {
        let names = names(Need::Terminal, Manager::Apt);
        assert!(names.contains(&"libasound2-dev"));
        assert!(
            !names.iter().any(|name| name.contains("webkit")),
            "{names:?}"
        );
    }

    #[test]
    fn kotlin_asks_for_no_window() {
        let kotlin = names(Need::Kotlin, Manager::Apt);
        assert!(kotlin.contains(&"default-jdk-headless"));
        assert!(!kotlin.iter().any(|name| name.contains("webkit")));
        assert!(names(Need::Voice, Manager::Apt).contains(&"libasound2-dev"));
    }

    #[test]
    fn a_package_with_two_uses_is_asked_for_once() {
        let names = names(Need::Test, Manager::Pacman);
        assert_eq!(
            names
                .iter()
                .filter(|name| **name == "webkit2gtk-4.1")
                .count(),
            1
        );
    }
}

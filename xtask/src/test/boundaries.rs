//! Who may use whom, held by reading the sources.
//!
//! Cargo keeps a crate from using what its manifest does not name; these rules keep a library in
//! the one file that was made for it, and a developer's own folders out of the project.

use std::path::Path;

use anyhow::{Result, bail};

use crate::shell::{Shell, output};
use crate::sources;
use crate::workspace::{cargo, root};

/// A word that may stand in a few places only.
struct Rule {
    /// The word; what stands before it is not part of a longer name.
    word: &'static str,
    /// Only in files with one of these endings.
    files: &'static [&'static str],
    /// Where it belongs: starts of paths, from the root.
    belongs: &'static [&'static str],
    /// Where the rule does not look.
    beside: &'static [&'static str],
}

const RULES: &[Rule] = &[
    Rule {
        word: "cpal::",
        files: &["rs"],
        belongs: &["audio-engine/src/io/cpal"],
        beside: &["engine-peers/", "xtask/"],
    },
    Rule {
        word: "oboe::",
        files: &["rs"],
        belongs: &["audio-engine/src/io/oboe"],
        beside: &["engine-peers/", "xtask/"],
    },
    Rule {
        word: "objc2_avf_audio::",
        files: &["rs"],
        belongs: &["audio-engine/src/io/ios"],
        beside: &["engine-peers/", "xtask/"],
    },
    Rule {
        word: "rusqlite::",
        files: &["rs"],
        belongs: &["crates/store/"],
        beside: &["xtask/"],
    },
    Rule {
        word: "tauri::",
        files: &["rs"],
        belongs: &["src-tauri/"],
        beside: &["xtask/"],
    },
    Rule {
        word: "'@tauri-apps/",
        files: &["ts", "svelte", "js"],
        belongs: &["ui/src/lib/backend/tauri.ts"],
        beside: &[],
    },
];

/// Where the audio thread runs.
const REAL_TIME: &str = "audio-engine/src/rt/";
/// What it must not name. RealtimeSanitizer finds a lock only when somebody else holds it.
const WAITING: [&str; 12] = [
    "Mutex",
    "RwLock",
    "Condvar",
    "Barrier",
    "mpsc",
    "unpark",
    "thread::",
    "println!",
    "eprintln!",
    "dbg!",
    "log::",
    "std::fs",
];
/// Its sanitizer has to sin to be tested.
const SINNER: &str = "audio-engine/src/rt/guard.rs";

/// Folders under which people keep their checkouts.
const HOMES: [&str; 4] = ["/home/", "/Users/", "/root/", "C:\\Users\\"];

/// Reads every file of the project, and the tree under `app`.
pub fn check(shell: &Shell) -> Result<()> {
    let root = root();
    let mut found = Vec::new();
    for file in sources::files(&root)? {
        let Some(text) = sources::text(&file)? else {
            continue;
        };
        let path = file
            .strip_prefix(&root)
            .unwrap_or(&file)
            .to_string_lossy()
            .replace('\\', "/");
        let tests = text.lines().position(|line| line == "#[cfg(test)]");
        for (i, line) in text.lines().enumerate() {
            let waits = waits(&path, line).filter(|_| tests.is_none_or(|from| i < from));
            for word in strangers(&path, line)
                .chain(own_paths(&path, line, &root))
                .chain(waits)
            {
                found.push(format!("{path}:{}: {word}", i + 1));
            }
        }
    }
    for line in &found {
        shell.say(line);
    }
    no_window_under_the_app(shell)?;
    match found.first() {
        None => Ok(()),
        Some(first) => bail!("{} out of place, the first: {first}", found.len()),
    }
}

/// Words on this line that belong elsewhere.
fn strangers<'a>(path: &'a str, line: &'a str) -> impl Iterator<Item = &'static str> + 'a {
    let is_comment = line.trim_start().starts_with("//");
    RULES
        .iter()
        .filter(move |rule| {
            !is_comment
                && rule
                    .files
                    .iter()
                    .any(|ending| path.ends_with(&format!(".{ending}")))
                && !rule
                    .belongs
                    .iter()
                    .chain(rule.beside)
                    .any(|place| path.starts_with(place))
                && names(line, rule.word)
        })
        .map(|rule| rule.word)
}

/// What on this line could make the audio thread wait.
fn waits(path: &str, line: &str) -> Option<&'static str> {
    let is_comment = line.trim_start().starts_with("//");
    let in_real_time = path.starts_with(REAL_TIME) && path != SINNER;
    WAITING
        .into_iter()
        .find(|word| in_real_time && !is_comment && line.contains(word))
}

/// Whether `word` stands on this line by itself, not as the end of a longer name.
fn names(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':')
    })
}

/// This checkout's folder, or anybody's home.
fn own_paths(path: &str, line: &str, root: &Path) -> Option<&'static str> {
    // A folder as short as `/app` would be found in half of all addresses.
    let here = root.to_string_lossy();
    let is_here = here.matches('/').count() > 1 && line.contains(&*here);
    let is_home = HOMES.iter().any(|home| {
        line.match_indices(home).any(|(at, _)| {
            let before = line[..at].chars().next_back();
            let after = line[at + home.len()..].chars().next();
            !before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '.' | '/' | '~' | '*'))
                && after.is_some_and(char::is_alphanumeric)
        })
    });
    ((is_here || is_home) && !path.ends_with("boundaries.rs")).then_some("a path of one machine")
}

/// A journey through the app must need no web view, so nothing of Tauri may lie under it.
fn no_window_under_the_app(shell: &Shell) -> Result<()> {
    let tree = output(cargo().args(["tree", "-p", "app", "--target", "all", "--prefix", "none"]))?;
    shell.say(&tree);
    match tree.lines().find(|line| line.starts_with("tauri")) {
        None => Ok(()),
        Some(line) => bail!("`app` reaches {line}; it must work without a window"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, line: &str) -> Vec<&'static str> {
        strangers(path, line).collect()
    }

    #[test]
    fn a_sound_library_is_named_in_its_own_file_only() {
        let line = "use cpal::traits::HostTrait;";
        assert!(found("audio-engine/src/io/cpal.rs", line).is_empty());
        assert!(found("audio-engine/src/io/cpal/streams.rs", line).is_empty());
        assert_eq!(found("audio-engine/src/io/host.rs", line), ["cpal::"]);
    }

    #[test]
    fn our_own_module_of_the_same_name_is_no_stranger() {
        assert!(found("audio-engine/src/io/host.rs", "super::cpal::open(prefs)").is_empty());
        assert!(
            found(
                "audio-engine/src/io/host.rs",
                "// what cpal::Stream does not tell"
            )
            .is_empty()
        );
    }

    #[test]
    fn a_lock_has_no_place_where_the_audio_thread_runs() {
        let line = "use std::sync::Mutex;";
        assert_eq!(waits("audio-engine/src/rt/voice.rs", line), Some("Mutex"));
        assert_eq!(waits("audio-engine/src/io/player.rs", line), None);
        assert_eq!(
            waits("audio-engine/src/rt/voice.rs", "// no Mutex here"),
            None
        );
    }

    #[test]
    fn a_developer_s_home_is_found_and_a_page_address_is_not() {
        let root = Path::new("/srv/music/undersong");
        let own = |line| own_paths("README.md", line, root).is_some();
        assert!(own("cd /home/anna/undersong"));
        assert!(own("see /srv/music/undersong/README.md"));
        assert!(!own("https://example.org/home/start"));
        assert!(!own("/home/*/.config"));
    }
}

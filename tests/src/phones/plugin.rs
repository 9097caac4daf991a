//! One of our Tauri plugins: its commands have the same names in Rust, Kotlin, Swift and the
//! permissions, and Rust finds its two halves under the names they have.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::Result;

use super::source::{self, Command};
use super::{Faults, files, read};

/// Every plugin answers these; they come with Tauri's own class.
const INHERITED: [&str; 4] = [
    "checkPermissions",
    "requestPermissions",
    "registerListener",
    "removeListener",
];

/// A plugin's folder, as text.
#[derive(Debug, Default)]
pub struct Plugin {
    /// `build.rs`, where `COMMANDS` lists what the native halves answer.
    pub build: String,
    /// Everything under `src`.
    pub rust: String,
    /// `permissions/default.toml`, if there is one.
    pub permissions: String,
    /// Every Kotlin file; none where there is no Android half.
    pub kotlin: Option<Vec<String>>,
    /// Every Swift file; none where there is no iOS half.
    pub swift: Option<Vec<String>>,
}

impl Plugin {
    pub fn read(folder: &Path) -> Result<Plugin> {
        let text = |name: &str| {
            let file = folder.join(name);
            if file.is_file() {
                read(&file)
            } else {
                Ok(String::new())
            }
        };
        let all = |inside: &str, ending: &str| -> Result<Vec<String>> {
            files(&folder.join(inside), ending)?
                .iter()
                .map(|file| read(file))
                .collect()
        };
        let half = |inside: &str, ending: &str| -> Result<Option<Vec<String>>> {
            let is_there = folder.join(inside).is_dir();
            is_there.then(|| all(inside, ending)).transpose()
        };
        Ok(Plugin {
            build: text("build.rs")?,
            rust: all("src", ".rs")?.join("\n"),
            permissions: text("permissions/default.toml")?,
            kotlin: half("android", ".kt")?,
            swift: half("ios", ".swift")?,
        })
    }

    pub fn faults(&self) -> Result<Faults> {
        let mut faults = Faults::new();
        let listed = self.listed();
        for name in self.allowed().difference(&listed) {
            faults.push(format!("default.toml allows `{name}`, which is no command"));
        }

        let mut wanted: BTreeSet<String> = listed.iter().map(|name| camel_case(name)).collect();
        wanted.extend(self.asked_by_rust());
        let wanted: BTreeSet<&str> = wanted
            .iter()
            .map(String::as_str)
            .filter(|name| !INHERITED.contains(name))
            .collect();

        let kotlin = half(self.kotlin.as_deref(), source::kotlin_commands)?;
        let swift = half(self.swift.as_deref(), source::swift_commands)?;
        for (system, mine, other) in [("Android", &kotlin, &swift), ("iOS", &swift, &kotlin)] {
            let Some(mine) = mine else { continue };
            if mine.is_empty() {
                faults.push(format!("the {system} half has no command"));
            }
            for Command { name, alone } in mine {
                if !alone && other.as_ref().is_some_and(|other| !has(other, name)) {
                    faults.push(format!("`{name}` is there on {system} only"));
                }
                if !wanted.contains(&**name) && !self.rust.contains(&format!("\"{name}\"")) {
                    faults.push(format!("nobody calls `{name}` of {system}"));
                }
            }
            for name in &wanted {
                let elsewhere = other.as_ref().is_some_and(|other| alone(other, name));
                if !has(mine, name) && !elsewhere {
                    faults.push(format!(
                        "`{name}` is called, and {system} has no such command"
                    ));
                }
            }
        }
        faults.extend(self.unfound_halves()?);
        Ok(faults)
    }

    /// The names in `COMMANDS`: what the native halves answer, to Rust or to a window.
    fn listed(&self) -> BTreeSet<String> {
        let list = self.build.split_once("COMMANDS").and_then(|(_, rest)| {
            let (_, rest) = rest.split_once('[')?;
            // The type may have brackets too: `&[&str] = &["begin"]`.
            let rest = rest.split_once("= &[").map_or(rest, |(_, rest)| rest);
            rest.split_once(']').map(|(list, _)| list)
        });
        list.map(literals).unwrap_or_default().into_iter().collect()
    }

    /// The commands `default.toml` allows a window, as COMMANDS would write them; it may be none.
    fn allowed(&self) -> BTreeSet<String> {
        literals(&self.permissions)
            .into_iter()
            .filter_map(|name| {
                name.strip_prefix("allow-")
                    .map(|name| name.replace('-', "_"))
            })
            .collect()
    }

    /// What Rust asks of the phone: the first literal after each `run_mobile_plugin`.
    fn asked_by_rust(&self) -> Vec<String> {
        let asked = self.rust.split("run_mobile_plugin").skip(1);
        asked
            .filter_map(|rest| {
                let (_, argument) = rest.split_once('(')?;
                let name = argument.trim_start().strip_prefix('"')?;
                name.split_once('"').map(|(name, _)| name.to_owned())
            })
            .collect()
    }

    /// Classes and entry points that Rust names and that are not there.
    fn unfound_halves(&self) -> Result<Faults> {
        let mut faults = Faults::new();
        if let Some(kotlin) = &self.kotlin {
            let registered = self.rust.split("register_android_plugin(").nth(1);
            let named = registered
                .and_then(|rest| rest.split_once(')'))
                .map(|(names, _)| literals(names));
            if let Some([package, class]) = named.as_deref() {
                let name = format!("{package}.{class}");
                let mut all = BTreeSet::new();
                for text in kotlin {
                    all.extend(source::classes(text)?);
                }
                if !all.contains(&name) {
                    faults.push(format!(
                        "Rust looks for {name}, and Kotlin has no such class"
                    ));
                }
            }
        }
        if let Some(swift) = &self.swift {
            let bound = self.rust.split("ios_plugin_binding!(").nth(1);
            if let Some((name, _)) = bound.and_then(|rest| rest.split_once(')'))
                && !swift
                    .iter()
                    .any(|text| text.contains(&format!("@_cdecl(\"{}\")", name.trim())))
            {
                faults.push(format!(
                    "Rust looks for {name}, and Swift has no such function"
                ));
            }
        }
        Ok(faults)
    }
}

fn half(
    texts: Option<&[String]>,
    commands: impl Fn(&str) -> Result<BTreeSet<Command>>,
) -> Result<Option<BTreeSet<Command>>> {
    let Some(texts) = texts else { return Ok(None) };
    let mut found = BTreeSet::new();
    for text in texts {
        found.extend(
            commands(text)?
                .into_iter()
                .filter(|it| !INHERITED.contains(&&*it.name)),
        );
    }
    Ok(Some(found))
}

fn has(commands: &BTreeSet<Command>, name: &str) -> bool {
    commands.iter().any(|command| command.name == name)
}

fn alone(commands: &BTreeSet<Command>, name: &str) -> bool {
    commands
        .iter()
        .any(|command| command.name == name && command.alone)
}

/// Every string literal of this Rust or TOML text.
fn literals(text: &str) -> Vec<String> {
    let bare: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim_start().starts_with(['#', '/']))
        .collect();
    let bare = bare.join("\n");
    bare.split('"')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

/// Tauri calls the command `open_settings` of a window `openSettings` on a phone.
pub(super) fn camel_case(snake: &str) -> String {
    let mut camel = String::new();
    for (i, word) in snake.split('_').enumerate() {
        let mut letters = word.chars();
        match letters.next() {
            Some(first) if i > 0 => camel.extend(first.to_uppercase()),
            Some(first) => camel.push(first),
            None => {}
        }
        camel.push_str(letters.as_str());
    }
    camel
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agreeing() -> Plugin {
        Plugin {
            build: "const COMMANDS: &[&str] = &[\"open_settings\"];".to_owned(),
            rust: "api.register_android_plugin(\"app.undersong.session\", \"SessionPlugin\")?;\n\
                   ios_plugin_binding!(init_plugin_session);\n\
                   self.0.run_mobile_plugin::<()>(\"begin\", wish)?;\n\
                   self.0.run_mobile_plugin(\"checkPermissions\", ())?;"
                .to_owned(),
            permissions: "[default]\npermissions = [\n  # why\n  \"allow-open-settings\",\n]".to_owned(),
            kotlin: Some(vec![
                "package app.undersong.session\n@TauriPlugin class SessionPlugin {\n\
                 @Command fun begin(invoke: Invoke) {}\n@Command fun openSettings(invoke: Invoke) {} }"
                    .to_owned(),
            ]),
            swift: Some(vec![
                "class SessionPlugin: Plugin {\n @objc public func begin(_ invoke: Invoke) {}\n\
                 @objc public func openSettings(_ invoke: Invoke) {}\n}\n\
                 @_cdecl(\"init_plugin_session\") func initPlugin() -> Plugin { SessionPlugin() }"
                    .to_owned(),
            ]),
        }
    }

    fn only_fault(plugin: &Plugin) -> String {
        let mut faults = plugin.faults().unwrap();
        assert_eq!(faults.len(), 1, "{faults:?}");
        faults.remove(0)
    }

    #[test]
    fn names_that_agree_are_no_fault() {
        assert_eq!(agreeing().faults().unwrap(), Faults::new());
        let rust_alone = Plugin {
            kotlin: None,
            swift: None,
            ..agreeing()
        };
        assert_eq!(rust_alone.faults().unwrap(), Faults::new());
    }

    #[test]
    fn a_window_may_be_allowed_nothing_but_not_what_is_not_there() {
        let mut plugin = agreeing();
        plugin.permissions = "[default]\npermissions = []".to_owned();
        assert_eq!(plugin.faults().unwrap(), Faults::new());
        plugin.permissions = "permissions = [\"allow-open-everything\"]".to_owned();
        assert!(only_fault(&plugin).contains("`open_everything`"));
    }

    #[test]
    fn a_command_listed_and_answered_by_nobody_is_found() {
        let mut plugin = agreeing();
        plugin.build = "const COMMANDS: &[&str] = &[\"open_settings\", \"wait\"];".to_owned();
        let faults = plugin.faults().unwrap();
        for system in ["Android", "iOS"] {
            let fault = format!("`wait` is called, and {system} has no such command");
            assert!(faults.contains(&fault), "{faults:?}");
        }
    }

    #[test]
    fn a_slip_in_one_language_is_found() {
        let mut plugin = agreeing();
        plugin.swift = Some(vec![
            plugin.swift.unwrap()[0].replace("func begin", "func began"),
        ]);
        let faults = plugin.faults().unwrap();
        for word in [
            "`began` is there on iOS only",
            "`begin` is there on Android only",
            "nobody calls `began`",
        ] {
            assert!(
                faults.iter().any(|fault| fault.contains(word)),
                "{word}: {faults:?}"
            );
        }
    }

    #[test]
    fn a_half_without_any_command_is_found() {
        let plugin = Plugin {
            swift: Some(Vec::new()),
            ..agreeing()
        };
        assert!(
            plugin
                .faults()
                .unwrap()
                .contains(&"the iOS half has no command".to_owned())
        );
        let empty = Plugin {
            kotlin: Some(Vec::new()),
            ..Plugin::default()
        };
        assert_eq!(only_fault(&empty), "the Android half has no command");
    }

    #[test]
    fn a_class_rust_cannot_find_is_found() {
        let mut plugin = agreeing();
        plugin.rust = plugin.rust.replace("\"SessionPlugin\"", "\"Session\"");
        assert!(only_fault(&plugin).contains("app.undersong.session.Session"));
        let mut plugin = agreeing();
        plugin.rust = plugin.rust.replace("init_plugin_session", "init_session");
        assert!(only_fault(&plugin).contains("init_session"));
    }

    #[test]
    fn a_command_of_one_system_says_so_above_itself() {
        let mut plugin = agreeing();
        plugin.rust.push_str("run_mobile_plugin(\"battery\", ())");
        let with = plugin.kotlin.unwrap()[0].replace(
            "@Command fun begin",
            "// Android only: iPhones have no such page.\n@Command fun battery(invoke: Invoke) {}\n@Command fun begin",
        );
        plugin.kotlin = Some(vec![with.clone()]);
        assert_eq!(plugin.faults().unwrap(), Faults::new());
        plugin.kotlin = Some(vec![with.replace("Android only", "Sometimes")]);
        assert!(!plugin.faults().unwrap().is_empty());
    }
}

//! What a command is given: each field that Kotlin or Swift reads has the name under which Rust
//! sends it. A slip would not fail there; the field would stay as it was, 0 or empty.

use std::collections::BTreeSet;

use super::Faults;
use super::plugin::{Plugin, camel_case};

/// Of every class and struct whose name ends in `Arg` or `Args`.
pub fn faults(plugin: &Plugin) -> Faults {
    let sent = sent(&plugin.rust);
    let mut faults = Faults::new();
    for (system, texts) in [("Android", &plugin.kotlin), ("iOS", &plugin.swift)] {
        let read = texts.iter().flatten().flat_map(|text| read(text));
        for name in read.collect::<BTreeSet<_>>() {
            if !sent.contains(&name) {
                faults.push(format!("{system} reads `{name}`, which Rust never sends"));
            }
        }
    }
    faults
}

/// Fields of structs, as serde words them, and the keys of `json!`.
fn sent(rust: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for line in rust.lines() {
        let line = line.trim_start();
        let field = line.strip_prefix("pub ").unwrap_or(line);
        if let Some((name, _)) = field.split_once(": ")
            && is_name(name)
        {
            names.insert(camel_case(name));
        }
        let keys = line
            .split("\": ")
            .filter_map(|part| part.rsplit('"').next());
        names.extend(keys.filter(|key| is_name(key)).map(str::to_owned));
    }
    names
}

/// Fields of the arguments in this Kotlin or Swift text: from the line that names them to the `}`
/// at the beginning of one.
fn read(text: &str) -> Vec<String> {
    let mut fields = vec![];
    let mut is_inside = false;
    for line in text.lines() {
        if line == "}" {
            is_inside = false;
        } else if let Some(name) = after(line, &["internal class ", "class ", "struct "]) {
            is_inside = name.ends_with("Arg") || name.ends_with("Args");
        } else if let Some(name) = after(line, &["lateinit var ", "var ", "let "])
            && is_inside
        {
            fields.push(name);
        }
    }
    fields
}

/// The name that is declared there with one of these words.
fn after(line: &str, words: &[&str]) -> Option<String> {
    let line = line.trim_start();
    let rest = words.iter().find_map(|word| line.strip_prefix(word))?;
    Some(rest.chars().take_while(|c| is_letter(*c)).collect())
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(is_letter)
}

fn is_letter(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agreeing() -> Plugin {
        Plugin {
            rust: "#[serde(rename_all = \"camelCase\")]\nstruct Wait<'a> {\n    pub words: &'a str,\n    \
                   after_ms: u64,\n}\nrun(json!({ \"page\": page }));"
                .to_owned(),
            kotlin: Some(vec![
                "@InvokeArg\ninternal class WaitArgs {\n  lateinit var words: String\n  var afterMs = 0L\n}\n\
                 class Other {\n  var mine = 1\n}"
                    .to_owned(),
            ]),
            swift: Some(vec![
                "struct WaitArgs: Decodable {\n  /// The page that is let be.\n  let afterMs: Double\n  \
                 let page: String\n}\nstruct Other {\n  let mine = 1\n}"
                    .to_owned(),
            ]),
            ..Plugin::default()
        }
    }

    #[test]
    fn names_that_agree_are_no_fault() {
        assert_eq!(faults(&agreeing()), Faults::new());
    }

    #[test]
    fn a_field_that_one_side_calls_otherwise_is_found() {
        let mut plugin = agreeing();
        plugin.rust = plugin.rust.replace("after_ms", "after");
        let found = faults(&plugin);
        assert_eq!(found.len(), 2, "{found:?}");
        assert_eq!(found[0], "Android reads `afterMs`, which Rust never sends");
        let mut plugin = agreeing();
        plugin.swift = plugin
            .swift
            .map(|all| vec![all[0].replace("page:", "side:")]);
        assert_eq!(
            faults(&plugin),
            ["iOS reads `side`, which Rust never sends"]
        );
    }
}

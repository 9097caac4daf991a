//! Kotlin and Swift: whether they can be read at all, and what in them is called by name.
//!
//! Parsed by the grammars that editors use. That finds a missing brace, not a wrong type; Kotlin's
//! types are the business of `cargo xtask kotlin-check`.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use tree_sitter::{Language, Node, Parser, Tree};

use super::Faults;

/// Which grammar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tongue {
    Kotlin,
    Swift,
}

fn parse(tongue: Tongue, text: &str) -> Result<Tree> {
    let language: Language = match tongue {
        Tongue::Kotlin => tree_sitter_kotlin_ng::LANGUAGE.into(),
        Tongue::Swift => tree_sitter_swift::LANGUAGE.into(),
    };
    let mut parser = Parser::new();
    parser.set_language(&language)?;
    parser.parse(text, None).context("parsing was called off")
}

/// Every place the grammar cannot make sense of.
pub fn faults(tongue: Tongue, text: &str) -> Result<Faults> {
    let tree = parse(tongue, text)?;
    let mut faults = Faults::new();
    each(tree.root_node(), &mut |node| {
        if node.is_error() || node.is_missing() {
            faults.push(format!(
                "line {}: not {tongue:?}",
                node.start_position().row + 1
            ));
        }
    });
    Ok(faults)
}

/// A command of a plugin.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Command {
    /// As it is called.
    pub name: String,
    /// The comment above it says "Android only" or "iOS only".
    pub alone: bool,
}

/// The functions of this Kotlin file that are annotated `@Command`.
pub fn kotlin_commands(text: &str) -> Result<BTreeSet<Command>> {
    let tree = parse(Tongue::Kotlin, text)?;
    let mut found = BTreeSet::new();
    each(tree.root_node(), &mut |node| {
        if node.kind() == "function_declaration" && annotations(node, text).contains("Command") {
            found.extend(command(node, text));
        }
    });
    Ok(found)
}

/// The functions of this Swift file that Tauri can call: `@objc`, not private, and taking an `Invoke`.
pub fn swift_commands(text: &str) -> Result<BTreeSet<Command>> {
    let tree = parse(Tongue::Swift, text)?;
    let mut found = BTreeSet::new();
    each(tree.root_node(), &mut |node| {
        if node.kind() != "function_declaration" {
            return;
        }
        let Some(modifiers) = child(node, "modifiers").map(|node| of(node, text)) else {
            return;
        };
        let invoked =
            child(node, "parameter").is_some_and(|node| of(node, text).ends_with("Invoke"));
        if modifiers.contains("@objc") && !modifiers.contains("private") && invoked {
            found.extend(command(node, text));
        }
    });
    Ok(found)
}

/// The classes of this Kotlin file that are found by name or annotation, with their package: plugins,
/// and what arguments are read into.
pub fn reached_by_name(text: &str) -> Result<BTreeSet<String>> {
    let tree = parse(Tongue::Kotlin, text)?;
    let package = package(tree.root_node(), text);
    let mut found = BTreeSet::new();
    each(tree.root_node(), &mut |node| {
        let by_annotation = node.kind() == "class_declaration"
            && annotations(node, text).iter().any(|name| {
                [
                    "TauriPlugin",
                    "InvokeArg",
                    "JsonDeserialize",
                    "JsonSerialize",
                ]
                .contains(&&**name)
            });
        if by_annotation && let Some(name) = node.child_by_field_name("name") {
            found.insert(format!("{package}.{}", of(name, text)));
        }
        // `invoke.parseArgs(Begin::class.java)`
        if node.kind() == "call_expression"
            && let Some((_, argument)) = of(node, text).split_once(".parseArgs(")
            && let Some((class, _)) = argument.split_once("::class")
            && !argument[..class.len()].contains(['(', '\n'])
        {
            found.insert(format!("{package}.{class}"));
        }
    });
    Ok(found)
}

/// The arguments of the call whose name `text` begins with, as they are written.
pub fn arguments(text: &str) -> Vec<String> {
    let (mut found, mut depth) = (vec![String::new()], 0);
    for letter in text.chars() {
        match letter {
            '(' => depth += 1,
            ')' if depth == 1 => break,
            ')' => depth -= 1,
            ',' if depth == 1 => {
                found.push(String::new());
                continue;
            }
            _ if depth == 0 => continue,
            _ => {}
        }
        if let Some(last) = found.last_mut()
            && (depth > 1 || letter != '(')
        {
            last.push(letter);
        }
    }
    let trimmed = found.iter().map(|argument| argument.trim().to_owned());
    trimmed.filter(|argument| !argument.is_empty()).collect()
}

/// The classes and objects of this Kotlin file, with their package.
pub fn classes(text: &str) -> Result<BTreeSet<String>> {
    let tree = parse(Tongue::Kotlin, text)?;
    let package = package(tree.root_node(), text);
    let mut found = BTreeSet::new();
    each(tree.root_node(), &mut |node| {
        if matches!(node.kind(), "class_declaration" | "object_declaration")
            && let Some(name) = node.child_by_field_name("name")
        {
            found.insert(format!("{package}.{}", of(name, text)));
        }
    });
    Ok(found)
}

fn command(node: Node, text: &str) -> Option<Command> {
    let name = of(node.child_by_field_name("name")?, text).to_owned();
    let above = node
        .prev_sibling()
        .filter(|node| node.kind().contains("comment"));
    let above = above.map(|node| of(node, text)).unwrap_or_default();
    let alone = above.contains("Android only") || above.contains("iOS only");
    Some(Command { name, alone })
}

/// The names of a Kotlin declaration's annotations.
fn annotations<'a>(node: Node, text: &'a str) -> BTreeSet<&'a str> {
    let Some(modifiers) = child(node, "modifiers") else {
        return BTreeSet::new();
    };
    let mut cursor = modifiers.walk();
    modifiers
        .children(&mut cursor)
        .filter(|node| node.kind() == "annotation")
        .filter_map(|node| {
            let name = of(node, text).trim_start_matches('@');
            name.split(['(', '<', ' ', '\n']).next()
        })
        .collect()
}

fn package<'a>(file: Node, text: &'a str) -> &'a str {
    child(file, "package_header")
        .and_then(|header| child(header, "qualified_identifier"))
        .map(|name| of(name, text))
        .unwrap_or_default()
}

fn child<'tree>(node: Node<'tree>, kind: &str) -> Option<Node<'tree>> {
    let mut cursor = node.walk();
    node.children(&mut cursor).find(|node| node.kind() == kind)
}

fn of<'a>(node: Node, text: &'a str) -> &'a str {
    text.get(node.byte_range()).unwrap_or_default()
}

fn each(node: Node, look: &mut impl FnMut(Node)) {
    look(node);
    let mut cursor = node.walk();
    for child in node.children(&mut cursor) {
        each(child, look);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KOTLIN: &str = "package app.undersong.session\n\
        @InvokeArg internal class Begin { lateinit var title: String }\n\
        class Quiet\n\
        @TauriPlugin(permissions = [Permission(strings = [RECORD_AUDIO], alias = \"microphone\")])\n\
        class SessionPlugin(private val activity: Activity) : Plugin(activity) {\n\
          @Command fun begin(invoke: Invoke) { val args = invoke.parseArgs(Wish::class.java) }\n\
          /** Android only. */\n\
          @Command\n\
          fun noisy(invoke: Invoke) { invoke.resolve() }\n\
          @PermissionCallback private fun after(invoke: Invoke) {}\n\
          fun helper() {}\n\
        }\n";

    const SWIFT: &str = "class SessionPlugin: Plugin {\n\
          @objc public func begin(_ invoke: Invoke) throws { invoke.resolve() }\n\
          @objc private func interrupted(_ notification: Notification) {}\n\
          @objc private func hidden(_ invoke: Invoke) {}\n\
          public func helper(_ invoke: Invoke) {}\n\
        }\n";

    fn names(commands: &BTreeSet<Command>) -> Vec<&str> {
        commands.iter().map(|command| &*command.name).collect()
    }

    #[test]
    fn a_missing_brace_is_found_in_both_languages() {
        assert!(faults(Tongue::Kotlin, KOTLIN).unwrap().is_empty());
        assert!(faults(Tongue::Swift, SWIFT).unwrap().is_empty());
        assert!(
            !faults(Tongue::Kotlin, &KOTLIN[..KOTLIN.len() - 2])
                .unwrap()
                .is_empty()
        );
        assert!(
            !faults(Tongue::Swift, &SWIFT[..SWIFT.len() - 2])
                .unwrap()
                .is_empty()
        );
        assert!(!faults(Tongue::Kotlin, "class { fun }").unwrap().is_empty());
        assert!(!faults(Tongue::Swift, "func (").unwrap().is_empty());
    }

    #[test]
    fn commands_are_those_tauri_would_call() {
        let kotlin = kotlin_commands(KOTLIN).unwrap();
        assert_eq!(names(&kotlin), ["begin", "noisy"]);
        assert_eq!(
            kotlin
                .iter()
                .map(|command| command.alone)
                .collect::<Vec<_>>(),
            [false, true]
        );
        assert_eq!(names(&swift_commands(SWIFT).unwrap()), ["begin"]);
        assert!(kotlin_commands("class Nothing").unwrap().is_empty());
    }

    #[test]
    fn arguments_are_parted_at_their_own_commas() {
        let call =
            "Activity(this, code(id, reply), Intent(a, b).putExtra(C, d), ONE or TWO,\n) + x(1)";
        let expected = [
            "this",
            "code(id, reply)",
            "Intent(a, b).putExtra(C, d)",
            "ONE or TWO",
        ];
        assert_eq!(arguments(call), expected);
    }

    #[test]
    fn classes_found_by_annotation_or_read_from_arguments_are_known() {
        let found = reached_by_name(KOTLIN).unwrap();
        let wanted =
            ["Begin", "SessionPlugin", "Wish"].map(|name| format!("app.undersong.session.{name}"));
        assert_eq!(found, wanted.into_iter().collect());
        assert!(
            classes(KOTLIN)
                .unwrap()
                .contains("app.undersong.session.Quiet")
        );
    }
}

//! The shrinker's rules: which classes stay although no call leads to them.
//!
//! Reads the part of the shrinker's language that we use: `-keep class NAME { *; }`, where `**` stands
//! for any packages and `*` for one name. A rule that keeps some members only does not count.

/// Whether these rules keep all of `class`, given with its package.
pub fn keeps(rules: &str, class: &str) -> bool {
    kept_whole(rules).iter().any(|pattern| fits(pattern, class))
}

/// The patterns of every `-keep class … { *; }`.
fn kept_whole(rules: &str) -> Vec<String> {
    let bare: String = rules
        .lines()
        .map(|line| line.split('#').next().unwrap_or_default())
        .collect::<Vec<_>>()
        .join(" ");
    bare.split("-keep ")
        .skip(1)
        .filter_map(|rule| {
            let (head, rest) = rule.split_once('{')?;
            let (members, _) = rest.split_once('}')?;
            let pattern = head.trim().strip_prefix("class ")?.trim();
            (members.trim() == "*;" && !pattern.contains(' ')).then(|| pattern.to_owned())
        })
        .collect()
}

fn fits(pattern: &str, name: &str) -> bool {
    if let Some((before, after)) = pattern.split_once("**") {
        let Some(rest) = name.strip_prefix(before) else {
            return false;
        };
        return (0..=rest.len())
            .filter(|from| rest.is_char_boundary(*from))
            .any(|from| fits(after, &rest[from..]));
    }
    if let Some((before, after)) = pattern.split_once('*') {
        let Some(rest) = name.strip_prefix(before) else {
            return false;
        };
        return (0..=rest.len())
            .filter(|to| rest.is_char_boundary(*to))
            .take_while(|to| !rest[..*to].contains('.'))
            .any(|to| fits(after, &rest[to..]));
    }
    pattern == name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_is_kept_with_all_below_it() {
        let rules = "-keep class app.undersong.** { *; }";
        assert!(keeps(rules, "app.undersong.session.SessionPlugin"));
        assert!(keeps(rules, "app.undersong.MainActivity"));
        assert!(!keeps(rules, "app.undersongs.Other"));
        assert!(!keeps(rules, "com.example.Arguments"));
    }

    #[test]
    fn one_star_stays_within_its_package() {
        let rules = "-keep class app.undersong.* { *; }";
        assert!(keeps(rules, "app.undersong.MainActivity"));
        assert!(!keeps(rules, "app.undersong.session.SessionPlugin"));
    }

    #[test]
    fn a_rule_for_some_members_or_in_a_comment_keeps_nothing_whole() {
        assert!(!keeps("-keep class a.B { public <init>(...); }", "a.B"));
        assert!(!keeps("-keepclassmembers class a.B { *; }", "a.B"));
        assert!(!keeps("# -keep class a.B { *; }", "a.B"));
        assert!(!keeps("", "a.B"));
    }
}

//! A person's words as a file name, on every system.

/// Longer names are cut: 255 bytes is what most systems take, and something is added in front and
/// behind.
const LONGEST_BYTES: usize = 120;

/// Names that are devices on Windows, whatever comes after a dot.
const DEVICES: [&str; 4] = ["CON", "PRN", "AUX", "NUL"];

/// `words` as a file's name without its ending: no separators, nothing a system refuses, hides or
/// takes for a device, and never a way to another folder. `None` if nothing is left.
pub fn safe_name(words: &str) -> Option<String> {
    let plain = words.chars().map(|letter| match letter {
        letter if letter.is_control() || r#"/\:*?"<>|"#.contains(letter) => ' ',
        // They turn the writing round, or are not to be seen at all.
        '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => ' ',
        letter => letter,
    });
    let plain: String = plain.collect();
    let mut name = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut end = name.len().min(LONGEST_BYTES);
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    name.truncate(end);
    // Windows leaves dots and spaces at an end away; in front, a dot hides.
    let name = name.trim_matches(['.', ' ']);
    let stem = name.split('.').next().unwrap_or_default().trim_end();
    let stem = stem.to_ascii_uppercase();
    let numbered = |port: &str| {
        let number = stem.strip_prefix(port).unwrap_or_default();
        number.chars().count() == 1 && number != "0"
    };
    if DEVICES.contains(&stem.as_str()) || numbered("COM") || numbered("LPT") {
        return Some(format!("{name}_").replacen('.', "_", 1));
    }
    (!name.is_empty()).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_piece_is_saved_under_the_name_it_was_given() {
        assert_eq!(safe_name("Für Ömer, quietly").unwrap(), "Für Ömer, quietly");
        assert_eq!(safe_name("夜の雨").unwrap(), "夜の雨");
    }

    #[test]
    fn a_name_never_leads_to_another_folder_or_a_hidden_file() {
        assert_eq!(safe_name("../rain / bells").unwrap(), "rain bells");
        assert_eq!(safe_name(".night").unwrap(), "night");
        assert_eq!(safe_name("C:\\rain").unwrap(), "C rain");
        assert_eq!(safe_name(" \n\u{0} .. "), None);
    }

    #[test]
    fn a_song_called_after_a_device_can_be_saved_on_windows() {
        assert_eq!(safe_name("aux").unwrap(), "aux_");
        assert_eq!(safe_name("Con.fuoco").unwrap(), "Con_fuoco_");
        assert_eq!(safe_name("COM1").unwrap(), "COM1_");
        assert_eq!(safe_name("Comet").unwrap(), "Comet");
    }

    proptest! {
        #[test]
        fn whatever_somebody_writes_is_one_name_or_none(words in "\\PC{0,300}") {
            let Some(name) = safe_name(&words) else { return Ok(()) };
            prop_assert!(!name.is_empty() && name.len() <= LONGEST_BYTES + 1);
            let path = std::path::Path::new(&name);
            prop_assert_eq!(path.components().count(), 1);
            prop_assert_eq!(path.file_name().unwrap(), name.as_str());
            prop_assert!(!name.starts_with('.') && !name.ends_with(['.', ' ']));
        }
    }
}

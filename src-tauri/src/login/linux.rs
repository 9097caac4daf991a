//! A file in the autostart folder, by the freedesktop.org specifications.
//!
//! Written here because the crate `auto-launch` looks for that folder in `~/.config` whatever
//! `XDG_CONFIG_HOME` says, and takes a space in the program's path for the end of it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Named as the app is everywhere.
const NAME: &str = "app.undersong.desktop";

/// How a desktop says that a person switched it off in its own settings.
const OFF: [&str; 2] = ["Hidden=true", "X-GNOME-Autostart-enabled=false"];

/// The file, and what it says when it is there.
pub struct Entry {
    file: PathBuf,
    text: String,
}

impl Entry {
    /// Below the folder `config`, to start `program`. `None` if its path cannot be written down.
    pub fn of(config: &Path, program: &Path, arguments: &[String]) -> Option<Entry> {
        let mut command = quoted(program.to_str()?);
        for argument in arguments {
            command.push(' ');
            command.push_str(&quoted(argument));
        }
        let text = format!(
            "[Desktop Entry]\n\
             Type=Application\n\
             Version=1.0\n\
             Name=Undersong\n\
             Comment=Open, so that a reminder can come\n\
             Exec={}\n\
             Icon=app.undersong\n\
             Terminal=false\n\
             StartupNotify=false\n",
            command.replace('\\', "\\\\")
        );
        let file = config.join("autostart").join(NAME);
        Some(Entry { file, text })
    }

    pub fn is_on(&self) -> bool {
        let text = fs::read_to_string(&self.file).unwrap_or_default();
        let is_off = text.lines().any(|line| OFF.contains(&line.trim()));
        !text.is_empty() && !is_off
    }

    pub fn add(&self) -> io::Result<()> {
        if let Some(folder) = self.file.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&self.file, &self.text)
    }

    pub fn remove(&self) -> io::Result<()> {
        match fs::remove_file(&self.file) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            done => done,
        }
    }
}

/// One word of a command, as `Exec` wants it: in quotes, with what means something there marked.
fn quoted(word: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in word.chars() {
        match letter {
            '"' | '`' | '$' | '\\' => quoted.extend(['\\', letter]),
            '%' => quoted.push_str("%%"),
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(config: &Path, program: &str) -> Entry {
        let arguments = ["--quiet".to_owned()];
        Entry::of(config, Path::new(program), &arguments).unwrap()
    }

    #[test]
    fn it_comes_and_goes_and_going_twice_is_going() {
        let config = tempfile::tempdir().unwrap();
        let entry = entry(config.path(), "/opt/undersong");
        assert!(!entry.is_on());
        entry.add().unwrap();
        assert!(entry.is_on());
        let text = fs::read_to_string(config.path().join("autostart").join(NAME)).unwrap();
        let command = "Exec=\"/opt/undersong\" \"--quiet\"\n";
        assert!(text.contains(command), "{text}");
        entry.remove().unwrap();
        entry.remove().unwrap();
        assert!(!entry.is_on());
    }

    #[test]
    fn what_was_switched_off_in_the_desktop_s_settings_is_off() {
        let config = tempfile::tempdir().unwrap();
        let entry = entry(config.path(), "/opt/undersong");
        for off in OFF {
            fs::create_dir_all(config.path().join("autostart")).unwrap();
            fs::write(&entry.file, format!("{}{off}\n", entry.text)).unwrap();
            assert!(!entry.is_on(), "{off}");
            entry.add().unwrap();
            assert!(entry.is_on(), "and can be switched on again here");
        }
    }

    /// Read back by a library that desktops read it with, and split as a shell would.
    #[test]
    fn a_program_in_a_folder_with_any_name_is_found() {
        let config = tempfile::tempdir().unwrap();
        for program in [
            "/opt/My Programs/under song",
            "/opt/ann\"a/$HOME/`x`/100%/back\\slash",
            "/opt/änna/音楽/undersong",
        ] {
            let entry = entry(config.path(), program);
            entry.add().unwrap();
            let file = glib::KeyFile::new();
            file.load_from_file(&entry.file, glib::KeyFileFlags::NONE)
                .unwrap();
            let command = file.string("Desktop Entry", "Exec").unwrap();
            let words = glib::shell_parse_argv(command.as_str()).unwrap();
            let words: Vec<String> = words
                .iter()
                .map(|word| word.to_string_lossy().replace("%%", "%"))
                .collect();
            assert_eq!(words, [program, "--quiet"]);
        }
    }
}

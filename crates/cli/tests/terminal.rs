//! The program itself, as somebody at a terminal runs it.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn program(data: &Path, words: &[&str]) -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_undersong-cli"));
    program
        .arg("--data")
        .arg(data)
        .args(words)
        .stdin(Stdio::null());
    program
}

fn undersong(data: &Path, words: &[&str]) -> Output {
    program(data, words).output().expect("the program runs")
}

/// Begins a session and kills the program as soon as its first words are said.
fn cut_off(data: &Path) {
    let mut running = program(data, &["practice", "lp01", "--two-minutes"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program runs");
    let out = running.stdout.take().expect("it says something");
    let mut lines = BufReader::new(out).lines().map_while(Result::ok);
    let begun = lines.any(|line| line.contains("Eight sounds"));
    running.kill().expect("it ends at once");
    running.wait().expect("and is gone");
    assert!(begun, "it never began");
}

#[test]
fn a_session_that_was_killed_is_carried_on_with_to_its_end() {
    let folder = tempfile::tempdir().expect("a folder");
    cut_off(folder.path());
    let on = undersong(folder.path(), &["carry-on", "--fast"]);
    assert!(on.status.success(), "{}", said(&on));
    assert!(
        said(&on).contains("Three warm layers, step 1 of 5."),
        "{}",
        said(&on)
    );
    assert!(said(&on).contains("Kept as"), "{}", said(&on));
    let sessions = undersong(folder.path(), &["sessions", "--json"]);
    let sessions: serde_json::Value = serde_json::from_slice(&sessions.stdout).expect("JSON");
    assert_eq!(sessions.as_array().map(Vec::len), Some(1), "one sitting");
    let over = undersong(folder.path(), &["carry-on", "--fast"]);
    assert_eq!(over.status.code(), Some(1), "{}", said(&over));
}

#[test]
fn a_session_that_was_killed_can_be_left_as_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    cut_off(folder.path());
    let kept = undersong(folder.path(), &["keep"]);
    assert!(kept.status.success(), "{}", said(&kept));
    let over = undersong(folder.path(), &["carry-on", "--fast"]);
    assert!(
        said(&over).contains("no session of today"),
        "{}",
        said(&over)
    );
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn a_scripted_session_is_kept_and_can_be_taken_along() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let script = folder.path().join("answers.json");
    let touches = r#"{ "before": {"valence": -2, "arousal": -1, "tension": 6}, "after": null,
        "name": "Rain on tin",
        "touches": [{"step": 0, "bar": 2, "act": {"kind": "slot", "index": 7, "on": true}}] }"#;
    std::fs::write(&script, touches).expect("a script");
    let script = script.to_string_lossy();
    let played = undersong(
        &data,
        &[
            "practice",
            "lp01",
            "--two-minutes",
            "--fast",
            "--answers",
            &script,
        ],
    );
    assert!(played.status.success(), "{}", said(&played));
    assert!(
        said(&played).contains("Kept as “Rain on tin”"),
        "{}",
        said(&played)
    );
    assert!(
        said(&played).contains("After: skipped."),
        "{}",
        said(&played)
    );

    let pieces = undersong(&data, &["pieces", "--json"]);
    let album: serde_json::Value = serde_json::from_slice(&pieces.stdout).expect("it is JSON");
    let id = album["pieces"][0]["id"].as_str().expect("one piece");
    let wav = folder.path().join("rain.wav");
    let exported = undersong(&data, &["export", id, &wav.to_string_lossy()]);
    assert!(exported.status.success(), "{}", said(&exported));
    assert!(wav.metadata().is_ok_and(|file| file.len() > 1_000_000));
    let flac = folder.path().join("rain.flac");
    let exported = undersong(&data, &["export", id, &flac.to_string_lossy()]);
    assert!(exported.status.success(), "{}", said(&exported));
    let bytes = std::fs::read(&flac).expect("it is there");
    assert!(bytes.starts_with(b"fLaC"), "as its name says");
    let within = folder.path().to_string_lossy();
    let exported = undersong(&data, &["export", id, &within, "--format", "stems"]);
    assert!(exported.status.success(), "{}", said(&exported));
    let mix = folder.path().join("Rain on tin stems/00 Mix.wav");
    assert!(mix.is_file(), "{}", said(&exported));
    let healthy = undersong(&data, &["doctor"]);
    assert!(healthy.status.success(), "{}", said(&healthy));
}

#[test]
fn an_exercise_with_a_mistake_is_refused_with_its_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let good = include_str!("../../../content/exercises/lp01-three-warm-layers.json");
    let file = folder.path().join("mine.json");
    std::fs::write(&file, good.replace("grid(swap)", "grid(swop)")).expect("an exercise");
    let refused = undersong(folder.path(), &["check", &file.to_string_lossy()]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(
        said(&refused).contains("mine.json, line "),
        "{}",
        said(&refused)
    );
    assert!(
        said(&refused).contains("`grid` does not know `swop`"),
        "{}",
        said(&refused)
    );
}

#[test]
fn what_is_not_understood_is_told_apart_from_what_is_not_possible() {
    let folder = tempfile::tempdir().expect("a folder");
    let no_command = undersong(folder.path(), &["prattle"]);
    assert_eq!(no_command.status.code(), Some(2));
    let no_exercise = undersong(folder.path(), &["practice", "zz99", "--fast"]);
    assert_eq!(no_exercise.status.code(), Some(1));
    assert!(
        said(&no_exercise).contains("there are lp01, mx01, vs02"),
        "{}",
        said(&no_exercise)
    );
}

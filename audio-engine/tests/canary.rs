//! A sanitizer that is not there finds nothing. This one is: the same engine, made to do what it
//! must not, is ended, each time for the right reason. Part of `cargo xtask test realtime` only.
#![cfg(rtsan)]

use std::process::{Command, Output};

use audio_engine::rt::sanitizer::{Sin, sin_from_now_on};
use audio_engine::{EngineConfig, engine};

const SIN: &str = "UNDERSONG_SIN";

const SINS: [(&str, Option<Sin>); 5] = [
    ("none", None),
    ("allocate", Some(Sin::Allocate)),
    ("free", Some(Sin::Free)),
    ("wait", Some(Sin::Wait)),
    ("open", Some(Sin::OpenAFile)),
];

/// Not a test of its own: one block, in a process that may be ended for it.
#[test]
fn the_engine_that_sins() {
    let Ok(word) = std::env::var(SIN) else {
        return;
    };
    let (_handle, mut engine) = engine(EngineConfig::default());
    if let Some((_, Some(sin))) = SINS.into_iter().find(|(name, _)| *name == word) {
        sin_from_now_on(sin);
    }
    let (mut left, mut right) = ([0.0; 64], [0.0; 64]);
    engine.process(&[], &mut [&mut left, &mut right]);
}

fn commit(sin: &str) -> Output {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "the_engine_that_sins", "--nocapture"])
        .env(SIN, sin)
        .output()
        .unwrap()
}

#[test]
fn an_engine_that_does_nothing_wrong_is_left_alone() {
    let output = commit("none");
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn an_engine_that_allocates_frees_waits_or_opens_a_file_is_ended() {
    for (sin, named) in [
        ("allocate", "alloc"),
        ("free", "free"),
        ("wait", "syscall"),
        ("open", "open"),
    ] {
        let output = commit(sin);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success(), "{sin}: nobody noticed\n{said}");
        let reason = said
            .lines()
            .find(|line| line.contains("Intercepted call"))
            .unwrap_or_else(|| panic!("{sin}: ended for another reason\n{said}"));
        assert!(reason.contains(named), "{sin}: {reason}");
    }
    println!(r#"@figure {{"name":"sins noticed by the sanitizer","measured":4}}"#);
}

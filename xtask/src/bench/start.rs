//! Cold start: our window to its first frame, beside a Tauri window with nothing in it.
//!
//! Both print a line when the first `requestAnimationFrame` after loading has run; the time is
//! taken here, from starting the process to reading that line. The two take turns, so that
//! whatever else the machine does falls on both.

#[path = "../../../tests/src/display.rs"]
mod display;

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::json;

use crate::shell::Shell;
use crate::workspace::{SELECTION, cargo, target};
use display::Display;

/// What either window prints, and only when asked through [`ASK`].
const LINE: &str = "first frame";
const ASK: &str = "UNDERSONG_FIRST_FRAME";
const PATIENCE: Duration = Duration::from_secs(60);

/// Builds both windows, starts them in turns, and prints medians and their ratio.
pub fn measure(folder: &Path, quick: bool) -> Result<()> {
    let mut build = cargo();
    // The selection the tests have built, so that nothing is compiled again.
    build.arg("build").args(SELECTION);
    build.args(["--bin", "undersong", "--example", "empty_window"]);
    if !quick {
        build.arg("--release");
    }
    Shell::logging(folder.join("start.log"))?.run(&mut build)?;
    let built = target().join(if quick { "debug" } else { "release" });
    let (ours, empty) = (built.join("undersong"), built.join("examples/empty_window"));

    let screen = Display::start()?;
    let rounds = if quick { 3 } else { 5 };
    let (mut our_ms, mut empty_ms) = (Vec::new(), Vec::new());
    for round in 0..=rounds {
        let ours = time(&ours, &screen, &home(folder, "ours", round)?)?;
        let empty = time(&empty, &screen, &home(folder, "empty", round)?)?;
        // The first round fills the disk cache; what follows is what a person meets.
        if round > 0 {
            our_ms.push(ours);
            empty_ms.push(empty);
        }
    }
    let (our_median, empty_median) = (median(&mut our_ms), median(&mut empty_ms));
    let ratio = our_median / empty_median;
    println!(
        "  {:<14} {:>9}  {:>18}",
        "window", "median", "fastest … slowest"
    );
    for (name, times, median) in [
        ("Undersong", &our_ms, our_median),
        ("empty Tauri", &empty_ms, empty_median),
    ] {
        let (first, last) = (times[0], times[times.len() - 1]);
        println!("  {name:<14} {median:>6.0} ms  {first:>6.0} … {last:>6.0} ms");
    }
    println!("  ratio {ratio:.2}");
    let rows = json!({
        "build": if quick { "debug" } else { "release" },
        "undersong_ms": our_ms,
        "empty_ms": empty_ms,
        "undersong_median_ms": our_median,
        "empty_median_ms": empty_median,
        "ratio": ratio,
    });
    std::fs::write(
        folder.join("start.json"),
        serde_json::to_string_pretty(&rows)? + "\n",
    )?;
    Ok(())
}

/// A home that nobody has used. Not the one of an earlier round: what a web view left running there
/// still writes for a moment.
fn home(folder: &Path, who: &str, round: usize) -> Result<PathBuf> {
    let home = folder
        .join("start-homes")
        .join(format!("{}-{who}-{round}", std::process::id()));
    std::fs::create_dir_all(&home)?;
    Ok(home)
}

/// One start, in milliseconds, of a person who has never opened it before.
fn time(program: &PathBuf, screen: &Display, data: &Path) -> Result<f64> {
    let mut window = Command::new(program);
    window
        .env(ASK, "1")
        .env("DISPLAY", screen.number())
        .env("NO_AT_BRIDGE", "1");
    // A home of its own, so that neither window finds what an earlier round has left.
    for name in ["HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"] {
        window.env(name, data);
    }
    window
        .env("GDK_BACKEND", "x11")
        .env("LIBGL_ALWAYS_SOFTWARE", "1");
    window.stdout(Stdio::piped()).stderr(Stdio::null());
    let start = Instant::now();
    let mut child = window
        .spawn()
        .with_context(|| format!("starting {}", program.display()))?;
    let (tell, told) = mpsc::channel();
    if let Some(stdout) = child.stdout.take() {
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if line.contains(LINE) {
                    // Nobody waits any more when this fails.
                    let _ = tell.send(start.elapsed());
                }
            }
        });
    }
    let took = told.recv_timeout(PATIENCE);
    end(&mut child);
    match took {
        Ok(took) => Ok(took.as_secs_f64() * 1000.0),
        Err(_) => bail!("{} showed no frame within a minute", program.display()),
    }
}

fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn end(child: &mut Child) {
    // Already gone is as good.
    let _ = child.kill();
    let _ = child.wait();
}

//! `cargo xtask bench`: what Undersong costs, beside what one could have used instead.
//!
//! Three tables, each also as JSON under `target/bench/`: the mixer beside its peers
//! (`engine.json`, by the crate `engine-peers`), the screens' size (`screens.json`), and the cold
//! start beside an empty window (`start.json`, by [`start`]).

mod screens;
mod start;

use anyhow::Result;

use crate::setup::{Need, node_packages, system_packages};
use crate::shell::Shell;
use crate::workspace::{cargo, npm, target};

/// How thorough to be.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Unoptimised windows and fewer rounds: tells that it works, not how fast it is
    #[arg(long)]
    quick: bool,
}

/// Measures everything and prints the tables.
pub fn run(options: &Options) -> Result<()> {
    system_packages(Need::Test)?;
    node_packages()?;
    let folder = target().join("bench");
    std::fs::create_dir_all(&folder)?;

    println!("The mixer beside its peers");
    let peers = [
        "run",
        "--release",
        "-p",
        "engine-peers",
        "--bin",
        "mixer",
        "--",
    ];
    let mut mixer = cargo();
    mixer.args(peers).arg(folder.join("engine.json"));
    if options.quick {
        mixer.arg("--quick");
    }
    Shell::loud().run(&mut mixer)?;

    println!("\nThe screens, as they are shipped");
    Shell::logging(folder.join("screens.log"))?.run(npm().args(["run", "-w", "ui", "build"]))?;
    screens::measure(&folder)?;

    println!("\nCold start to the first frame that can be touched");
    start::measure(&folder, options.quick)
}

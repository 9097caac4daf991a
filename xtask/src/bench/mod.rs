//! `cargo xtask bench`: what Undersong costs, beside what one could have used instead.
//!
//! Three tables, each also as JSON under `target/bench/`: the engine beside its peers and its
//! promises (`engine.json`, by [`engine`]), the screens' size (`screens.json`), and the cold start
//! beside an empty window (`start.json`, by [`start`]).

mod engine;
mod lines;
mod screens;
mod start;

use anyhow::Result;

use crate::setup::{Need, node_packages, system_packages};
use crate::shell::Shell;
use crate::workspace::{npm, target};

/// How thorough to be.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Three minutes: fewer rounds, the short forms of the tests, unoptimised windows
    #[arg(long)]
    quick: bool,
}

/// Measures everything and prints the tables.
pub fn run(options: &Options) -> Result<()> {
    system_packages(Need::Test)?;
    node_packages()?;
    let folder = target().join("bench");
    std::fs::create_dir_all(&folder)?;

    println!("The engine beside its peers and its promises");
    engine::measure(&folder, options.quick)?;

    println!("\nThe screens, as they are shipped");
    Shell::logging(folder.join("screens.log"))?.run(npm().args(["run", "-w", "ui", "build"]))?;
    screens::measure(&folder)?;

    println!("\nCold start to the first frame that can be touched");
    start::measure(&folder, options.quick)
}

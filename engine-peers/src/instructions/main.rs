//! How many instructions each block takes, by callgrind: a number that no busy machine disturbs.
//!
//! `instructions OUT.json` runs itself under valgrind, plays a minute's worth of trouble in blocks
//! of 128 frames (a full mixer, seams of every loop, 64 events of every kind in one block, a
//! change of plan and place), and compares the worst block with the median of the usual ones.

mod events;
mod everybody;
mod script;
mod valgrind;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::json;

/// Set for the process that is counted.
const COUNTED: &str = "UNDERSONG_COUNTED";

/// The worst block may take this many times the median.
const MOST: f64 = 1.6;

/// A block: what was happening, and what it took.
struct Block {
    what: String,
    instructions: u64,
}

fn main() -> Result<()> {
    if std::env::var_os(COUNTED).is_some() {
        return script::play();
    }
    let out = std::env::args_os().nth(1).map(PathBuf::from);
    let out = out.context("where to? instructions OUT.json")?;
    let name = "worst block by instructions, over the median";
    let row = match count() {
        Ok(blocks) => {
            let (ratio, note) = judge(blocks)?;
            json!({
                "name": name, "measured": ratio, "target": MOST, "unit": "×",
                "holds": ratio <= MOST, "note": note,
            })
        }
        Err(why) => json!({
            "name": name, "measured": null, "target": MOST, "unit": "×",
            "holds": null, "note": format!("not measured: {why:#}"),
        }),
    };
    println!("{row}");
    std::fs::write(&out, serde_json::to_string_pretty(&json!([row]))?)
        .with_context(|| format!("writing {}", out.display()))
}

/// Runs this program again, counted; every block of it, in order.
fn count() -> Result<Vec<Block>> {
    if !valgrind::CAN_BE_ASKED {
        bail!("callgrind cannot be asked for one block on this kind of processor");
    }
    let folder = std::env::temp_dir().join(format!("undersong-blocks-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let blocks = count_into(&folder);
    std::fs::remove_dir_all(&folder)?;
    blocks
}

fn count_into(folder: &Path) -> Result<Vec<Block>> {
    let mut out = std::ffi::OsString::from("--callgrind-out-file=");
    out.push(folder.join("block"));
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--instr-atstart=no"])
        .arg(out)
        .arg(std::env::current_exe()?)
        .env(COUNTED, "1")
        .output()
        .context("valgrind could not be started")?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let last = said.lines().last().unwrap_or_default().to_owned();
        bail!("under valgrind it ended with {}: {last}", output.status);
    }
    let mut blocks = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        // `block.17`; the last, without a number, is what came after all of them.
        let name = entry.file_name().to_string_lossy().into_owned();
        let Some(nth) = name.rsplit('.').next().and_then(|n| n.parse::<u32>().ok()) else {
            continue;
        };
        if let Some(block) = read(&std::fs::read_to_string(entry.path())?) {
            blocks.push((nth, block));
        }
    }
    blocks.sort_by_key(|(nth, _)| *nth);
    Ok(blocks.into_iter().map(|(_, block)| block).collect())
}

/// What one dump says; `None` if nobody asked for it by name.
fn read(dump: &str) -> Option<Block> {
    let after = |start: &str| dump.lines().find_map(|line| line.strip_prefix(start));
    Some(Block {
        what: after("desc: Trigger: Client Request: ")?.to_owned(),
        instructions: after("totals: ")?.trim().parse().ok()?,
    })
}

/// The worst over the median, and what made it so.
fn judge(blocks: Vec<Block>) -> Result<(f64, String)> {
    let blocks_counted = blocks.len();
    let usual = blocks.iter().filter(|block| block.what == script::USUAL);
    let mut usual: Vec<u64> = usual.map(|block| block.instructions).collect();
    usual.sort_unstable();
    let median = *usual
        .get(usual.len() / 2)
        .context("callgrind has counted no usual block")?;
    let mut worst: Vec<Block> = Vec::new();
    for block in blocks {
        match worst.iter_mut().find(|known| known.what == block.what) {
            Some(known) if known.instructions >= block.instructions => {}
            Some(known) => *known = block,
            None => worst.push(block),
        }
    }
    worst.sort_by_key(|block| std::cmp::Reverse(block.instructions));
    let over = |instructions: u64| instructions as f64 / median as f64;
    let told: Vec<String> = worst
        .iter()
        .map(|block| format!("{} {:.2}", block.what, over(block.instructions)))
        .collect();
    let most = worst.first().map_or(0.0, |block| over(block.instructions));
    let note = format!(
        "{blocks_counted} blocks of {} tracks; median {median} instructions; {}",
        script::TRACKS,
        told.join(", ")
    );
    Ok((most, note))
}

//! How many bytes the screens are, by kind, as built and as a web server would send them.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::json;

use crate::sources;
use crate::workspace::root;

/// What all script together may weigh, compressed. A phone parses it at every start.
const SCRIPT_LIMIT: usize = 120 * 1024;

/// Prints and writes the sizes; too much script is an error.
pub fn measure(folder: &Path) -> Result<()> {
    let mut kinds: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for file in sources::files(&root().join("ui/dist"))? {
        let kind = file
            .extension()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let bytes = std::fs::read(&file)?;
        let sum = kinds.entry(kind).or_default();
        sum.0 += bytes.len();
        sum.1 += gzipped(&bytes)?;
    }
    println!("  {:<8} {:>10} {:>10}", "kind", "bytes", "gzip");
    for (kind, (bytes, gzip)) in &kinds {
        println!("  {kind:<8} {bytes:>10} {gzip:>10}");
    }
    let rows: Vec<_> = kinds
        .iter()
        .map(|(kind, (bytes, gzip))| json!({ "kind": kind, "bytes": bytes, "gzip": gzip }))
        .collect();
    std::fs::write(
        folder.join("screens.json"),
        serde_json::to_string_pretty(&rows)? + "\n",
    )?;

    let script = kinds.get("js").map_or(0, |(_, gzip)| *gzip);
    if script > SCRIPT_LIMIT {
        bail!("{script} bytes of script, compressed; we promise {SCRIPT_LIMIT} at most");
    }
    Ok(())
}

/// The length that gzip makes of it.
fn gzipped(bytes: &[u8]) -> Result<usize> {
    let mut gzip = Command::new("gzip")
        .args(["-9", "-c"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("starting gzip")?;
    let mut stdin = gzip.stdin.take().context("gzip takes no input")?;
    std::thread::scope(|scope| {
        // Written from beside: gzip may fill its own pipe before it has read all of ours.
        scope.spawn(move || stdin.write_all(bytes));
        Ok(gzip.wait_with_output()?.stdout.len())
    })
}

//! Node and the packages the screens are built with.

use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::shell::{Shell, output};
use crate::workspace::{npm, root, target};

/// The oldest Node the build tools still support.
const OLDEST: (u32, u32) = (20, 19);

/// Installs npm's packages, unless they are there already for this very lockfile.
pub fn node_packages() -> Result<()> {
    let version = node_version()?;
    let lockfile = std::fs::read_to_string(root().join("package-lock.json"))
        .context("package-lock.json is missing: is this a whole checkout?")?;
    // The lockfile itself is the stamp: nothing to hash, nothing to explain.
    let wanted = format!("node {version}\n{lockfile}");
    let stamp = target().join("npm-ci.stamp");
    let there = root().join("node_modules").is_dir();
    if there && std::fs::read_to_string(&stamp).is_ok_and(|have| have == wanted) {
        return Ok(());
    }
    println!("Fetching what the screens are built with:");
    Shell::loud().run(npm().args(["ci", "--no-audit", "--no-fund", "--loglevel=error"])).context(
        "set-up: npm could not install its packages; is this machine online? `npm ci` repeats it",
    )?;
    std::fs::create_dir_all(target())?;
    std::fs::write(stamp, wanted)?;
    Ok(())
}

/// The version as Node says it, if it is new enough.
fn node_version() -> Result<String> {
    let how = "nodejs.org and every version manager (nvm, fnm, mise) have it; then start again";
    let Ok(version) = output(Command::new("node").arg("--version")) else {
        bail!(
            "The screens are built with Node {} or newer, and this machine has none: {how}",
            OLDEST.0
        );
    };
    match numbers(&version) {
        Some(found) if found < OLDEST => bail!(
            "The screens are built with Node {}.{} or newer, and this one is {version}: {how}",
            OLDEST.0,
            OLDEST.1
        ),
        // A version we cannot read may well be newer than us.
        _ => Ok(version),
    }
}

/// "v20.19.2" → (20, 19).
fn numbers(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.trim_start_matches('v').split('.').map(str::parse);
    Some((parts.next()?.ok()?, parts.next()?.ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_twenty_is_new_enough_from_its_nineteenth_release() {
        assert!(numbers("v20.20.2") >= Some(OLDEST));
        assert!(numbers("v18.20.4") < Some(OLDEST));
        assert_eq!(numbers("weekly"), None);
    }
}

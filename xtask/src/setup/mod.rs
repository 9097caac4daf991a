//! Set-up: what a command needs from the machine is found, named with a reason, and installed.
//!
//! System packages come from the machine's own package manager ([`manager`]); what we ask for,
//! and why, is one table ([`packages`]); the screens need Node and npm's packages
//! ([`node`]); the checks need two of Rust's own tools ([`toolchain`]).

mod manager;
mod node;
mod packages;
mod toolchain;

use anyhow::Result;

pub use manager::{Manager, read_package_list};
pub use node::node_packages;
pub use packages::Need;
pub use toolchain::lint_tools;

/// Installs the system packages for `need` that are missing, telling why each is needed.
pub fn system_packages(need: Need) -> Result<()> {
    let Some(manager) = Manager::of_this_machine() else {
        println!(
            "· No package manager that we know (apt, dnf, pacman, brew). If the build stops for a \
             missing library, the table in xtask/src/setup/packages.rs names them all."
        );
        return Ok(());
    };
    let wanted = packages::wanted(need, manager);
    let names: Vec<&str> = wanted.iter().map(|(name, _)| *name).collect();
    let missing = manager.missing(&names)?;
    if missing.is_empty() {
        return Ok(());
    }
    println!("This machine still needs:");
    for (name, why) in wanted.iter().filter(|(name, _)| missing.contains(name)) {
        println!("  {name:<24} {why}");
    }
    manager.install(&missing)
}

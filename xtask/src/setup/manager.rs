//! The machine's package manager: which packages are missing, and how they are installed.

use std::process::Command;

use anyhow::{Context, Result};

use crate::shell::{Shell, on_path, shown};
use crate::workspace::target;

/// A family of systems, by its package manager.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manager {
    /// Debian, Ubuntu and their relatives.
    Apt,
    /// Fedora and its relatives.
    Dnf,
    /// Arch and its relatives.
    Pacman,
    /// macOS.
    Brew,
}

impl Manager {
    /// `None` where we know none, as on Windows.
    pub fn of_this_machine() -> Option<Manager> {
        let known = [
            ("apt-get", Manager::Apt),
            ("dnf", Manager::Dnf),
            ("pacman", Manager::Pacman),
            ("brew", Manager::Brew),
        ];
        known
            .into_iter()
            .find(|(program, _)| on_path(program))
            .map(|(_, manager)| manager)
    }

    /// Those of `names` that are not installed, in their order.
    pub fn missing<'a>(self, names: &[&'a str]) -> Result<Vec<&'a str>> {
        if names.is_empty() {
            return Ok(Vec::new());
        }
        let mut query = match self {
            Manager::Apt => {
                let mut query = Command::new("dpkg-query");
                query.args(["-W", "-f", "${db:Status-Status} ${Package}\n"]);
                query
            }
            Manager::Dnf => with_args("rpm", &["-q", "--qf", "installed %{NAME}\n"]),
            Manager::Pacman => with_args("pacman", &["-Q"]),
            Manager::Brew => with_args("brew", &["list", "--versions"]),
        };
        // Each of them fails when one name is unknown, and still lists the others.
        let output = query
            .args(names)
            .output()
            .context("asking which packages are installed")?;
        let answer = String::from_utf8_lossy(&output.stdout).into_owned();
        Ok(names
            .iter()
            .copied()
            .filter(|name| !self.lists(&answer, name))
            .collect())
    }

    fn lists(self, answer: &str, name: &str) -> bool {
        answer.lines().any(|line| match self {
            Manager::Apt | Manager::Dnf => line == format!("installed {name}"),
            Manager::Pacman | Manager::Brew => line.split(' ').next() == Some(name),
        })
    }

    /// Installs `names`, showing the command first.
    pub fn install(self, names: &[&str]) -> Result<()> {
        if self == Manager::Apt && names.iter().any(|name| !apt_offers(name)) {
            read_package_list()?;
        }
        let mut install = self.install_command(names);
        println!("\nInstalling them: {}", shown(&install));
        let shell = quiet_if_nobody_is_asked()?;
        let first = shell.run(&mut install);
        if self != Manager::Apt || first.is_ok() {
            return first.with_context(|| advice(&install));
        }
        // An old list names files that the mirror has since replaced.
        read_package_list()?;
        let mut again = self.install_command(names);
        shell.run(&mut again).with_context(|| advice(&again))
    }

    fn install_command(self, names: &[&str]) -> Command {
        let mut install = match self {
            Manager::Apt => {
                let quietly = "DEBIAN_FRONTEND=noninteractive";
                let args = ["apt-get", "-qq", "-y", "--no-install-recommends", "install"];
                as_root("env", &[&[quietly], &args[..]].concat())
            }
            Manager::Dnf => as_root("dnf", &["-y", "install"]),
            Manager::Pacman => as_root("pacman", &["-S", "--noconfirm", "--needed"]),
            // Homebrew refuses to be root.
            Manager::Brew => with_args("brew", &["install"]),
        };
        install.args(names);
        install
    }
}

/// Whether apt's lists name this package at all; on a fresh image they are empty.
fn apt_offers(name: &str) -> bool {
    let policy = Command::new("apt-cache")
        .args(["policy", name])
        .env("LC_ALL", "C")
        .output();
    policy.is_ok_and(|policy| {
        let text = String::from_utf8_lossy(&policy.stdout);
        text.lines()
            .any(|line| line.trim().starts_with("Candidate: ") && !line.contains("(none)"))
    })
}

/// Has apt fetch its lists: which packages there are, and in which version.
pub fn read_package_list() -> Result<()> {
    println!("Reading the list of packages");
    quiet_if_nobody_is_asked()?
        .run(&mut as_root("apt-get", &["-qq", "update"]))
        .context("the list of packages could not be read: is this machine online?")
}

fn advice(command: &Command) -> String {
    format!(
        "set-up: the packages above could not be installed; try it by hand, then start again:\n    {}\n",
        shown(command)
    )
}

/// Root is asked for no password, so a package manager's hundreds of lines can go to a log.
fn quiet_if_nobody_is_asked() -> Result<Shell> {
    if is_root() {
        Shell::logging(target().join("setup.log"))
    } else {
        Ok(Shell::loud())
    }
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output();
    id.is_ok_and(|id| String::from_utf8_lossy(&id.stdout).trim() == "0")
}

/// `program` with root's rights: as it is when we are root, else through sudo.
fn as_root(program: &str, args: &[&str]) -> Command {
    if is_root() {
        with_args(program, args)
    } else {
        with_args("sudo", &[&[program], args].concat())
    }
}

fn with_args(program: &str, args: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(args);
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_that_was_removed_but_not_purged_is_missing() {
        let answer = "installed gcc\nconfig-files xvfb\n";
        assert!(Manager::Apt.lists(answer, "gcc"));
        assert!(!Manager::Apt.lists(answer, "xvfb"));
    }

    #[test]
    fn a_package_is_not_taken_for_one_with_a_longer_name() {
        assert!(!Manager::Pacman.lists("pipewire-audio 1.4.2-1\n", "pipewire"));
    }
}

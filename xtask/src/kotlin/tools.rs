//! The compilers: Java's from the system, Kotlin's out of a Python package that carries it.
//!
//! No registry we can count on has a current Kotlin compiler by itself: Debian's is from 2019. The
//! Jupyter kernel of Kotlin's own makers holds one, as `.jar` files in a wheel; it is fetched by its
//! hash and never installed.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::{ending, joined, with_arguments};
use crate::setup::{Need, system_packages};
use crate::shell::Shell;
use crate::workspace::target;

const KERNEL: &str = "kotlin-jupyter-kernel==0.19.0.944 \
    --hash=sha256:dc654a426a28e6621aeb0bd7772d268a9a877aabae4a17b73383752a416281a3";
/// Where Debian lays Java's libraries.
const LIBRARIES: &str = "/usr/share/java";
const JARS: [&str; 4] = [
    "jackson-annotations.jar",
    "jackson-core.jar",
    "jackson-databind.jar",
    // `org.json`, which is part of Android.
    "com.android.json.jar",
];

pub struct Tools {
    /// The compiler's own `.jar` files.
    compiler: Vec<PathBuf>,
    /// Kotlin's library, and what Android and Tauri bring along.
    libraries: Vec<PathBuf>,
}

impl Tools {
    /// Finds the compilers, fetching what is missing; a fresh one first has to find a mistake.
    pub fn get() -> Result<Tools> {
        system_packages(Need::Kotlin)?;
        let folder = target().join("kotlin/compiler");
        let fresh = !folder.is_dir();
        if fresh {
            fetch(&folder)?;
        }
        let compiler = ending(&folder, "jar")?;
        let library = compiler.iter().find(|file| {
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with("kotlin-stdlib-")
        });
        let library = library
            .context("the compiler came without Kotlin's library")?
            .clone();
        let mut libraries = vec![library];
        for jar in JARS {
            let file = Path::new(LIBRARIES).join(jar);
            if !file.is_file() {
                bail!("set-up: {} is not there", file.display());
            }
            libraries.push(file);
        }
        let tools = Tools {
            compiler,
            libraries,
        };
        if fresh && let Err(error) = tools.prove() {
            std::fs::remove_dir_all(&folder)?;
            return Err(error);
        }
        Ok(tools)
    }

    /// Compiles Java into `out`, knowing the classes in `known` besides.
    pub fn java(
        &self,
        shell: &Shell,
        files: &[PathBuf],
        out: &Path,
        known: &[&Path],
    ) -> Result<()> {
        let mut javac = Command::new("javac");
        javac.args(["-nowarn", "-encoding", "UTF-8", "-proc:none"]);
        self.compile(shell, javac, "java.list", files, out, known)
    }

    /// Compiles Kotlin into `out`. Java among `files` is read for its signatures.
    pub fn kotlin(
        &self,
        shell: &Shell,
        files: &[PathBuf],
        out: &Path,
        known: &[&Path],
    ) -> Result<()> {
        let mut kotlinc = Command::new("java");
        kotlinc.env("CLASSPATH", joined(&self.compiler)?);
        kotlinc.arg("org.jetbrains.kotlin.cli.jvm.K2JVMCompiler");
        // As src-tauri/gen/android/app/build.gradle.kts has it.
        kotlinc.args(["-no-stdlib", "-no-reflect", "-nowarn", "-jvm-target", "1.8"]);
        self.compile(shell, kotlinc, "kotlin.list", files, out, known)
    }

    /// Runs a compiler that knows the libraries, and is told the rest by a `list` beside `out`.
    fn compile(
        &self,
        shell: &Shell,
        mut compiler: Command,
        list: &str,
        files: &[PathBuf],
        out: &Path,
        known: &[&Path],
    ) -> Result<()> {
        let mut all = self.libraries.clone();
        all.extend(known.iter().map(|path| path.to_path_buf()));
        let list = out.with_extension(list);
        with_arguments(&mut compiler, &list, &joined(&all)?, out, files)?;
        shell.run(&mut compiler)
    }

    /// A compiler that takes a word for a number would find nothing in our code either.
    fn prove(&self) -> Result<()> {
        let work = target().join("kotlin/proof");
        std::fs::create_dir_all(&work)?;
        let say = |name: &str, text: &str| -> Result<bool> {
            let file = work.join(name);
            std::fs::write(&file, text)?;
            let quiet = Shell::logging(work.join("proof.log"))?;
            Ok(self.kotlin(&quiet, &[file], &work.join("out"), &[]).is_ok())
        };
        println!(
            "Trying it on one right and one wrong line (the error below is meant to be there):"
        );
        if !say("Right.kt", "val beats: Int = 4\n")? {
            bail!(
                "the Kotlin compiler does not work; {} has why",
                work.join("proof.log").display()
            );
        }
        if say("Wrong.kt", "val beats: Int = \"four\"\n")? {
            bail!("the Kotlin compiler takes a word for a number");
        }
        Ok(())
    }
}

/// Unpacks the compiler into `folder`.
fn fetch(folder: &Path) -> Result<()> {
    println!("Fetching a Kotlin compiler (about 80 MB under target/kotlin):");
    let half = folder.with_extension("part");
    if half.exists() {
        std::fs::remove_dir_all(&half)?;
    }
    std::fs::create_dir_all(&half)?;
    let shell = Shell::logging(target().join("kotlin/download.log"))?;
    let home = target().join("kotlin/venv");
    let python = home.join("bin/python");
    if !python.is_file() {
        shell.run(Command::new("python3").args(["-m", "venv"]).arg(&home))?;
    }
    let wish = half.join("wish.txt");
    std::fs::write(&wish, KERNEL)?;
    let mut pip = Command::new(&python);
    pip.args([
        "-m",
        "pip",
        "download",
        "--quiet",
        "--no-deps",
        "--require-hashes",
        "-r",
    ]);
    shell
        .run(pip.arg(&wish).arg("-d").arg(&half))
        .context("set-up: the compiler could not be fetched from PyPI; is this machine online?")?;
    let wheels = ending(&half, "whl")?;
    let wheel = wheels.first().context("pip fetched nothing")?;
    let unpacked = half.join("unpacked");
    shell.run(
        Command::new(&python)
            .args(["-m", "zipfile", "-e"])
            .arg(wheel)
            .arg(&unpacked),
    )?;
    // Renamed last, so that an interrupted download is not taken for a compiler.
    std::fs::rename(unpacked.join("run_kotlin_kernel/jars"), folder)?;
    std::fs::remove_dir_all(&half)?;
    Ok(())
}

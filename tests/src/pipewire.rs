//! A PipeWire of our own: a desk with a loudspeaker and a microphone that are only memory.
//!
//! ```text
//!  program under test ──▶ speaker ──────▶ recorder, left
//!          ▲                 └ ─ air ─ ┐
//!          └──────────── microphone ◀──┴── a WAV file
//!                            └──────────▶ recorder, right
//! ```
//!
//! Both devices and the recorder run in one cycle of 256 frames, so the recorder's two channels
//! are the same instants. It lives in a folder and with settings of its own and disturbs no other
//! PipeWire; it needs neither a sound card, nor a login session, nor root (but asks for real-time
//! priority, and gets it as root). Everything started here is ended by its process id on drop, and
//! by the system if the thread that started the desk ends first: keep a desk on its thread.
//!
//! ```no_run
//! # fn main() -> anyhow::Result<()> {
//! use undersong_tests::pipewire::Desk;
//! let desk = Desk::start()?;
//! let program = std::process::Command::new("undersong").envs(desk.env()).spawn()?;
//! let recorder = desk.record()?;
//! desk.sing("/usr/share/sounds/alsa/Front_Center.wav".as_ref())?.wait()?;
//! let (speaker, microphone) = recorder.finish()?;
//! # drop(program); Ok(()) }
//! ```

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use audio_engine::files::read_wav;

/// Frames per second of everything on the desk.
pub const RATE: u32 = 48_000;
/// Frames in a cycle: what the program's callbacks get.
pub const CYCLE: u32 = 256;

/// Programs the desk is made of, and the Debian packages that bring them.
const PROGRAMS: [(&str, &str); 8] = [
    ("pipewire", "pipewire"),
    ("pw-cat", "pipewire-bin"),
    ("pw-cli", "pipewire-bin"),
    ("pw-link", "pipewire-bin"),
    ("pw-metadata", "pipewire-bin"),
    ("wireplumber", "wireplumber"),
    ("dbus-daemon", "dbus-daemon"),
    ("setpriv", "util-linux"),
];
/// How long anything may take to appear. A machine at its limit is slow, not broken.
const PATIENCE: Duration = Duration::from_secs(15);

/// The server's settings: one cycle length for everybody, and the two devices. They share a group
/// and so a clock, with or without a link between them. The microphone is "duplex": programs see
/// a microphone, we see a sink to play into.
const SETTINGS: &str = r#"
context.properties = {
    default.clock.rate = 48000
    default.clock.allowed-rates = [ 48000 ]
    default.clock.quantum = 256
    default.clock.min-quantum = 256
    default.clock.max-quantum = 256
    vm.overrides = { default.clock.min-quantum = 256 }
}
context.objects = [
    { factory = adapter args = {
        factory.name = support.null-audio-sink
        node.name = speaker  node.description = "Desk Speaker"
        media.class = Audio/Sink  audio.position = [ FL FR ]
        node.group = desk  object.linger = true
    } }
    { factory = adapter args = {
        factory.name = support.null-audio-sink
        node.name = microphone  node.description = "Desk Microphone"
        media.class = Audio/Duplex  audio.position = [ MONO ]
        node.group = desk  object.linger = true
    } }
]
"#;

/// Only one desk at a time in a process: `cpal` looks for the server's socket once and remembers.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// The running desk.
pub struct Desk {
    folder: PathBuf,
    servers: Vec<Process>,
    _alone: MutexGuard<'static, ()>,
}

impl Desk {
    /// The Debian packages that are missing here. Without them there is no desk.
    pub fn missing() -> Vec<&'static str> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let is_there = |name: &str| std::env::split_paths(&path).any(|dir| dir.join(name).exists());
        let mut missing: Vec<_> = PROGRAMS
            .iter()
            .filter(|(program, _)| !is_there(program))
            .map(|(_, deb)| *deb)
            .collect();
        missing.dedup();
        missing
    }

    /// Starts the servers and waits until both devices are there and are the default ones.
    /// Tries three times; waits for another desk of this process to be put away first.
    ///
    /// # Errors
    /// A program is missing or does not start; what it said is in the error.
    pub fn start() -> Result<Desk> {
        let alone = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        ensure!(
            Desk::missing().is_empty(),
            "please install {}",
            Desk::missing().join(" ")
        );
        let folder = std::env::temp_dir().join(format!("undersong-desk-{}", std::process::id()));
        let mut desk = Desk {
            folder,
            servers: Vec::new(),
            _alone: alone,
        };
        desk.make_folder()?;
        desk.restart_server()?;
        Ok(desk)
    }

    /// What a program must find in its environment to play on this desk.
    pub fn env(&self) -> Vec<(String, String)> {
        vec![(
            "PIPEWIRE_RUNTIME_DIR".into(),
            self.folder.display().to_string(),
        )]
    }

    /// Plays a WAV file into the microphone, once. The microphone is silent before and after.
    ///
    /// # Errors
    /// The player does not start.
    pub fn sing(&self, wav: &Path) -> Result<Singing> {
        let mut command = self.on_time("pw-cat");
        command.args(["--playback", "--target", "microphone"]);
        command
            .args(["-P", r#"{ "node.name": "singer" }"#])
            .arg(wav);
        Ok(Singing(Process::start(command)?))
    }

    /// Lets the microphone hear the loudspeaker.
    ///
    /// # Errors
    /// The devices are not there.
    pub fn connect_air(&self) -> Result<()> {
        self.link("speaker:monitor_FL", "microphone:playback_MONO")
    }

    /// Ends [`Desk::connect_air`].
    ///
    /// # Errors
    /// There was no air.
    pub fn disconnect_air(&self) -> Result<()> {
        let ports = [
            "--disconnect",
            "speaker:monitor_FL",
            "microphone:playback_MONO",
        ];
        self.run(self.command("pw-link").args(ports)).map(drop)
    }

    /// Records loudspeaker and microphone, frame by frame the same instants, until it is finished.
    /// Returns when it is running.
    ///
    /// # Errors
    /// The recorder does not start.
    pub fn record(&self) -> Result<Recorder> {
        let wav = self.folder.join("desk.wav");
        let _ = fs::remove_file(&wav);
        let mut command = self.on_time("pw-cat");
        command.args(["--record", "--target", "0", "--rate", "48000"]);
        command.args(["--channels", "2", "--format", "f32"]);
        command
            .args(["-P", r#"{ "node.name": "recorder" }"#])
            .arg(&wav);
        let process = Process::start(command)?;
        self.wait_until("the recorder", || {
            Ok(self
                .run(self.command("pw-link").arg("--input"))?
                .contains("recorder:input_FR"))
        })?;
        self.link("speaker:monitor_FL", "recorder:input_FL")?;
        self.link("microphone:capture_MONO", "recorder:input_FR")?;
        self.wait_until("the recorder's first frames", || {
            Ok(fs::metadata(&wav).is_ok_and(|file| file.len() > 1_000))
        })?;
        Ok(Recorder { process, wav })
    }

    /// Kills the sound server as a crash would. Programs lose their devices.
    pub fn kill_server(&mut self) {
        // Last started, first ended.
        while let Some(server) = self.servers.pop() {
            drop(server);
        }
        for left_over in ["pipewire-0", "pipewire-0.lock", "pipewire-0-manager", "bus"] {
            let _ = fs::remove_file(self.folder.join(left_over));
        }
    }

    /// Starts the server again after [`Desk::kill_server`], with the same devices. No air.
    ///
    /// # Errors
    /// As [`Desk::start`].
    pub fn restart_server(&mut self) -> Result<()> {
        let mut attempt = self.try_start();
        for _ in 0..2 {
            if attempt.is_err() {
                self.kill_server();
                attempt = self.try_start();
            }
        }
        attempt.with_context(|| format!("no sound server:\n{}", self.logs()))
    }

    /// Stops the server in its tracks: it answers nobody, and its sockets stay open.
    ///
    /// # Errors
    /// There is no server.
    pub fn hang_server(&self) -> Result<()> {
        self.signal_server("-STOP")
    }

    /// Ends [`Desk::hang_server`].
    ///
    /// # Errors
    /// There is no server.
    pub fn wake_server(&self) -> Result<()> {
        self.signal_server("-CONT")
    }

    /// Takes the loudspeaker away, as if its cable were pulled. The server goes on.
    ///
    /// # Errors
    /// It is not there.
    pub fn unplug_speaker(&self) -> Result<()> {
        self.run(self.command("pw-cli").args(["destroy", "speaker"]))?;
        self.wait_until("the speaker to go", || Ok(!self.has_speaker()?))
    }

    fn has_speaker(&self) -> Result<bool> {
        let ports = self.run(self.command("pw-link").args(["--input", "--output"]))?;
        Ok(ports.contains("speaker:playback_FR"))
    }

    fn signal_server(&self, signal: &str) -> Result<()> {
        let [_bus, server, ..] = &*self.servers else {
            bail!("there is no server")
        };
        self.run(
            self.command("kill")
                .args([signal, &server.0.id().to_string()]),
        )
        .map(drop)
    }

    fn try_start(&mut self) -> Result<()> {
        let address = format!("--address=unix:path={}", self.folder.join("bus").display());
        // WirePlumber ends without a session bus.
        let mut bus = self.command("dbus-daemon");
        self.servers.push(Process::start(log_to(
            bus.args(["--session", "--nofork", "--nopidfile", &address]),
            &self.folder.join("bus.log"),
        )?)?);
        self.wait_until("the bus", || Ok(self.folder.join("bus").exists()))?;
        let mut server = self.on_time("pipewire");
        let log = self.folder.join("pipewire.log");
        self.servers
            .push(Process::start(log_to(&mut server, &log)?)?);
        self.wait_until("the server", || Ok(self.folder.join("pipewire-0").exists()))?;
        let mut policy = self.on_time("wireplumber");
        let log = self.folder.join("wireplumber.log");
        self.servers
            .push(Process::start(log_to(&mut policy, &log)?)?);
        self.wait_until("the devices", || {
            let ports = self.run(self.command("pw-link").args(["--input", "--output"]))?;
            Ok([
                "speaker:playback_FR",
                "speaker:monitor_FL",
                "microphone:playback_MONO",
            ]
            .iter()
            .chain(&["microphone:capture_MONO"])
            .all(|port| ports.contains(port)))
        })?;
        self.wait_until("the default devices", || {
            for (key, name) in [("sink", "speaker"), ("source", "microphone")] {
                let key = format!("default.configured.audio.{key}");
                let value = format!(r#"{{ "name": "{name}" }}"#);
                self.run(
                    self.command("pw-metadata")
                        .args(["0", &key, &value, "Spa:String:JSON"]),
                )?;
            }
            let defaults = self.run(self.command("pw-metadata").arg("0"))?;
            let is = |key: &str, name: &str| {
                defaults.lines().any(|line| {
                    line.contains(&format!("'default.audio.{key}'")) && line.contains(name)
                })
            };
            Ok(is("sink", "speaker") && is("source", "microphone"))
        })
    }

    fn make_folder(&self) -> Result<()> {
        use std::os::unix::fs::PermissionsExt;
        let settings = self.folder.join("config/pipewire/pipewire.conf.d");
        fs::create_dir_all(&settings)?;
        fs::set_permissions(&self.folder, fs::Permissions::from_mode(0o700))?;
        fs::write(settings.join("desk.conf"), SETTINGS)?;
        Ok(())
    }

    fn link(&self, from: &str, to: &str) -> Result<()> {
        self.run(self.command("pw-link").args([from, to])).map(drop)
    }

    /// A program in the desk's own environment. It dies with the thread that starts it, even if
    /// that is killed and drops nothing; `setpriv` becomes the program, so its process id is the
    /// program's.
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL", program]);
        let bus = format!("unix:path={}", self.folder.join("bus").display());
        command
            .env("PIPEWIRE_RUNTIME_DIR", &self.folder)
            .env("XDG_RUNTIME_DIR", &self.folder)
            .env("XDG_CONFIG_HOME", self.folder.join("config"))
            .env("XDG_STATE_HOME", self.folder.join("state"))
            .env("DBUS_SESSION_BUS_ADDRESS", bus)
            .env_remove("PIPEWIRE_REMOTE")
            .env_remove("DISPLAY")
            .stdin(Stdio::null());
        command
    }

    /// The same with real-time priority, if the system grants it. `chrt` becomes the program, so
    /// its process id is the program's.
    fn on_time(&self, program: &str) -> Command {
        let granted = Command::new("chrt")
            .args(["--fifo", "20", "true"])
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success());
        if !granted {
            return self.command(program);
        }
        let mut command = self.command("chrt");
        command.args(["--fifo", "20", program]);
        command
    }

    fn run(&self, command: &mut Command) -> Result<String> {
        let output = command.output().with_context(|| format!("{command:?}"))?;
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "{command:?}: {}", said.trim());
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    fn wait_until(&self, what: &str, mut is_so: impl FnMut() -> Result<bool>) -> Result<()> {
        let began = Instant::now();
        let mut last = None;
        while began.elapsed() < PATIENCE {
            match is_so() {
                Ok(true) => return Ok(()),
                Ok(false) => {}
                // The server may not listen yet.
                Err(error) => last = Some(error),
            }
            thread::sleep(Duration::from_millis(50));
        }
        match last {
            Some(error) => Err(error.context(format!("waited in vain for {what}"))),
            None => bail!("waited in vain for {what}"),
        }
    }

    fn logs(&self) -> String {
        let read = |name: &str| fs::read_to_string(self.folder.join(name)).unwrap_or_default();
        ["bus.log", "pipewire.log", "wireplumber.log"]
            .map(read)
            .join("")
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        self.kill_server();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// A file being played into the microphone. Dropped: it falls silent.
pub struct Singing(Process);

impl Singing {
    /// Until it is over.
    ///
    /// # Errors
    /// The player failed.
    pub fn wait(mut self) -> Result<()> {
        let status = self.0.0.wait()?;
        ensure!(status.success(), "the player ended with {status}");
        Ok(())
    }
}

/// Loudspeaker and microphone being recorded.
pub struct Recorder {
    process: Process,
    wav: PathBuf,
}

impl Recorder {
    /// Stops, and returns what the loudspeaker played and what the microphone heard. Frame `i` of
    /// both is the same instant.
    ///
    /// # Errors
    /// The recorder failed.
    pub fn finish(mut self) -> Result<(Vec<f32>, Vec<f32>)> {
        // Asked politely, it completes the file's header.
        let pid = self.process.0.id().to_string();
        Command::new("kill")
            .args(["-INT", &pid])
            .status()
            .context("kill")?;
        let began = Instant::now();
        while self.process.0.try_wait()?.is_none() {
            ensure!(began.elapsed() < PATIENCE, "the recorder does not end");
            thread::sleep(Duration::from_millis(20));
        }
        let audio = read_wav(&self.wav)?;
        Ok((audio.channel(0).to_vec(), audio.channel(1).to_vec()))
    }
}

/// A child that never outlives us.
struct Process(Child);

impl Process {
    fn start(mut command: impl std::borrow::BorrowMut<Command>) -> Result<Process> {
        let command = command.borrow_mut();
        Ok(Process(
            command.spawn().with_context(|| format!("{command:?}"))?,
        ))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn log_to<'a>(command: &'a mut Command, log: &Path) -> Result<&'a mut Command> {
    let file = fs::OpenOptions::new().create(true).append(true).open(log)?;
    Ok(command.stdout(file.try_clone()?).stderr(file))
}

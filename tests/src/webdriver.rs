//! A WebDriver client of a few verbs, spoken straight to `WebKitWebDriver`.
//!
//! Things are found as a screen reader finds them, by role and name, so that what cannot be named
//! cannot be tested. Clicks are real: the browser moves a pointer and presses.

use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail, ensure};
use serde_json::{Value, json};

/// How long anything on a busy machine may take to appear. Reached only when a test fails.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// The key under which the protocol hands out elements.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// One running driver and the one window it opened.
pub struct WebDriver {
    driver: Child,
    agent: ureq::Agent,
    address: String,
    session: String,
}

/// Something on the page.
#[derive(Debug, Clone)]
pub struct Element(String);

impl WebDriver {
    /// Starts a driver in the environment prepared on `command`, and `program` through it.
    ///
    /// `command` is `WebKitWebDriver` itself, without arguments.
    ///
    /// # Errors
    /// The driver or the program does not start.
    pub fn start(mut command: Command, program: &Path, arguments: &[String]) -> Result<WebDriver> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let mut driver = command
            .arg(format!("--port={port}"))
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .stdout(Stdio::inherit())
            .stderr(Stdio::piped())
            .spawn()
            .context("WebKitWebDriver did not start (Debian package webkit2gtk-driver)")?;
        if let Some(stderr) = driver.stderr.take() {
            repeat_what_matters(stderr);
        }
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(PATIENCE))
            .build()
            .new_agent();
        let mut client = WebDriver {
            driver,
            agent,
            address: format!("http://127.0.0.1:{port}"),
            session: String::new(),
        };
        client.open(program, arguments)?;
        Ok(client)
    }

    fn open(&mut self, program: &Path, arguments: &[String]) -> Result<()> {
        until(PATIENCE, "the driver answers", || {
            self.agent
                .get(format!("{}/status", self.address))
                .call()
                .ok()
                .map(|_| ())
        })?;
        // No `browserName`: this driver refuses every name but its own browser's.
        let wanted = json!({ "capabilities": { "alwaysMatch": { "webkitgtk:browserOptions": {
            "binary": program, "args": arguments,
        }}}});
        let opened = self.post("/session", &wanted)?;
        self.session = opened["sessionId"]
            .as_str()
            .context("a session without an id")?
            .to_owned();
        self.command("timeouts", &json!({ "script": 50_000, "pageLoad": 50_000 }))?;
        Ok(())
    }

    /// The process id of the program this driver started, for a test that has to stop it roughly.
    ///
    /// # Errors
    /// It is not running.
    pub fn program_id(&self) -> Result<u32> {
        let ours = self.driver.id().to_string();
        for entry in std::fs::read_dir("/proc")?.flatten() {
            let Some(id) = entry
                .file_name()
                .to_str()
                .and_then(|name| name.parse().ok())
            else {
                continue;
            };
            // "pid (name) state parent …", and the name may hold anything.
            let stat = std::fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
            let parent = stat
                .rsplit(')')
                .next()
                .and_then(|rest| rest.split_whitespace().nth(1));
            if parent == Some(ours.as_str()) {
                return Ok(id);
            }
        }
        bail!("the program is not running")
    }

    /// Runs a function body in the page and returns what it returns.
    ///
    /// # Errors
    /// The script threw, or the window is gone.
    pub fn run(&self, script: &str, arguments: &Value) -> Result<Value> {
        self.command(
            "execute/sync",
            &json!({ "script": script, "args": arguments }),
        )
    }

    /// As [`WebDriver::run`]; the last argument is a function to call when done.
    ///
    /// # Errors
    /// The script threw, or the window is gone.
    pub fn run_until_done(&self, script: &str, arguments: &Value) -> Result<Value> {
        self.command(
            "execute/async",
            &json!({ "script": script, "args": arguments }),
        )
    }

    /// What has this role and this name and can be seen, if anything has.
    ///
    /// # Errors
    /// The window is gone.
    pub fn look_for(&self, role: &str, name: &str) -> Result<Option<Element>> {
        let found = self.run(BY_ROLE, &json!([role, name]))?;
        Ok(found
            .get(ELEMENT)
            .and_then(Value::as_str)
            .map(|id| Element(id.to_owned())))
    }

    /// Waits for it.
    ///
    /// # Errors
    /// It does not come; the error lists what is there instead.
    pub fn find(&self, role: &str, name: &str) -> Result<Element> {
        until(
            PATIENCE,
            &format!("a {role} named “{name}” appears"),
            || self.look_for(role, name).ok().flatten(),
        )
        .map_err(|error| anyhow!("{error}; on the page: {}", self.text().unwrap_or_default()))
    }

    /// Waits until nothing has this role and name any more.
    ///
    /// # Errors
    /// It stays.
    pub fn wait_until_gone(&self, role: &str, name: &str) -> Result<()> {
        until(
            PATIENCE,
            &format!("the {role} named “{name}” goes away"),
            || matches!(self.look_for(role, name), Ok(None)).then_some(()),
        )
    }

    /// Waits until the page says `words` somewhere.
    ///
    /// # Errors
    /// It never does.
    pub fn wait_for_text(&self, words: &str) -> Result<()> {
        until(PATIENCE, &format!("the page says “{words}”"), || {
            self.text()
                .ok()
                .filter(|text| text.contains(words))
                .map(|_| ())
        })
        .map_err(|error| anyhow!("{error}; on the page: {}", self.text().unwrap_or_default()))
    }

    /// Everything that can be read on the page.
    ///
    /// # Errors
    /// The window is gone.
    pub fn text(&self) -> Result<String> {
        let text = self.run("return document.body.innerText", &json!([]))?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// Waits until it is there and can be pressed, then presses it with the pointer. A page that
    /// redraws in between is looked at again.
    ///
    /// # Errors
    /// It does not come, stays disabled, or something lies over it.
    pub fn press(&self, role: &str, name: &str) -> Result<()> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let element = self.find(role, name)?;
            let pressed = self.is_enabled(&element).and_then(|is_enabled| {
                ensure!(is_enabled, "it is disabled");
                self.command(&format!("element/{}/click", element.0), &json!({}))
            });
            match pressed {
                Ok(_) => return Ok(()),
                Err(error) if Instant::now() > deadline => {
                    return Err(error.context(format!("pressing the {role} “{name}”")));
                }
                Err(_) => thread::sleep(Duration::from_millis(100)),
            }
        }
    }

    fn is_enabled(&self, element: &Element) -> Result<bool> {
        let element = json!([{ ELEMENT: element.0 }]);
        Ok(self.run("return !arguments[0].matches(':disabled')", &element)? == true)
    }

    /// Types into it.
    ///
    /// # Errors
    /// It does not come, or takes no text.
    pub fn type_into(&self, role: &str, name: &str, text: &str) -> Result<()> {
        let element = self.find(role, name)?;
        self.command(&format!("element/{}/clear", element.0), &json!({}))?;
        self.command(
            &format!("element/{}/value", element.0),
            &json!({ "text": text }),
        )?;
        Ok(())
    }

    /// Presses keys while it has the focus, without typing over what is there.
    ///
    /// # Errors
    /// It does not come, or takes no keys.
    pub fn press_keys(&self, role: &str, name: &str, keys: &[&str]) -> Result<()> {
        let element = self.find(role, name)?;
        let keys = keys.concat();
        self.command(
            &format!("element/{}/value", element.0),
            &json!({ "text": keys }),
        )?;
        Ok(())
    }

    /// Whether something matches this CSS selector.
    ///
    /// # Errors
    /// The window is gone.
    pub fn shows(&self, selector: &str) -> Result<bool> {
        let found = self.run(
            "return !!document.querySelector(arguments[0])",
            &json!([selector]),
        )?;
        Ok(found == true)
    }

    /// Makes the window this large, in CSS pixels, and waits until the page is.
    ///
    /// # Errors
    /// It does not become that large.
    pub fn resize(&self, width: u32, height: u32) -> Result<()> {
        self.command(
            "window/rect",
            &json!({ "x": 0, "y": 0, "width": width, "height": height }),
        )?;
        until(
            PATIENCE,
            &format!("the window is {width} × {height}"),
            || {
                let size = self
                    .run("return [innerWidth, innerHeight]", &json!([]))
                    .ok()?;
                (size == json!([width, height])).then_some(())
            },
        )
    }

    /// What the window shows now, as PNG.
    ///
    /// The driver waits for the next frame, and WebKitGTK draws none while nothing on the page
    /// moves; so a pixel flickers meanwhile, too faintly to be seen.
    ///
    /// # Errors
    /// The window is gone.
    pub fn screenshot(&self) -> Result<Vec<u8>> {
        let address = format!("{}/session/{}/screenshot", self.address, self.session);
        let picture = until(PATIENCE, "the window is drawn", || {
            self.run(FLICKER, &json!([])).ok()?;
            let asked = self.agent.get(&address).config();
            let asked = asked.timeout_global(Some(PATIENCE / 12)).build().call();
            value_of(asked.ok()?, "screenshot").ok()
        })?;
        base64(picture.as_str().context("a screenshot that is no text")?)
    }

    /// Asks the program to end, as the system does when a person logs out, and waits until it has.
    /// (The driver's own way of closing is to kill.)
    ///
    /// # Errors
    /// It stays.
    pub fn end(&self) -> Result<()> {
        let program = self.program_id()?.to_string();
        let asked = Command::new("kill").args(["-TERM", &program]).status()?;
        ensure!(asked.success(), "the program could not be asked to end");
        // An ended program that nobody has asked about yet is still listed, but runs nothing.
        let running = format!("/proc/{program}/exe");
        until(PATIENCE, "the program ends", || {
            std::fs::read_link(&running).is_err().then_some(())
        })
    }

    fn command(&self, what: &str, body: &Value) -> Result<Value> {
        self.post(&format!("/session/{}/{what}", self.session), body)
    }

    fn post(&self, path: &str, body: &Value) -> Result<Value> {
        let answer = self
            .agent
            .post(format!("{}{path}", self.address))
            .send_json(body);
        let answer = answer.with_context(|| format!("asking for {path}"))?;
        value_of(answer, path)
    }
}

impl Drop for WebDriver {
    fn drop(&mut self) {
        // By its own id and no other; the window goes with the driver that opened it.
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// Asks until there is an answer.
///
/// # Errors
/// `patience` ran out: "waited … but never: `what`".
pub fn until<T>(patience: Duration, what: &str, mut ask: impl FnMut() -> Option<T>) -> Result<T> {
    let deadline = Instant::now() + patience;
    loop {
        if let Some(answer) = ask() {
            return Ok(answer);
        }
        if Instant::now() > deadline {
            bail!("waited {} s, but never: {what}", patience.as_secs());
        }
        thread::sleep(Duration::from_millis(100));
    }
}

fn value_of(mut answer: ureq::http::Response<ureq::Body>, path: &str) -> Result<Value> {
    let status = answer.status();
    let body = answer.body_mut().with_config().limit(64 << 20).read_json();
    let body: Value = body.with_context(|| format!("the answer to {path}"))?;
    if !status.is_success() {
        bail!(
            "{path}: {}: {}",
            body["value"]["error"],
            body["value"]["message"]
        );
    }
    Ok(body["value"].clone())
}

/// The program's own lines go on to the test's output; GTK's remarks about the machine do not.
fn repeat_what_matters(stderr: impl Read + Send + 'static) {
    thread::spawn(move || {
        for line in BufReader::new(stderr).lines().map_while(Result::ok) {
            if !line.trim().is_empty() && !line.contains("Gtk-") && !line.contains("GLib") {
                eprintln!("  | {line}");
            }
        }
    });
}

/// Standard base64, as screenshots arrive in.
fn base64(text: &str) -> Result<Vec<u8>> {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut held, mut bits) = (0_u32, 0);
    for letter in text.bytes().filter(|letter| !b"=\r\n".contains(letter)) {
        let value = LETTERS
            .iter()
            .position(|known| *known == letter)
            .context("not base64")?;
        held = held << 6 | u32::try_from(value)?;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits & 0xff) as u8);
        }
    }
    Ok(bytes)
}

/// Keeps frames coming for two seconds.
const FLICKER: &str = r"
const pixel = document.body.appendChild(document.createElement('i'));
pixel.ariaHidden = 'true';
Object.assign(pixel.style, { position: 'fixed', inset: '0 auto auto 0', width: '1px', height: '1px' });
const until = performance.now() + 2000;
let odd = false;
const draw = () => {
  if (performance.now() > until) return pixel.remove();
  odd = !odd;
  pixel.style.background = odd ? 'rgb(0 0 0 / 1%)' : 'transparent';
  requestAnimationFrame(draw);
};
draw();
";

/// Arguments: role, name. The first visible element with both; a name ending in `…` is a beginning.
const BY_ROLE: &str = r"
const [role, name] = arguments;
const native = {
  button: 'button, input[type=button], input[type=submit], summary',
  link: 'a[href]', heading: 'h1, h2, h3, h4', slider: 'input[type=range]',
  radio: 'input[type=radio]', checkbox: 'input[type=checkbox]', switch: 'input[role=switch]',
  textbox: 'input:not([type]), input[type=text], textarea', combobox: 'select', img: 'img, svg[role=img]',
  dialog: 'dialog', main: 'main', navigation: 'nav',
}[role];
const tidy = (text) => (text ?? '').replace(/\s+/g, ' ').trim();
const nameOf = (element) => {
  const by = element.getAttribute('aria-labelledby');
  if (by) return tidy(by.split(/\s+/).map((id) => document.getElementById(id)?.textContent ?? '').join(' '));
  return tidy(element.getAttribute('aria-label') ?? '')
    || tidy([...(element.labels ?? [])].map((label) => label.textContent).join(' '))
    || tidy(element.innerText ?? element.textContent) || tidy(element.title);
};
const wanted = name.endsWith('…') ? (text) => text.startsWith(name.slice(0, -1)) : (text) => text === name;
const asked = `[role=${role}]` + (native ? `, ${native}` : '');
for (const element of document.querySelectorAll(asked)) {
  const said = element.getAttribute('role');
  if (said && said !== role) continue;
  if (element.closest('[aria-hidden=true], [inert]')) continue;
  if (element.checkVisibility({ visibilityProperty: true }) && wanted(nameOf(element))) return element;
}
return null;
";

#[cfg(test)]
mod tests {
    use super::base64;

    #[test]
    fn pictures_arrive_whole() {
        assert_eq!(base64("VW5kZXJzb25n").unwrap(), b"Undersong");
        assert_eq!(base64("aGk=").unwrap(), b"hi");
    }
}

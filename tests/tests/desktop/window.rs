//! Driving the real window: a small WebDriver client, plain JSON over HTTP.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

/// The longest one call may take; opening the window is the slowest.
const CALL_LIMIT: Duration = Duration::from_secs(60);
/// How long something may take to appear before the test says that it did not.
const SEE_LIMIT: Duration = Duration::from_secs(20);
const POLL: Duration = Duration::from_millis(50);

/// Where on the page the middle of a control lies, if it is ready and nothing covers it.
const REACHABLE: &str = r#"
    const found = Array.from(document.querySelectorAll(`[data-testid="${arguments[0]}"]`));
    const control = found.find(e => e.getClientRects().length > 0 && !e.disabled);
    if (!control) return null;
    control.scrollIntoView({ block: "nearest", inline: "nearest" });
    const box = control.getBoundingClientRect();
    const [x, y] = [Math.round(box.x + box.width / 2), Math.round(box.y + box.height / 2)];
    return control.contains(document.elementFromPoint(x, y)) ? { x, y } : null;
"#;

/// An open window of the desktop program.
pub struct Window {
    driver: SocketAddr,
    session: String,
}

impl Window {
    /// Starts the program under the driver and waits for its window.
    pub fn open(driver: SocketAddr, program: &Path, args: &[String]) -> Result<Self> {
        let options = json!({ "binary": program, "args": args });
        let wish = json!({ "capabilities": { "alwaysMatch": { "webkitgtk:browserOptions": options } } });
        let answer = call(driver, "POST", "/session", Some(&wish)).context("opening the window")?;
        let session = answer["sessionId"].as_str().context("the driver named no session")?.to_owned();
        Ok(Self { driver, session })
    }

    /// Waits until an element with this CSS selector shows a text that holds `words`, and returns the whole text.
    pub fn see(&self, css: &str, words: &str) -> Result<String> {
        let script = "return Array.from(document.querySelectorAll(arguments[0])).map(e => e.innerText).join('\\n');";
        let begun = Instant::now();
        loop {
            let text = self.run(script, json!([css]))?.as_str().unwrap_or_default().to_owned();
            if !text.is_empty() && text.contains(words) {
                return Ok(text);
            }
            if begun.elapsed() > SEE_LIMIT {
                bail!("`{words}` did not appear in {css}, which shows: {text}");
            }
            thread::sleep(POLL);
        }
    }

    /// Taps the control that carries this `data-testid` with the pointer, as a finger would: it must be there, ready and
    /// uncovered. (The driver's own click gives up on a page that redraws under it.)
    pub fn tap(&self, control: &str) -> Result<()> {
        let begun = Instant::now();
        loop {
            let spot = self.run(REACHABLE, json!([control]))?;
            if let (Some(x), Some(y)) = (spot["x"].as_i64(), spot["y"].as_i64()) {
                let steps = json!([
                    { "type": "pointerMove", "duration": 0, "x": x, "y": y },
                    { "type": "pointerDown", "button": 0 },
                    { "type": "pointerUp", "button": 0 },
                ]);
                let finger = json!({ "type": "pointer", "id": "finger", "parameters": { "pointerType": "mouse" }, "actions": steps });
                self.ask("POST", "/actions", Some(&json!({ "actions": [finger] })))
                    .with_context(|| format!("tapping {control}"))?;
                return Ok(());
            }
            if begun.elapsed() > SEE_LIMIT {
                bail!("there is no {control} to tap");
            }
            thread::sleep(POLL);
        }
    }

    /// Waits until the control that carries this `data-testid` holds `words`.
    pub fn says(&self, control: &str, words: &str) -> Result<String> {
        self.see(&format!("[data-testid=\"{control}\"]"), words)
    }

    /// Waits until a file is there and has something in it.
    pub fn file(&self, path: &Path) -> Result<String> {
        let begun = Instant::now();
        loop {
            match std::fs::read_to_string(path) {
                Ok(text) if !text.is_empty() => return Ok(text),
                _ if begun.elapsed() > SEE_LIMIT => bail!("there is no {}", path.display()),
                _ => thread::sleep(POLL),
            }
        }
    }

    /// Runs JavaScript in the page; `arguments` are the values given.
    pub fn run(&self, script: &str, arguments: Value) -> Result<Value> {
        self.ask("POST", "/execute/sync", Some(&json!({ "script": script, "args": arguments })))
    }

    /// Sends a verb over the bridge the pages use, and gives the answer.
    pub fn ask_terminal(&self, verb: &str, body: &str, token: Option<&str>) -> Result<Value> {
        let script = "const [verb, body, token, done] = arguments; \
                      window.__TAURI__.core.invoke(verb, { body, token }).then(done, e => done('failed: ' + e));";
        let request = json!({ "script": script, "args": [verb, body, token] });
        let answer = self.ask("POST", "/execute/async", Some(&request))?;
        let text = answer.as_str().with_context(|| format!("{verb} answered {answer}"))?;
        serde_json::from_str(text).with_context(|| format!("{verb} answered {text}"))
    }

    /// The window's title.
    pub fn title(&self) -> Result<String> {
        Ok(self.ask("GET", "/title", None)?.as_str().unwrap_or_default().to_owned())
    }

    fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Value> {
        call(self.driver, method, &format!("/session/{}{path}", self.session), body)
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        // The driver ends the program with the session.
        let _ = self.ask("DELETE", "", None);
    }
}

fn call(driver: SocketAddr, method: &str, path: &str, body: Option<&Value>) -> Result<Value> {
    let body = body.map(Value::to_string).unwrap_or_default();
    let mut stream = TcpStream::connect(driver)?;
    stream.set_read_timeout(Some(CALL_LIMIT))?;
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: {driver}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
         Connection: close\r\n\r\n{body}",
        body.len()
    )?;
    let answer = read_answer(&mut BufReader::new(stream)).with_context(|| format!("{method} {path}"))?;
    let value = answer.get("value").cloned().unwrap_or(Value::Null);
    if let Some(error) = value.get("error").and_then(Value::as_str) {
        bail!("{method} {path}: {error}: {}", value["message"].as_str().unwrap_or_default());
    }
    Ok(value)
}

fn read_answer(from: &mut impl BufRead) -> Result<Value> {
    let mut length = None;
    loop {
        let mut line = String::new();
        if from.read_line(&mut line)? == 0 || line.trim().is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = Some(value.trim().parse::<usize>()?);
        }
    }
    let mut body = vec![0; length.context("an answer without a length")?];
    from.read_exact(&mut body)?;
    Ok(serde_json::from_slice(&body)?)
}

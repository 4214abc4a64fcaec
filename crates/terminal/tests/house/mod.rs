//! A terminal as a program of its own, and a client that speaks plain HTTP to it: what a stranger with curl has.
#![allow(dead_code)]

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};

use serde_json::{Value, json};

/// How long a terminal may take to answer at all; a bound for hanging tests, not a measurement.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running `comanda-terminal`; killed when dropped.
pub struct House {
    pub address: SocketAddr,
    pub dir: PathBuf,
    child: Child,
    said: BufReader<std::process::ChildStdout>,
}

/// A port nobody uses right now.
pub fn free_port() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a free port")
}

/// The demo's printer is an address nobody listens on, unless a test brings one.
fn nobody() -> String {
    free_port().to_string()
}

pub fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_comanda-terminal"))
}

impl House {
    pub fn demo(dir: &Path) -> House {
        House::with(dir, &["--demo", "--printer", &nobody()], |_| {})
    }

    pub fn with(dir: &Path, arguments: &[&str], change: impl FnOnce(&mut Command)) -> House {
        let mut command = program();
        command.arg("--data").arg(dir).args(["--listen", "127.0.0.1:0"]).args(arguments);
        change(&mut command);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the terminal starts");
        let mut said = BufReader::new(child.stdout.take().expect("its output is ours"));
        let mut line = String::new();
        while !line.starts_with("Comanda is open") {
            line.clear();
            if said.read_line(&mut line).expect("its words can be read") == 0 {
                panic!("the terminal ended: {:?}", child.wait());
            }
        }
        let address = line.trim().trim_start_matches("Comanda is open: http://").trim_end_matches('/');
        let address = address.parse().expect("it says where it listens");
        House { address, dir: dir.to_owned(), child, said }
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// `kill -9`.
    pub fn kill(mut self) -> PathBuf {
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it ends");
        self.dir.clone()
    }

    /// Asks it to end, as a service manager does, and waits until it did.
    pub fn end(mut self) -> PathBuf {
        Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().expect("kill runs");
        let begun = Instant::now();
        while self.child.try_wait().expect("it can be asked").is_none() {
            assert!(begun.elapsed() < PATIENCE, "it does not end");
            std::thread::sleep(Duration::from_millis(10));
        }
        self.dir.clone()
    }

    pub fn client(&self) -> Client {
        static CLIENTS: AtomicU32 = AtomicU32::new(0);
        let session = format!("test{:04}", CLIENTS.fetch_add(1, Ordering::Relaxed));
        Client { address: self.address, token: None, session, n: 0 }
    }

    /// A client signed in as one of the demo's people.
    pub fn signed_in(&self, staff: &str, pin: &str) -> Client {
        let mut client = self.client();
        client.sign_in(staff, pin);
        client
    }
}

impl Drop for House {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Somebody with a program of their own.
#[derive(Clone)]
pub struct Client {
    pub address: SocketAddr,
    pub token: Option<String>,
    pub session: String,
    n: u32,
}

/// A response: status and body.
pub struct Said {
    pub status: u16,
    pub body: Vec<u8>,
}

impl Said {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&self.body)))
    }

    /// The rejection's code; panics when it is no refusal.
    pub fn code(&self) -> String {
        let json = self.json();
        let message = json["refused"]["message"].as_str().unwrap_or_else(|| panic!("not refused: {json}"));
        assert!(message.len() > 10 && message.ends_with('.'), "a refusal is a sentence: {message}");
        json["refused"]["code"].as_str().expect("a refusal has a code").to_owned()
    }
}

impl Client {
    pub fn sign_in(&mut self, staff: &str, pin: &str) {
        let said = self.command(json!({"sign_in": {"staff": staff, "pin": pin}}));
        let token = said.json()["done"]["signed_in"]["token"].as_str().map(str::to_owned);
        self.token = Some(token.unwrap_or_else(|| panic!("{staff} cannot sign in: {}", said.json())));
    }

    /// The same screen, speaking with another terminal.
    pub fn at(&self, house: &House) -> Client {
        Client { address: house.address, ..self.clone() }
    }

    /// The id the next command will have.
    pub fn next_id(&mut self) -> String {
        self.n += 1;
        format!("{}-{}", self.session, self.n)
    }

    pub fn command(&mut self, command: Value) -> Said {
        let id = self.next_id();
        self.post("/api/dispatch", json!({"id": id, "command": command}).to_string().as_bytes())
    }

    /// Does a command that must be done; answers with its id.
    pub fn done(&mut self, command: Value) -> String {
        let said = self.command(command.clone());
        assert!(said.json().get("done").is_some(), "{command} was not done: {}", said.json());
        format!("{}-{}", self.session, self.n)
    }

    pub fn query(&self, query: Value) -> Said {
        self.post("/api/query", query.to_string().as_bytes())
    }

    /// A view that must be there, without its name.
    pub fn view(&self, query: Value) -> Value {
        let said = self.query(query.clone()).json();
        let view = said["view"].as_object().unwrap_or_else(|| panic!("{query}: {said}"));
        view.values().next().expect("a view has a name").clone()
    }

    pub fn get(&self, path: &str) -> Said {
        self.send("GET", path, &[])
    }

    pub fn post(&self, path: &str, body: &[u8]) -> Said {
        self.send("POST", path, body)
    }

    fn send(&self, method: &str, path: &str, body: &[u8]) -> Said {
        let mut stream = TcpStream::connect(self.address).expect("the terminal listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a time-out can be set");
        let token = self.token.as_ref().map(|t| format!("Authorization: Bearer {t}\r\n")).unwrap_or_default();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: till\r\nConnection: close\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n{token}\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body)).expect("the request is taken");
        let mut response = Vec::new();
        stream.read_to_end(&mut response).expect("a response comes");
        let end = response.windows(4).position(|w| w == b"\r\n\r\n").expect("a head ends");
        let head = String::from_utf8_lossy(&response[..end]).into_owned();
        let status = head.split(' ').nth(1).and_then(|s| s.parse().ok()).expect("a status");
        let body = response.split_off(end + 4);
        Said { status, body: if head.to_lowercase().contains("chunked") { dechunked(&body) } else { body } }
    }
}

fn dechunked(mut body: &[u8]) -> Vec<u8> {
    let mut whole = Vec::new();
    while let Some(end) = body.windows(2).position(|w| w == b"\r\n") {
        let size = usize::from_str_radix(String::from_utf8_lossy(&body[..end]).trim(), 16).expect("a chunk's size");
        whole.extend_from_slice(&body[end + 2..end + 2 + size]);
        body = &body[end + 4 + size..];
        if size == 0 {
            break;
        }
    }
    whole
}

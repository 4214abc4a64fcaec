//! A small HTTP/1.1 client as a stranger would write one: one kept-alive connection, and the same command sent again
//! with the same id whenever the answer did not come.

use std::{
    fs::File,
    io::{BufRead, BufReader, ErrorKind, Read, Write},
    net::{TcpStream, ToSocketAddrs},
    sync::{Arc, Mutex, PoisonError},
    thread::sleep,
    time::Duration,
};

use domain::{
    command::Envelope,
    query::{Answer, Outcome, Query, View},
    rejection::{Refusal, Rejection},
};
use serde::{Serialize, de::DeserializeOwned};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
const ANSWER_TIMEOUT: Duration = Duration::from_secs(15);
/// The first pause before trying again; doubled up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_millis(25);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);
/// The longest answer that is read.
const MAX_ANSWER: usize = 32 << 20;

/// Why the service could not go on.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    #[error("{0} is not an address like http://127.0.0.1:7700")]
    BadUrl(String),
    #[error("the terminal at {at} does not answer: {why}")]
    Unreachable { at: String, why: String },
    #[error("the terminal answered what this client does not understand: {0}")]
    BadAnswer(String),
    #[error("the terminal said no to {what}: {}", .why.message)]
    Refused { what: String, why: Box<Refusal> },
    #[error("{0}")]
    NotReady(String),
    #[error("the journal cannot be written: {0}")]
    Journal(std::io::Error),
}

/// Where every acknowledged command goes, one JSON line each: what was sent and what was answered.
#[derive(Clone)]
pub struct Journal(Arc<Mutex<File>>);

#[derive(Serialize)]
struct JournalLine<'a> {
    sent: &'a Envelope,
    answer: &'a Outcome,
}

impl Journal {
    /// Appends to `file`.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub fn append_to(file: &std::path::Path) -> Result<Journal, ServiceError> {
        let file = File::options().create(true).append(true).open(file).map_err(ServiceError::Journal)?;
        Ok(Journal(Arc::new(Mutex::new(file))))
    }

    fn note(&self, sent: &Envelope, answer: &Outcome) -> Result<(), ServiceError> {
        let mut line = serde_json::to_vec(&JournalLine { sent, answer }).map_err(|e| bad(&e.to_string()))?;
        line.push(b'\n');
        // One write per line, so that lines of several hands never mix.
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write_all(&line).map_err(ServiceError::Journal)
    }
}

/// One device with one connection.
pub struct Client {
    host: String,
    device: String,
    pub token: Option<String>,
    /// What a device on another machine was let in with.
    pub device_key: Option<String>,
    /// How often an unanswered request is sent in all.
    tries: u32,
    journal: Option<Journal>,
    line: Option<BufReader<TcpStream>>,
    /// How often something had to be sent again.
    pub resent: u64,
}

fn bad(why: &str) -> ServiceError {
    ServiceError::BadAnswer(why.chars().take(300).collect())
}

impl Client {
    /// A client for `url`, like `http://127.0.0.1:7700`. Nothing is sent yet.
    ///
    /// # Errors
    /// When `url` is not of that form.
    pub fn new(url: &str, device: &str, tries: u32, journal: Option<Journal>) -> Result<Client, ServiceError> {
        let host = url.strip_prefix("http://").map(|h| h.trim_end_matches('/')).filter(|h| h.contains(':'));
        let host = host.ok_or_else(|| ServiceError::BadUrl(url.to_owned()))?.to_owned();
        let device = device.to_owned();
        Ok(Client { host, device, token: None, device_key: None, tries: tries.max(1), journal, line: None, resent: 0 })
    }

    /// Sends one command until it is answered.
    ///
    /// # Errors
    /// When no try was answered, or not in words this client knows.
    pub fn dispatch(&mut self, envelope: &Envelope) -> Result<Outcome, ServiceError> {
        let mut pause = FIRST_PAUSE;
        loop {
            let outcome: Outcome = self.post("/api/dispatch", envelope)?;
            if let Outcome::Refused(Refusal { why: Rejection::Busy, .. }) = outcome {
                self.resent += 1;
                wait(&mut pause);
                continue;
            }
            if let Some(journal) = &self.journal {
                journal.note(envelope, &outcome)?;
            }
            return Ok(outcome);
        }
    }

    /// Asks one question.
    ///
    /// # Errors
    /// When it is refused or not answered.
    pub fn query(&mut self, query: &Query) -> Result<View, ServiceError> {
        match self.post("/api/query", query)? {
            Answer::View(view) => Ok(view),
            Answer::Refused(why) => {
                Err(ServiceError::Refused { what: format!("the question {query:?}"), why: Box::new(why) })
            }
        }
    }

    /// Posts JSON and reads JSON, over the open connection or a new one, as often as it takes.
    ///
    /// # Errors
    /// When no try was answered, or not in words this client knows.
    pub fn post<Q: Serialize, A: DeserializeOwned>(&mut self, path: &str, body: &Q) -> Result<A, ServiceError> {
        let body = serde_json::to_vec(body).map_err(|e| bad(&e.to_string()))?;
        let mut pause = FIRST_PAUSE;
        let mut left = self.tries;
        loop {
            left -= 1;
            match self.exchange(path, &body) {
                Ok(answer) => {
                    return serde_json::from_slice(&answer)
                        .map_err(|e| bad(&format!("{e} in {}", String::from_utf8_lossy(&answer))));
                }
                Err(error) => {
                    self.line = None;
                    if left == 0 {
                        return Err(ServiceError::Unreachable { at: self.host.clone(), why: error.to_string() });
                    }
                    self.resent += 1;
                    wait(&mut pause);
                }
            }
        }
    }

    fn exchange(&mut self, path: &str, body: &[u8]) -> std::io::Result<Vec<u8>> {
        let mut line = match self.line.take() {
            Some(line) => line,
            None => BufReader::new(connect(&self.host)?),
        };
        let mut request = format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nX-Device: {}\r\nContent-Length: {}\r\n",
            self.host,
            self.device,
            body.len()
        );
        if let Some(token) = &self.token {
            request.push_str(&format!("Authorization: Bearer {token}\r\n"));
        }
        if let Some(key) = &self.device_key {
            request.push_str(&format!("X-Device-Key: {key}\r\n"));
        }
        request.push_str("\r\n");
        let mut bytes = request.into_bytes();
        bytes.extend_from_slice(body);
        line.get_mut().write_all(&bytes)?;
        let (answer, stays_open) = read_answer(&mut line)?;
        self.line = stays_open.then_some(line);
        Ok(answer)
    }
}

fn wait(pause: &mut Duration) {
    sleep(*pause);
    *pause = (*pause * 2).min(LONGEST_PAUSE);
}

fn connect(host: &str) -> std::io::Result<TcpStream> {
    let mut last = std::io::Error::from(ErrorKind::AddrNotAvailable);
    for address in host.to_socket_addrs()? {
        match TcpStream::connect_timeout(&address, CONNECT_TIMEOUT) {
            Ok(stream) => {
                stream.set_nodelay(true)?;
                stream.set_read_timeout(Some(ANSWER_TIMEOUT))?;
                return Ok(stream);
            }
            Err(error) => last = error,
        }
    }
    Err(last)
}

/// The body, and whether the connection may be used again. Every status has a JSON body that says what was wrong.
fn read_answer(line: &mut BufReader<TcpStream>) -> std::io::Result<(Vec<u8>, bool)> {
    let broken = |why: &str| std::io::Error::new(ErrorKind::InvalidData, why.to_owned());
    let mut head = String::new();
    line.read_line(&mut head)?;
    if !head.starts_with("HTTP/1.1 ") {
        return Err(broken(if head.is_empty() { "the connection was closed" } else { "not an HTTP answer" }));
    }
    let (mut length, mut stays_open) = (None, true);
    loop {
        head.clear();
        line.read_line(&mut head)?;
        let (name, value) = match head.trim_end() {
            "" => break,
            field => field.split_once(':').ok_or_else(|| broken("a header without a colon"))?,
        };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.trim().parse::<usize>().ok().filter(|n| *n <= MAX_ANSWER),
            "connection" => stays_open = !value.trim().eq_ignore_ascii_case("close"),
            _ => {}
        }
    }
    let mut body = vec![0; length.ok_or_else(|| broken("an answer without a sensible length"))?];
    line.read_exact(&mut body)?;
    Ok((body, stays_open))
}

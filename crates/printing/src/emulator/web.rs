//! The printer's live page: tickets on a rail, newest first, and levers for its faults.

use super::faults::{Condition, Fault};
use super::{Emulator, Printed, Shared};
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

/// How long a page waits for news before it asks again.
const PATIENCE: Duration = Duration::from_secs(25);

/// Serves the printer's page until the process ends.
pub async fn serve(emulator: &Emulator, listen: SocketAddr) -> io::Result<()> {
    let listener = tokio::net::TcpListener::bind(listen).await?;
    axum::serve(listener, router(emulator.shared())).await
}

fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/", get(|| async { Html(include_str!("page.html")) }))
        .route("/tickets.json", get(tickets))
        .route("/tickets/{file}", get(file))
        .route("/state.json", get(state))
        .route("/wait", get(wait))
        .route("/fault", post(fault))
        .with_state(shared)
}

#[derive(Serialize)]
struct Listed {
    id: u64,
    text: String,
    received: u64,
    bytes: usize,
    drawer_kicks: u32,
    beeps: u32,
    strays: usize,
}

impl From<&Arc<Printed>> for Listed {
    fn from(ticket: &Arc<Printed>) -> Listed {
        Listed {
            id: ticket.id,
            text: ticket.text.clone(),
            received: ticket.received,
            bytes: ticket.bytes,
            drawer_kicks: ticket.drawer_kicks,
            beeps: ticket.beeps,
            strays: ticket.strays.len(),
        }
    }
}

/// Newest first.
async fn tickets(State(shared): State<Arc<Shared>>) -> Json<Vec<Listed>> {
    Json(shared.lock().tickets.iter().rev().map(Listed::from).collect())
}

async fn file(State(shared): State<Arc<Shared>>, Path(file): Path<String>) -> Response {
    let Some((id, ending)) = file.split_once('.') else { return StatusCode::NOT_FOUND.into_response() };
    let found = shared.lock().tickets.iter().find(|ticket| ticket.id.to_string() == id).cloned();
    match (found, ending) {
        (Some(ticket), "png") => ([(header::CONTENT_TYPE, "image/png")], ticket.png.clone()).into_response(),
        (Some(ticket), "txt") => ticket.text.clone().into_response(),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

#[derive(Serialize)]
struct Now {
    version: u64,
    condition: Condition,
    connections: usize,
}

async fn state(State(shared): State<Arc<Shared>>) -> Json<Now> {
    Json(now(&shared))
}

fn now(shared: &Shared) -> Now {
    let version = *shared.version.borrow();
    let state = shared.lock();
    Now { version, condition: state.condition.clone(), connections: state.open.len() }
}

#[derive(Deserialize)]
struct Seen {
    #[serde(default)]
    after: u64,
}

/// Answers as soon as something happened after version `after`, or when patience ends.
async fn wait(State(shared): State<Arc<Shared>>, Query(seen): Query<Seen>) -> Json<Now> {
    let mut version = shared.version.subscribe();
    let _ = tokio::time::timeout(PATIENCE, version.wait_for(|version| *version != seen.after)).await;
    Json(now(&shared))
}

async fn fault(State(shared): State<Arc<Shared>>, Json(fault): Json<Fault>) -> StatusCode {
    shared.inject(fault);
    StatusCode::NO_CONTENT
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emulator::Build;
    use std::io::{Read, Write};
    use std::net::TcpStream;

    fn ask(addr: SocketAddr, request: &str, body: &str) -> Vec<u8> {
        let mut stream = TcpStream::connect(addr).expect("the page is served");
        let head = "Host: printer\r\nConnection: close\r\nContent-Type: application/json";
        write!(stream, "{request} HTTP/1.1\r\n{head}\r\nContent-Length: {}\r\n\r\n{body}", body.len()).expect("asked");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("answered");
        answer
    }

    #[test]
    fn the_page_shows_what_was_printed_and_pulls_the_levers() {
        let printer = Emulator::start("127.0.0.1:0", Build::default()).expect("a printer");
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).expect("a port");
        let addr = listener.local_addr().expect("an address");
        runtime.spawn(axum::serve(listener, router(printer.shared())).into_future());
        let check = |request: &str, body: &str, expected: &[u8]| {
            let answer = ask(addr, request, body);
            let found = answer.windows(expected.len()).any(|part| part == expected);
            assert!(found, "{request}: {}", String::from_utf8_lossy(&answer));
        };
        check("GET /", "", b"<title>Printer</title>");
        check("GET /tickets.json", "", b"[]");
        let mut till = TcpStream::connect(printer.addr()).expect("a till");
        till.write_all(b"2 Toast\n\x1dVB\x00").expect("sent");
        assert!(printer.wait_for(1, Duration::from_secs(20)), "printed");
        check("GET /tickets.json", "", b"\"text\":\"2 Toast\\n\"");
        check("GET /tickets/1.txt", "", b"2 Toast");
        check("GET /tickets/1.png", "", b"\x89PNG");
        check("GET /tickets/2.png", "", b"404");
        check("POST /fault", "\"cover_open\"", b"204");
        check("GET /wait?after=0", "", b"\"cover_open\":true");
        check("POST /fault", "\"on_fire\"", b"422");
    }
}

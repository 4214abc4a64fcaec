//! Kitchen screens: WebSockets over TCP, as a tablet on the wall has one.

use std::{
    net::{SocketAddr, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use domain::{
    ids::FireId,
    query::{Update, Wants},
};
use terminal::http::{self, Pages};
use tungstenite::{Message, WebSocket};

use crate::inside::Inside;

/// How long a screen waits for the last ticket after all were sold.
const PATIENCE: Duration = Duration::from_millis(500);

/// Opens a stream of updates at an address.
pub fn listen(host: &str, token: &str) -> Result<WebSocket<TcpStream>> {
    let socket = TcpStream::connect(host)?;
    let request = tungstenite::http::Request::builder()
        .uri(format!("ws://{host}/api/stream?token={token}"))
        .header("Host", host)
        .header("Connection", "Upgrade")
        .header("Upgrade", "websocket")
        .header("Sec-WebSocket-Version", "13")
        .header("Sec-WebSocket-Key", tungstenite::handshake::client::generate_key())
        .header("Authorization", format!("Bearer {token}"))
        .body(())?;
    let (mut screen, _) = tungstenite::client(request, socket).map_err(|e| anyhow::anyhow!("a screen: {e}"))?;
    let wants = Wants { floor: true, kitchen: true, ..Wants::default() };
    screen.send(Message::text(serde_json::to_string(&wants)?))?;
    screen.get_ref().set_read_timeout(Some(Duration::from_millis(200)))?;
    Ok(screen)
}

type Tickets = Vec<(FireId, Instant)>;

/// Screens of a terminal in this program, which serves them on a port of its own while they are there.
pub struct Screens {
    hands: Vec<JoinHandle<Result<Tickets>>>,
    stop: Arc<AtomicBool>,
    serving: tokio::runtime::Runtime,
}

impl Screens {
    pub fn at(inside: &Inside, count: usize) -> Result<Screens> {
        let serving = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        let listener = serving.block_on(tokio::net::TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))))?;
        let host = listener.local_addr()?.to_string();
        serving.spawn(http::serve(inside.terminal.clone(), Pages::BuiltIn, listener, std::future::pending()));
        let token = inside.caller.token.clone().context("somebody is signed in")?;
        let stop = Arc::new(AtomicBool::new(false));
        let mut hands = Vec::new();
        for _ in 0..count {
            let mut screen = listen(&host, &token)?;
            // It is told to start once the terminal knows what it wants.
            screen.read()?;
            let stop = stop.clone();
            hands.push(std::thread::spawn(move || hear(&mut screen, &stop)));
        }
        std::thread::sleep(Duration::from_millis(100));
        Ok(Screens { hands, stop, serving })
    }

    /// The tickets that came to each screen, each the first time, after nothing more is on its way.
    pub fn end(self) -> Result<Tickets> {
        std::thread::sleep(PATIENCE);
        self.stop.store(true, Ordering::Relaxed);
        let heard = self.hands.into_iter().map(|h| h.join().unwrap_or_else(|f| std::panic::resume_unwind(f)));
        let heard = heard.collect::<Result<Vec<_>>>()?.concat();
        self.serving.shutdown_background();
        Ok(heard)
    }
}

fn hear(screen: &mut WebSocket<TcpStream>, stop: &AtomicBool) -> Result<Tickets> {
    let mut messages = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        match screen.read() {
            Ok(message) => messages.push((message, Instant::now())),
            Err(tungstenite::Error::Io(_)) => {}
            Err(e) => return Err(e.into()),
        }
    }
    let (mut seen, mut tickets) = (std::collections::BTreeSet::new(), Vec::new());
    for (message, at) in messages {
        if let Ok(Update::Ticket(ticket)) = serde_json::from_str(message.to_text()?)
            && seen.insert(ticket.fire)
        {
            tickets.push((ticket.fire, at));
        }
    }
    Ok(tickets)
}

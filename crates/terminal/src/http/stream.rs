use std::{net::IpAddr, time::Duration};

use axum::{
    extract::{
        ConnectInfo, Query, State, WebSocketUpgrade,
        ws::{CloseFrame, Message, WebSocket, close_code},
    },
    response::Response,
};
use domain::{query::Update, rejection::Rejection};
use futures_util::SinkExt;
use tokio::time::{Instant, timeout};

use super::{
    Face, From,
    api::{self, Address, Asking},
};
use crate::{Caller, Subscription, json::written, terminal::lock, zone::millis_now};

/// The longest message a screen may send.
const MAX_WANTS: usize = 64 << 10;
/// Messages that are written together when so many wait: where many screens listen, each is then woken less often.
const TOGETHER: usize = 64;
/// A screen that cannot take what it is told for so long is gone.
const SEND_WITHIN: Duration = Duration::from_secs(10);
/// A sign of life for the page. It misses two, then looks for another terminal.
const BEAT_EVERY: Duration = Duration::from_millis(800);
/// The first one comes sooner: with it a page learns where else it can work, and its terminal may die right after.
const FIRST_BEAT: Duration = Duration::from_millis(50);
/// The line is tried this often, and counts as dead after three tries without an echo.
const PING_EVERY: Duration = Duration::from_secs(15);
const DEAD_AFTER: Duration = Duration::from_secs(45);

/// Joins the stream of updates.
pub(super) async fn join(
    State(face): State<Face>,
    ConnectInfo(from): ConnectInfo<From>,
    Asking(caller): Asking,
    Query(address): Query<Address>,
    socket: WebSocketUpgrade,
) -> Response {
    let caller = api::caller_of(caller, address);
    if let Err(why) = face.terminal.gate(&caller) {
        return api::refusal(why);
    }
    if !is_in(&face, &caller) {
        return api::refusal(Rejection::NotSignedIn);
    }
    let subscription = face.terminal.subscribe();
    let from = from.address.ip();
    socket.max_message_size(MAX_WANTS).on_upgrade(move |socket| tell(socket, face, caller, from, subscription))
}

fn is_in(face: &Face, caller: &Caller) -> bool {
    let mut door = lock(&face.terminal.door);
    door.hears(caller) && door.who(caller, millis_now()).is_some()
}

async fn tell(mut socket: WebSocket, face: Face, caller: Caller, from: IpAddr, mut subscription: Subscription) {
    let mut heard = Instant::now();
    let mut ping = tokio::time::interval(PING_EVERY);
    let mut beat = tokio::time::interval_at(Instant::now() + FIRST_BEAT, BEAT_EVERY);
    let mut told = Vec::new();
    loop {
        let messages = tokio::select! {
            updates = subscription.next_many(TOGETHER) => match updates {
                // Whoever was shut out hears nothing of what comes after it.
                Some(_) if !is_in(&face, &caller) => break,
                Some(texts) => texts.iter().map(|text| Message::Text((&**text).into())).collect(),
                None => break,
            },
            _ = beat.tick() => {
                if !is_in(&face, &caller) {
                    break;
                }
                let others = face.terminal.elsewhere(from);
                if others == told {
                    vec![Message::Text(written(&Update::Beat).into())]
                } else {
                    told = others;
                    vec![Message::Text(written(&Update::Elsewhere(face.terminal.ways(from))).into())]
                }
            }
            _ = ping.tick() => {
                if heard.elapsed() > DEAD_AFTER {
                    break;
                }
                vec![Message::Ping(Default::default())]
            }
            said = socket.recv() => match said {
                Some(Ok(Message::Text(text))) => {
                    heard = Instant::now();
                    match face.terminal.wants_json(&caller, text.as_bytes()) {
                        Ok(wants) => subscription.want(wants),
                        Err(rejection) => {
                            let reason = rejection.to_string().chars().take(100).collect::<String>();
                            close(&mut socket, close_code::UNSUPPORTED, reason).await;
                            return;
                        }
                    }
                    // A beat says that they hold from here on: what is asked after it cannot miss a change.
                    vec![Message::Text(written(&Update::Beat).into())]
                }
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                Some(Ok(_)) => {
                    heard = Instant::now();
                    continue;
                }
            },
        };
        if !matches!(timeout(SEND_WITHIN, write(&mut socket, messages)).await, Ok(Ok(()))) {
            return;
        }
    }
    close(&mut socket, close_code::AWAY, String::new()).await;
}

async fn write(socket: &mut WebSocket, messages: Vec<Message>) -> Result<(), axum::Error> {
    for message in messages {
        socket.feed(message).await?;
    }
    socket.flush().await
}

async fn close(socket: &mut WebSocket, code: u16, reason: String) {
    // The other side may be gone already; then there is nobody to tell.
    let _ = timeout(SEND_WITHIN, socket.send(Message::Close(Some(CloseFrame { code, reason: reason.into() })))).await;
}

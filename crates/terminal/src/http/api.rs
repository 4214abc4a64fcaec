use std::panic::{AssertUnwindSafe, catch_unwind};

use axum::{
    body::Body,
    extract::{ConnectInfo, FromRequestParts, State},
    http::{HeaderMap, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use domain::{
    query::{Answer, Outcome},
    rejection::{Refusal, Rejection},
    text::is_name,
};

use serde::Deserialize;

use super::{Face, From, status};
use crate::{
    Caller,
    json::{MAX_IMPORT, Outcomes, written},
};

/// A body that is too long is read to its end up to this many bytes, so that its sender hears why it was refused
/// instead of a broken connection.
const MAX_DRAINED: usize = 32 << 20;

pub(super) async fn dispatch(State(face): State<Face>, Asking(caller): Asking, body: Body) -> Response {
    let body = match whole(body).await {
        Ok(body) => body,
        Err(why) => return refusal(why),
    };
    match here(|| face.terminal.dispatch_json(&caller, &body)) {
        Some(outcomes) => {
            let status = match &outcomes {
                Outcomes::One(outcome) => match outcome.as_ref() {
                    Outcome::Refused(refusal) => status::of(&refusal.why),
                    Outcome::Done(_) => StatusCode::OK,
                },
                Outcomes::Many(_) => StatusCode::OK,
            };
            json(status, outcomes.text())
        }
        None => refusal(Rejection::Busy),
    }
}

/// Does work that may wait for the disk on this very thread, which the runtime replaces meanwhile: a command is answered
/// without being handed to another thread and back. `None` when the work panicked, which costs only its own caller.
pub(super) fn here<T>(work: impl FnOnce() -> T) -> Option<T> {
    tokio::task::block_in_place(|| catch_unwind(AssertUnwindSafe(work)).ok())
}

pub(super) async fn query(State(face): State<Face>, Asking(caller): Asking, body: Body) -> Response {
    let body = match whole(body).await {
        Ok(body) => body,
        Err(why) => return refusal(why),
    };
    let answer = here(|| {
        let answer = face.terminal.query_json(&caller, &body);
        let status = match &answer {
            Answer::View(_) => StatusCode::OK,
            Answer::Refused(refusal) => status::of(&refusal.why),
        };
        (status, written(&answer))
    });
    match answer {
        Some((status, text)) => json(status, text),
        None => refusal(Rejection::Busy),
    }
}

/// A refusal in the shape both verbs answer with.
pub(super) fn refusal(why: Rejection) -> Response {
    json(status::of(&why), written(&Outcome::Refused(Refusal::from(why))))
}

pub(super) fn json(status: StatusCode, text: String) -> Response {
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")];
    (status, headers, text).into_response()
}

/// Who sends a request.
pub(super) struct Asking(pub Caller);

impl<S: Send + Sync> FromRequestParts<S> for Asking {
    type Rejection = <ConnectInfo<From> as FromRequestParts<S>>::Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Asking, Self::Rejection> {
        let ConnectInfo(from) = ConnectInfo::<From>::from_request_parts(parts, state).await?;
        Ok(Asking(caller(&parts.headers, from)))
    }
}

/// Who sends this: the bearer token, the name the device gives itself, and the address it really has.
fn caller(headers: &HeaderMap, from: From) -> Caller {
    let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok());
    let token = text("authorization").and_then(|v| v.strip_prefix("Bearer ")).map(str::to_owned);
    let said = text("x-device").filter(|d| is_name(d)).map_or_else(|| from.address.ip().to_string(), str::to_owned);
    let device_key = text("x-device-key").map(str::to_owned);
    // A device that was let in goes by that name, whatever it calls itself.
    let device = device_key.as_deref().and_then(|k| k.split_once('.')).map_or(said, |(id, _)| id.to_owned());
    Caller { token, device_key, device: device.into(), address: Some(from.address.ip()), protected: from.protected }
}

/// As it asks where a browser can give no headers: the token and the device's key stand in the address.
pub(super) fn caller_of(mut caller: Caller, address: Address) -> Caller {
    caller.token = caller.token.or(address.token);
    if caller.device_key.is_none()
        && let Some(key) = address.device
    {
        caller.device = key.split('.').next().unwrap_or_default().into();
        caller.device_key = Some(key);
    }
    caller
}

/// What stands in an address in place of headers.
#[derive(Deserialize)]
pub(super) struct Address {
    token: Option<String>,
    device: Option<String>,
}

async fn whole(body: Body) -> Result<Vec<u8>, Rejection> {
    use axum::body::HttpBody;
    let mut body = std::pin::pin!(body);
    let (mut bytes, mut length) = (Vec::new(), 0);
    while let Some(frame) = std::future::poll_fn(|cx| body.as_mut().poll_frame(cx)).await {
        let frame = frame.map_err(|e| Rejection::Malformed { what: e.to_string() })?;
        let Ok(data) = frame.into_data() else { continue };
        length += data.len();
        if length > MAX_DRAINED {
            break;
        }
        if length <= MAX_IMPORT {
            bytes.extend_from_slice(&data);
        } else {
            bytes = Vec::new();
        }
    }
    if length > MAX_IMPORT { Err(Rejection::TooLarge { limit: crate::json::MAX_BODY as u64 }) } else { Ok(bytes) }
}

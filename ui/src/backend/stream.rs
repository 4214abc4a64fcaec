//! The stream of what changed: one at a time, joined again with growing patience when it breaks, watched by a heartbeat.

use std::{cell::RefCell, rc::Rc};

use domain::query::{Update, Wants};
use gloo_timers::callback::{Interval, Timeout};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{MessageEvent, WebSocket};
use yew::Callback;

use super::{Backend, tauri};
use crate::{browser, json};

/// First pause before joining again; doubles up to [`LONGEST_PAUSE_MS`].
const FIRST_PAUSE_MS: u32 = 250;
const LONGEST_PAUSE_MS: u32 = 5_000;
/// Silence after which the line counts as dead. The terminal beats more often than that.
const SILENCE_MS: i64 = 25_000;
const WATCH_EVERY_MS: u32 = 5_000;

/// What the stream says.
#[derive(Debug, Clone, PartialEq)]
pub enum Heard {
    Update(Box<Update>),
    /// The line is up; the terminal says `Start` next.
    Joined,
    /// The line broke; joining again in so many milliseconds.
    Broke {
        again_in: u32,
    },
}

/// A stream that keeps itself alive until dropped.
#[derive(Clone)]
pub struct Stream(Rc<RefCell<Line>>);

struct Line {
    backend: Backend,
    token: String,
    wants: Wants,
    heard: Callback<Heard>,
    socket: Option<Socket>,
    /// The shell has no way to stop; a dropped stream must not listen on.
    alive: bool,
    pause: u32,
    last: i64,
    timer: Option<Timeout>,
    watch: Option<Interval>,
}

/// A socket with its handlers; dropping it closes quietly.
struct Socket {
    socket: WebSocket,
    _message: Closure<dyn FnMut(MessageEvent)>,
    _open: Closure<dyn FnMut(JsValue)>,
    _close: Closure<dyn FnMut(JsValue)>,
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.socket.set_onmessage(None);
        self.socket.set_onopen(None);
        self.socket.set_onclose(None);
        self.socket.set_onerror(None);
        let _ = self.socket.close();
    }
}

impl Stream {
    /// Joins the stream of the terminal as the holder of `token`.
    pub fn join(backend: Backend, token: String, wants: Wants, heard: Callback<Heard>) -> Stream {
        let line = Line {
            backend,
            token,
            wants,
            heard,
            socket: None,
            alive: true,
            pause: FIRST_PAUSE_MS,
            last: browser::now(),
            timer: None,
            watch: None,
        };
        let stream = Stream(Rc::new(RefCell::new(line)));
        stream.connect();
        if backend == Backend::Http {
            stream.watch();
        }
        stream
    }

    /// Changes what is heard from now on.
    pub fn want(&self, wants: Wants) {
        let mut line = self.0.borrow_mut();
        if line.wants == wants {
            return;
        }
        line.wants = wants;
        line.say_wants();
    }

    /// Stops for good.
    pub fn leave(&self) {
        let mut line = self.0.borrow_mut();
        line.alive = false;
        (line.socket, line.timer, line.watch) = (None, None, None);
    }

    fn connect(&self) {
        let backend = self.0.borrow().backend;
        match backend {
            Backend::Http => self.open_socket(),
            Backend::Tauri => self.listen(),
        }
    }

    fn open_socket(&self) {
        let url = {
            let line = self.0.borrow();
            stream_address(&line.token)
        };
        let Some(socket) = url.and_then(|url| WebSocket::new(&url).ok()) else { return self.broke() };
        let (this, opened, closed) = (self.clone(), self.clone(), self.clone());
        let message = Closure::<dyn FnMut(MessageEvent)>::new(move |e: MessageEvent| {
            if let Some(text) = e.data().as_string() {
                this.message(&text);
            }
        });
        let open = Closure::<dyn FnMut(JsValue)>::new(move |_| opened.opened());
        let close = Closure::<dyn FnMut(JsValue)>::new(move |_| {
            // Not from within the socket's own handler: dropping it there would free the running closure.
            let again = closed.clone();
            Timeout::new(0, move || again.broke()).forget();
        });
        socket.set_onmessage(Some(message.as_ref().unchecked_ref()));
        socket.set_onopen(Some(open.as_ref().unchecked_ref()));
        socket.set_onclose(Some(close.as_ref().unchecked_ref()));
        let mut line = self.0.borrow_mut();
        line.last = browser::now();
        line.socket = Some(Socket { socket, _message: message, _open: open, _close: close });
    }

    /// The shell emits each update as an `update` event with the JSON text as its payload.
    fn listen(&self) {
        let this = self.clone();
        let heard = Closure::<dyn FnMut(JsValue)>::new(move |event: JsValue| {
            let payload = js_sys::Reflect::get(&event, &"payload".into()).ok().and_then(|p| p.as_string());
            if let Some(text) = payload.filter(|_| this.0.borrow().alive) {
                this.message(&text);
            }
        });
        if tauri::listen("update", heard.as_ref().unchecked_ref()).is_none() {
            return self.broke();
        }
        // The listener lives as long as the window.
        heard.forget();
        self.opened();
    }

    fn opened(&self) {
        let heard = {
            let mut line = self.0.borrow_mut();
            (line.pause, line.last) = (FIRST_PAUSE_MS, browser::now());
            line.say_wants();
            line.heard.clone()
        };
        heard.emit(Heard::Joined);
    }

    fn message(&self, text: &str) {
        let heard = {
            let mut line = self.0.borrow_mut();
            line.last = browser::now();
            line.heard.clone()
        };
        // A newer terminal may say things this page does not know; they are not for it.
        if let Some(update) = json::read::<Update>(text) {
            heard.emit(Heard::Update(Box::new(update)));
        }
    }

    fn broke(&self) {
        let (heard, pause) = {
            let mut line = self.0.borrow_mut();
            if !line.alive || line.timer.is_some() {
                return;
            }
            line.socket = None;
            let pause = line.pause;
            line.pause = (pause * 2).min(LONGEST_PAUSE_MS);
            let this = self.clone();
            line.timer = Some(Timeout::new(pause, move || {
                this.0.borrow_mut().timer = None;
                this.connect();
            }));
            (line.heard.clone(), pause)
        };
        heard.emit(Heard::Broke { again_in: pause });
    }

    fn watch(&self) {
        let this = self.clone();
        let watch = Interval::new(WATCH_EVERY_MS, move || {
            let silent = {
                let line = this.0.borrow();
                line.socket.is_some() && browser::now() - line.last > SILENCE_MS
            };
            if silent {
                this.broke();
            }
        });
        self.0.borrow_mut().watch = Some(watch);
    }
}

impl Line {
    fn say_wants(&self) {
        // Wants are plain data; writing them as JSON cannot fail.
        let wants = serde_json::to_string(&self.wants).unwrap_or_default();
        match (&self.socket, self.backend) {
            (Some(socket), Backend::Http) if socket.socket.ready_state() == WebSocket::OPEN => {
                let _ = socket.socket.send_with_str(&wants);
            }
            (_, Backend::Tauri) => {
                let token = self.token.clone();
                wasm_bindgen_futures::spawn_local(async move {
                    let _ = tauri::call("wants", &wants, Some(&token)).await;
                });
            }
            _ => {}
        }
    }
}

/// A browser cannot put a header on a socket, so the token travels in the address.
fn stream_address(token: &str) -> Option<String> {
    let location = web_sys::window()?.location();
    let scheme = if location.protocol().ok()? == "https:" { "wss" } else { "ws" };
    Some(format!("{scheme}://{}/api/stream?token={token}", location.host().ok()?))
}

//! The stream of what changed: one at a time, joined again with growing patience when it breaks, watched by a heartbeat.

use std::{cell::RefCell, rc::Rc};

use domain::query::{Update, Wants};
use gloo_timers::callback::{Interval, Timeout};
use js_sys::Function;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{MessageEvent, WebSocket};
use yew::Callback;

use super::{Backend, device_key, places, tauri};
use crate::{browser, json};

/// First pause before joining again after a line that never stood; doubles up to [`LONGEST_PAUSE_MS`].
const FIRST_PAUSE_MS: u32 = 250;
const LONGEST_PAUSE_MS: u32 = 2_000;
/// Silence after which the line counts as dead: the terminal beats every 800 ms, and two were missed.
const SILENCE_MS: i64 = 1_900;
const WATCH_EVERY_MS: u32 = 250;

/// What the stream says.
#[derive(Debug, Clone, PartialEq)]
pub enum Heard {
    Update(Box<Update>),
    /// The line is up; the terminal says `Start` next.
    Joined,
    /// The line broke; a terminal is looked for.
    Broke,
    /// Another terminal was found: what was sent to the one before may be done or not.
    Moved,
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
    ear: Option<Ear>,
    /// A word to the shell is on its way; the next one waits, because two might overtake each other.
    saying: bool,
    unsaid: Option<Word>,
    alive: bool,
    pause: u32,
    /// The line stood since it was joined last.
    stood: bool,
    /// A terminal is being looked for.
    looking: bool,
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

/// What the page says about its stream to the window's shell, as the shell calls it. A browser's line says the second
/// only: to open it is to join.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    Join,
    Wants,
}

impl Word {
    fn verb(self) -> &'static str {
        match self {
            Word::Join => "join",
            Word::Wants => "wants",
        }
    }
}

/// What listens to the window's shell; dropping it stops that.
struct Ear {
    stop: Option<Function>,
    _heard: Closure<dyn FnMut(JsValue)>,
}

impl Drop for Ear {
    fn drop(&mut self) {
        if let Some(stop) = &self.stop {
            let _ = stop.call0(&JsValue::NULL);
        }
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
            ear: None,
            saying: false,
            unsaid: None,
            alive: true,
            pause: FIRST_PAUSE_MS,
            stood: false,
            looking: false,
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
        drop(line);
        self.say(Word::Wants);
    }

    /// Stops for good.
    pub fn leave(&self) {
        let mut line = self.0.borrow_mut();
        line.alive = false;
        (line.socket, line.ear, line.timer, line.watch) = (None, None, None, None);
    }

    fn connect(&self) {
        let backend = self.0.borrow().backend;
        match backend {
            Backend::Http => self.open_socket(),
            Backend::Tauri => self.listen(),
        }
    }

    fn open_socket(&self) {
        // A browser cannot put a header on a socket, so the token travels in the address.
        let device = device_key().map(|key| format!("&device={key}")).unwrap_or_default();
        let url = places::socket(&format!("/api/stream?token={}{device}", self.0.borrow().token));
        let Ok(socket) = WebSocket::new(&url) else { return self.broke() };
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
        let Some(listening) = tauri::listen("update", heard.as_ref().unchecked_ref()) else { return self.broke() };
        let this = self.clone();
        wasm_bindgen_futures::spawn_local(async move {
            // Or what it is told first would be missed.
            let Ok(stop) = JsFuture::from(listening).await else { return this.broke() };
            let ear = Ear { stop: stop.dyn_into().ok(), _heard: heard };
            // Whoever left meanwhile stops listening by dropping it.
            if this.0.borrow().alive {
                this.0.borrow_mut().ear = Some(ear);
                this.opened();
            }
        });
    }

    fn opened(&self) {
        let heard = {
            let mut line = self.0.borrow_mut();
            (line.pause, line.stood, line.last) = (FIRST_PAUSE_MS, true, browser::now());
            line.heard.clone()
        };
        self.say(Word::Join);
        heard.emit(Heard::Joined);
    }

    /// Says what the page wants to hear.
    fn say(&self, word: Word) {
        let mut line = self.0.borrow_mut();
        match (&line.socket, line.backend) {
            (Some(socket), Backend::Http) if socket.socket.ready_state() == WebSocket::OPEN => {
                let _ = socket.socket.send_with_str(&line.wanted());
            }
            (_, Backend::Tauri) => {
                // Joining says everything.
                if line.unsaid != Some(Word::Join) {
                    line.unsaid = Some(word);
                }
                if !std::mem::replace(&mut line.saying, true) {
                    wasm_bindgen_futures::spawn_local(self.clone().say_to_shell());
                }
            }
            _ => {}
        }
    }

    async fn say_to_shell(self) {
        loop {
            let (word, wants, token) = {
                let mut line = self.0.borrow_mut();
                let Some(word) = line.unsaid.take().filter(|_| line.alive) else {
                    line.saying = false;
                    return;
                };
                (word, line.wanted(), line.token.clone())
            };
            let _ = tauri::call(word.verb(), &wants, Some(&token)).await;
        }
    }

    fn message(&self, text: &str) {
        let heard = {
            let mut line = self.0.borrow_mut();
            line.last = browser::now();
            line.heard.clone()
        };
        // A newer terminal may say things this page does not know; they are not for it.
        if let Some(update) = json::read::<Update>(text) {
            if matches!(update, Update::Elsewhere(_)) {
                places::learn(text);
            }
            heard.emit(Heard::Update(Box::new(update)));
        }
    }

    fn broke(&self) {
        let (heard, pause) = {
            let mut line = self.0.borrow_mut();
            if !line.alive || line.looking {
                return;
            }
            (line.socket, line.looking) = (None, true);
            // After a line that stood, at once; a terminal that takes no line is not asked without rest.
            let pause = if std::mem::take(&mut line.stood) { 0 } else { line.pause };
            line.pause = (line.pause * 2).min(LONGEST_PAUSE_MS);
            (line.heard.clone(), pause)
        };
        heard.emit(Heard::Broke);
        self.look_in(pause);
    }

    fn look_in(&self, pause: u32) {
        let this = self.clone();
        let look = move || {
            this.0.borrow_mut().timer = None;
            let this = this.clone();
            wasm_bindgen_futures::spawn_local(async move { this.look().await });
        };
        self.0.borrow_mut().timer = Some(Timeout::new(pause, look));
    }

    /// Joins the first terminal that answers, this one or another.
    async fn look(self) {
        let backend = self.0.borrow().backend;
        let found = if backend == Backend::Http { places::find().await } else { Some(false) };
        let (heard, pause) = {
            let mut line = self.0.borrow_mut();
            if !line.alive {
                return;
            }
            line.looking = found.is_none();
            (line.heard.clone(), line.pause)
        };
        match found {
            None => self.look_in(pause),
            Some(other) => {
                if other {
                    heard.emit(Heard::Moved);
                }
                self.connect();
            }
        }
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
    fn wanted(&self) -> String {
        // Wants are plain data; writing them as JSON cannot fail.
        serde_json::to_string(&self.wants).unwrap_or_default()
    }
}

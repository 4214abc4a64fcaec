//! Two verbs and one stream, as the pages call them: commands `dispatch`, `query`, `join` (a page begins to listen) and
//! `wants` (what it should be told from now on), and the event `update`.

use std::sync::Arc;

use tauri::{AppHandle, Emitter, State, async_runtime};
use terminal::{Caller, Subscription, Terminal, Wants, json};
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// What the window calls itself; browsers send theirs in `X-Device`.
const DEVICE: &str = "window";
/// The event that carries one update as JSON text.
const UPDATE: &str = "update";
/// Only the newest words matter; a page that says more than this in a moment is told to wait.
const MAX_WAITING: usize = 8;

type Terminals<'a> = State<'a, Arc<Terminal>>;

/// What the window's page says about its stream.
pub enum Word {
    /// It begins to listen: the window's first page, the next one, or somebody who signed in. Like a browser's line it is
    /// told to start, so that it asks for what it missed.
    Join(Subscription),
    Want(Wants),
}

/// Does one envelope, or an array of them, and answers as HTTP does.
#[tauri::command]
pub async fn dispatch(terminal: Terminals<'_>, body: String, token: Option<String>) -> Result<String, String> {
    away(&terminal, move |terminal| terminal.dispatch_json(&caller(token), body.as_bytes()).text()).await
}

/// Answers one query.
#[tauri::command]
pub async fn query(terminal: Terminals<'_>, body: String, token: Option<String>) -> Result<String, String> {
    away(&terminal, move |terminal| json::written(&terminal.query_json(&caller(token), body.as_bytes()))).await
}

/// Begins the window's stream anew. Only somebody who is signed in hears anything.
#[tauri::command]
pub async fn join(
    terminal: Terminals<'_>,
    ear: State<'_, Sender<Word>>,
    body: String,
    token: Option<String>,
) -> Result<String, String> {
    let wants = read(&terminal, body, token).await?;
    let subscription = terminal.subscribe();
    subscription.want(wants);
    say(&ear, Word::Join(subscription)).await
}

/// Says what the window wants to hear of from now on.
#[tauri::command]
pub async fn wants(
    terminal: Terminals<'_>,
    ear: State<'_, Sender<Word>>,
    body: String,
    token: Option<String>,
) -> Result<String, String> {
    let wants = read(&terminal, body, token).await?;
    say(&ear, Word::Want(wants)).await
}

async fn read(terminal: &Arc<Terminal>, body: String, token: Option<String>) -> Result<Wants, String> {
    let wants = away(terminal, move |terminal| terminal.wants_json(&caller(token), body.as_bytes())).await?;
    wants.map_err(|rejection| rejection.to_string())
}

async fn say(ear: &Sender<Word>, word: Word) -> Result<String, String> {
    ear.send(word).await.map_err(|_| "the stream has ended".to_owned())?;
    Ok(String::new())
}

/// Forwards the terminal's updates to the window's page once one listens; the sender takes what the page says.
pub fn follow(app: AppHandle) -> Sender<Word> {
    let (ear, said) = channel(MAX_WAITING);
    async_runtime::spawn(forward(app, said));
    ear
}

async fn forward(app: AppHandle, mut said: Receiver<Word>) {
    let mut stream: Option<Subscription> = None;
    loop {
        tokio::select! {
            word = said.recv() => match (word, &stream) {
                (Some(Word::Join(new)), _) => stream = Some(new),
                (Some(Word::Want(wants)), Some(stream)) => stream.want(wants),
                (Some(Word::Want(_)), None) => {}
                (None, _) => return,
            },
            update = next(&mut stream) => {
                let Some(update) = update else {
                    // The terminal ended it.
                    stream = None;
                    continue;
                };
                if let Err(error) = app.emit(UPDATE, &*update) {
                    tracing::warn!("the window did not take an update: {error}");
                }
            }
        }
    }
}

/// Waits for ever while no page listens.
async fn next(stream: &mut Option<Subscription>) -> Option<Arc<str>> {
    match stream {
        Some(stream) => stream.next().await,
        None => std::future::pending().await,
    }
}

/// Runs blocking work beside the runtime: a durable write waits for the disk.
async fn away<T: Send + 'static>(
    terminal: &Arc<Terminal>,
    work: impl FnOnce(&Terminal) -> T + Send + 'static,
) -> Result<T, String> {
    let terminal = terminal.clone();
    async_runtime::spawn_blocking(move || work(&terminal)).await.map_err(|error| error.to_string())
}

fn caller(token: Option<String>) -> Caller {
    Caller { token, device: DEVICE.into(), ..Caller::default() }
}

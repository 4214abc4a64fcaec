//! Two verbs and one stream, as the pages call them: commands `dispatch`, `query` and `wants` (what the stream should
//! tell), and the event `update`.

use std::sync::Arc;

use tauri::{AppHandle, Emitter, State, async_runtime};
use terminal::{Caller, Terminal, Wants, json};
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// What the window calls itself; browsers send theirs in `X-Device`.
const DEVICE: &str = "window";
/// The event that carries one update as JSON text.
const UPDATE: &str = "update";
/// Only the newest wants matter; a page that changes them faster than this is told to wait.
const MAX_WAITING_WANTS: usize = 8;

type Terminals<'a> = State<'a, Arc<Terminal>>;

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

/// Says what the window wants to hear of from now on. Only somebody who is signed in hears anything.
#[tauri::command]
pub async fn wants(
    terminal: Terminals<'_>,
    ear: State<'_, Sender<Wants>>,
    body: String,
    token: Option<String>,
) -> Result<String, String> {
    let wants = away(&terminal, move |terminal| terminal.wants_json(&caller(token), body.as_bytes())).await?;
    let wants = wants.map_err(|rejection| rejection.to_string())?;
    ear.send(wants).await.map_err(|_| "the stream has ended".to_owned())?;
    Ok(String::new())
}

/// Forwards the terminal's updates to the window for as long as both live; the sender takes what the window wants.
pub fn follow(app: AppHandle, terminal: Arc<Terminal>) -> Sender<Wants> {
    let (ear, mut wanted) = channel(MAX_WAITING_WANTS);
    async_runtime::spawn(async move {
        let mut subscription = terminal.subscribe();
        // The task must not keep the terminal open.
        drop(terminal);
        forward(&app, &mut subscription, &mut wanted).await;
    });
    ear
}

async fn forward(app: &AppHandle, subscription: &mut terminal::Subscription, wanted: &mut Receiver<Wants>) {
    loop {
        tokio::select! {
            wants = wanted.recv() => match wants {
                Some(wants) => subscription.want(wants),
                None => return,
            },
            update = subscription.next() => {
                let Some(update) = update else { return };
                if let Err(error) = app.emit(UPDATE, &*update) {
                    tracing::warn!("the window did not take an update: {error}");
                }
            }
        }
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

//! Who comes in: every connection with where it came from, and whether others can hear it. One port for both: whoever
//! speaks TLS begins with a byte that no HTTP request begins with.

use std::{
    io,
    net::SocketAddr,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    extract::connect_info::Connected,
    serve::{IncomingStream, Listener},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
    sync::{Semaphore, mpsc},
    task::AbortHandle,
    time::timeout,
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

use crate::Terminal;

/// After an accept that failed (often the system's limit of open files): waiting lets some connections close.
const NO_ROOM: Duration = Duration::from_millis(100);
/// The first byte of a TLS record that begins a handshake (RFC 8446, 5.1).
const TLS: u8 = 0x16;
/// Browsers open connections before they need them, so the first byte may be a while.
const FIRST_BYTE: Duration = Duration::from_secs(20);
const HANDSHAKE: Duration = Duration::from_secs(5);
/// Connections that have not said yet what they want; more are closed at once.
const MAX_UNSAID: usize = 1_024;
/// Connections ready to be served.
const MAX_READY: usize = 64;

/// Where a request came from.
#[derive(Debug, Clone, Copy)]
pub(super) struct From {
    pub address: SocketAddr,
    /// Nobody on the way can hear or change it.
    pub protected: bool,
}

/// One connection, in the clear or not.
pub(super) enum Line {
    Plain(TcpStream),
    Protected(Box<TlsStream<TcpStream>>),
}

/// The address of the pages and the API.
pub(super) struct Doorstep {
    ready: mpsc::Receiver<(Line, From)>,
    address: SocketAddr,
    accepting: AbortHandle,
}

impl Doorstep {
    pub fn open(listener: TcpListener, terminal: Arc<Terminal>) -> io::Result<Doorstep> {
        let address = listener.local_addr()?;
        let (tell, ready) = mpsc::channel(MAX_READY);
        let accepting = tokio::spawn(accept(listener, terminal, tell)).abort_handle();
        Ok(Doorstep { ready, address, accepting })
    }
}

impl Drop for Doorstep {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, terminal: Arc<Terminal>, tell: mpsc::Sender<(Line, From)>) {
    let unsaid = Arc::new(Semaphore::new(MAX_UNSAID));
    loop {
        match listener.accept().await {
            Ok((stream, address)) => {
                let Ok(place) = unsaid.clone().try_acquire_owned() else { continue };
                let (terminal, tell) = (terminal.clone(), tell.clone());
                tokio::spawn(async move {
                    if let Some(line) = greet(stream, &terminal).await {
                        // Nobody listens any more: the terminal stops.
                        let protected = matches!(line, Line::Protected(_));
                        let _ = tell.send((line, From { address, protected })).await;
                    }
                    drop(place);
                });
            }
            Err(e) => {
                tracing::debug!("nobody could be let in: {e}");
                tokio::time::sleep(NO_ROOM).await;
            }
        }
    }
}

/// Waits for the first byte, and shakes hands with whoever speaks TLS.
async fn greet(stream: TcpStream, terminal: &Terminal) -> Option<Line> {
    // An answer is one small packet; waiting to fill a bigger one would cost every tap 40 ms.
    if let Err(e) = stream.set_nodelay(true) {
        tracing::debug!("a connection keeps its delay: {e}");
    }
    let mut first = [0];
    if timeout(FIRST_BYTE, stream.peek(&mut first)).await.ok()?.ok()? == 0 {
        return None;
    }
    if first[0] != TLS {
        return Some(Line::Plain(stream));
    }
    let config = super::api::here(|| terminal.tls()).flatten()?;
    let shaken = timeout(HANDSHAKE, TlsAcceptor::from(config).accept(stream)).await.ok()?;
    let stream = shaken.inspect_err(|e| tracing::debug!("a browser did not take the certificate: {e}")).ok()?;
    Some(Line::Protected(Box::new(stream)))
}

impl Listener for Doorstep {
    type Io = Line;
    type Addr = From;

    async fn accept(&mut self) -> (Line, From) {
        match self.ready.recv().await {
            Some(come) => come,
            // The task that accepts ends with this listener only.
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<From> {
        Ok(From { address: self.address, protected: false })
    }
}

impl Connected<IncomingStream<'_, Doorstep>> for From {
    fn connect_info(stream: IncomingStream<'_, Doorstep>) -> From {
        *stream.remote_addr()
    }
}

impl AsyncRead for Line {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, to: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Line::Plain(stream) => Pin::new(stream).poll_read(cx, to),
            Line::Protected(stream) => Pin::new(stream).poll_read(cx, to),
        }
    }
}

impl AsyncWrite for Line {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, from: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Line::Plain(stream) => Pin::new(stream).poll_write(cx, from),
            Line::Protected(stream) => Pin::new(stream).poll_write(cx, from),
        }
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        from: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Line::Plain(stream) => Pin::new(stream).poll_write_vectored(cx, from),
            Line::Protected(stream) => Pin::new(stream).poll_write_vectored(cx, from),
        }
    }

    fn is_write_vectored(&self) -> bool {
        match self {
            Line::Plain(stream) => stream.is_write_vectored(),
            Line::Protected(stream) => stream.is_write_vectored(),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Line::Plain(stream) => Pin::new(stream).poll_flush(cx),
            Line::Protected(stream) => Pin::new(stream).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Line::Plain(stream) => Pin::new(stream).poll_shutdown(cx),
            Line::Protected(stream) => Pin::new(stream).poll_shutdown(cx),
        }
    }
}

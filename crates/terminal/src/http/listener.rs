//! Who comes in: every connection with where it came from.

use std::{io, net::SocketAddr, time::Duration};

use axum::{
    extract::connect_info::Connected,
    serve::{IncomingStream, Listener},
};
use tokio::net::{TcpListener, TcpStream};

/// After an accept that failed (often the system's limit of open files): waiting lets some connections close.
const NO_ROOM: Duration = Duration::from_millis(100);

/// Where a request came from.
#[derive(Debug, Clone, Copy)]
pub(super) struct From {
    pub address: SocketAddr,
}

/// The address of the pages and the API.
pub(super) struct Doorstep(pub TcpListener);

impl Listener for Doorstep {
    type Io = TcpStream;
    type Addr = From;

    async fn accept(&mut self) -> (TcpStream, From) {
        loop {
            match self.0.accept().await {
                Ok((stream, address)) => {
                    // An answer is one small packet; waiting to fill a bigger one would cost every tap 40 ms.
                    if let Err(e) = stream.set_nodelay(true) {
                        tracing::debug!("a connection keeps its delay: {e}");
                    }
                    return (stream, From { address });
                }
                Err(e) => {
                    tracing::debug!("nobody could be let in: {e}");
                    tokio::time::sleep(NO_ROOM).await;
                }
            }
        }
    }

    fn local_addr(&self) -> io::Result<From> {
        self.0.local_addr().map(|address| From { address })
    }
}

impl Connected<IncomingStream<'_, Doorstep>> for From {
    fn connect_info(stream: IncomingStream<'_, Doorstep>) -> From {
        *stream.remote_addr()
    }
}

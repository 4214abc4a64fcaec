//! What somebody on the guests' Wi-Fi finds who tries every port and asks whatever answers.

use std::{
    io::{Read, Write},
    net::{Ipv4Addr, SocketAddr, TcpStream},
    time::Duration,
};

use anyhow::Result;

/// For a port to answer, and for a silence to be one.
const PATIENCE: Duration = Duration::from_secs(1);
/// The most that is read of an answer.
const MOST: u64 = 4 << 20;

/// The TCP ports that take a connection, of all there are.
pub fn open_ports(at: Ipv4Addr) -> Vec<u16> {
    let answers = |port: &u16| TcpStream::connect_timeout(&SocketAddr::from((at, *port)), PATIENCE).is_ok();
    (1..=u16::MAX).filter(answers).collect()
}

/// What comes back for these bytes, until the other side ends it or says nothing more.
///
/// # Errors
/// When nobody takes the connection or the bytes.
pub fn answer(at: SocketAddr, said: &[u8]) -> Result<String> {
    let mut stream = TcpStream::connect_timeout(&at, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.write_all(said)?;
    let mut heard = Vec::new();
    // What was read before a silence stays.
    let _ = stream.take(MOST).read_to_end(&mut heard);
    Ok(String::from_utf8_lossy(&heard).into_owned())
}

//! What somebody on the guests' Wi-Fi finds who tries every port and asks whatever answers.

use std::{
    collections::BTreeSet,
    io::{ErrorKind, Read, Write},
    net::{Ipv4Addr, SocketAddr, TcpStream, UdpSocket},
    ops::RangeInclusive,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};

/// For a port to answer, and for a silence to be one.
const PATIENCE: Duration = Duration::from_secs(1);
/// Where multicast DNS is spoken (RFC 6762).
pub const MDNS: u16 = 5353;
/// The question of RFC 6762 for every terminal there is, with the wish to be answered alone.
pub const WHO_IS_THERE: &[u8] = b"\0\0\0\0\0\x01\0\0\0\0\0\0\x08_comanda\x04_tcp\x05local\0\0\x0c\x80\x01";
/// The most that is read of an answer.
const MOST: u64 = 4 << 20;

/// The TCP ports that take a connection, of all there are.
pub fn open_ports(at: Ipv4Addr) -> Vec<u16> {
    let answers = |port: &u16| TcpStream::connect_timeout(&SocketAddr::from((at, *port)), PATIENCE).is_ok();
    (1..=u16::MAX).filter(answers).collect()
}

/// The UDP ports at which the machine of a process hears others, as its kernel lists them: a port that says nothing cannot
/// be told from a closed one by asking.
///
/// # Errors
/// When the process is gone or its kernel lists something else.
pub fn udp_ports(pid: u32) -> Result<BTreeSet<u16>> {
    let mut ports = BTreeSet::new();
    for (list, own) in [("udp", "0100007F"), ("udp6", "00000000000000000000000001000000")] {
        let table = std::fs::read_to_string(format!("/proc/{pid}/net/{list}"))?;
        for line in table.lines().skip(1) {
            let bound = line.split_whitespace().nth(1).and_then(|bound| bound.split_once(':'));
            let (at, port) = bound.context("a line without an address")?;
            // Nobody else reaches what is bound to the machine's own loop.
            if at != own {
                ports.insert(u16::from_str_radix(port, 16)?);
            }
        }
    }
    Ok(ports)
}

/// The UDP ports from which something comes back to these bytes, with it, each as often as it answers.
///
/// # Errors
/// When nothing can be sent.
pub fn echoes(at: Ipv4Addr, ports: RangeInclusive<u16>, said: &[u8]) -> Result<Vec<(u16, String)>> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0))?;
    socket.set_nonblocking(true)?;
    let (mut heard, mut bytes) = (Vec::new(), vec![0; usize::from(u16::MAX)]);
    let mut hear = || {
        while let Ok((n, from)) = socket.recv_from(&mut bytes) {
            heard.push((from.port(), String::from_utf8_lossy(&bytes[..n]).into_owned()));
        }
    };
    for port in ports {
        while let Err(e) = socket.send_to(said, (at, port)) {
            match e.kind() {
                // What is queued goes out first.
                ErrorKind::WouldBlock => std::thread::yield_now(),
                // An earlier port was said to be closed.
                ErrorKind::ConnectionRefused => {}
                _ => return Err(e.into()),
            }
        }
        hear();
    }
    let sent = Instant::now();
    while sent.elapsed() < PATIENCE {
        std::thread::sleep(PATIENCE / 100);
        hear();
    }
    Ok(heard)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_that_hears_is_listed_and_what_it_says_is_heard() {
        let here = Ipv4Addr::LOCALHOST;
        let talks = UdpSocket::bind((here, 0)).unwrap();
        let port = talks.local_addr().unwrap().port();
        let says = std::thread::spawn(move || {
            let mut said = [0; 16];
            let (n, from) = talks.recv_from(&mut said).unwrap();
            talks.send_to(&[b"you said ", &said[..n]].concat(), from).unwrap();
            talks
        });
        let heard = echoes(here, port.saturating_sub(3)..=port, b"who?").unwrap();
        assert_eq!(heard, [(port, "you said who?".to_owned())]);
        let kept = says.join().unwrap();
        let me = std::process::id();
        assert!(!udp_ports(me).unwrap().contains(&port), "bound to the loop only");
        drop(kept);
        let open = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).unwrap();
        assert!(udp_ports(me).unwrap().contains(&open.local_addr().unwrap().port()));
    }
}

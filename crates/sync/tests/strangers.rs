//! What somebody on the guests' Wi-Fi can do: nothing.

mod lab;

use std::{
    io::{Read, Write},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use domain::ids::Origin;
use lab::{PATIENCE, Terminal, entries, order, raw};
use sync::{ConnectError, DeviceKey, Heard, Keyring, PublicKey, StrangerWhy, Why};
use tokio::net::TcpSocket;

fn hears_of_a_stranger(terminal: &Terminal) -> StrangerWhy {
    terminal.wait("a stranger", |h| match h {
        Heard::Stranger { why, .. } => Some(why.clone()),
        Heard::Up { .. } | Heard::Frame { .. } => panic!("{h:?}"),
        _ => None,
    })
}

#[test]
fn an_unpaired_key_reads_nothing() {
    let terminal = Terminal::new(1);
    let mut stranger = raw::call(terminal.address(), &DeviceKey::generate().unwrap(), raw::LINK).unwrap();
    // Its own handshake is over, so it may say what it likes; it was refused by then or is now.
    let _ = stranger.write_all(b"g");
    assert_eq!(raw::read_all(&mut stranger), b"");
    assert!(matches!(hears_of_a_stranger(&terminal), StrangerWhy::Connect(ConnectError::NotPaired(_))));
    terminal.is_untouched();
}

#[test]
fn two_terminals_that_are_not_paired_do_not_link() {
    let (a, b) = (Terminal::new(1), Terminal::new(2));
    a.lan.dial(b.address());
    hears_of_a_stranger(&a);
    // Only one of them knows the other.
    let c = Terminal::new(3);
    c.ring.pair(b.key.public(), b.origin);
    c.lan.dial(b.address());
    hears_of_a_stranger(&b);
    [a, b, c].iter().for_each(Terminal::is_untouched);
}

/// The news of a key arrives between the first question about it and the second.
#[derive(Debug)]
struct Arriving(AtomicBool, Origin);

impl Keyring for Arriving {
    fn knows(&self, _: &PublicKey) -> Option<Origin> {
        self.0.swap(true, Ordering::AcqRel).then_some(self.1)
    }

    fn expects(&self, _: Origin) -> bool {
        true
    }

    fn awaits(&self, _: &PublicKey) -> bool {
        !self.0.swap(true, Ordering::AcqRel)
    }
}

#[test]
fn a_friend_of_whom_the_news_is_just_arriving_is_no_stranger() {
    let friend = Terminal::new(2);
    let new = Terminal::with(1, |s| s.keyring = Arc::new(Arriving(AtomicBool::new(false), friend.origin)));
    friend.ring.pair(new.key.public(), new.origin);
    new.lan.dial(friend.address());
    new.wait("a link", |h| match h {
        Heard::Up { .. } => Some(()),
        other => panic!("{other:?}"),
    });
}

#[test]
fn whoever_was_a_friend_and_is_none_any_more_is_told_when_it_answers() {
    let (a, b) = (Terminal::new(1), Terminal::new(2));
    a.pair_with(&b);
    a.lan.dial(b.address());
    let link = a.up();
    a.ring.revoke(b.key.public());
    a.lan.recheck();
    a.down(link);
    assert!(matches!(hears_of_a_stranger(&a), StrangerWhy::Connect(ConnectError::NotPaired(_))));
}

#[test]
fn whoever_is_vouched_for_is_refused_until_the_news_is_there_and_is_no_stranger() {
    let (new, friend) = (Terminal::new(1), Terminal::new(2));
    friend.ring.pair(new.key.public(), new.origin);
    new.ring.vouch(friend.key.public());
    // Whoever is refused is called again, so it may try until somebody unknown was refused too, who is reported.
    friend.lan.dial(new.address());
    let _ = raw::call(new.address(), &friend.key, raw::LINK).map(|mut line| raw::read_all(&mut line));
    let stranger = DeviceKey::generate().unwrap();
    let _ = raw::call(new.address(), &stranger, raw::LINK).map(|mut line| raw::read_all(&mut line));
    hears_of_a_stranger(&new);
    assert!(new.rest().is_empty(), "it is reported once, and nobody linked");
    new.ring.pair(friend.key.public(), friend.origin);
    new.lan.dial(friend.address());
    new.up();
}

#[test]
fn joining_is_not_offered_while_the_door_is_closed_nor_anything_unknown() {
    let terminal = Terminal::new(1);
    let key = DeviceKey::generate().unwrap();
    terminal.ring.pair(key.public(), domain::ids::Origin(9));
    for alpn in [raw::JOIN, b"h2", b"comanda/0"] {
        assert!(raw::call(terminal.address(), &key, alpn).is_err());
        hears_of_a_stranger(&terminal);
    }
}

/// Passes bytes on, and keeps what each side said.
struct Recorder {
    address: SocketAddr,
    said: Arc<Mutex<[Vec<u8>; 2]>>,
}

impl Recorder {
    fn before(server: SocketAddr) -> Recorder {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let said = Arc::new(Mutex::new([Vec::new(), Vec::new()]));
        let tape = said.clone();
        thread::spawn(move || {
            // One conversation; whoever calls again finds nobody.
            let caller = listener.accept().unwrap().0;
            drop(listener);
            let server = TcpStream::connect(server).unwrap();
            let ways = [(caller.try_clone().unwrap(), server.try_clone().unwrap()), (server, caller)];
            for (side, (mut from, mut to)) in ways.into_iter().enumerate() {
                let tape = tape.clone();
                thread::spawn(move || {
                    let mut piece = [0; 4096];
                    while let Ok(n @ 1..) = from.read(&mut piece) {
                        tape.lock().unwrap()[side].extend_from_slice(&piece[..n]);
                        if to.write_all(&piece[..n]).is_err() {
                            break;
                        }
                    }
                    let _ = (from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both));
                });
            }
        });
        Recorder { address, said }
    }

    fn heard(&self) -> [Vec<u8>; 2] {
        self.said.lock().unwrap().clone()
    }
}

#[test]
fn what_was_recorded_is_no_good_again() {
    let (a, b) = (Terminal::new(1), Terminal::new(2));
    a.pair_with(&b);
    let recorder = Recorder::before(b.address());
    a.lan.dial(recorder.address);
    let (at_a, at_b) = (a.up(), b.up());
    a.lan.send(at_a, entries(1, 1, vec![order(1)])).unwrap();
    b.frame();
    b.lan.send(at_b, entries(2, 1, vec![order(2)])).unwrap();
    a.frame();
    let [from_a, from_b] = recorder.heard();
    assert!(from_a.len() > 500 && from_b.len() > 500);
    let seen = |bytes: &[u8], text: &[u8]| bytes.windows(text.len()).any(|w| w == text);
    assert!(!seen(&from_a, b"k3f09q2m") && !seen(&from_a, b"entries") && !seen(&from_b, b"entries"));
    assert!(!seen(&from_a, &a.key.public().0) && !seen(&from_b, &b.key.public().0), "keys travel encrypted");

    // Said again to the one who was called.
    let mut again = TcpStream::connect(b.address()).unwrap();
    again.set_read_timeout(Some(PATIENCE)).unwrap();
    let _ = again.write_all(&from_a);
    raw::read_all(&mut again);
    // Said again to the one who called.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    a.lan.set_addresses(&[listener.local_addr().unwrap()]);
    a.lan.close(at_a);
    a.down(at_a);
    let mut caller = listener.accept().unwrap().0;
    caller.set_read_timeout(Some(PATIENCE)).unwrap();
    let _ = caller.write_all(&from_b);
    raw::read_all(&mut caller);
    hears_of_a_stranger(&a);
    assert!(matches!(b.down(at_b), Why::Ended | Why::Lost(_)));
    b.is_untouched();
    a.is_untouched();
}

#[test]
fn a_man_in_the_middle_with_keys_of_his_own_gets_nothing() {
    let (a, b) = (Terminal::new(1), Terminal::new(2));
    a.pair_with(&b);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (between, to_b) = (listener.local_addr().unwrap(), b.address());
    let mallory = thread::spawn(move || {
        let key = DeviceKey::generate().unwrap();
        let caller = listener.accept().unwrap().0;
        let mut got = Vec::new();
        if let Ok(mut with_a) = raw::answer(caller, &key, raw::LINK) {
            got.extend(raw::read_all(&mut with_a));
        }
        if let Ok(mut with_b) = raw::call(to_b, &key, raw::LINK) {
            let _ = with_b.write_all(b"g");
            got.extend(raw::read_all(&mut with_b));
        }
        got
    });
    a.lan.dial(between);
    assert_eq!(mallory.join().unwrap(), b"");
    hears_of_a_stranger(&a);
    hears_of_a_stranger(&b);
    a.is_untouched();
    b.is_untouched();
}

#[test]
fn who_answers_is_told_by_its_key() {
    // Whatever address was called, the link says who is there.
    let (a, c) = (Terminal::new(1), Terminal::new(3));
    a.pair_with(&c);
    a.lan.dial(c.address());
    let origin = a.wait("a link", |h| if let Heard::Up { origin, .. } = h { Some(*origin) } else { None });
    assert_eq!(origin, c.origin);
}

#[test]
fn a_thousand_connections_do_not_keep_friends_out() {
    let (a, b) = (Terminal::new(1), Terminal::new(2));
    a.pair_with(&b);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut hello = raw_client_hello();
    hello.truncate(hello.len() - 1);
    let mut held = Vec::new();
    for i in 0..1_000u32 {
        let socket = TcpSocket::new_v4().unwrap();
        // From a hundred addresses, none of them a friend's.
        socket.bind(SocketAddr::from(([127, 0, 1, (i % 100) as u8 + 1], 0))).unwrap();
        let Ok(stream) = runtime.block_on(socket.connect(b.address())) else { continue };
        let said: &[u8] = match i % 4 {
            0 => b"",
            1 => b"GET / HTTP/1.1\r\n\r\n",
            2 => &hello[..1],
            _ => &hello,
        };
        let _ = stream.try_write(said);
        held.push(stream);
    }
    assert!(held.len() > 500);
    a.lan.dial(b.address());
    let at_a = a.up();
    b.up();
    a.lan.send(at_a, entries(1, 1, vec![order(1)])).unwrap();
    b.frame();
    // None of them is kept: all are closed without a word of business, most at once, the slow ones in time.
    for stream in held {
        let mut stream = stream.into_std().unwrap();
        stream.set_nonblocking(false).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        // An alert is seven bytes.
        assert!(raw::read_all(&mut stream).len() <= 7);
    }
    b.is_untouched();
}

/// The first bytes of a handshake, for those who never finish theirs.
fn raw_client_hello() -> Vec<u8> {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let caller = thread::spawn(move || raw::call(address, &DeviceKey::generate().unwrap(), raw::LINK).is_err());
    let mut stream = listener.accept().unwrap().0;
    let mut hello = vec![0; 2048];
    let n = stream.read(&mut hello).unwrap();
    drop(stream);
    assert!(caller.join().unwrap());
    hello.truncate(n);
    hello
}

//! Links between paired terminals, over real sockets.

mod lab;

use std::{
    collections::BTreeMap,
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
};

use domain::ids::Origin;
use lab::{PATIENCE, Ring, Terminal, entries, noise, order, raw, settings};
use sync::{DeviceKey, Frame, Heard, LEVEL, Lan, Packer, SendError, Unpacker, Why, plain_bytes};

fn linked() -> (Terminal, Terminal, u64, u64) {
    let (a, b) = (Terminal::new(1), Terminal::new(2));
    a.pair_with(&b);
    a.lan.dial(b.address());
    let (at_a, at_b) = (a.up(), b.up());
    (a, b, at_a, at_b)
}

#[test]
fn paired_terminals_exchange_entries_as_they_were_written() {
    let (a, b, at_a, at_b) = linked();
    let frame = entries(1, 5, (0..20).map(order).collect());
    a.lan.send(at_a, frame.clone()).unwrap();
    assert_eq!(b.frame(), (at_b, frame));
    let have = Frame::Have { heads: BTreeMap::from([(Origin(1), 24)]) };
    b.lan.send(at_b, have.clone()).unwrap();
    assert_eq!(a.frame(), (at_a, have));
    assert_eq!(a.lan.reached(), [(Origin(2), b.address())]);
}

#[test]
fn a_link_that_was_closed_comes_back() {
    let (a, b, at_a, at_b) = linked();
    a.lan.close(at_a);
    assert_eq!(a.down(at_a), Why::Closed);
    b.down(at_b);
    let (again, at_b) = (a.up(), b.up());
    assert!(again > at_a);
    assert_eq!(a.lan.send(at_a, entries(1, 1, Vec::new())), Err(SendError::Gone));
    a.lan.send(again, entries(1, 1, vec![order(1)])).unwrap();
    assert_eq!(b.frame().0, at_b);
}

#[test]
fn both_call_and_one_link_remains() {
    for round in 0..10 {
        let (a, b) = (Terminal::new(1), Terminal::new(2));
        a.pair_with(&b);
        a.lan.set_addresses(&[b.address()]);
        b.lan.set_addresses(&[a.address()]);
        let (at_a, at_b) = (a.up(), b.up());
        a.lan.send(at_a, entries(1, 1, vec![order(round)])).unwrap();
        assert_eq!(b.frame().0, at_b);
        b.lan.send(at_b, entries(2, 1, vec![order(round)])).unwrap();
        assert_eq!(a.frame().0, at_a);
    }
}

#[test]
fn many_terminals_that_all_call_each_other_have_one_link_each() {
    let all: Vec<Terminal> = (1..=4).map(Terminal::new).collect();
    for (i, a) in all.iter().enumerate() {
        all[i + 1..].iter().for_each(|b| a.pair_with(b));
    }
    let addresses: Vec<_> = all.iter().map(Terminal::address).collect();
    // Its own address is among them: a terminal may be told its own.
    all.iter().for_each(|t| t.lan.set_addresses(&addresses));
    for terminal in &all {
        let mut live = BTreeMap::new();
        terminal.wait("a link to everybody", |h| {
            match h {
                Heard::Up { link, origin, .. } => drop(live.insert(*link, *origin)),
                Heard::Down { link, .. } => drop(live.remove(link)),
                _ => {}
            }
            (live.len() == all.len() - 1).then_some(())
        });
        assert!(!live.values().any(|origin| *origin == terminal.origin));
    }
}

#[test]
fn a_revoked_terminal_is_cut_off_and_stays_out() {
    let (a, b, at_a, at_b) = linked();
    b.ring.revoke(a.key.public());
    b.lan.recheck();
    assert_eq!(b.down(at_b), Why::Revoked);
    a.down(at_a);
    // It keeps calling and is refused: the stranger is reported, nothing is heard of it.
    b.wait("a stranger", |h| match h {
        Heard::Stranger { .. } => Some(()),
        Heard::Up { .. } | Heard::Frame { .. } => panic!("{h:?}"),
        _ => None,
    });
    a.is_untouched();
    b.ring.pair(a.key.public(), a.origin);
    a.lan.recheck();
    b.up();
}

#[test]
fn a_catch_up_arrives_whole_and_in_order() {
    const ALL: u64 = 50_000;
    const PER_FRAME: u64 = 500;
    // With bytes that cannot be packed, so that it fills the sockets and the queue.
    let body = |n| [order(n), noise(n, 300)].concat();
    let (a, b) = (Terminal::new(1), Terminal::slow(2));
    a.pair_with(&b);
    a.lan.dial(b.address());
    let at_a = a.up();
    let (full, is_full) = std::sync::mpsc::channel();
    let sender = std::thread::spawn(move || {
        for first in (1..=ALL).step_by(PER_FRAME as usize) {
            let frame = entries(1, first, (first..first + PER_FRAME).map(body).collect());
            while let Err(why) = a.lan.send(at_a, frame.clone()) {
                assert_eq!(why, SendError::Full);
                let _ = full.send(());
                std::thread::sleep(std::time::Duration::from_millis(2));
            }
        }
        a
    });
    is_full.recv_timeout(PATIENCE).expect("so much at once does not fit");
    let mut next = 1;
    while next <= ALL {
        let (_, Frame::Entries { first, bodies, .. }) = b.frame() else { panic!("no entries") };
        assert_eq!(first, next);
        for bytes in bodies {
            assert_eq!(*bytes, *body(next));
            next += 1;
        }
    }
    sender.join().unwrap().is_untouched();
}

/// A cable that can be cut without either end noticing. Answers where to call, and the knife.
fn cable(to: SocketAddr) -> (SocketAddr, Arc<AtomicBool>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (address, cut) = (listener.local_addr().unwrap(), Arc::new(AtomicBool::new(false)));
    let knife = cut.clone();
    std::thread::spawn(move || {
        let caller = listener.accept().unwrap().0;
        let called = TcpStream::connect(to).unwrap();
        let ways = [(caller.try_clone().unwrap(), called.try_clone().unwrap()), (called, caller)];
        let ways = ways.map(|(mut from, mut to)| {
            let cut = cut.clone();
            std::thread::spawn(move || {
                let mut piece = [0; 4096];
                while let Ok(n @ 1..) = from.read(&mut piece) {
                    if !cut.load(Ordering::Acquire) && to.write_all(&piece[..n]).is_err() {
                        break;
                    }
                }
                // Neither end hears of the other's end.
                (from, to)
            })
        });
        ways.map(|way| way.join().unwrap())
    });
    (address, knife)
}

#[test]
fn a_link_that_died_in_silence_makes_room_for_a_new_one() {
    let (a, b) = (Terminal::new(1), Terminal::new(2));
    a.pair_with(&b);
    let (through, knife) = cable(b.address());
    a.lan.dial(through);
    let (at_a, at_b) = (a.up(), b.up());
    knife.store(true, Ordering::Release);
    // The beat would tell A; B notices nothing, but A calls again, so the old link is dead.
    a.lan.set_addresses(&[b.address()]);
    a.lan.close(at_a);
    a.down(at_a);
    assert_eq!(b.down(at_b), Why::Replaced);
    a.lan.send(a.up(), entries(1, 1, vec![order(1)])).unwrap();
    b.frame();
}

#[test]
fn the_greater_one_comes_back_when_the_smaller_one_lost_it_too() {
    let (a, b) = (Terminal::new(1), Terminal::new(2));
    a.pair_with(&b);
    let (through, knife) = cable(b.address());
    a.lan.dial(through);
    let (at_a, at_b) = (a.up(), b.up());
    knife.store(true, Ordering::Release);
    b.lan.close(at_b);
    b.down(at_b);
    // A answers no calls of B while it believes in the link it called for.
    b.lan.dial(a.address());
    a.lan.close(at_a);
    assert_eq!(a.down(at_a), Why::Closed);
    let at_b = b.up();
    a.up();
    b.lan.send(at_b, entries(2, 1, vec![order(1)])).unwrap();
    a.frame();
}

#[test]
fn links_go_over_ipv6_too() {
    let (a, b) = (Terminal::new(1), Terminal::with(2, |s| s.listen = vec!["[::1]:0".parse().unwrap()]));
    a.pair_with(&b);
    a.lan.dial(b.address());
    a.lan.send(a.up(), entries(1, 1, vec![order(1)])).unwrap();
    b.frame();
}

/// A terminal of another version: it shares nothing with ours but the bytes.
struct Other {
    tls: rustls::StreamOwned<rustls::ClientConnection, std::net::TcpStream>,
    unpacker: Unpacker,
}

impl Other {
    fn links_to(terminal: &Terminal) -> (Other, u64) {
        let key = DeviceKey::generate().unwrap();
        terminal.ring.pair(key.public(), Origin(77));
        let mut tls = raw::call(terminal.address(), &key, raw::LINK).unwrap();
        tls.write_all(b"g").unwrap();
        let mut word = [0];
        tls.read_exact(&mut word).unwrap();
        assert_eq!(word, *b"w");
        (Other { tls, unpacker: Unpacker::new().unwrap() }, terminal.up())
    }

    fn frame(&mut self) -> Frame {
        loop {
            if let Some(frame) = self.unpacker.next_frame().unwrap() {
                return frame;
            }
            let mut piece = [0; 4096];
            let n = self.tls.read(&mut piece).unwrap();
            self.unpacker.feed(&piece[..n]);
        }
    }
}

#[test]
fn a_terminal_of_a_newer_version_keeps_its_link() {
    let terminal = Terminal::new(1);
    let (mut newer, link) = Other::links_to(&terminal);
    newer.tls.write_all(&plain_bytes(r#"{"gossip":{"about":"T7"}}"#, &[b"body"])).unwrap();
    newer.tls.write_all(&[3, 0, 0, 0, 200, 1, 2]).unwrap();
    newer
        .tls
        .write_all(&plain_bytes(r#"{"entries":{"origin":"0000002d","first":3,"mood":"good"}}"#, &[b"a", b"b"]))
        .unwrap();
    assert_eq!(terminal.frame(), (link, entries(77, 3, vec![b"a".to_vec(), b"b".to_vec()])));
    let mut bytes = Vec::new();
    let frame = entries(77, 5, vec![order(5)]);
    Packer::new(LEVEL).unwrap().pack(&frame, &mut bytes).unwrap();
    newer.tls.write_all(&bytes).unwrap();
    assert_eq!(terminal.frame(), (link, frame));
    terminal.lan.send(link, entries(1, 1, vec![order(1)])).unwrap();
    assert_eq!(newer.frame(), entries(1, 1, vec![order(1)]));
}

#[test]
fn garbage_of_a_paired_terminal_ends_its_link_only() {
    let (a, b, at_a, _) = linked();
    let (mut broken, link) = Other::links_to(&a);
    broken.tls.write_all(&[255; 100]).unwrap();
    assert!(matches!(a.down(link), Why::Code(_)));
    a.lan.send(at_a, entries(1, 1, vec![order(1)])).unwrap();
    b.frame();
}

#[test]
fn whoever_takes_nothing_is_cut_off() {
    let terminal = Terminal::new(1);
    let (_deaf, link) = Other::links_to(&terminal);
    let noise = noise(1, 1 << 20);
    let refused = (0..100).find_map(|_| terminal.lan.send(link, entries(1, 1, vec![noise.clone()])).err());
    assert_eq!(refused, Some(SendError::Full));
    assert_eq!(terminal.down(link), Why::Stalled);
}

#[test]
fn a_network_is_started_used_and_dropped_among_async_tasks() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let (a, b, at_a, _) = linked();
        a.lan.send(at_a, entries(1, 1, vec![order(1)])).unwrap();
        b.frame();
    });
}

#[test]
fn an_answer_can_be_sent_while_hearing() {
    let (key, ring) = (DeviceKey::generate().unwrap(), Arc::new(Ring::default()));
    let echo: Arc<OnceLock<Lan>> = Arc::default();
    let own = Arc::downgrade(&echo);
    let lan = Lan::start(settings(9, &key, &ring), move |heard| {
        if let (Heard::Frame { link, frame }, Some(own)) = (heard, own.upgrade()) {
            own.get().unwrap().send(link, frame).unwrap();
        }
    });
    assert!(echo.set(lan.unwrap()).is_ok());
    let a = Terminal::new(1);
    a.ring.pair(key.public(), Origin(9));
    ring.pair(a.key.public(), a.origin);
    a.lan.dial(echo.get().unwrap().addresses()[0]);
    let link = a.up();
    for n in 1..100 {
        let frame = entries(1, n, vec![order(n)]);
        a.lan.send(link, frame.clone()).unwrap();
        assert_eq!(a.frame(), (link, frame));
    }
}

#[test]
fn nothing_is_heard_after_the_stop() {
    let (a, b, _, at_b) = linked();
    let address = a.address();
    let Terminal { lan, .. } = a;
    lan.stop();
    b.down(at_b);
    assert!(std::net::TcpStream::connect(address).is_err());
}

#[test]
fn after_the_stop_the_address_is_free_whoever_still_holds_the_network() {
    let (a, b, _, at_b) = linked();
    let Terminal { lan, .. } = &a;
    lan.stop();
    b.down(at_b);
    assert!(std::net::TcpListener::bind(a.address()).is_ok(), "the next network of this terminal listens there");
    assert!(lan.open_door(Vec::new()).is_err(), "a stopped network opens no door");
    lan.stop();
}

//! Letting a new terminal in, over real sockets.

mod lab;

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener},
    thread,
};

use lab::{Terminal, raw};
use sync::{
    DeviceKey, Heard, JoinError, Joining, StrangerWhy, Welcome,
    pairing::{Code, PairingError},
};

fn welcome(told: &'static [u8]) -> Welcome {
    Box::new(move |_, newcomer| (newcomer == b"I am new").then(|| told.to_vec()))
}

fn new_terminal() -> (Terminal, Code) {
    let terminal = Terminal::with(2, |settings| settings.store = None);
    let code = terminal.lan.open_door(b"I am new".to_vec()).unwrap();
    (terminal, code)
}

fn joining<T>(terminal: &Terminal, mut pick: impl FnMut(&Joining) -> Option<T>) -> T {
    terminal.wait("how joining goes", |h| if let Heard::Joining(j) = h { pick(j) } else { None })
}

fn failed(terminal: &Terminal) -> JoinError {
    joining(terminal, |j| if let Joining::Failed { why, .. } = j { Some(why.clone()) } else { None })
}

fn wrong(code: &Code) -> Code {
    let right: u32 = code.to_string().parse().unwrap();
    format!("{:08}", (right + 1) % 100_000_000).parse().unwrap()
}

#[test]
fn the_right_code_makes_two_terminals_know_each_other() {
    let (inviter, (new, code)) = (Terminal::new(1), new_terminal());
    let invitation = new.lan.invitation(new.address()).unwrap();
    assert_eq!(invitation.to_string().parse(), Ok(invitation.clone()));
    assert_eq!(invitation.code, code);
    inviter.lan.invite(invitation.address, invitation.code, Some(invitation.key), welcome(b"welcome"));
    let joined = joining(&inviter, |j| if let Joining::Joined { key, .. } = j { Some(*key) } else { panic!("{j:?}") });
    assert_eq!(joined, new.key.public());
    let (by, told) = joining(&new, |j| match j {
        Joining::Welcomed { by, payload, .. } => Some((*by, payload.clone())),
        _ => panic!("{j:?}"),
    });
    assert_eq!((by, &told[..]), (inviter.key.public(), &b"welcome"[..]));
    // The code is used up.
    assert_eq!(new.lan.invitation(new.address()), None);
    inviter.lan.invite(new.address(), code, None, welcome(b"welcome"));
    assert!(matches!(failed(&inviter), JoinError::Connect(_)));
}

#[test]
fn a_wrong_code_lets_nobody_in_and_three_use_up_the_right_one() {
    let (inviter, (new, code)) = (Terminal::new(1), new_terminal());
    for _ in 0..3 {
        inviter.lan.invite(new.address(), wrong(&code), None, Box::new(|_, _| panic!("nobody is to be welcomed")));
        assert_eq!(failed(&inviter), JoinError::Pairing(PairingError::Wrong));
    }
    let again = joining(&new, |j| match j {
        Joining::Code(code) => Some(code.clone()),
        Joining::Welcomed { .. } => panic!("{j:?}"),
        _ => None,
    });
    assert_ne!(again, code);
    inviter.wait("an alarm", |h| matches!(h, Heard::Stranger { why: StrangerWhy::GuessedCodes, .. }).then_some(()));
    inviter.lan.invite(new.address(), code, None, welcome(b"welcome"));
    assert_eq!(failed(&inviter), JoinError::Pairing(PairingError::Wrong));
    inviter.lan.invite(new.address(), again, None, welcome(b"welcome"));
    joining(&inviter, |j| matches!(j, Joining::Joined { .. }).then_some(()));
}

#[test]
fn another_key_than_the_scanned_one_is_not_even_tried() {
    let (inviter, (new, code)) = (Terminal::new(1), new_terminal());
    let other = DeviceKey::generate().unwrap().public().fingerprint();
    inviter.lan.invite(new.address(), code.clone(), Some(other), welcome(b"welcome"));
    assert_eq!(failed(&inviter), JoinError::OtherKey);
    inviter.lan.invite(new.address(), code, None, welcome(b"welcome"));
    joining(&inviter, |j| matches!(j, Joining::Joined { .. }).then_some(()));
}

#[test]
fn who_is_not_welcomed_after_all_is_told_nothing() {
    let (inviter, (new, code)) = (Terminal::new(1), new_terminal());
    inviter.lan.invite(new.address(), code, None, Box::new(|_, _| None));
    assert_eq!(failed(&inviter), JoinError::Refused);
    failed(&new);
    joining(&new, |j| matches!(j, Joining::Closed).then_some(()));
}

/// Reads one message of pairing.
fn message(from: &mut impl Read) -> Option<Vec<u8>> {
    let mut len = [0; 4];
    from.read_exact(&mut len).ok()?;
    let mut bytes = vec![0; u32::from_le_bytes(len) as usize];
    from.read_exact(&mut bytes).ok()?;
    Some(bytes)
}

fn say(to: &mut impl Write, bytes: &[u8]) {
    let _ = to.write_all(&[&(bytes.len() as u32).to_le_bytes()[..], bytes].concat());
    let _ = to.flush();
}

/// Stands between a paired terminal and a new one, with keys of his own, and passes every message on. Answers what he
/// learned after the proofs.
fn man_in_the_middle(to: SocketAddr) -> (SocketAddr, thread::JoinHandle<Option<Vec<u8>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let mallory = thread::spawn(move || {
        let key = DeviceKey::generate().unwrap();
        let mut inviter = raw::answer(listener.accept().unwrap().0, &key, raw::JOIN).unwrap();
        let mut new = raw::call(to, &key, raw::JOIN).unwrap();
        say(&mut new, &message(&mut inviter)?);
        say(&mut inviter, &message(&mut new)?);
        say(&mut new, &message(&mut inviter)?);
        say(&mut inviter, &message(&mut new)?);
        message(&mut new)
    });
    (address, mallory)
}

#[test]
fn a_man_in_the_middle_does_not_come_in_with_the_right_code() {
    let (inviter, (new, code)) = (Terminal::new(1), new_terminal());
    let (between, mallory) = man_in_the_middle(new.address());
    inviter.lan.invite(between, code.clone(), None, Box::new(|_, _| panic!("nobody is to be welcomed")));
    assert_eq!(failed(&inviter), JoinError::Pairing(PairingError::Wrong));
    assert_eq!(failed(&new), JoinError::Pairing(PairingError::Wrong));
    assert_eq!(mallory.join().unwrap(), None);
    // Without him it works, with the same code.
    inviter.lan.invite(new.address(), code, None, welcome(b"welcome"));
    joining(&inviter, |j| matches!(j, Joining::Joined { .. }).then_some(()));
}

#[test]
fn truncated_and_foreign_words_at_the_door_change_nothing() {
    let (inviter, (new, code)) = (Terminal::new(1), new_terminal());
    let key = DeviceKey::generate().unwrap();
    for said in [&b""[..], &[33, 0, 0, 0, 1, 2], &[255; 64], &[1, 0, 0, 0, 9]] {
        let mut stranger = raw::call(new.address(), &key, raw::JOIN).unwrap();
        let _ = stranger.write_all(said);
        stranger.sock.shutdown(std::net::Shutdown::Write).unwrap();
        failed(&new);
    }
    assert_eq!(new.lan.invitation(new.address()).unwrap().code, code);
    inviter.lan.invite(new.address(), code, None, welcome(b"welcome"));
    joining(&inviter, |j| matches!(j, Joining::Joined { .. }).then_some(()));
}

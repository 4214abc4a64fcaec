//! Terminals find each other by multicast. Needs a network interface that carries it; the loopback interface does.

mod lab;

use domain::ids::MAX_TOKEN;
use lab::{Terminal, entries, order};
use sync::{Advert, Announced, DeviceKey, Heard, Settings};

/// Drawn anew, because other tests may announce on this network at the same time.
fn drawn() -> u64 {
    let key = DeviceKey::generate().unwrap().public().0;
    u64::from_le_bytes(std::array::from_fn(|i| key[i])) & MAX_TOKEN
}

fn looking(store: Option<u64>) -> Terminal {
    Terminal::with(drawn(), |settings| {
        everywhere(settings);
        settings.store = store;
    })
}

fn everywhere(settings: &mut Settings) {
    settings.discovery = true;
    settings.listen = vec!["0.0.0.0:0".parse().unwrap()];
}

const FOLLOWER: Option<Advert> = Some(Advert { role: Announced::Follower, epoch: 3 });

#[test]
fn paired_terminals_find_each_other_and_say_good_bye() {
    let store = drawn();
    let (a, b) = (looking(Some(store)), looking(Some(store)));
    a.pair_with(&b);
    // Another restaurant in the same house.
    let other = looking(Some(store + 1));
    [&a, &b, &other].iter().for_each(|t| t.lan.advertise(FOLLOWER));
    let at_a = a.up();
    let (mut up, mut found) = (false, false);
    b.wait("a link and an announcement", |h| {
        up |= matches!(h, Heard::Up { .. });
        found |= matches!(h, Heard::Found(seen) if seen.origin == a.origin);
        (up && found).then_some(())
    });
    a.lan.send(at_a, entries(1, 1, vec![order(1)])).unwrap();
    b.frame();
    let Terminal { lan, origin, .. } = a;
    lan.stop();
    b.wait("a good-bye", |h| match h {
        Heard::Lost { instance } => instance.starts_with(&origin.to_string()).then_some(()),
        Heard::Found(seen) => {
            assert_ne!(seen.origin, other.origin);
            None
        }
        _ => None,
    });
}

#[test]
fn a_new_terminal_is_found_to_be_let_in() {
    let (paired, new) = (looking(Some(drawn())), looking(None));
    new.lan.advertise(Some(Advert { role: Announced::Joining, epoch: 0 }));
    let seen = paired.wait("a new terminal", |h| match h {
        Heard::Found(seen) if seen.origin == new.origin => Some(seen.clone()),
        _ => None,
    });
    assert_eq!((seen.role, seen.ours, seen.name), (Announced::Joining, false, format!("till {}", new.origin.0)));
    assert!(seen.addresses.iter().all(|a| a.port() == new.address().port()));
}

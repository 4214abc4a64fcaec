//! Terminals announce themselves by multicast DNS and look for each other. All of it is hints: anybody can announce
//! anything, announcements outlive their terminals by minutes, and some networks carry none. So a hint only makes this
//! terminal call somewhere; who is there is told by its key, and whether it lives by its beat.

use std::{
    collections::BTreeMap,
    net::{IpAddr, SocketAddr, SocketAddrV6},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use domain::ids::Origin;
use mdns_sd::{
    DaemonEvent, IfKind, IfPredicate, Receiver, ResolvedService, ScopedIp, ServiceDaemon, ServiceEvent, ServiceInfo,
};
use tokio::{
    sync::Notify,
    time::{sleep, timeout},
};

use crate::{
    gate::Bucket,
    hub::{Heard, Hub, lock},
    wire::PROTOCOL,
};

const SERVICE: &str = "_comanda._tcp.local.";
/// Announcements remembered; further ones are as if unheard, unless they name a paired terminal.
pub const FOUND_MAX: usize = 128;
/// Announcements remembered with those of paired terminals.
pub const FOUND_PAIRED_MAX: usize = 512;
/// Announcements remembered of one terminal besides the one of its name, which it may lose to a forger.
pub const PER_TERMINAL: usize = 4;
/// Announcements looked at, at once and per second.
const LOOKED_AT: f64 = 256.0;
const LOOKED_AT_PER_SECOND: f64 = 16.0;
/// Addresses taken of one announcement.
pub const ADDRESSES: usize = 4;
/// Bytes of a name that are shown.
pub const NAME_MAX: usize = 48;
/// Bytes of an instance's name. DNS allows four times 63.
const INSTANCE_MAX: usize = 255;
/// The network is asked anew so often, whatever happened: links change without a word.
pub const ASK_ANEW: Duration = Duration::from_secs(30);
/// After a network interface came or went, more changes follow at once.
const SETTLE: Duration = Duration::from_millis(500);
/// How often interfaces are looked at, in seconds.
const INTERFACES: u32 = 2;
/// Waiting for a good-bye to be sent.
const GOOD_BYE: Duration = Duration::from_millis(500);
/// A good-bye is sent a second time a little later, for those who missed it.
const SAID_TWICE: Duration = Duration::from_millis(150);
/// Before what failed for lack of room in a queue is tried again.
const AGAIN: Duration = Duration::from_millis(200);

/// What a terminal says it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Announced {
    Master,
    Follower,
    /// New, and showing a code.
    Joining,
}

/// What this terminal says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Advert {
    pub role: Announced,
    pub epoch: u64,
}

/// What somebody says of a terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighting {
    /// Names the announcement.
    pub instance: String,
    pub origin: Origin,
    /// Whether it says it belongs to this restaurant.
    pub ours: bool,
    pub role: Announced,
    pub epoch: u64,
    pub protocol: u16,
    pub name: String,
    pub addresses: Vec<SocketAddr>,
}

/// The network need not learn the restaurant's id.
fn store_mark(store: u64) -> String {
    let hash = blake3::derive_key("comanda 2026 mark of a store", &store.to_le_bytes());
    hash[..6].iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What is announced and what was heard, without the network.
#[derive(Debug)]
pub(crate) struct Finder {
    me: Origin,
    store: Option<String>,
    found: BTreeMap<String, Sighting>,
}

impl Finder {
    pub fn new(me: Origin, store: Option<u64>) -> Finder {
        Finder { me, store: store.map(store_mark), found: BTreeMap::new() }
    }

    fn text(&self, advert: Advert, name: &str) -> Vec<(&'static str, String)> {
        let role = match advert.role {
            Announced::Master => "m",
            Announced::Follower => "f",
            Announced::Joining => "j",
        };
        vec![
            ("s", self.store.clone().unwrap_or_default()),
            ("t", self.me.to_string()),
            ("r", role.to_owned()),
            ("e", advert.epoch.to_string()),
            ("v", PROTOCOL.to_string()),
            ("n", shown(name)),
        ]
    }

    /// What is worth telling of an announcement: nothing if it is our own, another restaurant's, junk, or known.
    fn hear<'a>(
        &mut self,
        instance: &str,
        text: impl Fn(&str) -> Option<&'a [u8]>,
        addresses: impl Iterator<Item = SocketAddr>,
        expected: impl Fn(Origin) -> bool,
    ) -> Option<Sighting> {
        let word = |key| text(key).and_then(|bytes| std::str::from_utf8(bytes).ok());
        let origin: Origin = word("t")?.parse().ok()?;
        let role = match word("r")? {
            "m" => Announced::Master,
            "f" => Announced::Follower,
            "j" => Announced::Joining,
            _ => return None,
        };
        let ours = self.store.is_some() && word("s") == self.store.as_deref();
        let wanted = ours || role == Announced::Joining || self.store.is_none();
        if origin == self.me || !wanted || instance.len() > INSTANCE_MAX {
            return None;
        }
        let usable = |a: &SocketAddr| a.port() != 0 && !a.ip().is_unspecified() && !a.ip().is_multicast();
        let mut addresses: Vec<SocketAddr> = addresses.filter(usable).collect();
        addresses.sort();
        addresses.truncate(ADDRESSES);
        let sighting = Sighting {
            instance: instance.to_owned(),
            origin,
            ours,
            role,
            epoch: word("e").and_then(|e| e.parse().ok()).unwrap_or(0),
            protocol: word("v").and_then(|v| v.parse().ok()).unwrap_or(0),
            name: shown(&String::from_utf8_lossy(text("n").unwrap_or_default())),
            addresses,
        };
        let named = self.found.values().filter(|s| s.origin == origin && s.instance != instance).count();
        let most = if expected(origin) { FOUND_PAIRED_MAX } else { FOUND_MAX };
        let room = self.found.contains_key(instance) || self.found.len() < most;
        let of_its_name = instance.strip_prefix(&origin.to_string()).is_some_and(|rest| rest.starts_with("._"));
        let known = self.found.get(instance) == Some(&sighting);
        if sighting.addresses.is_empty() || known || !room || !of_its_name && named >= PER_TERMINAL {
            return None;
        }
        self.found.insert(instance.to_owned(), sighting.clone());
        Some(sighting)
    }

    fn lose(&mut self, instance: &str) -> bool {
        self.found.remove(instance).is_some()
    }
}

/// A name as it may be shown: short, and without what would move a screen's other text.
fn shown(name: &str) -> String {
    let moves = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    let mut shown: String = name.chars().filter(|c| !moves(*c)).take(NAME_MAX).collect();
    while shown.len() > NAME_MAX {
        shown.pop();
    }
    shown
}

fn socket_address(ip: &ScopedIp, port: u16) -> SocketAddr {
    match (ip.to_ip_addr(), ip) {
        (IpAddr::V6(six), ScopedIp::V6(scoped)) if six.is_unicast_link_local() => {
            SocketAddr::V6(SocketAddrV6::new(six, port, 0, scoped.scope_id().index))
        }
        (ip, _) => SocketAddr::new(ip, port),
    }
}

/// Bridges of containers and virtual machines: no terminal is behind them, and each would be announced.
pub(crate) fn is_made_up(interface: &str) -> bool {
    ["docker", "virbr"].iter().any(|prefix| interface.starts_with(prefix))
}

/// Announces and looks, until it is dropped.
pub(crate) struct Discovery {
    daemon: ServiceDaemon,
    said: Mutex<Said>,
    anew: Notify,
}

struct Said {
    finder: Finder,
    name: String,
    port: u16,
    /// Where this terminal listens, if not everywhere.
    only: Vec<IpAddr>,
    advert: Option<Advert>,
    registered: Option<String>,
    looked_at: Bucket,
}

impl Discovery {
    /// `listening` are the addresses others can call; `interfaces` names those to be used, all real ones if empty.
    pub fn start(
        hub: &Arc<Hub>,
        finder: Finder,
        name: &str,
        listening: &[SocketAddr],
        interfaces: &[String],
    ) -> Result<Arc<Discovery>, mdns_sd::Error> {
        let daemon = ServiceDaemon::new()?;
        daemon.set_ip_check_interval(INTERFACES)?;
        if interfaces.is_empty() {
            daemon.disable_interface(IfKind::Predicate(IfPredicate::new(|i| is_made_up(&i.name))))?;
        } else {
            daemon.disable_interface(IfKind::All)?;
            let named = interfaces.iter().map(|name| IfKind::Name(name.clone())).collect::<Vec<_>>();
            daemon.enable_interface(named)?;
        }
        let everywhere = listening.iter().any(|a| a.ip().is_unspecified());
        let only = if everywhere { Vec::new() } else { listening.iter().map(|a| a.ip()).collect() };
        let port = listening.first().map_or(0, |a| a.port());
        let (name, looked_at) = (name.to_owned(), Bucket::new(LOOKED_AT, Instant::now()));
        let said = Said { finder, name, port, only, advert: None, registered: None, looked_at };
        let discovery = Arc::new(Discovery { daemon, said: Mutex::new(said), anew: Notify::new() });
        tokio::spawn(discovery.clone().look(hub.clone()));
        tokio::spawn(discovery.clone().keep_announcing());
        Ok(discovery)
    }

    /// Says so from now on; none says good-bye.
    pub fn advertise(&self, advert: Option<Advert>) {
        let mut said = lock(&self.said);
        if said.advert != advert {
            said.advert = advert;
            self.anew.notify_one();
        }
    }

    async fn keep_announcing(self: Arc<Discovery>) {
        loop {
            self.anew.notified().await;
            while let Err(error) = self.announce() {
                tracing::debug!(%error, "not announced yet");
                sleep(AGAIN).await;
            }
        }
    }

    fn announce(&self) -> Result<(), mdns_sd::Error> {
        let mut said = lock(&self.said);
        let Some(advert) = said.advert else {
            if let Some(instance) = said.registered.take() {
                self.daemon.unregister(&instance)?;
            }
            return Ok(());
        };
        let text = said.finder.text(advert, &said.name);
        let me = said.finder.me;
        let host = format!("comanda-{me}.local.");
        let mut info = ServiceInfo::new(SERVICE, &me.to_string(), &host, &said.only[..], said.port, &text[..])?;
        if said.only.is_empty() {
            info = info.enable_addr_auto();
        }
        // The name holds 40 random bits: nothing to ask the network about before using it.
        info.set_requires_probe(false);
        let instance = info.get_fullname().to_owned();
        self.daemon.register(info)?;
        said.registered = Some(instance);
        Ok(())
    }

    async fn look(self: Arc<Discovery>, hub: Arc<Hub>) {
        let mut interfaces = self.daemon.monitor().ok();
        let mut before: Option<Receiver<ServiceEvent>> = None;
        loop {
            let asked = self.daemon.browse(SERVICE);
            // A good-bye that came before the answers changed their way must not be missed.
            before.iter().flat_map(Receiver::try_iter).for_each(|event| self.event(&hub, event));
            match asked {
                Ok(heard) => {
                    self.look_once(&hub, &heard, interfaces.as_ref()).await;
                    before = Some(heard);
                }
                Err(error) => {
                    tracing::debug!(%error, "cannot look for terminals yet");
                    sleep(AGAIN).await;
                }
            }
            if interfaces.as_ref().is_none_or(Receiver::is_disconnected) {
                interfaces = self.daemon.monitor().ok();
            }
        }
    }

    /// Returns when it is time to ask anew: the interfaces changed, the answers stopped, or enough time passed.
    async fn look_once(
        &self,
        hub: &Arc<Hub>,
        heard: &Receiver<ServiceEvent>,
        interfaces: Option<&Receiver<DaemonEvent>>,
    ) {
        let interfaces_change = async {
            let Some(interfaces) = interfaces else { return std::future::pending().await };
            while !matches!(interfaces.recv_async().await, Ok(DaemonEvent::IpAdd(_) | DaemonEvent::IpDel(_)) | Err(_)) {
            }
            sleep(SETTLE).await;
            let _ = interfaces.drain();
            hub.wake_targets();
        };
        let hear = async {
            while let Ok(event) = heard.recv_async().await {
                self.event(hub, event);
            }
            // Closed because it was not emptied in time, or because the daemon stops.
            sleep(AGAIN).await;
        };
        let _ = timeout(ASK_ANEW, async {
            tokio::select! {
                () = interfaces_change => {}
                () = hear => {}
            }
        })
        .await;
    }

    fn event(&self, hub: &Arc<Hub>, event: ServiceEvent) {
        match event {
            ServiceEvent::ServiceResolved(service) => self.resolved(hub, &service),
            ServiceEvent::ServiceRemoved(_, instance) if lock(&self.said).finder.lose(&instance) => {
                hub.lost(&instance);
                hub.tell(Heard::Lost { instance });
            }
            _ => {}
        }
    }

    fn resolved(&self, hub: &Arc<Hub>, service: &ResolvedService) {
        let addresses = service.get_addresses().iter().map(|ip| socket_address(ip, service.get_port()));
        let text = |key: &str| service.get_property_val(key).flatten();
        let expected = |origin| hub.keyring.expects(origin);
        let sighting = {
            let mut said = lock(&self.said);
            if !said.looked_at.take(LOOKED_AT, LOOKED_AT_PER_SECOND, Instant::now()) {
                return;
            }
            said.finder.hear(service.get_fullname(), text, addresses, expected)
        };
        let Some(sighting) = sighting else { return };
        if sighting.ours && sighting.role != Announced::Joining && hub.keyring.expects(sighting.origin) {
            for address in &sighting.addresses {
                hub.target(*address, Some(&sighting.instance), Some(sighting.origin));
            }
        }
        hub.tell(Heard::Found(sighting));
    }

    /// Says good-bye and stops.
    pub fn stop(&self) {
        if let Some(instance) = lock(&self.said).registered.take()
            && let Ok(done) = self.daemon.unregister(&instance)
        {
            let _ = done.recv_timeout(GOOD_BYE);
            std::thread::sleep(SAID_TWICE);
        }
        if let Ok(done) = self.daemon.shutdown() {
            let _ = done.recv_timeout(GOOD_BYE);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STORE: u64 = 77;

    fn address(last: u8) -> SocketAddr {
        SocketAddr::from(([192, 0, 2, last], 4700))
    }

    fn hear(
        finder: &mut Finder,
        instance: &str,
        text: &[(&'static str, String)],
        addresses: &[SocketAddr],
    ) -> Option<Sighting> {
        let of = |key: &str| text.iter().find(|(k, _)| *k == key).map(|(_, v)| v.as_bytes());
        finder.hear(instance, of, addresses.iter().copied(), |origin| origin == Origin(5))
    }

    #[test]
    fn what_is_announced_is_understood_once() {
        let advert = Advert { role: Announced::Master, epoch: 9 };
        let text = Finder::new(Origin(5), Some(STORE)).text(advert, "Bar\u{7}");
        assert!(!format!("{text:?}").contains("77"), "the store's id is not told");
        let mut finder = Finder::new(Origin(1), Some(STORE));
        let seen = hear(&mut finder, "five", &text, &[address(2)]).unwrap();
        assert_eq!((seen.origin, seen.epoch, seen.ours, &seen.name[..]), (Origin(5), 9, true, "Bar"));
        assert_eq!(hear(&mut finder, "five", &text, &[address(2)]), None);
        assert!(hear(&mut finder, "five", &text, &[address(3)]).is_some(), "it moved");
        assert!(finder.lose("five") && !finder.lose("five"));
    }

    #[test]
    fn ourselves_and_other_restaurants_are_not_heard() {
        let follower = Advert { role: Announced::Follower, epoch: 0 };
        let joining = Advert { role: Announced::Joining, epoch: 0 };
        let mut finder = Finder::new(Origin(1), Some(STORE));
        let own = Finder::new(Origin(1), Some(STORE)).text(follower, "");
        let other = Finder::new(Origin(2), Some(STORE + 1)).text(follower, "");
        let new = Finder::new(Origin(3), None).text(joining, "");
        assert_eq!(hear(&mut finder, "own", &own, &[address(1)]), None);
        assert_eq!(hear(&mut finder, "other", &other, &[address(1)]), None);
        assert!(!hear(&mut finder, "new", &new, &[address(1)]).unwrap().ours);
        assert!(hear(&mut Finder::new(Origin(9), None), "other", &other, &[address(1)]).is_some());
    }

    #[test]
    fn a_name_moves_nothing_on_a_screen() {
        assert_eq!(shown("B\u{202e}ar\n\u{7}"), "Bar");
        assert_eq!(shown("می\u{200c}خانه"), "می\u{200c}خانه");
    }

    #[test]
    fn junk_is_bounded() {
        let mut finder = Finder::new(Origin(1), Some(STORE));
        let mut text = Finder::new(Origin(5), Some(STORE)).text(Advert { role: Announced::Follower, epoch: 0 }, "");
        text[5].1 = "é".repeat(500);
        let many: Vec<SocketAddr> = (1..200).map(address).collect();
        for i in 0..1_000 {
            text[1].1 = Origin(100 + i / 2).to_string();
            if let Some(seen) = hear(&mut finder, &i.to_string(), &text, &many) {
                assert!(seen.name.len() <= NAME_MAX && seen.addresses.len() <= ADDRESSES);
            }
        }
        assert_eq!(finder.found.len(), FOUND_MAX);
        text[1].1 = Origin(5).to_string();
        let paired = (0..100).filter(|i| hear(&mut finder, &format!("five {i}"), &text, &many).is_some());
        assert_eq!(paired.count(), PER_TERMINAL);
        assert!(hear(&mut finder, &format!("{}.{SERVICE}", Origin(5)), &text, &many).is_some());
        assert_eq!(hear(&mut finder, &"x".repeat(300), &text, &many), None);
        for (key, value) in [("t", "not an id"), ("r", "x"), ("t", "")] {
            let mut bad = text.clone();
            bad.iter_mut().find(|(k, _)| *k == key).unwrap().1 = value.to_owned();
            assert_eq!(hear(&mut Finder::new(Origin(1), Some(STORE)), "x", &bad, &many), None, "{key}={value}");
        }
        assert_eq!(hear(&mut Finder::new(Origin(1), Some(STORE)), "x", &text, &["0.0.0.0:1".parse().unwrap()]), None);
    }
}

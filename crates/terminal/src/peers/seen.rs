//! The other terminals as pages show them.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    time::{Duration, Instant},
};

use domain::{
    clock::Millis,
    ids::Origin,
    late::Missing,
    terminals,
    view::{DoorCode, FoundTerminal, Reason, TerminalView, TerminalsView, Work, WorkOf, WorkState},
};
use qrcodegen::{QrCode, QrCodeEcc};
use sync::{Role, called_at, own_address};

use super::drill::takeovers;
use crate::{
    devices::let_in_view,
    state::State,
    terminal::{Terminal, lock, read},
};

/// Beyond so many entries behind, a terminal is said to be catching up.
pub(super) const BEHIND: u64 = 20;
/// Seconds two clocks may differ before people should know: receipts and reports name minutes.
const SKEW: i64 = 60;

/// What is known of another terminal while this one runs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen {
    pub linked: bool,
    pub heard: Instant,
    /// By this terminal's clock on the wall.
    pub heard_wall: Millis,
    pub behind: u64,
    pub hears_master: bool,
    /// Milliseconds its clock on the wall is ahead of this one's.
    pub ahead: Option<i64>,
}

pub(crate) type SeenAll = BTreeMap<Origin, Seen>;

/// Addresses for people to type somewhere else.
fn told(listen: impl Iterator<Item = SocketAddr>) -> Vec<String> {
    listen.flat_map(called_at).map(|address| address.to_string()).collect()
}

fn millis(age: Duration) -> u64 {
    age.as_millis() as u64
}

impl Terminal {
    pub(crate) fn terminals_view(&self, state: &State) -> TerminalsView {
        let me = self.origin();
        let known = &state.restaurant.terminals;
        let standing = *lock(&self.peers.standing);
        let role = standing.map_or(Role { epoch: 0, master: me, pinned: false }, |s| s.role);
        let mut all: Vec<TerminalView> = known
            .iter()
            .filter(|(origin, _)| !known.is_past(*origin))
            .map(|(o, t)| self.terminal_view(state, o, t, role))
            .collect();
        all.sort_by_key(|t| (t.shut_out, t.letter));
        let network = self.network();
        let typed = self.readers.neighbours().unwrap_or_default().into_iter().filter(|n| n.typed);
        TerminalsView {
            me,
            letter: *read(&self.letter),
            name: known.get(me).map_or_else(|| self.name.clone(), |t| t.name().to_owned()),
            key: self.key.public().fingerprint().to_string(),
            master: role.master,
            epoch: role.epoch,
            hears_master: standing.is_none_or(|s| s.hears_master),
            terminals: all,
            found: self.newcomers().into_iter().filter_map(found).collect(),
            listens: told(network.iter().flat_map(|n| n.lan.addresses().iter().copied())),
            alone: network.is_none(),
            pages: told((*lock(&self.peers.web)).into_iter().filter(|web| !web.ip().is_loopback())),
            addresses: typed.map(|n| n.address).collect(),
            door: self.door_code(),
            joining: lock(&self.peers.joining).clone(),
            devices: self.device_views(state),
            waiting: lock(&self.peers.knocks).shown(),
            drill: lock(&self.peers.drill).map(|drill| drill.view(&state.restaurant)),
            takeovers: takeovers(&state.restaurant),
            only_protected: state.restaurant.only_protected(),
        }
    }

    fn terminal_view(&self, state: &State, origin: Origin, terminal: &terminals::Terminal, role: Role) -> TerminalView {
        let seen = lock(&self.peers.seen).get(&origin).copied();
        let me = origin == self.origin();
        TerminalView {
            terminal: origin,
            letter: terminal.letter(),
            name: terminal.name().to_owned(),
            rank: terminal.rank(),
            me,
            master: origin == role.master,
            shut_out: state.restaurant.terminals.is_shut_out(origin),
            linked: me || seen.is_some_and(|s| s.linked),
            heard: if me { Some(0) } else { seen.map(|s| millis(s.heard.elapsed())) },
            address: lock(&self.peers.reached).get(&origin).map(|address| address.ip().to_string()),
            behind: seen.map_or(0, |s| s.behind),
            hears_master: me || seen.is_some_and(|s| s.hears_master),
            let_in: terminal.let_in().map(|l| let_in_view(&state.restaurant, l)),
        }
    }

    fn door_code(&self) -> Option<DoorCode> {
        let code = lock(&self.peers.door).clone()?;
        let network = self.network()?;
        // What a camera reads must be an address others can call, so not "any".
        let listens = network.lan.addresses().first().copied()?;
        let ip = if listens.ip().is_unspecified() { own_address() } else { Some(listens.ip()) };
        let invitation = ip.and_then(|ip| network.lan.invitation(SocketAddr::new(ip, listens.port())));
        // Without an address the digits still serve whoever types them.
        let text = invitation.map(|i| i.to_string()).unwrap_or_default();
        let (qr, side) = if text.is_empty() { Default::default() } else { square(&text)? };
        Some(DoorCode { code: code.shown(), text, qr, side })
    }

    /// Terminals that are out of reach, for the Z that is closed without them.
    pub(crate) fn missing(&self, state: &State) -> Vec<Missing> {
        let seen = lock(&self.peers.seen);
        let others = state.restaurant.terminals.present().filter(|(o, _)| *o != self.origin());
        let gone = others.filter(|(o, _)| seen.get(o).is_none_or(|s| !s.linked || s.behind > 0 && !s.hears_master));
        gone.map(|(o, t)| Missing {
            letter: t.letter(),
            name: t.name().to_owned(),
            heard: seen.get(&o).map_or(0, |s| s.heard_wall),
        })
        .collect()
    }

    /// The master and every other terminal, with the age of the last sign of life.
    pub(crate) fn peer_works(&self, state: &State) -> Vec<Work> {
        let others: Vec<_> = state.restaurant.terminals.present().filter(|(o, _)| *o != self.origin()).collect();
        if others.is_empty() {
            return Vec::new();
        }
        let seen = lock(&self.peers.seen).clone();
        let mut works = Vec::new();
        if let Some(standing) = *lock(&self.peers.standing) {
            let master = standing.role.master;
            let name = state.restaurant.terminals.get(master).map_or("?", |t| t.name()).to_owned();
            let proved =
                if master == self.origin() { Some(0) } else { seen.get(&master).map(|s| millis(s.heard.elapsed())) };
            let state = if standing.hears_master { WorkState::Works } else { WorkState::Down };
            works.push(Work { what: WorkOf::Master { name }, state, proved, why: Reason::None });
        }
        for (origin, terminal) in others {
            let seen = seen.get(&origin);
            let name = terminal.name().to_owned();
            let (state, why) = match seen {
                Some(s) if s.linked && s.behind > BEHIND => (WorkState::Degraded, Reason::Behind(s.behind)),
                Some(s) if s.linked => (WorkState::Works, Reason::None),
                _ => (WorkState::Down, Reason::None),
            };
            let proved = seen.map(|s| millis(s.heard.elapsed()));
            works.push(Work { what: WorkOf::Terminal { terminal: origin, name: name.clone() }, state, proved, why });
            if let Some(ahead) = seen.and_then(|s| s.ahead).map(|ms| ms / 1_000).filter(|s| s.abs() >= SKEW) {
                let what = WorkOf::Clock { name, ahead };
                works.push(Work { what, state: WorkState::Degraded, proved, why: Reason::None });
            }
        }
        works
    }
}

fn found(sighting: sync::Sighting) -> Option<FoundTerminal> {
    let address = sighting.addresses.iter().find(|a| a.is_ipv4()).or(sighting.addresses.first())?;
    Some(FoundTerminal { name: sighting.name, address: address.to_string() })
}

/// A QR code as an SVG path of dark modules, and its side.
pub(crate) fn square(text: &str) -> Option<(String, u32)> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    let mut path = String::new();
    for y in 0..code.size() {
        for x in (0..code.size()).filter(|x| code.get_module(*x, y)) {
            path.push_str(&format!("M{x} {y}h1v1h-1z"));
        }
    }
    Some((path, code.size() as u32))
}

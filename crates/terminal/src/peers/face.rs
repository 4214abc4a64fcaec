//! Where each terminal serves browsers, so that a page whose terminal dies knows where to go. Terminals tell each other
//! over their links; a page is told by the terminal it works with and keeps it.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use domain::{
    ids::Origin,
    view::{Elsewhere, HereView, OtherTerminal},
};
use sync::Frame;

use crate::{
    terminal::{Terminal, lock, read},
    zone::millis_now,
};

/// What a terminal said of how browsers reach it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Face {
    web: SocketAddr,
}

impl Terminal {
    /// Browsers are served here from now on.
    pub(crate) fn serves(&self, web: SocketAddr) {
        *lock(&self.peers.web) = Some(web);
    }

    /// Where browsers of the LAN reach this terminal's pages; none where only its own machine does.
    pub(crate) fn web_address(&self) -> Option<SocketAddr> {
        let web = (*lock(&self.peers.web))?;
        let ip = if web.ip().is_unspecified() { sync::own_address()? } else { web.ip() };
        Some(SocketAddr::new(ip, web.port()))
    }

    /// The root of the restaurant's authority. The terminal that set the restaurant up makes it, once; the others are
    /// told it over their links.
    pub(crate) fn root(&self) -> Option<Vec<u8>> {
        self.make_authority();
        lock(&self.protection).root()
    }

    /// How this terminal proves itself to browsers, for the addresses it has at the moment.
    pub(crate) fn tls(&self) -> Option<Arc<rustls::ServerConfig>> {
        self.make_authority();
        lock(&self.protection).config(millis_now(), sync::own_addresses)
    }

    fn make_authority(&self) {
        if lock(&self.protection).is_there() || self.membership().is_ok_and(|m| m.store != self.origin()) {
            return;
        }
        let name = read(&self.state).restaurant.settings().map(|s| s.name.clone());
        let Some(name) = name else { return };
        let mut protection = lock(&self.protection);
        if !protection.is_there()
            && let Err(e) = protection.make(&name, millis_now())
        {
            tracing::error!("{e}");
        }
    }

    /// What a linked terminal is answered that asks for the authority; and what is asked.
    pub(super) fn authority_frame(&self, asked: bool) -> Option<Frame> {
        self.make_authority();
        let told = lock(&self.protection).told();
        match (told, asked) {
            (None, false) => Some(Frame::Authority { file: None }),
            (Some(file), true) => Some(Frame::Authority { file: Some(file) }),
            _ => None,
        }
    }

    /// A linked terminal told the restaurant's authority. One that is there is not given up.
    pub(super) fn take_authority(&self, file: &str) {
        let mut protection = lock(&self.protection);
        if !protection.is_there()
            && let Err(e) = protection.take(file)
        {
            tracing::error!("{e}");
        }
    }

    /// What the others are told of this terminal's pages.
    pub(super) fn face(&self) -> Frame {
        Frame::Face { web: *lock(&self.peers.web), knocks: lock(&self.peers.knocks).told() }
    }

    /// Another terminal said where it serves browsers.
    pub(super) fn note_face(&self, origin: Origin, web: Option<SocketAddr>) {
        let link = lock(&self.peers.reached).get(&origin).map(|a| a.ip());
        let mut faces = lock(&self.peers.faces);
        match web.zip(link).and_then(|(web, link)| reached(web, link)) {
            Some(web) => faces.insert(origin, Face { web }),
            None => faces.remove(&origin),
        };
    }

    /// The addresses of the other terminals' pages, as they are reached from a page that came from `from`. A page on this
    /// very machine belongs to its terminal: it is told of others on this machine only, where there are any.
    pub(crate) fn elsewhere(&self, from: IpAddr) -> Vec<OtherTerminal> {
        let faces: Vec<(Origin, Face)> = lock(&self.peers.faces).iter().map(|(o, f)| (*o, *f)).collect();
        let door = lock(&self.door);
        let near = |face: &Face| face.web.ip().is_loopback() == from.to_canonical().is_loopback();
        let named = faces.iter().filter(|(_, f)| near(f)).filter_map(|(origin, face)| {
            Some(OtherTerminal { name: door.terminal_name(*origin)?.to_owned(), host: face.web.to_string() })
        });
        named.collect()
    }

    /// What a page is told, so that it can go on elsewhere.
    pub(crate) fn ways(&self, from: IpAddr) -> Elsewhere {
        let store = self.membership().map_or(self.origin(), |m| m.store);
        Elsewhere { store, others: self.elsewhere(from) }
    }

    /// What a page hears that looks for a terminal to work with.
    pub(crate) fn here(&self) -> HereView {
        let store = self.membership().map_or(self.origin(), |m| m.store);
        let closed = self.old_copy.load(std::sync::atomic::Ordering::Acquire) || lock(&self.damage).is_some();
        HereView { store, name: self.shown_name(), open: self.is_set_up() && !closed }
    }

    /// What people call this terminal.
    fn shown_name(&self) -> String {
        lock(&self.door).terminal_name(self.origin()).unwrap_or(&self.name).to_owned()
    }
}

/// The address a terminal listens on, as it is reached over a link from this one; none if it hears nobody from there.
fn reached(web: SocketAddr, link: IpAddr) -> Option<SocketAddr> {
    let link = link.to_canonical();
    let ip = if web.ip().is_unspecified() { link } else { web.ip() };
    (ip.is_loopback() == link.is_loopback()).then(|| SocketAddr::new(ip, web.port()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_counts_only_where_it_can_be_reached() {
        let check = |web: &str, link: &str, wanted: Option<&str>| {
            let found = reached(web.parse().expect("an address"), link.parse().expect("an address"));
            assert_eq!(found.map(|a| a.to_string()).as_deref(), wanted, "{web} over {link}");
        };
        check("0.0.0.0:7700", "192.168.1.20", Some("192.168.1.20:7700"));
        check("[::]:7700", "::ffff:192.168.1.20", Some("192.168.1.20:7700"));
        check("192.168.1.21:80", "192.168.1.20", Some("192.168.1.21:80"));
        check("127.0.0.1:7700", "127.0.0.1", Some("127.0.0.1:7700"));
        check("127.0.0.1:7700", "192.168.1.20", None);
    }
}

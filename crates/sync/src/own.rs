//! The address under which this machine is called.

use std::net::{IpAddr, SocketAddr, UdpSocket};

use if_addrs::{IfAddr, Interface, get_if_addrs};

use crate::discovery::is_made_up;

/// The address of this machine that others on the LAN see; none while no cable is plugged in.
pub fn own_address() -> Option<IpAddr> {
    // A restaurant may have a switch and no router: then no route leads anywhere, and there are neighbours all the same.
    towards_the_world().or_else(|| towards_neighbours(&get_if_addrs().ok()?))
}

/// Addresses told of one place that hears on all a machine has.
const TOLD: usize = 4;

/// Under which addresses others on the LAN call what listens here; none while no cable is plugged in. A machine that
/// listens on all it has is called by those its cables and its Wi-Fi have at the moment, the best first.
pub fn called_at(listens: SocketAddr) -> Vec<SocketAddr> {
    if !listens.ip().is_unspecified() {
        return vec![listens];
    }
    on_cables(&get_if_addrs().unwrap_or_default(), listens)
}

fn on_cables(interfaces: &[Interface], listens: SocketAddr) -> Vec<SocketAddr> {
    // What hears on all of the new kind hears the old one too.
    let hears = |ip: &IpAddr| ip.is_ipv4() || listens.is_ipv6();
    let given_by_itself = |ip: &IpAddr| match ip {
        IpAddr::V4(four) => four.is_link_local(),
        IpAddr::V6(six) => six.is_unicast_link_local(),
    };
    let mut all: Vec<IpAddr> = interfaces.iter().filter(is_cable).map(Interface::ip).filter(hears).collect();
    all.sort_by_key(|ip| (given_by_itself(ip), *ip));
    all.dedup();
    all.into_iter().take(TOLD).map(|ip| SocketAddr::new(ip, listens.port())).collect()
}

/// Every address under which this machine can be called, its own loopback ones too.
pub fn own_addresses() -> Vec<IpAddr> {
    let mut all: Vec<IpAddr> = get_if_addrs().unwrap_or_default().into_iter().map(|i| i.ip()).collect();
    all.extend([IpAddr::from([127, 0, 0, 1]), IpAddr::from(std::net::Ipv6Addr::LOCALHOST)]);
    all.sort();
    all.dedup();
    all
}

/// Nothing is sent: a connected datagram socket only asks the routing table.
fn towards_the_world() -> Option<IpAddr> {
    let socket = UdpSocket::bind("0.0.0.0:0").ok()?;
    // A private address of a documentation network; any would do.
    socket.connect("192.0.2.1:9").ok()?;
    socket.local_addr().ok().map(|a| a.ip())
}

/// Whether neighbours can be behind it: a cable that is plugged in, or a Wi-Fi.
fn is_cable(interface: &&Interface) -> bool {
    interface.is_oper_up() && !interface.is_loopback() && !interface.is_p2p() && !is_made_up(&interface.name)
}

fn towards_neighbours(interfaces: &[Interface]) -> Option<IpAddr> {
    let fours = interfaces.iter().filter(is_cable).filter_map(|i| match &i.addr {
        IfAddr::V4(four) => Some(four.ip),
        IfAddr::V6(_) => None,
    });
    // One that a machine gave itself serves only while nobody gave it a better one.
    fours.min_by_key(|four| four.is_link_local()).map(IpAddr::V4)
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use if_addrs::{IfOperStatus, Ifv4Addr};

    use super::*;

    fn interface(name: &str, ip: [u8; 4], up: bool) -> Interface {
        let addr = IfAddr::V4(Ifv4Addr { ip: ip.into(), netmask: Ipv4Addr::BROADCAST, prefixlen: 24, broadcast: None });
        let oper_status = if up { IfOperStatus::Up } else { IfOperStatus::Down };
        Interface { name: name.into(), addr, index: None, oper_status, is_p2p: false }
    }

    #[test]
    fn without_a_router_it_is_the_cable_that_is_plugged_in() {
        let mut all = vec![interface("lo", [127, 0, 0, 1], true), interface("docker0", [172, 17, 0, 1], true)];
        assert_eq!(towards_neighbours(&all), None);
        all.push(interface("eth0", [169, 254, 3, 4], true));
        all.push(interface("eth1", [10, 0, 0, 7], false));
        assert_eq!(towards_neighbours(&all), Some([169, 254, 3, 4].into()));
        all.push(interface("eth2", [192, 168, 1, 7], true));
        assert_eq!(towards_neighbours(&all), Some([192, 168, 1, 7].into()));
    }

    #[test]
    fn what_listens_on_everything_is_called_by_what_the_cables_have() {
        let all = [
            interface("lo", [127, 0, 0, 1], true),
            interface("docker0", [172, 17, 0, 1], true),
            interface("eth0", [169, 254, 3, 4], true),
            interface("eth1", [10, 0, 0, 7], false),
            interface("eth2", [192, 168, 1, 7], true),
        ];
        let told = |listens: &str| -> Vec<String> {
            on_cables(&all, listens.parse().unwrap()).iter().map(ToString::to_string).collect()
        };
        assert_eq!(told("0.0.0.0:7710"), ["192.168.1.7:7710", "169.254.3.4:7710"]);
        assert_eq!(told("[::]:7710"), ["192.168.1.7:7710", "169.254.3.4:7710"]);
        assert_eq!(called_at("10.1.2.3:7710".parse().unwrap()), ["10.1.2.3:7710".parse().unwrap()]);
    }
}

//! A LAN on this machine: a switch, a socket for each terminal and one for the printer, all in network namespaces of the
//! kernel, with real cables to pull. Real multicast and real TCP go over it, and nothing of it touches the machine's
//! own network.
//!
//! Each terminal has two interfaces. `lan0` is its cable to the switch. `desk0` leads to this machine alone and stands
//! for whoever sits before the terminal: what the test does there must go on when the cable is pulled. No packet finds
//! its way from one terminal to another over the desks, because nothing forwards between them.

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::Path,
    process::{Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
};

use anyhow::{Context, Result, bail, ensure};

/// Namespaces are called so, then the process that made them, its how many-th network, and what is inside.
const PREFIX: &str = "comanda-";
/// This machine's ends of cables are called so, and then in the same way; a name of an interface has 15 letters.
const END: &str = "cl";
/// Sockets of the switch.
pub const MOST: usize = 32;
/// The two halves of the switch; all is plugged into the first unless it is split.
const HALVES: [&str; 2] = ["left", "right"];
/// A network card that does not exist.
const NOBODY: &str = "02:00:00:00:00:01";
/// 198.18.0.0/15 is set aside for measuring networks, so no real network of this machine is in the way.
const LAN: u8 = 18;
const DESKS: u8 = 19;

/// The network. Dropped, it is gone.
pub struct Network {
    tag: String,
    /// The third number of every address: another one for each network on this machine.
    third: u8,
    terminals: usize,
}

/// Runs `ip`, which says nothing when all is well.
fn ip(words: &[&str]) -> Result<()> {
    let said = Command::new("ip").args(words).stdin(Stdio::null()).output().context("iproute2 is not installed")?;
    ensure!(said.status.success(), "ip {}: {}", words.join(" "), String::from_utf8_lossy(&said.stderr).trim());
    Ok(())
}

fn answer(words: &[&str]) -> Result<String> {
    let said = Command::new("ip").args(words).stdin(Stdio::null()).output().context("iproute2 is not installed")?;
    ensure!(said.status.success(), "ip {}: {}", words.join(" "), String::from_utf8_lossy(&said.stderr).trim());
    Ok(String::from_utf8_lossy(&said.stdout).into_owned())
}

fn namespaces() -> Result<Vec<String>> {
    let list = answer(&["netns", "list"])?;
    Ok(list.lines().filter_map(|l| l.split_whitespace().next()).map(str::to_owned).collect())
}

/// Why no network can be made here, in words for whoever may change it.
pub fn impossible() -> Option<String> {
    let probe = format!("{PREFIX}{}-probe", std::process::id());
    let tried = ip(&["netns", "add", &probe]).and_then(|()| ip(&["-n", &probe, "link", "set", "lo", "up"]));
    let gone = ip(&["netns", "del", &probe]);
    let why = tried.and(gone).err()?;
    Some(format!("network namespaces cannot be made here (they need root and iproute2): {why:#}"))
}

/// Removes what networks of processes that are gone left behind: a test that was killed cleans nothing up.
fn sweep() -> Result<()> {
    for name in namespaces()? {
        let owner = name.strip_prefix(PREFIX).and_then(|rest| rest.split('-').next());
        if owner.is_some_and(|pid| !Path::new("/proc").join(pid).exists()) {
            remove(&name);
        }
    }
    for end in answer(&["-o", "link", "show"])?.lines().filter_map(end_of_a_cable) {
        let owner = end[END.len()..].split('-').next().unwrap_or_default();
        if !Path::new("/proc").join(owner).exists() {
            let _ = ip(&["link", "del", end]);
        }
    }
    Ok(())
}

/// The name of this machine's end of a lab's cable, if that is what a line about an interface is about.
fn end_of_a_cable(line: &str) -> Option<&str> {
    let name = line.split(": ").nth(1)?.split('@').next()?;
    let (pid, rest) = name.strip_prefix(END)?.split_once('-')?;
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let (nth, terminal) = rest.split_once('m').or_else(|| rest.split_once('p'))?;
    let is_ours = is_number(pid) && is_number(nth) && (terminal.is_empty() || is_number(terminal));
    is_ours.then_some(name)
}

/// Ends what runs in a namespace and removes it, and with it its ends of all cables.
fn remove(name: &str) {
    for pid in answer(&["netns", "pids", name]).unwrap_or_default().split_whitespace() {
        let _ = Command::new("kill").args(["-KILL", pid]).stderr(Stdio::null()).status();
    }
    let _ = ip(&["netns", "del", name]);
}

impl Network {
    /// A switch with so many terminals' sockets, all plugged in.
    ///
    /// # Errors
    /// When the kernel or the rights do not allow it; see [`impossible`].
    pub fn build(terminals: usize) -> Result<Network> {
        static NETWORKS: AtomicU32 = AtomicU32::new(0);
        ensure!((1..=MOST).contains(&terminals), "a network has 1 to {MOST} terminals");
        sweep()?;
        let (pid, nth) = (std::process::id(), NETWORKS.fetch_add(1, Ordering::Relaxed));
        let network = Network { tag: format!("{pid}-{nth}"), third: free_third(pid + nth)?, terminals };
        // From here on, whatever fails, dropping it removes what is there already.
        network.switch().context("the switch")?;
        network.printer_cable().context("the printer's cable")?;
        for n in 1..=terminals {
            network.socket(n).with_context(|| format!("socket {n}"))?;
        }
        Ok(network)
    }

    fn switch_name(&self) -> String {
        format!("{PREFIX}{}-switch", self.tag)
    }

    /// The namespace of a terminal, which are counted from 1.
    pub fn namespace(&self, n: usize) -> String {
        format!("{PREFIX}{}-{n}", self.tag)
    }

    /// The machine's end of a cable.
    fn end(&self, of: &str) -> String {
        format!("{END}{}{of}", self.tag)
    }

    /// A terminal's address on the LAN.
    pub fn address(&self, n: usize) -> Ipv4Addr {
        Ipv4Addr::new(198, LAN, self.third, 10 + n as u8)
    }

    /// Where the pages of a terminal are reached from this machine.
    pub fn desk(&self, n: usize) -> Ipv4Addr {
        Ipv4Addr::new(198, DESKS, self.third, 4 * n as u8 + 2)
    }

    /// Where the printer listens, on the LAN.
    pub fn printer(&self) -> SocketAddr {
        SocketAddr::from(([198, LAN, self.third, 5], 9100))
    }

    fn switch(&self) -> Result<()> {
        let switch = &self.switch_name()[..];
        ip(&["netns", "add", switch])?;
        for half in HALVES {
            // A switch that waits for somebody to ask who wants multicast would hold announcements back.
            ip(&["-n", switch, "link", "add", half, "type", "bridge", "mcast_snooping", "0"])?;
            ip(&["-n", switch, "link", "set", half, "up"])?;
        }
        Ok(())
    }

    fn printer_cable(&self) -> Result<()> {
        let (switch, end) = (&self.switch_name()[..], &self.end("p")[..]);
        ip(&["link", "add", end, "type", "veth", "peer", "name", "printer", "netns", switch])?;
        let address = format!("{}/24", self.printer().ip());
        ip(&["addr", "add", &address, "dev", end])?;
        ip(&["link", "set", end, "up"])?;
        ip(&["-n", switch, "link", "set", "printer", "master", HALVES[0], "up"])
    }

    fn socket(&self, n: usize) -> Result<()> {
        let (switch, room) = (&self.switch_name()[..], &self.namespace(n)[..]);
        let (port, desk) = (&port(n)[..], &self.end(&format!("m{n}"))[..]);
        ip(&["netns", "add", room])?;
        ip(&["-n", room, "link", "set", "lo", "up"])?;
        ip(&["-n", room, "link", "add", "lan0", "type", "veth", "peer", "name", port, "netns", switch])?;
        ip(&["-n", switch, "link", "set", port, "master", HALVES[0], "up"])?;
        ip(&["-n", room, "link", "set", "lan0", "up"])?;
        self.name_address(n, self.address(n))?;
        // Nobody announces anything to a desk.
        ip(&["link", "add", desk, "multicast", "off", "type", "veth", "peer", "name", "desk0", "netns", room])?;
        let [a, b, c, d] = self.desk(n).octets();
        ip(&["addr", "add", &format!("{a}.{b}.{c}.{}/30", d - 1), "dev", desk])?;
        ip(&["-n", room, "addr", "add", &format!("{a}.{b}.{c}.{d}/30"), "dev", "desk0"])?;
        ip(&["-n", room, "link", "set", "desk0", "multicast", "off", "up"])?;
        ip(&["link", "set", desk, "up"])
    }

    fn name_address(&self, n: usize, address: Ipv4Addr) -> Result<()> {
        let room = &self.namespace(n)[..];
        ip(&["-n", room, "addr", "add", &format!("{address}/24"), "broadcast", "+", "dev", "lan0"])?;
        ip(&["-n", room, "route", "replace", "224.0.0.0/4", "dev", "lan0"])
    }

    /// Gives a terminal's machine another address, as a router does that forgot what it gave before.
    ///
    /// # Errors
    /// When it cannot be done.
    pub fn move_to(&self, n: usize, last: u8) -> Result<Ipv4Addr> {
        let address = Ipv4Addr::new(198, LAN, self.third, last);
        ip(&["-n", &self.namespace(n), "-4", "addr", "flush", "dev", "lan0"])?;
        self.name_address(n, address)?;
        Ok(address)
    }

    /// Pulls the terminal's cable out of the switch: its machine sees that there is none.
    ///
    /// # Errors
    /// When it cannot be done; likewise below.
    pub fn pull(&self, n: usize) -> Result<()> {
        self.set(n, &["down"])
    }

    /// Plugs it in again.
    pub fn plug(&self, n: usize) -> Result<()> {
        self.set(n, &["up"])
    }

    /// Takes the switch apart in two. These are on the second half, all others and the printer on the first; nobody's
    /// cable is pulled, so nobody is told.
    pub fn split(&self, second: &[usize]) -> Result<()> {
        for n in 1..=self.terminals {
            self.set(n, &["master", HALVES[usize::from(second.contains(&n))]])?;
        }
        Ok(())
    }

    /// One switch again.
    pub fn heal(&self) -> Result<()> {
        self.split(&[])
    }

    /// What `from` sends to `to` gets lost from now on, while it still hears it: it has the wrong card's name for the
    /// address. Announcements, which are for all, still arrive.
    pub fn deafen(&self, from: usize, to: usize) -> Result<()> {
        let (room, to) = (self.namespace(from), self.address(to).to_string());
        ip(&["-n", &room, "neigh", "replace", &to, "lladdr", NOBODY, "dev", "lan0", "nud", "permanent"])
    }

    /// What `from` sends to `to` arrives again.
    pub fn undeafen(&self, from: usize, to: usize) -> Result<()> {
        let (room, to) = (self.namespace(from), self.address(to).to_string());
        ip(&["-n", &room, "neigh", "del", &to, "dev", "lan0"])
    }

    fn set(&self, n: usize, words: &[&str]) -> Result<()> {
        ensure!((1..=self.terminals).contains(&n), "there is no terminal {n}");
        let (switch, port) = (self.switch_name(), port(n));
        ip(&[&["-n", &switch, "link", "set", &port], words].concat())
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        // The cables first: a namespace outlives its name while a connection in it hopes for an answer.
        let ends = (1..=self.terminals).map(|n| format!("m{n}")).chain(["p".to_owned()]);
        for end in ends {
            let _ = ip(&["link", "del", &self.end(&end)]);
        }
        (1..=self.terminals).for_each(|n| remove(&self.namespace(n)));
        remove(&self.switch_name());
    }
}

/// The switch's socket for a terminal.
fn port(n: usize) -> String {
    format!("port{n}")
}

/// Numbers for addresses that nobody on this machine uses yet. Two processes may look at the same moment; they begin to
/// look at different places.
fn free_third(seed: u32) -> Result<u8> {
    let used = answer(&["-4", "-o", "addr", "show"])?;
    let is_free =
        |third: &u8| !used.contains(&format!("198.{LAN}.{third}.")) && !used.contains(&format!("198.{DESKS}.{third}."));
    let mut thirds = (0..=u8::MAX).map(|i| i.wrapping_add(seed as u8));
    match thirds.find(is_free) {
        Some(third) => Ok(third),
        None => bail!("all addresses for networks of tests are taken on this machine"),
    }
}

#[cfg(test)]
mod tests {
    use super::end_of_a_cable;

    #[test]
    fn only_our_own_ends_of_cables_are_known() {
        let known = |name: &str| end_of_a_cable(&format!("7: {name}@if3: <BROADCAST,UP> mtu 1500")).is_some();
        assert!(known("cl4194304-10m32") && known("cl77-0p"));
        assert!(!["clat", "cl0", "eth0", "cl77-0", "cl77-m1", "clx-0m1", "cl77-0mx"].into_iter().any(known));
    }
}

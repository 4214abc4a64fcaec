//! Whom this terminal calls, and when again. Addresses come from announcements and from the caller, who remembers them
//! and lets people type them in, for networks that carry no announcements.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use domain::ids::Origin;
use tokio::{sync::Notify, task::AbortHandle, time::sleep};

use crate::{
    hub::{Hub, StrangerWhy, lock},
    keys::random,
    tls::ConnectError,
};

/// After the first failure; doubled after each further one …
pub const AGAIN_FIRST: Duration = Duration::from_millis(100);
/// … up to this.
pub const AGAIN_LAST: Duration = Duration::from_secs(2);
/// Who is not paired is not called more often: its key or ours must be paired first, which a person does.
pub const AGAIN_STRANGER: Duration = Duration::from_secs(5);
/// A link that was up for this long was worth calling for.
pub const LASTED: Duration = Duration::from_secs(5);
/// How often somebody unknown must answer who was only announced, to be reported: a new terminal may be found before the
/// news that it was let in. At an address that a person gave, a stranger is reported at once.
const STRANGER_AT: u32 = 2;
/// Of two terminals that find each other, the one with the greater origin leaves the first call to the other.
pub const AFTER_YOU: Duration = Duration::from_millis(150);
/// Addresses called.
pub const TARGETS_MAX: usize = 192;

#[derive(Debug)]
struct Target {
    /// Given by the caller.
    given: bool,
    /// Which announcement named it, if one did.
    instance: Option<String>,
    /// Who is there: said by the announcement, and after a first handshake proved.
    origin: Option<Origin>,
    proved: bool,
    wake: Arc<Notify>,
    task: Option<AbortHandle>,
}

/// The addresses that are called.
#[derive(Debug, Default)]
pub(crate) struct Targets {
    by_address: BTreeMap<SocketAddr, Target>,
}

impl Targets {
    /// Makes room by giving up an address that only announcements named and where nobody proved to be anybody.
    fn has_room(&mut self) -> bool {
        if self.by_address.len() < TARGETS_MAX {
            return true;
        }
        let useless = self.by_address.iter().find(|(_, t)| !t.given && !t.proved).map(|(address, _)| *address);
        useless.is_some_and(|address| self.give_up(address))
    }

    fn give_up(&mut self, address: SocketAddr) -> bool {
        let target = self.by_address.remove(&address);
        if let Some(task) = target.as_ref().and_then(|t| t.task.as_ref()) {
            task.abort();
        }
        target.is_some()
    }
}

/// Half to all of it, so that terminals that lost each other at once do not call at once.
fn jittered(whole: Duration) -> Duration {
    let spread = random::<2>().map_or(0, u16::from_le_bytes);
    whole.mul_f64(0.5 + f64::from(spread) / f64::from(u16::MAX) / 2.0)
}

/// The calls of one address that came to nothing, in a row. One that is answered and then hung up on is one of them:
/// otherwise who hangs up every time, as in a drill, is called ten times a second for as long as it does.
#[derive(Debug, Default)]
struct Vain {
    calls: u32,
    linked: Option<Instant>,
}

impl Vain {
    /// There is a link; how long to rest should it end at once.
    fn linked(&mut self, now: Instant) -> Duration {
        let before = self.linked.replace(now);
        if before.is_none_or(|before| now.duration_since(before) >= LASTED) {
            self.calls = 0;
        }
        self.failed()
    }

    /// One more; how long to rest.
    fn failed(&mut self) -> Duration {
        let whole = AGAIN_FIRST.saturating_mul(1 << self.calls.min(10)).min(AGAIN_LAST);
        self.calls += 1;
        jittered(whole)
    }
}

impl Hub {
    /// Calls an address from now on, and at once.
    pub fn target(self: &Arc<Hub>, address: SocketAddr, instance: Option<&str>, origin: Option<Origin>) {
        let mut targets = lock(&self.targets);
        if let Some(target) = targets.by_address.get_mut(&address) {
            target.given |= instance.is_none();
            if let Some(instance) = instance {
                target.instance = Some(instance.to_owned());
            }
            if origin.is_some() && target.origin != origin {
                // An address can pass to another terminal. Who is there now is proved anew.
                (target.origin, target.proved) = (origin, false);
            }
            target.wake.notify_one();
            return;
        }
        if !targets.has_room() {
            return;
        }
        let wake = Arc::new(Notify::new());
        let task = tokio::spawn(self.clone().keep_calling(address, origin, wake.clone()));
        let (given, instance) = (instance.is_none(), instance.map(str::to_owned));
        let target = Target { given, instance, origin, proved: false, wake, task: Some(task.abort_handle()) };
        targets.by_address.insert(address, target);
    }

    /// The addresses the caller gives, instead of those it gave before.
    pub fn set_targets(self: &Arc<Hub>, addresses: &[SocketAddr]) {
        let mut targets = lock(&self.targets);
        targets.by_address.values_mut().for_each(|t| t.given = false);
        let dropped: Vec<SocketAddr> = targets
            .by_address
            .iter()
            .filter(|(address, t)| !addresses.contains(address) && t.instance.is_none() && !t.proved)
            .map(|(address, _)| *address)
            .collect();
        dropped.into_iter().for_each(|address| {
            targets.give_up(address);
        });
        drop(targets);
        addresses.iter().for_each(|address| self.target(*address, None, None));
    }

    /// An announcement is gone. Where somebody proved to be there, he may be there again: good-byes can be forged.
    pub fn lost(&self, instance: &str) {
        let mut targets = lock(&self.targets);
        let dropped: Vec<SocketAddr> = targets
            .by_address
            .iter()
            .filter(|(_, t)| t.instance.as_deref() == Some(instance) && !t.given && !t.proved)
            .map(|(address, _)| *address)
            .collect();
        dropped.into_iter().for_each(|address| {
            targets.give_up(address);
        });
    }

    /// Tries every address now.
    pub fn wake_targets(&self) {
        lock(&self.targets).by_address.values().for_each(|t| t.wake.notify_one());
    }

    /// Where paired terminals were found, for the caller to remember.
    pub fn proved_addresses(&self) -> Vec<(Origin, SocketAddr)> {
        let targets = lock(&self.targets);
        let proved = targets.by_address.iter().filter(|(_, t)| t.proved);
        proved.filter_map(|(address, t)| t.origin.map(|origin| (origin, *address))).collect()
    }

    fn proved(&self, address: SocketAddr, origin: Origin) {
        if let Some(target) = lock(&self.targets).by_address.get_mut(&address) {
            (target.origin, target.proved) = (Some(origin), true);
        }
    }

    /// Whether a call would be of no use: who is there has a link already.
    fn has_company(&self, address: SocketAddr) -> bool {
        let origin = lock(&self.targets).by_address.get(&address).and_then(|t| t.origin);
        origin.is_some_and(|origin| lock(&self.table).has(origin))
    }

    async fn keep_calling(self: Arc<Hub>, address: SocketAddr, hint: Option<Origin>, wake: Arc<Notify>) {
        let mut changed = self.changed.subscribe();
        let (mut vain, mut strangers) = (Vain::default(), 0);
        if hint.is_some_and(|origin| origin < self.me) {
            sleep(AFTER_YOU).await;
        }
        loop {
            changed.mark_unchanged();
            if self.has_company(address) {
                tokio::select! {
                    _ = changed.changed() => {}
                    () = wake.notified() => {}
                }
                continue;
            }
            let rest = match self.call(address).await {
                Ok(origin) => {
                    self.proved(address, origin);
                    strangers = 0;
                    vain.linked(Instant::now())
                }
                Err(why @ (ConnectError::NotPaired(_) | ConnectError::Foreign(_))) => {
                    strangers += 1;
                    if strangers == if hint.is_some() { STRANGER_AT } else { 1 } {
                        self.report(address, StrangerWhy::Connect(why));
                    }
                    AGAIN_STRANGER
                }
                Err(ConnectError::Refused(_)) => AGAIN_STRANGER,
                Err(_) => vain.failed(),
            };
            tokio::select! {
                () = sleep(rest) => {}
                // Something new was said of this address: called again soon, but never in a frenzy.
                () = wake.notified() => sleep(jittered(AGAIN_FIRST)).await,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rests_grow_to_their_bound() {
        let mut vain = Vain::default();
        assert!(vain.failed() <= AGAIN_FIRST);
        for _ in 0..40 {
            let rest = vain.failed();
            assert!(rest >= AGAIN_FIRST / 2 && rest <= AGAIN_LAST, "{rest:?}");
        }
        assert!(vain.failed() >= AGAIN_LAST / 2);
    }

    #[test]
    fn who_hangs_up_on_every_call_is_called_seldom_and_who_stayed_is_called_at_once() {
        let (mut vain, mut now) = (Vain::default(), Instant::now());
        let begun = now;
        for _ in 0..20 {
            now += vain.linked(now);
        }
        assert!(now - begun >= Duration::from_secs(12), "20 calls in {:?}", now - begun);
        now += LASTED;
        assert!(vain.linked(now) <= AGAIN_FIRST, "what lasted makes good for all before it");
    }
}

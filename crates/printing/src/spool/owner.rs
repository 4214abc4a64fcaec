//! The one owner of one printer.

use super::link::{Answered, Health, Link, Status};
use super::replies::Reply;
use super::{Bell, Doubt, Hindrance, Job, JobDesk, Outcome, Permit, PrinterConfig, Ring, Timings};
use crate::encode::{encode, process_id_request};
use crate::profile::Proof;
use std::sync::Arc;
use std::time::{Instant, SystemTime};

pub(super) struct Owner {
    config: PrinterConfig,
    desk: Arc<dyn JobDesk>,
    timings: Timings,
    bell: Arc<Bell>,
    link: Option<Link>,
    /// Numbers process ids, so that a late answer to an old job proves nothing about a new one.
    count: u32,
    proven: Option<SystemTime>,
    paper_low: bool,
    failures: u32,
}

impl Owner {
    pub(super) fn new(config: PrinterConfig, desk: Arc<dyn JobDesk>, timings: Timings, bell: Arc<Bell>) -> Owner {
        // Not from 1 again after a restart: the printer may still answer for a job of the run before.
        let millis = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_millis();
        let count = (millis % 9_999) as u32;
        Owner { config, desk, timings, bell, link: None, count, proven: None, paper_low: false, failures: 0 }
    }

    /// Serves until stopped.
    pub(super) fn run(mut self) {
        self.probe();
        while !self.bell.stopped() {
            match self.desk.next(&self.config.id) {
                Some(job) => self.serve(&job),
                None => self.rest(),
            }
        }
        self.hang_up();
    }

    /// Nothing to print. A printer serves one connection at a time, so one that others print on too is let go soon.
    fn rest(&mut self) {
        let since = Instant::now();
        loop {
            // Others may come to share it while the connection is open, so that is looked at again and again.
            let left = self.timings.probe.saturating_sub(since.elapsed());
            let patience = if self.link.is_some() { self.timings.linger.min(left) } else { left };
            match self.bell.wait(Ring::Work, patience) {
                Ring::Nothing if self.link.is_some() && self.desk.shares(&self.config.id) => self.hang_up(),
                Ring::Nothing if since.elapsed() < self.timings.probe => {}
                Ring::Nothing | Ring::Now => {
                    self.close_idle();
                    self.probe();
                    return;
                }
                Ring::Work | Ring::Stop => return,
            }
        }
    }

    fn serve(&mut self, job: &Job) {
        let Some(outcome) = self.print(job) else { return };
        let failed = matches!(outcome, Outcome::NotSent(_));
        self.desk.outcome(&self.config.id, job, outcome);
        if !failed {
            self.failures = 0;
            return;
        }
        let (first, longest) = self.timings.back_off;
        let pause = first.saturating_mul(1 << self.failures.min(8)).min(longest);
        self.failures += 1;
        self.bell.wait(Ring::Now, pause);
    }

    /// Looks after a printer without work, so that its health is known before it is needed.
    fn probe(&mut self) {
        if self.ready().is_ok()
            && self.link.as_ref().is_some_and(|link| link.last_used.elapsed() >= self.timings.idle_close)
        {
            self.hang_up();
        }
    }

    fn close_idle(&mut self) {
        if self.link.as_ref().is_some_and(|link| link.last_used.elapsed() >= self.timings.idle_close) {
            self.hang_up();
        }
    }

    fn hang_up(&mut self) {
        if let Some(link) = self.link.take() {
            link.close();
        }
    }

    /// Connects if need be and makes sure the printer can print now. Reports its health either way.
    fn ready(&mut self) -> Result<(), Hindrance> {
        let reused = self.link.is_some();
        let mut found = self.look();
        if reused && matches!(found, Err(Hindrance::Unreachable | Hindrance::Silent)) {
            // An old connection may have died unnoticed; a fresh one decides.
            found = self.look();
        }
        let (health, result) = match found {
            Ok(Some(Answered { hindrance: Some(why), .. })) => (Health::Hindered(why), Err(why)),
            Ok(Some(_)) => (Health::Online, Ok(())),
            Ok(None) => (Health::Connected, Ok(())),
            Err(why) => (Health::Hindered(why), Err(why)),
        };
        if let Ok(Some(answered)) = found {
            self.proven = Some(SystemTime::now());
            self.paper_low = answered.paper_low;
        }
        self.report(health);
        result
    }

    /// One attempt to connect and ask. `Ok(None)`: connected to a printer that cannot answer.
    fn look(&mut self) -> Result<Option<Answered>, Hindrance> {
        if self.link.is_none() {
            let opened = Link::open(&self.config.address, &self.timings);
            self.link = Some(opened.map_err(|_| Hindrance::Unreachable)?);
        }
        if self.config.profile.proof == Proof::Nothing {
            return Ok(None);
        }
        let asked = self.link.as_mut().map(Link::ask);
        match asked {
            Some(Ok(Some(answered))) => Ok(Some(answered)),
            Some(Ok(None)) => {
                self.hang_up();
                Err(Hindrance::Silent)
            }
            Some(Err(_)) | None => {
                self.link = None;
                Err(Hindrance::Unreachable)
            }
        }
    }

    fn report(&self, health: Health) {
        let status = Status { health, paper_low: self.paper_low, proven: self.proven };
        self.desk.status(&self.config.id, status);
    }

    /// `None`: the desk wants the job taken anew.
    fn print(&mut self, job: &Job) -> Option<Outcome> {
        let bytes = encode(&job.slip, &self.config.profile);
        if let Err(why) = self.ready() {
            return Some(Outcome::NotSent(why));
        }
        match self.desk.sending(&self.config.id, job) {
            Ok(Permit::Send) => Some(self.send(bytes)),
            Ok(Permit::Anew) => None,
            Err(_) => Some(Outcome::NotSent(Hindrance::NotRecorded)),
        }
    }

    fn send(&mut self, mut bytes: Vec<u8>) -> Outcome {
        let Some(mut link) = self.link.take() else { return Outcome::NotSent(Hindrance::Unreachable) };
        link.last_used = Instant::now();
        let id = self.next_process_id();
        if self.config.profile.proof == Proof::ProcessId {
            bytes.extend(process_id_request(id));
        }
        // From here on bytes may be on paper: whatever goes wrong, the outcome is no longer "not sent".
        let proof = match link.send(&bytes) {
            Ok(()) => self.proof(&mut link, id),
            Err(_) => Err(link.stopped_by().map_or(Doubt::ConnectionLost, doubt_when_stopped)),
        };
        match proof {
            Ok(()) => {
                link.last_used = Instant::now();
                self.link = Some(link);
                Outcome::Printed
            }
            Err(Doubt::CannotConfirm) => {
                self.link = Some(link);
                Outcome::Unknown(Doubt::CannotConfirm)
            }
            Err(doubt) => {
                // A fresh connection for the next job: a late answer must not meet the wrong question.
                link.close();
                Outcome::Unknown(doubt)
            }
        }
    }

    fn proof(&mut self, link: &mut Link, id: [u8; 4]) -> Result<(), Doubt> {
        match self.config.profile.proof {
            Proof::ProcessId => self.proof_by_id(link, id),
            Proof::Status => match link.ask() {
                Ok(Some(Answered { hindrance: None, paper_low })) => {
                    self.online(paper_low);
                    Ok(())
                }
                Ok(Some(Answered { hindrance: Some(why), .. })) => {
                    self.report(Health::Hindered(why));
                    Err(doubt_when_stopped(why))
                }
                Ok(None) => Err(Doubt::NoAnswer),
                Err(_) => Err(Doubt::ConnectionLost),
            },
            Proof::Nothing => Err(Doubt::CannotConfirm),
        }
    }

    fn proof_by_id(&mut self, link: &mut Link, id: [u8; 4]) -> Result<(), Doubt> {
        let begun = Instant::now();
        let mut stopped = None;
        loop {
            let patience = if stopped.is_some() { self.timings.refill } else { self.timings.proof };
            let left = patience.saturating_sub(begun.elapsed());
            if left.is_zero() || (stopped.is_some() && self.bell.stopped()) {
                return Err(stopped.map_or(Doubt::NoAnswer, doubt_when_stopped));
            }
            match link.hear(left) {
                Ok(Some(Reply::ProcessId(answered))) if answered == id => {
                    self.online(self.paper_low);
                    return Ok(());
                }
                Ok(Some(Reply::Auto([_, _, third, _]))) => {
                    self.proven = Some(SystemTime::now());
                    self.paper_low = third & 0x03 != 0;
                    let now = link.stopped_by();
                    if now != stopped {
                        stopped = now;
                        self.report(now.map_or(Health::Online, Health::Hindered));
                    }
                }
                Ok(_) => {}
                Err(_) => return Err(stopped.map_or(Doubt::ConnectionLost, doubt_when_stopped)),
            }
        }
    }

    fn online(&mut self, paper_low: bool) {
        self.proven = Some(SystemTime::now());
        self.paper_low = paper_low;
        self.report(Health::Online);
    }

    /// Four printable characters, different for 9 999 jobs.
    fn next_process_id(&mut self) -> [u8; 4] {
        self.count = self.count % 9_999 + 1;
        let digit = |place: u32| b'0' + u8::try_from(self.count / place % 10).unwrap_or(0);
        [digit(1000), digit(100), digit(10), digit(1)]
    }
}

fn doubt_when_stopped(why: Hindrance) -> Doubt {
    match why {
        Hindrance::PaperOut => Doubt::PaperOutMidJob,
        Hindrance::CoverOpen => Doubt::CoverOpenedMidJob,
        _ => Doubt::NoAnswer,
    }
}

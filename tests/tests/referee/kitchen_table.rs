//! A restaurant without a terminal: commands decided and folded in memory, the log kept as bytes, and the money queries
//! answered from the same fold the terminal uses.

use anyhow::{Result, bail};
use domain::{
    Restaurant,
    clock::{BusinessDay, Moment},
    command::Command,
    decide::{Context, decide},
    demo,
    event::{Entry, Event},
    ids::*,
    query::Bar,
    settings::{Settings, TaxMode, TaxRounding},
    shift::{Book, ZReport},
    staff::{Member, Role},
    view::{ReportView, check_view, closed_check},
};
use restaurant_tests::referee::LogRow;
use serde_json::{Value, json};

const SESSION: u64 = 7;
/// 2026-11-21 19:00 in Madrid, a Saturday.
const EVENING: i64 = 1_795_284_000_000;

pub struct House {
    pub restaurant: Restaurant,
    pub log: Vec<LogRow>,
    zs: Vec<ZReport>,
    now: i64,
    n: u32,
}

impl House {
    pub fn new(tax: TaxMode, rounding: TaxRounding, cash_step: i64) -> House {
        let mut house =
            House { restaurant: Restaurant::default(), log: Vec::new(), zs: Vec::new(), now: EVENING, n: 0 };
        let settings = Settings { tax, tax_rounding: rounding, cash_step, ..demo::settings("en") };
        let owner = Member {
            id: "ana".into(),
            name: "Ana".into(),
            role: Role::Owner,
            pin_hash: String::new(),
            active: true,
            language: String::new(),
        };
        house.does(&Command::SetUp {
            settings: Box::new(settings),
            owner,
            pin: "1111".into(),
            menu: Box::new(demo::menu()),
            floor: demo::floor(),
        });
        house
    }

    /// Does what must succeed.
    pub fn does(&mut self, command: &Command) -> CommandId {
        self.n += 1;
        self.now += 61_000;
        let id = CommandId { session: Session(SESSION), n: self.n };
        let now = Moment { at: self.now, offset: 60 };
        let context = Context {
            id,
            now,
            day: self.restaurant.business_day(now),
            terminal: Origin(1),
            letter: 'A',
            actor: Some("ana".into()),
            approver: None,
            device: "till".into(),
            pin_hash: Some("hash".into()),
            newcomer: None,
            missing: Vec::new(),
        };
        let events = decide(&self.restaurant, command, &context).unwrap_or_else(|no| panic!("{command:?}: {no}"));
        let dot = Dot { origin: Origin(1), seq: self.log.len() as u64 + 1 };
        let entry = Entry {
            dot,
            cmd: id,
            at: now.at,
            off: now.offset,
            day: context.day,
            by: context.actor,
            device: Some(context.device),
            seen: Vec::new(),
            paper: None,
            again: false,
            events,
        };
        self.keep(&entry);
        id
    }

    fn keep(&mut self, entry: &Entry) {
        self.restaurant.apply(entry);
        self.zs.extend(entry.events.iter().filter_map(|e| match e {
            Event::DayClosed { z } => Some((**z).clone()),
            _ => None,
        }));
        let body = serde_json::to_vec(entry).expect("an entry is plain data");
        self.log.push(row(self.log.last(), &entry.cmd.to_string(), body));
    }

    /// Answers the money queries as a terminal does.
    pub fn ask(&self, query: &Value) -> Result<Value> {
        let now = Moment { at: self.now, offset: 60 };
        let name =
            query.as_str().map_or_else(|| query.as_object().and_then(|q| q.keys().next()).cloned(), |s| Some(s.into()));
        let view = match name.as_deref() {
            Some("check") => {
                let id: CommandId = serde_json::from_value(query["check"]["check"].clone())?;
                let check = self.restaurant.check(id).expect("the test asks for checks that are there");
                json!({ "check": check_view(&self.restaurant, check) })
            }
            Some("closed_checks") => {
                let Bar::Staff(waiter) = serde_json::from_value(query["closed_checks"]["behind"].clone())? else {
                    bail!("only by waiter");
                };
                let checks = self.restaurant.checks.keys().filter_map(|id| self.restaurant.check(*id));
                let rows = checks.filter_map(|c| closed_check(c, "en"));
                json!({ "closed_checks": rows.filter(|r| r.waiter == waiter).collect::<Vec<_>>() })
            }
            Some("report") => {
                let (from, to) = (&query["report"]["from"], &query["report"]["to"]);
                let (from, to) = (serde_json::from_value(from.clone())?, serde_json::from_value(to.clone())?);
                let mut book = Book::default();
                let within = self.restaurant.days.iter().filter(|(d, _)| (from..=to).contains(&d.date));
                within.for_each(|(_, day)| book.add(&day.book, 1));
                json!({ "report": ReportView { from, to, book, days: Vec::new(), before: Default::default() } })
            }
            Some("z_reports") => json!({ "z_reports": self.zs }),
            Some("x_report") => {
                let day: BusinessDay = self.restaurant.business_day(now);
                json!({ "x_report": self.restaurant.x_report(day, 'A', now) })
            }
            _ => bail!("unexpected query {query}"),
        };
        Ok(json!({ "view": view }))
    }
}

/// A row that follows another one, as a terminal would chain it.
pub fn row(before: Option<&LogRow>, command: &str, body: Vec<u8>) -> LogRow {
    let mut chain = blake3::Hasher::new();
    let hash = chain.update(before.map_or(&[0; 32], |r| &r.hash)).update(&body).finalize();
    LogRow { place: before.map_or(1, |r| r.place + 1), command: command.into(), hash: hash.as_bytes().to_vec(), body }
}

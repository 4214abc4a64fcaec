//! An evening at the demo restaurant, on paper: every slip the domain orders is laid out, sent through the encoder, and read back from
//! the virtual paper. `COMANDA_PAPERS=DIR` keeps the pictures for looking at.

use domain::clock::Moment;
use domain::command::Command;
use domain::event::{Entry, Event};
use domain::ids::*;
use domain::slips::{SlipOrder, slips_for};
use domain::{Context, Restaurant, decide, demo};
use printing::decode::{Ticket, decode};
use printing::{PrinterProfile, encode, layout};
use serde_json::json;

/// 2026-11-21 19:05 in Madrid.
const EVENING: i64 = 1_795_284_300_000;

struct Evening {
    restaurant: Restaurant,
    n: u32,
    check: CheckId,
    papers: Vec<(String, Ticket)>,
    profile: PrinterProfile,
}

impl Evening {
    fn new(language: &str, profile: PrinterProfile) -> Evening {
        let mut evening = Evening {
            restaurant: Restaurant::default(),
            n: 0,
            check: CommandId::default(),
            papers: Vec::new(),
            profile,
        };
        let mut staff = demo::staff().into_iter();
        let (owner, pin) = staff.next().expect("an owner");
        let (settings, menu, floor) = (demo::settings(language), demo::menu(), demo::floor());
        evening
            .tell(json!({"set_up": {"settings": settings, "owner": owner, "pin": pin, "menu": menu, "floor": floor}}));
        for (member, pin) in staff {
            evening.tell(json!({"set_member": {"member": member, "pin": pin}}));
        }
        evening
    }

    fn now(&self) -> Moment {
        Moment { at: EVENING + i64::from(self.n) * 20_000, offset: 60 }
    }

    fn tell(&mut self, command: serde_json::Value) -> Vec<String> {
        let command: Command = serde_json::from_value(command).expect("a command");
        self.n += 1;
        let context = Context {
            id: CommandId { session: Session(7), n: self.n },
            now: self.now(),
            day: self.restaurant.business_day(self.now()),
            terminal: Origin(1),
            letter: 'B',
            actor: Some("ana".into()),
            approver: None,
            device: "till".into(),
            pin_hash: Some("hash".into()),
            newcomer: None,
            missing: Vec::new(),
        };
        let events = decide(&self.restaurant, &command, &context).unwrap_or_else(|no| panic!("{no}: {command:?}"));
        if let Some(Event::CheckOpened(opened)) = events.first() {
            self.check = opened.check;
        }
        self.fold(&context, events.clone());
        let orders = slips_for(&self.restaurant, &command, &context, &events);
        orders.iter().map(|order| self.print(order)).collect()
    }

    fn fold(&mut self, context: &Context, events: Vec<Event>) {
        self.restaurant.apply(&Entry {
            dot: Dot { origin: context.terminal, seq: u64::from(self.n) },
            cmd: context.id,
            at: context.now.at,
            off: context.now.offset,
            day: context.day,
            by: context.actor.clone(),
            device: Some(context.device.clone()),
            seen: self.restaurant.seen_by(context.terminal, &events),
            paper: None,
            again: false,
            events,
        });
    }

    /// The paper of a slip, read from its dots.
    fn print(&mut self, order: &SlipOrder) -> String {
        let slip = layout::slip(&self.restaurant, order, self.now()).expect("the store is set up");
        let mut tickets = decode(&encode(&slip, &self.profile), self.profile.paper);
        assert_eq!(tickets.len(), 1, "one slip is one paper: {}", order.title);
        let ticket = tickets.remove(0);
        assert!(ticket.strays.is_empty(), "no stray byte in {}", order.title);
        let text = ticket.text.clone();
        self.papers.push((format!("{:?}", order.kind).to_lowercase(), ticket));
        text
    }

    fn order_dinner(&mut self) -> Vec<String> {
        self.tell(json!({"open_check": {"kind": "dine_in", "table": "7", "covers": 3}}));
        let check = self.check;
        let steak = json!([{"group": "steak-temperature", "option": "rare"},
            {"group": "side-choice", "option": "side-salad", "options": [{"group": "dressing", "option": "lemon-oil"}]},
            {"group": "sauces", "option": "chimichurri"}]);
        self.tell(json!({"add_lines": {"check": check, "lines": [
            {"item": "bruschetta", "qty": 2, "seat": 1, "options": [{"group": "leave-out", "option": "no-garlic"}]},
            {"item": "ribeye", "qty": 1, "seat": 2, "options": steak, "allergy": "nuts", "note": "sauce on the side"},
            {"item": "burger", "qty": 2, "seat": 3, "options": [{"group": "side-choice", "option": "fries"},
                {"group": "burger-extras", "option": "bacon"}, {"group": "leave-out", "option": "no-onion"}]},
            {"item": "cola", "qty": 3},
        ]}}));
        self.tell(json!({"fire": {"check": check, "what": "all"}}))
    }

    fn keep(&self, name: &str) {
        let Ok(folder) = std::env::var("COMANDA_PAPERS") else { return };
        for (number, (kind, ticket)) in self.papers.iter().enumerate() {
            let _ = std::fs::write(format!("{folder}/{name}-{number:02}-{kind}.png"), ticket.png());
        }
    }
}

/// Every one of these words stands on the paper.
fn says(paper: &str, words: &[&str]) {
    let flat = paper.split_whitespace().collect::<Vec<_>>().join(" ");
    for word in words {
        assert!(flat.contains(word), "{word:?} is not on\n{paper}");
    }
}

#[test]
fn a_dinner_for_three_from_fire_to_close() {
    let mut evening = Evening::new("en", PrinterProfile::epson_80());
    let fired = evening.order_dinner();
    let grill = fired.iter().find(|paper| paper.contains("GRILL")).expect("the grill has a ticket");
    says(
        grill,
        &[
            "Table 7 B1",
            "Ana · 3 covers",
            "1 RIBEYE 300",
            "Rare",
            "» sauce on the side",
            "ALLERGY: nuts",
            "2 BURGER S3",
        ],
    );
    says(grill, &["No onion", "Also at:", "3 in all"]);
    assert!(!grill.contains("Cola"), "each station sees its own");

    let check = evening.check;
    let steak = CommandId { session: Session(7), n: evening.n - 1 };
    let line = LineId { by: steak, i: 1 };
    let voided = evening
        .tell(json!({"void_line": {"check": check, "line": line, "qty": 1, "reason": "Guest changed their mind"}}));
    says(&voided[0], &["VOID", "Table 7 B1", "1 RIBEYE 300", "Reason: Guest changed their mind", "by Ana"]);

    let burger = LineId { by: steak, i: 2 };
    evening.tell(
        json!({"comp_line": {"check": check, "line": burger, "share": 500_000, "reason": "Apology for the wait"}}),
    );
    let bill = evening.tell(json!({"print_bill": {"check": check}}));
    says(
        &bill[0],
        &[
            "Trattoria Tre Lucciole",
            "BILL",
            "Table 7",
            "2 House burger",
            "Apology for the wait",
            "TOTAL",
            "This is not a receipt",
        ],
    );

    let pay = |tender: serde_json::Value, amount: i64, tip: i64, print: bool| json!({"take_payment": {"check": check, "tender": tender, "amount": amount, "tip": tip, "print": print}});
    evening.tell(pay(json!({"card": {"reference": "auth 4711", "last4": "4242"}}), 1000, 150, false));
    let due = domain::view::check_view(&evening.restaurant, evening.restaurant.check(check).expect("open")).bill.due;
    let paid = evening.tell(pay(json!({"cash": {"given": 10_000}}), due.0, 0, true));
    let receipt = paid.iter().find(|paper| paper.contains("Receipt")).expect("a receipt");
    says(receipt, &["Receipt B-000001", "Card", "Tip 1.50", "Cash 100.00", "Change", "Net Tax Gross", "See you soon!"]);
    let copy = evening.tell(json!({"print_receipt": {"check": check}}));
    says(&copy[0], &["COPY 1", "Receipt B-000001"]);
    let payment = evening.restaurant.check(check).and_then(|c| c.payments.keys().next().copied()).expect("a payment");
    let refund = evening
        .tell(json!({"refund": {"check": check, "payment": payment, "amount": 500, "reason": "Charged too much"}}));
    says(&refund[0], &["REFUND", "For receipt B-000001", "Charged too much", "-€5.00", "Signature"]);

    let x = evening.tell(json!("print_x"));
    says(&x[0], &["X REPORT", "Sales", "Checks 1", "Card", "Refunds", "not counted"]);
    evening.tell(json!({"count_drawer": {"counted": 5000}}));
    let z = evening.tell(json!("close_day"));
    says(&z[0], &["Z REPORT 1", "Difference", "Receipts B-000001", "Grand total", "Seal"]);
    evening.tell(json!({"test_print": {"printer": "kitchen"}}));
    evening.keep("en80");
}

#[test]
fn the_same_evening_fits_narrow_paper_in_other_languages() {
    for (language, profile, words) in [
        ("de", PrinterProfile::generic_58(), ["Tisch 7", "2 BURGER P3", "ALLERGIE: nuts"]),
        ("es", PrinterProfile::epson_58(), ["Mesa 7", "Sin cebolla", "ALERGIA: nuts"]),
    ] {
        let mut evening = Evening::new(language, profile);
        let fired = evening.order_dinner();
        let grill = fired.iter().find(|paper| paper.contains("LERGI")).expect("the grill has a ticket");
        says(grill, &words);
        evening.tell(json!({"print_bill": {"check": evening.check}}));
        evening.tell(json!({"test_print": {"printer": "kitchen"}}));
        evening.keep(&format!("{language}58"));
    }
}

#[test]
fn dates_are_written_as_the_stores_locale_does() {
    for (locale, date) in [
        ("en-IE", "21/11/2026"),
        ("en-US", "11/21/2026"),
        ("de-DE", "21.11.2026"),
        ("nl-NL", "21-11-2026"),
        ("sv-SE", "2026-11-21"),
    ] {
        let mut evening = Evening::new("en", PrinterProfile::epson_80());
        let mut settings = demo::settings("en");
        settings.locale = locale.into();
        evening.tell(json!({"change_settings": {"settings": settings}}));
        evening.order_dinner();
        let bill = evening.tell(json!({"print_bill": {"check": evening.check}}));
        says(&bill[0], &[&format!("BILL {date} 19:")]);
        evening.tell(json!({"count_drawer": {"counted": 0}}));
        let z = evening.tell(json!("close_day"));
        says(&z[0], &[&format!("Business day {date} by Ana {date} 19:")]);
        evening.tell(json!({"count_drawer": {"counted": 0}}));
        says(&evening.tell(json!("close_day"))[0], &[&format!("Business day {date} (2)")]);
    }
}

#[test]
fn training_says_so_on_every_paper() {
    let mut evening = Evening::new("en", PrinterProfile::epson_80());
    let mut settings = demo::settings("en");
    settings.training = true;
    evening.tell(json!({"change_settings": {"settings": settings}}));
    let fired = evening.order_dinner();
    let bill = evening.tell(json!({"print_bill": {"check": evening.check}}));
    assert!(fired.iter().chain(&bill).all(|paper| paper.contains("TRAINING")), "{fired:?} {bill:?}");
    says(&bill[0], &["Not a valid receipt"]);
}

#[test]
fn names_that_try_to_be_commands_stay_names() {
    let mut evening = Evening::new("en", PrinterProfile::epson_80());
    evening.tell(json!({"open_check": {"kind": "takeaway", "name": "Zoë Żurek 寿司"}}));
    let check = evening.check;
    evening.tell(json!({"add_lines": {"check": check, "lines": [{"item": "cola"}]}}));
    let fired = evening.tell(json!({"fire": {"check": check, "what": "all"}}));
    says(&fired[0], &["Takeaway B1", "Zoë Żurek 寿司", "Cola"]);
    assert_eq!(evening.papers[0].1.drawer_kicks, 0);
}

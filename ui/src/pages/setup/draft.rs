//! What was entered so far, and the set-up command it makes. Pure, so that every country and start is tested to be accepted.

use domain::{
    command::Command,
    demo,
    floor::Floor,
    ids::{PrinterId, StaffId},
    menu::{Menu, Tax},
    money::Ppm,
    settings::{Printer, Settings},
    staff::{Member, Role},
    text::is_name,
};
use serde::{Deserialize, Serialize};

use super::country::Country;

/// What to start from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Start {
    #[default]
    Demo,
    Import,
    Empty,
}

/// The answers so far. The PIN is kept apart and never written down.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Draft {
    pub step: usize,
    /// It is to be one more terminal of a restaurant that is there.
    pub joining: bool,
    pub name: String,
    pub address: String,
    pub country: String,
    pub owner: String,
    pub start: Start,
    pub printer: String,
    pub columns: u8,
}

pub const STEPS: usize = 4;

impl Draft {
    pub fn country(&self) -> Country {
        Country::of(&self.country)
    }

    /// Whether the answers of a step let one go on.
    pub fn is_answered(&self, step: usize, pin: &str) -> bool {
        match step {
            0 => is_name(&self.name),
            1 => is_name(&self.owner) && is_pin(pin),
            2 => true,
            _ => self.printer.trim().is_empty() || is_address(&self.printer),
        }
    }

    pub fn owner_id(&self) -> StaffId {
        let id: String = self.owner.to_lowercase().chars().filter(char::is_ascii_alphanumeric).take(20).collect();
        StaffId::from(if id.is_empty() { "owner".into() } else { id })
    }

    /// The command that sets the store up.
    pub fn command(&self, pin: &str) -> Command {
        let (settings, menu) = (self.settings(), self.menu());
        let floor = if self.start == Start::Demo { demo::floor() } else { Floor::default() };
        let owner = Member {
            id: self.owner_id(),
            name: self.owner.trim().into(),
            role: Role::Owner,
            pin_hash: String::new(),
            active: true,
            language: String::new(),
        };
        Command::SetUp { settings: Box::new(settings), owner, pin: pin.into(), menu: Box::new(menu), floor }
    }

    fn settings(&self) -> Settings {
        let country = self.country();
        // Stations, reasons and presets of the demo are a good beginning for anybody.
        let base = demo::settings(country.language);
        let printer = (!self.printer.trim().is_empty()).then(|| Printer {
            id: PrinterId::from("receipts"),
            name: crate::t!("setup.printer"),
            address: self.printer.trim().into(),
            columns: if self.columns == 0 { 48 } else { self.columns },
            proves: true,
            has_drawer: true,
        });
        let id = printer.as_ref().map(|p| p.id.clone());
        let stations = base.stations.iter().cloned().map(|mut station| {
            (station.printer, station.backup_printer) = (id.clone(), None);
            station
        });
        Settings {
            name: self.name.trim().into(),
            header: self.address.lines().map(str::trim).filter(|l| !l.is_empty()).map(str::to_owned).collect(),
            footer: base.footer.clone(),
            currency: country.money(),
            locale: country.locale.into(),
            language: country.language.into(),
            kitchen_language: country.language.into(),
            time_zone: country.time_zone.into(),
            tax: country.tax,
            cash_step: country.cash_step,
            notes: country.paper_money(),
            stations: stations.collect(),
            printers: printer.into_iter().collect(),
            receipt_printer: id,
            ..base
        }
    }

    fn menu(&self) -> Menu {
        let demo = demo::menu();
        let rates: [Ppm; 3] = self.country().rates();
        let taxes: Vec<Tax> = demo.taxes.iter().zip(rates).map(|(tax, rate)| Tax { rate, ..tax.clone() }).collect();
        if self.start == Start::Demo { Menu { taxes, ..demo } } else { Menu { taxes, ..Menu::default() } }
    }
}

/// 4 to 8 digits, not all the same.
pub fn is_pin(pin: &str) -> bool {
    let digits = (4..=8).contains(&pin.len()) && pin.bytes().all(|b| b.is_ascii_digit());
    digits && pin.bytes().any(|b| Some(b) != pin.bytes().next())
}

/// `host:port`.
pub fn is_address(address: &str) -> bool {
    address.trim().rsplit_once(':').is_some_and(|(host, port)| {
        !host.is_empty() && !host.contains(char::is_whitespace) && port.parse::<u16>().is_ok_and(|p| p > 0)
    })
}

#[cfg(test)]
mod tests {
    use domain::{Context, Restaurant, clock::Moment, decide, ids::*};

    use super::{super::country::COUNTRIES, *};

    #[test]
    fn every_country_and_start_makes_a_store() {
        for country in COUNTRIES {
            for start in [Start::Demo, Start::Import, Start::Empty] {
                let draft = Draft {
                    name: "Casa Ana".into(),
                    address: "Calle 1\n\n  NIF B1 ".into(),
                    country: country.code.into(),
                    owner: "Ana María".into(),
                    start,
                    printer: "192.168.1.50:9100".into(),
                    ..Draft::default()
                };
                let context = Context {
                    id: CommandId { session: Session(1), n: 1 },
                    now: Moment::default(),
                    day: Default::default(),
                    terminal: Origin(1),
                    letter: 'A',
                    actor: None,
                    approver: None,
                    device: DeviceId::default(),
                    pin_hash: Some("hash".into()),
                    newcomer: None,
                    missing: Vec::new(),
                };
                let decided = decide(&Restaurant::default(), &draft.command("2580"), &context);
                assert!(decided.is_ok(), "{} {start:?}: {decided:?}", country.code);
                assert_eq!(draft.settings().header, ["Calle 1", "NIF B1"]);
                assert_eq!(draft.owner_id().0, "anamara");
            }
        }
    }

    #[test]
    fn a_step_is_answered_or_not() {
        let full = Draft { name: "Casa".into(), owner: "Ana".into(), ..Draft::default() };
        assert!(full.is_answered(0, "") && !Draft::default().is_answered(0, ""));
        for (pin, good) in [("1234", true), ("1111", false), ("123", false), ("123456789", false), ("12a4", false)] {
            assert_eq!(full.is_answered(1, pin), good, "{pin}");
        }
        for (address, good) in [
            ("", true),
            ("10.0.0.5:9100", true),
            ("printer.local:9100", true),
            ("10.0.0.5", false),
            (":9100", false),
            ("a b:1", false),
            ("x:0", false),
        ] {
            assert_eq!(Draft { printer: address.into(), ..Draft::default() }.is_answered(3, ""), good, "{address}");
        }
    }
}

//! What a country usually means for a store. A beginning, not the law: every value can be changed on the settings page.

use domain::{
    money::{Currency, Money, Ppm},
    settings::TaxMode,
};

/// One country's usual values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Country {
    pub code: &'static str,
    /// In its own words.
    pub name: &'static str,
    pub locale: &'static str,
    pub language: &'static str,
    pub time_zone: &'static str,
    pub currency: (&'static str, u8, &'static str),
    /// Food, drinks, food to take away; millionths.
    pub taxes: [u32; 3],
    pub tax: TaxMode,
    pub cash_step: i64,
    /// Notes in major units.
    pub notes: &'static [i64],
}

const EURO: (&str, u8, &str) = ("EUR", 2, "€");
const EURO_NOTES: &[i64] = &[5, 10, 20, 50, 100];

const fn euro(
    code: &'static str,
    name: &'static str,
    locale: &'static str,
    language: &'static str,
    time_zone: &'static str,
    taxes: [u32; 3],
) -> Country {
    Country {
        code,
        name,
        locale,
        language,
        time_zone,
        currency: EURO,
        taxes,
        tax: TaxMode::Inclusive,
        cash_step: 1,
        notes: EURO_NOTES,
    }
}

/// The countries offered, in the order of the list. "Other" is the first one's values to start from.
pub const COUNTRIES: [Country; 11] = [
    euro("ES", "España", "es-ES", "es", "Europe/Madrid", [100_000, 100_000, 100_000]),
    euro("DE", "Deutschland", "de-DE", "de", "Europe/Berlin", [70_000, 190_000, 70_000]),
    euro("AT", "Österreich", "de-AT", "de", "Europe/Vienna", [100_000, 200_000, 100_000]),
    euro("IE", "Ireland", "en-IE", "en", "Europe/Dublin", [135_000, 230_000, 135_000]),
    euro("IT", "Italia", "it-IT", "en", "Europe/Rome", [100_000, 100_000, 100_000]),
    euro("FR", "France", "fr-FR", "en", "Europe/Paris", [100_000, 200_000, 55_000]),
    euro("PT", "Portugal", "pt-PT", "en", "Europe/Lisbon", [130_000, 230_000, 130_000]),
    Country {
        cash_step: 5,
        currency: ("CHF", 2, "CHF"),
        notes: &[10, 20, 50, 100, 200],
        ..euro("CH", "Schweiz", "de-CH", "de", "Europe/Zurich", [81_000, 81_000, 26_000])
    },
    Country {
        currency: ("GBP", 2, "£"),
        notes: &[5, 10, 20, 50],
        ..euro("GB", "United Kingdom", "en-GB", "en", "Europe/London", [200_000, 200_000, 200_000])
    },
    Country {
        currency: ("USD", 2, "$"),
        notes: &[5, 10, 20, 50, 100],
        tax: TaxMode::Exclusive,
        ..euro("US", "United States", "en-US", "en", "America/New_York", [88_750, 88_750, 88_750])
    },
    Country {
        currency: ("MXN", 2, "$"),
        notes: &[50, 100, 200, 500, 1000],
        cash_step: 50,
        ..euro("MX", "México", "es-MX", "es", "America/Mexico_City", [160_000, 160_000, 160_000])
    },
];

impl Country {
    pub fn of(code: &str) -> Country {
        COUNTRIES.into_iter().find(|c| c.code == code).unwrap_or(COUNTRIES[0])
    }

    /// The country a browser's language suggests.
    pub fn guess(language: &str) -> Country {
        COUNTRIES.into_iter().find(|c| c.language == language).unwrap_or(COUNTRIES[0])
    }

    pub fn money(&self) -> Currency {
        let (code, digits, symbol) = self.currency;
        Currency { code: code.into(), digits, symbol: symbol.into() }
    }

    pub fn paper_money(&self) -> Vec<Money> {
        let unit = 10i64.pow(u32::from(self.currency.1));
        self.notes.iter().map(|n| Money(n * unit)).collect()
    }

    /// "Food 10 %, drinks 10 %", to be recognised.
    pub fn rates(&self) -> [Ppm; 3] {
        self.taxes.map(Ppm)
    }
}

//! A Saturday played through the public API of a real terminal, and the referee's verdict on it.

use anyhow::Result;
use domain::{
    command::Command,
    query::Outcome,
    settings::{Settings, TaxMode, TaxRounding},
};
use printing::emulator::{Build, Emulator};
use restaurant_tests::{
    house::{House, Person, folder},
    referee::{Fault, compare, read_log, recompute},
};
use serde_json::json;
use terminal::demo_service::{self, Args, Summary};

/// Parties of the long run; `COMANDA_ORDERS` says otherwise.
const ORDERS: usize = 1_000;
/// Parties of the evenings under other tax laws.
const FEW: usize = 40;
/// What may be refused in an honest service: dishes run out.
const ORDINARY: [&str; 3] = ["done", "repeated", "item_out"];

fn plays(house: &House, seed: u64, orders: usize) -> Result<Summary> {
    let args = Args { url: house.url.clone(), seed, orders, ..Args::default() };
    let summary = demo_service::run(&args)?;
    println!("{summary}");
    let odd: Vec<_> = summary.ended.keys().filter(|how| !ORDINARY.contains(&how.as_str())).collect();
    assert!(odd.is_empty(), "refused in an honest service: {odd:?}");
    Ok(summary)
}

/// Everything the referee has to say, and how many checks it looked at.
fn verdict(house: &House, owner: &mut Person) -> Result<(Vec<Fault>, usize)> {
    let ledger = recompute(&read_log(&house.database())?);
    let mut faults = ledger.faults.clone();
    faults.extend(compare(&ledger, "A", &mut |query| owner.asks(&query))?);
    Ok((faults, ledger.checks.len()))
}

fn under(owner: &mut Person, tax: TaxMode, tax_rounding: TaxRounding, cash_step: i64) -> Result<()> {
    let config = owner.asks(&json!("config"))?;
    let settings: Settings = serde_json::from_value(config["view"]["config"]["settings"].clone())?;
    let settings = Box::new(Settings { tax, tax_rounding, cash_step, ..settings });
    let outcome = owner.does(Command::ChangeSettings { settings })?;
    assert!(matches!(outcome, Outcome::Done(_)), "{outcome:?}");
    Ok(())
}

#[test]
fn a_thousand_orders_add_up_to_the_cent() -> Result<()> {
    let orders = std::env::var("COMANDA_ORDERS").ok().and_then(|n| n.parse().ok()).unwrap_or(ORDERS);
    let (data, printer) = (folder()?, Emulator::start("127.0.0.1:0", Build::default())?);
    let house = House::open(data.path(), Some(printer.addr()))?;
    let mut owner = house.sign_in("ana", "1111", 1)?;
    let summary = plays(&house, 42, orders)?;
    let ledger = recompute(&read_log(&house.database())?);
    let walked_out = ledger.checks.values().filter(|c| c.settled.is_none()).count();
    let sold: i64 = summary.zs.iter().map(|z| z.book.sales.n).sum();
    assert_eq!(sold + walked_out as i64, ledger.checks.len() as i64, "every check that was paid is in one Z");
    let (faults, checks) = verdict(&house, &mut owner)?;
    assert!(faults.is_empty(), "{}", faults.iter().map(|f| format!("{f}\n")).collect::<String>());
    assert!(checks >= orders, "{checks} checks of {orders} orders");

    // And under every other tax law, on the same books.
    for (seed, tax, rounding, step) in [
        (1, TaxMode::Exclusive, TaxRounding::PerLine, 5),
        (2, TaxMode::Exclusive, TaxRounding::PerGroup, 1),
        (3, TaxMode::Inclusive, TaxRounding::PerLine, 100),
    ] {
        under(&mut owner, tax, rounding, step)?;
        plays(&house, seed, FEW.min(orders))?;
    }
    let (faults, _) = verdict(&house, &mut owner)?;
    assert!(faults.is_empty(), "{}", faults.iter().map(|f| format!("{f}\n")).collect::<String>());

    // A terminal that starts again knows the same.
    house.stop()?;
    let house = House::open(data.path(), None)?;
    let mut owner = house.sign_in("ana", "1111", 2)?;
    let (faults, _) = verdict(&house, &mut owner)?;
    assert!(faults.is_empty(), "{}", faults.iter().map(|f| format!("{f}\n")).collect::<String>());
    assert!(!printer.tickets().is_empty(), "and the kitchen had paper");
    Ok(())
}

//! Prices and taxes a line may carry, from the menus published in the log.

use serde_json::Value;

/// What is wrong with the price or tax stamped on an added line, if anything. Which price list holds at which hour is the
/// terminal's affair; that the list exists and says this price is checked.
pub fn line_fault(menu: &Value, line: &Value, takeaway: bool) -> Option<String> {
    let find = |list: &'static str, id: &Value| menu[list].as_array()?.iter().find(|x| x["id"] == *id);
    let Some(item) = find("items", &line["item"]) else { return Some(format!("{} is not on the menu", line["item"])) };
    let portion = item["portions"].as_array().and_then(|all| all.iter().find(|p| p["id"] == line["portion"]));
    let Some(normal) = portion.and_then(|p| p["price"].as_i64()) else { return Some("unknown portion".to_owned()) };
    let expected = match &line["price_list"] {
        Value::Null => Some(normal),
        id => find("price_lists", id).and_then(|list| listed(list, item, &line["portion"], normal)),
    };
    if line["price"].as_i64() != expected {
        return Some(format!("{} costs {}, but the menu says {expected:?}", line["item"], line["price"]));
    }
    let tax = Some(&item["tax_takeaway"]).filter(|t| takeaway && !t.is_null()).unwrap_or(&item["tax"]);
    let rate = find("taxes", tax).map(|t| &t["rate"]);
    if line["tax"]["id"] != *tax || rate != Some(&line["tax"]["rate"]) {
        return Some(format!("{} is taxed {}, but the menu says {tax} at {rate:?}", line["item"], line["tax"]));
    }
    options(&line["options"]).find_map(|chosen| {
        let group = find("groups", &chosen["group"])?;
        let choice = group["options"].as_array()?.iter().find(|o| o["id"] == chosen["option"])?;
        let (stamped, price) = (chosen["price"].as_i64(), choice["price"].as_i64());
        (stamped != price).then(|| format!("{} costs {stamped:?}, but the menu says {price:?}", chosen["option"]))
    })
}

fn listed(list: &Value, item: &Value, portion: &Value, normal: i64) -> Option<i64> {
    list["prices"].as_array()?.iter().find_map(|price| {
        let (one, share) = (&price["portion"], &price["category"]);
        if one["item"] == item["id"] && one["portion"] == *portion {
            one["price"].as_i64()
        } else if !share.is_null() && share["category"] == item["category"] {
            Some(super::share(normal, share["share"].as_i64()?, 1_000_000))
        } else {
            None
        }
    })
}

/// Chosen options with the options inside them.
pub fn options(chosen: &Value) -> impl Iterator<Item = &Value> {
    chosen
        .as_array()
        .into_iter()
        .flatten()
        .flat_map(|o| std::iter::once(o).chain(o["options"].as_array().into_iter().flatten()))
}

//! Price lists and their schedules. The price is decided once, when a line is added, and stamped on it.

use serde::{Deserialize, Serialize};

use super::{Item, Menu};
use crate::{
    clock::Moment,
    ids::{CategoryId, ItemId, PortionId, PriceListId},
    money::{Money, Ppm},
    text::Text,
};

/// Prices that hold during certain hours (happy hour, lunch). The first active list that prices an item wins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceList {
    pub id: PriceListId,
    pub name: Text,
    pub windows: Vec<Window>,
    pub prices: Vec<ListPrice>,
}

/// Hours of certain weekdays, in local minutes; `to` below `from` runs past midnight.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// Monday is 0; empty is every day.
    pub weekdays: Vec<u8>,
    pub from: u16,
    pub to: u16,
}

/// What a list changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ListPrice {
    /// A fixed price for one portion.
    Portion { item: ItemId, portion: PortionId, price: Money },
    /// A share of the normal price for a whole category, for example 500 000 for half price.
    Category { category: CategoryId, share: Ppm },
}

impl Window {
    fn covers(&self, now: Moment) -> bool {
        let minute = now.minute_of_day();
        let on = |day: u8| self.weekdays.is_empty() || self.weekdays.contains(&day);
        let yesterday = (now.weekday() + 6) % 7;
        if self.from <= self.to {
            on(now.weekday()) && (self.from..self.to).contains(&minute)
        } else {
            (on(now.weekday()) && minute >= self.from) || (on(yesterday) && minute < self.to)
        }
    }
}

impl PriceList {
    /// Whether this list's prices hold at `now`.
    pub fn is_active(&self, now: Moment) -> bool {
        self.windows.iter().any(|w| w.covers(now))
    }

    fn price(&self, item: &Item, portion: &PortionId, normal: Money) -> Option<Money> {
        self.prices.iter().find_map(|p| match p {
            ListPrice::Portion { item: i, portion: q, price } if *i == item.id && q == portion => Some(*price),
            ListPrice::Category { category, share } if *category == item.category => Some(share.of(normal)),
            _ => None,
        })
    }
}

impl Menu {
    /// The unit price of a portion at a moment, and the list it came from when it is not the normal price.
    pub fn price_at(&self, item: &Item, portion: &PortionId, now: Moment) -> Option<(Money, Option<&PriceList>)> {
        let normal = item.portions.iter().find(|p| p.id == *portion)?.price;
        Some(
            self.price_lists
                .iter()
                .filter(|list| list.is_active(now))
                .find_map(|list| Some((list.price(item, portion, normal)?, Some(list))))
                .unwrap_or((normal, None)),
        )
    }
}

//! What follows from a line's facts: how many are live, fired, ready, and what they cost.

use std::collections::BTreeSet;

use super::{Check, Fire, Line};
use crate::{
    event::{AddedLine, ChosenOption, FiredLine},
    ids::{LineId, StationId},
    money::{Money, Ppm},
};

impl Line {
    /// What was added; `None` while only later facts of the line have arrived.
    pub fn what(&self) -> Option<&AddedLine> {
        self.added.as_ref().map(|a| &a.what)
    }

    pub fn is_removed(&self) -> bool {
        !self.removed.is_empty() && self.fired.is_empty()
    }

    pub fn fired_qty(&self) -> u32 {
        self.fired.values().sum()
    }

    pub fn voided_qty(&self) -> u32 {
        self.voids.values().map(|v| v.what.qty).sum()
    }

    /// The most units one fire sent. A line is fired whole, so more in all means that two terminals fired it without
    /// knowing of each other, and the guests ordered it once.
    fn fired_at_once(&self) -> u32 {
        self.fired.values().copied().max().unwrap_or(0)
    }

    /// Units to be paid for. A line fired on one side while it was removed on the other counts as fired.
    pub fn live_qty(&self) -> u32 {
        if self.added.is_none() || self.is_removed() {
            return 0;
        }
        let ordered = self.qty.get().copied().unwrap_or(0).max(self.fired_at_once());
        ordered.saturating_sub(self.voided_qty())
    }

    /// Units still to be fired. A void takes away what the kitchen has not seen first.
    pub fn unfired_qty(&self) -> u32 {
        if self.added.is_none() || self.is_removed() {
            return 0;
        }
        let ordered = self.qty.get().copied().unwrap_or(0);
        ordered.saturating_sub(self.fired_qty()).saturating_sub(self.voided_qty())
    }

    pub fn chosen(&self) -> &[ChosenOption] {
        self.options.get().map_or(&[], Vec::as_slice)
    }

    pub fn course_now(&self) -> u8 {
        self.course.get().copied().unwrap_or(0)
    }

    /// Price of one with its options, never below zero.
    pub fn each(&self) -> Money {
        let base = self.what().map_or(Money::ZERO, |a| a.price);
        let options: Money = self.chosen().iter().map(price_of).sum();
        (base + options).max(Money::ZERO)
    }

    /// The share given away; comps add up to the whole at most.
    pub fn comp_share(&self) -> Ppm {
        Ppm(self.comps.values().map(|c| c.what.share.0).sum::<u32>().min(Ppm::WHOLE.0))
    }

    /// `each × qty` before comps.
    pub fn full_amount(&self) -> Money {
        self.each().times(self.live_qty())
    }

    pub fn comped(&self) -> Money {
        self.comp_share().of(self.full_amount())
    }

    /// What is owed for the line.
    pub fn amount(&self) -> Money {
        self.full_amount() - self.comped()
    }

    /// Every station that makes a part of it: the line's own, unless all of it is components made elsewhere.
    pub fn stations(&self) -> Vec<StationId> {
        let mut stations: Vec<StationId> = self.chosen().iter().filter_map(|o| o.station.clone()).collect();
        if stations.is_empty() {
            stations.extend(self.what().map(|a| a.station.clone()));
        }
        stations.sort();
        stations.dedup();
        stations
    }
}

fn price_of(option: &ChosenOption) -> Money {
    option.price + option.options.iter().map(|o| o.price).sum()
}

impl Fire {
    pub fn is_ready(&self, station: &StationId, line: LineId) -> bool {
        self.ready.get(station).and_then(|l| l.get(&line)).and_then(|r| r.get()).copied().unwrap_or(false)
    }

    /// The stations this fire went to, in order.
    pub fn stations(&self) -> Vec<StationId> {
        let mut all: Vec<StationId> = self.lines.iter().flat_map(|l| l.stations.iter().cloned()).collect();
        all.sort();
        all.dedup();
        all
    }
}

impl Check {
    /// Units of a fired line still wanted from this fire: what was fired, less voids, latest fires voided first.
    pub fn wanted(&self, fire: &crate::ids::FireId, fired: &FiredLine) -> u32 {
        let Some(line) = self.lines.get(&fired.line) else { return fired.qty };
        // Voids first eat what was never fired, then the latest fire backwards.
        let ordered = line.qty.get().copied().unwrap_or(0);
        let mut gone = line.voided_qty().saturating_sub(ordered.saturating_sub(line.fired_qty()));
        for (id, qty) in line.fired.iter().rev() {
            let eaten = gone.min(*qty);
            if id == fire {
                return qty - eaten;
            }
            gone -= eaten;
        }
        fired.qty
    }

    /// Whether a station has nothing left to do for a fire.
    pub fn is_done_at(&self, fire_id: &crate::ids::FireId, station: &StationId) -> bool {
        self.fires.get(fire_id).is_none_or(|fire| {
            fire.lines
                .iter()
                .filter(|l| l.stations.contains(station))
                .all(|l| fire.is_ready(station, l.line) || self.wanted(fire_id, l) == 0)
        })
    }

    /// Whether every station is done with everything.
    pub fn kitchen_is_done(&self) -> bool {
        self.fires.iter().all(|(id, fire)| fire.stations().iter().all(|s| self.is_done_at(id, s)))
    }

    /// Units of a line that every station has ready.
    pub fn ready_qty(&self, id: LineId) -> u32 {
        self.fires
            .iter()
            .flat_map(|(fire_id, fire)| fire.lines.iter().map(move |l| (fire_id, fire, l)))
            .filter(|(_, fire, l)| l.line == id && l.stations.iter().all(|s| fire.is_ready(s, id)))
            .map(|(fire_id, _, l)| self.wanted(fire_id, l))
            .sum()
    }

    /// Ready lines nobody has carried yet, with their ready units. A line with units ready at different times counts
    /// as carried once; a recall and a new bump do not bring it back.
    pub fn waiting_at_the_pass(&self) -> impl Iterator<Item = (LineId, u32)> {
        let carried: BTreeSet<LineId> = self.carried.values().flatten().copied().collect();
        self.lines
            .keys()
            .filter(move |id| !carried.contains(id))
            .map(|id| (*id, self.ready_qty(*id)))
            .filter(|(_, qty)| *qty > 0)
    }
}

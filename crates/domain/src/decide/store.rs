//! What the manager publishes, who works, what is left.

use super::{Context, Desk};
use crate::{
    command::Command,
    event::Event,
    floor::Floor,
    ids::{ItemId, StaffId},
    menu::{self, Menu},
    rejection::Rejection,
    settings::Settings,
    staff::{MAX_STAFF, Member, Permission, Role},
    text::is_name,
};

/// The most units one can count down from.
const MAX_STOCK: u32 = 100_000;

impl Desk<'_> {
    pub(super) fn set_up(
        &self,
        settings: &Settings,
        owner: &Member,
        menu: &Menu,
        floor: &Floor,
    ) -> Result<Vec<Event>, Rejection> {
        if self.restaurant.settings().is_some() {
            return Err(Rejection::AlreadySetUp);
        }
        let faults = [settings.faults(), menu.faults_in(settings), floor.faults()].concat();
        if !faults.is_empty() {
            return Err(Rejection::FaultyDocument { faults });
        }
        let pin_hash = self.context.pin_hash.clone().ok_or(Rejection::WeakPin)?;
        let owner = Member { role: Role::Owner, active: true, pin_hash, ..check_member(owner)? };
        Ok(vec![
            Event::StoreSetUp { letter: self.context.letter, settings: Box::new(settings.clone()) },
            Event::MenuPublished { menu: Box::new(menu.clone()) },
            Event::FloorPublished { floor: floor.clone() },
            Event::MemberSet { member: owner },
        ])
    }

    pub(super) fn store(&self, command: &Command) -> Result<Vec<Event>, Rejection> {
        match command {
            Command::ChangeSettings { settings } => {
                self.must(Permission::EditStore)?;
                sound(
                    [settings.faults(), self.restaurant.menu().map(|m| m.faults_in(settings)).unwrap_or_default()]
                        .concat(),
                )?;
                Ok(vec![Event::SettingsChanged { settings: settings.clone() }])
            }
            Command::PublishMenu { menu } => {
                self.must(Permission::EditStore)?;
                sound(menu.faults_in(self.settings()?))?;
                Ok(vec![Event::MenuPublished { menu: menu.clone() }])
            }
            Command::ImportMenu { format, text } => {
                self.must(Permission::EditStore)?;
                let current = self.restaurant.menu().cloned().unwrap_or_default();
                let menu = menu::import(&current, self.settings()?, *format, text)
                    .map_err(|faults| Rejection::ImportFaults { faults })?;
                Ok(vec![Event::MenuPublished { menu: Box::new(menu) }])
            }
            Command::PublishFloor { floor } => {
                self.must(Permission::EditStore)?;
                sound(floor.faults())?;
                Ok(vec![Event::FloorPublished { floor: floor.clone() }])
            }
            Command::SetMember { member, .. } => self.set_member(member),
            Command::ClockIn => Ok(vec![Event::ClockedIn { staff: self.actor()?.clone() }]),
            Command::ClockOut => Ok(vec![Event::ClockedOut { staff: self.actor()?.clone() }]),
            Command::SetStock { item, left } => self.set_stock(item, *left),
            _ => Ok(Vec::new()),
        }
    }

    fn set_member(&self, member: &Member) -> Result<Vec<Event>, Rejection> {
        self.must(Permission::EditStaff)?;
        let Context { pin_hash, .. } = self.context;
        let before = self.restaurant.member(&member.id);
        if before.is_none() && self.restaurant.staff.len() >= MAX_STAFF {
            return Err(Rejection::FaultyDocument { faults: vec![format!("at most {MAX_STAFF} people")] });
        }
        let pin_hash = pin_hash.clone().or_else(|| before.map(|b| b.pin_hash.clone())).ok_or(Rejection::WeakPin)?;
        let member = Member { pin_hash, ..check_member(member)? };
        let is_owner = |m: &Member| m.active && m.role == Role::Owner;
        let others = self.restaurant.members().filter(|m| m.id != member.id).any(is_owner);
        if !others && !is_owner(&member) {
            return Err(Rejection::LastOwner);
        }
        Ok(vec![Event::MemberSet { member }])
    }

    fn set_stock(&self, item: &ItemId, left: Option<u32>) -> Result<Vec<Event>, Rejection> {
        let actor = self.actor()?;
        if ![Permission::RunKitchen, Permission::TakeOrders].iter().any(|p| self.may(actor, *p)) {
            return Err(Rejection::NotAllowed { needs: Permission::RunKitchen });
        }
        if self.restaurant.menu().and_then(|m| m.item(item)).is_none() {
            return Err(Rejection::UnknownItem { item: item.clone() });
        }
        if left.is_some_and(|l| l > MAX_STOCK) {
            return Err(Rejection::BadQuantity { max: MAX_STOCK });
        }
        let sold = self.restaurant.stock.get(item).map_or(0, |s| s.sold);
        Ok(vec![Event::StockSet { item: item.clone(), left, sold, all: true }])
    }
}

fn sound(faults: Vec<String>) -> Result<(), Rejection> {
    if faults.is_empty() { Ok(()) } else { Err(Rejection::FaultyDocument { faults }) }
}

fn check_member(member: &Member) -> Result<Member, Rejection> {
    if !is_name(&member.name) {
        return Err(Rejection::BadText { field: "name".into() });
    }
    let StaffId(id) = &member.id;
    if !is_name(id) || id.len() > 40 {
        return Err(Rejection::BadText { field: "id".into() });
    }
    Ok(member.clone())
}

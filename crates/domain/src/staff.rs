//! Who may do what. Checked here, in the domain, so that no screen and no API can forget to ask.

use serde::{Deserialize, Serialize};

use crate::ids::StaffId;

/// Bounds of the staff list.
pub const MAX_STAFF: usize = 500;

/// One person. The PIN is only ever stored as an Argon2id hash, and never leaves a terminal's own store and its peers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    pub id: StaffId,
    pub name: String,
    pub role: Role,
    /// Argon2id in PHC string form; empty in everything sent to a screen.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub pin_hash: String,
    /// False for someone who left; the name stays on old checks.
    #[serde(default = "yes")]
    pub active: bool,
    /// The language of this person's screens, two letters; empty is the store's.
    #[serde(default)]
    pub language: String,
}

fn yes() -> bool {
    true
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Owner,
    Manager,
    Waiter,
    Bar,
    Kitchen,
    Host,
}

/// One thing a person may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// Open checks, add lines, fire, transfer.
    TakeOrders,
    TakePayments,
    /// Bump and recall, 86.
    RunKitchen,
    /// Void after firing, comp. A waiter needs somebody's approval for it.
    Correct,
    Refund,
    /// Float, paid in and out, counting, opening the drawer without a sale.
    RunDrawer,
    /// X and Z, reports.
    CloseDay,
    /// Menu, floor, printers, settings.
    EditStore,
    EditStaff,
}

impl Role {
    pub const ALL: [Role; 6] = [Role::Owner, Role::Manager, Role::Waiter, Role::Bar, Role::Kitchen, Role::Host];

    /// What this role may do without asking anyone.
    pub fn permissions(self) -> &'static [Permission] {
        use Permission::*;
        match self {
            Role::Owner => {
                &[TakeOrders, TakePayments, RunKitchen, Correct, Refund, RunDrawer, CloseDay, EditStore, EditStaff]
            }
            Role::Manager => {
                &[TakeOrders, TakePayments, RunKitchen, Correct, Refund, RunDrawer, CloseDay, EditStore, EditStaff]
            }
            Role::Waiter => &[TakeOrders, TakePayments, RunKitchen],
            Role::Bar => &[TakeOrders, TakePayments, RunKitchen, RunDrawer],
            Role::Kitchen => &[RunKitchen],
            Role::Host => &[TakeOrders],
        }
    }

    pub fn may(self, permission: Permission) -> bool {
        self.permissions().contains(&permission)
    }
}

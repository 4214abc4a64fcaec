//! Eight people, one for every role at least.

use crate::staff::{Member, Role};

/// The demo's people with their PINs, the owner first. The terminal hashes the PINs; they mean nothing anywhere else.
pub fn staff() -> Vec<(Member, &'static str)> {
    [
        ("ana", "Ana", Role::Owner, "1111", ""),
        ("bruno", "Bruno", Role::Manager, "2222", ""),
        ("carla", "Carla", Role::Waiter, "3333", ""),
        ("diego", "Diego", Role::Waiter, "4444", "es"),
        ("elif", "Elif", Role::Waiter, "5555", ""),
        ("felix", "Felix", Role::Bar, "6666", ""),
        ("giulia", "Giulia", Role::Kitchen, "7777", ""),
        ("hugo", "Hugo", Role::Host, "8888", ""),
    ]
    .map(|(id, name, role, pin, language)| {
        let member = Member {
            id: id.into(),
            name: name.into(),
            role,
            pin_hash: String::new(),
            active: true,
            language: language.into(),
        };
        (member, pin)
    })
    .to_vec()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn eight_people_fill_every_role_and_no_two_share_a_pin() {
        let staff = staff();
        assert_eq!(staff.len(), 8);
        assert_eq!(staff[0].0.role, Role::Owner);
        assert_eq!(staff.iter().map(|(_, pin)| pin).collect::<BTreeSet<_>>().len(), 8);
        assert_eq!(staff.iter().map(|(m, _)| &m.id).collect::<BTreeSet<_>>().len(), 8);
        assert!(staff.iter().all(|(m, pin)| m.active && pin.len() == 4 && pin.bytes().all(|b| b.is_ascii_digit())));
        assert!(Role::ALL.iter().all(|role| staff.iter().any(|(m, _)| m.role == *role)));
    }
}

//! How ids and short enums look inside SQLite.

use domain::{
    event::Entry,
    ids::{CommandId, Dot, Origin, Session},
    reading::read_entry,
};

use crate::StoreError;

/// Bits of the sequence number inside `entry.at`.
pub(crate) const SEQ_BITS: u32 = 40;

/// A command id as its 12 key bytes: session (8, big-endian, so one run's commands lie together), number (4).
pub(crate) fn command_key(id: CommandId) -> [u8; 12] {
    let mut key = [0; 12];
    key[..8].copy_from_slice(&id.session.0.to_be_bytes());
    key[8..].copy_from_slice(&id.n.to_be_bytes());
    key
}

pub(crate) fn read_command_key(key: &[u8]) -> Result<CommandId, StoreError> {
    let bad = || StoreError::Corrupt("an id of the wrong length".into());
    let session = key.get(..8).and_then(|b| b.try_into().ok()).ok_or_else(bad)?;
    let n = key.get(8..).and_then(|b| b.try_into().ok()).ok_or_else(bad)?;
    Ok(CommandId { session: Session(u64::from_be_bytes(session)), n: u32::from_be_bytes(n) })
}

/// Our own rows read back; anything else means the file was damaged or edited.
pub(crate) fn parse<T: serde::de::DeserializeOwned>(json: &[u8]) -> Result<T, StoreError> {
    serde_json::from_slice(json).map_err(|e| StoreError::Corrupt(format!("a stored row cannot be read: {e}")))
}

pub(crate) fn json<T: serde::Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|e| StoreError::Failed(format!("a row cannot be written as JSON: {e}")))
}

/// An entry of any terminal, as far as this program understands it. Only asked for entries it understood before.
pub(crate) fn understood(body: &[u8]) -> Entry {
    read_entry(Dot { origin: Origin(0), seq: 0 }, body).entry
}

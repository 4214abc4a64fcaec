//! The chain of a log: what makes a removed or edited entry show.

/// BLAKE3 over everything in a log up to an entry.
pub type Hash = [u8; 32];

/// Before the first entry.
pub const START: Hash = [0; 32];

/// As people and entries write it.
pub fn hex(hash: &Hash) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The hash at an entry, from the one before it and the entry's bytes as its author wrote them.
pub fn chained(before: &Hash, body: &[u8]) -> Hash {
    let mut hasher = blake3::Hasher::new();
    hasher.update(before);
    hasher.update(body);
    *hasher.finalize().as_bytes()
}

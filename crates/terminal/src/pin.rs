//! PINs as they are kept: Argon2id (RFC 9106) with OWASP's parameters, as a PHC string.

use std::{ops::RangeInclusive, sync::OnceLock};

use argon2::{
    Algorithm, Argon2, Block, Params, Version,
    password_hash::phc::{Output, ParamsString, PasswordHash, Salt},
};
use domain::rejection::Rejection;

/// A PIN's digits.
const DIGITS: RangeInclusive<usize> = 4..=8;
/// Bytes asked for while hashing, of which 19 MiB are touched. The C library gives memory back to the system at once only
/// if more than 32 MiB were asked for; what is smaller each thread would keep for ever.
const ROOM: usize = 33 << 20;

/// Hashes a PIN for keeping.
///
/// # Errors
/// [`Rejection::WeakPin`] unless it has 4 to 8 digits.
pub(crate) fn hash_pin(pin: &str) -> Result<String, Rejection> {
    if !DIGITS.contains(&pin.len()) || !pin.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Rejection::WeakPin);
    }
    let failed = |e| Rejection::StorageFailed { what: format!("the PIN cannot be hashed: {e}") };
    kept(pin.as_bytes()).map(|kept| kept.to_string()).map_err(failed)
}

fn kept(secret: &[u8]) -> argon2::password_hash::Result<PasswordHash> {
    let (algorithm, version, params, salt) =
        (Algorithm::default(), Version::default(), Params::default(), Salt::generate());
    let hash = output(secret, (algorithm, version, params.clone()), &salt)?;
    Ok(PasswordHash {
        algorithm: algorithm.ident(),
        version: Some(version.into()),
        params: ParamsString::try_from(&params)?,
        salt: Some(salt),
        hash: Some(hash),
    })
}

/// What a PIN is compared with where there is nobody it could belong to: no PIN fits, and it takes as long to find out.
pub(crate) fn hash_of_nobody() -> &'static str {
    static HASH: OnceLock<String> = OnceLock::new();
    HASH.get_or_init(|| {
        let mut secret = [0u8; 32];
        // Without random numbers no PIN fits an empty hash either.
        let drawn = getrandom::fill(&mut secret).ok().map(|()| kept(&secret));
        drawn.and_then(Result::ok).map(|h| h.to_string()).unwrap_or_default()
    })
}

/// Whether a PIN fits a hash; takes some hundredths of a second on purpose.
pub(crate) fn fits(pin: &str, hash: &str) -> bool {
    let computed = || {
        let hash = PasswordHash::new(hash).ok()?;
        let algorithm = Algorithm::try_from(hash.algorithm.as_str()).ok()?;
        let version = Version::try_from(hash.version?).ok()?;
        let params = Params::try_from(&hash).ok()?;
        // Compared in constant time, whatever differs.
        Some(output(pin.as_bytes(), (algorithm, version, params), &hash.salt?).ok()? == hash.hash?)
    };
    computed().unwrap_or(false)
}

fn output(
    secret: &[u8],
    (algorithm, version, params): (Algorithm, Version, Params),
    salt: &Salt,
) -> argon2::password_hash::Result<Output> {
    let (blocks, len) = (params.block_count(), params.output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN));
    let mut memory: Vec<Block> = Vec::with_capacity(blocks.max(ROOM / Block::SIZE));
    memory.resize(blocks, Block::default());
    let (mut out, argon) = (vec![0; len], Argon2::new(algorithm, version, params));
    argon.hash_password_into_with_memory(secret, salt, &mut out, &mut memory)?;
    Ok(Output::new(&out)?)
}

#[cfg(test)]
mod tests {
    use argon2::password_hash::{PasswordHasher, PasswordVerifier};

    use super::*;

    #[test]
    fn a_pin_fits_its_own_hash_and_no_other() {
        let (kept, again) = (hash_pin("1234").unwrap(), hash_pin("1234").unwrap());
        assert_ne!(kept, again, "the salt is another one each time");
        for (pin, hash, as_expected) in [
            ("1234", kept.as_str(), true),
            ("1234", again.as_str(), true),
            ("1235", kept.as_str(), false),
            ("", kept.as_str(), false),
            ("1234", "", false),
            ("1234", "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA", false),
        ] {
            assert_eq!(fits(pin, hash), as_expected, "{pin} {hash}");
        }
    }

    /// What other programs hashed by the same standard is good here, and the other way round.
    #[test]
    fn the_hashes_are_the_standards() {
        let theirs = Argon2::default().hash_password(b"4711").unwrap();
        assert!(fits("4711", &theirs.to_string()));
        let ours = hash_pin("4711").unwrap();
        assert!(Argon2::default().verify_password(b"4711", &PasswordHash::new(&ours).unwrap()).is_ok());
        assert!(ours.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{ours}");
    }

    #[test]
    fn a_pin_is_four_to_eight_digits() {
        for weak in ["", "123", "123456789", "12a4", "１２３４", "12 34"] {
            assert!(matches!(hash_pin(weak), Err(Rejection::WeakPin)), "{weak}");
        }
    }
}

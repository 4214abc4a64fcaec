//! The store's own certificate authority: what lets a browser on another machine know this restaurant's terminals and
//! speak with them unheard. A device installs its root once; every terminal then makes certificates for the addresses it
//! has at the moment.
//!
//! It may vouch for private addresses only, and for no name but its own, so that whoever steals its key cannot pretend to
//! be a bank. The key lies in a file beside the database, in no backup and in no log, and goes to other terminals over
//! their links only.

use std::{
    fs::{self, File, OpenOptions},
    io::{ErrorKind, Write},
    net::IpAddr,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    sync::Arc,
};

use domain::clock::Millis;
use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DistinguishedName, DnType, ExtendedKeyUsagePurpose,
    GeneralSubtree, IsCa, Issuer, KeyPair, KeyUsagePurpose, NameConstraints, PKCS_ECDSA_P256_SHA256, SanType,
};
use rustls::{
    ServerConfig,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer},
    version::TLS13,
};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// Beside the database and not inside it.
const FILE: &str = "authority.key";
/// The only name it may vouch for.
const OWN_NAME: &str = "comanda.local";
const DAY_MS: Millis = 24 * 60 * 60 * 1_000;
/// How long the root is good. Devices have it installed by hand, so it should outlive them.
const ROOT_DAYS: Millis = 3_650;
/// How long a terminal's certificate is good; far below the 825 days some devices allow at most.
const LEAF_DAYS: Millis = 90;
/// A certificate is made anew after so long.
const LEAF_FRESH_DAYS: Millis = 7;
/// Both are good from before now, because a till's clock may be ahead of a device's.
const EARLIER_DAYS: Millis = 2;
/// The addresses of this machine are looked at this often.
const LOOK_EVERY_MS: Millis = 10_000;

/// Why there is no authority, or none can be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AuthorityError {
    #[error("the certificate authority cannot be kept: {0}")]
    Io(#[from] std::io::Error),
    #[error("the certificate authority cannot be read: {0}")]
    Unreadable(String),
    #[error("a certificate cannot be made: {0}")]
    Crypto(String),
}

impl From<rcgen::Error> for AuthorityError {
    fn from(e: rcgen::Error) -> AuthorityError {
        AuthorityError::Crypto(e.to_string())
    }
}

/// As it lies in the file and travels between terminals; bytes as hex.
#[derive(Clone, Serialize, Deserialize)]
struct Kept {
    name: String,
    certificate: String,
    key: String,
}

pub(crate) struct Authority {
    name: String,
    root: CertificateDer<'static>,
    key: KeyPair,
}

/// A terminal's certificate while it is in use.
struct Leaf {
    config: Arc<ServerConfig>,
    addresses: Vec<IpAddr>,
    made: Millis,
    looked: Millis,
}

/// The authority as a terminal has it, with the certificate it made itself.
#[derive(Default)]
pub(crate) struct Protection {
    dir: PathBuf,
    authority: Option<Authority>,
    leaf: Option<Leaf>,
}

/// Private networks (RFC 1918, RFC 6598), link-local and loopback addresses, and their like of IPv6.
fn private() -> Vec<CidrSubnet> {
    let four = [([10, 0, 0, 0], 8), ([172, 16, 0, 0], 12), ([192, 168, 0, 0], 16), ([100, 64, 0, 0], 10)];
    let four = four.into_iter().chain([([169, 254, 0, 0], 16), ([127, 0, 0, 0], 8)]);
    let six = |first: [u8; 2], prefix| {
        let mut octets = [0; 16];
        octets[..2].copy_from_slice(&first);
        CidrSubnet::from_v6_prefix(octets, prefix)
    };
    let mut all: Vec<CidrSubnet> = four.map(|(octets, prefix)| CidrSubnet::from_v4_prefix(octets, prefix)).collect();
    let mut loopback = [0; 16];
    loopback[15] = 1;
    all.extend([six([0xfc, 0], 7), six([0xfe, 0x80], 10), CidrSubnet::from_v6_prefix(loopback, 128)]);
    all
}

/// Whether the authority may vouch for an address; a certificate with one it may not would be refused as a whole.
fn is_private(address: &IpAddr) -> bool {
    match address {
        IpAddr::V4(a) => {
            let [first, second, ..] = a.octets();
            a.is_private() || a.is_loopback() || a.is_link_local() || first == 100 && second & 0xc0 == 64
        }
        IpAddr::V6(a) => a.is_loopback() || a.is_unique_local() || a.is_unicast_link_local(),
    }
}

fn day(at: Millis) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(at / 1_000).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

fn params(name: &str, now: Millis, days: Millis) -> CertificateParams {
    let mut distinguished_name = DistinguishedName::new();
    distinguished_name.push(DnType::CommonName, name);
    let mut params = CertificateParams::default();
    params.not_before = day(now - EARLIER_DAYS * DAY_MS);
    params.not_after = day(now + days * DAY_MS);
    params.distinguished_name = distinguished_name;
    params
}

fn root_params(name: &str, now: Millis) -> CertificateParams {
    let names = private().into_iter().map(GeneralSubtree::IpAddress);
    let mut root = params(name, now, ROOT_DAYS);
    root.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    root.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    root.name_constraints = Some(NameConstraints {
        permitted_subtrees: names.chain([GeneralSubtree::DnsName(OWN_NAME.into())]).collect(),
        excluded_subtrees: Vec::new(),
    });
    root
}

impl Authority {
    fn make(restaurant: &str, now: Millis) -> Result<Authority, AuthorityError> {
        let name = format!("Comanda {restaurant}");
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
        let root = root_params(&name, now).self_signed(&key)?.der().clone();
        Ok(Authority { name, root, key })
    }

    fn kept(&self) -> String {
        let (certificate, key) = (hex(&self.root), hex(&self.key.serialize_der()));
        // Plain data with text keys can always be written.
        serde_json::to_string(&Kept { name: self.name.clone(), certificate, key }).unwrap_or_default()
    }

    fn read(text: &str) -> Result<Authority, AuthorityError> {
        let unreadable = |what: &str| AuthorityError::Unreadable(what.to_owned());
        let kept: Kept = serde_json::from_str(text).map_err(|e| AuthorityError::Unreadable(e.to_string()))?;
        let key = unhex(&kept.key).ok_or_else(|| unreadable("its key"))?;
        let root = unhex(&kept.certificate).ok_or_else(|| unreadable("its root"))?;
        let key = KeyPair::try_from(key).map_err(|e| AuthorityError::Unreadable(e.to_string()))?;
        Ok(Authority { name: kept.name, root: root.into(), key })
    }

    /// A certificate for these addresses, and what a server needs to show it.
    fn config(&self, addresses: &[IpAddr], now: Millis) -> Result<ServerConfig, AuthorityError> {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
        let mut leaf = params("Comanda", now, LEAF_DAYS);
        leaf.subject_alt_names = addresses.iter().map(|a| SanType::IpAddress(*a)).collect();
        leaf.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        leaf.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        leaf.use_authority_key_identifier_extension = true;
        let issuer = Issuer::new(root_params(&self.name, now), &self.key);
        let certificate = leaf.signed_by(&key, &issuer)?.der().clone();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let failed = |e: rustls::Error| AuthorityError::Crypto(e.to_string());
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_protocol_versions(&[&TLS13])
            .map_err(failed)?
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)
            .map_err(failed)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(config)
    }
}

impl Protection {
    /// Reads what is kept in the data folder, if anything is.
    pub fn load(dir: &Path) -> Protection {
        let authority = match fs::read_to_string(dir.join(FILE)) {
            Ok(text) => Authority::read(&text).inspect_err(|e| tracing::error!("{e}")).ok(),
            Err(e) if e.kind() == ErrorKind::NotFound => None,
            Err(e) => {
                tracing::error!("{}", AuthorityError::Io(e));
                None
            }
        };
        Protection { dir: dir.to_owned(), authority, leaf: None }
    }

    pub fn is_there(&self) -> bool {
        self.authority.is_some()
    }

    /// Makes the restaurant's authority; once, by the terminal that set the restaurant up.
    pub fn make(&mut self, restaurant: &str, now: Millis) -> Result<(), AuthorityError> {
        let new = Authority::make(restaurant, now)?;
        self.keep(new)
    }

    /// Takes over the restaurant's authority from another terminal.
    pub fn take(&mut self, text: &str) -> Result<(), AuthorityError> {
        let told = Authority::read(text)?;
        self.keep(told)
    }

    /// For another terminal of the restaurant, and for nobody else.
    pub fn told(&self) -> Option<String> {
        self.authority.as_ref().map(Authority::kept)
    }

    /// The root, for devices to install.
    pub fn root(&self) -> Option<Vec<u8>> {
        self.authority.as_ref().map(|a| a.root.to_vec())
    }

    /// What a browser is shown that speaks TLS; the addresses of this machine are asked for when it is time.
    pub fn config(&mut self, now: Millis, addresses: impl FnOnce() -> Vec<IpAddr>) -> Option<Arc<ServerConfig>> {
        let authority = self.authority.as_ref()?;
        let looked = self.leaf.as_ref().filter(|l| (l.looked..l.looked + LOOK_EVERY_MS).contains(&now));
        if let Some(leaf) = looked {
            return Some(leaf.config.clone());
        }
        let addresses: Vec<IpAddr> = addresses().into_iter().filter(is_private).collect();
        let fresh =
            |l: &&mut Leaf| l.addresses == addresses && (l.made..l.made + LEAF_FRESH_DAYS * DAY_MS).contains(&now);
        if let Some(leaf) = self.leaf.as_mut().filter(fresh) {
            leaf.looked = now;
            return Some(leaf.config.clone());
        }
        match authority.config(&addresses, now) {
            Ok(config) => {
                let config = Arc::new(config);
                self.leaf = Some(Leaf { config: config.clone(), addresses, made: now, looked: now });
                Some(config)
            }
            Err(e) => {
                tracing::error!("{e}");
                None
            }
        }
    }

    /// Written whole or not at all, and readable by this terminal only.
    fn keep(&mut self, authority: Authority) -> Result<(), AuthorityError> {
        let new = self.dir.join(format!("{FILE}.new"));
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&new)?;
        writeln!(file, "{}", authority.kept())?;
        file.sync_all()?;
        fs::rename(&new, self.dir.join(FILE))?;
        File::open(&self.dir)?.sync_all()?;
        (self.authority, self.leaf) = (Some(authority), None);
        Ok(())
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

pub(crate) fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |d: u8| (d as char).to_digit(16).map(|d| d as u8);
    let pairs = text.as_bytes().chunks_exact(2);
    let whole = pairs.remainder().is_empty();
    let bytes = pairs.map(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?)).collect::<Option<Vec<u8>>>();
    bytes.filter(|_| whole)
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};

    use rustls::{ClientConfig, ClientConnection, RootCertStore, ServerConnection, pki_types::ServerName};

    use super::*;

    const NOW: Millis = 1_795_287_600_000;

    /// A device that trusts only this root calls `name` and is shown a certificate made for `addresses`.
    fn call(authority: &Authority, addresses: &[IpAddr], name: &str) -> Result<(), String> {
        let now = crate::zone::millis_now();
        let server = authority.config(addresses, now).map_err(|e| e.to_string())?;
        let mut roots = RootCertStore::empty();
        roots.add(authority.root.clone()).map_err(|e| e.to_string())?;
        let client = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_protocol_versions(&[&TLS13])
            .map_err(|e| e.to_string())?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let name = ServerName::try_from(name.to_owned()).map_err(|e| e.to_string())?;
        let mut client = ClientConnection::new(Arc::new(client), name).map_err(|e| e.to_string())?;
        let mut server = ServerConnection::new(Arc::new(server)).map_err(|e| e.to_string())?;
        client.writer().write_all(b"hello").map_err(|e| e.to_string())?;
        for _ in 0..10 {
            let mut wire = Vec::new();
            client.write_tls(&mut wire).map_err(|e| e.to_string())?;
            server.read_tls(&mut wire.as_slice()).map_err(|e| e.to_string())?;
            server.process_new_packets().map_err(|e| e.to_string())?;
            let mut wire = Vec::new();
            server.write_tls(&mut wire).map_err(|e| e.to_string())?;
            client.read_tls(&mut wire.as_slice()).map_err(|e| e.to_string())?;
            client.process_new_packets().map_err(|e| e.to_string())?;
        }
        let mut heard = [0; 5];
        server.reader().read_exact(&mut heard).map_err(|e| e.to_string())
    }

    #[test]
    fn a_device_with_the_root_knows_the_terminal_by_its_private_address_and_by_nothing_else() {
        let authority = Authority::make("Trattoria", crate::zone::millis_now()).expect("it can be made");
        let check = |addresses: &[&str], name: &str, wanted: bool| {
            let addresses: Vec<IpAddr> = addresses.iter().map(|a| a.parse().expect("an address")).collect();
            let called = call(&authority, &addresses, name);
            assert_eq!(called.is_ok(), wanted, "{addresses:?} as {name}: {called:?}");
        };
        for address in ["192.168.1.20", "10.0.0.7", "172.16.3.4", "100.64.0.9", "169.254.1.1", "127.0.0.1", "fd00::2"] {
            check(&[address], address, true);
            assert!(is_private(&address.parse().expect("an address")), "{address}");
        }
        check(&["192.168.1.20", "127.0.0.1"], "127.0.0.1", true);
        check(&["192.168.1.20"], "192.168.1.21", false);
        // A stolen key makes certificates for other places; no device takes them.
        for address in ["8.8.8.8", "192.0.2.2", "172.32.0.1", "2606:4700::1111"] {
            check(&[address], address, false);
            assert!(!is_private(&address.parse().expect("an address")), "{address}");
        }
        check(&["192.168.1.20"], "bank.example", false);
        let other = Authority::make("Trattoria", crate::zone::millis_now()).expect("it can be made");
        let stranger = Authority { root: authority.root.clone(), ..other };
        assert!(call(&stranger, &["192.168.1.20".parse().expect("an address")], "192.168.1.20").is_err());
    }

    #[test]
    fn it_is_kept_for_its_user_only_and_travels_whole() {
        use std::os::unix::fs::PermissionsExt;
        let (one, other) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        let mut first = Protection::load(one.path());
        assert!(!first.is_there() && first.told().is_none());
        first.make("Trattoria", NOW).expect("it is made");
        let mode = fs::metadata(one.path().join(FILE)).expect("the file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(Protection::load(one.path()).root(), first.root());
        let mut second = Protection::load(other.path());
        second.take(&first.told().expect("it is there")).expect("it is taken over");
        assert_eq!(second.root(), first.root());
        assert!(second.take("{}").is_err());
        assert_eq!(Protection::load(other.path()).root(), first.root());
    }

    #[test]
    fn a_certificate_is_made_anew_when_the_addresses_change_or_it_gets_old() {
        let dir = tempfile::tempdir().expect("a folder");
        let mut protection = Protection::load(dir.path());
        assert!(protection.config(NOW, Vec::new).is_none());
        protection.make("Trattoria", NOW).expect("it is made");
        let at = |protection: &mut Protection, now: Millis, last: u8| {
            protection.config(now, || vec![IpAddr::from([192, 168, 1, last])]).expect("a certificate")
        };
        let first = at(&mut protection, NOW, 1);
        let same = |config: &Arc<ServerConfig>| Arc::ptr_eq(config, &first);
        assert!(same(&at(&mut protection, NOW + LOOK_EVERY_MS, 1)));
        assert!(!same(&at(&mut protection, NOW + 2 * LOOK_EVERY_MS, 2)));
        let second = at(&mut protection, NOW + 2 * LOOK_EVERY_MS, 2);
        let old = at(&mut protection, NOW + 8 * DAY_MS, 2);
        assert!(!Arc::ptr_eq(&second, &old));
    }
}

//! TLS 1.3 between two terminals, both proving their keys. Keys travel bare (RFC 7250): a certificate would only add
//! names and dates that nobody may rely on, and a till's clock may be wrong. Nothing is resumed and nothing is sent
//! early, so no recorded byte is good for a second connection.

use std::{fmt, io, sync::Arc, time::Duration};

use rustls::{
    CertificateError, ClientConfig, ClientConnection, Connection, DigitallySignedStruct, DistinguishedName, Error,
    ServerConfig, SignatureScheme,
    client::{
        AlwaysResolvesClientRawPublicKeys, Resumption,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    },
    crypto::{CryptoProvider, WebPkiSupportedAlgorithms, ring, verify_tls13_signature_with_raw_key},
    pki_types::{CertificateDer, ServerName, SubjectPublicKeyInfoDer, UnixTime},
    server::{
        Acceptor, AlwaysResolvesServerRawPublicKeys, NoServerSessionStorage,
        danger::{ClientCertVerified, ClientCertVerifier},
    },
    sign::CertifiedKey,
    version::TLS13,
};
use tokio::{net::TcpStream, time::timeout};

use crate::keys::{DeviceKey, Keyring, PublicKey};

/// From the first byte to both keys verified.
pub const HANDSHAKE: Duration = Duration::from_secs(3);

/// What a connection is for. Both sides must mean the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Two paired terminals.
    Link,
    /// A new terminal and one that lets it in; neither knows the other's key yet.
    Join,
}

impl Purpose {
    fn alpn(self) -> &'static [u8] {
        match self {
            Purpose::Link => b"comanda/1",
            Purpose::Join => b"comanda-join/1",
        }
    }
}

/// Why there is no connection.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConnectError {
    #[error("{0}")]
    Io(io::ErrorKind),
    #[error("the other side did not finish the handshake in time")]
    TooSlow,
    #[error("the other side is no paired terminal: {0}")]
    NotPaired(String),
    #[error("the news that the other side is paired has not come over yet")]
    NotYet,
    /// Nobody's fault while a terminal is being let in, and the news of it travels.
    #[error("the other side does not take us for one of its own: {0}")]
    Refused(String),
    #[error("the other side does not speak our protocol: {0}")]
    Foreign(String),
    #[error("the other side ended the conversation")]
    Ended,
}

impl From<io::Error> for ConnectError {
    fn from(e: io::Error) -> ConnectError {
        ConnectError::Io(e.kind())
    }
}

impl From<Error> for ConnectError {
    fn from(e: Error) -> ConnectError {
        match e {
            Error::InvalidCertificate(CertificateError::NotValidYet) => ConnectError::NotYet,
            Error::InvalidCertificate(_) | Error::NoCertificatesPresented => ConnectError::NotPaired(e.to_string()),
            Error::AlertReceived(_) => ConnectError::Refused(e.to_string()),
            other => ConnectError::Foreign(other.to_string()),
        }
    }
}

/// Takes a key for good if it proves itself and, on a link, if the keyring knows it.
struct Pinned {
    keyring: Option<Arc<dyn Keyring>>,
    own: PublicKey,
    algorithms: WebPkiSupportedAlgorithms,
}

impl fmt::Debug for Pinned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pinned")
    }
}

impl Pinned {
    fn look_at(&self, key: &CertificateDer<'_>) -> Result<(), Error> {
        let refused = Error::InvalidCertificate;
        let unknown = CertificateError::ApplicationVerificationFailure;
        let Some(key) = PublicKey::from_spki(key).filter(|key| *key != self.own) else { return Err(refused(unknown)) };
        match &self.keyring {
            // Asked first: its news may come between the two questions, and from then on it is known. A bare key has no
            // dates, so nothing else is ever told by this.
            Some(keyring) if keyring.awaits(&key) => Err(refused(CertificateError::NotValidYet)),
            Some(keyring) if keyring.knows(&key).is_none() => Err(refused(unknown)),
            _ => Ok(()),
        }
    }

    fn verify(
        &self,
        message: &[u8],
        key: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let spki = SubjectPublicKeyInfoDer::from(key.as_ref());
        verify_tls13_signature_with_raw_key(message, &spki, signed, &self.algorithms)
    }
}

fn only_tls13() -> Error {
    Error::General("only TLS 1.3 is spoken here".to_owned())
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        key: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        self.look_at(key).map(|()| ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(only_tls13())
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        key: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verify(message, key, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        vec![SignatureScheme::ED25519]
    }

    fn requires_raw_public_keys(&self) -> bool {
        true
    }
}

impl ClientCertVerifier for Pinned {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        key: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        self.look_at(key).map(|()| ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(only_tls13())
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        key: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verify(message, key, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        vec![SignatureScheme::ED25519]
    }

    fn requires_raw_public_keys(&self) -> bool {
        true
    }
}

/// How this terminal introduces itself, for either purpose and from either side.
pub(crate) struct Tls {
    own: Arc<CertifiedKey>,
    provider: Arc<CryptoProvider>,
    keyring: Arc<dyn Keyring>,
    public: PublicKey,
}

impl Tls {
    pub fn new(key: &DeviceKey, keyring: Arc<dyn Keyring>) -> Tls {
        let spki = [&crate::keys::SPKI_HEAD[..], &key.public().0].concat();
        let own = Arc::new(CertifiedKey::new(vec![CertificateDer::from(spki)], key.signer()));
        Tls { own, provider: Arc::new(ring::default_provider()), keyring, public: key.public() }
    }

    fn pinned(&self, purpose: Purpose) -> Arc<Pinned> {
        let keyring = (purpose == Purpose::Link).then(|| self.keyring.clone());
        Arc::new(Pinned { keyring, own: self.public, algorithms: self.provider.signature_verification_algorithms })
    }

    fn server(&self, purpose: Purpose) -> Result<Arc<ServerConfig>, Error> {
        let mut config = ServerConfig::builder_with_provider(self.provider.clone())
            .with_protocol_versions(&[&TLS13])?
            .with_client_cert_verifier(self.pinned(purpose))
            .with_cert_resolver(Arc::new(AlwaysResolvesServerRawPublicKeys::new(self.own.clone())));
        config.alpn_protocols = vec![purpose.alpn().to_vec()];
        config.session_storage = Arc::new(NoServerSessionStorage {});
        config.send_tls13_tickets = 0;
        Ok(Arc::new(config))
    }

    fn client(&self, purpose: Purpose) -> Result<Arc<ClientConfig>, Error> {
        let mut config = ClientConfig::builder_with_provider(self.provider.clone())
            .with_protocol_versions(&[&TLS13])?
            .dangerous()
            .with_custom_certificate_verifier(self.pinned(purpose))
            .with_client_cert_resolver(Arc::new(AlwaysResolvesClientRawPublicKeys::new(self.own.clone())));
        config.alpn_protocols = vec![purpose.alpn().to_vec()];
        config.resumption = Resumption::disabled();
        config.enable_sni = false;
        Ok(Arc::new(config))
    }

    /// Introduces itself to whom it called.
    pub async fn call(&self, stream: TcpStream, purpose: Purpose) -> Result<Channel, ConnectError> {
        let name = ServerName::try_from("comanda").map_err(|e| ConnectError::Foreign(e.to_string()))?;
        let tls = ClientConnection::new(self.client(purpose)?, name)?;
        timeout(HANDSHAKE, handshake(stream, tls.into(), purpose)).await.map_err(|_| ConnectError::TooSlow)?
    }

    /// Introduces itself to whoever called. `joining` says whether a new terminal may be let in just now.
    pub async fn answer(
        &self,
        stream: TcpStream,
        joining: impl Fn() -> bool,
    ) -> Result<(Purpose, Channel), ConnectError> {
        timeout(HANDSHAKE, self.answer_patiently(stream, joining)).await.map_err(|_| ConnectError::TooSlow)?
    }

    async fn answer_patiently(
        &self,
        stream: TcpStream,
        joining: impl Fn() -> bool,
    ) -> Result<(Purpose, Channel), ConnectError> {
        let mut acceptor = Acceptor::default();
        let accepted = loop {
            stream.readable().await?;
            match acceptor.read_tls(&mut Socket(&stream)) {
                Ok(0) => return Err(ConnectError::Ended),
                Ok(_) => {}
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => continue,
                Err(e) => return Err(e.into()),
            }
            if let Some(accepted) = acceptor.accept().map_err(|(e, _)| ConnectError::from(e))? {
                break accepted;
            }
        };
        let wants = |purpose: Purpose| {
            accepted.client_hello().alpn().is_some_and(|mut names| names.any(|name| name == purpose.alpn()))
        };
        let purpose = if wants(Purpose::Link) {
            Purpose::Link
        } else if wants(Purpose::Join) && joining() {
            Purpose::Join
        } else {
            return Err(ConnectError::Foreign("what is asked for is not offered".to_owned()));
        };
        let tls = accepted.into_connection(self.server(purpose)?).map_err(|(e, _)| ConnectError::from(e))?;
        Ok((purpose, handshake(stream, tls.into(), purpose).await?))
    }
}

/// A socket as TLS wants to see it; says `WouldBlock` instead of waiting.
pub(crate) struct Socket<'a>(pub &'a TcpStream);

impl io::Read for Socket<'_> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        self.0.try_read(to)
    }
}

impl io::Write for Socket<'_> {
    fn write(&mut self, from: &[u8]) -> io::Result<usize> {
        self.0.try_write(from)
    }

    fn write_vectored(&mut self, from: &[io::IoSlice<'_>]) -> io::Result<usize> {
        self.0.try_write_vectored(from)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A conversation whose other side has proved its key.
pub(crate) struct Channel {
    pub stream: TcpStream,
    pub tls: Connection,
    pub peer: PublicKey,
}

async fn handshake(stream: TcpStream, tls: Connection, purpose: Purpose) -> Result<Channel, ConnectError> {
    let mut channel = Channel { stream, tls, peer: PublicKey([0; 32]) };
    while channel.tls.is_handshaking() {
        channel.flush().await?;
        if channel.tls.is_handshaking() {
            channel.fill().await?;
        }
    }
    channel.flush().await?;
    if channel.tls.alpn_protocol() != Some(purpose.alpn()) {
        return Err(ConnectError::Foreign("it speaks of something else".to_owned()));
    }
    let key = channel.tls.peer_certificates().and_then(|keys| keys.first()).and_then(|key| PublicKey::from_spki(key));
    channel.peer = key.ok_or_else(|| ConnectError::NotPaired("no key".to_owned()))?;
    Ok(channel)
}

impl Channel {
    /// A secret that only the two ends of this very connection know. Whoever stands between two connections has two.
    pub fn binding(&self) -> Result<[u8; 32], ConnectError> {
        Ok(self.tls.export_keying_material([0; 32], b"EXPORTER-comanda-join", None)?)
    }

    async fn flush(&mut self) -> Result<(), ConnectError> {
        while self.tls.wants_write() {
            match self.tls.write_tls(&mut Socket(&self.stream)) {
                Ok(0) => return Err(ConnectError::Ended),
                Ok(_) => {}
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => self.stream.writable().await?,
                Err(e) => return Err(e.into()),
            }
        }
        Ok(())
    }

    async fn fill(&mut self) -> Result<(), ConnectError> {
        loop {
            self.stream.readable().await?;
            match self.tls.read_tls(&mut Socket(&self.stream)) {
                Ok(0) => return Err(ConnectError::Ended),
                Ok(_) => break,
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => {}
                Err(e) => return Err(e.into()),
            }
        }
        if let Err(e) = self.tls.process_new_packets() {
            // The other side is told why, if that is possible without waiting.
            let _ = self.tls.write_tls(&mut Socket(&self.stream));
            return Err(e.into());
        }
        Ok(())
    }

    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), ConnectError> {
        io::Write::write_all(&mut self.tls.writer(), bytes)?;
        self.flush().await
    }

    pub async fn read_exact(&mut self, to: &mut [u8]) -> Result<(), ConnectError> {
        let mut got = 0;
        while got < to.len() {
            match io::Read::read(&mut self.tls.reader(), &mut to[got..]) {
                Ok(0) => return Err(ConnectError::Ended),
                Ok(n) => got += n,
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => self.fill().await?,
                Err(e) => return Err(e.into()),
            }
        }
        Ok(())
    }

    /// One message of a conversation that is not a link yet: its length, then its bytes.
    pub async fn tell(&mut self, message: &[u8]) -> Result<(), ConnectError> {
        let len = (message.len() as u32).to_le_bytes();
        // In pieces: what TLS takes at once is bounded.
        for piece in [&len[..], message].concat().chunks(16 << 10) {
            self.write(piece).await?;
        }
        Ok(())
    }

    /// The next message; no memory is given to one that is longer than `most`.
    pub async fn hear(&mut self, most: usize) -> Result<Vec<u8>, ConnectError> {
        let mut len = [0; 4];
        self.read_exact(&mut len).await?;
        let len = u32::from_le_bytes(len) as usize;
        if len > most {
            return Err(ConnectError::Foreign(format!("a message of {len} bytes")));
        }
        let mut message = vec![0; len];
        self.read_exact(&mut message).await?;
        Ok(message)
    }
}

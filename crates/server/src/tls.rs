//! The self-signed certificate, made at first start, and the TLS acceptor.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

use crate::Error;
use crate::config::Data;
use crate::secret::write_private;

/// What the client may ask for in ALPN: the binary protocol under both its names, and HTTP.
const PROTOCOLS: [&[u8]; 3] = [b"gel-binary", b"edgedb-binary", b"http/1.1"];
const CERTIFICATE_FILE: &str = "server.crt";
const KEY_FILE: &str = "server.key";
const NAMES: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

/// How connections are encrypted.
pub(crate) struct Tls {
    pub(crate) acceptor: TlsAcceptor,
    /// The certificate as clients may trust it; none where it is only in memory.
    pub(crate) certificate: Option<PathBuf>,
}

/// A certificate and its key as PEM text.
struct Pair {
    certificate: String,
    key: String,
}

impl Tls {
    /// With the certificate of the folder, made where it is missing.
    pub(crate) fn new(data: &Data) -> Result<Self, Error> {
        match data {
            Data::Memory => Ok(Tls { acceptor: acceptor(&Pair::generate()?)?, certificate: None }),
            Data::Folder(folder) => {
                let path = folder.join(CERTIFICATE_FILE);
                let pair = Pair::kept(&path, &folder.join(KEY_FILE))?;
                Ok(Tls { acceptor: acceptor(&pair)?, certificate: Some(path) })
            }
        }
    }
}

impl Pair {
    fn generate() -> Result<Self, Error> {
        let names = NAMES.map(String::from).to_vec();
        let pair = rcgen::generate_simple_self_signed(names).map_err(bad_certificate)?;
        Ok(Pair { certificate: pair.cert.pem(), key: pair.signing_key.serialize_pem() })
    }

    fn kept(certificate: &Path, key: &Path) -> Result<Self, Error> {
        if !certificate.exists() || !key.exists() {
            let pair = Pair::generate()?;
            write_private(key, &pair.key)?;
            fs::write(certificate, &pair.certificate).map_err(Error::file(certificate))?;
            return Ok(pair);
        }
        Ok(Pair {
            certificate: fs::read_to_string(certificate).map_err(Error::file(certificate))?,
            key: fs::read_to_string(key).map_err(Error::file(key))?,
        })
    }
}

fn acceptor(pair: &Pair) -> Result<TlsAcceptor, Error> {
    let chain = CertificateDer::pem_slice_iter(pair.certificate.as_bytes())
        .collect::<Result<Vec<_>, _>>()
        .map_err(bad_certificate)?;
    let key = PrivateKeyDer::from_pem_slice(pair.key.as_bytes()).map_err(bad_certificate)?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(bad_certificate)?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(bad_certificate)?;
    config.alpn_protocols = PROTOCOLS.map(<[u8]>::to_vec).to_vec();
    Ok(TlsAcceptor::from(Arc::new(config)))
}

fn bad_certificate(error: impl std::fmt::Display) -> Error {
    Error::Certificate(error.to_string())
}

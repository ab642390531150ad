//! A server with the extension, and a client that says exactly what it is told to.

use std::path::Path;
use std::sync::Arc;

use gel_protocol::common::{Capabilities, Cardinality, CompilationOptions, InputLanguage, IoFormat};
use gel_tokio::raw::Connection;
use gel_tokio::{Builder, Client, Config};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use server::{Limits, Running};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::recording::Message;

/// What tokens are signed with.
pub(crate) const KEY: &str = "a key of our own";

/// A server with two branches: `main`, and one whose schema is nothing but the extension.
pub(crate) struct Site {
    pub(crate) running: Running,
    pub(crate) folder: tempfile::TempDir,
    pub(crate) client: Config,
}

impl Site {
    pub(crate) async fn open(branch: &str) -> Site {
        Site::open_with(branch, Limits::default()).await
    }

    pub(crate) async fn open_with(branch: &str, limits: Limits) -> Site {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let config = server::Config { insecure: true, limits, ..server::Config::folder(folder.path()) };
        let running = server::start(config).await.expect("a server that starts");
        let main = client(&running, "main");
        execute(&main, &format!("create empty branch {branch}")).await.expect("a new branch");
        let site = Site { client: client(&running, branch), running, folder };
        site.run("create extension pgcrypto").await;
        site.run("create extension auth").await;
        site
    }

    pub(crate) async fn run(&self, text: &str) {
        self.execute(text).await.unwrap_or_else(|error| panic!("{text}: {error}"));
    }

    pub(crate) async fn execute(&self, text: &str) -> Result<(), gel_tokio::Error> {
        execute(&self.client, text).await
    }

    pub(crate) async fn json(&self, text: &str) -> Result<String, gel_tokio::Error> {
        self.pool().query_json(text, &()).await.map(|json| json.to_string())
    }

    /// A connection pool.
    pub(crate) fn pool(&self) -> Client {
        Client::new(&self.client)
    }

    /// A connection pool whose queries carry this token.
    pub(crate) fn signed_in(&self, token: &str) -> Client {
        Client::new(&self.client).with_globals_fn(|globals| globals.set("ext::auth::client_token", token))
    }

    /// Configures sign-in by e-mail and password, and a mail server.
    pub(crate) async fn configure(&self, provider: &str, mail_port: u16) {
        for text in [
            &format!("configure current branch set ext::auth::AuthConfig::auth_signing_key := '{KEY}'"),
            "configure current branch set ext::auth::AuthConfig::allowed_redirect_urls := {'http://localhost:8000'}",
            &format!("configure current branch insert ext::auth::EmailPasswordProviderConfig {{ {provider} }}"),
            &format!(
                "configure current branch insert cfg::SMTPProviderConfig {{
                   name := 'test', sender := 'hello@example.com', host := '127.0.0.1', port := <int32>{mail_port},
                   security := 'PlainText' }}"
            ),
            "configure current branch set current_email_provider_name := 'test'",
        ] {
            self.run(text).await;
        }
    }

    /// Sends a request and reads the answer to its end.
    pub(crate) async fn send(&self, request: &Message) -> Message {
        exchange(self.stream().await, request).await
    }

    pub(crate) async fn send_encrypted(&self, request: &Message) -> Message {
        let stream = self.stream().await;
        exchange(encrypted(stream, &self.folder.path().join("server.crt")).await, request).await
    }

    pub(crate) async fn stream(&self) -> TcpStream {
        TcpStream::connect(("127.0.0.1", self.running.port())).await.expect("an open port")
    }
}

fn client(running: &Running, branch: &str) -> Config {
    Builder::new().dsn(running.dsn()).branch(branch).build().expect("a DSN that clients understand")
}

/// Runs a statement of any kind: a pool does not let configuration through.
async fn execute(config: &Config, text: &str) -> Result<(), gel_tokio::Error> {
    let options = CompilationOptions {
        implicit_limit: None,
        implicit_typenames: false,
        implicit_typeids: false,
        explicit_objectids: true,
        allow_capabilities: Capabilities::ALL,
        io_format: IoFormat::None,
        expected_cardinality: Cardinality::Many,
        input_language: InputLanguage::EdgeQL,
    };
    let mut connection = Connection::connect(config).await?;
    let state = Arc::new(gel_tokio::raw::PoolState::default());
    connection.statement(&options, text, &state, &Arc::default()).await
}

async fn encrypted(stream: TcpStream, certificate: &Path) -> impl AsyncRead + AsyncWrite + Unpin {
    let mut roots = RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_file(certificate).expect("a certificate"))
        .expect("a good certificate");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions of TLS")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("localhost").expect("a name");
    tokio_rustls::TlsConnector::from(Arc::new(config)).connect(name, stream).await.expect("a handshake")
}

async fn exchange(mut stream: impl AsyncRead + AsyncWrite + Unpin, request: &Message) -> Message {
    let mut text = format!("{} HTTP/1.1\r\nHost: evil.example\r\n", request.start);
    for (name, value) in &request.headers {
        text += &format!("{name}: {value}\r\n");
    }
    text += &format!("Content-Length: {}\r\n\r\n{}", request.body.len(), request.body);
    stream.write_all(text.as_bytes()).await.expect("a server that listens");
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    Message::parse(&String::from_utf8_lossy(&answer).replace("\r\n", "\n"))
}

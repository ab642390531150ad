//! What a server is started with.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

/// Where the data lives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Data {
    /// In memory: gone when the server stops.
    Memory,
    /// In this folder, which is created where it is missing.
    Folder(PathBuf),
}

/// What a server is started with. [`Config::memory`] and [`Config::folder`] give safe defaults.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where the data lives.
    pub data: Data,
    /// The addresses to listen on; loopback unless told otherwise.
    pub bind: Vec<IpAddr>,
    /// The TCP port; 0 takes a free one.
    pub port: u16,
    /// Accept everybody, and connections without TLS.
    pub insecure: bool,
    /// The password of `admin`; a generated one where none is given. A folder keeps what was generated.
    pub password: Option<String>,
    /// The folder in which the Unix socket is made; none without one.
    pub runstate: Option<PathBuf>,
    /// Bounds on what clients may ask.
    pub limits: Limits,
}

/// Bounds on what clients may ask of a server.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Connections at one time; more are refused.
    pub connections: usize,
    /// Bytes of one message.
    pub message_bytes: usize,
    /// Bytes of the body of an HTTP request.
    pub http_body_bytes: usize,
    /// From the first byte of an HTTP request to the last of its answer.
    pub http_request: Duration,
    /// From the first byte to the end of authentication.
    pub handshake: Duration,
    /// How long a connection outside of a transaction may say nothing; zero is for ever.
    pub idle: Duration,
    /// How long a connection inside of a transaction may say nothing; zero is for ever.
    pub idle_transaction: Duration,
    /// How long a stopping server waits for connections to finish what they do.
    pub shutdown: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            connections: 512,
            message_bytes: 128 * 1024 * 1024,
            http_body_bytes: 64 * 1024,
            http_request: Duration::from_secs(30),
            handshake: Duration::from_secs(30),
            idle: Duration::from_secs(60),
            idle_transaction: Duration::from_secs(10),
            shutdown: Duration::from_secs(5),
        }
    }
}

impl Config {
    /// A server of data in memory, on a free port of the loopback addresses.
    pub fn memory() -> Self {
        Config {
            data: Data::Memory,
            bind: vec![IpAddr::from([127, 0, 0, 1])],
            port: 0,
            insecure: false,
            password: None,
            runstate: None,
            limits: Limits::default(),
        }
    }

    /// A server of the data in a folder, with its Unix socket in the same place, on a free port of the loopback addresses.
    pub fn folder(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        Config { data: Data::Folder(path.clone()), runstate: Some(path), ..Config::memory() }
    }
}

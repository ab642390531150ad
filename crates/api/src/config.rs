//! What can be configured, by flag or environment variable.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

/// Settings of the API process. The database is found as every Gel tool finds it: `GEL_DSN`, `GEL_INSTANCE`, a linked
/// project, and without any of these the embedded server.
#[derive(Clone, Debug, clap::Parser)]
#[command(name = "api", about = "Serve the events API", version)]
pub struct Config {
    /// Address to listen on.
    #[arg(long, env = "ASPIC_HOST", default_value = "127.0.0.1")]
    pub host: IpAddr,
    /// Port to listen on; 0 takes a free one.
    #[arg(long, env = "ASPIC_PORT", default_value_t = 5001)]
    pub port: u16,
    /// Where the database is; overrides what the environment names.
    #[arg(long, env = "ASPIC_DSN", hide_env_values = true)]
    pub dsn: Option<String>,
    /// Origins that browsers may call from, separated by commas: `https://app.example`. None by default.
    #[arg(long, env = "ASPIC_CORS_ORIGINS", value_delimiter = ',')]
    pub cors_origins: Vec<String>,
    /// Let pages of any loopback origin call; meant for development.
    #[arg(long, env = "ASPIC_CORS_LOOPBACK")]
    pub cors_loopback: bool,
    /// Largest request body, in bytes.
    #[arg(long, env = "ASPIC_BODY_LIMIT", default_value_t = 1024 * 1024)]
    pub body_limit: usize,
    /// Longest time for one request, in milliseconds.
    #[arg(long, env = "ASPIC_REQUEST_TIMEOUT_MS", default_value_t = 10_000)]
    pub request_timeout_ms: u64,
    /// Longest time to finish requests in flight after SIGTERM, in seconds.
    #[arg(long, env = "ASPIC_SHUTDOWN_TIMEOUT_S", default_value_t = 30)]
    pub shutdown_timeout_s: u64,
    /// Threads that serve requests; 0 takes one a core.
    #[arg(long, env = "ASPIC_WORKERS", default_value_t = 0)]
    pub workers: usize,
    /// Who may change things; by default `open` on a loopback address and `signed-in` on any other.
    #[arg(long, env = "ASPIC_ACCESS", value_enum)]
    pub access: Option<Access>,
    /// Where browsers find this API, for the links in mails; by default the address that is listened on.
    #[arg(long, env = "ASPIC_PUBLIC_URL")]
    pub public_url: Option<String>,
    /// Gel's auth endpoints, up to and with `/ext/auth`; by default those of the database's server.
    #[arg(long, env = "ASPIC_AUTH_URL")]
    pub auth_url: Option<String>,
    /// How many tries to sign in, sign up or reset a password one address has at once.
    #[arg(long, env = "ASPIC_AUTH_BURST", default_value_t = 20)]
    pub auth_burst: u32,
    /// How many tries a minute an address gets back.
    #[arg(long, env = "ASPIC_AUTH_PER_MINUTE", default_value_t = 10)]
    pub auth_per_minute: u32,
    /// Log filter, such as `info` or `api=debug,gel_tokio=warn`.
    #[arg(long, env = "ASPIC_LOG", default_value = "info")]
    pub log: String,
    /// Log format.
    #[arg(long, env = "ASPIC_LOG_FORMAT", value_enum, default_value_t = LogFormat::Text)]
    pub log_format: LogFormat,
}

/// Who may change things.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Access {
    /// Everybody: the API of the tutorial.
    Open,
    /// Users change themselves and the events that they host, and come from sign-up alone. Reading stays open.
    SignedIn,
}

impl Access {
    /// What it means, for people who read the documentation of a running API.
    pub(crate) fn describe(self) -> &'static str {
        match self {
            Access::Open => "This API runs **open**: everybody may change everything.",
            Access::SignedIn => {
                "This API runs **signed-in**: users come from `POST /auth/signup`, change only themselves, and only the \
                 events that they host or that nobody hosts."
            }
        }
    }
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

impl Config {
    /// Who may change things.
    pub fn access(&self) -> Access {
        let by_address = if self.host.is_loopback() { Access::Open } else { Access::SignedIn };
        self.access.unwrap_or(by_address)
    }

    /// A link for a mail.
    pub(crate) fn link(&self, path: &str) -> String {
        match &self.public_url {
            Some(url) => format!("{}{path}", url.trim_end_matches('/')),
            None => format!("http://{}{path}", SocketAddr::new(self.host, self.port)),
        }
    }

    /// Whether a page of this origin may call.
    pub(crate) fn allows_origin(&self, origin: &str) -> bool {
        self.cors_origins.iter().any(|allowed| allowed == origin)
            || (self.cors_loopback && is_loopback(origin))
    }

    /// Longest time for one request.
    pub fn request_timeout(&self) -> Duration {
        Duration::from_millis(self.request_timeout_ms)
    }
}

fn is_loopback(origin: &str) -> bool {
    let host = origin.split_once("://").map_or(origin, |(_, rest)| rest);
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    ["localhost", "127.0.0.1", "[::1]"].contains(&name)
}

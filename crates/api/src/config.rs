//! What can be configured, by flag or environment variable.

use std::net::IpAddr;
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
    /// Log filter, such as `info` or `api=debug,gel_tokio=warn`.
    #[arg(long, env = "ASPIC_LOG", default_value = "info")]
    pub log: String,
    /// Log format.
    #[arg(long, env = "ASPIC_LOG_FORMAT", value_enum, default_value_t = LogFormat::Text)]
    pub log_format: LogFormat,
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
    /// Longest time for one request.
    pub fn request_timeout(&self) -> Duration {
        Duration::from_millis(self.request_timeout_ms)
    }
}

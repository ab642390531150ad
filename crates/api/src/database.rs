//! Where the database is: a Gel server that something names, or the embedded one.

use std::path::{Path, PathBuf};
use std::time::Duration;

use gel_errors::ClientNoCredentialsError;
use gel_tokio::{Builder, Client, Config};

use crate::auth::AuthServer;

/// How long a request waits for a database that is away before it gets 503.
const PATIENCE: Duration = Duration::from_secs(2);

/// A client, and the embedded server it talks to where no Gel server is named.
pub struct Database {
    /// Shared by all handlers.
    pub client: Client,
    /// Where passwords are kept and tokens are made.
    pub auth: AuthServer,
    /// Must live as long as the client.
    pub embedded: Option<server::Running>,
}

impl Database {
    /// `auth_url` names Gel's auth endpoints where they are not the server's own.
    ///
    /// Connects to the server named by `dsn`, by the environment (`GEL_DSN`, `GEL_INSTANCE`, …) or by a linked project;
    /// without any of these starts the embedded server on `.gel-embedded/` beside `gel.toml`.
    ///
    /// # Errors
    ///
    /// When the name cannot be understood, or the embedded server does not start; one sentence for people.
    pub async fn find(dsn: Option<&str>, auth_url: Option<&str>) -> Result<Database, String> {
        let named = match dsn {
            Some(dsn) => Builder::new().dsn(dsn),
            None => Builder::new(),
        };
        match named.wait_until_available(PATIENCE).build() {
            Ok(config) => Database::over(&config, auth_url, None),
            // Neither the environment nor a linked project names a server.
            Err(error) if error.is::<ClientNoCredentialsError>() => Database::embedded(auth_url).await,
            Err(error) => Err(format!("the database's address cannot be understood: {error:#}")),
        }
    }

    async fn embedded(auth_url: Option<&str>) -> Result<Database, String> {
        let config = server::Config { port: 0, ..server::Config::folder(project().join(".gel-embedded")) };
        let running = server::start(config)
            .await
            .map_err(|error| format!("the embedded server does not start: {error}"))?;
        let named = Builder::new().dsn(running.dsn()).wait_until_available(PATIENCE).build();
        let config = named.map_err(|error| format!("the embedded server has no valid address: {error:#}"))?;
        Database::over(&config, auth_url, Some(running))
    }

    fn over(
        config: &Config,
        auth_url: Option<&str>,
        embedded: Option<server::Running>,
    ) -> Result<Database, String> {
        Ok(Database { client: Client::new(config), auth: AuthServer::of(config, auth_url)?, embedded })
    }
}

/// The folder upwards that holds `gel.toml`; the current one where none does.
fn project() -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    here.ancestors().find(|folder| folder.join("gel.toml").exists()).map_or(here.clone(), Path::to_path_buf)
}

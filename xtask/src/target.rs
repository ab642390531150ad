//! Which server a command talks to: one that the user names, or the embedded one.

use std::path::Path;
use std::time::Duration;

use clap::Args;
use gel_dsn::gel::{Builder, Config};
use gel_errors::ClientNoCredentialsError;

use crate::embedded::{Door, Embedded, Storage};
use crate::errors::{gel, is_connection};
use crate::project::Project;
use crate::session::Session;

/// Variables by which every Gel tool is told where its server is.
const VARIABLES: [&str; 10] = [
    "GEL_DSN",
    "GEL_INSTANCE",
    "GEL_HOST",
    "GEL_PORT",
    "GEL_CREDENTIALS_FILE",
    "EDGEDB_DSN",
    "EDGEDB_INSTANCE",
    "EDGEDB_HOST",
    "EDGEDB_PORT",
    "EDGEDB_CREDENTIALS_FILE",
];

/// How a user names a server.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct ServerArgs {
    /// The Gel server to use; by default GEL_DSN, GEL_INSTANCE, a linked project, or else the embedded server.
    #[arg(long, value_name = "DSN", conflicts_with = "instance")]
    pub(crate) dsn: Option<String>,
    /// The Gel instance to use, as Gel's own tools name it.
    #[arg(long, value_name = "NAME")]
    pub(crate) instance: Option<String>,
}

/// A server to talk to. Dropping it stops the embedded one.
pub(crate) struct Target {
    /// How to connect.
    pub(crate) config: Config,
    /// The embedded server, where no other was named.
    pub(crate) embedded: Option<Embedded>,
}

impl Target {
    /// The named server, or the embedded one over `storage`.
    pub(crate) async fn open(
        project: &Project,
        server: &ServerArgs,
        storage: Storage,
    ) -> diag::Result<Target> {
        match server.named(project)? {
            Some(config) => Ok(Target { config, embedded: None }),
            None => Target::embedded(storage).await,
        }
    }

    /// The embedded server.
    pub(crate) async fn embedded(storage: Storage) -> diag::Result<Target> {
        let embedded = Embedded::start(storage, Door::PRIVATE).await?;
        Ok(Target { config: embedded.config()?, embedded: Some(embedded) })
    }

    /// Connects.
    pub(crate) async fn connect(&self) -> diag::Result<Session> {
        Session::connect(&self.config).await.map_err(|error| match is_connection(&error) {
            true => gel(&error).hint("is the server running?"),
            false => gel(&error),
        })
    }

    /// Stops the embedded server and waits until its data is safe.
    pub(crate) async fn close(self) {
        if let Some(embedded) = self.embedded {
            embedded.stop().await;
        }
    }
}

impl ServerArgs {
    /// How to connect to the server that the arguments, the environment or the project name.
    pub(crate) fn named(&self, project: &Project) -> diag::Result<Option<Config>> {
        // A server that is not there should be said at once, not after Gel's half a minute.
        let builder = Builder::new().wait_until_available(Duration::from_secs(1));
        if let Some(dsn) = &self.dsn {
            let builder = builder.dsn(dsn.as_str()).without_system().with_env().with_fs();
            return builder.build().map(Some).map_err(|error| gel(&error));
        }
        if let Some(instance) = &self.instance {
            let builder = builder.instance_string(instance).without_system().with_fs();
            return builder.build().map(Some).map_err(|error| gel(&error));
        }
        if VARIABLES.iter().any(|variable| std::env::var_os(variable).is_some()) {
            let builder = builder.without_system().with_env().with_fs();
            return builder.build().map(Some).map_err(|error| gel(&error));
        }
        linked(builder, &project.root)
    }
}

/// The instance that Gel's tools linked to the project, if they did.
fn linked(builder: Builder, root: &Path) -> diag::Result<Option<Config>> {
    match builder.without_system().with_fs().with_auto_project(root).build() {
        Ok(config) => Ok(Some(config)),
        Err(error) if error.is::<ClientNoCredentialsError>() => Ok(None),
        Err(error) => Err(gel(&error)),
    }
}

//! Which server a command talks to: one that the user names, or the embedded one.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use gel_dsn::gel::{Builder, Config};
use gel_errors::ClientNoCredentialsError;

use crate::embedded::{Door, Embedded, Storage};
use crate::errors::{failed, gel, is_connection};
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
    /// The host of the Gel server.
    #[arg(long, value_name = "HOST", conflicts_with_all = ["dsn", "instance"])]
    host: Option<String>,
    /// The port of the Gel server; 5656 by default.
    #[arg(id = "server_port", long = "server-port", value_name = "PORT", conflicts_with_all = ["dsn", "instance"])]
    port: Option<u16>,
    /// The branch, in place of the one that the server's name implies.
    #[arg(long, value_name = "BRANCH")]
    branch: Option<String>,
    /// The user, in place of the one that the server's name implies.
    #[arg(long, value_name = "USER")]
    user: Option<String>,
    /// Read the password from the first line of the standard input.
    #[arg(long)]
    password_from_stdin: bool,
    /// A token in place of a password.
    #[arg(long, value_name = "KEY", env = "GEL_SECRET_KEY", hide_env_values = true)]
    secret_key: Option<String>,
    /// The certificates to trust, in a PEM file.
    #[arg(long, value_name = "FILE")]
    tls_ca_file: Option<PathBuf>,
    /// How strictly the server's certificate is checked: `default`, `strict`, `no_host_verification` or `insecure`.
    #[arg(long, value_name = "MODE")]
    tls_security: Option<String>,
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
        let builder = self.refine(self.address())?;
        let is_addressed =
            self.dsn.is_some() || self.instance.is_some() || self.host.is_some() || self.port.is_some();
        if is_addressed || VARIABLES.iter().any(|variable| std::env::var_os(variable).is_some()) {
            let builder = builder.without_system();
            // An instance stands for itself: what the environment says is about another server.
            let built = match self.instance {
                Some(_) => builder.with_fs().build(),
                None => builder.with_env().with_fs().build(),
            };
            return built.map(Some).map_err(|error| gel(&error));
        }
        let linked = linked(builder, &project.root)?;
        match linked.is_none() && self.refines() {
            true => Err(failed("it is said how to connect, but not to which server").hint(
                "name one with `--dsn`, `--instance` or `--host`; the embedded server needs nothing of this",
            )),
            false => Ok(linked),
        }
    }

    fn address(&self) -> Builder {
        // A server that is not there should be said at once, not after Gel's half a minute.
        let mut builder = Builder::new().wait_until_available(Duration::from_secs(1));
        if let Some(dsn) = &self.dsn {
            builder = builder.dsn(dsn.as_str());
        }
        if let Some(instance) = &self.instance {
            builder = builder.instance_string(instance);
        }
        if let Some(host) = &self.host {
            builder = builder.host_string(host);
        }
        if let Some(port) = self.port {
            builder = builder.port(port);
        }
        builder
    }

    /// What is said beside the address.
    fn refine(&self, mut builder: Builder) -> diag::Result<Builder> {
        if let Some(branch) = &self.branch {
            builder = builder.branch(branch);
        }
        if let Some(user) = &self.user {
            builder = builder.user(user);
        }
        if self.password_from_stdin {
            builder = builder.password(first_line_of_stdin()?);
        }
        if let Some(key) = &self.secret_key {
            builder = builder.secret_key(key);
        }
        if let Some(file) = &self.tls_ca_file {
            builder = builder.tls_ca_file(file);
        }
        if let Some(mode) = &self.tls_security {
            builder = builder.tls_security_string(mode);
        }
        Ok(builder)
    }

    /// Whether an argument has no meaning without a server.
    fn refines(&self) -> bool {
        self.branch.is_some()
            || self.user.is_some()
            || self.password_from_stdin
            || self.tls_ca_file.is_some()
            || self.tls_security.is_some()
    }
}

fn first_line_of_stdin() -> diag::Result<String> {
    let mut line = String::new();
    let read = std::io::stdin().read_line(&mut line);
    read.map_err(|error| failed(format!("no password on the standard input: {error}")))?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// The instance that Gel's tools linked to the project, if they did.
fn linked(builder: Builder, root: &Path) -> diag::Result<Option<Config>> {
    match builder.without_system().with_fs().with_auto_project(root).build() {
        Ok(config) => Ok(Some(config)),
        Err(error) if error.is::<ClientNoCredentialsError>() => Ok(None),
        Err(error) => Err(gel(&error)),
    }
}

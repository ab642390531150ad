//! `cargo xtask dev`: database, migrations, generated code and API, all up with one command.

use std::process::Stdio;

use clap::Args;
use rustix::process::{Pid, Signal, kill_process};
use tokio::process::{Child, Command};
use url::Url;

use crate::db::until_stopped;
use crate::embedded::{Door, Embedded, StorageArgs};
use crate::errors::{failed, gel, io};
use crate::generator::Generator;
use crate::migration::{self, apply_pending, read_files};
use crate::project::Project;
use crate::report::{self, Format, Severity};
use crate::session::Session;
use crate::target::ServerArgs;
use crate::watch::Watch;
use crate::{Exit, report::about_file};

/// Start the database, apply pending migrations, regenerate stale code, build and serve the API.
///
/// Without a named Gel server the embedded one runs, with its data in `.gel-embedded/`.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  cargo xtask dev                       http://127.0.0.1:5001/docs
  cargo xtask dev --watch               again when schema, queries or Rust sources change
  cargo xtask dev --port 8080 --memory  another port, and nothing is kept
  cargo xtask dev --dsn gel://…         over a Gel server

Exit codes: 0 stopped as asked; 1 a migration, a query or the build is broken; 2 it could not start.")]
pub(crate) struct DevArgs {
    /// The API's port on 127.0.0.1.
    #[arg(long, default_value_t = 5001)]
    port: u16,
    #[command(flatten)]
    storage: StorageArgs,
    /// Do it all again when schema, queries or Rust sources change.
    #[arg(long)]
    watch: bool,
    #[command(flatten)]
    server: ServerArgs,
}

/// The database that the API is served over.
struct Database {
    config: gel_dsn::gel::Config,
    embedded: Option<Embedded>,
    /// What the API is told by its environment.
    variables: Vec<(&'static str, String)>,
}

/// Runs the command.
pub(crate) async fn run(project: &Project, args: &DevArgs) -> diag::Result<Exit> {
    let database = Database::open(project, args).await?;
    let exit = serve(project, args, &database).await;
    if let Some(embedded) = database.embedded {
        embedded.stop().await;
    }
    exit
}

async fn serve(project: &Project, args: &DevArgs, database: &Database) -> diag::Result<Exit> {
    let mut watch = if args.watch { Some(Watch::begin(project)?) } else { None };
    let mut api: Option<Child> = None;
    loop {
        if prepare(project, args.port, database).await? && build(project).await? {
            stop(api.take()).await;
            api = Some(start(project, args, database)?);
        } else if watch.is_none() {
            return Ok(Exit::Found);
        }
        let next = tokio::select! {
            stopped = until_stopped() => stopped.map(|()| Next::Leave)?,
            () = changed(watch.as_mut()) => Next::Again,
            failed = ended(api.as_mut()) => Next::Ended(failed),
        };
        match next {
            Next::Again => println!("a source changed"),
            Next::Ended(_) if watch.is_some() => api = None,
            Next::Ended(failed) => return Ok(if failed { Exit::Found } else { Exit::Clean }),
            Next::Leave => {
                stop(api).await;
                return Ok(Exit::Clean);
            }
        }
    }
}

/// What ends one round.
enum Next {
    Leave,
    Again,
    /// The API ended by itself, and whether it failed.
    Ended(bool),
}

async fn changed(watch: Option<&mut Watch>) {
    match watch {
        Some(watch) => drop(watch.changed().await),
        None => std::future::pending().await,
    }
}

async fn ended(api: Option<&mut Child>) -> bool {
    match api {
        Some(child) => child.wait().await.is_ok_and(|status| !status.success()),
        None => std::future::pending().await,
    }
}

impl Database {
    async fn open(project: &Project, args: &DevArgs) -> diag::Result<Database> {
        if let Some(config) = args.server.named(project)? {
            let dsn = args.server.dsn.iter().map(|dsn| ("GEL_DSN", dsn.clone()));
            let instance = args.server.instance.iter().map(|name| ("GEL_INSTANCE", name.clone()));
            return Ok(Database { config, embedded: None, variables: dsn.chain(instance).collect() });
        }
        let embedded = Embedded::start(args.storage.storage(project), Door::PRIVATE).await?;
        let variables = vec![("GEL_DSN", embedded.dsn().to_owned())];
        Ok(Database { config: embedded.config()?, embedded: Some(embedded), variables })
    }
}

/// Migrations and generated code; `false` where something is broken, and was said.
async fn prepare(project: &Project, port: u16, database: &Database) -> diag::Result<bool> {
    let mut session = Session::connect(&database.config).await.map_err(|error| gel(&error))?;
    let files = read_files(project)?;
    match apply_pending(&mut session, &files).await? {
        Ok(0) => {}
        Ok(count) => println!("migrations applied: {count}"),
        Err(failure) => {
            report::print(&[failure], Severity::Error, Format::Human);
            return Ok(false);
        }
    }
    if database.embedded.is_some() {
        crate::auth::set_up(&mut session, &own_urls(port), false).await?;
    }
    let drift = migration::schema_difference(project, &files).await?;
    report::print(&drift, Severity::Warning, Format::Human);
    let mut generator = Generator::over(project, session).await?;
    match generator.generate(project, &project.sources()?, Format::Human).await? {
        Ok(files) => {
            let folder = project.output_dir();
            let written = files.write(&folder).map_err(|error| io(&folder, error))?;
            if !written.is_empty() {
                println!("generated {} files", written.len());
            }
            Ok(true)
        }
        Err(failures) => {
            report::print(&failures, Severity::Error, Format::Human);
            Ok(false)
        }
    }
}

/// Where mailed links may lead: to the API that is served here.
fn own_urls(port: u16) -> Vec<Url> {
    let hosts = ["127.0.0.1", "localhost"];
    hosts.iter().filter_map(|host| Url::parse(&format!("http://{host}:{port}")).ok()).collect()
}

/// Builds before the running API is stopped, so that a broken build leaves it up. Cargo shows how far it is.
async fn build(project: &Project) -> diag::Result<bool> {
    println!("building the API");
    let package = project.api_package();
    let status = cargo(project, &["build", "--package", package]).status().await;
    let status = status.map_err(|error| failed(format!("cargo cannot be run: {error}")))?;
    if !status.success() {
        let failure =
            about_file("Cargo.toml".into(), format!("the package `{package}` does not build"), "see above");
        report::print(&[failure], Severity::Error, Format::Human);
    }
    Ok(status.success())
}

fn start(project: &Project, args: &DevArgs, database: &Database) -> diag::Result<Child> {
    let port = args.port.to_string();
    let arguments = ["run", "--quiet", "--package", project.api_package(), "--", "--port", &port];
    let mut command = cargo(project, &arguments);
    command.envs(database.variables.iter().map(|(name, value)| (name, value)));
    // A page served from another port of this machine is what one develops with.
    command.env("ASPIC_CORS_LOOPBACK", "true");
    let child = command.spawn().map_err(|error| failed(format!("the API cannot be started: {error}")))?;
    println!("API:      http://127.0.0.1:{port}/");
    println!("docs:     http://127.0.0.1:{port}/docs/");
    println!("database: {}", database.variables.first().map_or("as the environment says", |(_, dsn)| dsn));
    Ok(child)
}

fn cargo(project: &Project, arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(&project.root).stdin(Stdio::null()).kill_on_drop(true);
    command
}

/// Asks the API to finish what it does, and waits until it has.
async fn stop(api: Option<Child>) {
    let Some(mut child) = api else { return };
    let pid = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
    let asked = pid.is_some_and(|pid| kill_process(pid, Signal::TERM).is_ok());
    if !asked {
        // It is gone already, or cannot be asked: the rest is done for it.
        let _ = child.start_kill();
    }
    let _ = child.wait().await;
}

//! `db start`: the embedded server alone, in the foreground.

use std::path::PathBuf;

use clap::Args;
use tokio::signal::unix::{SignalKind, signal};

use crate::Exit;
use crate::embedded::{Door, Embedded, Storage};
use crate::errors::failed;
use crate::project::Project;

/// Start the embedded server and serve until SIGINT or SIGTERM.
///
/// When it is ready it prints one line, `GEL_DSN=…`, with the user and password that it wants. It applies nothing by
/// itself.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  cargo xtask db start                          on port 5656, data in .gel-embedded/
  cargo xtask db start --port 0 --memory        a free port, and nothing is kept
  export $(cargo xtask db start --insecure &)   for a shell that wants to connect

Exit codes: 0 stopped as asked; 2 it could not start.")]
pub(crate) struct StartArgs {
    /// The TCP port; 0 takes a free one.
    #[arg(long, default_value_t = 5656)]
    port: u16,
    /// The folder of the data; by default `.gel-embedded` beside `gel.toml`.
    #[arg(long, value_name = "DIR", conflicts_with = "memory")]
    data: Option<PathBuf>,
    /// Keep nothing.
    #[arg(long)]
    memory: bool,
    /// Plain TCP, and trust whoever connects.
    #[arg(long)]
    insecure: bool,
}

/// Runs the command.
pub(crate) async fn run(project: &Project, args: &StartArgs) -> diag::Result<Exit> {
    let storage = Storage::chosen(project, args.data.clone(), args.memory);
    let door = Door { port: args.port, insecure: args.insecure };
    let embedded = Embedded::start(storage, door).await?;
    println!("GEL_DSN={}", embedded.dsn());
    until_stopped().await?;
    embedded.stop().await;
    Ok(Exit::Clean)
}

/// Waits for SIGINT or SIGTERM.
pub(crate) async fn until_stopped() -> diag::Result<()> {
    let cannot = |error: std::io::Error| failed(format!("signals cannot be waited for: {error}"));
    let mut interrupt = signal(SignalKind::interrupt()).map_err(cannot)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(cannot)?;
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    Ok(())
}

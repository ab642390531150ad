//! `db start`: the embedded server alone, in the foreground.

use std::time::Instant;

use clap::Args;
use tokio::signal::unix::{SignalKind, signal};

use crate::Exit;
use crate::embedded::{Door, Embedded, StorageArgs};
use crate::errors::failed;
use crate::project::Project;

/// Start the embedded server and serve until SIGINT or SIGTERM.
///
/// When it is ready it prints one line, `GEL_DSN=…`, with the user and password that it wants, and to standard error how
/// long the first answer took. It applies nothing by itself.
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
    #[command(flatten)]
    storage: StorageArgs,
    /// Plain TCP, and trust whoever connects.
    #[arg(long)]
    insecure: bool,
}

/// Runs the command.
pub(crate) async fn run(project: &Project, args: &StartArgs) -> diag::Result<Exit> {
    let begun = Instant::now();
    let door = Door { port: args.port, insecure: args.insecure };
    let embedded = Embedded::start(args.storage.storage(project), door).await?;
    let answered = embedded.first_answer(begun).await?;
    eprintln!("first answer after {} ms", answered.as_millis());
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

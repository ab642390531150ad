//! `cargo xtask db`: the embedded server alone, and a shell for any Gel server.

mod check;
mod commands;
mod describe;
mod editor;
mod output;
mod shell;
mod start;

use clap::{Args, Subcommand};
pub(crate) use start::until_stopped;

use crate::Exit;
use crate::project::Project;

/// Run a database server, or talk to one.
#[derive(Args, Debug)]
pub(crate) struct DbArgs {
    #[command(subcommand)]
    command: DbCommand,
}

#[derive(Debug, Subcommand)]
enum DbCommand {
    Start(start::StartArgs),
    Shell(shell::ShellArgs),
    Describe(describe::DescribeArgs),
    Check(check::CheckArgs),
}

/// Runs the command.
pub(crate) async fn run(project: &Project, args: &DbArgs) -> diag::Result<Exit> {
    match &args.command {
        DbCommand::Start(args) => start::run(project, args).await,
        DbCommand::Shell(args) => shell::run(project, args).await,
        DbCommand::Describe(args) => describe::run(project, args).await,
        DbCommand::Check(args) => check::run(project, args),
    }
}

//! `cargo xtask migration`: schema changes as files, over the protocol alone, so that it works against any Gel server.

mod apply;
mod create;
mod files;
mod history;
mod log;
mod proposals;
mod rename;
mod status;

use clap::{Args, Subcommand};

pub(crate) use apply::{apply_files, apply_pending};
pub(crate) use files::{MigrationFile, read_files};
pub(crate) use status::{behind, schema_difference};

use crate::Exit;
use crate::project::Project;

/// Make, apply and inspect migrations.
#[derive(Args, Debug)]
pub(crate) struct MigrationArgs {
    #[command(subcommand)]
    command: MigrationCommand,
}

#[derive(Debug, Subcommand)]
enum MigrationCommand {
    Create(create::CreateArgs),
    Apply(apply::ApplyArgs),
    Status(status::StatusArgs),
    Log(log::LogArgs),
}

/// Runs the command.
pub(crate) async fn run(project: &Project, args: &MigrationArgs) -> diag::Result<Exit> {
    match &args.command {
        MigrationCommand::Create(args) => create::run(project, args).await,
        MigrationCommand::Apply(args) => apply::run(project, args).await,
        MigrationCommand::Status(args) => status::run(project, args).await,
        MigrationCommand::Log(args) => log::run(project, args).await,
    }
}

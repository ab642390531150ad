//! The project's commands: `cargo xtask <command>`, one file a command.
//!
//! Invariant: nothing here depends on the generated code or the API, so broken generated code can always be regenerated.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command speaks to whoever runs it")]

mod auth;
mod bench;
mod check;
mod codegen_command;
mod db;
mod dev;
mod drift;
mod embedded;
mod errors;
mod facts;
mod generator;
mod lexemes;
mod migration;
mod project;
mod report;
mod schema_source;
mod session;
mod settings;
mod target;
mod test;
mod tidy;
mod watch;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use project::Project;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Exit {
    /// As it should.
    Clean = 0,
    /// It did its work and found something wrong.
    Found = 1,
}

/// Commands of Aspic: write EdgeQL, get typed Rust functions, a REST API and its OpenAPI page.
#[derive(Parser)]
#[command(name = "xtask", bin_name = "cargo xtask", version, max_term_width = 110, after_help = EXIT_CODES)]
struct Cli {
    /// The folder that holds `gel.toml`; by default the nearest one upwards.
    #[arg(long, global = true, value_name = "DIR")]
    project: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

const EXIT_CODES: &str = "Exit codes: 0 all is well; 1 something is wrong with the project, and was said; 2 the command \
could not do its work.";

#[derive(Subcommand)]
enum Command {
    Dev(dev::DevArgs),
    Codegen(codegen_command::CodegenArgs),
    Check(check::CheckArgs),
    Migration(migration::MigrationArgs),
    Db(db::DbArgs),
    Auth(auth::AuthArgs),
    Test(test::TestArgs),
    Tidy(tidy::TidyArgs),
    Bench(bench::BenchArgs),
}

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli).await {
        Ok(exit) => ExitCode::from(exit as u8),
        Err(diagnostic) => {
            report::could_not(&diagnostic);
            ExitCode::from(2)
        }
    }
}

async fn run(cli: Cli) -> diag::Result<Exit> {
    let project = Project::find(cli.project.as_deref())?;
    match cli.command {
        Command::Dev(args) => dev::run(&project, &args).await,
        Command::Codegen(args) => codegen_command::run(&project, &args).await,
        Command::Check(args) => check::run(&project, &args).await,
        Command::Migration(args) => migration::run(&project, &args).await,
        Command::Db(args) => db::run(&project, &args).await,
        Command::Auth(args) => auth::run(&project, &args).await,
        Command::Test(args) => test::run(&project, &args).await,
        Command::Bench(args) => bench::run(&project, &args).await,
        Command::Tidy(args) => tidy::run(&project, &args).await,
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn no_two_flags_of_a_command_are_the_same() {
        super::Cli::command().debug_assert();
    }
}

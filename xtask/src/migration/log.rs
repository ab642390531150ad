//! `migration log`: the migrations in order.

use clap::Args;

use super::files::read_files;
use super::history::applied;
use crate::Exit;
use crate::embedded::Storage;
use crate::project::Project;
use crate::target::{ServerArgs, Target};

/// List the migrations, the oldest first.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  cargo xtask migration log              the files
  cargo xtask migration log --from-db    what the database has

Exit codes: 0 done; 2 no server, or a broken file.")]
pub(crate) struct LogArgs {
    /// List what the database has, not the files.
    #[arg(long)]
    from_db: bool,
    /// The newest first.
    #[arg(long)]
    newest_first: bool,
    /// At most this many.
    #[arg(long)]
    limit: Option<usize>,
    #[command(flatten)]
    server: ServerArgs,
}

/// Runs the command.
pub(crate) async fn run(project: &Project, args: &LogArgs) -> diag::Result<Exit> {
    let mut names = if args.from_db { from_database(project, args).await? } else { from_files(project)? };
    if args.newest_first {
        names.reverse();
    }
    names.iter().take(args.limit.unwrap_or(usize::MAX)).for_each(|name| println!("{name}"));
    Ok(Exit::Clean)
}

fn from_files(project: &Project) -> diag::Result<Vec<String>> {
    Ok(read_files(project)?.into_iter().map(|file| file.id).collect())
}

async fn from_database(project: &Project, args: &LogArgs) -> diag::Result<Vec<String>> {
    let target = Target::open(project, &args.server, Storage::Folder(project.data_dir())).await?;
    let mut session = target.connect().await?;
    let found = applied(&mut session).await;
    target.close().await;
    Ok(found?.into_iter().map(|migration| migration.name).collect())
}

//! `migration apply`: runs the migrations that a database does not have yet.

use clap::Args;
use codegen::Failure;

use super::files::{MigrationFile, read_files};
use super::history::{applied, pending};
use super::rename::{expected_name, rename};
use crate::Exit;
use crate::embedded::Storage;
use crate::errors::{gel, is_connection};
use crate::project::Project;
use crate::report::{self, Format, Severity};
use crate::session::Session;
use crate::target::{ServerArgs, Target};

const RENAME: &str = "an earlier version named it so; `cargo xtask migration apply --rename` gives it, and all that follow, Gel's names";

/// Apply the migrations that the database does not have yet.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  cargo xtask migration apply                                       to the embedded server's folder
  cargo xtask migration apply --dsn gel://admin@db.example/main     to a Gel server
  cargo xtask migration apply --rename                              give files of earlier versions Gel's names

Exit codes: 0 the database is up to date; 1 a migration fails, or the database has one that is no file; 2 no server.")]
pub(crate) struct ApplyArgs {
    /// Where earlier versions named a migration as Gel does not: rename its file, those that follow, and the database's
    /// history, all together.
    #[arg(long)]
    rename: bool,
    #[command(flatten)]
    server: ServerArgs,
}

/// Runs the command.
pub(crate) async fn run(project: &Project, args: &ApplyArgs) -> diag::Result<Exit> {
    let files = read_files(project)?;
    let target = Target::open(project, &args.server, Storage::Folder(project.data_dir())).await?;
    let mut session = target.connect().await?;
    let done = apply(project, &mut session, &files, args.rename).await;
    target.close().await;
    match done? {
        Ok(0) => println!("nothing to apply: {} migrations are there", files.len()),
        Ok(count) => println!("applied {count} of {} migrations", files.len()),
        Err(failure) => {
            report::print(&[failure], Severity::Error, Format::Human);
            return Ok(Exit::Found);
        }
    }
    Ok(Exit::Clean)
}

async fn apply(
    project: &Project,
    session: &mut Session,
    files: &[MigrationFile],
    with_rename: bool,
) -> diag::Result<Result<usize, Failure>> {
    if !with_rename {
        return apply_pending(session, files).await;
    }
    let applied = applied(session).await?;
    match rename(project, session, files, &applied).await? {
        Ok(files) => apply_pending(session, &files).await,
        Err(failure) => Ok(Err(failure)),
    }
}

/// Applies what the database does not have yet and answers how many that were.
pub(crate) async fn apply_pending(
    session: &mut Session,
    files: &[MigrationFile],
) -> diag::Result<Result<usize, Failure>> {
    let applied = applied(session).await?;
    let pending = match pending(files, &applied) {
        Ok(pending) => pending,
        Err(diagnostic) => {
            let path =
                files.get(applied.len().saturating_sub(1)).map_or("dbschema/migrations", |file| &file.shown);
            return Ok(Err(Failure { path: path.to_owned(), text: String::new(), diagnostic }));
        }
    };
    Ok(apply_files(session, pending).await?.map(|()| pending.len()))
}

/// Applies the files in order; stops at the first that fails, which changes nothing.
pub(crate) async fn apply_files(
    session: &mut Session,
    files: &[MigrationFile],
) -> diag::Result<Result<(), Failure>> {
    for file in files {
        match session.execute(&file.text).await {
            Ok(()) => {}
            Err(error) if is_connection(&error) => return Err(gel(&error)),
            Err(error) => {
                let (path, text) = (file.shown.clone(), file.text.clone());
                let mut diagnostic = gel(&error);
                if expected_name(&diagnostic.message).is_some() {
                    diagnostic = diagnostic.hint(RENAME);
                }
                return Ok(Err(Failure { path, text, diagnostic }));
            }
        }
    }
    Ok(Ok(()))
}

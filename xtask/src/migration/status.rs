//! `migration status`: what is applied, what is not, and whether the files lead to the schema.

use clap::Args;
use codegen::Failure;

use super::apply_files;
use super::files::{MigrationFile, read_files};
use super::history::{applied, last_name, pending};
use super::proposals::{Description, current};
use crate::Exit;
use crate::embedded::Storage;
use crate::errors::{gel, is_connection};
use crate::project::Project;
use crate::report::{self, Format, Severity, about_file};
use crate::schema_source::SchemaSource;
use crate::session::Session;
use crate::target::{ServerArgs, Target};

/// Say which migrations a database has, and whether the files lead to `dbschema/*.gel`.
#[derive(Args, Debug)]
#[command(after_help = "Exit codes: 0 all is in step; 1 a migration is pending or missing; 2 no server.")]
pub(crate) struct StatusArgs {
    #[command(flatten)]
    server: ServerArgs,
}

/// Runs the command.
pub(crate) async fn run(project: &Project, args: &StatusArgs) -> diag::Result<Exit> {
    let files = read_files(project)?;
    let target = Target::open(project, &args.server, Storage::Folder(project.data_dir())).await?;
    let mut session = target.connect().await?;
    let applied = applied(&mut session).await;
    target.close().await;
    let applied = applied?;
    println!("database: {} migrations, the last is {}", applied.len(), last_name(&applied));
    println!(
        "files:    {}",
        files.last().map_or("none".to_owned(), |file| format!("{}, {}", files.len(), file.id))
    );
    let waiting = pending(&files, &applied)?;
    for file in waiting {
        println!("pending:  {}", file.shown);
    }
    let drift = schema_difference(project, &files).await?;
    report::print(&drift, Severity::Error, Format::Human);
    Ok(if waiting.is_empty() && drift.is_empty() { Exit::Clean } else { Exit::Found })
}

/// What a database lacks, or has too much.
pub(crate) async fn behind(session: &mut Session, files: &[MigrationFile]) -> diag::Result<Vec<Failure>> {
    match pending(files, &applied(session).await?) {
        Ok(waiting) => Ok(waiting.iter().map(not_applied).collect()),
        Err(diagnostic) => {
            let path = files.last().map(|file| file.shown.clone()).unwrap_or_default();
            Ok(vec![Failure { path, text: String::new(), diagnostic }])
        }
    }
}

fn not_applied(file: &MigrationFile) -> Failure {
    let message = "the named server does not have this migration";
    about_file(file.shown.clone(), message, "run `cargo xtask migration apply` with the same server")
}

/// Whether the migrations end in exactly the schema's files. Tried on an embedded server in memory.
pub(crate) async fn schema_difference(
    project: &Project,
    files: &[MigrationFile],
) -> diag::Result<Vec<Failure>> {
    let source = SchemaSource::read(project)?;
    let target = Target::embedded(Storage::Memory).await?;
    let mut session = target.connect().await?;
    let found = compare(&mut session, files, &source, &project.shown(&project.migrations_dir())).await;
    target.close().await;
    found
}

async fn compare(
    session: &mut Session,
    files: &[MigrationFile],
    source: &SchemaSource,
    folder: &str,
) -> diag::Result<Vec<Failure>> {
    if let Err(failure) = apply_files(session, files).await? {
        return Ok(vec![failure]);
    }
    match session.execute(&source.statement).await {
        Ok(()) => {}
        Err(error) if is_connection(&error) => return Err(gel(&error)),
        Err(error) => return Ok(vec![source.failure(gel(&error))]),
    }
    let description = current(session).await?;
    if description.complete && description.confirmed.is_empty() {
        return Ok(Vec::new());
    }
    let file = files.last().map_or(folder, |file| &file.shown);
    let mut failure = about_file(
        file.to_owned(),
        format!("the migrations do not end in the schema's files: {}", first_difference(&description)),
        "run `cargo xtask migration create`",
    );
    failure.diagnostic.details = description.proposed.map(|proposal| proposal.filled(&[]).join("\n"));
    Ok(vec![failure])
}

fn first_difference(description: &Description) -> String {
    match &description.proposed {
        Some(proposal) => proposal.question(),
        None => "the server knows no way from one to the other".to_owned(),
    }
}

//! `cargo xtask codegen`: typed Rust functions from the query files.

use clap::Args;
use codegen::{Difference, Failure, Files, QueryFile};

use crate::describe::describe;
use crate::drift;
use crate::embedded::Storage;
use crate::errors::io;
use crate::project::Project;
use crate::report::{self, Format, Severity};
use crate::schema_source::SchemaSource;
use crate::session::Session;
use crate::target::{ServerArgs, Target};
use crate::{Exit, errors, facts};

/// Write typed Rust functions for every query under `queries/`.
///
/// Each `.edgeql` file becomes a module with an async function, its result types and its parameters. Every broken file
/// is reported in one run, and nothing is written then. Without a named server the embedded one answers, in memory,
/// with the schema as its files stand.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  cargo xtask codegen                     write what changed
  cargo xtask codegen --check             fail if anything would change
  cargo xtask codegen --format github     annotate a pull request

Exit codes: 0 done; 1 a query is broken, or --check found a difference; 2 no server, or no file could be written.")]
pub(crate) struct CodegenArgs {
    /// Write nothing; fail and show the difference where something would be written.
    #[arg(long)]
    check: bool,
    /// How to tell what is wrong.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    server: ServerArgs,
}

/// Runs the command.
pub(crate) async fn run(project: &Project, args: &CodegenArgs) -> diag::Result<Exit> {
    let queries = project.queries()?;
    let target = Target::open(project, &args.server, Storage::Memory).await?;
    let mut session = target.connect().await?;
    let generated = match prepare_schema(project, &target, &mut session).await? {
        Some(failure) => Err(vec![failure]),
        None => generate(project, &mut session, &queries, args.format).await?,
    };
    target.close().await;
    match generated {
        Err(failures) => {
            report::print(&failures, Severity::Error, args.format);
            eprintln!("{} things are wrong; nothing was written", failures.len());
            Ok(Exit::Found)
        }
        Ok(files) if args.check => Ok(drift::report_code(project, &files, args.format)?),
        Ok(files) => write(project, &files),
    }
}

/// Gives an embedded server the schema as its files stand; a named server has its own.
pub(crate) async fn prepare_schema(
    project: &Project,
    target: &Target,
    session: &mut Session,
) -> diag::Result<Option<Failure>> {
    if target.embedded.is_none() {
        return Ok(None);
    }
    let source = SchemaSource::read(project)?;
    for statement in [source.statement.as_str(), "populate migration", "commit migration"] {
        match session.execute(statement).await {
            Ok(()) => {}
            Err(error) if errors::is_connection(&error) => return Err(errors::gel(&error)),
            Err(error) => return Ok(Some(source.failure(errors::gel(&error)))),
        }
    }
    Ok(None)
}

/// The generated files, or everything that is wrong with the queries.
pub(crate) async fn generate(
    project: &Project,
    session: &mut Session,
    queries: &[QueryFile],
    format: Format,
) -> diag::Result<Result<Files, Vec<Failure>>> {
    let mut descriptions = describe(session, queries).await?;
    report::print(&descriptions.warnings, Severity::Warning, format);
    let options = codegen::Options { facts: facts::ask(session).await?, derives: project.derives().to_vec() };
    Ok(match codegen::generate(&descriptions.described, &options) {
        Ok(files) if descriptions.failures.is_empty() => Ok(files),
        Ok(_) => Err(descriptions.failures),
        Err(failures) => {
            descriptions.failures.extend(failures);
            Err(descriptions.failures)
        }
    })
}

fn write(project: &Project, files: &Files) -> diag::Result<Exit> {
    let folder = project.output_dir();
    let differences = files.write(&folder).map_err(|error| io(&folder, error))?;
    for difference in &differences {
        let path = project.shown(&folder.join(difference.path()));
        match difference {
            Difference::Missing(_) => println!("new      {path}"),
            Difference::Changed(_) => println!("changed  {path}"),
            Difference::Stale(_) => println!("removed  {path}"),
        }
    }
    let unchanged =
        files.iter().count() - differences.iter().filter(|d| !matches!(d, Difference::Stale(_))).count();
    println!("{} files differed, {unchanged} are as they were", differences.len());
    Ok(Exit::Clean)
}

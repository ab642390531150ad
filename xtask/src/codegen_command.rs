//! `cargo xtask codegen`: typed Rust functions from the query files.

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use codegen::{Difference, Failure, Files};

use crate::errors::io;
use crate::generator::Generator;
use crate::project::Project;
use crate::report::{self, Format, Severity};
use crate::target::ServerArgs;
use crate::watch::Watch;
use crate::{Exit, drift};

/// Write typed Rust functions for every query under `queries/`, and for those in `query!` in Rust sources.
///
/// Each query becomes a module with an async function, its result types and its parameters. Every broken file
/// is reported in one run, and nothing is written then. Without a named server the embedded one answers, in memory,
/// with the schema as its files stand.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  cargo xtask codegen                     write what changed
  cargo xtask codegen --check             fail if anything would change
  cargo xtask codegen --watch             again when a query or the schema changes
  cargo xtask codegen --format github     annotate a pull request

Exit codes: 0 done; 1 a query is broken, or --check found a difference; 2 no server, or no file could be written.")]
pub(crate) struct CodegenArgs {
    /// Write nothing; fail and show the difference where something would be written.
    #[arg(long)]
    check: bool,
    /// Do it again when a query or the schema changes, until interrupted.
    #[arg(long, conflicts_with = "check")]
    watch: bool,
    /// How to tell what is wrong.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    server: ServerArgs,
}

/// Runs the command.
pub(crate) async fn run(project: &Project, args: &CodegenArgs) -> diag::Result<Exit> {
    if args.watch {
        return watch(project, args).await;
    }
    let generated = match Generator::open(project, &args.server).await? {
        Ok(mut generator) => {
            let generated = generator.generate(project, &project.sources()?, args.format).await;
            generator.close().await;
            generated?
        }
        Err(failure) => Err(vec![failure]),
    };
    match generated {
        Ok(files) if args.check => drift::report_code(project, &files, args.format),
        generated => deliver(project, generated, args.format),
    }
}

/// Generates again and again. Only changed queries are asked about; a changed schema asks about all.
async fn watch(project: &Project, args: &CodegenArgs) -> diag::Result<Exit> {
    let mut watch = Watch::begin(project)?;
    let (mut project, mut generator) = (project.clone(), None);
    round(&project, args, &mut generator).await?;
    loop {
        let changed = watch.changed().await;
        let settings = ["gel.toml", "aspic.toml"].map(|name| project.root.join(name));
        let is_schema = |path: &PathBuf| path.starts_with(project.schema_dir()) || settings.contains(path);
        if changed.iter().any(is_schema) {
            close(generator.take()).await;
        }
        let done = match Project::find(Some(&project.root)) {
            Ok(found) => {
                project = found;
                round(&project, args, &mut generator).await
            }
            Err(diagnostic) => Err(diagnostic),
        };
        // A file that is gone before it is read, or a server that restarts: the next change tries again.
        if let Err(diagnostic) = done {
            report::could_not(&diagnostic);
            close(generator.take()).await;
        }
    }
}

/// One round of a watch.
async fn round(project: &Project, args: &CodegenArgs, generator: &mut Option<Generator>) -> diag::Result<()> {
    let begun = Instant::now();
    if generator.is_none() {
        match Generator::open(project, &args.server).await? {
            Ok(opened) => *generator = Some(opened),
            Err(failure) => report::print(&[failure], Severity::Error, args.format),
        }
    }
    if let Some(generator) = generator {
        let sources = project.sources()?;
        let generated = generator.generate(project, &sources, args.format).await?;
        deliver(project, generated, args.format)?;
        let (asked, all) = (generator.asked(), sources.queries.len());
        println!("asked about {asked} of {all} queries, {} ms", begun.elapsed().as_millis());
    }
    Ok(())
}

async fn close(generator: Option<Generator>) {
    if let Some(generator) = generator {
        generator.close().await;
    }
}

/// Writes the files, or tells what is wrong.
fn deliver(project: &Project, generated: Result<Files, Vec<Failure>>, format: Format) -> diag::Result<Exit> {
    match generated {
        Ok(files) => write(project, &files),
        Err(failures) => {
            report::print(&failures, Severity::Error, format);
            eprintln!("{} things are wrong; nothing was written", failures.len());
            Ok(Exit::Found)
        }
    }
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

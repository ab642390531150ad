//! `cargo xtask check`: do schema, migrations, queries, generated code and a live database still agree?

use clap::Args;
use codegen::Failure;
use gel_dsn::gel::Config;

use crate::errors::gel;
use crate::generator::Generator;
use crate::migration;
use crate::project::Project;
use crate::report::{self, Format, Severity};
use crate::session::Session;
use crate::target::ServerArgs;
use crate::{Exit, drift};

/// Fail, with the reason, when schema, migrations, queries, generated code or a live database have drifted apart.
///
/// It needs no server and no network: an embedded server in memory answers. Where a server is named, its last migration
/// is compared with the files too.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  cargo xtask check                      in CI
  cargo xtask check --format github      annotate a pull request
  cargo xtask check --dsn gel://…        is production migrated?

What is compared, and what mends it:
  a query does not compile                           the query, or the schema
  generated code is not what the queries give        cargo xtask codegen
  the migrations do not end in dbschema/*.gel        cargo xtask migration create
  the server lacks migrations                        cargo xtask migration apply

Exit codes: 0 all agree; 1 something drifted; 2 it could not be checked.")]
pub(crate) struct CheckArgs {
    /// How to tell what is wrong.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    server: ServerArgs,
}

/// Runs the command.
pub(crate) async fn run(project: &Project, args: &CheckArgs) -> diag::Result<Exit> {
    let mut failures = queries_and_code(project, args.format).await?;
    match migration::read_files(project) {
        Ok(files) => {
            failures.extend(migration::schema_difference(project, &files).await?);
            if let Some(config) = args.server.named(project)? {
                failures.extend(database(&config, &files).await?);
            }
        }
        // A chain that two branches broke is drift too, and no migration can be compared with it.
        Err(diagnostic) => {
            let path = project.shown(&project.migrations_dir());
            failures.push(Failure { path, text: String::new(), diagnostic });
        }
    }
    // A broken schema is told by each comparison that stumbles over it.
    let mut told: Vec<Failure> = Vec::new();
    failures.into_iter().for_each(|failure| {
        if !told.contains(&failure) {
            told.push(failure)
        }
    });
    report::print(&told, Severity::Error, args.format);
    match told.len() {
        0 if args.format == Format::Human => println!("schema, migrations, queries and generated code agree"),
        0 => {}
        count => eprintln!("{count} things drifted apart"),
    }
    Ok(if told.is_empty() { Exit::Clean } else { Exit::Found })
}

async fn queries_and_code(project: &Project, format: Format) -> diag::Result<Vec<Failure>> {
    let sources = project.sources()?;
    // Whatever server is named: what the files say must hold by itself.
    let mut generator = match Generator::embedded(project).await? {
        Ok(generator) => generator,
        Err(failure) => return Ok(vec![failure]),
    };
    let generated = generator.generate(project, &sources, format).await;
    generator.close().await;
    match generated? {
        Ok(files) => drift::code(project, &files),
        Err(failures) => Ok(failures),
    }
}

async fn database(config: &Config, files: &[migration::MigrationFile]) -> diag::Result<Vec<Failure>> {
    let mut session = Session::connect(config).await.map_err(|error| gel(&error))?;
    migration::behind(&mut session, files).await
}

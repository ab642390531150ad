//! `cargo xtask bench`: how long the generator takes, and how much memory.

use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use clap::{Args, Subcommand};

use crate::Exit;
use crate::errors::{failed, io};
use crate::generator::Generator;
use crate::project::Project;
use crate::report::Format;
use crate::target::ServerArgs;

/// Measure.
#[derive(Args, Debug)]
pub(crate) struct BenchArgs {
    #[command(subcommand)]
    command: BenchCommand,
}

#[derive(Debug, Subcommand)]
enum BenchCommand {
    Codegen(CodegenBench),
}

/// Generate many queries from cold, from warm, checked, and after one changed.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  cargo run --release -p xtask -- bench codegen
  cargo xtask bench codegen --queries 100

Exit codes: 0 measured; 2 it could not be.")]
struct CodegenBench {
    /// How many query files.
    #[arg(long, default_value_t = 1_000)]
    queries: usize,
    #[command(flatten)]
    server: ServerArgs,
}

/// How often what is done again and again is measured; the best counts.
const ROUNDS: usize = 10;

/// Runs the command.
pub(crate) async fn run(_: &Project, args: &BenchArgs) -> diag::Result<Exit> {
    match &args.command {
        BenchCommand::Codegen(args) => codegen(args).await,
    }
}

async fn codegen(args: &CodegenBench) -> diag::Result<Exit> {
    let folder = tempfile::tempdir().map_err(|error| failed(format!("no temporary folder: {error}")))?;
    write_project(folder.path(), args.queries)?;
    let project = Project::find(Some(folder.path()))?;

    let begun = Instant::now();
    let opened = Generator::open(&project, &args.server).await?;
    let mut generator = opened.map_err(|failure| failure.diagnostic)?;
    let (cold, files) = generate(&project, &mut generator, begun).await?;
    files.write(&project.output_dir()).map_err(|error| io(&project.output_dir(), error))?;
    let cold_written = begun.elapsed();

    let mut warm = Duration::MAX;
    for _ in 0..ROUNDS {
        warm = warm.min(generate(&project, &mut generator, Instant::now()).await?.0);
    }

    let begun = Instant::now();
    let (_, files) = generate(&project, &mut generator, begun).await?;
    files.compare(&project.output_dir()).map_err(|error| io(&project.output_dir(), error))?;
    let checked = begun.elapsed();

    let mut one_changed = Duration::MAX;
    for round in 1..=ROUNDS {
        write(&folder.path().join("queries/group_0/query_0.edgeql"), &query(args.queries + round))?;
        let begun = Instant::now();
        let (_, files) = generate(&project, &mut generator, begun).await?;
        files.write(&project.output_dir()).map_err(|error| io(&project.output_dir(), error))?;
        one_changed = one_changed.min(begun.elapsed());
    }
    generator.close().await;

    println!("{} queries", args.queries);
    for (what, took) in [
        ("generated from cold, with a server started", cold),
        ("the same, and written", cold_written),
        ("generated from warm", warm),
        ("checked", checked),
        ("one query changed, and written", one_changed),
    ] {
        println!("{:>9.1} ms  {what}", took.as_secs_f64() * 1e3);
    }
    println!("{:>9.1} MB  peak memory", peak_memory_kb() as f64 / 1024.0);
    Ok(Exit::Clean)
}

async fn generate(
    project: &Project,
    generator: &mut Generator,
    begun: Instant,
) -> diag::Result<(Duration, codegen::Files)> {
    let generated = generator.generate(project, &project.sources()?, Format::Human).await?;
    let files = generated.map_err(|failures| match failures.into_iter().next() {
        Some(failure) => failure.diagnostic,
        None => failed("nothing was generated"),
    })?;
    Ok((begun.elapsed(), files))
}

/// A project of a shop with as many queries as asked for, fifty a folder.
fn write_project(root: &Path, queries: usize) -> diag::Result<()> {
    write(&root.join("gel.toml"), "[instance]\nserver-version = \"6.0\"\n")?;
    write(&root.join("dbschema/default.gel"), SCHEMA)?;
    (0..queries).try_for_each(|number| {
        let path = root.join(format!("queries/group_{}/query_{number}.edgeql", number / 50));
        write(&path, &query(number))
    })
}

const SCHEMA: &str = "module default {
  type Product { required name: str { constraint max_len_value(80); } price: decimal; multi tags: str; }
  type Customer { required name: str; multi orders: Order; }
  type Order { required number: int64; multi items: Product { amount: int32; } placed: datetime; }
}
";

/// No two alike, of three kinds.
fn query(number: usize) -> String {
    let mut text = format!("# Query number {number}.\n");
    let written = match number % 3 {
        0 => write!(
            text,
            "select Product {{id, name, price, tags}} filter .name = <str>$name limit {};",
            number + 1
        ),
        1 => write!(
            text,
            "select Customer {{id, name, orders: {{number, placed, items: {{name, @amount}}}}}} limit {};",
            number + 1
        ),
        _ => write!(
            text,
            "select (insert Product {{name := <str>$name, tags := {{'{number}'}}}}) {{id, name}};"
        ),
    };
    debug_assert!(written.is_ok(), "text takes whatever is written to it");
    text
}

fn write(path: &Path, text: &str) -> diag::Result<()> {
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent).map_err(|error| io(parent, error))?;
    }
    std::fs::write(path, text).map_err(|error| io(path, error))
}

/// The most memory that this process has held; 0 where the system does not say.
fn peak_memory_kb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

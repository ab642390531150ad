//! `db check`: is everything in a folder's data as its schema says?

use std::io::IsTerminal;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde::Serialize;
use server::Fault;

use crate::Exit;
use crate::errors::failed;
use crate::project::Project;

/// Between two words of progress, in entries.
const STRIDE: u64 = 100_000;

/// Hold the data of the embedded server against itself and against the schema, branch by branch.
///
/// Values are of their pointers' types and as many as those ask for, links lead to objects of their types and back,
/// constraints hold, indexes have what is there, sequences are past the numbers that objects have. Nothing is changed.
/// The server must not run.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  cargo xtask db check                          the project's own data, in .gel-embedded/
  cargo xtask db check --data backup/           a copy
  cargo xtask db check --format json            one JSON object a fault, for programs

Exit codes: 0 all is as it should be; 1 faults were found, one line each; 2 it could not be looked at.")]
pub(crate) struct CheckArgs {
    /// The folder of the data; by default `.gel-embedded` beside `gel.toml`.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// How to tell what is wrong.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// For whom faults are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// One line a fault.
    #[default]
    Human,
    /// One JSON object a line.
    Json,
}

/// A fault as a machine reads it.
#[derive(Serialize)]
struct Entry<'a> {
    branch: &'a str,
    #[serde(rename = "type")]
    type_name: Option<&'a str>,
    object: Option<String>,
    message: &'a str,
}

/// Runs the command.
pub(crate) fn run(project: &Project, args: &CheckArgs) -> diag::Result<Exit> {
    let folder = args.data.clone().unwrap_or_else(|| project.data_dir());
    let is_watched = std::io::stderr().is_terminal();
    let mut faults = 0u64;
    let mut looks_at = |branch: &str, number: u64| {
        if is_watched && number > 0 && number.is_multiple_of(STRIDE) {
            eprintln!("{branch}: {number} entries");
        }
    };
    let mut found = |fault: &Fault| {
        faults += 1;
        println!("{}", told(fault, args.format));
    };
    let checked = server::check(&folder, &mut looks_at, &mut found);
    checked.map_err(|error| failed(format!("the data cannot be looked at: {error}")))?;
    match faults {
        0 if args.format == Format::Human => println!("all is as it should be"),
        0 => {}
        _ => eprintln!("{faults} faults"),
    }
    Ok(if faults == 0 { Exit::Clean } else { Exit::Found })
}

fn told(fault: &Fault, format: Format) -> String {
    let entry = Entry {
        branch: &fault.branch,
        type_name: fault.type_name.as_deref(),
        object: fault.object.map(|id| id.to_string()),
        message: &fault.message,
    };
    match format {
        Format::Human => fault.to_string(),
        Format::Json => serde_json::to_string(&entry).unwrap_or_default(),
    }
}

//! What can drift apart, each compared by one function.

use std::path::Path;

use codegen::{Difference, Failure, Files};
use similar::TextDiff;

use crate::Exit;
use crate::errors::io;
use crate::project::Project;
use crate::report::{self, Format, Severity, about_file};

/// Generated files that are not what the queries and the schema give.
pub(crate) fn code(project: &Project, files: &Files) -> diag::Result<Vec<Failure>> {
    let folder = project.output_dir();
    let differences = files.compare(&folder).map_err(|error| io(&folder, error))?;
    let failures = differences.iter().map(|difference| {
        let path = project.shown(&folder.join(difference.path()));
        let message = match difference {
            Difference::Missing(_) => "this generated file is missing",
            Difference::Changed(_) => "this generated file is not what the queries and the schema give",
            Difference::Stale(_) => "this generated file belongs to no query any more",
        };
        about_file(path, message, "run `cargo xtask codegen`")
    });
    Ok(failures.collect())
}

/// Tells of generated files that differ, with the difference itself for people.
pub(crate) fn report_code(project: &Project, files: &Files, format: Format) -> diag::Result<Exit> {
    let failures = code(project, files)?;
    report::print(&failures, Severity::Error, format);
    if failures.is_empty() {
        return Ok(Exit::Clean);
    }
    if format == Format::Human {
        for difference in files.compare(&project.output_dir()).unwrap_or_default() {
            show(&project.output_dir(), difference.path(), files.get(difference.path()).unwrap_or_default());
        }
    }
    Ok(Exit::Found)
}

fn show(folder: &Path, path: &str, new: &str) {
    let old = std::fs::read_to_string(folder.join(path)).unwrap_or_default();
    let diff = TextDiff::from_lines(old.as_str(), new);
    eprint!("{}", diff.unified_diff().context_radius(2).header(&format!("a/{path}"), &format!("b/{path}")));
}

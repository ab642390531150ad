//! How what is wrong is told: to people, to machines, to GitHub.

use std::io::IsTerminal;

use clap::ValueEnum;
use codegen::Failure;
use diag::{Position, Source};
use serde::Serialize;

/// For whom a report is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// The source line with a caret, and a summary.
    #[default]
    Human,
    /// One JSON object a line.
    Json,
    /// Annotations of GitHub Actions.
    Github,
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Severity {
    Error,
    Warning,
}

/// A failure as a machine reads it. Lines and columns count from 1, columns in characters.
#[derive(Serialize)]
struct Entry<'a> {
    severity: Severity,
    file: &'a str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    code: Option<&'static str>,
    message: &'a str,
    hint: Option<&'a str>,
    details: Option<&'a str>,
}

/// Writes every failure in order of file and place.
pub(crate) fn print(failures: &[Failure], severity: Severity, format: Format) {
    let mut sorted: Vec<&Failure> = failures.iter().collect();
    sorted.sort_by_key(|failure| (&failure.path, failure.diagnostic.span));
    for failure in sorted {
        match format {
            Format::Human => eprintln!("{}\n", human(failure, severity, std::io::stderr().is_terminal())),
            Format::Json => {
                println!("{}", serde_json::to_string(&entry(failure, severity)).unwrap_or_default())
            }
            Format::Github => println!("{}", github(&entry(failure, severity))),
        }
    }
}

fn human(failure: &Failure, severity: Severity, color: bool) -> String {
    if failure.text.is_empty() {
        let hint = failure.diagnostic.hint.iter().map(|hint| format!("\n  help: {hint}")).collect::<String>();
        return format!("{}: {}: {}{hint}", failure.path, word(severity), failure.diagnostic.message);
    }
    let source = Source { name: &failure.path, text: &failure.text };
    let mut placed = failure.diagnostic.clone();
    placed.span.get_or_insert_default();
    // The renderer draws errors; a warning is drawn alike and begins with another word.
    diag::render(&placed, source, color).replacen(word(Severity::Error), word(severity), 1)
}

fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

fn entry(failure: &Failure, severity: Severity) -> Entry<'_> {
    let span = failure.diagnostic.span.unwrap_or_default();
    let (start, end) = (place(&failure.text, span.start), place(&failure.text, span.end));
    Entry {
        severity,
        file: &failure.path,
        line: start.0,
        column: start.1,
        end_line: end.0,
        end_column: end.1,
        code: failure.diagnostic.code.name(),
        message: &failure.diagnostic.message,
        hint: failure.diagnostic.hint.as_deref(),
        details: failure.diagnostic.details.as_deref(),
    }
}

/// Line and column of a byte, as editors count them.
fn place(text: &str, byte: u32) -> (usize, usize) {
    let position = Position::of(text, byte);
    let before = text.get(..position.byte as usize).unwrap_or(text);
    let in_line = before.rsplit('\n').next().unwrap_or(before);
    (position.line as usize, in_line.chars().count() + 1)
}

/// A workflow command. Its values escape what would end them.
fn github(entry: &Entry<'_>) -> String {
    let data = |text: &str| text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let property = |text: &str| data(text).replace(':', "%3A").replace(',', "%2C");
    let hint = entry.hint.map(|hint| format!("\nhelp: {hint}")).unwrap_or_default();
    format!(
        "::{} file={},line={},col={},endLine={},endColumn={},title={}::{}",
        word(entry.severity),
        property(entry.file),
        entry.line,
        entry.column,
        entry.end_line,
        entry.end_column,
        property(entry.code.unwrap_or("Aspic")),
        data(&format!("{}{hint}", entry.message)),
    )
}

/// A failure about a file as a whole.
pub(crate) fn about_file(path: String, message: impl Into<String>, hint: impl Into<String>) -> Failure {
    let diagnostic = crate::errors::failed(message).hint(hint);
    Failure { path, text: String::new(), diagnostic }
}

/// Tells why a command could not do its work.
pub(crate) fn could_not(diagnostic: &diag::Diagnostic) {
    eprintln!("error: {}", diagnostic.message);
    let hint = diagnostic.hint.as_ref().map(|hint| format!("help: {hint}"));
    diagnostic.details.iter().chain(&hint).for_each(|note| eprintln!("  {note}"));
}

//! Asks a server about every query of the project.

use codegen::{Described, Failure, QueryFile};
use gel_protocol::annotations::{Warning, decode_warnings};
use gel_protocol::server_message::CommandDataDescription1;

use crate::errors::{gel, is_connection};
use crate::session::Session;

/// What a server said of the project's queries.
pub(crate) struct Descriptions<'a> {
    /// The queries that compile.
    pub(crate) described: Vec<Described<'a>>,
    /// The others.
    pub(crate) failures: Vec<Failure>,
    /// What the server found odd in queries that compile.
    pub(crate) warnings: Vec<Failure>,
}

/// Parses every query on one connection. An error is one of the connection; those of queries are collected.
pub(crate) async fn describe<'a>(
    session: &mut Session,
    queries: &'a [QueryFile],
) -> diag::Result<Descriptions<'a>> {
    let texts: Vec<&str> = queries.iter().map(|query| query.text.as_str()).collect();
    let answers = session.parse_all(&texts).await.map_err(|error| gel(&error))?;
    let mut all = Descriptions { described: Vec::new(), failures: Vec::new(), warnings: Vec::new() };
    for (file, answer) in queries.iter().zip(answers) {
        match answer {
            Ok(description) => {
                all.warnings.extend(warnings(file, &description));
                all.described.push(Described {
                    file,
                    cardinality: description.result_cardinality,
                    capabilities: description.capabilities,
                    input: description.input,
                    output: description.output,
                });
            }
            Err(error) if is_connection(&error) => return Err(gel(&error)),
            Err(error) => all.failures.push(failure(file, gel(&error))),
        }
    }
    Ok(all)
}

fn failure(file: &QueryFile, diagnostic: diag::Diagnostic) -> Failure {
    Failure { path: file.shown.clone(), text: file.text.clone(), diagnostic }
}

fn warnings(file: &QueryFile, description: &CommandDataDescription1) -> Vec<Failure> {
    let warnings = decode_warnings(&description.annotations).unwrap_or_default();
    warnings.into_iter().map(|warning| failure(file, diagnostic_of(warning))).collect()
}

fn diagnostic_of(warning: Warning) -> diag::Diagnostic {
    let code = u32::try_from(warning.code).map_or(diag::ErrorCode::WARNING_MESSAGE, diag::ErrorCode);
    let mut diagnostic = diag::Diagnostic::new(code, warning.message);
    diagnostic.hint = warning.hint;
    diagnostic.details = warning.details;
    diagnostic.span = warning.start.zip(warning.end).map(|(start, end)| diag::Span::new(start, end));
    diagnostic
}

//! Generates code over one connection and remembers what the server said, as long as the schema stays.

use std::collections::{HashMap, HashSet};

use codegen::{Described, Facts, Failure, Files, Options, Printed, QueryFile, Sources};
use diag::{Diagnostic, ErrorCode, Span};
use gel_protocol::annotations::{Warning, decode_warnings};
use gel_protocol::common::RawTypedesc;
use gel_protocol::server_message::CommandDataDescription1;

use crate::embedded::Storage;
use crate::errors::{gel, is_connection};
use crate::facts;
use crate::project::Project;
use crate::report::{self, Format, Severity};
use crate::schema_source::SchemaSource;
use crate::session::Session;
use crate::target::{ServerArgs, Target};

/// A connection, what its schema says, and what it answered about each query's text.
pub(crate) struct Generator {
    session: Session,
    facts: Facts,
    known: HashMap<String, Result<CommandDataDescription1, Diagnostic>>,
    asked: usize,
    printed: Printed,
    /// What the server says of session state.
    state: RawTypedesc,
    /// Keeps the embedded server alive.
    target: Option<Target>,
}

impl Generator {
    /// Over the named server, which has its own schema, or else as [`Generator::embedded`].
    pub(crate) async fn open(
        project: &Project,
        server: &ServerArgs,
    ) -> diag::Result<Result<Generator, Failure>> {
        match server.named(project)? {
            Some(config) => {
                let session = Session::connect(&config).await.map_err(|error| gel(&error))?;
                Generator::over(project, session).await.map(Ok)
            }
            None => Generator::embedded(project).await,
        }
    }

    /// Over an embedded server in memory with the schema as its files stand; a broken schema is the failure.
    pub(crate) async fn embedded(project: &Project) -> diag::Result<Result<Generator, Failure>> {
        let target = Target::embedded(Storage::Memory).await?;
        let mut session = target.connect().await?;
        if let Some(failure) = give_schema(project, &mut session).await? {
            target.close().await;
            return Ok(Err(failure));
        }
        Ok(Ok(Generator { target: Some(target), ..Generator::over(project, session).await? }))
    }

    /// Over a connection to a server that has the schema.
    pub(crate) async fn over(project: &Project, mut session: Session) -> diag::Result<Generator> {
        let facts = facts::ask(&mut session).await?;
        let state = session.state_descriptor();
        for command in project.codegen_settings().session.commands() {
            session.query(&command).await.map_err(|error| gel(&error).details(format!("in `{command}`")))?;
        }
        let (known, printed) = (HashMap::new(), Printed::default());
        Ok(Generator { session, facts, known, asked: 0, printed, state, target: None })
    }

    /// How many texts the last run had to ask about.
    pub(crate) fn asked(&self) -> usize {
        self.asked
    }

    /// Stops the embedded server, where there is one.
    pub(crate) async fn close(self) {
        if let Some(target) = self.target {
            target.close().await;
        }
    }

    /// The files that the queries become, or everything that is wrong with the queries. Warnings are told at once.
    pub(crate) async fn generate(
        &mut self,
        project: &Project,
        sources: &Sources,
        format: Format,
    ) -> diag::Result<Result<Files, Vec<Failure>>> {
        self.describe(&sources.queries).await?;
        let (mut described, mut failures, mut odd) = (Vec::new(), sources.failures.clone(), Vec::new());
        for file in &sources.queries {
            match self.known.get(&file.text) {
                Some(Ok(description)) => {
                    odd.extend(warnings(file, description).into_iter().flat_map(|odd| sources.placed(odd)));
                    described.push(described_as(file, description));
                }
                Some(Err(diagnostic)) => failures.extend(sources.placed(failure(file, diagnostic.clone()))),
                None => {}
            }
        }
        report::print(&odd, Severity::Warning, format);
        let settings = project.codegen_settings().clone();
        let unknown = settings.unknown_types(&self.facts).into_iter();
        failures.extend(unknown.map(|diagnostic| project.settings_failure(diagnostic)));
        let state = Some(self.state.clone());
        let options = Options { facts: self.facts.clone(), settings, called: sources.called.clone(), state };
        match codegen::generate(&described, &options, &mut self.printed) {
            Ok(files) if failures.is_empty() => return Ok(Ok(files)),
            Ok(_) => {}
            Err(more) => failures.extend(more.into_iter().flat_map(|failure| sources.placed(failure))),
        }
        Ok(Err(failures))
    }

    /// Asks about the texts that are not known yet, all of them in one go, and forgets those that no query has any more.
    async fn describe(&mut self, queries: &[QueryFile]) -> diag::Result<()> {
        let texts: HashSet<&str> = queries.iter().map(|query| query.text.as_str()).collect();
        self.known.retain(|text, _| texts.contains(text.as_str()));
        let unknown: Vec<&str> = texts.into_iter().filter(|text| !self.known.contains_key(*text)).collect();
        self.asked = unknown.len();
        let answers = self.session.parse_all(&unknown).await.map_err(|error| gel(&error))?;
        for (text, answer) in unknown.into_iter().zip(answers) {
            let answer = match answer {
                Err(error) if is_connection(&error) => return Err(gel(&error)),
                answer => answer.map_err(|error| gel(&error)),
            };
            self.known.insert(text.to_owned(), answer);
        }
        Ok(())
    }
}

/// Makes the schema's files the schema of an empty database.
async fn give_schema(project: &Project, session: &mut Session) -> diag::Result<Option<Failure>> {
    let source = SchemaSource::read(project)?;
    for statement in [source.statement.as_str(), "populate migration", "commit migration"] {
        match session.execute(statement).await {
            Ok(()) => {}
            Err(error) if is_connection(&error) => return Err(gel(&error)),
            Err(error) => return Ok(Some(source.failure(gel(&error)))),
        }
    }
    Ok(None)
}

fn described_as<'a>(file: &'a QueryFile, description: &CommandDataDescription1) -> Described<'a> {
    Described {
        file,
        cardinality: description.result_cardinality,
        capabilities: description.capabilities,
        input: description.input.clone(),
        output: description.output.clone(),
    }
}

fn failure(file: &QueryFile, diagnostic: Diagnostic) -> Failure {
    Failure { path: file.shown.clone(), text: file.text.clone(), diagnostic }
}

fn warnings(file: &QueryFile, description: &CommandDataDescription1) -> Vec<Failure> {
    let warnings = decode_warnings(&description.annotations).unwrap_or_default();
    warnings.into_iter().map(|warning| failure(file, diagnostic_of(warning))).collect()
}

fn diagnostic_of(warning: Warning) -> Diagnostic {
    let code = u32::try_from(warning.code).map_or(ErrorCode::WARNING_MESSAGE, ErrorCode);
    let mut diagnostic = Diagnostic::new(code, warning.message);
    diagnostic.hint = warning.hint;
    diagnostic.details = warning.details;
    diagnostic.span = warning.start.zip(warning.end).map(|(start, end)| Span::new(start, end));
    diagnostic
}
